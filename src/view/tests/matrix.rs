//! Which scene shows each screen, and each popup, in each state; or why there is none.
//!
//! The names are those of the snapshots, which the tests beside this one draw. A screen or a popup that is new does not
//! compile here before it has its row.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Night, SIZES, states};
use crate::app::{Address, Popup, Screen};
use crate::command::Command;

/// What is shown, in the order of the columns below.
const STATES: [&str; 6] = ["empty", "loading", "partial", "full", "failed", "read-only"];

/// A state of a screen.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// The scene that shows it.
    Scene(&'static str),
    /// Why the screen cannot be in it.
    Never(&'static str),
}

use Cell::{Never, Scene};

const NO_WRITING: Cell = Never("nothing is changed by it, so that a read-only profile makes no difference");
const AT_ONCE: Cell = Never("it shows what the console knows already: nothing is waited for");
const WHOLE: Cell = Never("it is answered whole, by one reply");
const NO_QUESTION: Cell = Never("nothing is asked that could fail");

#[rustfmt::skip]
fn screen(screen: Screen) -> [Cell; 6] {
    match screen {
        Screen::Sources => [
            Scene("sources-empty"), Scene("sources-loading"), Scene("sources-partial"), Scene("sources"),
            Scene("sources-failed"), Scene("sources-read-only"),
        ],
        Screen::Objects => [
            Scene("objects-empty"), Scene("objects-loading"), Scene("objects-partial"), Scene("objects"),
            Scene("objects-failed"), Scene("objects-read-only"),
        ],
        Screen::Records => [
            Scene("records-empty"), Scene("records-loading"), Scene("records"), Scene("records-full"),
            Scene("records-failed"), Scene("records-read-only"),
        ],
        Screen::Search => [
            Scene("search-empty"), Scene("search-running"), Scene("search-partial"), Scene("search-hits"),
            Scene("search-failed"), Scene("search-read-only"),
        ],
        Screen::Failures => [
            Scene("failures-none"), Scene("failures-loading"), Scene("failures-partial"), Scene("failures"),
            Scene("failures-failed"), Scene("read-only"),
        ],
        Screen::Replays => [
            Scene("replays-empty"), Scene("replays-loading"), Scene("replays"), Scene("replays-indexed"),
            Scene("replays-failed"), Scene("replays-read-only"),
        ],
        Screen::Alerts => [
            Scene("alerts-empty"), Scene("alerts-loading"), Scene("alerts-partial"), Scene("alerts"),
            Scene("alerts-failed"), Scene("alerts-read-only"),
        ],
        Screen::Pipeline => [
            Scene("pipeline-empty"), Scene("pipeline-loading"), Scene("pipeline-partial"), Scene("pipeline-found"),
            Scene("pipeline-failed"), Scene("pipeline-read-only"),
        ],
        Screen::Workbench => [
            Scene("workbench-empty"), Scene("workbench-loading"), Scene("workbench-partial"), Scene("workbench"),
            Scene("workbench-failed"), Scene("workbench-read-only"),
        ],
        Screen::Case => [
            Scene("case-empty"), Scene("case-loading"), Never("a case is one file, which is read whole"),
            Scene("case"), Scene("case-failed"), Scene("case-read-only"),
        ],
        Screen::Sql => [
            Scene("sql-no-row"), Scene("sql-running"), Scene("sql-rows"), Scene("sql-one-row"),
            Scene("sql-failed"), Scene("sql-read-only"),
        ],
    }
}

/// What a screen shows instead of its usual rows, or beside them.
#[rustfmt::skip]
const VIEWS: [(&str, [Cell; 6]); 6] = [
    ("timeline of before", [
        Never("a time without objects is a comparison like any other"), Scene("objects-compared-loading"), WHOLE,
        Scene("objects-compared"), Scene("objects-compared-failed"), NO_WRITING,
    ]),
    ("hours by days", [
        Scene("objects-heat-empty"), Scene("objects-heat-loading"), Scene("objects-heat-partial"),
        Scene("objects-heat"), Scene("objects-heat-failed"), NO_WRITING,
    ]),
    ("records of several objects", [
        Scene("records-merged-empty"), Scene("records-merged-loading"), Scene("records-merged-partial"),
        Scene("records-merged"), Scene("records-merged-failed"), NO_WRITING,
    ]),
    ("records around one", [
        Never("the record itself is there"), Scene("records-around-loading"), WHOLE, Scene("records-around"),
        Scene("records-around-failed"), NO_WRITING,
    ]),
    ("records as they arrive", [
        Scene("records-followed-empty"), Scene("records-followed-loading"), Never("there is no end to it"),
        Scene("records-followed"), Scene("records-followed-failed"), NO_WRITING,
    ]),
    ("price of a search", [
        Never("a search that costs nothing has a price too"), Scene("search-pricing"), WHOLE, Scene("search-cost"),
        Scene("search-unpriced"), NO_WRITING,
    ]),
];

#[rustfmt::skip]
const POPUPS: [(&str, [Cell; 6]); 12] = [
    ("help", [Scene("help-none"), AT_ONCE, AT_ONCE, Scene("help"), NO_QUESTION, NO_WRITING]),
    ("messages", [Scene("messages-none"), AT_ONCE, AT_ONCE, Scene("messages"), NO_QUESTION, NO_WRITING]),
    ("jobs", [Scene("jobs-none"), AT_ONCE, AT_ONCE, Scene("jobs"), NO_QUESTION, NO_WRITING]),
    ("flaws", [
        Never("it opens only where something could not be read"), AT_ONCE, AT_ONCE, Scene("search-flaws"), NO_QUESTION,
        NO_WRITING,
    ]),
    ("sheet", [
        Scene("sheet-nothing"), Scene("sheet-planning"), WHOLE, Scene("sheet"), Scene("sheet-failed"),
        Never("a read-only profile makes no plan"),
    ]),
    ("copies", [Never("an object has a name"), AT_ONCE, AT_ONCE, Scene("copies"), NO_QUESTION, NO_WRITING]),
    ("versions", [
        Scene("versions-empty"), Scene("versions-loading"), WHOLE, Scene("versions"), Scene("versions-failed"), NO_WRITING,
    ]),
    ("restore", [
        Scene("restore-nothing"), Scene("restore-loading"), Scene("restore-partial"), Scene("restore"),
        Scene("restore-failed"), Scene("restore-read-only"),
    ]),
    ("pivot", [
        Never("with every value something can be done"), AT_ONCE, AT_ONCE, Scene("pivot"), NO_QUESTION, NO_WRITING,
    ]),
    ("statistics", [
        Scene("statistics-empty"), Scene("statistics-loading"), WHOLE, Scene("statistics"), Scene("statistics-failed"),
        NO_WRITING,
    ]),
    ("report", [
        Scene("report-nothing-odd"), Scene("report-loading"), Scene("report-partial"), Scene("records-report"),
        Scene("report-failed"), NO_WRITING,
    ]),
    ("leave", [
        Never("it is one question"), AT_ONCE, AT_ONCE, Scene("leave-running"), NO_QUESTION,
        Never("a read-only profile runs no replay"),
    ]),
];

/// The row of a popup. One that is new needs one too.
fn row(popup: &Popup) -> &'static str {
    match popup {
        Popup::Help(_) => "help",
        Popup::Messages(_) => "messages",
        Popup::Jobs(_) => "jobs",
        Popup::Flaws(_) => "flaws",
        Popup::Sheet(_) => "sheet",
        Popup::Copies(_) => "copies",
        Popup::Versions(_) => "versions",
        Popup::Restore(_) => "restore",
        Popup::Pivot(_) => "pivot",
        Popup::Statistics(_) => "statistics",
        Popup::Report(_) => "report",
        Popup::LeaveRunning => "leave",
    }
}

