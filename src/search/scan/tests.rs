use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use scops_parser::{Options, Reader};

use super::*;
use crate::domain::expression::parse;

fn wanted(text: &str) -> Wanted {
    let sought = parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).expect("a search");
    Wanted { sources: sought.sources, range: sought.range, ..Wanted::new(sought.expression) }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

fn file(path: impl Into<PathBuf>) -> Target {
    Target::new(Place::File(path.into()))
}

/// All that a scan tells, and where it stands then.
fn scanned(wanted: Wanted, targets: Vec<Target>, limit: Option<u64>, from: Position) -> (Vec<Found>, Position) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut scan = Scan::start(wanted, targets, None, limit, from).expect("it starts");
        let mut all = Vec::new();
        while let Some(batch) = scan.next().await {
            all.extend(batch);
        }
        let position = scan.position().clone();
        scan.stop().await;
        (all, position)
    })
}

/// Name and line of each match.
fn places(found: &[Found]) -> Vec<String> {
    let places = found.iter().filter_map(|found| match found {
        Found::Match(found) => {
            let name = found.target.to_string();
            Some(format!("{}:{}", name.rsplit('/').next().unwrap_or_default(), found.line))
        }
        Found::Flaw(..) | Found::End(..) => None,
    });
    places.collect()
}

/// Ten files of four lines; `n` is in one line of each, `all` in all.
fn ten(folder: &Path) -> Vec<Target> {
    let files = (0..10).map(|number| {
        let lines = (0..4)
            .map(|line| format!("{{\"n\":\"needle{line}\",\"m\":\"all\",\"f\":{number}}}\n"))
            .collect::<Vec<_>>()
            .concat();
        let path = folder.join(format!("{number}.json.gz"));
        std::fs::write(&path, gzip(lines.as_bytes())).expect("written");
        file(path)
    });
    files.collect()
}

#[test]
fn matches_come_in_the_order_of_their_targets_and_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let (found, _) = scanned(wanted("needle2 OR needle1"), ten(folder.path()), None, Position::default());
    let all: Vec<String> = (0..10).flat_map(|file| [2, 3].map(|line| format!("{file}.json.gz:{line}"))).collect();
    assert_eq!(places(&found), all);
    let ends = found.iter().filter(|found| matches!(found, Found::End(_, 2))).count();
    assert_eq!(ends, 10);
}

#[test]
fn a_scan_that_stopped_goes_on_where_it_stood() {
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, _) = scanned(wanted("all"), ten(folder.path()), None, Position::default());
    for limit in [1, 3, 4, 7, 40] {
        let (first, position) = scanned(wanted("all"), ten(folder.path()), Some(limit), Position::default());
        assert_eq!(places(&first).len() as u64, limit);
        let text = serde_json::to_string(&position).expect("JSON");
        let position = serde_json::from_str(&text).expect("the same");
        let (rest, _) = scanned(wanted("all"), ten(folder.path()), None, position);
        assert_eq!([places(&first), places(&rest)].concat(), places(&whole), "{limit}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut targets = ten(folder.path());
    let stored = gzip("{\"m\":\"all\"}\n".repeat(9_999).as_bytes());
    let cut = folder.path().join("cut.json.gz");
    std::fs::write(&cut, &stored[..stored.len() / 2]).expect("written");
    targets.insert(5, file(cut));
    targets.insert(2, file(folder.path().join("none")));
    let (found, _) = scanned(wanted("needle0"), targets, None, Position::default());
    assert_eq!(places(&found).len(), 10);
    let flaws: Vec<_> = found
        .iter()
        .filter_map(|found| match found {
            Found::Flaw(target, cause) => Some((target.to_string(), cause.clone())),
            _ => None,
        })
        .collect();
    assert!(flaws[0].0.ends_with("/none") && flaws[0].1.contains("No such file"), "{flaws:?}");
    assert!(flaws[1].0.ends_with("cut.json.gz") && flaws[1].1.contains("member 1 is truncated"), "{flaws:?}");
    assert_eq!(flaws.len(), 2);
}

#[test]
fn an_object_without_a_candidate_is_not_parsed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    std::fs::write(&path, "{\"a\":\"b\"}\n{broken\n").expect("written");
    let (found, _) = scanned(wanted("needle"), vec![file(&path)], None, Position::default());
    assert!(matches!(found[..], [Found::End(_, 0)]), "{found:?}");
    let (found, _) = scanned(wanted("-needle"), vec![file(&path)], None, Position::default());
    assert!(
        matches!(&found[..], [Found::Match(_), Found::Flaw(_, cause), Found::End(..)] if cause.starts_with("line 2"))
    );
}

