//! `schemist rollback`: taking back the last revision, batch, or everything.

use clap::Args;
use schemist_project::apply::Extent;
use schemist_project::{Direction, Exit, ProjectError, Target};

use super::downgrade::Going;
use super::upgrade::{Order, Way, go};
use crate::arguments::target;
use crate::run::Run;

/// Take back the last revision, the last upgrade, or everything
///
/// Without more it is `downgrade -1`. A batch is what one upgrade applied.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist rollback                    the last revision
  schemist rollback 8d41               down to that revision, which stays
  schemist rollback --batch            what the last upgrade applied
  schemist rollback --everything            everything
  schemist rollback --dry-run          what would be taken back")]
pub struct Rollback {
    /// How far: -1, an id or its start, base, <id>-1
    #[arg(value_name = "REVISION", default_value = "-1", value_parser = target, allow_negative_numbers = true)]
    revision: Target,
    /// The same, as an option
    #[arg(long = "revision", value_name = "REVISION", value_parser = target, allow_hyphen_values = true, conflicts_with_all = ["batch", "everything", "revision"])]
    revision_option: Option<Target>,
    /// What the last upgrade applied
    #[arg(long, conflicts_with_all = ["revision", "everything"])]
    batch: bool,
    /// Everything that is applied
    #[arg(long, conflicts_with = "revision")]
    everything: bool,
    #[command(flatten)]
    going: Going,
    #[command(flatten)]
    way: Way,
}

/// Runs the command.
pub async fn run(arguments: &Rollback, run: &Run) -> Result<Exit, ProjectError> {
    let extent = match (arguments.batch, arguments.everything) {
        (true, _) => Extent::LastBatch,
        (false, true) => Extent::Everything,
        (false, false) => Extent::Target,
    };
    let target = arguments
        .revision_option
        .as_ref()
        .unwrap_or(&arguments.revision);
    let order = Order {
        extent,
        backup: arguments.going.backup(),
        ..Order::new(Direction::Down, target)
    };
    go(run, &order, &arguments.way).await
}
