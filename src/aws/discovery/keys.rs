//! Samples of a bucket's keys by few listings, the layouts that these have, and the formats of a sample object each.

use std::collections::VecDeque;
use std::io::Cursor;

use scops_parser::{Formats, Options, Reader};

use super::super::s3::Below;
use super::super::{Aws, AwsError};
use super::Walk;
use crate::domain::discovery::FoundLayout;
use crate::domain::discovery::chosen::chosen;
use crate::domain::discovery::layouts::{Recognised, recognise};
use crate::domain::{ByteSize, Location, Object};

/// Listings of one bucket at most; each gives a page of at most 1,000 keys and folders.
pub const LISTINGS: usize = 60;
/// Keys of one folder that are kept.
const KEYS: usize = 24;
/// How much of a sample object is read.
const HEAD: u64 = 256 << 10;
/// Layouts of one bucket whose format is looked at.
const LAYOUTS: usize = 40;

/// The layouts of a bucket's keys, those with most keys first. What lies below `index` is the worker's own.
pub(super) async fn layouts(
    walk: &Walk<'_>,
    bucket: &str,
    formats: &Formats,
    index: Option<&Location>,
) -> Result<Vec<FoundLayout>, AwsError> {
    let own = index.filter(|index| index.bucket == bucket).map(|index| index.prefix.as_str());
    if own == Some("") {
        return Ok(Vec::new());
    }
    let objects = sample(walk, bucket, own).await?;
    let keys: Vec<&str> = objects.iter().map(|object| object.id.key.as_str()).collect();
    let (mut recognised, left_out) = recognise(&keys);
    for (why, count) in left_out {
        walk.note(format!("s3://{bucket}: left out {why} ({count} of {} sampled keys)", keys.len()));
    }
    if recognised.len() > LAYOUTS {
        walk.note(format!("s3://{bucket}: {} layouts; {LAYOUTS} of them are told", recognised.len()));
        recognised.truncate(LAYOUTS);
    }
    let mut found = Vec::with_capacity(recognised.len());
    for layout in recognised {
        found.push(look(walk, bucket, layout, &objects, formats).await?);
    }
    Ok(found)
}

/// Walks down by delimiter, level by level, so that every kind of folder is seen before any is looked through.
async fn sample(walk: &Walk<'_>, bucket: &str, own: Option<&str>) -> Result<Vec<Object>, AwsError> {
    let arn = format!("arn:aws:s3:::{bucket}");
    let mut objects = Vec::new();
    let mut open = VecDeque::from([String::new()]);
    let mut listings = 0;
    while let Some(prefix) = open.pop_front() {
        if listings == LISTINGS {
            let unseen = open.len() + 1;
            walk.note(format!(
                "s3://{bucket}: {LISTINGS} listings were made; {unseen} folders, as {prefix}, are not looked into"
            ));
            break;
        }
        listings += 1;
        let listed = walk.aws.below(bucket, &prefix).await;
        let Some(Below { prefixes, objects: mut here, is_cut }) = walk.told("s3:ListBucket", &arn, listed)? else {
            break;
        };
        let (into, is_more) = chosen(&prefix, &prefixes);
        if is_cut || is_more {
            walk.note(format!("s3://{bucket}/{prefix}: there is more than was looked at"));
        }
        open.extend(
            into.into_iter().filter(|folder| own.is_none_or(|own| !folder.starts_with(own))).map(str::to_owned),
        );
        // From the first to the last, so that what differs in their names is seen.
        let step = here.len().div_ceil(KEYS).max(1);
        let last = here.len() > 1 && (here.len() - 1) % step != 0;
        let last = here.last().filter(|_| last).cloned();
        here = here.into_iter().step_by(step).collect();
        objects.extend(here.into_iter().chain(last));
    }
    Ok(objects)
}

async fn look(
    walk: &Walk<'_>,
    bucket: &str,
    layout: Recognised,
    objects: &[Object],
    formats: &Formats,
) -> Result<FoundLayout, AwsError> {
    let mut found = FoundLayout {
        template: layout.template,
        name: layout.name,
        is_dated: layout.is_dated,
        keys: layout.keys.len(),
        ..FoundLayout::default()
    };
    let mut of_it = layout.keys.iter().filter_map(|index| objects.get(*index));
    let newest = of_it.clone().filter(|object| object.size > ByteSize(0) && !object.is_archived());
    let Some(object) = newest.max_by_key(|object| object.arrived) else {
        found.sample = of_it.next_back().map(|object| object.id.clone());
        found.because = "its sampled objects are empty or archived".into();
        return Ok(found);
    };
    found.sample = Some(object.id.clone());
    let arn = format!("arn:aws:s3:::{bucket}/{}", object.id.key);
    let Some((bytes, is_whole)) = walk.told("s3:GetObject", &arn, walk.aws.head_of(object).await)? else {
        found.because = "a sample could not be read".into();
        return Ok(found);
    };
    let options = Options {
        key: Some(object.id.key.clone()),
        formats: formats.clone(),
        partial: !is_whole,
        ..Options::default()
    };
    let mut reader = Reader::new(Cursor::new(bytes), options);
    let detection = reader.detection();
    found.because.clone_from(&detection.reason);
    if detection.is_structured() {
        found.format = detection.format.as_ref().map(|format| format.name().to_owned());
    }
    Ok(found)
}

impl Aws {
    /// The beginning of an object by one ranged GET, and whether it is all of it.
    async fn head_of(&self, object: &Object) -> Result<(bytes::Bytes, bool), AwsError> {
        let body = self.get(&object.id, Some(0..HEAD), None).await?;
        let size = body.object.size;
        let (bytes, _) = body.collect(ByteSize(HEAD)).await?;
        let is_whole = bytes.len() as u64 >= size.bytes();
        Ok((bytes, is_whole))
    }
}
