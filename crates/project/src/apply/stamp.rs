//! Saying where a database stands without running anything.

use std::collections::BTreeSet;
use std::time::Duration;

use schemist_connect::Access;
use schemist_diff::Change;
use schemist_execute::journal::{self, Action, JournalWriter, LogLine, Outcome};
use schemist_execute::lock::Lock;
use schemist_revision::{History, RevisionId, Target};

use crate::apply::passages::{Occasion, journal_entry};
use crate::compile::hash::{is_noted, noted, server_label};
use crate::error::ProjectError;
use crate::inspect::drift::against_history;
use crate::inspect::standing::Standing;
use crate::inspect::status::privileges;
use crate::project::Entry;

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

/// What a stamp would say, held against the database.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// Where the database would be said to stand; nothing is the base.
    pub at: Vec<RevisionId>,
    /// What the database has otherwise than the files say at these revisions.
    pub changes: Vec<Change>,
    /// What the journal is to note of the catalog, where the database is what the files say.
    pub catalog: Option<String>,
}

/// Holds the database against what the files say where it is to be stamped.
///
/// Where the header of the target knows the catalog's hash, no scratch database is needed.
///
/// # Errors
/// Where a target means nothing, there is no connection, or the history cannot be replayed.
pub async fn foresee(entry: &Entry, request: &StampRequest) -> Result<Foreseen, ProjectError> {
    let history = entry.history()?;
    let mut session = entry.connect(Access::Read).await?;
    let standing = Standing::read_in(entry, &mut session).await?;
    let (at, _) = targets(&history, &standing, request)?;
    let dialect = session.dialect();
    let live = schemist_introspect::read(&mut session, &entry.scope(dialect)).await?;
    let label = server_label(session.version());
    let known = match &at[..] {
        [only] => history.get(only).and_then(|file| {
            let mut hashes = file.header().catalog.iter();
            hashes.find(|hashes| hashes.server == label)
        }),
        _ => None,
    };
    let compared = privileges(entry, dialect);
    let is_known = known.is_some_and(|hashes| is_noted(&hashes.after, &live, compared));
    let changes = if is_known {
        Vec::new()
    } else {
        let mut bench = entry.bench(dialect, Some(&mut session)).await?;
        against_history(&mut bench, &history, &at, &live).await?.1
    };
    session.close().await;
    let catalog = changes.is_empty().then(|| noted(&live));
    Ok(Foreseen {
        at,
        changes,
        catalog,
    })
}

/// Where the database is to be said to stand, with all revisions that are then applied.
fn targets(
    history: &History,
    standing: &Standing,
    request: &StampRequest,
) -> Result<(Vec<RevisionId>, BTreeSet<RevisionId>), ProjectError> {
    let entries = standing.journal.entries.iter();
    let before: BTreeSet<RevisionId> = entries.map(|entry| entry.id.clone()).collect();
    let counted: BTreeSet<RevisionId> = match request.before {
        Before::Kept => {
            // Gaps are what a stamp may mend; ids that no file holds are not.
            history.downgrade_path(&before, None)?;
            before
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
    Ok((current, after))
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
    let (current, after) = targets(history, &standing, request)?;
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
