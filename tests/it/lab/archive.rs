//! Objects as scops fetches, restores and lists the versions of them, against the lab.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketVersioningStatus, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleFilter, NoncurrentVersionExpiration, StorageClass, Transition, TransitionStorageClass,
    VersioningConfiguration,
};
use jiff::Timestamp;
use scops::aws::{Aws, Connection, Kind, ListFrom};
use scops::domain::restore::{Restoring, Tier};
use scops::domain::{ObjectId, When};
use scops::download::{DownloadError, download};
use scops_lab::clock::{Clock, Hand};
use scops_lab::{Lab, LabOptions};

use super::{config, s3};
use crate::program::Home;

struct Store {
    lab: Lab,
    hand: Hand,
    s3: aws_sdk_s3::Client,
    aws: Aws,
    folder: tempfile::TempDir,
}

impl Store {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (clock, hand) = Clock::manual(Timestamp::now());
        let lab = Lab::start_at(LabOptions::new(folder.path().join("lab")), clock).await.expect("the lab starts");
        let (id, secret) = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
        let s3 = s3(&config(&lab, &id, &secret));
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some((id, secret)),
        });
        aws.create_bucket("logs").await.expect("a bucket");
        Self { lab, hand, s3, aws, folder }
    }

    async fn put(&self, key: &str, bytes: &'static [u8], class: Option<StorageClass>) -> ObjectId {
        let put = self.s3.put_object().bucket("logs").key(key).set_storage_class(class);
        put.body(ByteStream::from_static(bytes)).send().await.expect("is put");
        ObjectId::new("logs", key)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a18_keys_become_files_of_the_folder_and_overwrite_none() {
    let store = Store::start().await;
    let folder = store.folder.path().join("out");
    std::fs::create_dir(&folder).expect("a folder");
    let mut names = Vec::new();
    for key in ["a/x.json.gz", "b/x.json.gz", "../../up", "dir/..", "c/.hidden", "d/nul"] {
        let id = store.put(key, b"bytes", None).await;
        let mut come = 0;
        let path = download(&store.aws, &id, None, &folder, |bytes| come += bytes).await.expect("is written");
        assert_eq!((path.parent(), come), (Some(folder.as_path()), 5), "{key}");
        assert_eq!(std::fs::read(&path).expect("a file"), b"bytes");
        names.push(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    assert_eq!(names, ["x.json.gz", "x.json-2.gz", "up", "__", "_hidden", "_nul"]);
    // What fails leaves nothing.
    let gone = download(&store.aws, &ObjectId::new("logs", "gone"), None, &folder, |_| {}).await;
    assert!(matches!(gone, Err(DownloadError::Aws(error)) if error.kind == Kind::NoSuchKey));
    let changed = download(&store.aws, &ObjectId::new("logs", "c/.hidden"), Some("other"), &folder, |_| {}).await;
    assert!(matches!(changed, Err(DownloadError::Aws(error)) if error.kind == Kind::Changed));
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), names.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn get_prints_the_files_and_tells_what_failed() {
    let store = Store::start().await;
    store.put("a/x.gz", b"1", None).await;
    let home = Home::new();
    let endpoint = store.lab.endpoint().to_owned();
    let mut command = home.command();
    command.env("AWS_ACCESS_KEY_ID", store.lab.access_key_id());
    command.env("AWS_SECRET_ACCESS_KEY", store.lab.secret_access_key());
    command.args(["--endpoint-url", &endpoint, "--region", store.lab.region()]);
    command.args(["get", "s3://logs/a/x.gz", "s3://logs/gone", "--to", "out"]);
    let ended = tokio::task::spawn_blocking(move || command.output().expect("scops ends")).await.expect("no panic");
    let ended = crate::program::Ended::from(ended);
    assert_eq!(ended.code(), 3, "{}", ended.stderr());
    assert!(ended.stdout().trim_end().ends_with("out/x.gz"), "{}", ended.stdout());
    assert!(ended.stderr().contains("cannot read s3://logs/gone"), "{}", ended.stderr());
    assert_eq!(std::fs::read(home.path().join("out/x.gz")).expect("a file"), b"1");
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_and_delete_markers_of_a_key_are_listed_newest_first() {
    let store = Store::start().await;
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    store.s3.put_bucket_versioning().bucket("logs").versioning_configuration(enabled).send().await.expect("versions");
    let id = store.put("a b+é", b"1", None).await;
    store.put("a b+é/longer", b"other", None).await;
    store.hand.advance(Duration::from_secs(5));
    store.put("a b+é", b"22", None).await;
    store.hand.advance(Duration::from_secs(5));
    store.aws.delete(&id).await.expect("is deleted");
    let (versions, is_whole) = store.aws.versions(&id, 100).await.expect("listed");
    let told: Vec<_> = versions.iter().map(|v| (v.is_marker, v.is_latest, v.object.size.bytes())).collect();
    assert_eq!((told, is_whole), (vec![(true, true, 0), (false, false, 2), (false, false, 1)], true));
    let (_, bytes) = store.aws.get_all(&versions[2].object.id, scops::domain::ByteSize(9)).await.expect("read");
    assert_eq!(&bytes[..], b"1");
    let (cut, is_whole) = store.aws.versions(&id, 2).await.expect("listed");
    assert_eq!((cut.len(), is_whole), (2, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_object_is_read_once_it_is_restored() {
    let store = Store::start().await;
    let id = store.put("old.gz", b"cold", Some(StorageClass::Glacier)).await;
    let deep = store.put("older.gz", b"colder", Some(StorageClass::DeepArchive)).await;
    let plain = store.put("new.gz", b"warm", None).await;
    let aws = &store.aws;
    let state = |id: &ObjectId| {
        let id = id.clone();
        async move { aws.restoring(&id).await.expect("looked at").restoring }
    };
    assert_eq!(state(&id).await, Some(Restoring::Archived));
    assert_eq!(state(&plain).await, None);
    assert_eq!(aws.get(&id, None, None).await.expect_err("archived").kind, Kind::Archived);
    assert!(aws.restore(&plain, Tier::Bulk, 1).await.is_err());
    assert!(aws.restore(&deep, Tier::Expedited, 1).await.is_err());

    aws.restore(&id, Tier::Standard, 2).await.expect("asked for");
    aws.restore(&id, Tier::Standard, 2).await.expect("asked for already");
    assert_eq!(state(&id).await, Some(Restoring::Ongoing));
    let place: scops::domain::Location = "s3://logs/".parse().expect("a place");
    let classes = || async {
        let page = aws.list(&place, &ListFrom::Start, 10).await.expect("a page");
        page.objects.into_iter().map(|object| object.storage_class).collect::<Vec<_>>()
    };
    assert_eq!(classes().await, ["STANDARD", "GLACIER, being restored", "DEEP_ARCHIVE"]);
    assert!(aws.get(&id, None, None).await.is_err());
    store.hand.advance(Duration::from_mins(1));
    assert!(matches!(state(&id).await, Some(Restoring::Readable(Some(_)))));
    assert_eq!(classes().await, ["STANDARD", "GLACIER, restored", "DEEP_ARCHIVE"]);
    let (object, _) = aws.head(&id).await.expect("looked at");
    assert_eq!((object.storage_class.as_str(), object.is_archived()), ("GLACIER, restored", false));
    assert_eq!(&aws.get_all(&id, scops::domain::ByteSize(9)).await.expect("read").1[..], b"cold");
    store.hand.advance(Duration::from_hours(24 * 4));
    assert_eq!(state(&id).await, Some(Restoring::Archived), "the copy is gone");
    assert_eq!(classes().await, ["STANDARD", "GLACIER", "DEEP_ARCHIVE"]);
    store.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_broke_off_goes_on_behind_what_is_there() {
    let store = Store::start().await;
    let folder = store.folder.path().join("out");
    std::fs::create_dir(&folder).expect("a folder");
    let bytes: Vec<u8> = (0..40_u32 << 20).step_by(4).flat_map(u32::to_le_bytes).collect();
    let put = |bytes: Vec<u8>| store.s3.put_object().bucket("logs").key("large").body(ByteStream::from(bytes)).send();
    put(bytes.clone()).await.expect("is put");
    let id = ObjectId::new("logs", "large");
    let names = || {
        let names = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    // It is given up once half of it has come.
    let break_off = async || {
        let (enough, mut come) = (tokio::sync::Notify::new(), 0);
        let told = |more| {
            come += more;
            if come > 20 << 20 {
                enough.notify_one();
            }
        };
        tokio::select! {
            _ = download(&store.aws, &id, None, &folder, told) => panic!("it is whole already"),
            () = enough.notified() => {}
        }
    };
    break_off().await;
    // What wrote it may still hold it for a moment.
    let mut first = 0;
    let path = loop {
        let left = names();
        assert!(left.len() == 1 && left[0].starts_with(".scops-get-"), "{left:?}");
        let part = std::fs::File::open(folder.join(&left[0])).expect("is there");
        if part.try_lock().is_ok() {
            drop(part);
            let told = |more| first = if first == 0 { more } else { first };
            break download(&store.aws, &id, None, &folder, told).await.expect("is written");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert!(first >= 12 << 20, "{first} bytes were there already");
    assert_eq!(std::fs::read(&path).expect("a file"), bytes);
    assert_eq!(names(), ["large"]);

    // Where the object is another one since, nothing of the old one is in the file.
    break_off().await;
    let other = vec![1; 24 << 20];
    put(other.clone()).await.expect("is put");
    let path = download(&store.aws, &id, None, &folder, |_| {}).await.expect("is written");
    assert!(path.ends_with("large-2") && std::fs::read(&path).expect("a file") == other);
    store.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lifecycle_rules_are_told_as_they_were_put() {
    let store = Store::start().await;
    assert_eq!(store.aws.lifecycle("logs").await.expect("none"), []);
    let filter = LifecycleRuleFilter::builder().prefix("AWSLogs/").build();
    let transition = Transition::builder().days(30).storage_class(TransitionStorageClass::Glacier).build();
    let rule = LifecycleRule::builder()
        .id("cold")
        .filter(filter)
        .status(ExpirationStatus::Enabled)
        .transitions(transition)
        .expiration(LifecycleExpiration::builder().days(365).build())
        .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(7).build());
    let off =
        LifecycleRule::builder().status(ExpirationStatus::Disabled).filter(LifecycleRuleFilter::builder().build());
    let off = off.expiration(LifecycleExpiration::builder().days(1).build());
    let rules = [rule.build().expect("a rule"), off.build().expect("a rule")];
    let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(rules.to_vec())).build();
    let put = store.s3.put_bucket_lifecycle_configuration().bucket("logs");
    put.lifecycle_configuration(configuration.expect("a configuration")).send().await.expect("is put");
    let told = scops::domain::LifecycleRule {
        prefix: "AWSLogs/".into(),
        is_narrowed: false,
        moves: vec![(When::Days(30), "GLACIER".into())],
        expires: Some(When::Days(365)),
        old_versions: Some(7),
    };
    assert_eq!(store.aws.lifecycle("logs").await.expect("rules"), [told], "what is disabled does nothing");
    store.s3.delete_bucket_lifecycle().bucket("logs").send().await.expect("is deleted");
    assert_eq!(store.aws.lifecycle("logs").await.expect("none"), []);
    assert_eq!(store.aws.lifecycle("nowhere").await.expect_err("no bucket").kind, Kind::NoSuchBucket);
    store.lab.stop().await;
}
