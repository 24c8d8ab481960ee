use std::time::Duration;

use super::*;
use crate::clock::Clock;

fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_bucket("logs").unwrap();
    (store, folder)
}

fn put(store: &Store, key: &str, body: &str) -> Stored {
    store.put("logs", key, Bytes::copy_from_slice(body.as_bytes()), Put::default()).unwrap()
}

fn keys(listing: &Listing) -> Vec<&str> {
    listing.objects.iter().map(|o| o.key.as_str()).collect()
}

#[test]
fn keys_are_listed_by_their_bytes_and_never_become_paths() {
    let (store, _folder) = store();
    let odd = ["/lead", "a", "a/b", "a b+c%20=&é", "x//y", "up/../esc", "./dot", "trail/", "\u{1b}[2J", "日本"];
    for key in odd {
        put(&store, key, key);
    }
    let mut sorted = odd.to_vec();
    sorted.sort_unstable();
    let listing = store.list("logs", &ListQuery::default()).unwrap();
    assert_eq!(keys(&listing), sorted);
    for key in odd {
        assert_eq!(store.get("logs", key, None, None).unwrap(), key.as_bytes());
    }
}

#[test]
fn a_key_has_at_most_1024_bytes() {
    let (store, _folder) = store();
    put(&store, &"é".repeat(512), "fits");
    let error = store.put("logs", &"a".repeat(1_025), Bytes::new(), Put::default()).unwrap_err();
    assert!(matches!(error, StoreError::KeyLength { length: 1_025 }));
}

#[test]
fn pages_cover_a_listing_once_with_and_without_delimiter() {
    let (store, _folder) = store();
    for day in 0..7 {
        for object in 0..5 {
            put(&store, &format!("p/dt={day}/{object}"), "");
        }
        put(&store, &format!("p/file{day}"), "");
    }
    for delimiter in [None, Some("/".to_owned()), Some("dt=".to_owned())] {
        for limit in [1, 2, 3, 100] {
            let mut query =
                ListQuery { prefix: "p/".to_owned(), delimiter: delimiter.clone(), limit, ..ListQuery::default() };
            let mut found = Vec::new();
            loop {
                let page = store.list("logs", &query).unwrap();
                assert!(page.objects.len() + page.prefixes.len() <= limit);
                found.extend(page.objects.into_iter().map(|o| o.key));
                found.extend(page.prefixes);
                match page.next {
                    Some(token) => query.token = Some(token),
                    None => break,
                }
            }
            let distinct: std::collections::BTreeSet<_> = found.iter().collect();
            assert_eq!(found.len(), distinct.len());
            let expected = match delimiter.as_deref() {
                None => 42,
                Some("/") => 14,
                _ => 8,
            };
            assert_eq!(found.len(), expected, "{delimiter:?} {limit}");
        }
    }
}

#[test]
fn start_after_a_common_prefix_is_not_a_token() {
    let (store, _folder) = store();
    put(&store, "a/1", "");
    put(&store, "a/2", "");
    put(&store, "b", "");
    let query =
        ListQuery { delimiter: Some("/".to_owned()), start_after: Some("a/1".to_owned()), ..ListQuery::default() };
    let listing = store.list("logs", &query).unwrap();
    assert_eq!(listing.prefixes, ["a/"]);
    assert_eq!(keys(&listing), ["b"]);
    let forged = ListQuery { token: Some("a/1".to_owned()), ..ListQuery::default() };
    assert!(matches!(store.list("logs", &forged), Err(StoreError::Token)));
}

#[test]
fn a_range_ends_with_the_object() {
    let (store, _folder) = store();
    let large = vec![7_u8; 200_000];
    store.put("logs", "large", large.clone().into(), Put::default()).unwrap();
    put(&store, "small", "0123456789");
    assert_eq!(store.get("logs", "large", None, None).unwrap(), large);
    assert_eq!(store.get("logs", "large", None, Some(199_990..300_000)).unwrap().len(), 10);
    assert_eq!(store.get("logs", "small", None, Some(2..5)).unwrap(), "234");
    assert!(matches!(store.get("logs", "small", None, Some(10..11)), Err(StoreError::Range { size: 10, .. })));
}

#[test]
fn versions_and_markers_are_kept_where_the_bucket_is_versioned() {
    let (store, _folder) = store();
    let null = put(&store, "k", "zero");
    assert_eq!(null.version, None);
    store.set_versioning("logs", true).unwrap();
    let first = put(&store, "k", "one");
    let second = put(&store, "k", "two");
    let marker = store.delete("logs", "k", None).unwrap();
    assert!(marker.is_marker);
    assert!(matches!(store.get("logs", "k", None, None), Err(StoreError::NoSuchKey { marker: Some(_), .. })));
    assert!(store.list("logs", &ListQuery::default()).unwrap().objects.is_empty());
    let get = |version: &Option<String>| store.get("logs", "k", version.as_deref(), None).unwrap();
    assert_eq!(get(&first.version), "one");
    assert_eq!(get(&second.version), "two");
    assert_eq!(get(&Some("null".to_owned())), "zero");

    let mut query =
        VersionsQuery { prefix: String::new(), delimiter: None, key_marker: None, version_marker: None, limit: 1 };
    let mut seen = Vec::new();
    loop {
        let page = store.list_versions("logs", &query).unwrap();
        seen.extend(page.entries.into_iter().map(|e| (e.object.version, e.is_marker, e.is_latest)));
        match page.next {
            Some((key, version)) => {
                query.key_marker = Some(key);
                query.version_marker = version;
            }
            None => break,
        }
    }
    assert_eq!(
        seen,
        [
            (marker.version.clone(), true, true),
            (second.version, false, false),
            (first.version, false, false),
            (None, false, false),
        ]
    );
    store.delete("logs", "k", marker.version.as_deref()).unwrap();
    assert_eq!(store.get("logs", "k", None, None).unwrap(), "two");
}

