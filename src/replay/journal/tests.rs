use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::{ByteSize, MessageOrigin, ObjectId, PlanItemState, ReplayId};

fn id() -> ReplayId {
    ReplayId("r-20261123T021407Z-a1b2".into())
}

fn entry(event: Event) -> Entry {
    Entry { id: id(), at: "2026-11-23T02:14:07Z".parse::<Timestamp>().expect("a timestamp"), event }
}

fn began(total: usize) -> Vec<Entry> {
    let item = |index: usize| BegunItem {
        object: ObjectId::new("logs", format!("dt=2026-11-23/a b+{index}\né.json.gz")),
        etag: "9b2cf535f27731c974343645a3985328".into(),
        size: ByteSize(41_000),
        message: format!("m-{index}"),
        origin: MessageOrigin::DeadLetter,
        body_sha256: "00".into(),
    };
    vec![
        entry(Event::Began(Began {
            plan: "a1b2".into(),
            profile: "prod".into(),
            consumer: "indexer".into(),
            destination: "http://127.0.0.1/1/indexer".into(),
            total,
            rate: 10,
            who: "aya".into(),
        })),
        entry(Event::Items { first: 0, items: (0..total).map(item).collect() }),
    ]
}

fn whole_replay() -> Vec<Entry> {
    let sent = |index| (index, Sending::Sent { message: format!("n-{index}") });
    let mut entries = began(5);
    entries.extend([
        entry(Event::Intent { indexes: vec![0] }),
        entry(Event::Outcome { results: vec![sent(0)] }),
        entry(Event::Deleted { indexes: vec![0] }),
        entry(Event::Intent { indexes: vec![1, 2, 3] }),
        entry(Event::Outcome {
            results: vec![
                sent(1),
                (2, Sending::Refused { reason: "too large".into() }),
                (3, Sending::Unknown { reason: "no answer".into() }),
            ],
        }),
        entry(Event::Kept { indexes: vec![1], reason: "AccessDenied".into() }),
        entry(Event::Verified { results: vec![(0, Verdict::Recovered)] }),
    ]);
    entries
}

fn bytes_of(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = HEADER.to_vec();
    for entry in entries {
        frame::encode(&serde_json::to_vec(entry).expect("serialises"), &mut bytes);
    }
    bytes
}

fn entries_in(bytes: &[u8]) -> Result<(Vec<Entry>, End), ScanError<serde_json::Error>> {
    let mut entries = Vec::new();
    let end = frame::scan(bytes, |payload| serde_json::from_slice(payload).map(|entry| entries.push(entry)))?;
    Ok((entries, end))
}

#[test]
fn the_history_tells_sent_refused_unknown_and_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, torn) = Journal::open(folder.path()).expect("opens");
    assert_eq!(torn, None);
    journal.append(whole_replay()).expect("is written");
    drop(journal);

    let history = read(folder.path()).expect("reads");
    let [summary] = history.summaries().try_into().expect("one replay");
    assert_eq!(
        (summary.total, summary.sent, summary.refused, summary.unknown, summary.recovered),
        (5, 2, 1, 1, 1),
        "{summary:?}"
    );
    assert!(!summary.finished);
    let states: Vec<_> = summary.items.into_iter().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [
            PlanItemState::Recovered,
            PlanItemState::Sent,
            PlanItemState::NotSent("too large".into()),
            PlanItemState::Intended,
            PlanItemState::Waiting,
        ]
    );
    let past = history.get(&id()).expect("the replay");
    let left: Vec<_> = past.items.iter().map(PastItem::is_left_behind).collect();
    assert_eq!(left, [false, true, false, false, false]);
}

#[test]
fn an_intent_without_an_outcome_is_unknown() {
    let mut history = History::default();
    let intent = entry(Event::Intent { indexes: vec![1] });
    began(2).into_iter().chain([intent]).for_each(|entry| history.apply(entry).expect("fits"));
    let summary = &history.summaries()[0];
    assert_eq!((summary.unknown, summary.sent), (1, 0));
}

#[test]
fn a_replay_whose_items_are_not_all_there_has_not_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut entries = began(5);
    let Event::Items { items, .. } = &mut entries[1].event else { panic!("the items") };
    *items = items.unpack().into_iter().take(3).collect();
    fs::write(folder.path().join("replays.journal"), bytes_of(&entries)).expect("is written");
    assert_eq!(read(folder.path()).expect("reads").summaries(), []);
    let (mut journal, torn) = Journal::open(folder.path()).expect("opens");
    assert_eq!((journal.history().get(&id()), torn), (None, None));
    assert!(journal.append(vec![entry(Event::Intent { indexes: vec![0] })]).is_err(), "nothing of it can go on");
}

#[test]
fn r03_a_torn_tail_is_dropped_and_told_and_the_next_entry_follows_the_last_whole_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replays.journal");
    let mut bytes = bytes_of(&whole_replay());
    let whole = bytes.len() as u64;
    bytes.extend_from_slice(b"00000041 0badcafe {\"id\":");
    fs::write(&path, &bytes).expect("is written");

    let (mut journal, torn) = Journal::open(folder.path()).expect("opens");
    assert_eq!(torn, Some(TornTail { offset: whole, bytes: 24 }));
    journal.append(vec![entry(Event::Finished { stopped: None })]).expect("is written");
    drop(journal);
    assert!(read(folder.path()).expect("reads").summaries()[0].finished);
}

