use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a moment")
}

fn opened() -> Case {
    let change = Change::Opened { version: VERSION, name: "INC-4711".parse().expect("a name"), bundle: None };
    Case::open(Entry { at: at(0), who: "aya".into(), change }).expect("opens")
}

fn entry(change: Change) -> Entry {
    Entry { at: at(9), who: "aya".into(), change }
}

fn text(id: u64) -> Change {
    let note = Note { id: NoteId(id), at: at(1), who: "aya".into(), profile: None, text: id.to_string(), pin: None };
    Change::Added { note: Box::new(note) }
}

fn order(case: &Case) -> Vec<u64> {
    case.notes().map(|note| note.id.0).collect()
}

fn with(count: u64) -> Case {
    let mut case = opened();
    for id in 1..=count {
        case.apply(entry(text(id))).expect("fits");
    }
    case
}

#[test]
fn a_case_is_named_like_a_folder() {
    for name in ["night", "INC-4711.2", "20261123T021407Z"] {
        assert_eq!(name.parse::<CaseName>().expect("a name").as_str(), name);
    }
    let long = "x".repeat(NAME + 1);
    for name in ["", ".", "..", ".x", "a/b", "a b", "../x", "é", long.as_str(), "export", "close"] {
        assert!(name.parse::<CaseName>().is_err(), "{name}");
    }
    let long: CaseName = "x".repeat(NAME).parse().expect("a name");
    assert_eq!(long.numbered(12).as_str().len(), NAME);
}

#[test]
fn what_is_taken_away_comes_back_where_it_was() {
    let mut case = with(3);
    let removed = Change::Removed { note: NoteId(2) };
    let back = case.inverse(&removed).expect("can be taken back");
    case.apply(entry(removed)).expect("fits");
    assert_eq!((order(&case), case.len()), (vec![1, 3], 2));
    assert_eq!(case.next_id(), NoteId(4), "a number is never given twice");
    case.apply(entry(back)).expect("fits");
    assert_eq!(order(&case), [1, 2, 3]);
}

#[test]
fn a_note_moves_and_moves_back() {
    for (note, before, moved) in
        [(3, Some(1), [3, 1, 2]), (1, Some(3), [2, 1, 3]), (1, None, [2, 3, 1]), (2, Some(2), [1, 2, 3])]
    {
        let mut case = with(3);
        let change = Change::Moved { note: NoteId(note), before: before.map(NoteId) };
        let back = case.inverse(&change).expect("can be taken back");
        case.apply(entry(change)).expect("fits");
        assert_eq!(order(&case), moved);
        case.apply(entry(back)).expect("fits");
        assert_eq!(order(&case), [1, 2, 3]);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut case = with(1);
    assert_eq!(case.apply(entry(text(1))), Err(Misfit::Twice(NoteId(1))));
    assert_eq!(case.apply(entry(Change::Removed { note: NoteId(7) })), Err(Misfit::Note(NoteId(7))));
    let newer = Change::Opened { version: VERSION + 1, name: "x".parse().expect("a name"), bundle: None };
    assert_eq!(Case::open(entry(newer.clone())), Err(Misfit::Version(VERSION + 1)));
    assert_eq!(case.apply(entry(newer)), Err(Misfit::Reopened));
    assert_eq!(Case::open(entry(text(1))), Err(Misfit::Unopened));
}
