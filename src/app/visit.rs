//! Where one is, as an address, and going to one. What no longer fits leads to the nearest place, and that is said.

use super::address::{Address, Span};
use super::failures::Wanted;
use super::records::Seek;
use super::request::Trouble;
use super::{
    Filter, Model, Screen, clipboard, failures, objects, profiles, range, records, run, search, sources, sql, workbench,
};
use crate::domain::ObjectId;
use crate::mistake::nearest;

impl Model {
    /// Where one is.
    pub fn address(&self) -> Address {
        let range = if self.follows_clock { Span::Last(self.range.length()) } else { Span::Between(self.range) };
        let source_of = |id: &ObjectId| Some(self.profile.source_of(&id.bucket, &id.key)?.name.clone());
        let console = profiles::looked_at(self);
        let profile = (!self.beside.is_empty()).then(|| console.profile.name.clone());
        let place = Address { profile, range: Some(range), ..Address::new(self.screen) };
        let text = |filter: &Option<Filter>| filter.as_ref().map(|filter| filter.text().to_owned());
        match self.screen {
            Screen::Sources => Address {
                source: sources::under(self).map(str::to_owned),
                filter: text(&self.sources.filter),
                sort: (self.sources.order != sources::Order::default()).then(|| self.sources.order.word().to_owned()),
                ..place
            },
            Screen::Objects => Address {
                source: self.objects.source.clone(),
                object: self.objects.selected().map(|row| row.object.id.clone()),
                filter: text(&self.objects.filter),
                sort: (self.objects.order != objects::Order::default()).then(|| self.objects.order.word().to_owned()),
                ..place
            },
            Screen::Records => {
                let object = records::opened(self);
                let row = self.records.selected().map(|row| Seek { start: row.span.start, line: row.line });
                Address {
                    source: object.as_ref().and_then(source_of),
                    record: row.or(self.records.seek).filter(|_| object.is_some()),
                    object,
                    query: self.records.find.clone(),
                    ..place
                }
            }
            Screen::Search => Address { query: self.search.phase.query().map(search::spell), ..place },
            Screen::Failures => {
                let (object, query) = match self.failures.chosen() {
                    Some(Wanted::Object(object)) => (Some(object), None),
                    Some(Wanted::Reason(reason)) => (None, Some(reason)),
                    None => (None, None),
                };
                Address { object, query, filter: text(&self.failures.filter), ..place }
            }
            Screen::Sql => {
                let text = self.sql.editor.text().trim().to_owned();
                Address { query: Some(text).filter(|text| !text.is_empty()), ..place }
            }
            Screen::Alerts => Address { filter: text(&self.alerts.filter), ..place },
            Screen::Replays | Screen::Pipeline | Screen::Case => place,
            Screen::Workbench => {
                let object = self.workbench.material.as_ref().map(|material| material.object.id.clone());
                Address { source: object.as_ref().and_then(source_of), object, ..place }
            }
        }
    }
}

/// Copies the command line that opens this very view again: at the range as it is now, wherever the clock stands then.
pub(super) fn copy(model: &mut Model) {
    let address = Address { range: Some(Span::Between(model.range)), ..model.address() };
    let line = format!("{} --at {address}", model.reopens);
    clipboard::copy_as(model, line, "the command line that opens this view");
}

/// `:go ADDRESS`.
pub(super) fn go(model: &mut Model, text: &str) {
    match text.parse::<Address>() {
        Ok(address) => {
            model.remember();
            visit(model, address);
        }
        Err(error) => model.warn(error.what, "", error.hint.as_deref()),
    }
}

/// Enters the profile of an address. Where there is none of that name, says so.
pub(super) fn take_profile(model: &mut Model, address: &Address) -> bool {
    let Some(name) = address.profile.as_deref().filter(|name| *name != model.profile.name) else { return true };
    let found = profiles::named(model, name);
    if let Some(place) = found {
        profiles::enter(model, place);
    }
    found.is_some()
}

/// Takes the range of an address, without asking for anything.
pub(super) fn take_range(model: &mut Model, address: &Address) {
    let range = match address.range {
        Some(Span::Last(length)) => range::ending_now(model.now, length),
        Some(Span::Between(range)) => range,
        None => return,
    };
    model.range = range;
    model.follows_clock = range == range::ending_now(model.now, range.length());
}

/// The filter that an address names; one that cannot be read is told, and none.
fn filter_of(model: &mut Model, address: &Address) -> Option<Filter> {
    if !matches!(address.screen, Screen::Sources | Screen::Objects | Screen::Failures | Screen::Alerts) {
        return None;
    }
    let filter = Filter::parse(address.filter.as_deref()?, address.screen);
    filter.unwrap_or_else(|error| {
        run::warn_filter(model, &error);
        None
    })
}

