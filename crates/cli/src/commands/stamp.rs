//! `schemist stamp`: where the database is said to stand.

use clap::Args;
use schemist_project::apply::stamp::{Before, Foreseen, StampRequest, foresee, stamp};
use schemist_project::generate::wording::details;
use schemist_project::{Exit, ProjectError, RevisionId, Target};
use serde_json::json;

use super::diagnose::{SIDES, drifted};
use super::status::ids;
use crate::arguments::{Confirmation, Waiting, target};
use crate::run::Run;

/// Say that the database is at a revision, without running anything
///
/// Only the journal is changed, and the log remembers it. First the database is held against what the
/// files say at that revision: what differs is shown, and nothing is changed then, unless by --force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist stamp head
  schemist stamp 8d41
  schemist stamp base                  nothing is applied
  schemist stamp --force head          although the database is not what the
                                       files say there
  schemist stamp --purge head          also where the journal names revisions
                                       that are gone")]
pub struct Stamp {
    /// Where the database is: an id or its start, head, heads, base; several for branches
    #[arg(value_name = "REVISION", required = true, value_parser = target, allow_negative_numbers = true)]
    revisions: Vec<Target>,
    /// Forget first whatever the journal says
    #[arg(long)]
    purge: bool,
    /// Also where the database is not what the files say there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Runs the command.
pub async fn run(arguments: &Stamp, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let words: Vec<&str> = arguments.revisions.iter().map(Target::as_str).collect();
    run.announce(&entry, &format!("stamp {}", words.join(" ")))?;
    run.confirm(&entry, &arguments.confirmation).await?;
    let before = if arguments.purge {
        Before::Purged
    } else {
        Before::Kept
    };
    let request = StampRequest {
        targets: arguments.revisions.clone(),
        before,
        lock_wait: arguments.waiting.lock_wait,
        catalog: None,
    };
    let catalog = if arguments.force {
        None
    } else {
        compared(run, foresee(&entry, &request).await?)?
    };
    let request = StampRequest { catalog, ..request };
    let stamped = stamp(&entry, &request).await?;
    let names = |ids: &[RevisionId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let current = names(&stamped.current);
    let is_unchanged = stamped.added.is_empty() && stamped.removed.is_empty();
    // A purge writes anew also what was there, with the checksums of today.
    if is_unchanged && !arguments.purge {
        run.ui
            .status("Nothing to change: the journal says so already");
    } else if current.is_empty() {
        run.ui
            .status("The journal now says that no revision is applied");
    } else {
        run.ui.status(&format!(
            "The journal now says that the database is at {}",
            current.join(" ")
        ));
    }
    run.ui.json(
        "stamp",
        json!({
            "current": current,
            "added": names(&stamped.added),
            "removed": names(&stamped.removed),
        }),
    );
    Ok(Exit::Done)
}

/// Shows what the database has otherwise, and refuses where that is anything.
fn compared(run: &Run, foreseen: Foreseen) -> Result<Option<String>, ProjectError> {
    if foreseen.changes.is_empty() {
        return Ok(foreseen.catalog);
    }
    for change in &foreseen.changes {
        run.ui.status(&drifted(change));
        for detail in details(change, SIDES) {
            run.ui.status(&format!("  {detail}"));
        }
    }
    let count = foreseen.changes.len();
    let plural = if count == 1 { "" } else { "s" };
    let place = match &foreseen.at[..] {
        [] => "an empty database".to_owned(),
        at => format!("what the files say at {}", ids(at)),
    };
    Err(ProjectError::Refused {
        message: format!(
            "stamp the database: it is not {place} ({count} difference{plural}, see above)"
        ),
        places: Vec::new(),
        remedy: Some(
            "stamp the revision that it is at, make it what the files say, or add --force"
                .to_owned(),
        ),
        exit: Exit::Differences,
    })
}
