//! A configuration drafted from what was discovered, with comments on what it was made of.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use toml_edit::{DocumentMut, Item, Table};

use super::{Credentials, File, IndexTable, ProfileTable, SourceTable};
use crate::config::file::ConsumerTable;
use crate::domain::discovery::consumers::consumers;
use crate::domain::discovery::{Discovered, FoundLayout, layouts, short};
use crate::domain::{Consumer, Input, Layout, Location, Shown};

/// Formats that any file may have: alone they make no source of a folder whose keys tell no time.
const ANYTHING: [&str; 4] = ["json", "csv", "text", "logfmt"];
/// Tables that are named in comments.
const TABLES: usize = 40;

/// What a draft is made of.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The profile's name.
    pub name: &'a str,
    /// The profile of AWS's own configuration files.
    pub aws_profile: Option<&'a str>,
    /// One endpoint for every service.
    pub endpoint: Option<&'a str>,
    /// The keys of a lab.
    pub credentials: Option<&'a Credentials>,
    /// What was discovered.
    pub found: &'a Discovered,
}

/// A drafted configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The text of the file.
    pub text: String,
    /// The sources that it names: name, place and format.
    pub sources: Vec<(String, String, Option<String>)>,
    /// The consumers that it names, with their places.
    pub consumers: Vec<(String, String)>,
    /// Whether it names an index.
    pub has_index: bool,
}

/// Drafts a configuration. What nobody could tell stands in it as comments.
pub fn draft(draft: &Draft<'_>) -> Result<Drafted, DraftError> {
    let found = draft.found;
    let (sources, source_notes, others) = sources(found);
    let (consumers, unnamed) = consumers(found);
    let (consumers, consumer_notes): (Vec<Consumer>, Vec<Vec<String>>) =
        consumers.into_iter().map(|one| (one.consumer, one.notes)).unzip();
    let index = index(found);
    let drafted = Drafted {
        text: String::new(),
        sources: sources
            .iter()
            .map(|source| {
                (source.name.clone(), format!("s3://{}/{}", source.bucket, source.layout), source.format.clone())
            })
            .collect(),
        consumers: consumers.iter().map(|one| (one.name.clone(), one.input.place().to_owned())).collect(),
        has_index: index.is_some(),
    };
    let profile = ProfileTable {
        aws_profile: draft.aws_profile.map(str::to_owned),
        account: found.account.clone(),
        region: Some(found.region.clone()).filter(|region| !region.is_empty()),
        endpoint_url: draft.endpoint.map(str::to_owned),
        credentials: draft.credentials.cloned(),
        read_only: true,
        sources,
        consumers: consumers.into_iter().map(table).collect(),
        index,
        ..ProfileTable::default()
    };
    let file = File {
        default_profile: Some(draft.name.to_owned()),
        profiles: [(draft.name.to_owned(), profile)].into(),
        ..File::default()
    };
    let mut document: DocumentMut = toml::to_string(&file)?.parse()?;
    document.decor_mut().set_prefix(
        "# Written by `scops init` from what AWS told. Everything here may be changed; a mistake is told with its line.\n\n",
    );
    let mut last = Vec::new();
    if let Some(profile) =
        document.get_mut("profiles").and_then(|all| all.get_mut(draft.name)).and_then(Item::as_table_mut)
    {
        say_profile(profile);
        say_each(profile, "sources", &source_notes);
        say_each(profile, "consumers", &consumer_notes);
        if let Some(index) = profile.get_mut("index").and_then(Item::as_table_mut) {
            say(index, &["The search index that `scops worker` writes: tables records and terms.".to_owned()]);
        } else {
            last.extend(no_index(draft.name, found));
        }
    }
    last.extend(section("Found, and taken for no source:", others));
    last.extend(section("Reached by the buckets' events, and named as no consumer:", unnamed));
    last.extend(section("Tables of Athena:", tables(found)));
    last.extend(section("Named somewhere, and not there:", found.missing.clone()));
    let denied = found.denied.iter().map(ToString::to_string).collect();
    last.extend(section("Not allowed to see (allow these, and run `scops init` again for more):", denied));
    last.extend(section("Not told:", found.untold.clone()));
    let trailing: String = last.iter().map(|line| comment(line)).collect();
    document.set_trailing(trailing);
    Ok(Drafted { text: document.to_string(), ..drafted })
}

