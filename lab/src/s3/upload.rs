//! Bodies on their way in: received into the store's staging, with the checksums that came along verified.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::StreamExt;
use http::HeaderMap;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::{Checksum, StreamingBlob};
use s3s::{S3Result, TrailingHeaders, s3_error};

use crate::store::{Staged, Store};

const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];
/// The largest object that a single PUT may make (5 GiB, Amazon S3 user guide, "Uploading objects").
const PUT_LIMIT: u64 = 5 * 1024 * 1024 * 1024;

/// What a request told of its body besides the bytes.
pub(super) struct Expected<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) trailers: Option<&'a TrailingHeaders>,
    /// Base64, of the whole body.
    pub(super) md5: Option<&'a str>,
    pub(super) length: Option<i64>,
}

/// A received body, and its checksums by algorithm.
pub(super) struct Received {
    pub(super) staged: Staged,
    pub(super) checksums: BTreeMap<String, String>,
}

impl Expected<'_> {
    /// The checksums that come with the body, in a header or in a trailer.
    fn algorithms(&self) -> Vec<&'static str> {
        let trailers: Vec<&str> = self
            .headers
            .get_all("x-amz-trailer")
            .iter()
            .filter_map(|names| names.to_str().ok())
            .flat_map(|names| names.split(','))
            .map(str::trim)
            .collect();
        ALGORITHMS
            .into_iter()
            .filter(|algorithm| {
                let name = header(algorithm);
                self.headers.contains_key(&name) || trailers.iter().any(|trailer| trailer.eq_ignore_ascii_case(&name))
            })
            .collect()
    }

    fn value(&self, algorithm: &str) -> Option<String> {
        let name = header(algorithm);
        let text = |headers: &HeaderMap| Some(headers.get(&name)?.to_str().ok()?.trim().to_owned());
        text(self.headers).or_else(|| self.trailers?.read(text).flatten())
    }
}

fn header(algorithm: &str) -> String {
    format!("x-amz-checksum-{algorithm}")
}

fn hasher(algorithms: &[&str]) -> ChecksumHasher {
    let has = |algorithm| algorithms.contains(&algorithm);
    ChecksumHasher {
        crc32: has("crc32").then(Crc32::new),
        crc32c: has("crc32c").then(Crc32c::new),
        crc64nvme: has("crc64nvme").then(Crc64Nvme::new),
        sha1: has("sha1").then(Sha1::new),
        sha256: has("sha256").then(Sha256::new),
    }
}

/// A checksum by its algorithm's name.
pub(super) fn by_algorithm(checksum: Checksum) -> BTreeMap<String, String> {
    [
        ("crc32", checksum.checksum_crc32),
        ("crc32c", checksum.checksum_crc32c),
        ("crc64nvme", checksum.checksum_crc64nvme),
        ("sha1", checksum.checksum_sha1),
        ("sha256", checksum.checksum_sha256),
    ]
    .into_iter()
    .filter_map(|(algorithm, value)| Some((algorithm.to_owned(), value?)))
    .collect()
}

/// Receives a body. What does not fit its length or a checksum is refused and leaves nothing behind.
pub(super) async fn receive(store: &Store, body: Option<StreamingBlob>, expected: &Expected<'_>) -> S3Result<Received> {
    let algorithms = expected.algorithms();
    let mut hasher = hasher(&algorithms);
    let mut stager = store.stager();
    let mut length: u64 = 0;
    if let Some(mut body) = body {
        while let Some(piece) = body.next().await {
            let piece =
                piece.map_err(|error| s3_error!(IncompleteBody, "the body could not be read to its end: {error}"))?;
            length += piece.len() as u64;
            if length > PUT_LIMIT {
                return Err(s3_error!(EntityTooLarge));
            }
            hasher.update(&piece);
            stager.push(&piece).map_err(super::convert::error)?;
        }
    }
    if expected.length.is_some_and(|told| told as u64 != length) {
        return Err(s3_error!(IncompleteBody));
    }
    if expected.md5.is_some_and(|md5| BASE64_STANDARD.encode(stager.md5()) != md5) {
        return Err(s3_error!(BadDigest, "The Content-MD5 you specified did not match what we received."));
    }
    let checksums = by_algorithm(hasher.finalize());
    for algorithm in algorithms {
        if expected.value(algorithm).as_ref() != checksums.get(algorithm) {
            return Err(s3_error!(BadDigest, "The {algorithm} you specified did not match the calculated checksum."));
        }
    }
    Ok(Received { staged: stager.finish(), checksums })
}
