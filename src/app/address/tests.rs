use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn span() -> impl Strategy<Value = Span> {
    let begin = 0..2_000_000_000_000_000_000_i128;
    let between = (begin, 1..30_000_000_000_000_000_i128).prop_filter_map("a time", |(start, length)| {
        let (start, end) = (Timestamp::from_nanosecond(start).ok()?, Timestamp::from_nanosecond(start + length).ok()?);
        Some(Span::Between(TimeRange { start, end }))
    });
    prop_oneof![(1..31_000_000_i64).prop_map(|seconds| Span::Last(SignedDuration::from_secs(seconds))), between]
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("(?s).{1,40}")
}

prop_compose! {
    fn address()(
        screen in 0..SCREENS.len(), range in proptest::option::of(span()), source in text(), profile in text(),
        object in proptest::option::of(("[a-z0-9.-]{3,20}", "(?s).{1,60}", text())),
        record in proptest::option::of((0..u64::MAX, 1..u64::MAX)),
        query in text(), filter in text(), sort in text(),
    ) -> Address {
        let object = object.map(|(bucket, key, version)| ObjectId { bucket, key, version });
        let record = record.filter(|_| object.is_some()).map(|(start, line)| Seek { start, line });
        Address { screen: SCREENS[screen], profile, range, source, object, record, query, filter, sort }
    }
}

proptest! {
    #[test]
    fn an_address_is_read_as_it_was_written(address in address()) {
        let text = address.to_string();
        prop_assert_eq!(text.parse::<Address>(), Ok(address));
        // A shell takes it as one word, and so does a chat.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/+@=,%".contains(c);
        prop_assert!(text.chars().all(is_plain), "{}", text);
    }

    #[test]
    fn no_text_panics(text in "(objects|records)?(,[a-z]{0,7}=?[ -~%é]{0,20}){0,5}") {
        let _ = text.parse::<Address>();
    }
}

#[test]
fn addresses_stay_as_they_are() {
    for text in [
        "objects,range=2026-11-23T01:00:00Z..2026-11-23T02:00:00Z,source=cloudtrail,filter=state:failed,sort=oldest",
        "records,object=s3://logs/a%20b%2Cc/%E6%97%A5.gz,version=3sL4k,line=12,byte=4096",
        "search,range=6h,query=source:alb%20203.0.113.7",
        "pipeline",
    ] {
        assert_eq!(text.parse::<Address>().expect("an address").to_string(), text);
    }
}

#[test]
fn what_is_no_address_is_told_with_the_cure() {
    let told = |text: &str| text.parse::<Address>().expect_err("wrong").to_string();
    assert_eq!(told("object"), "\"object\" is no screen (did you mean \"objects\"?)");
    assert_eq!(told("objects,sorce=alb"), "\"sorce\" is no part of an address (did you mean \"source\"?)");
    assert_eq!(told("objects,source="), "\"source\" has no value (write source=…, or leave it out)");
    assert_eq!(told("objects,sort=a,sort=b"), "\"sort\" stands twice in the address");
    assert_eq!(told("objects,source=%ff"), "the value of \"source\" is not UTF-8");
    assert!(told("records,object=logs/a").contains("expected s3://bucket/key"));
    assert!(told("records,line=3").contains("add object="));
    assert!(told("records,object=s3://a/b,line=-3").contains("is no line"));
    for range in ["yesterday", "0h", "9999d", "2026-11-23T01:00:00Z..", "2026-11-23T02:00:00Z..2026-11-23T01:00:00Z"] {
        assert!(told(&format!("objects,range={range}")).contains("is no range of time"), "{range}");
    }
}