#[test]
fn only_records_of_a_range_match() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    let lines = (0..9)
        .map(|hour| format!("{{\"time\":\"2026-11-23T0{hour}:30:00Z\",\"m\":\"all\"}}\n"))
        .collect::<Vec<_>>()
        .concat();
    std::fs::write(&path, lines).expect("written");
    let (found, _) = scanned(wanted("all 2026-11-23 02:00..04:00 UTC"), vec![file(path)], None, Position::default());
    assert_eq!(places(&found), ["a.json:3", "a.json:4"]);
}

/// Fields with a term of each.
type Terms = Vec<(String, String)>;

/// The sample files of all formats, each with terms of its records.
static SAMPLES: LazyLock<Vec<(PathBuf, Terms)>> = LazyLock::new(|| {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("parser/src/formats");
    let files = walkdir::WalkDir::new(formats).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|file| file.path().extension().is_some_and(|kind| kind == "log"));
    let terms = |path: &Path| {
        let bytes = std::fs::read(path).expect("a sample");
        let mut reader = Reader::new(&bytes[..], Options::default());
        let mut terms = Vec::new();
        while let Some(record) = reader.next_record() {
            let Ok(event) = &record.outcome else { continue };
            event.terms(&mut |field, term| terms.push((field.to_owned(), term.to_owned())));
            event.ecs().scalars(&mut |field, value| {
                terms.extend(value.scalar().map(|term| (field.to_owned(), term.trim().to_owned())));
            });
        }
        terms.retain(|(_, term)| !term.is_empty() && !term.chars().any(char::is_control));
        terms
    };
    files.map(|file| (file.path().to_owned(), terms(file.path()))).filter(|(_, terms)| !terms.is_empty()).collect()
});

/// A test of one of some terms, in one of the ways in which it can be asked.
fn test_of(field: &str, term: &str, way: usize) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let part: String = term.chars().skip(1).take(9).collect();
    let part = if part.trim().is_empty() { term.to_owned() } else { part };
    match way % 7 {
        0 => quoted(term),
        1 | 2 => format!("{}:{}", quoted(field), quoted(term)),
        3 => quoted(&part),
        4 => format!("*{}*", quoted(&part)),
        5 => format!("~{}~", regex_syntax::escape(&part).replace('~', "\\~")),
        _ => format!("{}:*{}", quoted(field), quoted(&part)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 96 } else { 2_000 }))]

    #[test]
    fn the_matches_are_the_same_without_the_prefilter(
        file_index: prop::sample::Index,
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0usize..7, any::<bool>()), 1..4),
        is_any: bool,
        is_gzip: bool,
    ) {
        let (path, terms) = file_index.get(&SAMPLES);
        let tests = picks.iter().map(|(term, way, is_not)| {
            let (field, term) = term.get(terms);
            format!("{}{}", if *is_not { "NOT " } else { "" }, test_of(field, term, *way))
        });
        let text = tests.collect::<Vec<_>>().join(if is_any { " OR " } else { " AND " });
        let Ok(sought) = parse(&text, Timestamp::UNIX_EPOCH, &TimeZone::UTC) else { return Ok(()) };
        let folder = tempfile::tempdir().expect("a folder");
        let target = if is_gzip {
            let packed = folder.path().join("sample.log.gz");
            std::fs::write(&packed, gzip(&std::fs::read(path).expect("a sample"))).expect("written");
            file(packed)
        } else {
            file(path)
        };
        let matches = |is_prefiltered| {
            let wanted = Wanted { is_prefiltered, take: Take::Ndjson, ..Wanted::new(sought.expression.clone()) };
            let (found, _) = scanned(wanted, vec![target.clone()], None, Position::default());
            found.into_iter().filter(|found| matches!(found, Found::Match(_))).collect::<Vec<_>>()
        };
        prop_assert_eq!(matches(true), matches(false), "{} in {}", text, path.display());
    }
}
