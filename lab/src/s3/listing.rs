//! Listings on the wire: what the store lists, encoded where the client asks for it.

use s3s::dto::{
    CommonPrefix, DeleteMarkerEntry, EncodingType, ListObjectVersionsInput, ListObjectVersionsOutput, ListObjectsInput,
    ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, Object, ObjectStorageClass, ObjectVersion,
    ObjectVersionStorageClass, OptionalObjectAttributes,
};
use s3s::{S3Result, s3_error};

use super::archive;
use super::convert::{etag, owner, time};
use crate::events::encode_key;
use crate::store::{ListQuery, Listing, Stored, VersionEntry, Versions, VersionsQuery, prefix_token};

const PAGE: i32 = 1_000;

/// How keys are written.
#[derive(Clone, Copy)]
struct Encoding {
    is_url: bool,
}

impl Encoding {
    fn of(asked: Option<&EncodingType>) -> S3Result<Encoding> {
        match asked.map(EncodingType::as_str) {
            None => Ok(Encoding { is_url: false }),
            Some("url") => Ok(Encoding { is_url: true }),
            Some(_) => Err(s3_error!(InvalidArgument, "Invalid Encoding Method specified in Request")),
        }
    }

    fn write(self, key: &str) -> String {
        if self.is_url { encode_key(key) } else { key.to_owned() }
    }

    fn write_all(self, key: Option<&String>) -> Option<String> {
        key.map(|key| self.write(key))
    }

    fn told(self) -> Option<EncodingType> {
        self.is_url.then(|| EncodingType::from_static(EncodingType::URL))
    }

    fn prefixes(self, prefixes: &[String]) -> Option<Vec<CommonPrefix>> {
        (!prefixes.is_empty())
            .then(|| prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(self.write(prefix)) }).collect())
    }

    fn objects(self, objects: &[Stored], with_owner: bool, restored_at: Option<i64>) -> Option<Vec<Object>> {
        (!objects.is_empty()).then(|| {
            objects
                .iter()
                .map(|stored| Object {
                    key: Some(self.write(&stored.key)),
                    e_tag: Some(etag(&stored.etag)),
                    size: Some(stored.size as i64),
                    last_modified: Some(time(stored.arrived)),
                    storage_class: Some(ObjectStorageClass::from(stored.storage_class.clone())),
                    owner: with_owner.then(owner),
                    restore_status: restored_at.and_then(|now| archive::status(stored.headers.restored, now)),
                    ..Object::default()
                })
                .collect()
        })
    }
}

fn limit(asked: Option<i32>) -> S3Result<i32> {
    match asked.unwrap_or(PAGE) {
        limit if limit < 0 => Err(s3_error!(InvalidArgument, "max-keys must not be negative")),
        limit => Ok(limit.min(PAGE)),
    }
}

/// An empty delimiter is none.
fn delimiter(asked: Option<&String>) -> Option<String> {
    asked.filter(|delimiter| !delimiter.is_empty()).cloned()
}

pub(super) fn v2_query(input: &ListObjectsV2Input) -> S3Result<ListQuery> {
    Encoding::of(input.encoding_type.as_ref())?;
    Ok(ListQuery {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter(input.delimiter.as_ref()),
        start_after: input.start_after.clone(),
        token: input.continuation_token.clone(),
        limit: limit(input.max_keys)? as usize,
    })
}

pub(super) fn v2_output(input: ListObjectsV2Input, listing: Listing, now: i64) -> S3Result<ListObjectsV2Output> {
    let encoding = Encoding::of(input.encoding_type.as_ref())?;
    let is_restore = |wish: &OptionalObjectAttributes| wish.as_str() == OptionalObjectAttributes::RESTORE_STATUS;
    let restored_at = input.optional_object_attributes.iter().flatten().any(is_restore).then_some(now);
    Ok(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(encoding.write(input.prefix.as_deref().unwrap_or_default())),
        max_keys: Some(limit(input.max_keys)?),
        key_count: Some((listing.objects.len() + listing.prefixes.len()) as i32),
        continuation_token: input.continuation_token,
        is_truncated: Some(listing.next.is_some()),
        next_continuation_token: listing.next,
        contents: encoding.objects(&listing.objects, input.fetch_owner.unwrap_or_default(), restored_at),
        common_prefixes: encoding.prefixes(&listing.prefixes),
        delimiter: encoding.write_all(input.delimiter.as_ref()),
        encoding_type: encoding.told(),
        start_after: encoding.write_all(input.start_after.as_ref()),
        ..ListObjectsV2Output::default()
    })
}

