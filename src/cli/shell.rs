//! `scops completions` and `scops man`: written from the same definitions that read the arguments.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::{Cli, Exit, complete};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops completions bash > ~/.local/share/bash-completion/completions/scops
  scops completions zsh > ~/.zfunc/_scops                a folder of $fpath
  scops completions fish > ~/.config/fish/completions/scops.fish
  eval \"$(scops completions bash)\"                       in this shell alone

The scripts ask scops itself, which knows the names in your configuration. Nothing is asked of AWS.")]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops man | man -l -                           the page of scops
  scops man ~/.local/share/man/man1              a page for each command")]
pub struct ManArguments {
    /// The folder to write a page for each command to; left out, scops(1) is printed
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn completions(arguments: &CompletionsArguments) -> anyhow::Result<Exit> {
    let name = arguments.shell.to_string();
    let own = complete::SCRIPTS.iter().find(|(shell, _)| *shell == name);
    // Into memory first: a reader that went away is told by the write, not by a panic.
    let mut script = Vec::new();
    match (own, Shells::builtins().completer(&name)) {
        (Some((_, text)), _) => script.extend_from_slice(text.as_bytes()),
        (None, Some(shell)) => shell.write_registration(complete::VARIABLE, "scops", "scops", "scops", &mut script)?,
        (None, None) => clap_complete::generate(arguments.shell, &mut Cli::command(), "scops", &mut script),
    }
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
