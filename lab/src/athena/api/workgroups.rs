//! Workgroups: where the queries of each write their results.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::athena::catalog::{Catalog, WorkGroup};
use crate::athena::error::AthenaError;

/// The least that a query may be allowed to read ("API reference: `WorkGroupConfiguration`").
const LEAST_CUTOFF: u64 = 10_000_000;

/// The workgroup that every account has.
const PRIMARY: &str = "primary";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Ask {
    name: Option<String>,
    work_group: Option<String>,
    description: Option<String>,
    state: Option<String>,
    configuration: Option<Settings>,
    configuration_updates: Option<Settings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Settings {
    result_configuration: Option<Output>,
    result_configuration_updates: Option<Output>,
    enforce_work_group_configuration: Option<bool>,
    bytes_scanned_cutoff_per_query: Option<u64>,
    remove_bytes_scanned_cutoff_per_query: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Output {
    output_location: Option<String>,
    remove_output_location: Option<bool>,
}

impl WorkGroup {
    /// Where a query's result goes: the query's own place, unless the workgroup insists on its.
    pub(super) fn location<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        let own = self.output_location.as_deref();
        let asked = asked.filter(|asked| !asked.is_empty());
        if self.is_enforced { own.or(asked) } else { asked.or(own) }
    }

    fn change(&mut self, ask: Ask) -> Result<(), AthenaError> {
        if let Some(description) = ask.description {
            self.description = description;
        }
        match ask.state.as_deref() {
            None => {}
            Some("ENABLED") => self.is_disabled = false,
            Some("DISABLED") => self.is_disabled = true,
            Some(other) => return Err(AthenaError::invalid(format!("State {other} is neither ENABLED nor DISABLED"))),
        }
        let Some(configuration) = ask.configuration.or(ask.configuration_updates) else { return Ok(()) };
        if let Some(is_enforced) = configuration.enforce_work_group_configuration {
            self.is_enforced = is_enforced;
        }
        match configuration.bytes_scanned_cutoff_per_query {
            Some(cutoff) if cutoff < LEAST_CUTOFF => {
                return Err(AthenaError::invalid(format!(
                    "BytesScannedCutoffPerQuery {cutoff} is less than {LEAST_CUTOFF}"
                )));
            }
            Some(cutoff) => self.cutoff = Some(cutoff),
            None if configuration.remove_bytes_scanned_cutoff_per_query == Some(true) => self.cutoff = None,
            None => {}
        }
        if let Some(output) = configuration.result_configuration.or(configuration.result_configuration_updates) {
            if output.remove_output_location == Some(true) {
                self.output_location = None;
            }
            self.output_location = output.output_location.or_else(|| self.output_location.take());
        }
        Ok(())
    }
}

fn missing(name: &str) -> AthenaError {
    AthenaError::invalid(format!("WorkGroup {name} is not found."))
}

/// The name of a workgroup that exists.
pub(super) fn named(catalog: &Catalog, name: Option<&str>) -> Result<String, AthenaError> {
    match name.filter(|name| !name.is_empty()) {
        None | Some(PRIMARY) => Ok(PRIMARY.to_owned()),
        Some(name) if catalog.workgroups.contains_key(name) => Ok(name.to_owned()),
        Some(other) => Err(missing(other)),
    }
}

/// A workgroup that takes queries, and its settings.
pub(super) fn active(catalog: &Catalog, name: Option<&str>) -> Result<(String, WorkGroup), AthenaError> {
    let name = named(catalog, name)?;
    let settings = catalog.workgroups.get(&name).cloned().unwrap_or_default();
    if settings.is_disabled {
        return Err(AthenaError::invalid(format!("WorkGroup {name} is disabled.")));
    }
    Ok((name, settings))
}

pub(super) fn create(shared: &Shared, ask: Ask) -> Result<Value, AthenaError> {
    let name = ask.name.clone().ok_or_else(|| AthenaError::invalid("Name is missing"))?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > 128 || !name.chars().all(is_plain) {
        return Err(AthenaError::invalid(format!("{name:?} is no name of a workgroup")));
    }
    shared.ledger.change(|catalog| {
        if named(catalog, Some(&name)).is_ok() {
            return Err(AthenaError::invalid("WorkGroup is already created"));
        }
        let mut group = WorkGroup::default();
        group.change(ask)?;
        catalog.workgroups.insert(name, group);
        Ok(json!({}))
    })
}

pub(super) fn update(shared: &Shared, ask: Ask) -> Result<Value, AthenaError> {
    shared.ledger.change(|catalog| {
        let name = named(catalog, ask.work_group.as_deref())?;
        catalog.workgroups.entry(name).or_default().change(ask)?;
        Ok(json!({}))
    })
}

pub(super) fn delete(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    shared.ledger.change(|catalog| {
        let name = named(catalog, ask.work_group.as_deref())?;
        if name == PRIMARY {
            return Err(AthenaError::invalid("WorkGroup primary cannot be deleted."));
        }
        catalog.workgroups.remove(&name);
        catalog.prepared.remove(&name);
        Ok(json!({}))
    })
}

pub(super) fn list(shared: &Shared) -> Value {
    let catalog = shared.ledger.catalog();
    let mut names = vec![PRIMARY];
    names.extend(catalog.workgroups.keys().map(String::as_str).filter(|name| *name != PRIMARY));
    let groups =
        names.into_iter().map(|name| summary(name, &catalog.workgroups.get(name).cloned().unwrap_or_default()));
    json!({ "WorkGroups": groups.collect::<Vec<_>>() })
}

fn summary(name: &str, group: &WorkGroup) -> Value {
    let state = if group.is_disabled { "DISABLED" } else { "ENABLED" };
    json!({ "Name": name, "State": state, "Description": group.description, "EngineVersion": engine() })
}

pub(super) fn get(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    let catalog = shared.ledger.catalog();
    let name = named(&catalog, ask.work_group.as_deref())?;
    let group = catalog.workgroups.get(&name).cloned().unwrap_or_default();
    let mut body = summary(&name, &group);
    let output = group.output_location.as_ref().map_or_else(|| json!({}), |output| json!({ "OutputLocation": output }));
    body["Configuration"] = json!({
        "ResultConfiguration": output,
        "EnforceWorkGroupConfiguration": group.is_enforced,
        "PublishCloudWatchMetricsEnabled": false,
        "RequesterPaysEnabled": false,
        "EngineVersion": engine(),
    });
    if let Some(cutoff) = group.cutoff {
        body["Configuration"]["BytesScannedCutoffPerQuery"] = json!(cutoff);
    }
    Ok(json!({ "WorkGroup": body }))
}

fn engine() -> Value {
    json!({ "SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3" })
}
