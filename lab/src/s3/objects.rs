//! Objects on the wire: get, head, put, copy, delete.

use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use s3s::dto::{
    Checksum, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, DeleteObjectInput, DeleteObjectOutput,
    DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, MetadataDirective, PutObjectInput, PutObjectOutput, StreamingBlob,
};
use s3s::{Body as WireBody, S3Request, S3Result, s3_error};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::S3;
use super::archive;
use super::convert::{
    Conditions, checksums, condition, content_encoding, error, etag, kept_metadata, metadata, storage_class, time,
};
use super::upload::{Expected, receive};
use crate::store::{Body, Extra, Put, Store, Stored};

/// Pieces in which a body file is sent.
const PIECE: usize = 256 * 1024;
/// Ranges of a body file up to this size are read at once.
const READ_LIMIT: u64 = 1024 * 1024;

/// The part of an object that was asked for.
struct Slice {
    bytes: Range<u64>,
    /// `Content-Range`, where it is not all.
    content_range: Option<String>,
    parts_count: Option<i32>,
}

/// Finds the bytes of a range or of a part.
fn slice(stored: &Stored, range: Option<s3s::dto::Range>, part_number: Option<i32>) -> S3Result<Slice> {
    let size = stored.size;
    let told = |bytes: &Range<u64>| format!("bytes {}-{}/{size}", bytes.start, bytes.end.saturating_sub(1));
    if let Some(number) = part_number {
        let parts = &stored.headers.parts;
        let index = usize::try_from(number - 1).map_err(|_| s3_error!(InvalidArgument))?;
        let bytes = match parts.get(index) {
            Some(length) => {
                let start = parts[..index].iter().sum();
                start..start + length
            }
            None if parts.is_empty() && index == 0 => 0..size,
            None => {
                return Err(s3_error!(InvalidArgument, "The requested partnumber is not satisfiable"));
            }
        };
        return Ok(Slice {
            content_range: (size > 0).then(|| told(&bytes)),
            bytes,
            parts_count: (!parts.is_empty()).then_some(parts.len() as i32),
        });
    }
    let Some(range) = range else {
        return Ok(Slice { bytes: 0..size, content_range: None, parts_count: None });
    };
    let bytes = range.check(size).map_err(|_| {
        let mut refused = s3_error!(InvalidRange, "The requested range is not satisfiable");
        if let Ok(value) = http::HeaderValue::from_str(&format!("bytes */{size}")) {
            let mut headers = http::HeaderMap::new();
            headers.insert(http::header::CONTENT_RANGE, value);
            refused.set_headers(headers);
        }
        refused
    })?;
    Ok(Slice { content_range: Some(told(&bytes)), bytes, parts_count: None })
}

/// An object that is to be sent, and the bytes of it.
struct Opened {
    stored: Stored,
    slice: Slice,
    content: Content,
}

enum Content {
    Memory(Bytes),
    /// So much of a file that it is read while it is sent.
    File(PathBuf),
}

