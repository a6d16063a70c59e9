//! Putting right what a cut left behind, on somebody's word.

use std::collections::BTreeMap;
use std::time::Duration;

use schemist_connect::{Access, Session};
use schemist_execute::journal::{self, Action, JournalEntry, LogLine, Outcome, State};
use schemist_execute::lock::{Grip, Holder, Lock, LockError, grip};
use schemist_revision::{
    Checksum, Direction, History, Mention, Message, RevisionFile, RevisionId, Target,
};
use schemist_sql::{Dialect, line_column};

use crate::apply::passages::{Occasion, journal_entry};
use crate::apply::{self, Event, Request};
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;

pub use crate::apply::undo::undo;

/// What is to be done about a revision that was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// It goes on; where nothing tells whether a statement ran, somebody looked.
    Resume(Option<Answer>),
    /// The journal says that it is applied, and nothing is run.
    MarkApplied,
    /// The journal says that it is not applied, and nothing is run.
    MarkRolledBack,
}

/// Whether a statement ran, as somebody found who looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It did, to its end.
    DidRun,
    /// It did not, or may be run once more.
    DidNotRun,
}

/// Something about a database that holds up applying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ailment {
    /// A revision was cut short.
    Cut {
        /// The journal's words about it.
        entry: Box<JournalEntry>,
        /// The way that was cut.
        direction: Direction,
        /// The line and the text of the statement that comes next, where its file still has it.
        next: Option<(usize, String)>,
    },
    /// An applied revision was edited since.
    Edited(Mention),
    /// Somebody holds the lock; who, where the database says.
    Locked(Option<Holder>),
}

/// Looks what is wrong with a database.
///
/// # Errors
/// Where there is no connection, or the journal cannot be read.
pub async fn look(entry: &Entry) -> Result<Vec<Ailment>, ProjectError> {
    let history = entry.history()?;
    let mut session = entry.connect(Access::Read).await?;
    let held = grip(&mut session, &entry.settings.journal).await;
    let standing = Standing::read_in(entry, &mut session).await;
    let dialect = session.dialect();
    session.close().await;
    let standing = standing?;
    let mut found = Vec::new();
    if let Some((cut, direction)) = standing.partial() {
        found.push(Ailment::Cut {
            entry: Box::new(cut.clone()),
            direction,
            next: next_statement(&history, cut, direction, dialect),
        });
    }
    for file in edited(&history, &standing, dialect)? {
        found.push(Ailment::Edited(Mention::from(file)));
    }
    match held.map_err(LockError::from)? {
        Grip::Free => {}
        Grip::Held(holder) => found.push(Ailment::Locked(holder)),
    }
    Ok(found)
}

fn next_statement(
    history: &History,
    cut: &JournalEntry,
    direction: Direction,
    dialect: Dialect,
) -> Option<(usize, String)> {
    let State::Partial { done, .. } = cut.state else {
        return None;
    };
    let file = history.get(&cut.id)?;
    let sections = file.sections_for(dialect, direction).ok()?;
    let mut statements = Vec::new();
    for section in sections {
        statements.extend(section.statements(dialect).ok()?);
    }
    let next = statements.get(done)?;
    let line = line_column(file.to_text(), next.span.start).0;
    Some((line, next.sql.to_owned()))
}

/// The revisions whose files say otherwise than when they were applied.
fn edited<'h>(
    history: &'h History,
    standing: &Standing,
    dialect: Dialect,
) -> Result<Vec<&'h RevisionFile>, ProjectError> {
    let mut found = Vec::new();
    for entry in &standing.journal.entries {
        let Some(file) = history.get(&entry.id) else {
            continue;
        };
        if entry.down != Some(being_undone()) && file.checksum(dialect, Direction::Up)? != entry.up
        {
            found.push(file);
        }
    }
    Ok(found)
}

/// What the journal holds in place of a checksum while a revision is undone from what is there.
pub(crate) fn being_undone() -> Checksum {
    Checksum::of_no_file()
}

