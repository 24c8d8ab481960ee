//! What must hold for any bytes: the bodies of the fuzz targets in `fuzz/`, which the tests run too.

use scops_parser::{Formats, Limits, Options, Outline, Reader, Report};

/// Bounds that small inputs reach.
pub fn small() -> Options {
    let limits = Limits { record: 4096, inflated: 1 << 20, depth: 40, ..Limits::default() };
    Options { limits, ..Options::default() }
}

/// Reads everything and asks every question about it; answers the raw bytes of good records too.
pub fn drain(bytes: &[u8], options: Options) -> (Vec<Vec<u8>>, Report) {
    let mut reader = Reader::new(bytes, options);
    let mut outline = Outline::default();
    let mut good = Vec::new();
    let mut last_end = 0;
    while let Some(record) = reader.next_record() {
        assert!(record.span.start <= record.span.end && record.span.start >= last_end);
        last_end = record.span.end;
        record.write_ndjson(&mut std::io::sink()).unwrap();
        if let Ok(event) = &record.outcome {
            event.terms(&mut |_, _| {});
            event.entities(&mut |_, _| {});
            let _ = event.message();
            outline.add(event);
            good.push(record.raw.to_vec());
        }
    }
    assert!(reader.next_record().is_none());
    let report = reader.report().clone();
    assert_eq!(report.records, good.len() as u64);
    assert!(report.covered <= report.bytes, "{report:?}");
    assert!(outline.changes(&outline).is_empty());
    (good, report)
}

/// Any bytes as an object of which nothing is known.
pub fn object(bytes: &[u8]) {
    drain(bytes, small());
    drain(bytes, Options { partial: true, ..small() });
}

/// Any bytes as an object that is said to be of a format, which the first byte chooses.
pub fn format(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let formats: Vec<_> = Formats::built_in().iter().collect();
    let format = formats[usize::from(*choice) % formats.len()];
    drain(bytes, Options { format: Some(format.clone()), ..small() });
}

/// Any bytes as an object of each format.
pub fn every_format(bytes: &[u8]) {
    for format in Formats::built_in() {
        let (_, report) = drain(bytes, Options { format: Some(format.clone()), ..small() });
        assert!(report.bytes <= bytes.len() as u64 || report.codec != scops_parser::Codec::Plain, "{}", format.name());
    }
}
