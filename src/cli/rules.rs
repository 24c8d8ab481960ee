//! `scops rules`: the rules of detection.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;

use super::exit::UsageError;
use super::output::show;
use super::rows::{Format, Rows, fields};
use super::{Context, Exit, grep};
use crate::config::{ConfigError, read_rules};
use crate::detect::{Origin, Rule, Rules, Text};
use crate::domain::RuleBook;
use crate::mistake::nearest;
use crate::search::scan::Also;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops rules list                                       what is matched, and how grave it is
  scops rules check my-rules/                            are they understood?
  scops rules test aws_trail_stopped trail.json.gz       which records match
  scops rules test my.yml --source cloudtrail --range 7d -o ndjson")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Every rule that is matched: those that ship, and those of the profile's folder
    List {
        /// How they are printed (docs/schema/rules.json)
        #[arg(short, long, value_enum, default_value_t = Format::Table)]
        output: Format,
    },
    /// Whether rules are understood: place, cause and cure of what is not
    Check {
        /// Files and folders; left out, all rules of the profile
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Which records a rule matches. Exit codes: 0 some, 1 none, 2 trouble
    Test {
        /// Its id, its title, the name of its file, or a file
        #[arg(value_name = "RULE")]
        rule: String,
        #[command(flatten)]
        places: grep::Places,
    },
}

pub fn run(context: &Context, arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.command {
        Command::List { output } => list(context, output),
        Command::Check { files } => check(context, &files),
        Command::Test { rule, places } => {
            let (rules, id) = chosen(context, &rule)?;
            let holds = move |event: &scops_parser::Event<'_>| {
                let mut is_found = false;
                rules.get().matches(event, &mut |rule| is_found |= rule.id == id);
                is_found
            };
            grep::matching(context, places, Also(Arc::new(holds)))
        }
    }
}

fn list(context: &Context, output: Format) -> anyhow::Result<Exit> {
    let book = context.settings()?.profile.rules;
    let rules = book.get();
    let head = ["level", "title", "records of", "from", "id"];
    let mut rows = Rows::new(output, &head, BufWriter::new(io::stdout().lock()));
    let mut all: Vec<&Rule> = rules.all().iter().collect();
    all.sort_by(|a, b| (b.level, &a.title).cmp(&(a.level, &b.title)));
    for rule in all {
        let (from, level) = (origin(rule), level(rule));
        let row = json!({
            "id": rule.id,
            "title": rule.title,
            "level": rule.level.name(),
            "status": rule.status,
            "active": rule.is_active(),
            "formats": rule.formats,
            "tags": rule.tags,
            "version": rule.version,
            "from": from,
        });
        let cells = || vec![level, show(&rule.title), show(&rule.about()), show(&from), show(&rule.id)];
        rows.row(&fields(row), cells)?;
    }
    rows.finish()?;
    told(rules)
}

fn level(rule: &Rule) -> String {
    if rule.is_active() { rule.level.name().to_owned() } else { "off".to_owned() }
}

fn origin(rule: &Rule) -> String {
    match &rule.origin {
        Origin::Shipped => "scops".to_owned(),
        Origin::File(file) => file.clone(),
    }
}

fn check(context: &Context, files: &[PathBuf]) -> anyhow::Result<Exit> {
    if files.is_empty() {
        let book = context.settings()?.profile.rules;
        return checked(book.get());
    }
    let mut mistakes = Vec::new();
    let texts = read_rules(files, &mut mistakes);
    if texts.is_empty() && mistakes.is_empty() {
        let what = format!(
            "no rule is in {}",
            files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
        );
        return Err(UsageError { what, hint: Some("rules are files that end in .yml or .yaml".into()) }.into());
    }
    let rules = Rules::only(&texts, &context.formats()?);
    mistakes.extend(rules.mistakes().iter().cloned());
    fine(&rules)?;
    if mistakes.is_empty() { Ok(Exit::Done) } else { Err(ConfigError::Mistakes(mistakes).into()) }
}

fn checked(rules: &Rules) -> anyhow::Result<Exit> {
    fine(rules)?;
    told(rules)
}

fn fine(rules: &Rules) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for rule in rules.all() {
        writeln!(out, "{}: fine: {}, {}", show(&origin(rule)), show(&rule.title), level(rule))?;
    }
    Ok(())
}

/// What is wrong with rules is told behind those that are right.
fn told(rules: &Rules) -> anyhow::Result<Exit> {
    match rules.mistakes() {
        [] => Ok(Exit::Done),
        mistakes => Err(ConfigError::Mistakes(mistakes.to_vec()).into()),
    }
}

/// The rules among which one is chosen, and its id: one of a file, or one that is matched.
fn chosen(context: &Context, name: &str) -> anyhow::Result<(RuleBook, String)> {
    if Path::new(name).is_file() {
        let (path, formats) = (PathBuf::from(name), context.formats()?);
        let mut mistakes = Vec::new();
        let texts: Vec<Text> = read_rules(std::slice::from_ref(&path), &mut mistakes);
        let rules = Rules::only(&texts, &formats);
        mistakes.extend(rules.mistakes().iter().cloned());
        let ids: Vec<&str> = rules.all().iter().map(|rule| rule.id.as_str()).collect();
        return match (mistakes.is_empty(), ids.as_slice()) {
            (false, _) => Err(ConfigError::Mistakes(mistakes).into()),
            (true, [id]) => {
                let id = (*id).to_owned();
                Ok((RuleBook::new(move || rules), id))
            }
            (true, ids) => {
                let what = format!("{name} has {} rules; one is wanted", ids.len());
                Err(UsageError { what, hint: Some("write it into a file of its own".into()) }.into())
            }
        };
    }
    let book = context.settings()?.profile.rules;
    let is_named = |rule: &&Rule| rule.id == name || rule.title == name || file_name(rule) == Some(name);
    if let Some(rule) = book.get().all().iter().find(is_named) {
        let id = rule.id.clone();
        return Ok((book, id));
    }
    let names: Vec<&str> =
        book.get().all().iter().flat_map(|rule| [file_name(rule), Some(&rule.title)]).flatten().collect();
    let hint = match nearest(name, names) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "`scops rules list` names all".to_owned(),
    };
    Err(UsageError { what: format!("there is no rule \"{name}\""), hint: Some(hint) }.into())
}

/// The name of a rule's file, without its ending.
fn file_name(rule: &Rule) -> Option<&str> {
    Path::new(&rule.file).file_stem()?.to_str()
}
