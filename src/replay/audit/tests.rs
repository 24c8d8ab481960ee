use std::fs::OpenOptions;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::domain::{ObjectId, ReplayId};

fn subject() -> Subject {
    Subject {
        who: "aya".into(),
        host: "desk-7".into(),
        pid: 4711,
        profile: "prod".into(),
        account: Some("111122223333".into()),
        region: "eu-central-1".into(),
        consumer: "indexer".into(),
        replay: Some(ReplayId("r-20261123T021407Z-a1b2".into())),
        plan: "a1b2".into(),
    }
}

fn at() -> Timestamp {
    "2026-11-23T02:14:07.25Z".parse().expect("a timestamp")
}

fn set(count: usize) -> Set {
    let objects: Vec<_> = (0..count).map(|n| ObjectId::new("logs", format!("dt=2026/a \"b\"+{n}é\n.gz"))).collect();
    Set::of(objects.iter())
}

fn events() -> Vec<Event> {
    let outcome = Outcome { recovered: Some(set(2)), failed_again: Some(set(1)), ..Outcome::default() };
    vec![
        Event::Confirmed { set: set(3), bytes: 41_000, rate: 10 },
        Event::Began,
        Event::Rate { rate: 5 },
        Event::Paused,
        Event::WentOn,
        Event::Aborted,
        Event::Stopped { cause: "aborted\n".into(), outcome },
    ]
}

fn written(folder: &Path) -> Vec<u8> {
    let mut audit = Audit::open(folder, &subject(), at()).expect("opens");
    for event in events() {
        audit.append(&subject(), at(), event).expect("is written");
    }
    fs::read(folder.join(LOG)).expect("is there")
}

fn entries(folder: &Path) -> Result<(Vec<Entry>, End), AuditError> {
    let mut entries = Vec::new();
    let end = check(folder, |entry, _| entries.push(entry))?;
    Ok((entries, end))
}

#[test]
fn what_was_written_is_read_and_proven() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    let (entries, end) = entries(folder.path()).expect("is whole");
    assert_eq!(entries.iter().map(|entry| entry.event.clone()).collect::<Vec<_>>(), events());
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert!(end.is_proven && end.loose.is_none());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in [LOG, HEAD] {
            let mode = fs::metadata(folder.path().join(file)).expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }
}

#[test]
fn a_line_is_checked_with_nothing_but_sha_256() {
    use sha2::{Digest as _, Sha256};
    let folder = tempfile::tempdir().expect("a folder");
    let text = String::from_utf8(written(folder.path())).expect("text");
    let mut previous = entry::FIRST.to_owned();
    for line in text.lines() {
        let (body, hash) = line.rsplit_once(",\"hash\":\"").expect("a hash");
        let hash = hash.strip_suffix("\"}").expect("at the end");
        assert_eq!(format!("{:x}", Sha256::digest(format!("{previous}{body}}}"))), hash);
        previous = hash.to_owned();
    }
}

#[test]
fn a_set_is_told_by_a_hash_that_does_not_depend_on_its_order() {
    let objects: Vec<_> = ["b", "a/é \"q\"", "a"].map(|key| ObjectId::new("logs", key)).into();
    let set = Set::of(objects.iter());
    assert_eq!(set, Set::of(objects.iter().rev()));
    // jq -c '[.object, .version // ""]' | LC_ALL=C sort | sha256sum
    assert_eq!(set.sha256, "5664cdbe32e62e1582a97c99c5c7f7f4dbd4e9f2d3e1ad0f707cc272f64e8393");
    assert_eq!(set.objects, ["s3://logs/a", "s3://logs/a/é \"q\"", "s3://logs/b"]);
}

#[test]
fn a_changed_byte_a_missing_line_and_a_swapped_one_are_found_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = written(folder.path());
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let broken = |lines: &[&[u8]]| {
        fs::write(folder.path().join(LOG), lines.concat()).expect("is written");
        match entries(folder.path()).expect_err("is broken") {
            AuditError::Broken { source, .. } => source.to_string(),
            other => panic!("{other}"),
        }
    };
    let second = lines[0].len();
    let changed = String::from_utf8_lossy(lines[1]).replace("aya", "eve");
    let error = broken(&[lines[0], changed.as_bytes(), lines[2]]);
    assert!(error.starts_with(&format!("line 2, byte {second}: its bytes hash to ")), "{error}");
    let error = broken(&[lines[0], lines[2], lines[3]]);
    assert_eq!(error, format!("line 2, byte {second}: entry 3 follows entry 1"));
    let error = broken(&[lines[0], lines[2], lines[1]]);
    assert_eq!(error, format!("line 2, byte {second}: entry 3 follows entry 1"));
    let error = broken(&lines[..5]);
    assert!(error.starts_with("its end is missing: the head file tells of 7 entries"), "{error}");
    let mut last = lines.clone();
    last[6] = b"{}\n";
    let error = broken(&last);
    assert!(error.contains("line 7") && error.ends_with("it is no whole entry"), "{error}");
    let error = Audit::open(folder.path(), &subject(), at()).expect_err("a broken log is not written on");
    assert!(matches!(error, AuditError::Broken { .. }), "{error}");
    let kept = fs::read(folder.path().join(LOG)).expect("is there");
    assert_eq!(kept, last.concat(), "and is left as it is");
}

