//! `schemist downgrade`: taking revisions back.

use clap::Args;
use schemist_project::{Direction, Exit, Expectation, ProjectError, Target};

use super::upgrade::{Way, go};
use crate::arguments::target;
use crate::run::Run;

/// Take revisions back, down to the one that is named
///
/// The revision that is named stays applied. What a way down loses stands as a hazard above its
/// statements: --dry-run shows it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist downgrade -1                one revision
  schemist downgrade 8d41              down to that revision, which stays
  schemist downgrade base              everything
  schemist downgrade -1 --dry-run      what would be taken back
  schemist downgrade head:base --sql   as a script, without asking any database")]
pub struct Downgrade {
    /// How far: -1, an id or its start, base, <id>-1; with --sql also <from>:<to>
    #[arg(value_name = "REVISION", value_parser = target, allow_negative_numbers = true)]
    revision: Target,
    #[command(flatten)]
    way: Way,
}

/// Runs the command.
pub async fn run(arguments: &Downgrade, run: &Run) -> Result<Exit, ProjectError> {
    go(
        run,
        Direction::Down,
        &arguments.revision,
        &arguments.way,
        Expectation::Told,
    )
    .await
}
