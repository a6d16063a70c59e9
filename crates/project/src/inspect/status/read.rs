//! Asking a database how it stands, in a session that only reads.

use std::collections::BTreeSet;

use schemist_connect::{Access, ConnectError, ServerVersion, Session};
use schemist_execute::journal::{Journal, JournalEntry, State};
use schemist_execute::lock::{self, Grip};
use schemist_revision::{Direction, History, Mention, RevisionId};
use schemist_sql::Dialect;

use super::condition::{Condition, Finding};
use super::weigh::{Broken, Facts, weigh};
use crate::compile::hash::{catalog_hash, is_noted};
use crate::compile::speaks_of_privileges;
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::settings::PrivilegesChoice;

/// How a database stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// The name of the database in the settings.
    pub name: String,
    /// Where it is, without its password.
    pub place: String,
    /// The release that answers; `None` where SQLite's file is not there yet.
    pub version: Option<ServerVersion>,
    /// Where it stands.
    pub current: Vec<RevisionId>,
    /// Where the files end.
    pub heads: Vec<RevisionId>,
    /// What is applied, the oldest first.
    pub completed: Vec<Completed>,
    /// What is not, in the order in which it will be.
    pub pending: Vec<Mention>,
    /// Whether somebody changed it beside the revisions.
    pub drift: Drift,
    /// Whether somebody applies revisions now.
    pub grip: Grip,
    /// What is to be said, what must be seen to first before the rest; never nothing.
    pub findings: Vec<Finding>,
}

/// An applied revision.
#[derive(Debug, Clone)]
pub struct Completed {
    /// What the journal says.
    pub entry: JournalEntry,
    /// Whether the file still is what was applied.
    pub sums: Sums,
}

/// What the checksums of a revision say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sums {
    /// The file is what was applied.
    Same,
    /// The file was edited.
    Edited,
    /// There is no file.
    NoFile,
}

impl Sums {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "ok",
            Self::Edited => "edited",
            Self::NoFile => "no file",
        }
    }
}

/// Whether a database was changed beside the revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// It was not.
    None,
    /// It was.
    Seen {
        /// The revision that left it otherwise.
        after: RevisionId,
        /// The hash of what that one left.
        noted: String,
        /// The hash of what there is.
        now: String,
    },
    /// Nobody noted what it was, or it cannot be looked at now.
    Unknown,
}

impl Status {
    /// What must be seen to first.
    pub fn condition(&self) -> Condition {
        self.findings
            .first()
            .map_or(Condition::UpToDate, |finding| finding.condition)
    }

    /// The status of a database that does not answer.
    pub fn unreachable(entry: &Entry, error: &ProjectError) -> Self {
        let place = entry
            .url()
            .map_or_else(|_| String::new(), |url| url.redacted());
        let complaint = error.complaints().into_iter().next();
        Self {
            name: entry.settings.name.clone(),
            place,
            version: None,
            current: Vec::new(),
            heads: Vec::new(),
            completed: Vec::new(),
            pending: Vec::new(),
            drift: Drift::Unknown,
            grip: Grip::Free,
            findings: vec![Finding {
                condition: Condition::Unreachable,
                says: format!("cannot {error}"),
                action: complaint.and_then(|complaint| complaint.remedy),
            }],
        }
    }
}

/// Asks the database of an entry how it stands.
///
/// # Errors
/// Where there is no connection, or the journal cannot be read.
pub async fn read(entry: &Entry) -> Result<Status, ProjectError> {
    let history = match entry.folder()?.read() {
        Ok(files) => History::build(files).map_err(Broken::History),
        Err(error @ ProjectError::Revisions(_)) => Err(Broken::Files(first_of(&error))),
        Err(error) => return Err(error),
    };
    let url = entry.url()?;
    let mut status = match entry.connect(Access::Read).await {
        Ok(mut session) => {
            let status = read_in(entry, &mut session, &history).await;
            session.close().await;
            status?
        }
        Err(ProjectError::Connect(ConnectError::NoFile { .. })) => Seen {
            dialect: url.dialect(),
            version: None,
            journal: Journal::default(),
            grip: Grip::Free,
            drift: Drift::Unknown,
        }
        .against(&history),
        Err(error) => return Err(error),
    };
    status.name.clone_from(&entry.settings.name);
    status.place = url.redacted();
    Ok(status)
}

/// The first thing that an error says.
fn first_of(error: &ProjectError) -> String {
    let complaint = error.complaints().into_iter().next();
    complaint.map_or_else(|| error.to_string(), |complaint| complaint.message)
}