#[test]
fn conditions_hold_or_the_put_fails() {
    let (store, _folder) = store();
    let absent = Put { if_none_match: Some("*".to_owned()), ..Put::default() };
    let first = store.put("logs", "k", "one".into(), absent.clone()).unwrap();
    assert!(matches!(store.put("logs", "k", "two".into(), absent), Err(StoreError::Precondition { .. })));
    let same = Put { if_match: Some(format!("\"{}\"", first.etag)), ..Put::default() };
    store.put("logs", "k", "two".into(), same.clone()).unwrap();
    assert!(matches!(store.put("logs", "k", "three".into(), same.clone()), Err(StoreError::Precondition { .. })));
    assert!(matches!(store.put("logs", "none", "three".into(), same), Err(StoreError::NoSuchKey { .. })));
}

#[test]
fn body_files_go_with_their_last_object() {
    let (store, folder) = store();
    let large = Bytes::from(vec![1_u8; 100_000]);
    store.put("logs", "one", large.clone(), Put::default()).unwrap();
    store.copy(("logs", "one", None), ("logs", "two"), None, None).unwrap();
    let files = || {
        fs::read_dir(folder.path().join("bodies"))
            .unwrap()
            .flatten()
            .filter(|entry| entry.file_name() != "incoming")
            .flat_map(|entry| fs::read_dir(entry.path()).unwrap())
            .count()
    };
    assert_eq!(files(), 1);
    store.delete("logs", "one", None).unwrap();
    assert_eq!(store.get("logs", "two", None, None).unwrap(), large);
    store.delete("logs", "two", None).unwrap();
    assert_eq!(files(), 0);
}

#[test]
fn a_link_reads_the_file_as_it_is_and_never_removes_it() {
    let (store, folder) = store();
    let path = folder.path().join("outside.log");
    fs::write(&path, "first").unwrap();
    let linked = store.link("logs", "outside.log", &path).unwrap();
    assert_eq!(linked.size, 5);
    fs::write(&path, "longer now").unwrap();
    let head = store.head("logs", "outside.log", None).unwrap();
    assert_eq!(head.size, 10);
    assert_ne!(head.etag, linked.etag);
    assert_eq!(store.get("logs", "outside.log", None, None).unwrap(), "longer now");
    store.delete("logs", "outside.log", None).unwrap();
    assert!(path.exists());
}

#[test]
fn objects_survive_a_restart_and_one_process_owns_the_folder() {
    let (store, folder) = store();
    let stored = put(&store, "k", "kept");
    assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse { .. })));
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.head("logs", "k", None).unwrap(), stored);
    assert_eq!(store.get("logs", "k", None, None).unwrap(), "kept");
}

#[test]
fn a_multipart_etag_is_the_md5_of_the_parts_md5s() {
    let (store, _folder) = store();
    let put = Put { content_type: Some("text/plain".to_owned()), ..Put::default() };
    let upload = store.create_upload("logs", "k", &put).unwrap();
    let target = UploadTarget { bucket: "logs", key: "k", upload: &upload };
    let mut completed = Vec::new();
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 3)] {
        let mut stager = store.stager();
        stager.push(&vec![b'x'; size]).unwrap();
        let etag = store.put_part(target, number, stager.finish()).unwrap();
        completed.push(CompletedPart { number, etag: Some(etag) });
    }
    let stored = store.complete_upload(target, &completed, &Put::default()).unwrap();
    assert_eq!(stored.size, 5 * 1024 * 1024 + 3);
    // md5(md5(5 MiB of x) || md5("xxx")), made with coreutils' md5sum.
    assert_eq!(stored.etag, "af9ceb5e3a73df299d2d6dcaa4ec72fc-2");
    assert_eq!(stored.content_type.as_deref(), Some("text/plain"));
    assert!(matches!(store.abort_upload(target), Err(StoreError::NoSuchUpload { .. })));
}

#[test]
fn arrivals_come_from_the_clock_in_whole_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let start: Timestamp = "2026-11-23T01:02:03.456Z".parse().unwrap();
    let (clock, hand) = Clock::manual(start);
    let store = Store::open_at(folder.path(), clock).unwrap();
    store.create_bucket("logs").unwrap();
    hand.advance(Duration::from_secs(2));
    let stored = store.put("logs", "k", Bytes::new(), Put::default()).unwrap();
    assert_eq!(stored.arrived.to_string(), "2026-11-23T01:02:05Z");
}
