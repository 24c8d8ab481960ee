//! What `--help` tells: each command's examples, and all of it in docs/help.txt, so that a change is seen.

use crate::generated::check;
use crate::program::Home;

/// What stands in the help of all commands alike; docs/help.txt holds it once.
const EVERYWHERE: &str = "\nOptions of every command:\n";

/// The help of a command, and those below it.
struct Help {
    /// `scops case show`, without the first word.
    path: Vec<String>,
    text: String,
}

/// The help of all commands, each before those below it.
fn helps() -> Vec<Help> {
    let home = Home::new();
    let (mut found, mut next) = (Vec::new(), vec![Vec::new()]);
    while let Some(path) = next.pop() {
        let words: Vec<_> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let ended = home.run(&words);
        assert_eq!(ended.code(), 0, "{words:?}: {}", ended.stderr());
        let text = ended.stdout();
        let below = text.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        let names = below.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let names: Vec<_> = names.filter(|name| !name.is_empty() && *name != "help").collect();
        next.extend(names.into_iter().rev().map(|name| [path.as_slice(), &[name.to_owned()]].concat()));
        found.push(Help { path, text });
    }
    found
}

/// The commands of the examples: what stands before two spaces, or before another program takes over.
fn examples(text: &str) -> Vec<Vec<String>> {
    let lines =
        text.split("\nExamples:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default().lines();
    let commands = lines.filter_map(|line| line.trim().split("  ").next());
    let words = commands.map(|command| shlex::split(command).expect("closed quotes"));
    let words = words.filter(|words| words.first().is_some_and(|word| word == "scops"));
    words
        .map(|words| words.into_iter().skip(1).take_while(|word| !["|", ">"].contains(&word.as_str())).collect())
        .collect()
}

#[test]
fn every_command_tells_examples_that_can_be_typed() {
    let (home, mut wrong) = (Home::new(), Vec::new());
    for help in helps().iter().filter(|help| help.path.len() < 2) {
        let examples = examples(&help.text);
        if examples.is_empty() {
            wrong.push(format!("scops {} --help has no examples", help.path.join(" ")));
        }
        for example in examples {
            let ended = home.run(&[example.clone(), vec!["--help".to_owned()]].concat());
            if ended.code() != 0 {
                wrong.push(format!("scops {}: {}", example.join(" "), ended.stderr()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_help_of_all_commands_is_kept() {
    let texts = helps().into_iter().map(|help| {
        let (own, everywhere) = help.text.split_once(EVERYWHERE).expect("options of every command");
        let examples = everywhere.find("\nExamples:\n").map_or("", |at| &everywhere[at..]);
        let text = if help.path.is_empty() { help.text.clone() } else { format!("{own}{examples}") };
        let name = ["scops"].into_iter().chain(help.path.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
        format!("$ {name} --help\n{}\n", text.trim_end())
    });
    check("docs/help.txt", &texts.collect::<Vec<_>>().join("\n"));
}
