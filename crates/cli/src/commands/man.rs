//! `schemist man`: pages of the manual.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man as Page;
use schemist_project::{Exit, ProjectError};
use serde_json::json;

use crate::command_line::command;
use crate::run::Run;

/// Write pages of the manual, one for each command
///
/// The folder is made where it is missing; pages of the same name in it are written anew.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist man ~/.local/share/man/man1   then `man schemist-upgrade`
  schemist man target/man")]
pub struct Man {
    /// The folder to write into
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Man, run: &Run) -> Result<Exit, ProjectError> {
    let folder = run.environment.absolute(&arguments.folder);
    let failed = |error: std::io::Error| {
        ProjectError::refused(
            format!("write pages into {}: {error}", folder.display()),
            "name a folder that may be written",
        )
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    // The template with the groups is for terminals.
    let mut root = command().disable_help_subcommand(true);
    root.build();
    let mut written = Vec::new();
    for command in pages(&root) {
        let page = Page::new(command.clone()).manual("schemist");
        let name = page.get_filename();
        let mut text = Vec::new();
        page.render(&mut text).map_err(failed)?;
        fs::write(folder.join(&name), text).map_err(failed)?;
        written.push(name);
    }
    run.ui.status(&format!(
        "Wrote {} pages into {}",
        written.len(),
        arguments.folder.display()
    ));
    run.ui.json("man", json!({ "written": written }));
    Ok(Exit::Done)
}

/// The command and all below it.
fn pages(command: &Command) -> Vec<&Command> {
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    let below = shown.flat_map(pages);
    std::iter::once(command)
        .chain(below.collect::<Vec<_>>())
        .collect()
}
