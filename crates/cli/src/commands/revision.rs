//! `schemist revision`

use clap::Args;
use schemist_project::new_revision::{NewRevision, Splice, Written, write_empty};
use schemist_project::{Exit, Label, ProjectError, RevisionId, Target};
use serde_json::json;

use crate::arguments::target;
use crate::run::Run;

/// Write a new revision
///
/// With --empty its sections are for you to fill.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist revision --empty -m \"fill in missing titles\"
  schemist revision --empty -m \"billing starts here\" --head 8d41 --splice --label billing")]
pub struct Revision {
    /// What the revision is for
    #[arg(short, long, value_name = "TEXT")]
    message: String,
    /// Leave the sections for me to fill
    #[arg(long, required = true)]
    empty: bool,
    /// What it comes after [default: the head]
    #[arg(long, value_name = "REVISION", value_parser = target)]
    head: Option<Target>,
    /// Open a branch: it may come after a revision that is no head
    #[arg(long)]
    splice: bool,
    /// The name of the branch that begins with it
    #[arg(long, value_name = "LABEL")]
    label: Vec<Label>,
    /// What must be applied before it, on other branches
    #[arg(long, value_name = "REVISION", value_parser = target)]
    depends_on: Vec<Target>,
    /// Its id [default: a new one]
    #[arg(long, value_name = "ID")]
    rev_id: Option<RevisionId>,
}

impl Revision {
    fn new_revision(&self) -> NewRevision {
        let splice = if self.splice {
            Splice::Allowed
        } else {
            Splice::Never
        };
        NewRevision {
            message: self.message.clone(),
            head: self.head.clone(),
            splice,
            labels: self.label.clone(),
            depends_on: self.depends_on.clone(),
            id: self.rev_id.clone(),
        }
    }
}

/// Runs the command.
pub async fn run(arguments: &Revision, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let written = write_empty(&entry, &arguments.new_revision())?;
    tell(run, "revision", &written);
    run.ui.status(&format!(
        "Fill in its sections: `schemist edit {}`",
        written.revision.id()
    ));
    Ok(Exit::Done)
}

/// Says which file was written.
pub(super) fn tell(run: &Run, command: &str, written: &Written) {
    let revision = &written.revision;
    run.ui.result(revision.path());
    run.ui.status(&format!("Wrote revision {}", revision.id()));
    run.ui.json(
        command,
        json!({
            "id": revision.id().as_str(),
            "path": revision.path(),
            "parents": revision.header().parents.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
        }),
    );
}
