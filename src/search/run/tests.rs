use super::*;

#[test]
fn q11_a_cancelled_query_is_told_as_cancelled_with_its_bytes() {
    let status = QueryStatus {
        id: "q-1".into(),
        phase: QueryPhase::Cancelled,
        reason: Some("Bytes scanned limit was exceeded".into()),
        scanned: crate::domain::ByteSize::mib(11),
        queued_ms: 0,
        total_ms: 5,
    };
    let trouble = Trouble::from(SearchError::Ended(status));
    assert_eq!(trouble.to_string(), "query q-1 was cancelled: Bytes scanned limit was exceeded");
    assert_eq!(trouble.hint.as_deref(), Some("11 MiB were scanned until then"));
}
