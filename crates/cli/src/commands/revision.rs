//! `schemist revision`: a new revision.

use clap::{ArgGroup, Args};
use schemist_project::apply::stamp::{Before, StampRequest, stamp};
use schemist_project::check::Question;
use schemist_project::generate::complete::complete;
use schemist_project::generate::hints::TypedMap;
use schemist_project::generate::new_revision::{NewRevision, Splice, Written, write_empty};
use schemist_project::generate::renames::TypedRename;
use schemist_project::generate::starting_point::From;
use schemist_project::generate::{Aim, Outcome, Reach, Request, Rigour, revision};
use schemist_project::{
    Dialect, Entry, Exit, Forms, Label, ProjectError, RevisionFile, RevisionId, Severity, Target,
};
use serde_json::{Value, json};

use super::check;
use crate::arguments::{Waiting, target};
use crate::run::Run;

/// Write a new revision: what leads from the database to the models, or one to fill by hand
///
/// With --autogenerate the models are compiled on a scratch database, compared with the live one, and
/// the revision is run up, down and up again on a copy before its file is written. Read the file
/// before you apply it.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("content").required(true).args(["autogenerate", "empty", "baseline", "complete"]),
    override_usage = "schemist revision [OPTIONS]
           <--autogenerate|--empty|--baseline|--complete <REVISION>>",
    after_help = "Examples:
  schemist revision --autogenerate -m \"add books\"
  schemist revision --autogenerate -m \"call it title\" --rename book.name:title
  schemist revision --autogenerate -m less --map status.FAILED=CANCELLED
  schemist revision --baseline -m \"what was there before\"
  schemist revision --autogenerate --dialect mysql -m \"run on MySQL too\"
  schemist revision --complete head --dialect postgres
  schemist revision --empty -m \"fill in missing titles\"
  schemist revision --empty -m billing --head 8d41 --splice --label billing"
)]
pub struct Revision {
    /// What the revision is for
    #[arg(short, long, value_name = "TEXT", required_unless_present = "complete")]
    message: Option<String>,
    /// Write what leads from the database to the models
    #[arg(long)]
    autogenerate: bool,
    /// Leave the sections for me to fill
    #[arg(long)]
    empty: bool,
    /// Write what the database is as the first revision, and stamp it
    #[arg(long)]
    baseline: bool,
    /// Add sections for one more dialect to the head
    #[arg(long, value_name = "REVISION", value_parser = target, requires = "dialect")]
    complete: Option<Target>,
    /// The only dialect that it is for; with --complete, the one that is added [default: all of the project's]
    #[arg(long, value_name = "DIALECT", conflicts_with = "baseline")]
    dialect: Vec<Dialect>,
    /// Something has a new name: table:new, table.column:new, type.value:new, view:old:new
    #[arg(long, value_name = "OLD:NEW", conflicts_with = "empty")]
    rename: Vec<TypedRename>,
    /// What rows with a removed enum value get: type.value=other, table.column.value=other
    #[arg(long, value_name = "VALUE=OTHER", conflicts_with = "empty")]
    map: Vec<TypedMap>,
    /// The git ref of the deployed code: which of its queries does the revision break?
    #[arg(long, value_name = "REF", requires = "autogenerate")]
    queries_from: Option<String>,
    /// What counts where the database is not what the history says
    #[arg(long, value_name = "SIDE", conflicts_with = "empty")]
    from: Option<Start>,
    /// Write the file even where it cannot be proven on a scratch copy; its header says so
    #[arg(long, conflicts_with = "empty")]
    unproven: bool,
    /// Change tables that are in use in the plain forms, which lock them, in as few sections as possible
    #[arg(long, conflicts_with = "empty")]
    offline_ddl: bool,
    /// Leave out dialects that no scratch server can be had for
    #[arg(long, conflicts_with = "empty")]
    only_available: bool,
    /// What it comes after [default: the head]
    #[arg(long, value_name = "REVISION", value_parser = target, requires = "empty")]
    head: Option<Target>,
    /// Open a branch: it may come after a revision that is no head
    #[arg(long, requires = "empty")]
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
    #[command(flatten)]
    waiting: Waiting,
}

/// What a revision starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Start {
    /// The database as it is.
    Live,
    /// What the history makes of an empty database.
    History,
}

impl Revision {
    fn new_revision(&self) -> NewRevision {
        let splice = if self.splice {
            Splice::Allowed
        } else {
            Splice::Never
        };
        NewRevision {
            message: self.message.clone().unwrap_or_default(),
            head: self.head.clone(),
            splice,
            labels: self.label.clone(),
            depends_on: self.depends_on.clone(),
            dialects: self.dialect.iter().copied().collect(),
            id: self.rev_id.clone(),
        }
    }

