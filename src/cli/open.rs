//! `scops open`: a folder of log files as a bucket to investigate.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::console::{First, FirstRange, Profiles};
use super::exit::UsageError;
use super::{Context, Exit, console};
use crate::app::{Address, range};
use crate::config::Paths;
use crate::domain::Shown;
use crate::embedded::folder;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops open /var/log/aws                        the folder as a bucket, in the console
  scops open logs --at objects,range=6h          at a view that its `Y` has copied")]
pub struct Arguments {
    /// The folder; nothing in it is modified
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Open it at a view, as the console's `Y` copies one
    #[arg(long, value_name = "ADDRESS")]
    at: Option<Address>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    console::prepare(context)?;
    if !arguments.folder.is_dir() {
        return Err(UsageError {
            what: format!("{} is no folder", arguments.folder.display()),
            hint: Some("a single file is read by `scops cat FILE`".into()),
        }
        .into());
    }
    let state = tempfile::Builder::new().prefix("scops-open-").tempdir()?;
    let runtime = console::runtime()?;
    let (embedded, found) =
        runtime.block_on(folder::start(&arguments.folder, state.path().to_owned(), context.formats()?))?;
    for line in &found.unreadable {
        writeln!(io::stderr(), "warning: left out {}", Shown::new(line))?;
    }
    if found.files == 0 {
        runtime.block_on(embedded.stop());
        return Err(UsageError { what: format!("{} holds no file", arguments.folder.display()), hint: None }.into());
    }
    let range = found.range.map_or(FirstRange::Day, |range| FirstRange::Past(range::widened(range)));
    // What is learnt from the folder, and noted of it, outlives it.
    let Paths { formats, cases, .. } = context.paths.clone();
    let paths = Paths { formats, cases, ..Paths::below(state.path()) };
    let folder = std::path::absolute(&arguments.folder)?.display().to_string();
    let reopens = console::quoted(&["scops".into(), "open".into(), folder]);
    let first = First { range, at: arguments.at.clone(), reopens };
    let exit = console::open(context, Profiles::only(&embedded.settings, &paths), &runtime, first)?;
    runtime.block_on(embedded.stop());
    Ok(exit)
}
