//! The commands, one file each: its arguments, whose documentation is the help, and one function.

mod branches;
mod check;
mod completions;
mod config;
mod current;
mod diagnose;
mod diagram;
mod diff;
mod downgrade;
mod edit;
mod heads;
mod history;
mod import;
mod import_backstage;
mod init;
mod lint;
mod locks;
mod man;
mod merge;
mod pull;
mod rebase;
mod repair;
mod revert;
mod review;
mod revision;
mod rollback;
mod schema;
mod show;
mod stamp;
mod status;
mod upgrade;
mod verify;

use clap::Subcommand;
use schemist_project::{Exit, ProjectError};

use crate::run::Run;

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(init::Init),
    Pull(pull::Pull),
    Revision(Box<revision::Revision>),
    #[command(visible_alias = "migrate")]
    Upgrade(upgrade::Upgrade),
    Downgrade(downgrade::Downgrade),
    Rollback(Box<rollback::Rollback>),
    #[command(visible_alias = "down")]
    Revert(revert::Revert),
    Repair(repair::Repair),
    Current(current::Current),
    Heads(heads::Heads),
    Branches(branches::Branches),
    History(history::History),
    Show(show::Show),
    Stamp(stamp::Stamp),
    Merge(merge::Merge),
    Rebase(rebase::Rebase),
    Edit(edit::Edit),
    Check(check::Check),
    Status(status::Status),
    Diagnose(diagnose::Diagnose),
    Schema(schema::Schema),
    Lint(lint::Lint),
    Locks(locks::Locks),
    Diff(diff::Diff),
    Diagram(diagram::Diagram),
    Verify(verify::Verify),
    Review(review::Review),
    Config(config::Config),
    Import(import::Import),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// Whether its result is read from top to bottom, so that a long one is shown page by page.
    pub fn is_read_at_length(&self) -> bool {
        match self {
            Self::Upgrade(arguments) => arguments.is_only_shown(),
            Self::Downgrade(arguments) => arguments.is_only_shown(),
            Self::Locks(arguments) => arguments.is_only_shown(),
            _ => matches!(
                self,
                Self::Heads(_)
                    | Self::Branches(_)
                    | Self::History(_)
                    | Self::Show(_)
                    | Self::Check(_)
                    | Self::Status(_)
                    | Self::Diagnose(_)
                    | Self::Schema(_)
                    | Self::Diff(_)
                    | Self::Config(_)
                    | Self::Review(_)
            ),
        }
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever keeps it from its end.
pub async fn dispatch(command: Command, run: &Run) -> Result<Exit, ProjectError> {
    match command {
        Command::Init(arguments) => init::run(&arguments, run),
        Command::Pull(arguments) => pull::run(&arguments, run).await,
        Command::Revision(arguments) => revision::run(&arguments, run).await,
        Command::Upgrade(arguments) => upgrade::run(&arguments, run).await,
        Command::Downgrade(arguments) => downgrade::run(&arguments, run).await,
        Command::Rollback(arguments) => rollback::run(&arguments, run).await,
        Command::Revert(arguments) => revert::run(&arguments, run).await,
        Command::Repair(arguments) => repair::run(&arguments, run).await,
        Command::Current(arguments) => current::run(&arguments, run).await,
        Command::Heads(arguments) => heads::run(&arguments, run),
        Command::Branches(arguments) => branches::run(&arguments, run),
        Command::History(arguments) => history::run(&arguments, run).await,
        Command::Show(arguments) => show::run(&arguments, run).await,
        Command::Stamp(arguments) => stamp::run(&arguments, run).await,
        Command::Merge(arguments) => merge::run(&arguments, run).await,
        Command::Rebase(arguments) => rebase::run(&arguments, run).await,
        Command::Import(arguments) => import::run(&arguments, run).await,
        Command::Edit(arguments) => edit::run(&arguments, run).await,
        Command::Check(arguments) => check::run(&arguments, run).await,
        Command::Status(arguments) => status::run(&arguments, run).await,
        Command::Diagnose(arguments) => diagnose::run(&arguments, run).await,
        Command::Schema(arguments) => schema::run(&arguments, run).await,
        Command::Lint(arguments) => lint::run(&arguments, run).await,
        Command::Locks(arguments) => locks::run(&arguments, run).await,
        Command::Diagram(arguments) => diagram::run(&arguments, run).await,
        Command::Diff(arguments) => diff::run(&arguments, run).await,
        Command::Review(arguments) => review::run(&arguments, run).await,
        Command::Verify(arguments) => verify::run(&arguments, run).await,
        Command::Config(arguments) => config::run(&arguments, run).await,
        Command::Completions(arguments) => completions::run(&arguments, run),
        Command::Man(arguments) => man::run(&arguments, run),
    }
}
