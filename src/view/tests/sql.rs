//! The SQL screen in its states.

use super::check;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Reply, Trouble};
use crate::app::sql::tests::{answer, asked, execution, opened, ran};
use crate::app::sql::{SqlAnswer, SqlAsk};
use crate::domain::table::Weight;
use crate::domain::*;

/// A scene of its own, not of the night that is given.
fn sized(scene: impl Fn(u16, u16) -> Night) -> impl Fn(Night) -> Night {
    move |night| scene(night.model.size.0, night.model.size.1)
}

#[test]
fn statement_and_rows() {
    check("sql-empty", sized(opened));
    check("sql-rows", sized(ran));
    check(
        "sql-rows-scrolled",
        sized(|width, height| {
            let mut night = ran(width, height);
            night.press("G right right");
            night
        }),
    );
    check(
        "sql-completing",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.tell(Msg::Paste(
                "-- who was it\nSELECT count(*), \"$path\", 'it''s' FROM records\nWHERE dt > :from AND line > 7 AND s"
                    .into(),
            ));
            night.press("tab");
            night
        }),
    );
}

#[test]
fn before_a_run() {
    check(
        "sql-doubt",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT count(*) FROM records");
            night.press("f5");
            let weight = SqlAnswer::Weight(Weight { objects: 10_000, bytes: ByteSize::mib(90_000), is_whole: false });
            answer(&mut night, |ask| matches!(ask, SqlAsk::Weigh { .. }), vec![weight]);
            night
        }),
    );
    check(
        "sql-looking-up",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT count(*) FROM lake.flow");
            night.press("f5");
            night
        }),
    );
    check(
        "sql-unknown",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT count(*) FROM lake.flow");
            night.press("f5");
            let (ticket, _) = asked(&night, |ask| matches!(ask, SqlAsk::Named { .. })).expect("looked up");
            let trouble = Trouble {
                what: "cannot look at table lake.flow".into(),
                cause: "AccessDeniedException: not authorized to perform glue:GetTable on the table lake/flow".into(),
                hint: Some("`scops iam-policy` prints what is needed".into()),
            };
            night.tell(Msg::Closed(ticket, Err(trouble)));
            night
        }),
    );
    check(
        "sql-parameter",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT * FROM small WHERE account = :account");
            night.press("f5");
            night.type_text("012345678901");
            night
        }),
    );
}

#[test]
fn running_and_failed() {
    check(
        "sql-running",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT 1");
            night.press("f5");
            let found = asked(&night, |ask| matches!(ask, SqlAsk::Run { .. }));
            let running = SqlAnswer::Execution(execution(QueryPhase::Running));
            night.tell(Msg::Reply(found.expect("asked").0, Reply::Sql(Box::new(running))));
            night.tell(Msg::Tick(at("2026-11-23T02:14:12Z")));
            night
        }),
    );
    check(
        "sql-failed",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.type_text("SELECT nope FROM small");
            night.press("f5");
            let found = asked(&night, |ask| matches!(ask, SqlAsk::Run { .. }));
            let ticket = found.expect("asked").0;
            let failed = Execution { is_retryable: Some(false), ..execution(QueryPhase::Failed) };
            night.tell(Msg::Reply(ticket, Reply::Sql(Box::new(SqlAnswer::Execution(failed)))));
            let trouble = Trouble {
                what: "query 4b1c failed".into(),
                cause: "COLUMN_NOT_FOUND: line 1:8: Column 'nope\u{1b}[2J' cannot be resolved".into(),
                hint: None,
            };
            night.tell(Msg::Closed(ticket, Err(trouble)));
            night
        }),
    );
}

#[test]
fn lists() {
    check(
        "sql-workgroup",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.press("ctrl-r o");
            let executions = [QueryPhase::Running, QueryPhase::Succeeded, QueryPhase::Failed, QueryPhase::Cancelled];
            let executions =
                executions.map(|phase| Execution { sql: "SELECT count(*)\nFROM records".into(), ..execution(phase) });
            answer(
                &mut night,
                |ask| matches!(ask, SqlAsk::Workgroup { .. }),
                vec![SqlAnswer::Executions(executions.to_vec())],
            );
            night
        }),
    );
    check(
        "sql-kept",
        sized(|width, height| {
            let mut night = opened(width, height);
            night.press("ctrl-l");
            let kept =
                |name: &str, about: &str| SavedQuery { name: name.into(), about: about.into(), sql: "SELECT 1".into() };
            let kept = vec![kept("logins", "Who logged in without MFA"), kept("plain", "")];
            answer(&mut night, |ask| *ask == SqlAsk::Kept, vec![SqlAnswer::Kept(kept)]);
            night
        }),
    );
}
