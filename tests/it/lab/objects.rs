//! Objects at the wire.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketVersioningStatus, CompletedMultipartUpload, CompletedPart, Delete, EncodingType, ObjectIdentifier,
    StorageClass, VersioningConfiguration,
};

use super::{World, code};

async fn world() -> World {
    let world = World::new().await;
    world.s3.create_bucket().bucket("logs").send().await.expect("bucket");
    world
}

/// Keys that clients, proxies and other servers are known to damage.
fn odd_keys() -> Vec<String> {
    let mut keys: Vec<String> = [
        "AWSLogs/o-abc/123456789012/CloudTrail/us-east-1/2026/11/23/x.json.gz",
        "a b+c%20=&é",
        "/leading/slash",
        "up/../other",
        "./dot",
        "double//slash",
        "trailing/",
        "per%2Fcent",
        "dt=2026-11-23-01/part:0.json",
        "quote'\"<>&amp;",
        "日本語/🦉",
        "a",
        "a/b",
        "~!*()@,;$",
    ]
    .map(str::to_owned)
    .to_vec();
    keys.push("k".repeat(1_024));
    keys
}

#[tokio::test]
async fn odd_keys_are_put_listed_read_and_deleted_as_they_are() {
    let world = world().await;
    let mut keys = odd_keys();
    for key in &keys {
        world.put("logs", key, key).await;
    }
    keys.sort();
    let listed = world.s3.list_objects_v2().bucket("logs").send().await.expect("list");
    let names: Vec<&str> = listed.contents().iter().filter_map(|object| object.key()).collect();
    assert_eq!(names, keys);
    for key in &keys {
        assert_eq!(world.read("logs", key).await, key.as_bytes(), "{key}");
        let copied = world.s3.copy_object().bucket("logs").key("copy");
        let source = format!("logs/{}", percent(key));
        copied.copy_source(source).send().await.expect("copy");
        assert_eq!(world.read("logs", "copy").await, key.as_bytes(), "{key}");
        world.s3.delete_object().bucket("logs").key(key).send().await.expect("delete");
    }
    let left = world.s3.list_objects_v2().bucket("logs").send().await.expect("list");
    assert_eq!(left.key_count(), Some(1));
}

/// Every byte as `%XX`, which any reader of a copy source decodes.
fn percent(key: &str) -> String {
    key.bytes().flat_map(|byte| format!("%{byte:02X}").into_bytes()).map(char::from).collect()
}

#[tokio::test]
async fn a_url_encoded_listing_holds_keys_that_xml_cannot() {
    let world = world().await;
    world.put("logs", "esc\u{1b}[2J", "x").await;
    let listed = world.s3.list_objects_v2().bucket("logs").encoding_type(EncodingType::Url).send().await.expect("list");
    assert_eq!(listed.contents()[0].key(), Some("esc%1B%5B2J"));
}

#[tokio::test]
async fn pages_and_common_prefixes_cover_the_bucket_once() {
    let world = world().await;
    for hour in 0..6 {
        for object in 0..4 {
            world.put("logs", &format!("dt=2026-11-23-{hour:02}/{object}"), "x").await;
        }
    }
    let mut pages = world.s3.list_objects_v2().bucket("logs").delimiter("/").max_keys(4).into_paginator().send();
    let mut prefixes = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        prefixes.extend(page.common_prefixes().iter().filter_map(|prefix| prefix.prefix().map(str::to_owned)));
    }
    let expected: Vec<String> = (0..6).map(|hour| format!("dt=2026-11-23-{hour:02}/")).collect();
    assert_eq!(prefixes, expected);

    // The older listing names the common prefix itself as its marker.
    let first = world.s3.list_objects().bucket("logs").delimiter("/").max_keys(2).send().await.expect("list");
    assert_eq!(first.next_marker(), Some("dt=2026-11-23-01/"));
    let marker = first.next_marker().unwrap_or_default();
    let second =
        world.s3.list_objects().bucket("logs").delimiter("/").marker(marker).max_keys(9).send().await.expect("list");
    assert_eq!(second.common_prefixes()[0].prefix(), Some("dt=2026-11-23-02/"));
    assert_eq!(second.common_prefixes().len(), 4);
}