fn rows() -> Vec<(&'static str, [Cell; 6])> {
    // Every screen is a place that an address names.
    let names = Command::ALL.iter().filter_map(|command| command.name().parse::<Address>().ok());
    let screens: BTreeSet<Screen> = names.map(|address| address.screen).collect();
    assert!(Screen::ALL.iter().all(|tab| screens.contains(tab)) && screens.len() > Screen::ALL.len());
    screens.into_iter().map(|each| (each.name(), screen(each))).chain(VIEWS).chain(POPUPS).collect()
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view/snapshots")
}

/// Every snapshot: its file's name, and its text.
fn files() -> Vec<(String, String)> {
    let folders = [snapshots(), snapshots().join("states")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("snapshots")).flatten();
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "snap"));
    let read = |path: PathBuf| fs::read_to_string(path).expect("text");
    files.map(|entry| (entry.file_name().display().to_string(), read(entry.path()))).collect()
}

/// What a scene shows at each size, and the roles of its cells.
fn shown(scene: &str) -> Option<Vec<String>> {
    let read = |name: String| fs::read_to_string(snapshots().join(name)).ok();
    if let Some(text) = read(format!("states/{scene}.snap")) {
        return Some(text.split("══ ").skip(1).map(str::to_owned).collect());
    }
    let sizes = SIZES.iter().map(|(width, height)| read(format!("{scene}-{width}x{height}.snap")));
    sizes.chain([read(format!("roles-{scene}.snap"))]).collect()
}

