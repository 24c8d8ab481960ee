//! Single fields of the records: chosen columns, narrowing by a value, and counting. One question to the world serves all
//! three: what the records that are loaded hold in some fields.

use super::{Model, Request, Topic, detail};
use crate::app::request::{Effect, Past};
use crate::app::{Cursor, Popup, geometry, run};
use crate::domain::{Column, Narrowing, Statistics};

/// The values of one field, over the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Counting {
    /// The field's path.
    pub path: String,
    /// What its values come to, once they are known.
    pub statistics: Option<Statistics>,
    /// The value that is looked at.
    pub cursor: Cursor,
}

/// The fields that must be known for what is shown.
fn wanted(model: &Model) -> Vec<String> {
    let records = &model.records;
    let counted = match &model.popup {
        Some(Popup::Statistics(counting)) => Some(&counting.path),
        _ => None,
    };
    let narrowed = records.narrowed.iter().map(|narrowing| &narrowing.path);
    let chosen = records.columns.iter().flatten();
    let mut paths: Vec<String> = narrowed.chain(chosen).chain(counted).cloned().collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Asks for the fields that are wanted and not known yet of every record that is loaded.
pub(in crate::app) fn need(model: &mut Model) {
    if model.records.merged.is_some() {
        return need_merged(model);
    }
    let Some(reading) = &model.records.reading else { return };
    let numbers = reading.numbers();
    let is_known = |path: &String| reading.fields.get(path).is_some_and(|column| column.covers(&numbers));
    let paths: Vec<String> = wanted(model).into_iter().filter(|path| !is_known(path)).collect();
    if !numbers.is_empty() && !paths.is_empty() {
        let (object, begins) = (reading.object.clone(), reading.begins());
        model.desk.ask(Topic::Fields, Request::Fields { object, begins, paths, numbers });
    }
}

/// The same for records of several objects, one object after the other.
fn need_merged(model: &mut Model) {
    let wanted = wanted(model);
    let Some(merged) = &mut model.records.merged else { return };
    let missing = merged.numbers().into_iter().zip(&merged.fields).enumerate().find_map(|(part, (numbers, fields))| {
        let is_known = |path: &&String| fields.get(*path).is_some_and(|column| column.covers(&numbers));
        let paths: Vec<String> = wanted.iter().filter(|path| !is_known(path)).cloned().collect();
        (!numbers.is_empty() && !paths.is_empty()).then_some((part, numbers, paths))
    });
    if let Some((part, numbers, paths)) = missing {
        merged.asked = part;
        let object = merged.parts[part].object.clone();
        model.desk.ask(Topic::Fields, Request::Fields { object, begins: 0, paths, numbers });
    }
}

/// The fields have come.
pub(in crate::app) fn answered(model: &mut Model, columns: Vec<Column>) {
    let records = &mut model.records;
    let fields = match (&mut records.merged, &mut records.reading) {
        (Some(merged), _) => merged.fields.get_mut(merged.asked),
        (None, Some(reading)) => Some(&mut reading.fields),
        (None, None) => None,
    };
    let Some(fields) = fields else { return };
    fields.extend(columns.into_iter().map(|column| (column.path.clone(), column)));
    count(model);
    show(model);
}

/// The question has been answered in full: what was loaded meanwhile is asked for, and the cursor may go on.
pub(in crate::app) fn closed(model: &mut Model) {
    need(model);
    super::sought(model);
}

/// Counts anew what is counted over the screen.
fn count(model: &mut Model) {
    let Model { records, popup, .. } = model;
    if let Some(Popup::Statistics(counting)) = popup {
        let cell = |at: usize| {
            let at = records.place(at)?;
            Some((records.cell(at, &counting.path)?, records.loaded_row(at)?))
        };
        let mut cells = (0..records.len()).filter_map(cell).peekable();
        counting.statistics = cells.peek().is_some().then(|| Statistics::of(cells));
    }
}

/// Finds the rows that pass every narrowing; the cursor stays on its record, or goes to the one that follows it.
pub(in crate::app) fn show(model: &mut Model) {
    let records = &mut model.records;
    let here = records.place(records.cursor.at).unwrap_or(0);
    let passes = |at: &u32| {
        let cell = |narrowing: &Narrowing| records.cell(*at as usize, &narrowing.path);
        records.narrowed.iter().all(|narrowing| cell(narrowing).is_some_and(|cell| narrowing.passes(cell)))
    };
    let loaded = u32::try_from(records.loaded()).unwrap_or(u32::MAX);
    let shown = (!records.narrowed.is_empty()).then(|| (0..loaded).filter(passes).collect::<Vec<_>>());
    let at = shown.as_ref().map_or(here, |shown| shown.partition_point(|at| (*at as usize) < here));
    records.shown = shown;
    let (height, len) = (geometry::rows(model), model.records.len());
    model.records.cursor.at = at;
    model.records.cursor.settle(height, len);
    detail::follow(model);
}

/// Shows only the records in which a field holds a value, or only those in which it does not.
pub(in crate::app) fn narrow(model: &mut Model, path: &str, value: &str, is_inverse: bool) {
    let narrowing = Narrowing { path: path.to_owned(), value: value.to_owned(), is_inverse };
    if path.is_empty() {
        return model.warn("only a field's value narrows the records", "these are the record's bytes", None);
    }
    if !model.records.narrowed.contains(&narrowing) {
        model.records.narrowed.push(narrowing);
    }
    show(model);
    need(model);
}

/// `:columns a,b,c`; without paths the format's own again.
pub(super) fn choose(model: &mut Model, argument: &str) {
    let paths: Vec<String> = argument.split([',', ' ']).filter(|path| !path.is_empty()).map(str::to_owned).collect();
    if argument.is_empty() && model.records.columns.is_none() {
        return run::start_typing(model, crate::app::Purpose::Command, "columns ");
    }
    model.records.columns = (!paths.is_empty()).then(|| paths.clone());
    if let Some(source) = source(model) {
        model.desk.push(Effect::Remember(Past::Columns, format!("{source} {}", paths.join(","))));
        model.columns.insert(source, paths);
    }
    need(model);
}

/// Takes the columns that were chosen before for the source of the object that is open.
pub(super) fn recall(model: &mut Model) {
    let chosen = source(model).and_then(|source| model.columns.get(&source)).filter(|paths| !paths.is_empty());
    model.records.columns = chosen.cloned();
}

/// What the columns are kept by: the source of the object, else its bucket.
fn source(model: &Model) -> Option<String> {
    let id = super::opened(model)?;
    let source = model.profile.source_of(&id.bucket, &id.key);
    Some(source.map_or_else(|| id.bucket.clone(), |source| source.name.clone()))
}

/// Counts the values of a field over the records that are shown.
pub(in crate::app) fn statistics(model: &mut Model, path: &str) {
    let path = path.trim();
    if path.is_empty() {
        return run::start_typing(model, crate::app::Purpose::Command, "statistics ");
    }
    if !model.records.is_open() {
        return model.warn("no records are open", "", None);
    }
    model.popup = Some(Popup::Statistics(Box::new(Counting {
        path: path.to_owned(),
        statistics: None,
        cursor: Cursor::default(),
    })));
    count(model);
    need(model);
}