/// What a database says of itself.
struct Seen {
    dialect: Dialect,
    version: Option<ServerVersion>,
    journal: Journal,
    grip: Grip,
    drift: Drift,
}

async fn read_in(
    entry: &Entry,
    session: &mut Session,
    history: &Result<History, Broken>,
) -> Result<Status, ProjectError> {
    patient_for_little(session).await;
    let standing = Standing::read_in(entry, session).await?;
    // What is not told is as good as free: whoever applies asks again.
    let grip = lock::grip(session, &entry.settings.journal)
        .await
        .unwrap_or(Grip::Free);
    let drift = match (&grip, history) {
        (Grip::Free, Ok(history)) => drift(entry, session, history, &standing).await,
        (Grip::Free | Grip::Held(_), _) => Drift::Unknown,
    };
    let seen = Seen {
        dialect: session.dialect(),
        version: Some(session.version().clone()),
        journal: standing.journal,
        grip,
        drift,
    };
    Ok(seen.against(history))
}

/// Lets no question of a session that only looks wait long for a lock.
pub(crate) async fn patient_for_little(session: &mut Session) {
    let sql = match session.dialect() {
        Dialect::Postgres => "SET lock_timeout = '2s'",
        Dialect::Mysql => "SET SESSION lock_wait_timeout = 2",
        // A file is waited for as long as its driver says.
        Dialect::Sqlite => return,
    };
    // Without it the answer comes later.
    let _later = session.execute(sql).await;
}

/// Compares the catalog with the hash that the last revision left.
async fn drift(
    entry: &Entry,
    session: &mut Session,
    history: &History,
    standing: &Standing,
) -> Drift {
    let Some((after, noted)) = standing.noted_catalog(history) else {
        return Drift::Unknown;
    };
    let scope = entry.scope(session.dialect());
    let Ok(catalog) = schemist_introspect::read(session, &scope).await else {
        return Drift::Unknown;
    };
    if is_noted(&noted, &catalog, privileges(entry, session.dialect())) {
        return Drift::None;
    }
    let first = noted.split_whitespace().next().unwrap_or_default();
    Drift::Seen {
        after,
        noted: first.to_owned(),
        now: catalog_hash(&catalog),
    }
}

/// Whether privileges count: not where nobody can say, as on a machine without the models.
pub(crate) fn privileges(entry: &Entry, dialect: Dialect) -> PrivilegesChoice {
    match (entry.settings.privileges, entry.sources()) {
        (Some(choice), _) => choice,
        (None, Ok(_)) => speaks_of_privileges(entry, dialect),
        (None, Err(_)) => PrivilegesChoice::LeftAlone,
    }
}

impl Seen {
    fn against(self, history: &Result<History, Broken>) -> Status {
        let findings = weigh(&Facts {
            history: history.as_ref(),
            journal: &self.journal,
            dialect: self.dialect,
            grip: &self.grip,
            drift: &self.drift,
        });
        let standing = Standing {
            journal: self.journal,
        };
        let applied: BTreeSet<RevisionId> = standing.applied();
        let (current, heads, pending) = match history {
            Ok(history) => (
                standing.current(history),
                ids(&history.heads()),
                history
                    .revisions()
                    .iter()
                    .filter(|file| !applied.contains(file.id()))
                    .map(Mention::from)
                    .collect(),
            ),
            Err(_) => (standing.tips(), Vec::new(), Vec::new()),
        };
        let completed = standing.journal.entries.into_iter().map(|entry| Completed {
            sums: sums(history.as_ref().ok(), &entry, self.dialect),
            entry,
        });
        Status {
            name: String::new(),
            place: String::new(),
            version: self.version,
            current,
            heads,
            completed: completed.collect(),
            pending,
            drift: self.drift,
            grip: self.grip,
            findings,
        }
    }
}

fn ids(files: &[&schemist_revision::RevisionFile]) -> Vec<RevisionId> {
    files.iter().map(|file| file.id().clone()).collect()
}

fn sums(history: Option<&History>, entry: &JournalEntry, dialect: Dialect) -> Sums {
    let Some(file) = history.and_then(|history| history.get(&entry.id)) else {
        return Sums::NoFile;
    };
    match (entry.state, file.checksum(dialect, Direction::Up)) {
        // What was cut short is compared where it is resumed.
        (State::Partial { .. }, _) => Sums::Same,
        (State::Applied, Ok(found)) if found == entry.up => Sums::Same,
        (State::Applied, _) => Sums::Edited,
    }
}
