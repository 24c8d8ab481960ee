use crate::{Options, Reader};

#[test]
fn names_of_formats_are_told_apart_and_found() {
    for format in crate::formats() {
        assert_eq!(crate::format(format.name()), Some(*format));
    }
    let mut names: Vec<_> = crate::formats().iter().map(|format| format.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), crate::formats().len());
}

#[test]
fn every_format_reads_its_own_samples_as_expected() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats");
    let mut seen = 0;
    for format in crate::formats() {
        let samples =
            std::fs::read_dir(folder.join(format.name())).into_iter().flatten().map(|entry| entry.unwrap().path());
        for input in samples.filter(|path| path.extension().is_some_and(|kind| kind == "log")) {
            seen += 1;
            let mut reader = Reader::new(
                std::fs::File::open(&input).unwrap(),
                Options { arrived: Some("2026-11-23T12:00:00Z".parse().unwrap()), ..Options::default() },
            );
            assert_eq!(reader.detection().format.map(crate::Format::name), Some(format.name()), "{}", input.display());
            let mut lines = Vec::new();
            while let Some(record) = reader.next_record() {
                record.write_ndjson(&mut lines).unwrap();
            }
            let expected = input.with_extension("expected.ndjson");
            if std::env::var_os("SCOPS_BLESS").is_some() {
                std::fs::write(&expected, &lines).unwrap();
            }
            let wanted = std::fs::read_to_string(&expected).unwrap_or_default();
            let found = String::from_utf8(lines).unwrap();
            for (index, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
                assert_eq!(found, wanted, "record {index} of {}", input.display());
            }
            assert_eq!(found.lines().count(), wanted.lines().count(), "{}", input.display());
        }
    }
    assert!(seen >= 5, "only {seen} samples were found");
}
