//! `scops case`: what was pinned and noted, for people, for scripts, and for those who come after.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::exit::UsageError;
use super::output::{Table, show};
use super::{Context, Exit, console, paths};
use crate::case::store::Draft;
use crate::case::{self, Bundle, CaseError, Cases, Listed, markdown, text};
use crate::config::ConfigError;
use crate::domain::CaseName;
use crate::domain::size::plural;
use crate::mistake::nearest;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops case note INC-4711 \"paged at 02:14\"      a new case, or one more note in it
  scops case show INC-4711 -o json
  scops case export INC-4711 --to handover/      Markdown, a page that stands alone, and a bundle
  scops case open handover/INC-4711.json         what others exported, checked")]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the cases that there are
    List,
    /// Print a case, note by note
    Show {
        /// The case
        name: CaseName,
        /// How it is printed
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        output: Format,
    },
    /// Note a text in a case, a new one where there is none of this name
    Note {
        /// The case
        name: CaseName,
        /// The text; - reads it from standard input
        text: String,
    },
    /// Write a case for others into a new folder: Markdown, a page, and a bundle that `scops case open` takes
    Export {
        /// The case
        name: CaseName,
        /// Where the folder is made
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        to: PathBuf,
    },
    /// Open a case: in the console where there is one to show it in, else as text
    Open {
        /// A bundle that was exported, which is checked and becomes a case here; or the name of a case
        #[arg(value_name = "BUNDLE.json|NAME")]
        what: String,
        /// Print it in any case
        #[arg(long)]
        text: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// As it is exported
    Markdown,
    /// The bundle
    Json,
}

/// The longest text that is noted at once.
const TEXT: u64 = 64 << 10;

pub fn run(context: Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let cases = cases(&context)?;
    let who = context.environment.who();
    match &arguments.action {
        Action::List => list(&cases),
        Action::Show { name, output } => print(&cases, name, *output, &who),
        Action::Note { name, text } => note(&cases, name, text, &who),
        Action::Export { name, to } => export(&cases, name, to, &who),
        Action::Open { what, text } => open(context, &cases, what, *text, &who),
    }
}

/// The cases of the profile's state folder; of the user's where no profile is configured, which cases do without.
fn cases(context: &Context) -> Result<Cases, ConfigError> {
    let is_configured = context.global.config.is_some()
        || context.global.profile.is_some()
        || context.environment.scops_config.is_some()
        || context.paths.config.join("config.toml").is_file();
    if !is_configured {
        return Ok(Cases::new(&context.paths.cases));
    }
    Ok(Cases::new(paths(context, &context.settings()?).cases))
}

fn list(cases: &Cases) -> anyhow::Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let listed = cases.list()?;
    if listed.is_empty() {
        writeln!(out, "there is no case")?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(["case", "notes", "opened", "by", "changed"].into_iter());
    let mut unread = Vec::new();
    for Listed { name, case } in listed {
        match case {
            Ok(case) => {
                let moment = |at: Timestamp| format!("{at:.0}");
                let cells = [case.len().to_string(), moment(case.opened), show(&case.who), moment(case.changed)];
                table.row([name.to_string()].into_iter().chain(cells).collect(), &mut out)?;
            }
            Err(error) => unread.push(error),
        }
    }
    table.finish(&mut out)?;
    out.flush()?;
    for error in &unread {
        writeln!(io::stderr(), "error: {}", show(&error.to_string()))?;
    }
    Ok(if unread.is_empty() { Exit::Done } else { Exit::Partly })
}

/// The case of this name; where there is none, the error names the nearest.
fn read(cases: &Cases, name: &CaseName) -> anyhow::Result<crate::domain::Case> {
    cases.read(name).map_err(|error| match error {
        CaseError::Missing(_) => {
            let names = cases.names().unwrap_or_default();
            let near = nearest(name.as_str(), names.iter().map(CaseName::as_str));
            let hint = near.map(|near| format!("did you mean \"{near}\"?")).or_else(|| error.hint());
            UsageError { what: error.to_string(), hint }.into()
        }
        other => other.into(),
    })
}

fn print(cases: &Cases, name: &CaseName, output: Format, who: &str) -> anyhow::Result<Exit> {
    let case = read(cases, name)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match output {
        Format::Text => text::write(&case, &mut out)?,
        Format::Markdown => out.write_all(markdown::render(&Bundle::of(&case, who, Timestamp::now())?).as_bytes())?,
        Format::Json => out.write_all(Bundle::of(&case, who, Timestamp::now())?.to_text().as_bytes())?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn note(cases: &Cases, name: &CaseName, text: &str, who: &str) -> anyhow::Result<Exit> {
    let mut words = text.to_owned();
    if text == "-" {
        words.clear();
        let mut input = io::Read::take(io::stdin().lock(), TEXT + 1);
        io::Read::read_to_string(&mut input, &mut words)?;
    }
    let words = words.trim();
    if words.is_empty() || words.len() as u64 > TEXT {
        let what = if words.is_empty() {
            "there is nothing to note".to_owned()
        } else {
            format!("a note takes {TEXT} bytes at most")
        };
        return Err(UsageError { what, hint: None }.into());
    }
    let draft = Draft { profile: None, text: words.to_owned(), pin: None };
    let case = cases.add(name, who, Timestamp::now(), draft)?;
    writeln!(io::stderr(), "noted in {name}, which has {} now", plural(case.len(), "note"))?;
    Ok(Exit::Done)
}

fn export(cases: &Cases, name: &CaseName, to: &Path, who: &str) -> anyhow::Result<Exit> {
    read(cases, name)?;
    let exported = case::export(cases, name, to, who, Timestamp::now())?;
    // Standard output is the folder's name alone, for the next command.
    writeln!(io::stdout(), "{}", exported.folder.display())?;
    writeln!(io::stderr(), "{}", show(&exported.told()))?;
    missing(&exported.missing)
}

/// Names what was saved and is not there as it was saved.
fn missing(missing: &[String]) -> anyhow::Result<Exit> {
    for file in missing {
        writeln!(io::stderr(), "warning: left out {}", show(file))?;
    }
    Ok(if missing.is_empty() { Exit::Done } else { Exit::Partly })
}

fn open(mut context: Context, cases: &Cases, what: &str, as_text: bool, who: &str) -> anyhow::Result<Exit> {
    let is_file =
        Path::new(what).is_file() || what.contains('/') || Path::new(what).extension().is_some_and(|it| it == "json");
    let (case, exit) = if is_file {
        let opened = case::export::open(cases, Path::new(what), who, Timestamp::now())?;
        let notes = plural(opened.case.len(), "note");
        writeln!(
            io::stderr(),
            "the bundle is as it was exported; it is the case {} now, with {notes}",
            opened.case.name
        )?;
        (opened.case, missing(&opened.missing)?)
    } else {
        let name = what.parse::<CaseName>().map_err(|error| UsageError { what: error.to_string(), hint: None })?;
        (read(cases, &name)?, Exit::Done)
    };
    let has_terminal = io::stdout().is_terminal() && io::stdin().is_terminal();
    let has_sources =
        || context.profiles().is_ok_and(|all| all.iter().any(|settings| !settings.profile.sources.is_empty()));
    if !as_text && has_terminal && has_sources() {
        context.case = Some(case.name);
        return console::run(&context, None);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    text::write(&case, &mut out)?;
    out.flush()?;
    Ok(exit)
}
