//! The sources in their states.

use super::*;

fn first_survey(night: Night) -> Night {
    let survey = surveys(night.model.range, 24).remove(0);
    begin(night, is_survey, Reply::Survey(Box::new(survey)))
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("sources-empty", |mut night| {
        night.model.profile.sources.clear();
        night.answer(is_survey, vec![]);
        night
    }),
    ("sources-partial", first_survey),
    ("sources-broken-off", |night| refuse(first_survey(night), is_survey)),
    ("sources-lifecycle", |night| {
        let mut night = night.surveyed();
        let rule = |prefix: &str, moves: &[(i32, &str)], expires| LifecycleRule {
            prefix: prefix.into(),
            moves: moves.iter().map(|(days, class)| (When::Days(*days), (*class).to_owned())).collect(),
            expires: Some(When::Days(expires)),
            ..LifecycleRule::default()
        };
        let rules = vec![
            rule("AWSLogs/", &[(30, "STANDARD_IA"), (90, "GLACIER")], 400),
            rule("falcon/", &[], 30),
            rule("AWSLogs/123456789012/", &[], 90),
        ];
        let reply = Reply::Lifecycle { bucket: "acme-security-logs".into(), rules: Ok(rules) };
        night.answer(|request| matches!(request, Request::Lifecycle { .. }), vec![reply]);
        night
    }),
    ("sources-filtered-out", |night| {
        let mut night = night.surveyed();
        night.press("/").type_text("nothing").press("enter");
        night
    }),
    ("sources-read-only", |night| night.read_only().surveyed()),
];
