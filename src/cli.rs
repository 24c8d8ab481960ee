//! The command line: one file per subcommand, each with its arguments and its `run`. Only here and in `main` something
//! is printed, and only here the process ends.

mod alerts;
mod audit;
mod case;
mod cat;
mod complete;
mod config;
mod console;
#[cfg(feature = "lab")]
mod demo;
mod doctor;
mod exit;
mod failures;
mod form;
mod formats;
mod get;
mod grep;
mod iam;
mod index;
mod info;
mod init;
mod input;
mod keymap;
#[cfg(feature = "lab")]
mod lab;
mod look;
mod ls;
mod mfa;
mod network;
#[cfg(feature = "lab")]
mod open;
mod output;
mod pipeline;
mod progress;
mod query;
mod replay;
mod report;
mod rows;
mod rules;
mod search;
mod shell;
mod sources;
mod theme;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use scops_parser::Formats;

use crate::app::Address;
use crate::aws::{Aws, Connection};
use crate::config::{CASES, ConfigError, Environment, Others, Overrides, Paths, Settings, aws_sessions};
use crate::domain::{CaseName, Consumer, Profile};
use crate::mistake::nearest;
use crate::theme::Glyphs;

pub use exit::Exit;

/// The night-watch console for security logs in S3.
///
/// Without a command, opens the console on the chosen profile.
#[derive(Debug, Parser)]
#[command(name = "scops", version, max_term_width = 100)]
#[command(after_help = "\
Examples:
  scops demo                                   the whole story, on generated logs
  scops open DIR                               a folder of log files as a bucket to investigate
  scops init --aws-profile acme                a config.toml from what the account tells
  scops --profile prod                         the console on a profile of config.toml
  scops cat s3://bucket/key -o ndjson | jq .   any object, parsed
  scops grep 203.0.113.7 DIR                   what holds it, in files or S3, without an index
  scops query \"SELECT 1\" -o json               SQL through Athena
  scops failures -o ndjson > failed.ndjson     what failed, and why
  scops failures save --case INC-4711          its messages, before retention destroys them
  scops case export INC-4711                   what was pinned and noted, for others
  scops replay --from failed.ndjson --dry-run  what a replay would do

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 3 partly done, 130 interrupted.")]
struct Cli {
    /// Open the console at a view, as its `Y` copies one: objects,source=NAME,range=6h (see docs/console.md)
    #[arg(long, value_name = "ADDRESS")]
    at: Option<Address>,
    /// Print a configuration with every key and what it means, as `scops config template` does
    #[arg(long, exclusive = true)]
    print_config_template: bool,
    // Behind the others: its heading would be theirs.
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The profile of config.toml, several (a,b), or a group of them [env: SCOPS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// The configuration file [env: SCOPS_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The region
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// One endpoint for every service
    #[arg(long, global = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Refuse whatever would send or change something
    #[arg(long, global = true)]
    read_only: bool,
    /// The console's theme: one of `scops theme list`, or a file
    #[arg(long, global = true, value_name = "NAME|FILE")]
    theme: Option<String>,
    /// The console's keymap: default, vim, emacs, or a file laid over one of them
    #[arg(long, global = true, value_name = "NAME|FILE")]
    keymap: Option<String>,
    /// Leave the mouse to the terminal [env: SCOPS_MOUSE=off]
    #[arg(long, global = true)]
    no_mouse: bool,
    #[command(flatten)]
    network: network::Network,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole story on a generated night of logs, with the embedded platform
    #[cfg(feature = "lab")]
    Demo(demo::Arguments),
    /// A folder of log files as a bucket to investigate; nothing in it is modified
    #[cfg(feature = "lab")]
    Open(open::Arguments),
    /// What each source has: objects, lag, gaps, what failed
    Sources(sources::Arguments),
    /// The objects of a source over time
    Timeline(sources::TimelineArguments),
    /// The objects of a source, or what lies at a place in S3
    Ls(ls::Arguments),
    /// Print any file or object, parsed
    Cat(cat::Arguments),
    /// The records that a search finds in files and objects as they lie
    Grep(grep::Arguments),
    /// Fetch objects into files: streamed, whole or not at all, nothing overwritten
    Get(get::Arguments),
    /// What can be parsed, why an object is read as it is, and formats of one's own
    Formats(formats::Arguments),
    /// Write a configuration from what the account already knows
    Init(init::Arguments),
    /// What stands behind the buckets, how much waits where, and what is odd
    Pipeline(pipeline::Arguments),
    /// Search all sources for an expression, by the index or by the objects themselves
    Search(search::Arguments),
    /// The search index: make its tables, merge its small files, verify it, bound its age
    Index(index::Arguments),
    /// Run SQL through Athena and print the rows
    Query(query::Arguments),
    /// What failed, wherever that shows: queues, records, destinations, and where listing and index do not agree
    Failures(failures::Arguments),
    /// What waits for a parser
    Parked(failures::ParkedArguments),
    /// What the rules of detection found
    Alerts(alerts::Arguments),
    /// The rules of detection: list, check, and try them on files and objects
    Rules(rules::Arguments),
    /// Send the events of objects again
    Replay(replay::Arguments),
    /// Who sent what, when and from where, and whether that can be trusted
    Audit(audit::Arguments),
    /// Case notes: list, show, add to, export, and open what others have exported
    Case(case::Arguments),
    /// Process object events: parse, index, prove
    Worker(worker::Arguments),
    /// What is wrong, and its cure: credentials, rights, regions, clock, terminal, folders
    Doctor(doctor::Arguments),
    /// The least IAM policy that the configuration needs
    IamPolicy(iam::Arguments),
    /// What the configuration says, and what is wrong with it
    Config(config::Arguments),
    /// Where files lie, and what the environment sets
    Info(info::Arguments),
    /// What every key of the console does, and keymaps of one's own
    Keymap(keymap::Arguments),
    /// The console's themes, and those of one's own
    Theme(theme::Arguments),
    /// Print what makes a shell complete the arguments of scops
    Completions(shell::CompletionsArguments),
    /// Write the man pages of scops and its commands
    Man(shell::ManArguments),
    /// Run the embedded platform alone
    #[cfg(feature = "lab")]
    Lab(lab::Arguments),
}

/// What a command works with.
struct Context {
    global: Global,
    environment: Environment,
    paths: Paths,
    /// The case that the console opens with.
    case: Option<CaseName>,
}

impl Context {
    /// The profile that flags, environment and file choose.
    fn settings(&self) -> Result<Settings, ConfigError> {
        let named = named(&self.global, &self.environment);
        let file = crate::config::load(named.as_deref(), &self.paths)?;
        crate::config::resolve(&file, &self.overrides(), &self.environment)
    }