/// Does something about the revision that was cut short.
///
/// # Errors
/// Where no revision is half-way, where the answer does not fit, and whatever stops applying.
pub async fn repair(
    entry: &Entry,
    repair: Repair,
    request: &Request,
    tell: impl FnMut(Event),
) -> Result<Mention, ProjectError> {
    let history = entry.history()?;
    let session = entry.connect(Access::Write).await?;
    let mut lock = Lock::take(session, &entry.settings.journal, request.lock_wait).await?;
    let outcome = write(entry, &history, repair, &mut lock).await;
    lock.release().await.close().await;
    let (revision, goes_on) = outcome?;
    if let Some(direction) = goes_on {
        let target = match direction {
            Direction::Up => revision.id.to_string(),
            Direction::Down => format!("{}-1", revision.id),
        };
        let request = Request {
            direction,
            target: Target::parse(&target)?,
            ..request.clone()
        };
        apply::apply(entry, &request, tell).await?;
    }
    Ok(revision)
}

/// Changes the journal; returns the revision, and the way that it then goes on.
async fn write(
    entry: &Entry,
    history: &History,
    repair: Repair,
    lock: &mut Lock,
) -> Result<(Mention, Option<Direction>), ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let Some((cut, direction)) = standing.partial() else {
        return Err(nothing_half_way());
    };
    let occasion = Occasion {
        dialect: lock.session().dialect(),
        batch: cut.batch,
        at: Some(entry.environment.now()),
        by: Some(entry.environment.user()),
    };
    let mention = mention(history, cut);
    let writer = lock.writer().clone();
    let whole = || -> Result<JournalEntry, ProjectError> {
        match history.get(&cut.id) {
            Some(file) => journal_entry(file, &occasion),
            None => Err(ProjectError::refused(
                format!("mark revision {} as applied: it is in no file", cut.id),
                "bring its file back, or run `schemist repair --mark-rolled-back`",
            )),
        }
    };
    let (mut statements, goes_on) = match repair {
        Repair::MarkApplied => (writer.put(&whole()?), None),
        Repair::MarkRolledBack => (vec![writer.delete(&cut.id)], None),
        Repair::Resume(_) if cut.down == Some(being_undone()) => {
            return Err(ProjectError::refused(
                format!("go on with revision {}: it is being undone", cut.id),
                "run `schemist repair --undo` again",
            ));
        }
        Repair::Resume(None) => (Vec::new(), Some(direction)),
        Repair::Resume(Some(answer)) => match answered(cut, direction, answer)? {
            Some(partial) => (writer.put(&partial), Some(direction)),
            None => match direction {
                Direction::Up => (writer.put(&whole()?), None),
                Direction::Down => (vec![writer.delete(&cut.id)], None),
            },
        },
    };
    if !statements.is_empty() {
        statements.push(writer.log(&log_line(&occasion, &cut.id)));
        journal::change(lock, &statements).await?;
    }
    Ok((mention, goes_on))
}

/// What the journal says once it is known whether the statement ran; `None` where it was the last.
fn answered(
    cut: &JournalEntry,
    direction: Direction,
    answer: Answer,
) -> Result<Option<JournalEntry>, ProjectError> {
    let State::Partial { done, total, .. } = cut.state else {
        return Ok(None);
    };
    if cut.begun.is_none() {
        return Err(ProjectError::refused(
            format!(
                "take that answer: the journal knows how far revision {} came ({})",
                cut.id, cut.state
            ),
            "run `schemist repair --resume` alone",
        ));
    }
    let done = match answer {
        Answer::DidRun => done + 1,
        Answer::DidNotRun => done,
    };
    if done == total {
        return Ok(None);
    }
    Ok(Some(JournalEntry {
        state: State::Partial {
            direction,
            done,
            total,
        },
        begun: None,
        statements: total,
        ..cut.clone()
    }))
}

/// Takes the files as they are for what was applied; returns the revisions that had been edited.
///
/// # Errors
/// Where the lock is held, or the journal cannot be changed.
pub async fn accept_edits(
    entry: &Entry,
    lock_wait: Duration,
) -> Result<Vec<Mention>, ProjectError> {
    let history = entry.history()?;
    let session = entry.connect(Access::Write).await?;
    let mut lock = Lock::take(session, &entry.settings.journal, lock_wait).await?;
    let outcome = write_checksums(entry, &history, &mut lock).await;
    lock.release().await.close().await;
    outcome
}

