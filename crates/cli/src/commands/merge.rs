//! `schemist merge`: a revision that joins branches.

use clap::Args;
use schemist_project::generate::new_revision::{NewRevision, write_merge};
use schemist_project::rebase::merge_conflicts;
use schemist_project::{Exit, Label, ProjectError, RevisionId, Target};

use super::revision::tell;
use crate::arguments::target;
use crate::run::Run;

/// Join branches: write a revision that comes after several
///
/// It has nothing of its own to do. What both branches change in the same object is named. Where one of
/// them is applied nowhere else yet, `schemist rebase` keeps the history a line; the setting `heads` may
/// insist on that.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist merge heads -m \"join billing and shop\"
  schemist merge 8d41 5b7c")]
pub struct Merge {
    /// What to join: ids or their starts, heads
    #[arg(value_name = "REVISION", default_value = "heads", value_parser = target)]
    revisions: Vec<Target>,
    /// What the revision is for
    #[arg(short, long, value_name = "TEXT", default_value = "merge")]
    message: String,
    /// The name of the branch that begins with it
    #[arg(long, value_name = "LABEL")]
    label: Vec<Label>,
    /// Its id [default: a new one]
    #[arg(long, value_name = "ID")]
    rev_id: Option<RevisionId>,
}

/// Runs the command.
pub async fn run(arguments: &Merge, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let conflicts = merge_conflicts(&entry, &arguments.revisions).await;
    let new = NewRevision {
        message: arguments.message.clone(),
        labels: arguments.label.clone(),
        id: arguments.rev_id.clone(),
        ..NewRevision::default()
    };
    let written = write_merge(&entry, &arguments.revisions, &new)?;
    tell(run, "merge", &written);
    match conflicts {
        Ok(conflicts) => {
            for conflict in conflicts {
                run.ui.warning(&conflict.sentence());
            }
        }
        Err(error) => run.ui.warning(&format!(
            "what both branches change could not be looked for: cannot {error}"
        )),
    }
    Ok(Exit::Done)
}
