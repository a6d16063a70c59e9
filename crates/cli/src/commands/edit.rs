//! `schemist edit`: a revision in the editor of its reader.

use std::process::Command;

use clap::Args;
use schemist_project::{Exit, Point, ProjectError, Standing, Target};

use crate::arguments::target;
use crate::run::Run;

/// Open a revision's file in your editor, and check it afterwards
///
/// The editor is $VISUAL, else $EDITOR.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist edit                        the head
  schemist edit 8d41
  EDITOR='code --wait' schemist edit current")]
pub struct Edit {
    /// The revision: an id or its start, head, current
    #[arg(value_name = "REVISION", default_value = "head", value_parser = target, allow_negative_numbers = true)]
    revision: Target,
}

/// Runs the command.
pub async fn run(arguments: &Edit, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let history = entry.history()?;
    let text = arguments.revision.as_str();
    let standing = if text.contains("current") || text.starts_with(['+', '-']) {
        Standing::read_or_base(&entry).await?
    } else {
        Standing::default()
    };
    let Point::Revision(id) = arguments
        .revision
        .resolve_one(&history, &standing.applied())?
    else {
        return Err(ProjectError::refused(
            "edit the base: it has no file",
            "name a revision: `schemist edit head`",
        ));
    };
    let editor = ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| run.environment.variable(name));
    let Some(editor) = editor else {
        return Err(ProjectError::refused(
            "open an editor: neither VISUAL nor EDITOR is set",
            "run `export EDITOR=vi` first",
        ));
    };
    let mut words = editor.split_whitespace();
    let (Some(program), Some(file)) = (words.next(), history.get(&id)) else {
        return Ok(Exit::Done);
    };
    let path = entry.folder()?.file_of(file);
    let status = Command::new(program).args(words).arg(&path).status();
    let failed = |reason: String| {
        ProjectError::refused(
            format!("open {} in {program}: {reason}", path.display()),
            "check VISUAL and EDITOR",
        )
    };
    let status = status.map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    // What the edit broke is told at once.
    let history = entry.history()?;
    if let Some(file) = history.get(&id) {
        file.sections()
            .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
    }
    run.ui
        .status(&format!("Checked {}", entry.folder()?.shown(&path)));
    Ok(Exit::Done)
}