#[test]
fn a_log_rewritten_to_its_end_differs_from_the_head_file() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    let other = tempfile::tempdir().expect("a folder");
    let forger = Subject { who: "eve".into(), ..subject() };
    let mut audit = Audit::open(other.path(), &forger, at()).expect("opens");
    for event in events() {
        audit.append(&forger, at(), event).expect("is written");
    }
    fs::copy(other.path().join(LOG), folder.path().join(LOG)).expect("is copied");
    let error = entries(folder.path()).expect_err("is broken").to_string();
    assert!(error.contains("the head file tells the hash"), "{error}");
}

#[test]
fn a_torn_write_stays_where_it_is_and_the_chain_tells_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = written(folder.path());
    let append = |bytes: &[u8]| {
        let mut log = OpenOptions::new().append(true).open(folder.path().join(LOG)).expect("opens");
        log.write_all(bytes).expect("is written");
    };
    append(b"{\"seq\":8,\"at\":\"2026");
    let (_, end) = entries(folder.path()).expect("is whole so far");
    let loose = end.loose.expect("bytes that are no entry");
    assert_eq!((loose.offset, loose.length, loose.line), (bytes.len() as u64, 20, 8));

    let mut audit = Audit::open(folder.path(), &subject(), at()).expect("opens");
    audit.append(&subject(), at(), Event::Began).expect("is written");
    drop(audit);
    let (told, end) = entries(folder.path()).expect("is whole");
    assert!(matches!(told[7].event, Event::Torn { length: 20, .. }), "{told:?}");
    assert_eq!((told.len(), end.torn, end.loose), (9, 1, None));
    let now = fs::read(folder.path().join(LOG)).expect("is there");
    assert!(now.starts_with(&[bytes.as_slice(), b"{\"seq\":8,\"at\":\"2026\n"].concat()), "nothing was taken away");
    // What stays as evidence may not change either.
    let mut changed = now.clone();
    changed[bytes.len() + 3] ^= 1;
    fs::write(folder.path().join(LOG), changed).expect("is written");
    let error = entries(folder.path()).expect_err("is broken").to_string();
    assert!(error.contains("line 8"), "{error}");
}

#[test]
fn an_entry_whose_line_feed_was_lost_is_an_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = written(folder.path());
    bytes.pop();
    fs::write(folder.path().join(LOG), &bytes).expect("is written");
    let mut audit = Audit::open(folder.path(), &subject(), at()).expect("opens");
    audit.append(&subject(), at(), Event::Began).expect("is written");
    assert_eq!(entries(folder.path()).expect("is whole").0.len(), 8);
}

#[test]
fn without_a_head_file_the_end_is_not_proven_and_the_log_says_so_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    fs::remove_file(folder.path().join(HEAD)).expect("is removed");
    assert!(!entries(folder.path()).expect("is whole").1.is_proven);
    drop(Audit::open(folder.path(), &subject(), at()).expect("opens"));
    let (told, end) = entries(folder.path()).expect("is whole");
    assert!(end.is_proven && told.last().is_some_and(|entry| entry.event == Event::Unproven), "{told:?}");
}

#[test]
fn there_is_one_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    let audit = Audit::open(folder.path(), &subject(), at()).expect("opens");
    let error = Audit::open(folder.path(), &subject(), at()).expect_err("is locked");
    assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
    drop(audit);
    Audit::open(folder.path(), &subject(), at()).expect("is free again");
}

#[test]
fn a_part_holds_what_was_not_copied_and_is_named_by_its_range_and_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = written(folder.path());
    let part = copy::part(folder.path(), 0).expect("is whole").expect("entries");
    assert_eq!((part.lines, part.last), (bytes.clone(), 7));
    let part = copy::part(folder.path(), 5).expect("is whole").expect("entries");
    assert_eq!(part.lines.split_inclusive(|byte| *byte == b'\n').count(), 2);
    assert!(part.name.starts_with("0000000006-0000000007-") && part.name.len() == 45, "{}", part.name);
    assert!(bytes.ends_with(&part.lines));
    assert_eq!(copy::part(folder.path(), 7).expect("is whole"), None);
    let object = copy::object(&"s3://b/p/".parse().expect("a place"), "desk 7/../x", "n");
    assert_eq!(object.to_string(), "s3://b/p/audit/desk_7_.._x/n");
}

proptest! {
    #[test]
    fn no_changed_byte_and_no_cut_goes_unnoticed(at in 0_usize..6_000, flip in 0_u8..=255) {
        static WHOLE: OnceLock<(Vec<u8>, Head)> = OnceLock::new();
        let (whole, head) = WHOLE.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let bytes = written(folder.path());
            (bytes, Head::read(&folder.path().join(HEAD)).expect("reads").expect("is there"))
        });
        let mut bytes = whole.clone();
        let at = at % bytes.len();
        if flip == 0 { bytes.truncate(at) } else { bytes[at] ^= flip }
        // The last line feed is no entry's byte: nothing that was said is lost with it.
        let is_last_feed = flip == 0 && at + 1 == whole.len();
        prop_assert_eq!(chain::walk(bytes.as_slice(), Some(head), |_, _| {}).is_ok(), is_last_feed);
    }
}

#[test]
fn a_restore_is_told_with_its_objects_before_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut audit = Audit::open(folder.path(), &subject(), at()).expect("opens");
    let told = [
        Event::RestoreConfirmed { set: set(2), tier: "bulk".into(), days: 7 },
        Event::RestoreAsked { accepted: 1, refused: 1 },
    ];
    for event in told.clone() {
        audit.append(&subject(), at(), event).expect("is written");
    }
    let (read, _) = entries(folder.path()).expect("whole");
    assert_eq!(read.into_iter().map(|entry| entry.event).collect::<Vec<_>>(), told);
}