    fn request(
        &self,
        entry: &Entry,
        ask: Option<fn(&str) -> bool>,
    ) -> Result<Request, ProjectError> {
        let mut depends_on = Vec::new();
        if !self.depends_on.is_empty() {
            let history = entry.history()?;
            for target in &self.depends_on {
                depends_on
                    .extend(target.resolve_all(&history, &std::collections::BTreeSet::new())?);
            }
        }
        Ok(Request {
            message: self.message.clone().unwrap_or_default(),
            id: self.rev_id.clone(),
            labels: self.label.clone(),
            depends_on,
            queries_from: self.queries_from.clone(),
            ask,
            renames: self.rename.clone(),
            maps: self.map.clone(),
            from: self.from.map(|start| match start {
                Start::Live => From::Live,
                Start::History => From::History,
            }),
            rigour: if self.unproven {
                Rigour::Unproven
            } else {
                Rigour::Proven
            },
            dialects: self.dialect.iter().copied().collect(),
            forms: self.offline_ddl.then_some(Forms::Offline),
            reach: if self.only_available {
                Reach::OnlyAvailable
            } else {
                Reach::All
            },
            aim: if self.baseline {
                Aim::Baseline
            } else {
                Aim::Change
            },
        })
    }
}

/// Runs the command.
pub async fn run(arguments: &Revision, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    if let Some(target) = &arguments.complete {
        for dialect in &arguments.dialect {
            let written = complete(&entry, target, *dialect, &arguments.rename).await?;
            tell(run, "revision", &written);
        }
        return Ok(Exit::Done);
    }
    if arguments.empty {
        let written = write_empty(&entry, &arguments.new_revision())?;
        tell(run, "revision", &written);
        run.ui.status(&format!(
            "Fill in its sections: `schemist edit {}`",
            written.revision.id()
        ));
        return Ok(Exit::Done);
    }
    let outcome = revision(&entry, &arguments.request(&entry, run.ui.asker())?).await?;
    let Outcome::Written(written) = outcome else {
        return Ok(nothing(run, &outcome));
    };
    if arguments.baseline {
        run.announce(&entry, &format!("stamp {}", written.file.id()))?;
        stamp(&entry, &baseline_stamp(&entry, &written.file, arguments)?).await?;
    }
    generated(run, arguments, &written);
    Ok(Exit::Done)
}

fn nothing(run: &Run, outcome: &Outcome) -> Exit {
    if let Outcome::NoChange { notes } = outcome {
        for note in notes {
            run.ui.note(note);
        }
        run.ui.json(
            "revision",
            json!({ "id": null, "path": null, "notes": notes }),
        );
    }
    run.ui
        .status("Nothing to do: the database is what the models say, so no file was written");
    Exit::Done
}

/// A baseline is what the database is, so it is there already.
fn baseline_stamp(
    entry: &Entry,
    file: &RevisionFile,
    arguments: &Revision,
) -> Result<StampRequest, ProjectError> {
    let dialect = entry.url()?.dialect();
    let hashes = file.header().catalog.iter();
    let live = hashes
        .clone()
        .find(|hashes| hashes.server.starts_with(dialect.name()));
    Ok(StampRequest {
        targets: vec![Target::parse(file.id().as_str())?],
        before: Before::Kept,
        lock_wait: arguments.waiting.lock_wait,
        catalog: live.map(|hashes| hashes.after.clone()),
    })
}

fn generated(run: &Run, arguments: &Revision, written: &schemist_project::generate::Written) {
    let file = &written.file;
    for note in &written.notes {
        run.ui.note(note);
    }
    run.ui.result(file.path());
    for (dialect, difference) in &written.differences {
        for rename in &difference.renames {
            run.ui.status(&format!("  {dialect} {rename}"));
        }
        for change in &difference.changes {
            run.ui
                .status(&format!("  {dialect} {}", check::line(change)));
        }
    }
    for hazard in &written.hazards {
        let sentence = format!("hazard {}: {}", hazard.code, hazard.sentence);
        match hazard.severity {
            Severity::Notice => run.ui.detail(&sentence),
            Severity::Warning | Severity::Danger => run.ui.warning(&sentence),
        }
    }
    let id = file.id();
    run.ui.status(&if arguments.baseline {
        format!("Wrote revision {id} and stamped it: the database is there already")
    } else {
        format!("Wrote revision {id} — read it, then run `schemist upgrade`")
    });
    let differences: Vec<Value> = written
        .differences
        .iter()
        .map(|(dialect, difference)| {
            let changes = difference.changes.iter();
            let changes = changes.map(|change| check::change(change, Question::Models.sides()));
            let renames = difference.renames.iter().map(ToString::to_string);
            json!({
                "dialect": dialect.name(),
                "renames": renames.collect::<Vec<_>>(),
                "changes": changes.collect::<Vec<_>>(),
            })
        })
        .collect();
    let hazards: Vec<Value> = written
        .hazards
        .iter()
        .map(|hazard| json!({ "code": hazard.code, "text": hazard.sentence }))
        .collect();
    run.ui.json(
        "revision",
        json!({
            "id": file.id().as_str(),
            "path": file.path(),
            "parents": file.header().parents.iter().map(RevisionId::as_str).collect::<Vec<_>>(),
            "dialects": differences,
            "hazards": hazards,
            "notes": written.notes,
        }),
    );
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
