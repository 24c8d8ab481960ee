use std::io::Write as _;

use super::*;
use crate::domain::{Accept, ByteSize, ObjectId};

fn source(format: Option<&str>, accept: Option<Accept>) -> Source {
    Source {
        name: "cloudtrail".into(),
        bucket: "logs".into(),
        layout: "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/".parse().expect("a layout"),
        format: format.map(str::to_owned),
        late_after: jiff::SignedDuration::from_mins(15),
        accept,
        maintenance: Vec::new(),
    }
}

fn judge(bytes: &[u8], source: &Source) -> (Digest, usize) {
    let object = Object {
        id: ObjectId::new("logs", "AWSLogs/1/CloudTrail/r/2026/11/23/a.json.gz"),
        size: ByteSize(bytes.len() as u64),
        etag: "e".into(),
        storage_class: "STANDARD".into(),
        arrived: "2026-11-23T02:00:00Z".parse().expect("a time"),
    };
    let mut taken = 0;
    let options = Options {
        key: Some(object.id.key.clone()),
        format: source.format.as_deref().and_then(scops_parser::format),
        arrived: Some(object.arrived),
        ..Options::default()
    };
    let digest = digest(bytes, options, source, "indexer", &mut |_, _| {
        taken += 1;
        Ok(())
    });
    (digest, taken)
}

fn trail(versions: &[&str]) -> Vec<u8> {
    let record = |version: &&str| {
        serde_json::json!({ "eventVersion": version, "eventTime": "2026-11-23T01:31:07Z", "eventName": "A",
            "eventSource": "iam.amazonaws.com" })
    };
    serde_json::json!({ "Records": versions.iter().map(record).collect::<Vec<_>>() }).to_string().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn reason(digest: &Digest) -> &Complaint {
    match &digest.verdict {
        Verdict::Refused(complaint) => complaint,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn records_of_an_accepted_shape_pass() {
    let accept = Accept { field: "eventVersion".into(), up_to: "1.11".into() };
    let (digest, taken) = judge(&gzip(&trail(&["1.08", "1.11"])), &source(Some("cloudtrail"), Some(accept)));
    assert_eq!((digest.records, digest.faults, taken), (2, 0, 2));
    assert_eq!(digest.prospect(), Prospect::Passes { records: 2 });
}

#[test]
fn a_newer_shape_fails_the_object_with_its_place() {
    let accept = Accept { field: "eventVersion".into(), up_to: "1.11".into() };
    let (digest, taken) = judge(&trail(&["1.11", "1.12"]), &source(None, Some(accept)));
    let complaint = reason(&digest);
    assert_eq!(complaint.reason, "eventVersion 1.12 is newer than 1.11, the newest that indexer takes");
    assert_eq!((complaint.line, taken), (Some(1), 1));
    assert!(matches!(digest.prospect(), Prospect::FailsAgain(_)));
}

#[test]
fn a_cut_or_corrupt_object_fails_with_its_place() {
    let whole = gzip(&trail(&["1.11"; 500]));
    let (digest, _) = judge(&whole[..whole.len() / 2], &source(Some("cloudtrail"), None));
    assert!(reason(&digest).offset.is_some(), "{digest:?}");
    let mut corrupt = whole;
    let middle = corrupt.len() / 2;
    corrupt[middle..middle + 8].fill(0xff);
    let (digest, _) = judge(&corrupt, &source(Some("cloudtrail"), None));
    assert!(!reason(&digest).reason.is_empty());
}

#[test]
fn one_bad_line_is_one_bad_line_and_nothing_but_bad_lines_is_a_failure() {
    let (digest, taken) = judge(b"{\"a\":1}\n{broken\n{\"a\":2}\n", &source(Some("json"), None));
    assert_eq!((digest.records, digest.faults, taken), (2, 1, 2));
    assert_eq!(digest.verdict, Verdict::Good);
    let (digest, _) = judge(b"{broken\n{worse\n", &source(Some("json"), None));
    assert!(reason(&digest).reason.starts_with("no record of it can be read"), "{digest:?}");
}

#[test]
fn an_empty_object_is_empty_also_where_no_format_is_known() {
    for bytes in [&b""[..], &gzip(b"")] {
        assert_eq!(judge(bytes, &source(None, None)).0.verdict, Verdict::Empty);
        assert_eq!(judge(bytes, &source(Some("cloudtrail"), None)).0.verdict, Verdict::Empty);
    }
}

#[test]
fn what_only_plain_text_fits_has_no_parser() {
    let vendor = b"\x01FALCON|evt|17|\xfe\xfe|host-1\nFALCON|evt|18|..|host-2\n";
    assert_eq!(judge(vendor, &source(None, None)).0.verdict, Verdict::NoParser);
    assert_eq!(judge(vendor, &source(Some("no such format"), None)).0.verdict, Verdict::NoParser);
    assert_eq!(judge(vendor, &source(Some("text"), None)).0.verdict, Verdict::Good);
}