impl Opened {
    /// Finds what a GET asks for, and reads it where it is not long.
    fn of(store: &Store, input: &GetObjectInput) -> S3Result<Opened> {
        let (stored, body) =
            store.open_object(&input.bucket, &input.key, input.version_id.as_deref()).map_err(error)?;
        let conditions = Conditions {
            matching: input.if_match.as_ref(),
            not_matching: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        conditions.check(&stored)?;
        if archive::is_unreadable(&stored, store.clock().millis()) {
            return Err(s3_error!(InvalidObjectState, "The operation is not valid for the object's storage class"));
        }
        let slice = slice(&stored, input.range, input.part_number)?;
        let content = match body {
            Body::File(path) if slice.bytes.end - slice.bytes.start > READ_LIMIT => Content::File(path),
            body => Content::Memory(body.read(slice.bytes.clone()).map_err(error)?),
        };
        Ok(Opened { stored, slice, content })
    }
}

async fn stream(content: Content, bytes: &Range<u64>) -> S3Result<StreamingBlob> {
    let path = match content {
        Content::Memory(read) => return Ok(WireBody::from(read).into()),
        Content::File(path) => path,
    };
    let mut file = tokio::fs::File::open(&path).await.map_err(s3s::S3Error::internal_error)?;
    file.seek(std::io::SeekFrom::Start(bytes.start)).await.map_err(s3s::S3Error::internal_error)?;
    let reader = file.take(bytes.end - bytes.start);
    Ok(StreamingBlob::wrap(ReaderStream::with_capacity(reader, PIECE)))
}

impl S3 {
    pub(super) async fn get(&self, input: GetObjectInput) -> S3Result<GetObjectOutput> {
        let wants_sums = input.checksum_mode.is_some();
        let Opened { stored, slice, content } = self.read(move |store| Opened::of(store, &input)).await?;
        let sums =
            if wants_sums && slice.content_range.is_none() { checksums(&stored.headers) } else { Checksum::default() };
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some((slice.bytes.end - slice.bytes.start) as i64),
            body: Some(stream(content, &slice.bytes).await?),
            content_range: slice.content_range,
            parts_count: slice.parts_count,
            e_tag: Some(etag(&stored.etag)),
            last_modified: Some(time(stored.arrived)),
            metadata: metadata(&stored),
            storage_class: storage_class(&stored),
            content_type: Some(content_type(&stored)),
            content_encoding: stored.content_encoding,
            cache_control: stored.headers.cache_control,
            content_disposition: stored.headers.content_disposition,
            content_language: stored.headers.content_language,
            version_id: stored.version,
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            ..GetObjectOutput::default()
        })
    }

    pub(super) async fn head(&self, input: HeadObjectInput) -> S3Result<HeadObjectOutput> {
        let HeadObjectInput { bucket, key, version_id, .. } = input;
        let stored = self.with_store(move |store| store.head(&bucket, &key, version_id.as_deref())).await?;
        let conditions = Conditions {
            matching: input.if_match.as_ref(),
            not_matching: input.if_none_match.as_ref(),
            modified_since: input.if_modified_since.as_ref(),
            unmodified_since: input.if_unmodified_since.as_ref(),
        };
        conditions.check(&stored)?;
        let slice = slice(&stored, input.range, input.part_number)?;
        let sums = match input.checksum_mode {
            Some(_) => checksums(&stored.headers),
            None => Checksum::default(),
        };
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some((slice.bytes.end - slice.bytes.start) as i64),
            content_range: slice.content_range,
            parts_count: slice.parts_count,
            e_tag: Some(etag(&stored.etag)),
            last_modified: Some(time(stored.arrived)),
            metadata: metadata(&stored),
            storage_class: storage_class(&stored),
            content_type: Some(content_type(&stored)),
            content_encoding: stored.content_encoding,
            cache_control: stored.headers.cache_control,
            content_disposition: stored.headers.content_disposition,
            content_language: stored.headers.content_language,
            version_id: stored.version,
            restore: archive::header(stored.headers.restored, self.store.clock().millis()),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            ..HeadObjectOutput::default()
        })
    }

    pub(super) async fn put(&self, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        // Refused before the body is received.
        let bucket = input.bucket.clone();
        self.with_store(move |store| store.bucket(&bucket)).await?;
        let expected = Expected {
            headers: &headers,
            trailers: trailing_headers.as_ref(),
            md5: input.content_md5.as_deref(),
            length: input.content_length,
        };
        let received = receive(&self.store, input.body, &expected).await?;
        let put = Put {
            metadata: kept_metadata(input.metadata),
            content_type: input.content_type,
            content_encoding: content_encoding(input.content_encoding.as_deref()),
            storage_class: input.storage_class.map(|class| class.as_str().to_owned()),
            arrived: None,
            if_match: condition(input.if_match.as_ref()),
            if_none_match: condition(input.if_none_match.as_ref()),
            headers: Extra {
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_language: input.content_language,
                checksums: received.checksums,
                ..Extra::default()
            },
        };
        let (bucket, key, staged) = (input.bucket, input.key, received.staged);
        let stored = self.with_store(move |store| store.put_staged(&bucket, &key, staged, &put)).await?;
        let sums = checksums(&stored.headers);
        Ok(PutObjectOutput {
            e_tag: Some(etag(&stored.etag)),
            version_id: stored.version,
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            checksum_type: sums.checksum_type,
            ..PutObjectOutput::default()
        })
    }

    pub(super) async fn copy(&self, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
        let (bucket, key, version) = copy_source(&input.copy_source)?;
        let source = {
            let (bucket, key, version) = (bucket.clone(), key.clone(), version.clone());
            self.with_store(move |store| store.head(&bucket, &key, version.as_deref())).await?
        };
        check_copy_conditions(
            &source,
            &Conditions {
                matching: input.copy_source_if_match.as_ref(),
                not_matching: input.copy_source_if_none_match.as_ref(),
                modified_since: input.copy_source_if_modified_since.as_ref(),
                unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
            },
        )?;
        let directive = input.metadata_directive.as_ref();
        let is_replaced = directive.map(MetadataDirective::as_str) == Some(MetadataDirective::REPLACE);
        let class = input.storage_class.map(|class| class.as_str().to_owned());
        if bucket == input.bucket && key == input.key && version.is_none() && !is_replaced && class.is_none() {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        let put = is_replaced.then(|| Put {
            metadata: kept_metadata(input.metadata),
            content_type: input.content_type,
            content_encoding: content_encoding(input.content_encoding.as_deref()),
            headers: Extra {
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_language: input.content_language,
                ..Extra::default()
            },
            ..Put::default()
        });
        let (to_bucket, to_key) = (input.bucket, input.key);
        let stored = self
            .with_store(move |store| store.copy((&bucket, &key, version.as_deref()), (&to_bucket, &to_key), put, class))
            .await?;
        Ok(CopyObjectOutput {
            copy_object_result: Some(CopyObjectResult {
                e_tag: Some(etag(&stored.etag)),
                last_modified: Some(time(stored.arrived)),
                ..CopyObjectResult::default()
            }),
            copy_source_version_id: source.version,
            version_id: stored.version,
            ..CopyObjectOutput::default()
        })
    }

    pub(super) async fn delete(&self, input: DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
        let deleted = self
            .with_store(move |store| match condition(input.if_match.as_ref()) {
                None => store.delete(&input.bucket, &input.key, input.version_id.as_deref()),
                Some(etag) => store.delete_unchanged(&input.bucket, &input.key, &etag),
            })
            .await?;
        Ok(DeleteObjectOutput {
            delete_marker: deleted.is_marker.then_some(true),
            version_id: deleted.version,
            ..DeleteObjectOutput::default()
        })
    }

    pub(super) async fn delete_many(&self, input: DeleteObjectsInput) -> S3Result<DeleteObjectsOutput> {
        const MOST: usize = 1_000;
        if input.delete.objects.len() > MOST {
            return Err(s3_error!(MalformedXML));
        }
        let is_quiet = input.delete.quiet.unwrap_or_default();
        let bucket = input.bucket;
        let objects = input.delete.objects;
        let (objects, results) = self
            .with_store(move |store| {
                let named: Vec<(&str, Option<&str>)> =
                    objects.iter().map(|object| (object.key.as_str(), object.version_id.as_deref())).collect();
                let results = store.delete_many(&bucket, &named)?;
                Ok((objects, results))
            })
            .await?;
        let deleted: Vec<DeletedObject> = objects
            .into_iter()
            .zip(results)
            .map(|(object, deleted)| DeletedObject {
                key: Some(object.key),
                delete_marker: deleted.is_marker.then_some(true),
                // A marker that was made is told apart from a version that was named and is gone.
                delete_marker_version_id: deleted.version.filter(|_| deleted.is_marker),
                version_id: object.version_id,
            })
            .collect();
        Ok(DeleteObjectsOutput {
            deleted: (!is_quiet && !deleted.is_empty()).then_some(deleted),
            ..DeleteObjectsOutput::default()
        })
    }
}

fn content_type(stored: &Stored) -> String {
    stored.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned())
}

/// Bucket, key and version of the object that is copied.
pub(super) fn copy_source(source: &CopySource) -> S3Result<(String, String, Option<String>)> {
    match source {
        CopySource::Bucket { bucket, key, version_id } => {
            Ok((bucket.to_string(), key.to_string(), version_id.as_deref().map(str::to_owned)))
        }
        _ => Err(s3_error!(NotImplemented, "The lab copies from buckets, not from access points.")),
    }
}

/// A copy whose source is unchanged fails, where a GET would be answered with 304.
pub(super) fn check_copy_conditions(source: &Stored, conditions: &Conditions<'_>) -> S3Result<()> {
    conditions.check(source).map_err(|_| s3_error!(PreconditionFailed))
}
