//! `schemist rebase`: one branch on top of the other.

use clap::Args;
use schemist_project::rebase::{Along, Carry, Released, Request, Rigour, carry_out, prepare};
use schemist_project::{Exit, ProjectError, Target};
use serde_json::json;

use super::upgrade::tell;
use crate::arguments::{Confirmation, target};
use crate::json;
use crate::run::Run;

/// Put a branch on top of another: its first revision gets another parent
///
/// What both branches change in the same object is named, and the new order is run up, down and up again
/// on a scratch database, before any file changes. Where the database has the branch and lacks what comes
/// below it then, the branch is taken back there and applied again. Revisions that a git tag has do not
/// move, unless by --force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist rebase 8d41 --onto 5b7c
  schemist rebase 8d41 --onto main@head
  schemist rebase 8d41 --onto 5b7c --no-database   only the files")]
pub struct Rebase {
    /// A revision of the branch that moves: an id or its start, <label>@head
    #[arg(value_name = "REVISION", value_parser = target)]
    revision: Target,
    /// What the branch is put on
    #[arg(long, value_name = "REVISION", value_parser = target)]
    onto: Target,
    /// Leave the database as it is
    #[arg(long)]
    no_database: bool,
    /// Do not run the new order before
    #[arg(long)]
    unproven: bool,
    /// Move revisions that a release has
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Runs the command.
pub async fn run(arguments: &Rebase, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let request = Request {
        revision: arguments.revision.clone(),
        onto: arguments.onto.clone(),
        along: if arguments.no_database {
            Along::Left
        } else {
            Along::Taken
        },
        rigour: if arguments.unproven {
            Rigour::Unproven
        } else {
            Rigour::Proven
        },
        released: if arguments.force {
            Released::Moved
        } else {
            Released::Refused
        },
    };
    let prepared = prepare(&entry, &request, |conflict| {
        run.ui.warning(&conflict.sentence());
    })
    .await?;
    if prepared.carry != Carry::Nothing {
        run.announce(&entry, "take the branch back, and apply it again")?;
        run.confirm(&entry, &arguments.confirmation).await?;
    }
    let done = carry_out(&entry, &prepared, |event| tell(run, event)).await?;
    for path in &done.paths {
        run.ui.result(&path_of(run, path));
    }
    let count = done.moved.len();
    let plural = if count == 1 { "" } else { "s" };
    run.ui.status(&format!(
        "Put {count} revision{plural} on top of {}",
        prepared.plan.onto
    ));
    run.ui.json(
        "rebase",
        json!({
            "onto": prepared.plan.onto.as_str(),
            "moved": done.moved.iter().map(json::mention).collect::<Vec<_>>(),
            "conflicts": prepared.conflicts.iter().map(|it| it.sentence()).collect::<Vec<_>>(),
            "is_database_taken_along": prepared.carry != Carry::Nothing,
        }),
    );
    Ok(Exit::Done)
}

/// A path as the user sees it: from the folder that they are in.
fn path_of(run: &Run, path: &std::path::Path) -> String {
    let folder = &run.environment.folder;
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}
