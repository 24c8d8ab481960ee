//! Exports: what the screen shows, into a file whose name is asked for.

use std::path::PathBuf;

use super::request::{Exported, Request, Trouble};
use super::{Model, Purpose, Screen, Topic, run};
use crate::domain::Shown;
use crate::domain::export::{Export, Format};
use crate::domain::size::plural;

/// `export [FILE]`: without a file its name is asked for, with one after the case or the time.
pub(super) fn begin(model: &mut Model, name: &str) {
    if what(model).is_none() {
        return model.warn("nothing to export", "nothing was found yet", None);
    }
    if name.is_empty() {
        let name = default_name(model);
        return run::start_typing(model, Purpose::Export, &name);
    }
    submit(model, name);
}

/// What the screen shows that can be exported.
fn what(model: &Model) -> Option<Exported> {
    match model.screen {
        Screen::Search => {
            let hits: Vec<_> = model.search.shown().cloned().collect();
            (!hits.is_empty()).then_some(Exported::Hits(hits))
        }
        Screen::Sql => model.sql.rows.id().map(|id| Exported::Query(id.to_owned())),
        _ => None,
    }
}

/// `INC-4711-20261126T101500Z.csv`
fn default_name(model: &Model) -> String {
    let named = model.case.case.as_ref().map_or(model.screen.name(), |case| case.name.as_str());
    format!("{named}-{}.csv", model.now.strftime("%Y%m%dT%H%M%SZ"))
}

/// The name was typed.
pub(super) fn submit(model: &mut Model, name: &str) {
    let name = name.trim();
    let Some(exported) = what(model).filter(|_| !name.is_empty()) else { return };
    if model.is_asking(Topic::Export) {
        return model.warn("nothing was begun", "an export runs", Some("J lists it, x there cancels it"));
    }
    if name.starts_with('~') {
        return model.warn("nothing was begun", "~ is a shell's, and none is here", Some("write the folder in full"));
    }
    let Some(format) = Format::of_name(name) else {
        let hint = "end it in .csv, .json, .ndjson, .md or .parquet";
        return model.warn("nothing was begun", "the name tells no form", Some(hint));
    };
    let path = PathBuf::from(name);
    model.export = Some(Export { path: path.clone(), ..Export::default() });
    model.desk.ask(Topic::Export, Request::Export { exported, format, path });
}

pub(super) fn answered(model: &mut Model, export: Export) {
    model.export = Some(export);
}

/// The export has ended.
pub(super) fn closed(model: &mut Model, trouble: Option<&Trouble>) {
    let Some(export) = model.export.take().filter(|_| trouble.is_none()) else { return };
    let path = Shown::new(export.path.display().to_string());
    model.note(format!("{path} · {}, {}", plural(export.rows, "row"), export.bytes));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::Night;
    use crate::app::request::Reply;
    use crate::domain::ByteSize;

    fn searched() -> Night {
        let mut night = Night::new(120, 40);
        night.model.screen = Screen::Search;
        let hit = crate::domain::Hit {
            time: None,
            source: "alb".into(),
            object: crate::domain::ObjectId::new("logs", "a"),
            line: 1,
            span: 0..1,
            fields: Vec::new(),
            message: "x".into(),
            ecs: crate::domain::EcsValues::default(),
        };
        night.model.search.take(vec![hit]);
        night
    }

    fn asked(night: &Night) -> Option<(PathBuf, Format)> {
        let (_, request) = night.asked(|request| matches!(request, Request::Export { .. }))?;
        match request {
            Request::Export { path, format, .. } => Some((path, format)),
            _ => None,
        }
    }

    #[test]
    fn hits_are_exported_under_a_name_that_is_offered() {
        let mut night = searched();
        night.press("W");
        let typing = night.model.typing.as_ref().expect("a name is asked for");
        assert_eq!(typing.purpose, Purpose::Export);
        let name = typing.line.text().to_owned();
        assert!(name.starts_with("search-2026") && name.ends_with("Z.csv"), "{name}");
        night.press("enter");
        assert_eq!(asked(&night), Some((PathBuf::from(&name), Format::Csv)));
        let (ticket, _) = night.asked(|request| matches!(request, Request::Export { .. })).expect("asked");
        let done = Export { path: "/home/a/hits-2.csv".into(), rows: 1, bytes: ByteSize(80), ..Export::default() };
        night.tell(Msg::Reply(ticket, Reply::Export(Box::new(done))));
        night.tell(Msg::Closed(ticket, Ok(())));
        assert_eq!(night.model.export, None);
        let told = night.model.messages.all().last().map(|told| told.trouble.what.clone());
        assert_eq!(told.as_deref(), Some("/home/a/hits-2.csv · 1 row, 80 B"));
    }

    #[test]
    fn a_name_that_tells_no_form_begins_nothing() {
        for name in ["hits", "hits.xlsx", "~/hits.csv"] {
            let mut night = searched();
            begin(&mut night.model, name);
            assert_eq!(asked(&night), None, "{name}");
            assert!(night.model.export.is_none());
        }
        let mut night = Night::new(120, 40);
        begin(&mut night.model, "hits.csv");
        assert_eq!(asked(&night), None, "there is nothing to export");
    }
}