#[test]
fn every_screen_is_shown_in_every_state_or_cannot_be_in_it() {
    let mut missing = Vec::new();
    for (name, cells) in rows() {
        for (state, cell) in STATES.into_iter().zip(cells) {
            let scene = match cell {
                Scene(scene) => scene,
                Never(why) => {
                    assert!(why.split(' ').count() > 3, "{name}, {state}: that is no reason: {why}");
                    continue;
                }
            };
            match shown(scene) {
                Some(pictures) if pictures.len() != SIZES.len() + 1 => {
                    missing.push(format!("{name}, {state}: {scene} lacks a size or its roles"));
                }
                // Each says what it is at 80x24 already.
                Some(pictures) => match state {
                    "failed" if !["AccessDenied", "COLUMN_NOT_FOUND"].iter().any(|why| pictures[0].contains(why)) => {
                        missing.push(format!("{name}, {state}: {scene} does not tell why"));
                    }
                    "read-only" if !pictures[0].contains("READ-ONLY") => {
                        missing.push(format!("{name}, {state}: {scene} does not tell that it is"));
                    }
                    _ => {}
                },
                None => missing.push(format!("{name}, {state}: there is no snapshot of {scene}")),
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_popup_of_a_scene_has_its_row() {
    for (name, scene) in states::SCENES.into_iter().flatten() {
        let Some(popup) = scene(Night::new(80, 24)).model.popup else { continue };
        assert!(POPUPS.iter().any(|(kind, _)| *kind == row(&popup)), "{name}");
    }
}

#[test]
fn one_of_something_is_told_as_one() {
    const NOUNS: [&str; 12] = [
        "objects", "records", "rows", "hits", "commands", "messages", "requests", "notes", "fields", "queries",
        "values", "groups",
    ];
    for (name, text) in files() {
        // The tabs have numbers of their own.
        for line in text.lines().filter(|line| !line.contains("1 sources") && !line.starts_with(" 1 ")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let wrong = words.windows(2).find(|pair| pair[0] == "1" && NOUNS.contains(&pair[1]));
            assert!(wrong.is_none(), "{name}: {line}");
        }
    }
}

/// A snapshot whose scene has gone would go on to be counted.
#[test]
fn every_snapshot_is_that_of_a_scene() {
    let tests = snapshots().join("../tests");
    let folders = [tests.clone(), tests.join("states")];
    let sources = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("tests")).flatten();
    let sources = sources.map(|entry| entry.path()).chain([tests.with_extension("rs")]);
    let code: String = sources.filter_map(|path| fs::read_to_string(path).ok()).collect();
    for (name, _) in files() {
        let Some(name) = name.strip_suffix(".snap") else { continue };
        let scene = name.strip_prefix("roles-").unwrap_or(name);
        let size = SIZES.iter().find_map(|(width, height)| scene.strip_suffix(&format!("-{width}x{height}")));
        let scene = size.unwrap_or(scene);
        assert!(code.contains(&format!("\"{scene}\"")), "no test draws {name}");
    }
}
