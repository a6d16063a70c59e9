//! `schemist downgrade`: taking revisions back.

use std::path::PathBuf;

use clap::Args;
use schemist_project::apply::{Backup, Extent};
use schemist_project::known::known_at;
use schemist_project::{Direction, Exit, ProjectError, Target};

use super::upgrade::{Order, Way, go};
use crate::arguments::target;
use crate::run::Run;

/// Take revisions back, down to the one that is named
///
/// The revision that is named stays applied. What a way down loses stands as a hazard above its
/// statements: --dry-run shows it. A revision that is marked irreversible stops it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist downgrade -1                one revision
  schemist downgrade 8d41              down to that revision, which stays
  schemist downgrade base              everything
  schemist downgrade -1 --backup       after a copy of the database was made
  schemist downgrade --to-files v1.4   what the files of that git tag do not
                                       know
  schemist downgrade -1 --dry-run      what would be taken back
  schemist downgrade head:base --sql   as a script, without asking any database")]
pub struct Downgrade {
    /// How far: -1, an id or its start, base, <id>-1; with --sql also <from>:<to>
    #[arg(value_name = "REVISION", value_parser = target, allow_negative_numbers = true, required_unless_present = "to_files")]
    revision: Option<Target>,
    /// Take back what older files do not know: a folder of revision files, or a git ref
    #[arg(long, value_name = "FOLDER|REF", conflicts_with = "revision")]
    to_files: Option<String>,
    #[command(flatten)]
    going: Going,
    #[command(flatten)]
    way: Way,
}

impl Downgrade {
    /// Whether nothing is changed.
    pub const fn is_only_shown(&self) -> bool {
        self.way.is_only_shown()
    }
}

/// What every way back shares.
#[derive(Debug, Args)]
pub struct Going {
    /// Copy the database first (pg_dump, mariadb-dump, SQLite's own), into this file or folder [default: backups]
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true, conflicts_with = "no_backup")]
    backup: Option<Option<PathBuf>>,
    /// Go back in a protected database without a copy
    #[arg(long)]
    no_backup: bool,
}

impl Going {
    /// Whether a copy is made.
    pub fn backup(&self) -> Backup {
        match (&self.backup, self.no_backup) {
            (Some(place), _) => Backup::Made(place.clone()),
            (None, true) => Backup::Waived,
            (None, false) => Backup::AsSettled,
        }
    }
}

/// Runs the command.
pub async fn run(arguments: &Downgrade, run: &Run) -> Result<Exit, ProjectError> {
    let base = Target::parse("base")?;
    let target = arguments.revision.as_ref().unwrap_or(&base);
    let mut order = Order {
        backup: arguments.going.backup(),
        ..Order::new(Direction::Down, target)
    };
    if let Some(place) = &arguments.to_files {
        order.extent = Extent::Unknown;
        order.known = known_at(&run.entry()?, place)?;
    }
    go(run, &order, &arguments.way).await
}
