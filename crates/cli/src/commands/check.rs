//! `schemist check`: whether the database is what the models say.

use clap::Args;
use schemist_project::compare::{Comparison, check};
use schemist_project::wording::details;
use schemist_project::{Change, Entry, Exit, Pair, ProjectError};
use serde_json::{Value, json};

use crate::many;
use crate::run::Run;

/// Is the database what the models say?
///
/// Exits with 2 where it is not, and names what differs. Changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist check
  schemist check -v                    also what is left out of the comparison
  schemist check --env prod --format json")]
pub struct Check {}

/// What the two sides are called.
pub(super) const SIDES: Pair<&str> = Pair {
    before: "the database",
    after: "the models",
};

/// Runs the command.
pub async fn run(_arguments: &Check, run: &Run) -> Result<Exit, ProjectError> {
    many::each(run, "check", async |run, entry| one(run, &entry).await).await
}

async fn one(run: &Run, entry: &Entry) -> Result<Exit, ProjectError> {
    let found = check(entry).await?;
    for note in &found.notes {
        run.ui.note(note);
    }
    for change in &found.changes {
        run.ui.result(&line(change));
        for detail in details(change, SIDES) {
            run.ui.result(&format!("  {detail}"));
        }
    }
    if found.is_clean() {
        let plural = if found.objects == 1 { "" } else { "s" };
        run.ui.status(&format!(
            "The database is what the models say ({} object{plural} compared)",
            found.objects
        ));
    } else {
        let count = found.changes.len();
        let plural = if count == 1 { "" } else { "s" };
        run.ui.status(&format!(
            "{count} difference{plural} between the database and the models\n\
             hint: run `schemist revision --autogenerate -m \"…\"` to write a revision for them"
        ));
    }
    run.ui.json("check", comparison(&found, SIDES));
    Ok(exit(&found))
}

/// How a comparison ends the program.
pub(super) fn exit(found: &Comparison) -> Exit {
    if found.is_clean() {
        Exit::Done
    } else {
        Exit::Differences
    }
}

/// A change in a line.
pub(super) fn line(change: &Change) -> String {
    format!("{} {}", change.verb(), change.id())
}

/// A change as JSON.
pub(super) fn change(change: &Change, titles: Pair<&str>) -> Value {
    let id = change.id();
    json!({
        "verb": change.verb(),
        "kind": id.kind.word(),
        "object": id.to_string(),
        "details": details(change, titles),
    })
}

/// A comparison as JSON.
pub(super) fn comparison(found: &Comparison, titles: Pair<&str>) -> Value {
    let statements: Vec<Value> = found
        .plan
        .steps
        .iter()
        .map(|planned| {
            let hazards = planned.step.hazards.iter();
            let hazards: Vec<Value> = hazards
                .map(|hazard| json!({ "code": hazard.code, "text": hazard.sentence }))
                .collect();
            json!({ "sql": planned.step.sql, "hazards": hazards })
        })
        .collect();
    let changes: Vec<Value> = found
        .changes
        .iter()
        .map(|changed| change(changed, titles))
        .collect();
    json!({
        "is_clean": found.is_clean(),
        "dialect": found.dialect.name(),
        "objects": found.objects,
        "changes": changes,
        "statements": statements,
        "notes": found.notes,
    })
}
