//! `schemist current`: where the database stands.

use clap::Args;
use schemist_project::{
    Entry, Exit, History, ProjectError, RevisionId, Standing, State, marks, summary,
};
use serde_json::{Value, json};

use crate::json;
use crate::many;
use crate::paint::Painted;
use crate::run::Run;

/// Show the revision that the database is at
///
/// Changes nothing, and makes nothing, so it also serves to test a connection.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist current
  schemist current -v                  when, by whom, on which database
  schemist current --check-head        exit 2 unless the database is at the head
  schemist current --version-only      the id alone, or none, for scripts
  schemist current --url postgres://me@localhost/shop")]
pub struct Current {
    /// Exit with 2 unless the database is at the head
    #[arg(long)]
    check_head: bool,
    /// Print the ids alone, or `none`; no revision files are needed
    #[arg(long, conflicts_with = "check_head")]
    version_only: bool,
}

/// Runs the command.
pub async fn run(arguments: &Current, run: &Run) -> Result<Exit, ProjectError> {
    many::each(run, "current", async |run, entry| {
        one(arguments, run, &entry).await
    })
    .await
}

/// What the journal alone says.
async fn version_only(run: &Run, entry: &Entry) -> Result<Exit, ProjectError> {
    let standing = Standing::read_or_base(entry).await?;
    let tips = standing.tips();
    let ids: Vec<&str> = tips.iter().map(RevisionId::as_str).collect();
    let shown = if ids.is_empty() {
        "none".to_owned()
    } else {
        ids.join("\n")
    };
    run.ui.sum_up(&shown, &shown);
    if !run.is_one_of_many() {
        run.ui.result(&shown);
    }
    let current: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    let database = entry.url()?.redacted();
    let document = json!({ "database": database, "current": current });
    run.ui.json("current", document);
    Ok(Exit::Done)
}

async fn one(arguments: &Current, run: &Run, entry: &Entry) -> Result<Exit, ProjectError> {
    if arguments.version_only {
        return version_only(run, entry).await;
    }
    let history = entry.history()?;
    let standing = Standing::read(entry).await?;
    let current = standing.current(&history);
    run.ui.detail(&format!("Database {}", entry.url()?));
    let lines: Vec<String> = current
        .iter()
        .map(|id| line(&history, id, &current))
        .collect();
    let kind: Vec<&str> = current.iter().map(RevisionId::as_str).collect();
    run.ui.sum_up(&kind.join(" "), &lines.join(", "));
    for (id, line) in current.iter().zip(&lines) {
        if !run.is_one_of_many() {
            run.ui.painted(&Painted::revisions(line));
        }
        if run.ui.is_verbose()
            && let Some(entry) = standing.journal.entry(id)
        {
            let when = entry.applied_at.map(|time| time.to_string());
            run.ui.result(&format!(
                "  applied {} by {} with schemist {}",
                when.unwrap_or_default(),
                entry.applied_by.as_deref().unwrap_or("unknown"),
                entry.tool_version
            ));
        }
    }
    if let Some((cut, _)) = standing.partial() {
        run.ui
            .warning(&format!("revision {} is {}", cut.id, cut.state));
    }
    if current.is_empty() {
        run.ui.status("No revision is applied");
    }
    let heads: Vec<&RevisionId> = history.heads().into_iter().map(|file| file.id()).collect();
    let is_at_head =
        heads.len() == current.len() && heads.iter().all(|head| current.contains(head));
    run.ui.json(
        "current",
        json!({
            "database": entry.url()?.redacted(),
            "current": current.iter().map(|id| revision(&history, id, &current, &standing)).collect::<Vec<_>>(),
            "is_at_head": is_at_head,
        }),
    );
    Ok(if arguments.check_head && !is_at_head {
        Exit::Differences
    } else {
        Exit::Done
    })
}

fn line(history: &History, id: &RevisionId, current: &[RevisionId]) -> String {
    match history.get(id) {
        Some(file) => {
            let mut marks = marks(history, file, &current.iter().cloned().collect());
            marks.retain(|mark| *mark != schemist_project::Mark::Current);
            summary(file, &marks)
        }
        None => format!("{id} (in no file)"),
    }
}

fn revision(
    history: &History,
    id: &RevisionId,
    current: &[RevisionId],
    standing: &Standing,
) -> Value {
    let mut value = match history.get(id) {
        Some(file) => json::revision(history, file, Some(current)),
        None => json!({ "id": id.as_str(), "is_current": true, "path": null }),
    };
    if let Some(entry) = standing.journal.entry(id) {
        value["applied_at"] = entry.applied_at.map(|time| time.to_string()).into();
        value["applied_by"] = entry.applied_by.clone().into();
        value["is_partial"] = (entry.state != State::Applied).into();
    }
    value
}
