//! Rules of one's own: `rules/*.yml` in the configuration folder, or in the one that a profile names.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use scops_parser::Formats;

use crate::detect::{Rules, Text};
use crate::domain::RuleBook;
use crate::mistake::Mistake;

/// The longest file of rules.
const LONGEST: u64 = 1 << 20;
/// Files of a folder at most.
const MOST: usize = 20_000;

/// The shipped rules with those of the user's folder, or of the one that a profile names, read when they are first
/// wanted. What is wrong with a file is among their mistakes.
pub fn rules(folder: &Path, named: Option<&Path>, formats: &Formats) -> RuleBook {
    let is_named = named.is_some();
    let folder = named.unwrap_or(folder).to_owned();
    let formats = formats.clone();
    RuleBook::new(move || {
        let mut mistakes = Vec::new();
        if is_named && !folder.is_dir() {
            mistakes.push(wrong(&folder, "there is no such folder, which the profile names".into()));
        }
        let texts = read_rules(&[folder], &mut mistakes);
        Rules::load(mistakes, &texts, &formats)
    })
}

/// The files of rules that these paths name; of a folder, all that end in `.yml` or `.yaml`, at any depth.
pub fn read_rules(paths: &[PathBuf], mistakes: &mut Vec<Mistake>) -> Vec<Text> {
    let mut texts = Vec::new();
    for path in paths {
        if path.is_dir() {
            for file in files(path) {
                texts.extend(read(&file, mistakes));
            }
        } else if path.exists() || path.extension().is_some() {
            texts.extend(read(path, mistakes));
        }
    }
    texts
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_rule = |path: &Path| path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    entries.map(walkdir::DirEntry::into_path).filter(move |path| is_rule(path) && path.is_file()).take(MOST)
}

fn read(path: &Path, mistakes: &mut Vec<Mistake>) -> Option<Text> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    let told = match read {
        Err(error) => Err(format!("it cannot be read: {error}")),
        Ok(_) if bytes.len() as u64 > LONGEST => Err(format!("it is longer than {LONGEST} bytes")),
        Ok(_) => String::from_utf8(bytes).map_err(|_| "it is no UTF-8".to_owned()),
    };
    match told {
        Ok(text) => Some(Text { name: path.display().to_string(), text }),
        Err(what) => {
            mistakes.push(wrong(path, what));
            None
        }
    }
}

fn wrong(path: &Path, what: String) -> Mistake {
    Mistake { file: path.display().to_string(), line: 1, what, hint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOOR: &str =
        "title: door\nid: d\nlogsource:\n  product: json\ndetection:\n  s:\n    door: open\n  condition: s\n";

    #[test]
    fn rules_of_a_folder_stand_beside_the_shipped_ones_and_a_bad_one_stops_no_other() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("rules");
        fs::create_dir_all(folder.join("deep")).expect("a folder");
        fs::write(folder.join("deep/door.yaml"), DOOR).expect("written");
        fs::write(folder.join("bad.yml"), b"\xff").expect("written");
        fs::write(folder.join("notes.txt"), "title").expect("written");
        let book = rules(&folder, None, Formats::built_in());
        assert!(book.get().get("d").is_some());
        assert_eq!(book.get().all().len(), Rules::shipped().all().len() + 1);
        assert_eq!(book.get().mistakes().len(), 1);
        let named = rules(&folder, Some(Path::new("elsewhere")), Formats::built_in());
        assert!(named.get().mistakes()[0].what.contains("no such folder"));
    }
}