/// Why nothing could be drafted: a fault of scops.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// What was found cannot be written as TOML.
    #[error("the configuration cannot be written")]
    Write(#[from] toml::ser::Error),
    /// What was written cannot be read.
    #[error("the configuration that was written cannot be read")]
    Read(#[from] toml_edit::TomlError),
}

/// The sources, what is worth knowing of each, and the layouts that are none.
fn sources(found: &Discovered) -> (Vec<SourceTable>, Vec<Vec<String>>, Vec<String>) {
    let (mut sources, mut notes, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut names = BTreeMap::new();
    for bucket in &found.buckets {
        for layout in &bucket.layouts {
            let place = format!("s3://{}/{}", bucket.name, layout.template);
            let is_known = layout.format.as_deref().is_some_and(|format| !ANYTHING.contains(&format));
            let parsed = layout.template.parse::<Layout>();
            let (Ok(parsed), true) = (parsed, layout.is_dated || is_known) else {
                others.push(format!("{place}: its keys tell no time, and {}", because(layout)));
                continue;
            };
            let name = unique(&mut names, layout, &bucket.name);
            let mut told = Vec::new();
            if let Some(sample) = &layout.sample {
                told.push(format!("as {sample}"));
            }
            match &layout.format {
                Some(format) => told.push(format!("{format}: {}", layout.because)),
                None => told.push(format!("no format, so the content of each tells: {}", layout.because)),
            }
            let kept: Vec<String> = bucket
                .lifecycle
                .iter()
                .filter(|rule| rule.applies_to(&parsed))
                .filter_map(|rule| rule.told(&parsed))
                .collect();
            if !kept.is_empty() {
                told.push(format!("S3 by itself: {}", kept.join("; ")));
            }
            if let Some(region) = bucket.region.as_ref().filter(|region| **region != found.region) {
                told.push(format!("the bucket lives in {region}"));
            }
            sources.push(SourceTable {
                name,
                bucket: bucket.name.clone(),
                layout: parsed,
                format: layout.format.clone(),
                late_after: SignedDuration::from_mins(5),
                accept: None,
                maintenance: Vec::new(),
                table: None,
                partitions: BTreeMap::new(),
            });
            notes.push(told);
        }
    }
    (sources, notes, others)
}

fn because(layout: &FoundLayout) -> &str {
    if layout.because.is_empty() { "nothing is known of its content" } else { &layout.because }
}

/// A name that no other source has: its own, that with its top folder or its bucket, or one with a number.
fn unique(names: &mut BTreeMap<String, usize>, layout: &FoundLayout, bucket: &str) -> String {
    let own = if layout.name.is_empty() { layouts::clean(bucket) } else { layout.name.clone() };
    let folder = layout.template.split('/').next().filter(|top| !top.contains(['{', '=']) && *top != "AWSLogs");
    let apart = [folder.unwrap_or_default(), bucket].map(layouts::clean);
    let apart = apart.iter().filter(|word| !word.is_empty() && **word != own).map(|word| format!("{own}-{word}"));
    let mut name = std::iter::once(own.clone()).chain(apart).find(|name| !names.contains_key(name)).unwrap_or(own);
    if let Some(count) = names.get_mut(&name) {
        *count += 1;
        name = format!("{name}-{count}");
    }
    names.insert(name.clone(), 1);
    name
}

fn table(consumer: Consumer) -> ConsumerTable {
    let place = |wanted: bool, place: &str| wanted.then(|| place.to_owned());
    let input = consumer.input;
    ConsumerTable {
        queue_url: place(matches!(input, Input::Queue(_)), input.place()),
        topic_arn: place(matches!(input, Input::Topic(_)), input.place()),
        function: place(matches!(input, Input::Function(_)), input.place()),
        name: consumer.name,
        envelope: consumer.envelope,
        dead_letter_url: consumer.dead_letter_url,
        parked_url: consumer.parked_url,
        parked_prefix: consumer.parked_prefix,
        alerts: consumer.alerts,
        receipts: consumer.receipts,
        failures: consumer.failures,
        destination: consumer.destination,
        idempotent: consumer.idempotent,
        alert_window: consumer.alert_window,
        remembers: consumer.remembers,
    }
}

fn index(found: &Discovered) -> Option<IndexTable> {
    let index = found.index.as_ref()?;
    let enabled = || found.workgroups.iter().filter(|group| group.is_enabled);
    let group = enabled().find(|group| group.name == "primary").or_else(|| enabled().next());
    let has_output = group.is_some_and(|group| group.output.is_some());
    let output = Location { prefix: format!("{}athena-results/", index.location.prefix), ..index.location.clone() };
    Some(IndexTable {
        location: index.location.clone(),
        database: index.database.clone(),
        workgroup: group.map_or_else(|| "primary".to_owned(), |group| group.name.clone()),
        output: (!has_output).then_some(output),
        retention_days: None,
    })
}

fn no_index(name: &str, found: &Discovered) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        "No index was found. `scops worker` fills one, once a consumer and a place for it are named:".to_owned(),
        format!("[profiles.{}.index]", toml_edit::Key::new(name)),
        "location = \"s3://BUCKET/\"".to_owned(),
        "database = \"scops\"".to_owned(),
    ];
    let groups: Vec<&str> = found.workgroups.iter().map(|group| group.name.as_str()).collect();
    let others = if groups.is_empty() { String::new() } else { format!("   # there are {}", groups.join(", ")) };
    lines.push(format!("workgroup = \"primary\"{others}"));
    lines
}

