//! The end of a lesson: the definition is saved, what waited for it is tried anew, and what passes now is released.

use std::collections::HashSet;

use super::{Model, Refused, Topic};
use crate::app::request::Request;
use crate::app::sheet;
use crate::domain::{Failure, ObjectId, Plan, Saved, State};

/// Has the definition saved as a format of the user's.
pub(super) fn save(model: &mut Model) {
    let bench = &model.workbench;
    if bench.material.is_none() {
        return;
    }
    if !bench.slips.is_empty() {
        return model.warn("nothing was saved", "the definition has mistakes", Some("the lower pane lists them"));
    }
    let (definition, replaces) =
        (bench.editor.text(), bench.refused == Some(Refused::Replace) || bench.saved.is_some());
    model.workbench.saving.clone_from(&definition);
    model.desk.ask(Topic::SaveFormat, Request::SaveFormat { definition, replaces });
}

/// A file has the name already.
pub(in crate::app) fn exists(model: &mut Model, path: &std::path::Path) {
    model.workbench.refused = Some(Refused::Replace);
    let hint = Some("once more replaces it, and keeps its former text beside it; or change the name");
    model.warn("nothing was saved", format!("{} exists", path.display()), hint);
}

/// The definition is saved: what waited for it is tried again.
pub(in crate::app) fn saved(model: &mut Model, saved: Saved) {
    let bench = &mut model.workbench;
    bench.kept = std::mem::take(&mut bench.saving);
    bench.refused = None;
    let elsewhere = if bench.runs_consumer { "" } else { "; consumers elsewhere need that file too" };
    let (name, path) = (saved.name.clone(), saved.path.display().to_string());
    let instead = if saved.hides_shipped { ", instead of the one that comes with scops" } else { "" };
    bench.saved = Some(saved);
    let needs = model.workbench.needs(model);
    match needs {
        Some(line) => model.warn(format!("{name} is saved, and not in use yet"), line, None),
        None => model.note(format!("{name} is saved in {path}, and in use{instead}{elsewhere}")),
    }
    diagnose(model);
}

/// What failed or is parked of the source on the workbench.
fn waiting(model: &Model) -> impl Iterator<Item = &Failure> {
    let source = model.workbench.material.as_ref().and_then(|material| material.source.clone());
    model.failures.all.iter().filter(move |failure| {
        let waits = matches!(failure.state, State::Failed | State::Parked);
        waits && source.is_some() && failure.source == source
    })
}

fn diagnose(model: &mut Model) {
    let failures: Vec<Failure> = waiting(model).cloned().collect();
    // An object that waits in several messages is tried once.
    let objects: HashSet<_> =
        failures.iter().filter_map(|failure| Some((failure.object.as_ref()?, &failure.consumer))).collect();
    model.workbench.anew = (!objects.is_empty()).then_some((0, objects.len()));
    if model.workbench.anew.is_some() {
        model.desk.ask(Topic::Diagnosis, Request::Diagnose(failures));
    }
}

/// One more object that waited has been tried.
pub(in crate::app) fn tried_anew(model: &mut Model) {
    if let Some((done, _)) = &mut model.workbench.anew {
        *done += 1;
    }
}

/// All that waited has been tried.
pub(in crate::app) fn diagnosed(model: &mut Model) {
    model.workbench.anew = None;
    let (all, passing) = counts(model);
    if passing > 0 {
        model.note(format!("{passing} of {all} that failed or are parked pass now — r releases them"));
    } else if all > 0 {
        model.warn(format!("none of the {all} that failed or are parked passes now"), "", Some("5 tells why"));
    }
}

/// How many of the source's objects failed or are parked, and how many of them would pass now.
pub fn counts(model: &Model) -> (usize, usize) {
    waiting(model).fold((0, 0), |(all, passing), failure| (all + 1, passing + usize::from(failure.prospect.passes())))
}

/// Plans the replay of what passes now, by the sheet that every replay goes through.
pub(super) fn release(model: &mut Model) {
    let bench = &model.workbench;
    if bench.is_edited() || bench.saved.is_none() {
        return model.warn("nothing is released", "the definition is not saved", Some("ctrl-s saves it"));
    }
    if model.is_asking(Topic::SaveFormat) || model.is_asking(Topic::Diagnosis) {
        return model.note("what waits is still being tried");
    }
    let passing: Vec<&Failure> = waiting(model).filter(|failure| failure.prospect.passes()).collect();
    let wanted = bench.consumer.as_ref();
    let is_there = |consumer: &&String| passing.iter().any(|failure| failure.consumer == **consumer);
    let consumer = wanted.filter(is_there).or_else(|| passing.first().map(|failure| &failure.consumer)).cloned();
    let Some(consumer) = consumer else {
        return model.warn("nothing to release", "nothing that failed or is parked passes now", Some("5 tells why"));
    };
    let of_it = passing.iter().filter(|failure| failure.consumer == consumer);
    let objects: Vec<ObjectId> = of_it.filter_map(|failure| failure.object.clone()).collect();
    sheet::plan(model, consumer, objects);
}

/// Tells on a plan what was taught here, and who does not know it: a consumer reads its own configuration.
pub(in crate::app) fn tell(model: &Model, plan: &mut Plan) {
    let bench = &model.workbench;
    let (Some(saved), Some(material)) = (&bench.saved, &bench.material) else { return };
    let is_of_source = |id: &ObjectId| {
        let source = model.profile.source_of(&id.bucket, &id.key);
        source.is_some_and(|source| Some(&source.name) == material.source.as_ref())
    };
    if !plan.items.iter().any(|item| is_of_source(&item.object.id)) {
        return;
    }
    let is_here =
        bench.runs_consumer && model.profile.consumers.first().is_some_and(|first| first.name == plan.consumer);
    let (name, consumer) = (&saved.name, &plan.consumer);
    let file = saved.path.file_name().map_or(String::new(), |file| file.to_string_lossy().into_owned());
    let effect = if is_here {
        format!("{name} was taught here; {consumer} runs in this program and knows it")
    } else {
        format!(
            "{name} is known HERE only: {consumer} parks these again until {file} is in its formats/ and it was restarted"
        )
    };
    plan.effects.insert(plan.effects.len().min(1), effect);
}
