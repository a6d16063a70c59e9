//! `schemist diff`: what leads from one schema to another.

use clap::Args;
use schemist_project::compile::compare::diff;
use schemist_project::{Exit, Pair, ProjectError, in_one_line};

use super::check::{comparison, exit, line};
use crate::run::Run;

/// Show what leads from one schema to another, as statements
///
/// Each side is `models`, `database` (that of the settings), a url, a SQL file, or a revision: what
/// the history makes of an empty database up to there. Exits with 2 where they differ.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist diff database models        what a new revision would do
  schemist diff head models            the same, whatever the database is
  schemist diff 8d41 head
  schemist diff postgres://me@a/shop postgres://me@b/shop
  schemist diff dump.sql models")]
pub struct Diff {
    /// Where it starts
    #[arg(value_name = "BEFORE")]
    before: String,
    /// Where it leads
    #[arg(value_name = "AFTER")]
    after: String,
}

/// Runs the command.
pub async fn run(arguments: &Diff, run: &Run) -> Result<Exit, ProjectError> {
    let entry = run.entry()?;
    let before = entry.side(&arguments.before)?;
    let after = entry.side(&arguments.after)?;
    let titles = Pair::new(arguments.before.as_str(), arguments.after.as_str());
    let found = diff(&entry, Pair::new(&before, &after)).await?;
    for note in &found.notes {
        run.ui.note(note);
    }
    for change in &found.changes {
        run.ui
            .sql(found.dialect, &format!("-- {}", in_one_line(&line(change))));
    }
    for planned in &found.plan.steps {
        for hazard in &planned.step.hazards {
            let text = format!("-- hazard {}: {}", hazard.code, hazard.sentence);
            run.ui.sql(found.dialect, &text);
        }
        run.ui.sql(found.dialect, &format!("{};", planned.step.sql));
    }
    if found.is_clean() {
        run.ui.status("There is no difference");
    }
    run.ui.json("diff", comparison(&found, titles));
    Ok(exit(&found))
}
