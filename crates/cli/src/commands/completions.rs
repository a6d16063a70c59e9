//! `schemist completions`: what a shell completes.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use schemist_project::{Exit, ProjectError};

use crate::arguments::Arguments;
use crate::run::Run;

/// Write the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist completions bash > ~/.local/share/bash-completion/completions/schemist
  schemist completions zsh > ~/.zfunc/_schemist
  schemist completions fish > ~/.config/fish/completions/schemist.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the command.
pub fn run(arguments: &Completions, run: &Run) -> Result<Exit, ProjectError> {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "schemist", &mut script);
    run.ui.raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
