//! What is written from the program's own definitions: man pages, shell completions, tables of keys. A file that has
//! drifted fails here, and `SCOPS_BLESS=1 cargo test -p scops --test it -- generated help::` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use scops::command::{Command, Context};
use scops::keymap::{Keymap, SHIPPED};
use scops::theme;

use crate::program::Home;

const HOW: &str = "SCOPS_BLESS=1 cargo test -p scops --test it -- generated help::";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file of the repository with what it should be, or writes it.
pub fn check(path: &str, wanted: &str) {
    let path = repository(path);
    if std::env::var_os("SCOPS_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(&path, wanted).expect("written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{} has drifted; write it anew: {HOW}", path.display());
}

/// Replaces what stands between two marks of a file, and compares.
fn check_between(path: &str, mark: &str, wanted: &str) {
    let text = fs::read_to_string(repository(path)).expect("a file");
    let (begin, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let from = text.find(&begin).expect("a mark") + begin.len();
    let to = from + text[from..].find(&end).expect("an end mark");
    check(path, &format!("{}{wanted}{}", &text[..from], &text[to..]));
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A key as code; a backtick needs two around it.
fn code(key: &str) -> String {
    if key.contains('`') { format!("`` {key} ``") } else { format!("`{}`", cell(key)) }
}

#[test]
fn man_pages_tell_the_arguments() {
    let home = Home::new();
    let ended = home.run(&["man", "man"]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    let mut pages: Vec<_> = fs::read_dir(home.path().join("man")).expect("a folder").flatten().collect();
    pages.sort_by_key(fs::DirEntry::file_name);
    assert!(pages.len() > 10, "a page for each command");
    for page in &pages {
        let name = page.file_name().into_string().expect("ASCII");
        check(&format!("docs/man/{name}"), &fs::read_to_string(page.path()).expect("text"));
    }
    let kept = fs::read_dir(repository("docs/man")).expect("a folder").count();
    assert_eq!(kept, pages.len(), "docs/man holds a page of no command");
    assert!(home.run(&["man"]).stdout().contains(".TH scops 1"));
}

#[test]
fn shells_complete_the_arguments() {
    let home = Home::new();
    for (shell, file) in [("bash", "scops.bash"), ("zsh", "_scops"), ("fish", "scops.fish")] {
        let ended = home.run(&["completions", shell]);
        assert_eq!(ended.code(), 0, "{}", ended.stderr());
        check(&format!("docs/completions/{file}"), &ended.stdout());
    }
}

#[test]
fn the_readme_tells_the_keys() {
    let keymap = Keymap::shipped();
    let mut table = "| where | keys |\n|---|---|\n".to_owned();
    for context in Context::ALL {
        let mut seen = Vec::new();
        let mut words = Vec::new();
        for binding in keymap.of(context) {
            if !seen.contains(&&binding.runs) {
                seen.push(&binding.runs);
                words.push(format!("{} {}", code(&binding.label()), binding.runs));
            }
        }
        // What every terminal program has needs no words here.
        if !words.is_empty() && !matches!(context, Context::Popup | Context::Input | Context::Brush | Context::Detail) {
            writeln!(table, "| {} | {} |", context.name(), words.join(" · ")).expect("memory");
        }
    }
    check_between("README.md", "keys", &table);
}

#[test]
fn the_manual_tells_every_key_of_every_keymap_and_every_theme() {
    let keymaps: Vec<Keymap> = SHIPPED.iter().filter_map(|(name, _)| Keymap::named(name)).collect();
    let mut text = String::new();
    for context in Context::ALL {
        let mut rows: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
        for (index, keymap) in keymaps.iter().enumerate() {
            for binding in keymap.of(context) {
                let order =
                    Command::ALL.iter().position(|command| *command == binding.runs.command).expect("a command");
                let row = rows.entry((order, binding.runs.to_string())).or_insert_with(|| vec![String::new(); 3]);
                let keys = &mut row[index];
                keys.push_str(if keys.is_empty() { "" } else { " " });
                keys.push_str(&code(&binding.label()));
            }
        }
        writeln!(text, "### {}\n\n| command | default | vim | emacs | what it does |", context.name()).expect("memory");
        writeln!(text, "|---|---|---|---|---|").expect("memory");
        for ((order, runs), keys) in rows {
            writeln!(text, "| {} | {} | {} |", code(&runs), keys.join(" | "), cell(Command::ALL[order].doc()))
                .expect("memory");
        }
        text.push('\n');
    }
    check_between("docs/console.md", "keys", &text);

    let mut table = "| theme | what it is |\n|---|---|\n".to_owned();
    for (name, text) in theme::SHIPPED {
        writeln!(table, "| `{name}` | {} |", cell(theme::about(text))).expect("memory");
    }
    check_between("docs/console.md", "themes", &table);
}