async fn write_checksums(
    entry: &Entry,
    history: &History,
    lock: &mut Lock,
) -> Result<Vec<Mention>, ProjectError> {
    let standing = Standing::read_in(entry, lock.session()).await?;
    let dialect = lock.session().dialect();
    let writer = lock.writer().clone();
    let mut statements = Vec::new();
    let mut accepted = Vec::new();
    let recorded: BTreeMap<_, _> = standing
        .journal
        .entries
        .iter()
        .map(|entry| (&entry.id, entry))
        .collect();
    for file in edited(history, &standing, dialect)? {
        let Some(found) = recorded.get(file.id()) else {
            continue;
        };
        let occasion = Occasion {
            dialect,
            batch: found.batch,
            at: found.applied_at,
            by: found.applied_by.clone(),
        };
        let now = journal_entry(file, &occasion)?;
        let changed = JournalEntry {
            up: now.up,
            down: now.down,
            state: rescaled(file, found.state, dialect)?,
            statements: now.statements,
            ..(*found).clone()
        };
        statements.extend(writer.put(&changed));
        let by = Some(entry.environment.user());
        statements.push(writer.log(&log_line(&Occasion { by, ..occasion }, file.id())));
        accepted.push(Mention::from(file));
    }
    if !statements.is_empty() {
        journal::change(lock, &statements).await?;
    }
    Ok(accepted)
}

/// The state with as many statements in all as the file now has.
fn rescaled(file: &RevisionFile, state: State, dialect: Dialect) -> Result<State, ProjectError> {
    let State::Partial {
        direction, done, ..
    } = state
    else {
        return Ok(state);
    };
    let mut total = 0;
    for section in file.sections_for(dialect, direction)? {
        let statements = section.statements(dialect);
        total += statements.map_err(schemist_revision::UseError::from)?.len();
    }
    if done > total {
        return Err(ProjectError::refused(
            format!(
                "accept revision {}: {done} of its statements were run, and the file has {total} now",
                file.id()
            ),
            "bring back the statements that were run",
        ));
    }
    Ok(State::Partial {
        direction,
        done,
        total,
    })
}

/// Ends the session that holds the lock; returns whose it was.
///
/// # Errors
/// Where there is no connection, or the server refuses.
pub async fn unlock(
    entry: &Entry,
    may_end: impl FnOnce(&Holder) -> Result<(), ProjectError>,
) -> Result<Option<Holder>, ProjectError> {
    let mut session = entry.connect(Access::Write).await?;
    let ended = end_holder(entry, &mut session, may_end).await;
    session.close().await;
    ended
}

async fn end_holder(
    entry: &Entry,
    session: &mut Session,
    may_end: impl FnOnce(&Holder) -> Result<(), ProjectError>,
) -> Result<Option<Holder>, ProjectError> {
    let held = grip(session, &entry.settings.journal).await;
    match held.map_err(LockError::from)? {
        Grip::Free => Ok(None),
        Grip::Held(None) => Err(ProjectError::refused(
            "end whoever holds the lock: the database does not say who it is",
            "end the process that writes to the file; its lock goes with it",
        )),
        Grip::Held(Some(holder)) => match session.dialect() {
            Dialect::Sqlite => Err(ProjectError::refused(
                format!("end the session of {holder}: it is a process of this machine"),
                format!("end it, its lock goes with it: kill {}", holder.process),
            )),
            Dialect::Postgres | Dialect::Mysql => {
                may_end(&holder)?;
                holder.end(session).await.map_err(LockError::from)?;
                Ok(Some(holder))
            }
        },
    }
}

pub(crate) fn nothing_half_way() -> ProjectError {
    ProjectError::refused(
        "repair anything: no revision is half-way",
        "run `schemist repair` to see what else is wrong",
    )
}

pub(crate) fn mention(history: &History, cut: &JournalEntry) -> Mention {
    history.get(&cut.id).map_or_else(
        || Mention {
            id: cut.id.clone(),
            message: Message::from_text(&cut.message),
            created: None,
            path: "".into(),
        },
        Mention::from,
    )
}

pub(crate) fn log_line(occasion: &Occasion, id: &RevisionId) -> LogLine {
    LogLine {
        action: Action::Repair,
        revision: id.clone(),
        by: occasion.by.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        duration_ms: 0,
        outcome: Outcome::Done,
    }
}
