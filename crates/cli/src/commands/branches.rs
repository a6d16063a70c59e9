//! `schemist branches`: where the history parts.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::{Exit, ProjectError, marks, summary};
use serde_json::json;

use crate::json;
use crate::paint::Painted;
use crate::run::Run;

/// Show where the history goes on in several ways, and the branches with labels
///
/// Reads files only.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist branches
  schemist branches --format json")]
pub struct Branches {}

/// Runs the command.
pub fn run(_arguments: &Branches, run: &Run) -> Result<Exit, ProjectError> {
    let history = run.entry()?.history()?;
    let nowhere = BTreeSet::new();
    let points = history.branch_points();
    for point in &points {
        let line = summary(point, &marks(&history, point, &nowhere));
        run.ui.painted(&Painted::revisions(&line));
        for child in history.children(point.id()) {
            let line = summary(child, &marks(&history, child, &nowhere));
            run.ui.painted(&Painted::revisions(&format!("  → {line}")));
        }
    }
    let mut labels = Vec::new();
    for label in history.labels() {
        let branch = history.branch(label);
        let ids: Vec<&str> = branch.iter().map(|file| file.id().as_str()).collect();
        run.ui
            .result(&format!("branch {label} with {}", ids.join(" ")));
        labels.push(json!({ "label": label.as_str(), "revisions": ids }));
    }
    if points.is_empty() && labels.is_empty() {
        run.ui.status("The history has no branches");
    }
    let shown: Vec<_> = points
        .iter()
        .map(|point| json::revision(&history, point, None))
        .collect();
    run.ui.json(
        "branches",
        json!({ "branch_points": shown, "labels": labels }),
    );
    Ok(Exit::Done)
}
