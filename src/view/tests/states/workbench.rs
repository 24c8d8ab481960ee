//! The workbench in its states.

use super::*;

fn is_material(request: &Request) -> bool {
    matches!(request, Request::Material { .. })
}

/// A parked object with this much of a sample on the workbench.
fn sampled(night: Night, sample: &[u8], is_whole: bool) -> Night {
    let mut night = pressed(night.surveyed(), "5 G w");
    let lies = Material { sample: sample.into(), is_whole, ..material(object(1, at(NOW))) };
    night.answer(is_material, vec![Reply::Material(Box::new(lies))]);
    night
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("workbench-loading", |night| pressed(night.surveyed(), "5 G w")),
    ("workbench-failed", |night| {
        refuse(pressed(night.surveyed(), "5 G w"), |request| matches!(request, Request::Material { .. }))
    }),
    ("workbench-read-only", |night| night.read_only().on_the_workbench()),
    ("workbench-none", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("workbench").press("enter");
        night
    }),
    ("workbench-empty", |night| {
        let reading = TrialReading { name: "falcon".into(), records: vec![], recognised: None };
        sampled(night, b"", true).tried(Trial { slips: vec![], reading: Some(reading) })
    }),
    ("workbench-untried", |night| {
        let lines = material(object(1, at(NOW))).sample;
        sampled(night, &lines, false)
    }),
    ("workbench-partial", |night| {
        let lines = material(object(1, at(NOW))).sample;
        sampled(night, &lines, false).tried(trial())
    }),
];
