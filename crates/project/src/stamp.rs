//! Saying where a database stands without running anything.

use std::collections::BTreeSet;
use std::time::Duration;

use schemist_connect::Access;
use schemist_execute::journal::{self, Action, JournalWriter, LogLine, Outcome};
use schemist_execute::lock::Lock;
use schemist_revision::{History, RevisionId, Target};

use crate::error::ProjectError;
use crate::passages::{Occasion, journal_entry};
use crate::project::Entry;
use crate::standing::Standing;

/// What is to be written into the journal.
#[derive(Debug, Clone)]
pub struct StampRequest {
    /// Where the database stands; several for branches.
    pub targets: Vec<Target>,
    /// What happens to what the journal says now.
    pub before: Before,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// The hash of the catalog, where it is known.
    pub catalog: Option<String>,
}

/// What happens to entries of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// They stay where they fit; one that is in no file is an error.
    Kept,
    /// They go, whatever they are.
    Purged,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamped {
    /// The revisions that the journal now says are applied, and did not before.
    pub added: Vec<RevisionId>,
    /// The revisions that it no longer says are applied.
    pub removed: Vec<RevisionId>,
    /// Where the database now stands; nothing is the base.
    pub current: Vec<RevisionId>,
}

/// Writes into the journal that the targets, and all before them, are applied, and nothing else.
///
/// # Errors
/// Where a target means nothing, the lock is held, or the journal cannot be written.
pub async fn stamp(entry: &Entry, request: &StampRequest) -> Result<Stamped, ProjectError> {
    let history = entry.history()?;
    let session = entry.connect(Access::Write).await?;
    let mut lock = Lock::take(session, &entry.settings.journal, request.lock_wait).await?;
    let outcome = write(entry, &history, request, &mut lock).await;
    lock.release().await.close().await;
    outcome
}

async fn write(
    entry: &Entry,
    history: &History,
    request: &StampRequest,
    lock: &mut Lock,
) -> Result<Stamped, ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let before: BTreeSet<RevisionId> = standing
        .journal
        .entries
        .iter()
        .map(|entry| entry.id.clone())
        .collect();
    let counted: BTreeSet<RevisionId> = match request.before {
        Before::Kept => {
            // Gaps are what a stamp may mend; ids that no file holds are not.
            history.downgrade_path(&before, None)?;
            before.clone()
        }
        Before::Purged => {
            let known = before.iter().filter(|id| history.get(id).is_some());
            known.cloned().collect()
        }
    };
    let mut after = BTreeSet::new();
    let mut current = Vec::new();
    for target in &request.targets {
        for id in target.resolve_all(history, &counted)? {
            after.extend(history.ancestors(&id).iter().map(|file| file.id().clone()));
            current.push(id);
        }
    }
    let occasion = Occasion {
        dialect: lock.session().dialect(),
        batch: standing.journal.next_batch(),
        at: Some(entry.environment.now()),
        by: Some(entry.environment.user()),
    };
    let stamped = Stamped {
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
        current,
    };
    let writer = lock.writer().clone();
    let mut statements = Vec::new();
    let is_whole = |id: &RevisionId| {
        standing
            .journal
            .entry(id)
            .is_some_and(|entry| entry.state == schemist_execute::journal::State::Applied)
    };
    for file in history.revisions() {
        let id = file.id();
        if !after.contains(id) || (request.before == Before::Kept && is_whole(id)) {
            continue;
        }
        let mut line = journal_entry(file, &occasion)?;
        line.catalog = request
            .catalog
            .clone()
            .filter(|_| stamped.current.contains(id));
        statements.extend(writer.put(&line));
        statements.push(writer.log(&log_line(&occasion, id)));
    }
    for id in &stamped.removed {
        statements.push(writer.delete(id));
        statements.push(writer.log(&log_line(&occasion, id)));
    }
    purge(request.before, &writer, &mut statements);
    journal::change(lock, &statements).await?;
    Ok(stamped)
}

/// Empties the journal before anything is written into it.
fn purge(before: Before, writer: &JournalWriter, statements: &mut Vec<String>) {
    match before {
        Before::Kept => {}
        Before::Purged => statements.insert(0, writer.purge()),
    }
}

fn log_line(occasion: &Occasion, id: &RevisionId) -> LogLine {
    LogLine {
        action: Action::Stamp,
        revision: id.clone(),
        by: occasion.by.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        duration_ms: 0,
        outcome: Outcome::Done,
    }
}