#[test]
fn r06_a_flipped_byte_in_the_middle_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replays.journal");
    let mut bytes = bytes_of(&whole_replay());
    let second = HEADER.len() + bytes[HEADER.len()..].iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    bytes[second + 40] ^= 1;
    fs::write(&path, &bytes).expect("is written");

    let error = Journal::open(folder.path()).expect_err("is damaged");
    assert!(matches!(error, JournalError::Damaged { offset, .. } if offset == second as u64), "{error}");
    assert!(error.to_string().contains(&format!("at byte {second}")), "{error}");
    assert_eq!(fs::read(&path).expect("reads"), bytes, "a damaged journal is left as it is");
}

#[test]
fn another_file_is_not_taken_for_a_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replays.journal");
    fs::write(&path, "my notes\n").expect("is written");
    let error = Journal::open(folder.path()).expect_err("is no journal");
    assert!(matches!(error, JournalError::Foreign { .. }), "{error}");
    assert_eq!(fs::read(&path).expect("reads"), b"my notes\n");
}

#[test]
fn there_is_one_writer_and_readers_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut journal, _) = Journal::open(folder.path()).expect("opens");
    journal.append(began(1)).expect("is written");
    let error = Journal::open(folder.path()).expect_err("is locked");
    assert!(matches!(error, JournalError::Busy { .. }), "{error}");
    assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
    assert_eq!(read(folder.path()).expect("reads").summaries().len(), 1);
    drop(journal);
    Journal::open(folder.path()).expect("is free again");
}

/// A disk that fails on demand and remembers what survives.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<DiskState>>);

#[derive(Default)]
struct DiskState {
    bytes: Vec<u8>,
    /// Bytes that still fit.
    space: usize,
    sync_fails: bool,
    cut_fails: bool,
}

impl Medium for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.lock().expect("is not poisoned");
        let fits = bytes.len().min(state.space);
        state.bytes.extend_from_slice(&bytes[..fits]);
        state.space -= fits;
        if fits < bytes.len() { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.0.lock().expect("is not poisoned").sync_fails { Err(io::Error::other("I/O error")) } else { Ok(()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.0.lock().expect("is not poisoned");
        if state.cut_fails {
            return Err(io::Error::other("I/O error"));
        }
        state.bytes.truncate(length as usize);
        Ok(())
    }
}

fn on_disk(space: usize) -> (Journal<Disk>, Disk) {
    let disk = Disk::default();
    disk.0.lock().expect("is not poisoned").space = space;
    disk.clone().append(HEADER).expect("fits");
    let journal = Journal {
        medium: disk.clone(),
        path: "replays.journal".into(),
        end: HEADER.len() as u64,
        history: History::default(),
        is_broken: false,
        _lock: None,
    };
    (journal, disk)
}

#[test]
fn r05_a_full_disk_takes_the_batch_back_and_the_journal_goes_on_after_space() {
    let (mut journal, disk) = on_disk(bytes_of(&began(5)).len() + 10);
    journal.append(began(5)).expect("fits");
    let before = disk.0.lock().expect("is not poisoned").bytes.clone();

    let error = journal.append(vec![entry(Event::Intent { indexes: vec![0] })]).expect_err("is full");
    assert!(error.to_string().starts_with("the journal cannot be written:"), "{error}");
    assert_eq!(disk.0.lock().expect("is not poisoned").bytes, before, "cut back to the last whole entry");

    disk.0.lock().expect("is not poisoned").space = 1 << 20;
    journal.append(vec![entry(Event::Intent { indexes: vec![0] })]).expect("has space");
    let bytes = disk.0.lock().expect("is not poisoned").bytes.clone();
    assert_eq!(entries_in(&bytes).expect("reads").0.len(), 3);
}

#[test]
fn a_failed_sync_takes_the_entry_back_and_a_failed_cut_ends_the_writer() {
    let (mut journal, disk) = on_disk(1 << 20);
    journal.append(began(1)).expect("fits");
    disk.0.lock().expect("is not poisoned").sync_fails = true;
    let intent = [entry(Event::Intent { indexes: vec![0] })];
    assert!(matches!(journal.append(intent.clone().into()), Err(JournalError::Write { .. })));
    assert_eq!(journal.history().summaries()[0].unknown, 0);
    disk.0.lock().expect("is not poisoned").cut_fails = true;
    assert!(matches!(journal.append(intent.clone().into()), Err(JournalError::Write { .. })));
    assert!(matches!(journal.append(intent.clone().into()), Err(JournalError::Broken { .. })));
}

proptest! {
    #[test]
    fn any_truncation_yields_a_prefix_of_the_entries(cut in 0usize..4_000) {
        let entries = whole_replay();
        let mut bytes = bytes_of(&entries);
        let full = bytes.len();
        bytes.truncate(cut.min(full));
        let (kept, end) = entries_in(&bytes).expect("a truncated journal opens");
        prop_assert!(entries.starts_with(&kept));
        prop_assert_eq!(end.whole + end.torn, bytes.len() as u64);
        prop_assert!(cut < full || kept.len() == entries.len());
    }

    #[test]
    fn any_flipped_byte_is_detected_or_truncates_the_tail(at in 0usize..4_000, flip in 1u8..=255) {
        let entries = whole_replay();
        let mut bytes = bytes_of(&entries);
        let at = at % bytes.len();
        bytes[at] ^= flip;
        if let Ok((kept, end)) = entries_in(&bytes) {
            prop_assert!(kept.len() < entries.len() && entries.starts_with(&kept));
            prop_assert!(end.torn > 0 && end.whole <= at as u64);
        }
    }
}
