//! `schemist completions`: what a shell completes.

use clap::Args;
use clap_complete::env::Shells;
use schemist_project::{Exit, ProjectError};

use crate::completing::VARIABLE;
use crate::run::Run;

/// Write the completions of a shell
///
/// Commands, options and their values, and of the project: revisions, labels,
/// databases and environments. The script asks the program for them, so that
/// both must be of one version: write it again after an update, or have the
/// shell read it at its start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  source <(schemist completions bash)          in ~/.bashrc
  source <(schemist completions zsh)           in ~/.zshrc, after compinit
  schemist completions fish | source           in ~/.config/fish/config.fish
  eval (schemist completions elvish | slurp)   in ~/.config/elvish/rc.elv
  schemist completions powershell | Out-String | Invoke-Expression")]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_parser = ["bash", "zsh", "fish", "elvish", "powershell"])]
    shell: String,
}

/// Runs the command.
pub fn run(arguments: &Completions, run: &Run) -> Result<Exit, ProjectError> {
    let shells = Shells::builtins();
    let mut script = Vec::new();
    let program = "schemist";
    let written = shells
        .completer(&arguments.shell)
        .map(|shell| shell.write_registration(VARIABLE, program, program, program, &mut script));
    if let Some(Err(error)) = written {
        return Err(ProjectError::refused(
            format!("write the script: {error}"),
            "name another shell",
        ));
    }
    run.ui.raw(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
