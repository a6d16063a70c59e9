//! Whether anybody else is at work in a database that must stand still.

use schemist_connect::Session;
use schemist_introspect::{Worker, read_activity};
use schemist_revision::Direction;

use crate::apply::Request;
use crate::error::{Exit, ProjectError};
use crate::inspect::locks::holders;
use crate::project::Entry;

/// Whether others may be connected while revisions are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Idle {
    /// They may.
    #[default]
    Free,
    /// Nobody may.
    Required,
}

/// How many sessions are named.
const NAMED: usize = 5;

/// Makes sure that nobody else is connected, where nobody may be.
///
/// # Errors
/// A refusal that names who is.
pub(crate) async fn check_idle(
    entry: &Entry,
    request: &Request,
    session: &mut Session,
) -> Result<(), ProjectError> {
    match request.idle {
        Idle::Free => return Ok(()),
        Idle::Required => {}
    }
    let activity = read_activity(session).await.map_err(|error| {
        ProjectError::refused(
            format!("see who else is connected: {error}"),
            "ask as a user who may see the server's sessions: pg_read_all_stats in PostgreSQL, PROCESS in MySQL",
        )
    })?;
    let sessions = activity.sessions.iter();
    let mut named: Vec<String> = sessions
        .filter(|worker| is_other(worker))
        .map(in_words)
        .collect();
    let url = entry.url()?;
    if let Some(path) = url.sqlite_path() {
        let Some(users) = holders(path) else {
            return Err(ProjectError::refused(
                format!(
                    "see who else has {} open: this system does not tell",
                    path.display()
                ),
                "stop what uses it, then leave --require-idle out",
            ));
        };
        let users = users.iter();
        named.extend(users.map(|user| format!("process {} ({})", user.process, user.program)));
    }
    if named.is_empty() {
        return Ok(());
    }
    let does = match request.direction {
        Direction::Up => "apply anything",
        Direction::Down => "take anything back",
    };
    let more = match named.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    named.truncate(NAMED);
    Err(ProjectError::Refused {
        message: format!(
            "{does}: --require-idle wants nobody else in {}, and there is {}{more}",
            url.redacted(),
            named.join("; ")
        ),
        places: Vec::new(),
        remedy: Some(
            "stop what uses the database, then run the command again; `schemist locks` shows who is there".to_owned(),
        ),
        exit: Exit::Lock,
    })
}

/// Whether it is neither the server's own nor one of ours, which the lock keeps apart.
fn is_other(worker: &Worker) -> bool {
    !worker.application.starts_with("schemist") && worker.user != "autovacuum worker"
}

fn in_words(worker: &Worker) -> String {
    let name = [&worker.application, &worker.client]
        .into_iter()
        .find(|name| !name.is_empty());
    let name = name.map_or("unnamed", String::as_str);
    format!(
        "process {} of user {} ({name}, {})",
        worker.process, worker.user, worker.state
    )
}
