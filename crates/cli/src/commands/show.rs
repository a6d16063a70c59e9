//! `schemist show`: one revision.

use std::collections::BTreeSet;

use clap::Args;
use schemist_project::{Exit, ProjectError, Standing, Target, marks, summary};
use serde_json::json;

use crate::arguments::target;
use crate::json;
use crate::paint::Painted;
use crate::run::Run;

/// Show a revision: where its file is, what it comes after, what it does
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist show                        the head
  schemist show 8d41
  schemist show current                asks the database where it is
  schemist show head-1")]
pub struct Show {
    /// The revision: an id or its start, head, base+1, current, <label>@head
    #[arg(value_name = "REVISION", default_value = "head", value_parser = target, allow_negative_numbers = true)]
    revision: Target,
}

/// Runs the command.
pub async fn run(arguments: &Show, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let history = entry.history()?;
    let text = arguments.revision.as_str();
    let asks = text.contains("current") || text.starts_with(['+', '-']);
    let standing = if asks {
        Standing::read_or_base(&entry).await?
    } else {
        Standing::default()
    };
    let current = asks.then(|| standing.current(&history));
    let mut shown = Vec::new();
    for id in arguments
        .revision
        .resolve_all(&history, &standing.applied())?
    {
        let Some(file) = history.get(&id) else {
            continue;
        };
        let line = summary(file, &marks(&history, file, &BTreeSet::new()));
        run.ui.painted(&Painted::revisions(&line));
        run.ui.result(&format!("{}\n\n", file.path()));
        run.ui.painted(&Painted::file(file.to_text().trim_end()));
        let mut value = json::revision(&history, file, current.as_deref());
        value["text"] = file.to_text().into();
        if run.ui.is_json() {
            value["ways"] = json::ways(file)?;
        }
        shown.push(value);
    }
    if shown.is_empty() {
        run.ui
            .status("That is the base: nothing comes before the first revision");
    }
    run.ui.json("show", json!({ "revisions": shown }));
    Ok(Exit::Done)
}