/// Shows what an address names. Cursors, filters and answers that are there already stay as they are.
pub(super) fn visit(model: &mut Model, address: Address) {
    if !take_profile(model, &address) {
        // What it names is another profile's.
        return model.show(Screen::Sources);
    }
    take_range(model, &address);
    model.popup = None;
    model.objects.brush = None;
    model.arriving = None;
    let source = known_source(model, address.source.as_deref());
    let filter = filter_of(model, &address);
    match address.screen {
        Screen::Sources => {
            model.sources.filter = filter;
            model.sources.order = by_word(model, &sources::Order::ALL, address.sort.as_deref(), sources::Order::word);
            model.show(Screen::Sources);
            sources::go_to(model, source.as_deref());
        }
        // Of a source that is not there, the objects are not either.
        Screen::Objects if address.source.is_some() && source.is_none() => model.show(Screen::Sources),
        Screen::Objects => {
            let name = source.or_else(|| model.objects.source.clone());
            model.screen = Screen::Objects;
            if let Some(name) = name {
                objects::choose(model, &name);
            } else {
                objects::enter(model);
            }
            objects::set_filter(model, filter);
            let order = by_word(model, &objects::Order::ALL, address.sort.as_deref(), objects::Order::word);
            objects::order(model, order);
            if let Some(object) = address.object.clone()
                && !objects::seek(model, object)
            {
                model.arriving = Some(address);
            }
        }
        Screen::Records => visit_records(model, address),
        Screen::Search => {
            let is_there = model.search.phase.query().map(search::spell) == address.query;
            match address.query {
                Some(query) if !is_there => {
                    model.screen = Screen::Search;
                    search::submit(model, &query);
                }
                _ => model.show(Screen::Search),
            }
        }
        Screen::Failures => {
            failures::set_filter(model, filter);
            model.show(Screen::Failures);
            let wanted = address.object.map(Wanted::Object).or_else(|| address.query.map(Wanted::Reason));
            if let Some(wanted) = wanted {
                model.failures.seek(wanted);
            }
        }
        Screen::Workbench => match address.object {
            // What is being taught there is not dropped for going to and fro.
            Some(object) if model.workbench.material.is_none() => {
                model.screen = Screen::Workbench;
                workbench::open(model, object, None);
            }
            _ => model.show(Screen::Workbench),
        },
        Screen::Sql => {
            model.show(Screen::Sql);
            let is_there = |text: &String| model.sql.editor.text().trim() == text.trim();
            if let Some(text) = address.query.filter(|text| !is_there(text)) {
                sql::put(model, &text);
            }
        }
        Screen::Alerts => {
            model.show(Screen::Alerts);
            model.alerts.filter = filter;
        }
        screen @ (Screen::Replays | Screen::Pipeline | Screen::Case) => model.show(screen),
    }
}

fn visit_records(model: &mut Model, address: Address) {
    let Some(object) = address.object.clone() else { return model.show(Screen::Records) };
    model.screen = Screen::Records;
    if records::opened(model).as_ref() != Some(&object) {
        records::open_id(model, object);
        model.arriving = Some(address.clone());
    }
    model.records.find = address.query;
    let here = model.records.selected().map(|row| Seek { start: row.span.start, line: row.line });
    if address.record.is_some() && address.record != here {
        model.records.seek = address.record;
        records::sought(model);
    }
}

/// The objects are listed: says so where the one that was gone to is not among them.
pub(super) fn listed(model: &mut Model) {
    if model.screen != Screen::Objects {
        return;
    }
    let Some(object) = model.arriving.take().and_then(|address| address.object) else { return };
    if !objects::holds(model, &object) {
        let cause = "it is gone, out of the range, or hidden by the filter";
        model.warn(format!("{object} is not among these objects"), cause, None);
    }
}

/// An object that was gone to is not there: shows the objects that are around it.
pub(super) fn gone(model: &mut Model, trouble: &Trouble) -> bool {
    let Some(address) = model.arriving.take() else { return false };
    let owner = address.object.and_then(|id| model.profile.source_of(&id.bucket, &id.key));
    let source = owner.map(|source| source.name.clone()).or(address.source);
    let shown = if let Some(name) = source.filter(|name| model.profile.source(name).is_some()) {
        model.screen = Screen::Objects;
        objects::choose(model, &name);
        format!("the objects of {name} are shown instead")
    } else {
        model.show(Screen::Sources);
        "the sources are shown instead".to_owned()
    };
    model.warn(trouble.what.clone(), trouble.cause.clone(), Some(&shown));
    true
}

/// The source of that name; where there is none, says so.
fn known_source(model: &mut Model, name: Option<&str>) -> Option<String> {
    let name = name?;
    if model.profile.source(name).is_some() {
        return Some(name.to_owned());
    }
    let known = model.profile.sources.iter().map(|source| source.name.as_str());
    let hint = nearest(name, known).map(|near| format!("did you mean \"{near}\"?"));
    let cause = format!("the profile {} has none of that name", model.profile.name);
    model.warn(format!("no source is named \"{name}\""), cause, hint.as_deref());
    None
}

/// The order of that name; the usual one where none is named. Where there is none of that name, says so.
fn by_word<T: Copy + Default>(
    model: &mut Model,
    all: &[T],
    word: Option<&str>,
    word_of: impl Fn(T) -> &'static str,
) -> T {
    let Some(word) = word else { return T::default() };
    all.iter().copied().find(|order| word_of(*order) == word).unwrap_or_else(|| {
        let known: Vec<_> = all.iter().map(|order| word_of(*order)).collect();
        run::unknown_order(model, word, &known);
        T::default()
    })
}

#[cfg(test)]
mod tests;
