//! What the values of arguments may be, as far as configuration and disk tell.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use clap::{Arg, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, PathCompleter, ValueCompleter as _};

use crate::case::Cases;
use crate::cli::theme as themes;
use crate::config::{self, Environment, File, Overrides, Paths};
use crate::domain::Profile;
use crate::keymap;
use crate::search::kept::Kept;
use crate::theme;

/// The values of one kind.
type Values = fn(&Known) -> Vec<CompletionCandidate>;

/// Whether a file may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    No,
    /// Files are told where no name begins so.
    Else,
    /// Files are told with the names.
    Too,
}

/// Has every argument of a command, and of those below it, know its values. `words` is the line that is completed: its
/// `--config` and `--profile` choose what is known.
pub fn with_values(command: Command, words: &[String], environment: &Environment) -> Command {
    let asked = Asked {
        config: flag(words, "--config").or_else(|| environment.scops_config.clone()).map(PathBuf::from),
        profile: flag(words, "--profile"),
        environment: environment.clone(),
        known: OnceLock::new(),
    };
    attach("", command, &Arc::new(asked))
}

/// The value of a flag in a line.
fn flag(words: &[String], name: &str) -> Option<String> {
    // The last word is the one that is being typed.
    let words = &words[..words.len().saturating_sub(1)];
    words.iter().enumerate().find_map(|(index, word)| {
        let rest = word.strip_prefix(name)?;
        if rest.is_empty() { words.get(index + 1).cloned() } else { rest.strip_prefix('=').map(str::to_owned) }
    })
}

/// The same for a command behind others: `case show`.
fn attach(path: &str, command: Command, asked: &Arc<Asked>) -> Command {
    let command = command.mut_args(|argument| match values(path, &argument) {
        Some((values, files)) => {
            let asked = Arc::clone(asked);
            argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
                let begun = typed.to_string_lossy();
                let mut found = asked.known().map(values).unwrap_or_default();
                found.retain(|candidate| candidate.get_value().to_string_lossy().starts_with(&*begun));
                if files == Files::Too || files == Files::Else && found.is_empty() {
                    found.extend(PathCompleter::any().complete(typed));
                }
                found
            }))
        }
        None => argument,
    });
    command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        attach(path.trim_start(), below, asked)
    })
}

/// The values of an argument, by its name and its placeholder in the help.
fn values(command: &str, argument: &Arg) -> Option<(Values, Files)> {
    let placeholder = argument.get_value_names().and_then(<[_]>::first).map_or("", |name| name.as_str());
    Some(match (argument.get_id().as_str(), placeholder) {
        ("profile", _) => (profiles, Files::No),
        ("consumer", _) => (consumers, Files::No),
        ("case", _) => (cases, Files::No),
        ("name", "NAME") if command.starts_with("case ") => (cases, Files::No),
        ("saved", _) => (queries, Files::No),
        ("region", _) => (regions, Files::No),
        ("theme", _) | ("name", "NAME|FILE") => (shown_themes, Files::Else),
        ("keymap", _) => (keymaps, Files::Else),
        ("source" | "sources", _) | (_, "SOURCE") => (sources, Files::No),
        (_, "FORMAT") => (formats, Files::No),
        (_, "BUCKET") => (buckets, Files::No),
        (_, "SOURCE|URI") => (sources_and_places, Files::No),
        (_, "URI" | "s3://BUCKET/PREFIX/") => (places, Files::No),
        (_, "PATH|URI" | "PATH" | "FILE|S3-URI") => (places, Files::Too),
        (_, "BUNDLE.json|NAME") => (cases, Files::Else),
        _ => return None,
    })
}

/// What a line names, and what follows from it.
struct Asked {
    config: Option<PathBuf>,
    profile: Option<String>,
    environment: Environment,
    known: OnceLock<Option<Known>>,
}

impl Asked {
    /// Read once, and only where a value is asked for.
    fn known(&self) -> Option<&Known> {
        self.known.get_or_init(|| Known::read(self)).as_ref()
    }
}

/// The configuration in force. One with a mistake tells nothing: this is no place for errors.
struct Known {
    paths: Paths,
    file: File,
    profile: Option<Profile>,
    state: PathBuf,
}

impl Known {
    fn read(asked: &Asked) -> Option<Self> {
        let paths = Paths::of_user().ok()?.beside(asked.config.as_deref());
        let file = config::load(asked.config.as_deref(), &paths).unwrap_or_default();
        let overrides = Overrides { profile: asked.profile.clone(), ..Overrides::default() };
        let settings = config::resolve(&file, &overrides, &asked.environment).ok();
        let state = settings.as_ref().and_then(|settings| settings.state.clone());
        let state = state.unwrap_or_else(|| paths.state.clone());
        Some(Self { state, profile: settings.map(|settings| settings.profile), file, paths })
    }
}

