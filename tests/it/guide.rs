//! The guide and the README are run, so that no command in them can be out of date.
//!
//! | in a file | what is done |
//! |---|---|
//! | a block marked `console` | each line that begins with `$ scops` is run by a shell, against the demo's night. It ends with the code of its comment `# exits N`, else with 0. The lines below it stand for what it prints |
//! | a block marked `sh` | a line that begins with `scops` opens a console, waits, or works on an account: its arguments are read, and nothing is done |
//! | `scops …` in the text of the guide | the same |
//! | a block below `<!-- file: NAME -->` | is written to that file |
//!
//! A shown line is told by its words: those without a digit and without `…`, in their order, in one line that was printed;
//! a plural counts as its singular.
//! `HASH` stands for that of the last plan. Each file has a folder of its own, and a home elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use scops::embedded::demo::{self, DemoOptions};
use scops_lab::night::NightOptions;

use crate::program::{Ended, Home};

const CHAPTERS: &str = "docs/guide/src";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The targets of the links in a text, without those of other sites and of the page itself.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.map(|target| target.split('#').next().unwrap_or_default());
    files.filter(|file| !file.is_empty() && !file.contains("://")).collect()
}

/// The chapters, in the order of the summary.
fn chapters() -> Vec<String> {
    links(&read(&format!("{CHAPTERS}/SUMMARY.md"))).into_iter().map(|file| format!("{CHAPTERS}/{file}")).collect()
}

/// A fenced block of a file.
struct Block<'t> {
    /// The number of its first line.
    line: usize,
    language: &'t str,
    /// The file that it is.
    file: Option<&'t str>,
    lines: Vec<&'t str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = text.lines().zip(1..);
    let mut before = "";
    while let Some((line, number)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let file = before.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->"));
            let inside = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            found.push(Block { line: number + 1, language, file, lines: inside });
        }
        before = line;
    }
    found
}

/// Commands that stand between backticks in the text.
fn spans(text: &str) -> BTreeSet<&str> {
    let mut is_fenced = false;
    let prose = text.lines().filter(|line| {
        is_fenced ^= line.starts_with("```");
        !is_fenced
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2)).filter(|span| span.starts_with("scops ")).collect()
}

/// What tells a line apart from others on any night.
fn words(line: &str) -> Vec<&str> {
    let steady = line.split_whitespace().filter(|word| !word.contains(|c: char| c == '…' || c.is_numeric()));
    let bare = steady.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).trim_end_matches('s'));
    bare.filter(|word| !word.is_empty()).collect()
}

/// Whether a printed line has the words of a shown one, in their order.
fn tells(printed: &str, shown: &[&str]) -> bool {
    let mut printed = words(printed).into_iter();
    shown.iter().all(|word| printed.any(|other| other == *word))
}

/// One file as it is gone through.
struct Reading<'a> {
    path: &'a str,
    home: Home,
    folder: tempfile::TempDir,
    /// The demo's configuration.
    config: &'a Path,
    /// That of the last plan.
    hash: String,
    mistakes: Vec<String>,
}

impl<'a> Reading<'a> {
    fn new(path: &'a str, config: &'a Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { path, home: Home::new(), folder, config, hash: "HASH".into(), mistakes: Vec::new() }
    }

    /// Does all that the text says, and gives what is not so.
    fn through(mut self, text: &str) -> Vec<String> {
        for block in blocks(text) {
            if let Some(file) = block.file {
                fs::write(self.folder.path().join(file), block.lines.join("\n") + "\n").expect("is written");
            }
            match block.language {
                "console" => self.run_all(&block),
                "sh" => {
                    for (line, number) in block.lines.iter().zip(block.line..) {
                        if line.starts_with("scops") {
                            self.check(number, line);
                        }
                    }
                }
                _ => {}
            }
        }
        self.mistakes
    }

    fn run_all(&mut self, block: &Block<'_>) {
        let mut lines = block.lines.iter().zip(block.line..).peekable();
        while let Some((line, number)) = lines.next() {
            let Some(command) = line.strip_prefix("$ ").filter(|command| command.starts_with("scops")) else {
                continue;
            };
            let mut shown = Vec::new();
            while let Some((line, _)) = lines.next_if(|(line, _)| !line.starts_with("$ ")) {
                shown.push(words(line));
            }
            self.run(number, command, &shown);
        }
    }

