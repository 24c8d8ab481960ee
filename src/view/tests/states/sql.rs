//! The SQL screen in its states.

use super::*;
use crate::app::sql::tests::{answer, execution, opened, page, ran};
use crate::app::sql::{SqlAnswer, SqlAsk};

/// The SQL screen of a night of this size, a statement run on it.
fn asked(night: &Night) -> Night {
    let (width, height) = night.model.size;
    let mut night = opened(width, height);
    night.type_text("SELECT object FROM small");
    pressed(night, "f5")
}

fn answered(night: &Night, count: usize) -> Night {
    let mut night = asked(night);
    let answers = vec![SqlAnswer::Execution(execution(QueryPhase::Succeeded)), SqlAnswer::Page(page(0, count, None))];
    answer(&mut night, |ask| matches!(ask, SqlAsk::Run { .. }), answers);
    night
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("sql-unopened", |night| pressed(night.surveyed(), ";")),
    ("sql-tables-failed", |night| {
        refuse(
            pressed(night.surveyed(), ";"),
            |request| matches!(request, Request::Sql(ask) if matches!(**ask, SqlAsk::Tables { .. })),
        )
    }),
    ("sql-no-row", |night| answered(&night, 0)),
    ("sql-one-row", |night| answered(&night, 1)),
    ("sql-stopped", |night| pressed(asked(&night), "ctrl-c")),
    ("sql-rows-broken-off", |night| {
        let night = ran(night.model.size.0, night.model.size.1);
        refuse(
            pressed(night, "G"),
            |request| matches!(request, Request::Sql(ask) if matches!(**ask, SqlAsk::Page { .. })),
        )
    }),
    ("sql-read-only", |night| {
        let mut night = pressed(night.read_only().surveyed(), ";");
        night.type_text("DROP TABLE small");
        pressed(night, "f5")
    }),
    ("sql-no-index", |mut night| {
        night.model.profile.index = None;
        pressed(night.surveyed(), ";")
    }),
];
