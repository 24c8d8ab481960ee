//! The pictures of the guide: each is one of the scenes that the command draws, and the keys of every scene still reach
//! what it shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::terminal::Program;
use scenes::{SCENES, Step};

#[path = "../../examples/pictures/scenes.rs"]
mod scenes;

/// What a picture may weigh.
const LIMIT: u64 = 40 << 10;

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/src")
}

/// The pictures that a chapter shows: their words and their files.
fn shown(text: &str) -> Vec<(&str, &str)> {
    let marks = text.split("![").skip(1).filter_map(|rest| rest.split_once("]("));
    marks.filter_map(|(words, rest)| Some((words, rest.split_once(')')?.0))).collect()
}

#[test]
fn every_picture_of_the_guide_is_a_scene_and_is_shown() {
    let mut named = BTreeSet::new();
    for chapter in fs::read_dir(guide()).expect("the guide").flatten().filter(|entry| entry.path().is_file()) {
        let text = fs::read_to_string(chapter.path()).expect("text");
        for (words, file) in shown(&text) {
            let scene = SCENES.iter().find(|scene| file == format!("pictures/{}.svg", scene.name));
            let scene = scene.unwrap_or_else(|| panic!("{}: {file} is no scene", chapter.path().display()));
            assert_eq!(words, scene.title, "{}: {file}", chapter.path().display());
            named.insert(file.to_owned());
        }
    }
    let scenes: BTreeSet<String> = SCENES.iter().map(|scene| format!("pictures/{}.svg", scene.name)).collect();
    assert_eq!(named, scenes, "a chapter shows each");
    let files = fs::read_dir(guide().join("pictures")).expect("the pictures").flatten();
    let files: BTreeSet<String> = files.map(|file| format!("pictures/{}", file.file_name().display())).collect();
    assert_eq!(files, scenes, "`cargo run --example pictures -- docs/guide/src/pictures` draws them");
    for file in files {
        let path = guide().join(&file);
        let text = fs::read_to_string(&path).expect("text");
        assert!(fs::metadata(path).expect("a file").len() <= LIMIT, "{file} is too large");
        assert!(text.starts_with("<svg ") && !text.contains("<script") && !text.contains("href"), "{file}");
    }
}

#[test]
fn the_keys_of_every_scene_reach_what_it_shows() {
    let mut console = Program::start(&["demo", "--seed", "7", "--density", "0.05"], 120, 34);
    for scene in SCENES {
        for step in scene.steps {
            match step {
                Step::Keys(keys) => {
                    console.keys(keys);
                    // What follows an escape too soon is a key with alt.
                    thread::sleep(Duration::from_millis(250));
                }
                Step::Shows(text) => {
                    console.wait_until(&format!("{}: {text:?}", scene.name), |screen| screen.contains(text));
                }
                Step::Lacks(text) => {
                    console.wait_until(&format!("{}: no {text:?}", scene.name), |screen| !screen.contains(text));
                }
                Step::Confirm => {
                    for key in scenes::confirmation(&console.text()).chars() {
                        thread::sleep(Duration::from_millis(80));
                        console.keys(&key.to_string());
                    }
                }
            }
        }
    }
}