pub(super) fn v1_query(input: &ListObjectsInput) -> S3Result<ListQuery> {
    Encoding::of(input.encoding_type.as_ref())?;
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = delimiter(input.delimiter.as_ref());
    let marker = input.marker.clone().filter(|marker| !marker.is_empty());
    // The marker of a page that ends with a common prefix is that prefix: the next page starts behind all of it.
    let token = marker.as_deref().and_then(|marker| prefix_token(marker, &prefix, delimiter.as_deref()?));
    Ok(ListQuery { prefix, delimiter, start_after: marker, token, limit: limit(input.max_keys)? as usize })
}

pub(super) fn v1_output(input: ListObjectsInput, listing: &Listing) -> S3Result<ListObjectsOutput> {
    let encoding = Encoding::of(input.encoding_type.as_ref())?;
    let last_key = listing.objects.last().map(|stored| stored.key.as_str());
    let last = last_key.max(listing.prefixes.last().map(String::as_str));
    Ok(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(encoding.write(input.prefix.as_deref().unwrap_or_default())),
        marker: Some(encoding.write(input.marker.as_deref().unwrap_or_default())),
        max_keys: Some(limit(input.max_keys)?),
        is_truncated: Some(listing.next.is_some()),
        next_marker: last.filter(|_| listing.next.is_some()).map(|last| encoding.write(last)),
        contents: encoding.objects(&listing.objects, true, None),
        common_prefixes: encoding.prefixes(&listing.prefixes),
        delimiter: encoding.write_all(input.delimiter.as_ref()),
        encoding_type: encoding.told(),
        ..ListObjectsOutput::default()
    })
}

pub(super) fn versions_query(input: &ListObjectVersionsInput) -> S3Result<VersionsQuery> {
    Encoding::of(input.encoding_type.as_ref())?;
    Ok(VersionsQuery {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter(input.delimiter.as_ref()),
        key_marker: input.key_marker.clone().filter(|marker| !marker.is_empty()),
        version_marker: input.version_id_marker.clone().filter(|marker| !marker.is_empty()),
        limit: limit(input.max_keys)? as usize,
    })
}

pub(super) fn versions_output(
    input: ListObjectVersionsInput,
    versions: Versions,
) -> S3Result<ListObjectVersionsOutput> {
    let encoding = Encoding::of(input.encoding_type.as_ref())?;
    let (markers, entries): (Vec<VersionEntry>, Vec<VersionEntry>) =
        versions.entries.into_iter().partition(|entry| entry.is_marker);
    let version = |stored: &Stored| {
        let version = stored.version.clone();
        Some(version.unwrap_or_else(|| "null".to_owned()))
    };
    let is_truncated = versions.next.is_some();
    let (next_key, next_version) = versions.next.unzip();
    Ok(ListObjectVersionsOutput {
        name: Some(input.bucket),
        prefix: Some(encoding.write(input.prefix.as_deref().unwrap_or_default())),
        key_marker: Some(encoding.write(input.key_marker.as_deref().unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
        max_keys: Some(limit(input.max_keys)?),
        is_truncated: Some(is_truncated),
        next_key_marker: encoding.write_all(next_key.as_ref()),
        next_version_id_marker: next_version.flatten(),
        delimiter: encoding.write_all(input.delimiter.as_ref()),
        encoding_type: encoding.told(),
        common_prefixes: encoding.prefixes(&versions.prefixes),
        versions: (!entries.is_empty()).then(|| {
            entries
                .iter()
                .map(|entry| ObjectVersion {
                    key: Some(encoding.write(&entry.object.key)),
                    version_id: version(&entry.object),
                    is_latest: Some(entry.is_latest),
                    e_tag: Some(etag(&entry.object.etag)),
                    size: Some(entry.object.size as i64),
                    last_modified: Some(time(entry.object.arrived)),
                    storage_class: Some(ObjectVersionStorageClass::from(entry.object.storage_class.clone())),
                    owner: Some(owner()),
                    ..ObjectVersion::default()
                })
                .collect()
        }),
        delete_markers: (!markers.is_empty()).then(|| {
            markers
                .iter()
                .map(|entry| DeleteMarkerEntry {
                    key: Some(encoding.write(&entry.object.key)),
                    version_id: version(&entry.object),
                    is_latest: Some(entry.is_latest),
                    last_modified: Some(time(entry.object.arrived)),
                    owner: Some(owner()),
                })
                .collect()
        }),
        ..ListObjectVersionsOutput::default()
    })
}