fn candidate(value: impl Into<String>, about: impl Into<String>) -> CompletionCandidate {
    CompletionCandidate::new(value.into()).help(Some(about.into().into()))
}

fn profiles(known: &Known) -> Vec<CompletionCandidate> {
    let about = |region: Option<&String>, is_read_only: bool| {
        let region = region.map_or("", String::as_str);
        format!("{region}{}", if is_read_only { " read-only" } else { "" })
    };
    let profiles = known.file.profiles.iter();
    profiles.map(|(name, profile)| candidate(name, about(profile.region.as_ref(), profile.read_only))).collect()
}

fn sources(known: &Known) -> Vec<CompletionCandidate> {
    let sources = known.profile.iter().flat_map(|profile| &profile.sources);
    sources.map(|source| candidate(&source.name, format!("s3://{}/{}", source.bucket, source.layout))).collect()
}

fn consumers(known: &Known) -> Vec<CompletionCandidate> {
    let consumers = known.profile.iter().flat_map(|profile| &profile.consumers);
    consumers.map(|consumer| CompletionCandidate::new(consumer.name.as_str())).collect()
}

/// The buckets that the profile names, with what lies there.
fn named_buckets(known: &Known) -> BTreeMap<&str, String> {
    let Some(profile) = &known.profile else { return BTreeMap::new() };
    let sources = profile.sources.iter().map(|source| (source.bucket.as_str(), source.name.as_str()));
    let consumers = profile.consumers.iter().flat_map(|consumer| {
        let places = [&consumer.receipts, &consumer.failures, &consumer.destination, &consumer.parked_prefix];
        places.into_iter().flatten().map(|place| (place.bucket.as_str(), consumer.name.as_str()))
    });
    let index = profile.index.iter().map(|index| (index.location.bucket.as_str(), "index"));
    let mut buckets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (bucket, what) in sources.chain(consumers).chain(index) {
        let told = buckets.entry(bucket).or_default();
        if !told.contains(&what) {
            told.push(what);
        }
    }
    buckets.into_iter().map(|(bucket, told)| (bucket, told.join(", "))).collect()
}

fn buckets(known: &Known) -> Vec<CompletionCandidate> {
    named_buckets(known).into_iter().map(|(bucket, about)| candidate(bucket, about)).collect()
}

fn places(known: &Known) -> Vec<CompletionCandidate> {
    named_buckets(known).into_iter().map(|(bucket, about)| candidate(format!("s3://{bucket}/"), about)).collect()
}

fn sources_and_places(known: &Known) -> Vec<CompletionCandidate> {
    sources(known).into_iter().chain(places(known)).collect()
}

fn regions(known: &Known) -> Vec<CompletionCandidate> {
    let mut regions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, profile) in &known.file.profiles {
        if let Some(region) = &profile.region {
            regions.entry(region).or_default().push(name);
        }
    }
    regions.into_iter().map(|(region, profiles)| candidate(region, profiles.join(", "))).collect()
}

fn formats(known: &Known) -> Vec<CompletionCandidate> {
    let Ok(formats) = config::formats(&known.paths) else { return Vec::new() };
    formats.iter().map(|format| candidate(format.name(), format.title())).collect()
}

fn shown_themes(known: &Known) -> Vec<CompletionCandidate> {
    let shipped = theme::SHIPPED.iter().map(|(name, text)| candidate(*name, theme::about(text)));
    let own = themes::own_files(&known.paths).into_iter().filter_map(|path| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_shipped = theme::SHIPPED.iter().any(|(shipped, _)| *shipped == name);
        (!is_shipped && name != "theme").then(|| candidate(name, "your own"))
    });
    shipped.chain(own).collect()
}

fn keymaps(_: &Known) -> Vec<CompletionCandidate> {
    keymap::SHIPPED.iter().map(|(name, _)| CompletionCandidate::new(*name)).collect()
}

fn cases(known: &Known) -> Vec<CompletionCandidate> {
    let names = Cases::new(known.state.join(config::CASES)).names().unwrap_or_default();
    names.into_iter().map(|name| CompletionCandidate::new(name.as_str())).collect()
}

fn queries(known: &Known) -> Vec<CompletionCandidate> {
    let queries = Kept::below(&known.paths.config).list().unwrap_or_default();
    queries.into_iter().map(|query| candidate(query.name, query.about)).collect()
}
