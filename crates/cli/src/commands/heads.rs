//! `schemist heads`: the revisions that nothing comes after.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::{Exit, ProjectError, marks, summary};
use serde_json::json;

use crate::json;
use crate::paint::Painted;
use crate::run::Run;

/// Show the revisions that nothing comes after
///
/// Reads files only. There should be one head; two are what a merge of two git branches leaves.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist heads
  schemist heads --format json
  schemist heads --check               exit 5 where there are several")]
pub struct Heads {
    /// Exit with 5 where there are several heads
    #[arg(long)]
    check: bool,
}

/// Runs the command.
pub fn run(arguments: &Heads, run: &Run) -> Result<Exit, ProjectError> {
    let history = run.entry()?.history()?;
    let heads = history.heads();
    for head in &heads {
        let marks = marks(&history, head, &BTreeSet::new());
        run.ui.painted(&Painted::revisions(&summary(head, &marks)));
    }
    if heads.is_empty() {
        run.ui.status("There is no revision yet");
    }
    let shown: Vec<_> = heads
        .iter()
        .map(|head| json::revision(&history, head, None))
        .collect();
    run.ui.json("heads", json!({ "heads": shown }));
    if arguments.check {
        history.head()?;
    }
    Ok(Exit::Done)
}