    /// The profiles that flags, environment and file choose, where several may be shown together.
    fn profiles(&self) -> Result<Vec<Settings>, ConfigError> {
        let named = named(&self.global, &self.environment);
        let file = crate::config::load(named.as_deref(), &self.paths)?;
        crate::config::resolve_several(&file, &self.overrides(), &self.environment)
    }

    /// The profiles of the file beside these.
    fn others(&self, opened: &[Settings]) -> Result<Others, ConfigError> {
        let named = named(&self.global, &self.environment);
        let file = crate::config::load(named.as_deref(), &self.paths)?;
        Ok(crate::config::others(&file, opened, &self.overrides(), &self.environment))
    }

    /// What the flags say over the file.
    fn overrides(&self) -> Overrides {
        Overrides {
            profile: self.global.profile.clone(),
            region: self.global.region.clone(),
            endpoint_url: self.global.endpoint_url.clone(),
            is_read_only: self.global.read_only,
            aws_profile: self.global.network.aws_profile.clone(),
            network: self.global.network.table(),
        }
    }

    /// The characters that bars and frames are drawn with.
    fn glyphs(&self) -> Result<Glyphs, ConfigError> {
        let file = crate::config::load(named(&self.global, &self.environment).as_deref(), &self.paths)?;
        self.environment.glyphs(file.chars)
    }

    /// The formats that objects may be read as.
    fn formats(&self) -> Result<Formats, ConfigError> {
        crate::config::formats(&self.paths)
    }
}

/// The configuration file that a flag or the environment names.
fn named(global: &Global, environment: &Environment) -> Option<PathBuf> {
    global.config.clone().or_else(|| environment.scops_config.clone().map(PathBuf::from))
}

/// The folders of the user, or those that settings name.
fn paths(context: &Context, settings: &Settings) -> Paths {
    let state = settings.state.clone().unwrap_or_else(|| context.paths.state.clone());
    Paths { cases: state.join(CASES), state, ..context.paths.clone() }
}

/// The way to AWS that settings describe; a code that it wants is asked for on the terminal.
fn connect(settings: &Settings) -> Aws {
    way(settings).asking(mfa::terminal(), aws_sessions())
}

/// The way to AWS that settings describe, with nobody to ask for a code.
fn way(settings: &Settings) -> Aws {
    let keys = settings.credentials.as_ref();
    let connection = Connection {
        region: settings.profile.region.clone(),
        endpoint: settings.profile.endpoint.clone().filter(|_| !settings.finds_endpoint),
        profile: settings.aws_profile.clone(),
        keys: keys.map(|keys| (keys.access_key_id.clone(), keys.secret_access_key.clone())),
    };
    Aws::over(connection, settings.network.clone())
}

/// That profiles have no source, which a command wants.
fn without_sources(names: &[&str]) -> exit::UsageError {
    exit::UsageError {
        what: format!("profile \"{}\" has no source", names.join("\", \"")),
        hint: Some("`scops init` finds them; `scops config template` shows how they are written".into()),
    }
}

/// The consumer of that name; where none is named, the only one.
fn consumer<'a>(profile: &'a Profile, name: Option<&str>) -> Result<&'a Consumer, exit::UsageError> {
    let names = || profile.consumers.iter().map(|consumer| consumer.name.as_str());
    match (name, profile.consumers.as_slice()) {
        (Some(name), _) => profile.consumer(name).ok_or_else(|| exit::UsageError {
            what: format!("profile \"{}\" has no consumer \"{name}\"", profile.name),
            hint: nearest(name, names()).map(|near| format!("did you mean \"{near}\"?")),
        }),
        (None, [only]) => Ok(only),
        (None, []) => Err(exit::UsageError {
            what: format!("profile \"{}\" has no consumer", profile.name),
            hint: Some("add [[profiles.NAME.consumers]] to the configuration".into()),
        }),
        (None, several) => Err(exit::UsageError {
            what: format!("profile \"{}\" has {} consumers", profile.name, several.len()),
            hint: Some(format!("name one with --consumer: {}", names().collect::<Vec<_>>().join(", "))),
        }),
    }
}