fn tables(found: &Discovered) -> Vec<String> {
    let tables = found.tables.iter().take(TABLES).map(|table| {
        let how = match (table.partitions.as_slice(), table.is_projected) {
            ([], _) => "not partitioned".to_owned(),
            (partitions, false) => format!("partitioned by {}", partitions.join(", ")),
            (partitions, true) => format!("projected by {}", partitions.join(", ")),
        };
        let place = table.location.as_deref().unwrap_or("no location");
        format!("{}.{} at {place}, {how}", table.database, table.name)
    });
    let mut tables: Vec<String> = tables.collect();
    if found.tables.len() > TABLES {
        tables.push(format!("and {} more", found.tables.len() - TABLES));
    }
    tables
}

fn section(title: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let mut section = vec![String::new(), title.to_owned()];
    section.extend(lines.into_iter().map(|line| format!("  {line}")));
    section
}

fn say_profile(profile: &mut Table) {
    let mut tell = |key: &str, what: &str| {
        if let Some(value) = profile.get_mut(key).and_then(Item::as_value_mut) {
            value.decor_mut().set_suffix(format!(" # {what}"));
        }
    };
    tell("aws_profile", "credentials are AWS's own: profiles, SSO, roles, environment");
    tell("read_only", "nothing can be sent with this profile; set it to false to replay");
}

fn say_each(profile: &mut Table, key: &str, notes: &[Vec<String>]) {
    let Some(tables) = profile.get_mut(key).and_then(Item::as_array_of_tables_mut) else { return };
    for (table, notes) in tables.iter_mut().zip(notes) {
        say(table, notes);
        if key == "consumers" && !table.contains_key("receipts") {
            let hint =
                comment("receipts = \"s3://BUCKET/receipts/NAME/\"   where it proves what it processed, if it does");
            if let Some((mut last, _)) = table.get_key_value_mut("name") {
                last.leaf_decor_mut().set_prefix(hint);
            }
        }
        if let Some(value) =
            table.get_mut("idempotent").and_then(Item::as_value_mut).filter(|value| value.as_bool() == Some(false))
        {
            value.decor_mut().set_suffix(" # true where processing an object twice does what processing it once does");
        }
    }
}

fn say(table: &mut Table, notes: &[String]) {
    let text: String = notes.iter().map(|note| comment(note)).collect();
    table.decor_mut().set_prefix(format!("\n{text}"));
}

/// A line of comment; what the world wrote breaks out of none.
fn comment(text: &str) -> String {
    if text.is_empty() {
        return "\n".to_owned();
    }
    format!("# {}\n", Shown::new(text))
}

/// The name of a profile that is not told: that of AWS's profile, made fit.
pub fn name_of(aws_profile: Option<&str>) -> String {
    let name = layouts::clean(short(aws_profile.unwrap_or_default()));
    if name.is_empty() { "default".to_owned() } else { name }
}

#[cfg(test)]
mod tests;