    fn run(&mut self, line: usize, command: &str, shown: &[Vec<&str>]) {
        let ended = self.shell(&command.replace("HASH", &self.hash));
        let code = command.split_once("# exits ").map_or(0, |(_, code)| code.trim().parse().expect("an exit code"));
        let printed = format!("{}{}", ended.stdout(), ended.stderr());
        if let Some(hash) = printed.lines().find_map(|line| line.strip_prefix("plan ")) {
            hash.clone_into(&mut self.hash);
        }
        let mut wrong = Vec::new();
        if ended.code() != code {
            wrong.push(format!("ends with {}, not {code}", ended.code()));
        }
        for words in shown.iter().filter(|words| !printed.lines().any(|line| tells(line, words))) {
            wrong.push(format!("prints no line with: {}", words.join(" ")));
        }
        if !wrong.is_empty() {
            let wrong = wrong.join("; ");
            self.mistakes.push(format!("{}:{line}: `{command}` {wrong}. It printed:\n{printed}", self.path));
        }
    }

    /// Has the arguments of a command read, and nothing else done.
    fn check(&mut self, line: usize, command: &str) {
        let command = command.split(" #").next().unwrap_or(command).trim();
        let ended = self.shell(&format!("{command} --help"));
        if ended.code() != 0 {
            self.mistakes.push(format!("{}:{line}: `{command}`: {}", self.path, ended.stderr()));
        }
    }

    fn shell(&self, command: &str) -> Ended {
        let scops = self.home.command();
        let folder = Path::new(scops.get_program()).parent().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let places = [folder.to_owned()].into_iter().chain(std::env::split_paths(&path));
        let mut shell = Command::new("sh");
        shell.env_clear().envs(scops.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", std::env::join_paths(places).expect("a path")).env("SCOPS_CONFIG", self.config);
        shell.args(["-c", command]).current_dir(self.folder.path()).stdin(Stdio::null());
        shell.output().expect("sh runs").into()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_guide_and_the_readme_say_is_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = DemoOptions {
        folder: folder.path().to_owned(),
        night: NightOptions { density: 0.05, ..NightOptions::new(7, Timestamp::now()) },
    };
    let (embedded, _) = demo::start(options, |_| {}).await.expect("the demo starts");
    let config = folder.path().join("config.toml");
    let reading = tokio::task::spawn_blocking(move || {
        let files = chapters().into_iter().chain(["README.md".to_owned()]);
        files.flat_map(|path| Reading::new(&path, &config).through(&read(&path))).collect::<Vec<_>>()
    });
    let mistakes = reading.await.expect("no panic");
    embedded.stop().await;
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn commands_in_the_text_of_the_guide_exist() {
    let mut mistakes = Vec::new();
    for path in chapters() {
        let text = read(&path);
        let mut reading = Reading::new(&path, Path::new("config.toml"));
        for span in spans(&text) {
            let line = text.lines().position(|line| line.contains(span)).map_or(0, |index| index + 1);
            reading.check(line, span);
        }
        mistakes.append(&mut reading.mistakes);
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_chapter_is_in_the_summary() {
    let summary: BTreeSet<_> = chapters().into_iter().chain([format!("{CHAPTERS}/SUMMARY.md")]).collect();
    let files = fs::read_dir(repository(CHAPTERS)).expect("a folder").flatten();
    let files = files.filter(|file| file.path().is_file());
    let files = files.map(|file| format!("{CHAPTERS}/{}", file.file_name().display()));
    assert_eq!(files.collect::<BTreeSet<_>>(), summary);
}

#[test]
fn what_is_not_so_is_found() {
    let wrong = |text: &str| Reading::new("guide.md", Path::new("config.toml")).through(text);
    for text in [
        "```console\n$ scops nosuch\n```",
        "```console\n$ scops formats list # exits 2\n```",
        "```console\n$ scops formats list\nformat  records  nonsense\n```",
        "```sh\nscops worker --nosuch   # waits\n```",
        "```sh\nscops nosuch\n```",
    ] {
        assert_eq!(wrong(text).len(), 1, "{text}");
    }
    let right = "```console\n$ scops formats list\nformat  records  title\ncloudtrail  7 json  AWS …\n$ other\n```\n\
                 ```text\n$ scops nosuch\n```\n```sh\nscops worker   # waits\n```\n\
                 <!-- file: a.json -->\n```json\n{\"n\":1}\n```\n```console\n$ scops cat a.json -o raw\n…\n```";
    assert_eq!(wrong(right), Vec::<String>::new());
}