/// A runtime for a command that prints and ends.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the async runtime")
}

/// Runs the program.
pub fn main() -> ExitCode {
    let environment = Environment::read();
    if let Some(shell) = &environment.complete {
        return match complete::run(shell, &environment) {
            Ok(exit) => exit.code(),
            Err(error) => exit::report(&error).code(),
        };
    }
    let cli = Cli::parse();
    match run(cli, environment) {
        Ok(exit) => exit.code(),
        Err(error) => exit::report(&error).code(),
    }
}

fn run(cli: Cli, environment: Environment) -> anyhow::Result<Exit> {
    let global = cli.global;
    #[cfg(debug_assertions)]
    crate::replay::journal::fault::arm(environment.fault.as_deref().unwrap_or_default());
    let paths = Paths::of_user()?.beside(named(&global, &environment).as_deref());
    let context = Context { global, environment, paths, case: None };
    if cli.print_config_template {
        return config::template();
    }
    if cli.at.is_some() && cli.command.is_some() {
        return Err(exit::UsageError {
            what: "--at opens the console, and another command is named".into(),
            hint: Some("leave the command out, or write --at behind `open DIR`".into()),
        }
        .into());
    }
    match cli.command {
        None => console::run(&context, cli.at),
        #[cfg(feature = "lab")]
        Some(Command::Demo(arguments)) => demo::run(&context, &arguments),
        #[cfg(feature = "lab")]
        Some(Command::Open(arguments)) => open::run(&context, &arguments),
        Some(Command::Cat(arguments)) => cat::run(&context, &arguments),
        Some(Command::Grep(arguments)) => Ok(grep::run(&context, &arguments)),
        Some(Command::Get(arguments)) => get::run(&context, &arguments),
        Some(Command::Formats(arguments)) => formats::run(&context, &arguments),
        Some(Command::Init(arguments)) => init::run(&context, &arguments),
        Some(Command::Pipeline(arguments)) => pipeline::run(&context, &arguments),
        Some(Command::Search(arguments)) => search::run(&context, &arguments),
        Some(Command::Index(arguments)) => index::run(&context, &arguments),
        Some(Command::Query(arguments)) => query::run(&context, &arguments),
        Some(Command::Sources(arguments)) => sources::run(&context, &arguments),
        Some(Command::Timeline(arguments)) => sources::timeline(&context, &arguments),
        Some(Command::Ls(arguments)) => ls::run(&context, &arguments),
        Some(Command::Failures(arguments)) => failures::run(&context, &arguments),
        Some(Command::Parked(arguments)) => failures::parked(&context, &arguments),
        Some(Command::Alerts(arguments)) => alerts::run(&context, &arguments),
        Some(Command::Rules(arguments)) => rules::run(&context, arguments),
        Some(Command::Replay(arguments)) => replay::run(&context, &arguments),
        Some(Command::Audit(arguments)) => audit::run(&context, &arguments),
        Some(Command::Case(arguments)) => case::run(context, &arguments),
        Some(Command::Worker(arguments)) => worker::run(&context, &arguments),
        Some(Command::Doctor(arguments)) => doctor::run(&context, &arguments),
        Some(Command::IamPolicy(arguments)) => iam::run(&context, &arguments),
        Some(Command::Config(arguments)) => config::run(&context, &arguments),
        Some(Command::Info(arguments)) => info::run(&context, &arguments),
        Some(Command::Keymap(arguments)) => keymap::run(&context, &arguments),
        Some(Command::Theme(arguments)) => theme::run(&context, &arguments),
        Some(Command::Completions(arguments)) => shell::completions(&arguments),
        Some(Command::Man(arguments)) => shell::man(&arguments),
        #[cfg(feature = "lab")]
        Some(Command::Lab(arguments)) => lab::run(&context, &arguments),
    }
}