#[tokio::test]
async fn ranges_are_read_from_the_start_and_from_the_end() {
    let world = world().await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    world.s3.put_object().bucket("logs").key("large").body(large.clone().into()).send().await.expect("put");
    assert!(world.read("logs", "large").await == large);
    for (range, expected) in [
        ("bytes=0-9", &large[..10]),
        ("bytes=100-2000099", &large[100..2_000_100]),
        ("bytes=2999990-9999999", &large[2_999_990..]),
        ("bytes=-5", &large[2_999_995..]),
    ] {
        let got = world.s3.get_object().bucket("logs").key("large").range(range).send().await.expect(range);
        let told = got.content_range().map(str::to_owned);
        assert!(told.is_some_and(|told| told.ends_with("/3000000")), "{range}");
        assert!(got.body.collect().await.expect("body").to_vec() == expected, "{range}");
    }
    let beyond = world.s3.get_object().bucket("logs").key("large").range("bytes=3000000-").send().await;
    assert_eq!(code(beyond).as_deref(), Some("InvalidRange"));
}

#[tokio::test]
async fn headers_and_metadata_come_back() {
    let world = world().await;
    let put = world.s3.put_object().bucket("logs").key("k").body(ByteStream::from_static(b"hello"));
    let put = put.content_type("application/json").content_encoding("gzip").metadata("records", "12");
    put.storage_class(StorageClass::StandardIa).send().await.expect("put");
    let head = world.s3.head_object().bucket("logs").key("k").send().await.expect("head");
    assert_eq!(head.content_type(), Some("application/json"));
    assert_eq!(head.content_encoding(), Some("gzip"));
    assert_eq!(head.metadata().and_then(|metadata| metadata.get("records")).map(String::as_str), Some("12"));
    assert_eq!(head.storage_class().map(StorageClass::as_str), Some("STANDARD_IA"));
    assert_eq!(head.e_tag(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    let listed = world.s3.list_objects_v2().bucket("logs").send().await.expect("list");
    assert_eq!(listed.contents()[0].e_tag(), head.e_tag());
    assert_eq!(listed.contents()[0].last_modified(), head.last_modified());
}

#[tokio::test]
async fn an_archived_object_is_told_from_a_missing_one() {
    let world = world().await;
    let put = world.s3.put_object().bucket("logs").key("cold").body(ByteStream::from_static(b"x"));
    put.storage_class(StorageClass::Glacier).send().await.expect("put");
    let cold = world.s3.get_object().bucket("logs").key("cold").send().await;
    assert_eq!(code(cold).as_deref(), Some("InvalidObjectState"));
    let missing = world.s3.get_object().bucket("logs").key("missing").send().await;
    assert_eq!(code(missing).as_deref(), Some("NoSuchKey"));
    let nowhere = world.s3.get_object().bucket("nowhere").key("x").send().await;
    assert_eq!(code(nowhere).as_deref(), Some("NoSuchBucket"));
}

#[tokio::test]
async fn conditions_guard_writes_and_spare_reads() {
    let world = world().await;
    let put = |body: &'static str| {
        world.s3.put_object().bucket("logs").key("k").body(ByteStream::from_static(body.as_bytes()))
    };
    let first = put("one").if_none_match("*").send().await.expect("put");
    let etag = first.e_tag().expect("an eTag").to_owned();
    assert_eq!(code(put("two").if_none_match("*").send().await).as_deref(), Some("PreconditionFailed"));
    put("two").if_match(&etag).send().await.expect("put");
    assert_eq!(code(put("three").if_match(&etag).send().await).as_deref(), Some("PreconditionFailed"));
    assert_eq!(world.read("logs", "k").await, b"two");
    let head = world.s3.head_object().bucket("logs").key("k").send().await.expect("head");
    let same =
        world.s3.get_object().bucket("logs").key("k").if_none_match(head.e_tag().unwrap_or_default()).send().await;
    let status = same.err().and_then(|error| error.raw_response().map(|response| response.status().as_u16()));
    assert_eq!(status, Some(304));
}

#[tokio::test]
async fn a_body_that_is_not_what_its_checksum_says_is_refused() {
    let world = world().await;
    let put = world.s3.put_object().bucket("logs").key("k").body(ByteStream::from_static(b"hello"));
    let refused = put.checksum_crc32("AAAAAA==").send().await;
    assert_eq!(code(refused).as_deref(), Some("BadDigest"));
    let head = world.s3.head_object().bucket("logs").key("k").send().await;
    assert!(head.is_err());
}

#[tokio::test]
async fn versions_are_kept_and_a_marker_hides_them() {
    let world = world().await;
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    world.s3.put_bucket_versioning().bucket("logs").versioning_configuration(enabled).send().await.expect("versioning");
    world.put("logs", "k", "one").await;
    world.put("logs", "k", "two").await;
    world.s3.delete_object().bucket("logs").key("k").send().await.expect("delete");
    assert!(world.s3.get_object().bucket("logs").key("k").send().await.is_err());
    let listed = world.s3.list_object_versions().bucket("logs").send().await.expect("versions");
    let marker = &listed.delete_markers()[0];
    assert_eq!(marker.is_latest(), Some(true));
    let oldest = &listed.versions()[1];
    let got = world.s3.get_object().bucket("logs").key("k").version_id(oldest.version_id().unwrap_or_default());
    let got = got.send().await.expect("the old version");
    assert_eq!(got.body.collect().await.expect("body").to_vec(), b"one");
    let undelete = world.s3.delete_object().bucket("logs").key("k").version_id(marker.version_id().unwrap_or_default());
    undelete.send().await.expect("the marker is deleted");
    assert_eq!(world.read("logs", "k").await, b"two");
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let world = world().await;
    world.put("logs", "a", "x").await;
    world.put("logs", "b", "x").await;
    let objects = ["a", "b", "never"].map(|key| ObjectIdentifier::builder().key(key).build().expect("a key"));
    let delete = Delete::builder().set_objects(Some(objects.to_vec())).build().expect("objects");
    let deleted = world.s3.delete_objects().bucket("logs").delete(delete).send().await.expect("delete");
    assert_eq!(deleted.deleted().len(), 3);
    assert!(deleted.errors().is_empty());
}

#[tokio::test]
async fn parts_become_one_object() {
    let world = world().await;
    let created = world.s3.create_multipart_upload().bucket("logs").key("k").content_type("text/plain");
    let created = created.send().await.expect("create");
    let upload = created.upload_id().unwrap_or_default();
    let bodies = [vec![b'a'; 5 * 1024 * 1024], vec![b'b'; 10]];
    let mut parts = Vec::new();
    for (number, body) in (1..).zip(&bodies) {
        let part = world.s3.upload_part().bucket("logs").key("k").upload_id(upload).part_number(number);
        let part = part.body(body.clone().into()).send().await.expect("part");
        parts.push(CompletedPart::builder().part_number(number).set_e_tag(part.e_tag).build());
    }
    let listed = world.s3.list_parts().bucket("logs").key("k").upload_id(upload).send().await.expect("parts");
    assert_eq!(listed.parts().len(), 2);
    let completed = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    let complete = world.s3.complete_multipart_upload().bucket("logs").key("k").upload_id(upload);
    let done = complete.multipart_upload(completed).send().await.expect("complete");
    assert!(done.e_tag().is_some_and(|etag| etag.ends_with("-2\"")));
    assert!(world.read("logs", "k").await == bodies.concat());
    let second = world.s3.get_object().bucket("logs").key("k").part_number(2).send().await.expect("part 2");
    assert_eq!(second.parts_count(), Some(2));
    assert_eq!(second.body.collect().await.expect("body").to_vec(), bodies[1]);
}

#[tokio::test]
async fn what_the_lab_does_not_do_is_said() {
    let world = world().await;
    let tagging = world.s3.get_bucket_tagging().bucket("logs").send().await;
    assert_eq!(code(tagging).as_deref(), Some("NotImplemented"));
}
