//! Multipart uploads on the wire.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
    CopyPartResult, CreateMultipartUploadInput, CreateMultipartUploadOutput, ListMultipartUploadsInput,
    ListMultipartUploadsOutput, ListPartsInput, ListPartsOutput, MultipartUpload, Part, Range, UploadPartCopyInput,
    UploadPartCopyOutput, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Request, S3Result, s3_error};

use super::S3;
use super::convert::{Conditions, condition, content_encoding, etag, kept_metadata, owner, time};
use super::objects::{check_copy_conditions, copy_source};
use super::upload::{Expected, receive};
use crate::events::encode_key;
use crate::store::{CompletedPart, Extra, Put, UploadTarget};

const MAX_PART: i32 = 10_000;
/// How much of a copied part is held in memory at a time.
const STEP: u64 = 1024 * 1024;

fn part_number(number: i32) -> S3Result<u32> {
    if (1..=MAX_PART).contains(&number) {
        Ok(number as u32)
    } else {
        Err(s3_error!(InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive"))
    }
}

impl S3 {
    pub(super) async fn start_upload(
        &self,
        input: CreateMultipartUploadInput,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let put = Put {
            metadata: kept_metadata(input.metadata),
            content_type: input.content_type,
            content_encoding: content_encoding(input.content_encoding.as_deref()),
            storage_class: input.storage_class.map(|class| class.as_str().to_owned()),
            headers: Extra {
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_language: input.content_language,
                ..Extra::default()
            },
            ..Put::default()
        };
        let (bucket, key) = (input.bucket.clone(), input.key.clone());
        let upload = self.with_store(move |store| store.create_upload(&bucket, &key, &put)).await?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(upload),
            ..CreateMultipartUploadOutput::default()
        })
    }

    pub(super) async fn put_part(&self, request: S3Request<UploadPartInput>) -> S3Result<UploadPartOutput> {
        let S3Request { input, headers, trailing_headers, .. } = request;
        let number = part_number(input.part_number)?;
        let (bucket, key, upload) = (input.bucket, input.key, input.upload_id);
        {
            let (bucket, key, upload) = (bucket.clone(), key.clone(), upload.clone());
            self.with_store(move |store| store.check_upload(target(&bucket, &key, &upload))).await?;
        }
        let expected = Expected {
            headers: &headers,
            trailers: trailing_headers.as_ref(),
            md5: input.content_md5.as_deref(),
            length: input.content_length,
        };
        let received = receive(&self.store, input.body, &expected).await?;
        let mut sums = received.checksums;
        let staged = received.staged;
        let told = self.with_store(move |store| store.put_part(target(&bucket, &key, &upload), number, staged)).await?;
        Ok(UploadPartOutput {
            e_tag: Some(etag(&told)),
            checksum_crc32: sums.remove("crc32"),
            checksum_crc32c: sums.remove("crc32c"),
            checksum_crc64nvme: sums.remove("crc64nvme"),
            checksum_sha1: sums.remove("sha1"),
            checksum_sha256: sums.remove("sha256"),
            ..UploadPartOutput::default()
        })
    }

    pub(super) async fn copy_part(&self, input: UploadPartCopyInput) -> S3Result<UploadPartCopyOutput> {
        let number = part_number(input.part_number)?;
        let (from_bucket, from_key, version) = copy_source(&input.copy_source)?;
        let (source, body) =
            self.with_store(move |store| store.open_object(&from_bucket, &from_key, version.as_deref())).await?;
        check_copy_conditions(
            &source,
            &Conditions {
                matching: input.copy_source_if_match.as_ref(),
                not_matching: input.copy_source_if_none_match.as_ref(),
                modified_since: input.copy_source_if_modified_since.as_ref(),
                unmodified_since: input.copy_source_if_unmodified_since.as_ref(),
            },
        )?;
        let bytes = match input.copy_source_range.as_deref() {
            Some(range) => Range::parse(range)
                .ok()
                .and_then(|range| range.check(source.size).ok())
                .ok_or_else(|| s3_error!(InvalidArgument, "The range is not valid for the source"))?,
            None => 0..source.size,
        };
        let (bucket, key, upload) = (input.bucket, input.key, input.upload_id);
        let told = self
            .with_store(move |store| {
                let mut stager = store.stager();
                let mut at = bytes.start;
                while at < bytes.end {
                    let end = bytes.end.min(at + STEP);
                    stager.push(&body.read(at..end)?)?;
                    at = end;
                }
                store.put_part(target(&bucket, &key, &upload), number, stager.finish())
            })
            .await?;
        Ok(UploadPartCopyOutput {
            copy_part_result: Some(CopyPartResult {
                e_tag: Some(etag(&told)),
                last_modified: Some(time(self.store.clock().now())),
                ..CopyPartResult::default()
            }),
            copy_source_version_id: source.version,
            ..UploadPartCopyOutput::default()
        })
    }

    pub(super) async fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let parts = input
            .multipart_upload
            .and_then(|upload| upload.parts)
            .filter(|parts| !parts.is_empty())
            .ok_or_else(|| s3_error!(MalformedXML))?;
        let completed = parts
            .into_iter()
            .map(|part| {
                Ok(CompletedPart {
                    number: part_number(part.part_number.unwrap_or_default())?,
                    etag: part.e_tag.map(|etag| etag.value().to_owned()),
                })
            })
            .collect::<S3Result<Vec<_>>>()?;
        let put = Put {
            if_match: condition(input.if_match.as_ref()),
            if_none_match: condition(input.if_none_match.as_ref()),
            ..Put::default()
        };
        let (bucket, key, upload) = (input.bucket, input.key, input.upload_id);
        let stored = self
            .with_store(move |store| store.complete_upload(target(&bucket, &key, &upload), &completed, &put))
            .await?;
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", stored.bucket, encode_key(&stored.key))),
            bucket: Some(stored.bucket),
            key: Some(stored.key),
            e_tag: Some(etag(&stored.etag)),
            version_id: stored.version,
            ..CompleteMultipartUploadOutput::default()
        })
    }

    pub(super) async fn abort_upload(&self, input: AbortMultipartUploadInput) -> S3Result<AbortMultipartUploadOutput> {
        self.with_store(move |store| store.abort_upload(target(&input.bucket, &input.key, &input.upload_id))).await?;
        Ok(AbortMultipartUploadOutput::default())
    }

    pub(super) async fn parts(&self, input: ListPartsInput) -> S3Result<ListPartsOutput> {
        let (bucket, key, upload) = (input.bucket.clone(), input.key.clone(), input.upload_id.clone());
        let parts = self.with_store(move |store| store.list_parts(target(&bucket, &key, &upload))).await?;
        let after = input.part_number_marker.unwrap_or_default();
        let limit = input.max_parts.unwrap_or(1_000).clamp(0, 1_000);
        let mut rest = parts.into_iter().filter(|part| i64::from(part.number) > i64::from(after));
        let page: Vec<Part> = rest
            .by_ref()
            .take(limit as usize)
            .map(|part| Part {
                e_tag: Some(etag(&part.etag)),
                last_modified: Some(time(part.arrived)),
                part_number: Some(part.number as i32),
                size: Some(part.size as i64),
                ..Part::default()
            })
            .collect();
        let is_truncated = rest.next().is_some();
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            is_truncated: Some(is_truncated),
            next_part_number_marker: page.last().filter(|_| is_truncated).and_then(|part| part.part_number),
            max_parts: Some(limit),
            parts: Some(page),
            owner: Some(owner()),
            ..ListPartsOutput::default()
        })
    }

    pub(super) async fn uploads(&self, input: ListMultipartUploadsInput) -> S3Result<ListMultipartUploadsOutput> {
        let (bucket, prefix) = (input.bucket.clone(), input.prefix.clone().unwrap_or_default());
        let uploads = self.with_store(move |store| store.list_uploads(&bucket, &prefix)).await?;
        let limit = input.max_uploads.unwrap_or(1_000).clamp(0, 1_000);
        let after = (input.key_marker.clone().unwrap_or_default(), input.upload_id_marker.clone());
        let is_url = input.encoding_type.is_some();
        let write = |key: &str| {
            if is_url { encode_key(key) } else { key.to_owned() }
        };
        // Uploads of the marker's key go on behind the marker's upload, where one is named.
        let mut is_behind = after.1.is_none();
        let mut rest = uploads.into_iter().filter(move |upload| {
            if upload.key != after.0 {
                return upload.key > after.0;
            }
            let is_next = is_behind && after.1.is_some();
            is_behind |= after.1.as_deref() == Some(upload.id.as_str());
            is_next
        });
        let page: Vec<MultipartUpload> = rest
            .by_ref()
            .take(limit as usize)
            .map(|upload| MultipartUpload {
                key: Some(write(&upload.key)),
                upload_id: Some(upload.id),
                initiated: Some(time(upload.initiated)),
                owner: Some(owner()),
                ..MultipartUpload::default()
            })
            .collect();
        let is_truncated = rest.next().is_some();
        let last = page.last().filter(|_| is_truncated);
        Ok(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: input.prefix.as_deref().map(write),
            key_marker: input.key_marker.as_deref().map(write),
            upload_id_marker: input.upload_id_marker.clone(),
            next_key_marker: last.and_then(|upload| upload.key.clone()),
            next_upload_id_marker: last.and_then(|upload| upload.upload_id.clone()),
            encoding_type: input.encoding_type,
            is_truncated: Some(is_truncated),
            max_uploads: Some(limit),
            uploads: Some(page),
            ..ListMultipartUploadsOutput::default()
        })
    }
}

fn target<'a>(bucket: &'a str, key: &'a str, upload: &'a str) -> UploadTarget<'a> {
    UploadTarget { bucket, key, upload }
}
