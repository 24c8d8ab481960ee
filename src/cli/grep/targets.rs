//! What the arguments of `scops grep` name: files, and objects by a listing.

use std::path::Path;
use std::sync::Arc;

use scops_parser::Formats;

use super::trouble;
use crate::aws::{Aws, AwsError, ListFrom};
use crate::cli::exit::UsageError;
use crate::cli::{Context, connect};
use crate::domain::expression::Sought;
use crate::domain::{Location, Object, ObjectRow, Source, TimeRange};
use crate::inventory::Inventory;
use crate::mistake::nearest;
use crate::search::plan;
use crate::search::scan::{Place, Target};

/// What is to be scanned.
pub struct Targets {
    /// Files in the order of their paths, objects the newest first.
    pub list: Vec<Target>,
    /// The way to S3, where some lie there.
    pub aws: Option<Aws>,
    /// Whether something that was named cannot be read; it has been told.
    pub is_flawed: bool,
}

/// What these paths name; without any, the objects of the sources in the range.
pub async fn of(context: &Context, paths: &[String], sought: &Sought, formats: &Formats) -> anyhow::Result<Targets> {
    let mut targets = Targets { list: Vec::new(), aws: None, is_flawed: false };
    let is_remote = paths.is_empty() || paths.iter().any(|path| path.starts_with("s3://"));
    if !is_remote {
        known(&sought.sources, formats.names())?;
        for path in paths {
            targets.add_files(path);
        }
        return Ok(targets);
    }
    let settings = context.settings()?;
    let (aws, profile) = (connect(&settings), Arc::new(settings.profile));
    let names = profile.sources.iter().map(|source| source.name.as_str());
    if paths.is_empty() {
        let is_wanted = |source: &&Source| sought.sources.contains(&source.name);
        let sources: Vec<&Source> = profile.sources.iter().filter(is_wanted).collect();
        known(&sought.sources, names)?;
        let Some(range) = sought.range.filter(|_| !sources.is_empty()) else { return Err(nowhere().into()) };
        let inventory = Inventory::new(aws.clone(), Arc::clone(&profile));
        for source in sources {
            targets.list.extend(of_source(&inventory, source, range, formats).await?);
        }
    } else {
        known(&sought.sources, names.chain(formats.names()))?;
    }
    for path in paths {
        if path.starts_with("s3://") {
            let objects = below(&aws, &path.parse()?).await?;
            if objects.is_empty() {
                targets.flaw(path, "there is no object");
            }
            let owner =
                |object: &Object| profile.sources.iter().find(|source| source.owns(&object.id.bucket, &object.id.key));
            targets.list.extend(objects.into_iter().map(|object| match owner(&object) {
                Some(source) => Target::of(source, object, formats),
                None => Target::new(Place::Object(object)),
            }));
        } else {
            targets.add_files(path);
        }
    }
    // Files have no such time, and come last.
    targets.list.sort_by_key(|target| std::cmp::Reverse(target.arrived()));
    targets.aws = Some(aws);
    Ok(targets)
}

fn nowhere() -> UsageError {
    UsageError {
        what: "nothing says where to look".into(),
        hint: Some("name files, folders or s3:// URIs, or --source NAME with --range 6h".into()),
    }
}

/// Whether all sources are among `names`.
fn known<'n>(sources: &[String], names: impl Iterator<Item = &'n str> + Clone) -> Result<(), UsageError> {
    let Some(unknown) = sources.iter().find(|source| !names.clone().any(|name| name == source.as_str())) else {
        return Ok(());
    };
    Err(UsageError {
        what: format!("there is no source \"{unknown}\""),
        hint: nearest(unknown, names).map(|near| format!("did you mean \"{near}\"?")),
    })
}

/// The objects of a source that may hold records of a range.
async fn of_source(
    inventory: &Inventory,
    source: &Source,
    range: TimeRange,
    formats: &Formats,
) -> Result<Vec<Target>, AwsError> {
    let mut found = Vec::new();
    let sink = |rows: Vec<ObjectRow>| {
        found.extend(rows.into_iter().map(|row| Target::of(source, row.object, formats)));
        true
    };
    plan::objects_of(inventory, source, range, sink).await?;
    Ok(found)
}

/// The object of this key; where there is none, all objects below it as a prefix.
async fn below(aws: &Aws, place: &Location) -> Result<Vec<Object>, AwsError> {
    let mut found = Vec::new();
    let mut from = Some(ListFrom::Start);
    while let Some(start) = from {
        let page = aws.list(place, &start, 1_000).await?;
        if let Some(exact) = page.objects.iter().find(|object| object.id.key == place.prefix) {
            return Ok(vec![exact.clone()]);
        }
        // A key that ends in `/` is a folder's marker, which the S3 console writes.
        found.extend(page.objects.into_iter().filter(|object| !object.id.key.ends_with('/')));
        from = page.next;
    }
    Ok(found)
}

impl Targets {
    fn flaw(&mut self, subject: &str, cause: &str) {
        trouble(subject, cause);
        self.is_flawed = true;
    }

    /// A file, all files of a folder, or standard input.
    fn add_files(&mut self, path: &str) {
        if path == "-" {
            self.list.push(Target::new(Place::Input));
            return;
        }
        if !Path::new(path).is_dir() {
            self.list.push(Target::new(Place::File(path.into())));
            return;
        }
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    self.list.push(Target::new(Place::File(entry.into_path())));
                }
                Ok(_) => {}
                Err(error) => self.flaw(path, &error.to_string()),
            }
        }
    }
}
