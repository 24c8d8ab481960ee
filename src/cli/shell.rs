//! `scops completions` and `scops man`: written from the same definitions that read the arguments.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, Exit};

#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArguments {
    /// The folder to write a page for each command to; left out, scops(1) is printed
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn completions(arguments: &CompletionsArguments) -> anyhow::Result<Exit> {
    // Into memory first: a reader that went away is told by the write, not by a panic.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "scops", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Done)
}

pub fn man(arguments: &ManArguments) -> anyhow::Result<Exit> {
    // Subcommands are made with what they inherit, and without the page of `help`.
    let command = Cli::command().disable_help_subcommand(true);
    if let Some(folder) = &arguments.folder {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        clap_mangen::generate_to(command, folder)
            .with_context(|| format!("cannot write the pages to {}", folder.display()))?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        io::stdout().write_all(&page)?;
    }
    Ok(Exit::Done)
}
