//! What is told of a run that stopped, and of a lock that was not got.

use schemist_connect::FileTrouble;
use schemist_execute::journal::JournalError;
use schemist_execute::lock::LockError;
use schemist_execute::run::{Failure, RunError};
use schemist_revision::Direction;

use super::{Complaint, StoppedRun};

pub(super) fn of_run(stopped: &StoppedRun) -> Complaint {
    let error = &stopped.error;
    let what = match error.direction {
        Direction::Up => format!("apply revision {}", error.revision),
        Direction::Down => format!("take back revision {}", error.revision),
    };
    let failure = Complaint::new(&error.failure);
    let message = match &error.failure {
        Failure::Statement { index, line, .. } => {
            format!("{what}: statement {} on line {line} fails", index + 1)
        }
        _ => format!("{what}: cannot {}", failure.message),
    };
    let journal = format!("the journal says {}", error.journal);
    let state = match &error.failure {
        // Here nothing was tried.
        Failure::Edited { .. }
        | Failure::Moved { .. }
        | Failure::MayHaveRun { .. }
        | Failure::OwnTransaction { .. }
        | Failure::Connects { .. } => journal,
        _ => {
            let (done, total) = (error.done, error.total);
            format!("{done} of {total} statements are kept, and {journal}")
        }
    };
    let held_up = error
        .blockers
        .iter()
        .map(|blocker| format!("it waited for {blocker}"));
    let complaint = Complaint {
        message,
        state: Some(state),
        causes: failure.causes.iter().cloned().chain(held_up).collect(),
        ..failure
    };
    complaint
        .at(stopped.place.iter().cloned().collect())
        .with_remedy(run_remedy(error))
}

/// Whether a lock was not got in time, or a statement took longer than it may.
pub(super) fn is_out_of_time(failure: &Failure) -> bool {
    match failure {
        Failure::Statement { source, .. } | Failure::Server { source, .. } => {
            source.is_lock_timeout() || source.is_statement_timeout()
        }
        _ => false,
    }
}

fn run_remedy(error: &RunError) -> String {
    let again = match error.direction {
        Direction::Up => "schemist upgrade",
        Direction::Down => "schemist downgrade",
    };
    if let Failure::Statement { source, .. } | Failure::Server { source, .. } = &error.failure
        && let Some(trouble) = FileTrouble::of(source)
    {
        return format!("{}; then run `{again}` again", trouble.remedy());
    }
    match &error.failure {
        Failure::Statement { source, .. } if source.is_lock_timeout() => {
            format!(
                "let them end, or stop what uses the table; then run `{again}` again, or wait longer with --lock-timeout 30s"
            )
        }
        Failure::Statement { source, .. } if source.is_statement_timeout() => {
            format!("it took longer than --statement-timeout allows; run `{again}` again with a longer one")
        }
        Failure::Statement { source, .. } | Failure::Server { source, .. }
            if source.is_connection_lost() =>
        {
            format!("see that the server is up, then run `{again}` again: it finds out what ran, and goes on from there")
        }
        Failure::Statement { source, .. } if of_application(&source.message).is_some() => {
            of_application(&source.message).unwrap_or_default().to_owned()
        }
        Failure::Statement { source, .. }
        | Failure::Server { source, .. }
        | Failure::Journal(JournalError::Server { source, .. })
            if source.is_read_only() =>
        {
            READ_ONLY.to_owned()
        }
        Failure::Statement { source, .. } if error.done == 0 && source.is_about_presence() => {
            let (there, target) = match error.direction {
                Direction::Up => ("there", error.revision.to_string()),
                Direction::Down => ("gone", format!("{}-1", error.revision)),
            };
            format!(
                "nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or \
                 the database, then run `{again}` again; where all of the change is {there} already: `schemist stamp {target}`"
            )
        }
        Failure::Statement { .. } if error.done > 0 => format!(
            "mend what the server names, then run `{again}` again: it goes on after statement {}",
            error.done
        ),
        Failure::Statement { .. } => {
            format!("nothing was changed; mend the file or the data, then run `{again}` again")
        }
        Failure::Moved { .. } => {
            "run `schemist current` to see where the database stands".to_owned()
        }
        Failure::Edited { .. } => {
            "take the edit back; or, where what was run is still the same, run `schemist repair --accept-edits`; \
             or run `schemist repair --undo`"
                .to_owned()
        }
        Failure::MayHaveRun { .. } => {
            "look in the database whether it ran, then run `schemist repair --resume --did-run` or \
             `schemist repair --resume --did-not-run`"
                .to_owned()
        }
        Failure::ForeignKeys(_) => {
            format!("list them with `PRAGMA foreign_key_check` once the revision's statements ran in a copy, mend them or the \
                 statement that leaves them behind, then run `{again}` again; nothing was changed")
        }
        Failure::Connects { .. } => format!("allow it: `{again} --allow-connect`"),
        Failure::Server { .. }
        | Failure::Journal(_)
        | Failure::OwnTransaction { .. }
        | Failure::LockLost
        | Failure::IndexInProgress(_)
        | Failure::ForeignKeysStay => format!("mend what stands above, then run `{again}` again"),
    }
}

/// What helps where the server takes no changes from us.
pub(super) const READ_ONLY: &str = "connect to the primary, or as a user who may write: `SHOW default_transaction_read_only` tells \
     whether `ALTER ROLE … SET` or `ALTER DATABASE … SET` made it so; MySQL's `read_only` holds for the whole server";

/// What helps where SQLite lacks what programs bring along: functions, collations, modules.
pub(super) fn of_application(message: &str) -> Option<&'static str> {
    const STARTS: [&str; 3] = [
        "no such function: ",
        "no such collation sequence: ",
        "no such module: ",
    ];
    let is_brought = STARTS.iter().any(|start| message.starts_with(start));
    is_brought.then_some(
        "if only your application registers it: views and triggers may name it, tables and indexes may not; \
         let the application make those, and leave them out with `exclude`",
    )
}

pub(super) fn lock_remedy(error: &LockError) -> &'static str {
    match error {
        LockError::Held { .. } => "wait for it to end, or add --lock-wait 5min",
        LockError::Pooler => "name the server itself in the url",
        LockError::Server(error) => FileTrouble::of(error).map_or("", FileTrouble::remedy),
        LockError::Connect(error) => super::connect_remedy(error),
    }
}
