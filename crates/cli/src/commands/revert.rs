//! `schemist revert`: taking back one revision that nothing applied depends on.

use clap::Args;
use schemist_project::apply::{Extent, Gap};
use schemist_project::{Direction, Exit, ProjectError, Target};

use super::downgrade::Going;
use super::upgrade::{Order, Way, go};
use crate::arguments::target;
use crate::run::Run;

/// Take back one revision, which nothing that is applied comes after
///
/// With --force others may come after it, where they need nothing of it; it is then missing below them
/// until `schemist upgrade --missing` brings it back.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist revert 8d41
  schemist revert 8d41 --dry-run       what would be taken back
  schemist revert 8d41 --force         although others came after it")]
pub struct Revert {
    /// The revision: an id or its start
    #[arg(value_name = "REVISION", value_parser = target)]
    revision: Target,
    /// Also where applied revisions come after it
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    going: Going,
    #[command(flatten)]
    way: Way,
}

/// Runs the command.
pub async fn run(arguments: &Revert, run: &Run) -> Result<Exit, ProjectError> {
    let gap = if arguments.force {
        Gap::Left
    } else {
        Gap::Refused
    };
    let order = Order {
        extent: Extent::Only(gap),
        backup: arguments.going.backup(),
        ..Order::new(Direction::Down, &arguments.revision)
    };
    go(run, &order, &arguments.way).await
}
