//! `schemist status`: how the database stands, and what to do about it.

use clap::Args;
use schemist_project::inspect::status::{self, Completed, Drift, Sums};
use schemist_project::{Entry, Exit, Grip, Mention, ProjectError, RevisionId, State};
use serde_json::{Value, json};

use crate::json;
use crate::many;
use crate::run::Run;
use crate::table::table;

/// Show how the database stands against the files, and what to do about it
///
/// Reads only: a role that may SELECT from the journal is enough, and nothing is made. The states are
/// up-to-date, drifted, behind, no-revision, out-of-order, ahead, diverged, half-applied, edited-files,
/// unknown-revision, broken-history, missing-files and locked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist status
  schemist status --all                every database, in a table
  schemist status --list               each revision, with batch, time and
                                       checksum
  schemist status --exit-code          exit 2 unless the database is up to date,
                                       5 where histories differ
  schemist status --format json")]
pub struct Status {
    /// Name every revision: what is completed, when and in which batch, and what is pending
    #[arg(long)]
    list: bool,
    /// Exit with 0 only where the database is up to date: 2 where something is to be run, 4 where it is
    /// locked, 5 where database and files do not fit
    #[arg(long)]
    exit_code: bool,
}

/// Runs the command.
pub async fn run(arguments: &Status, run: &Run) -> Result<Exit, ProjectError> {
    many::each(run, "status", async |run, entry| {
        one(arguments, run, &entry).await
    })
    .await
}

async fn one(arguments: &Status, run: &Run, entry: &Entry) -> Result<Exit, ProjectError> {
    let status = status::read(entry).await?;
    if !run.is_one_of_many() || arguments.list {
        run.ui.result(&summary(&status));
    }
    if arguments.list {
        run.ui.result(&format!("\n{}", list(&status)));
    }
    let condition = status.condition().to_string();
    let sentence = format!(
        "{condition}, current {}, head {}, {}",
        ids(&status.current),
        ids(&status.heads),
        status.place
    );
    run.ui.sum_up(&condition, &sentence);
    run.ui.json("status", as_json(&status));
    Ok(if arguments.exit_code {
        status.condition().exit()
    } else {
        Exit::Done
    })
}

/// The lines that everybody wants to see.
pub(super) fn summary(status: &status::Status) -> String {
    let version = status
        .version
        .as_ref()
        .map_or_else(|| "no file yet".to_owned(), ToString::to_string);
    let mut rows = vec![
        ("Database", format!("{} ({version})", status.place)),
        ("Current", ids(&status.current)),
        ("Head", ids(&status.heads)),
    ];
    for finding in &status.findings {
        rows.push(("State", format!("{}: {}", finding.condition, finding.says)));
        if let Some(action) = &finding.action {
            rows.push(("Action", action.clone()));
        }
    }
    table(
        &[],
        rows.into_iter()
            .map(|(title, text)| vec![title.to_owned(), text]),
    )
}

/// Ids in a line.
pub(super) fn ids(ids: &[RevisionId]) -> String {
    let words: Vec<&str> = ids.iter().map(RevisionId::as_str).collect();
    if words.is_empty() {
        return "none".to_owned();
    }
    words.join(" ")
}

/// Every revision, what is completed before what is pending.
fn list(status: &status::Status) -> String {
    let mut text = format!("Completed: {}\n", status.completed.len());
    let rows = status.completed.iter().map(|completed| {
        let entry = &completed.entry;
        let at = entry.applied_at.map(|time| time.to_string());
        vec![
            format!("  {}", entry.id),
            entry.batch.to_string(),
            at.unwrap_or_default(),
            match entry.state {
                State::Applied => completed.sums.word().to_owned(),
                State::Partial { .. } => entry.state.to_string(),
            },
            entry.message.clone(),
        ]
    });
    let headings = ["  revision", "batch", "applied at", "checksum", "message"];
    if !status.completed.is_empty() {
        text.push_str(&table(&headings, rows));
        text.push('\n');
    }
    text.push_str(&format!("Pending: {}\n", status.pending.len()));
    let rows = status.pending.iter().map(|file| {
        vec![
            format!("  {}", file.id),
            file.message.to_string(),
            file.path.to_string(),
        ]
    });
    if !status.pending.is_empty() {
        text.push_str(&table(&["  revision", "message", "file"], rows));
    }
    text
}

/// All of it, for programs.
pub(super) fn as_json(status: &status::Status) -> Value {
    let findings = status.findings.iter().map(|finding| {
        json!({
            "state": finding.condition.word(),
            "says": finding.says,
            "action": finding.action,
        })
    });
    let first = status.findings.first();
    json!({
        "name": status.name,
        "database": status.place,
        "server": status.version.as_ref().map(ToString::to_string),
        "state": status.condition().word(),
        "action": first.and_then(|finding| finding.action.as_deref()),
        "findings": findings.collect::<Vec<_>>(),
        "current": words(&status.current),
        "heads": words(&status.heads),
        "completed": status.completed.iter().map(completed_json).collect::<Vec<_>>(),
        "pending": status.pending.iter().map(pending_json).collect::<Vec<_>>(),
        "drift": drift_json(&status.drift),
        "lock": lock_json(&status.grip),
    })
}

fn words(ids: &[RevisionId]) -> Vec<&str> {
    ids.iter().map(RevisionId::as_str).collect()
}

fn completed_json(completed: &Completed) -> Value {
    let entry = &completed.entry;
    let state = match entry.state {
        State::Applied => "applied",
        State::Partial { .. } => "partial",
    };
    json!({
        "id": entry.id.as_str(),
        "parents": words(&entry.parents),
        "message": entry.message,
        "batch": entry.batch,
        "applied_at": entry.applied_at.map(|time| time.to_string()),
        "applied_by": entry.applied_by,
        "tool_version": entry.tool_version,
        "state": state,
        "checksum": entry.up.as_str(),
        "is_edited": completed.sums == Sums::Edited,
        "has_file": completed.sums != Sums::NoFile,
    })
}

fn pending_json(file: &Mention) -> Value {
    json::mention(file)
}

fn drift_json(drift: &Drift) -> Value {
    match drift {
        Drift::None => json!({ "is_seen": false }),
        Drift::Unknown => json!({ "is_seen": null }),
        Drift::Seen { after, noted, now } => {
            json!({ "is_seen": true, "after": after.as_str(), "noted": noted, "now": now })
        }
    }
}

/// Who applies revisions, for programs.
pub(super) fn lock_json(grip: &Grip) -> Value {
    match grip {
        Grip::Free => json!({ "is_held": false }),
        Grip::Held(None) => json!({ "is_held": true }),
        Grip::Held(Some(holder)) => json!({
            "is_held": true,
            "process": holder.process,
            "user": holder.user,
            "client": holder.client,
            "application": holder.application,
            "since": holder.since,
        }),
    }
}
