use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

fn timestamps() -> impl Strategy<Value = Timestamp> {
    let any = (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), 0..1_000_000_000_i32);
    let any = any.prop_map(|(second, nanos)| Timestamp::new(second, nanos).unwrap_or(Timestamp::MAX));
    let usual = (1_800_000_000_000_i64..1_800_000_999_000).prop_map(|it| Timestamp::from_millisecond(it).expect("one"));
    prop_oneof![9 => usual, 1 => any]
}

fn etags() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9a-f]{32}",
        "[0-9a-f]{32}-[1-9][0-9]{0,5}",
        "[0-9a-f]{32}-0[0-9]",
        "[0-9A-F]{32}",
        "[0-9a-f]{30,34}",
        ".{0,40}",
    ]
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/2[34]/[0-9]{6}_é?[a-zA-Z0-9]{0,16}",
        "[aé]{0,3}/\\PC{0,30}",
        ".{0,30}",
    ]
}

fn rows() -> impl Strategy<Value = ObjectRow> {
    let object = (
        (prop_oneof!["logs", "\\PC{0,9}"], keys(), option::weighted(0.1, ".{1,9}")),
        any::<u64>(),
        etags(),
        prop_oneof!["STANDARD", "GLACIER", ".{0,9}"],
        timestamps(),
    );
    let object = object.prop_map(|((bucket, key, version), size, etag, storage_class, arrived)| Object {
        id: ObjectId { bucket, key, version },
        size: ByteSize(size),
        etag,
        storage_class,
        arrived,
    });
    let lag = (any::<i64>(), 0..1_000_000_000_i32).prop_map(|(seconds, nanos)| {
        let seconds = if nanos % 5 == 0 { seconds } else { seconds % 100_000 };
        SignedDuration::new(seconds, if seconds < 0 { -nanos } else { nanos })
    });
    let state = proptest::sample::select(State::ALL.to_vec());
    let reason = option::weighted(0.2, ".{0,20}");
    (object, option::of(timestamps()), option::of(lag), state, reason).prop_map(|(object, time, lag, state, reason)| {
        ObjectRow { object, time, lag, state, states: States::new([state]), reason }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_row_is_what_was_pushed(rows in vec(rows(), 0..300)) {
        let packed: ObjectRows = rows.iter().cloned().collect();
        prop_assert_eq!(packed.len(), rows.len());
        for (index, row) in rows.iter().enumerate() {
            prop_assert_eq!(&packed.get(index), row);
            prop_assert_eq!(packed.figures(index), Figures::from(row));
            prop_assert_eq!((packed.state(index), packed.size(index)), (row.state, row.object.size));
            prop_assert!(packed.is_of(index, &row.object.id));
            let first = rows.iter().position(|other| other.object.id == row.object.id);
            prop_assert_eq!(packed.find(&row.object.id), first);
            let before = index.saturating_sub(1);
            let order = rows[before].object.id.key.cmp(&row.object.id.key);
            prop_assert_eq!(packed.compare_keys(before, index), order);
        }
        prop_assert!(packed.iter().eq(rows));
    }

    #[test]
    fn keys_in_parts_are_ordered_as_whole_ones(left in ("a{0,3}b?", "a{0,3}b?"), right in ("a{0,3}b?", "a{0,3}b?")) {
        let whole = |key: &(String, String)| format!("{}{}", key.0, key.1);
        let order = compare((&left.0, &left.1), (&right.0, &right.1));
        prop_assert_eq!(order, whole(&left).cmp(&whole(&right)));
    }
}

fn cloudtrail(index: usize) -> ObjectRow {
    let key = format!(
        "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/111122223333_CloudTrail_eu-west-1_20261123T{:02}{:02}Z_{:016x}.json.gz",
        index / 3_600 % 24,
        index / 60 % 60,
        (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
    );
    let object = Object {
        id: ObjectId::new("acme-logs", key),
        size: ByteSize(index as u64),
        etag: format!("{index:032x}"),
        storage_class: "STANDARD".into(),
        arrived: Timestamp::UNIX_EPOCH,
    };
    ObjectRow {
        object,
        time: None,
        lag: None,
        state: State::Failed,
        states: States::new([State::Failed]),
        reason: Some("no eventTime".into()),
    }
}

#[test]
fn a_row_takes_little_more_than_a_hundred_bytes() {
    let rows: ObjectRows = (0..10_000).map(cloudtrail).collect();
    let blocks = rows.blocks.iter().map(|block| {
        let text = block.first.len() + block.rest.capacity();
        size_of::<Block>() + text + block.rows.capacity() * size_of::<Slim>()
    });
    let bytes = blocks.sum::<usize>() / rows.len();
    assert!(rows.whole.is_empty() && bytes <= 120, "{bytes} bytes a row");
}

#[test]
fn a_state_is_changed_in_place() {
    let whole = ObjectRow { object: Object { etag: "none".into(), ..cloudtrail(1).object }, ..cloudtrail(1) };
    let mut rows: ObjectRows = [cloudtrail(0), whole.clone()].into_iter().collect();
    for (index, row) in [cloudtrail(0), whole].into_iter().enumerate() {
        let in_state = |state| ObjectRow { state, states: States::new([state]), ..row.clone() };
        assert!(rows.set_state(index, 0, State::Parked) && !rows.set_state(index, 0, State::Parked));
        assert_eq!(rows.get(index), in_state(State::Parked));
        assert!(rows.set_state(index, 0, State::Recovered));
        assert_eq!(rows.get(index), ObjectRow { reason: None, ..in_state(State::Recovered) });
        assert_eq!(rows.figures(index).state, State::Recovered);
    }
}
