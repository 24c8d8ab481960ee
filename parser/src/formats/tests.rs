use crate::{Formats, Options, Reader};

#[test]
fn names_of_formats_are_told_apart_and_found() {
    let formats = Formats::built_in();
    for format in formats {
        assert_eq!(formats.get(format.name()).map(|found| found.title().to_owned()), Some(format.title().to_owned()));
    }
    let mut names: Vec<_> = formats.names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), formats.iter().count());
}

#[test]
fn every_format_reads_its_own_samples_as_expected() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats");
    let mut seen = 0;
    for format in Formats::built_in() {
        let samples =
            std::fs::read_dir(folder.join(format.name())).into_iter().flatten().map(|entry| entry.unwrap().path());
        for input in samples.filter(|path| path.extension().is_some_and(|kind| kind == "log")) {
            seen += 1;
            let mut reader = Reader::new(
                std::fs::File::open(&input).unwrap(),
                Options { arrived: Some("2026-11-23T12:00:00Z".parse().unwrap()), ..Options::default() },
            );
            let found = reader.detection().format.as_ref().map(|format| format.name().to_owned());
            assert_eq!(found.as_deref(), Some(format.name()), "{}", input.display());
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
