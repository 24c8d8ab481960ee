//! `scops demo`: the whole story on a generated night of logs.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use scops_lab::night::NightOptions;

use super::console::{First, FirstRange, Profiles};
use super::{Context, Exit, console};
use crate::app::range;
use crate::config::Paths;
use crate::domain::size::plural;
use crate::embedded::demo::{self, DemoOptions, Told};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops demo                                     the console; the night goes when it ends
  scops demo --dir night                         the same, and the night stays in ./night
  scops demo --seed 7 --hours 24 --no-console    another night, for other programs to look at")]
pub struct Arguments {
    /// Another seed is another night: other names, numbers and sizes, the same story
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep the platform in this folder, which must be new or empty; otherwise it goes when the demo ends
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The moment the pager rings (now)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// How many hours the night has
    #[arg(long, value_name = "N", default_value_t = 12)]
    hours: u32,
    /// How dense the logs are; 1 gives about three thousand objects
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    density: f64,
    /// Open no console: print how to reach the platform, and keep it running until interrupted
    #[arg(long)]
    no_console: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    if !arguments.no_console {
        console::prepare(context)?;
    }
    let (folder, _keep) = folder(arguments)?;
    let night = NightOptions {
        seed: arguments.seed,
        end: arguments.at.unwrap_or_else(Timestamp::now),
        hours: arguments.hours,
        density: arguments.density,
    };
    let runtime = console::runtime()?;
    let paths = Paths::below(&folder);
    let (demo, _story) =
        runtime.block_on(demo::start(DemoOptions { folder: folder.clone(), night }, show_progress()))?;
    let exit = if arguments.no_console {
        runtime.block_on(async {
            let mut out = io::stdout().lock();
            writeln!(out, "scops --config {}", folder.join("config.toml").display())?;
            demo.write_environment(&mut out)?;
            out.flush()?;
            tokio::signal::ctrl_c().await
        })?;
        Exit::Done
    } else {
        let range = range::ending_now(night.end, SignedDuration::from_hours(i64::from(arguments.hours) + 1));
        let reopens = console::reopens(context, &demo.settings.profile.name, Some(&folder.join("config.toml")));
        let first = First { range: FirstRange::Current(range), at: None, reopens };
        console::open(context, Profiles::only(&demo.settings, &paths), &runtime, first)?
    };
    runtime.block_on(demo.stop());
    Ok(exit)
}

/// The folder, and what removes it at the end where nobody asked to keep it.
fn folder(arguments: &Arguments) -> anyhow::Result<(PathBuf, Option<tempfile::TempDir>)> {
    let Some(folder) = &arguments.dir else {
        let folder = tempfile::Builder::new().prefix("scops-demo-").tempdir()?;
        return Ok((folder.path().to_owned(), Some(folder)));
    };
    std::fs::create_dir_all(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(super::exit::UsageError {
            what: format!("{} is not empty, and a demo wants a fresh folder", folder.display()),
            hint: Some("name another with --dir, or run the kept one with `scops lab --dir`".into()),
        }
        .into());
    }
    Ok((folder.clone(), None))
}

/// One line on standard error, rewritten where that is a terminal, printed once otherwise.
fn show_progress() -> impl FnMut(Told) {
    let is_terminal = io::stderr().is_terminal();
    let mut is_first = true;
    move |told| {
        let mut err = io::stderr().lock();
        // Progress that cannot be shown is no reason to stop.
        let _ = if is_terminal {
            write!(
                err,
                "\r\x1b[Kscops demo: {} of {} objects have arrived, {} left for the worker",
                told.stored,
                told.total,
                plural(told.waiting, "event")
            )
            .and_then(|()| if told.stored == told.total && told.waiting == 0 { writeln!(err) } else { Ok(()) })
            .and_then(|()| err.flush())
        } else if std::mem::take(&mut is_first) {
            writeln!(err, "scops demo: a night of {} objects", told.total)
        } else {
            Ok(())
        };
    }
}
