//! Where a database stands in the history.

use std::collections::{BTreeMap, BTreeSet};

use schemist_connect::{Access, ConnectError, Session};
use schemist_execute::journal::{self, Journal, JournalEntry, State};
use schemist_revision::{Direction, History, RevisionId};

use crate::error::ProjectError;
use crate::project::Entry;

/// What the journal of a database says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The journal, whole.
    pub journal: Journal,
}

impl Standing {
    /// Asks a database.
    ///
    /// # Errors
    /// Where there is no connection, or the journal cannot be read.
    pub async fn read(entry: &Entry) -> Result<Self, ProjectError> {
        let mut session = entry.connect(Access::Read).await?;
        let standing = Self::read_in(entry, &mut session).await;
        session.close().await;
        standing
    }

    /// Asks a database; a SQLite file that is not there yet stands at the base.
    ///
    /// # Errors
    /// Where there is no connection, or the journal cannot be read.
    pub async fn read_or_base(entry: &Entry) -> Result<Self, ProjectError> {
        match Self::read(entry).await {
            Err(ProjectError::Connect(ConnectError::NoFile { .. })) => Ok(Self::default()),
            other => other,
        }
    }

    /// Asks in a session that is open.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn read_in(entry: &Entry, session: &mut Session) -> Result<Self, ProjectError> {
        let journal = journal::read(session, &entry.settings.journal).await?;
        Ok(Self { journal })
    }

    /// The revisions that are applied to their end, or not yet taken back to theirs.
    pub fn applied(&self) -> BTreeSet<RevisionId> {
        let counts = |entry: &&JournalEntry| match entry.state {
            State::Applied => true,
            State::Partial { direction, .. } => direction == Direction::Down,
        };
        let applied = self.journal.entries.iter().filter(counts);
        applied.map(|entry| entry.id.clone()).collect()
    }

    /// The revision that was cut short, if there is one.
    pub fn partial(&self) -> Option<(&JournalEntry, Direction)> {
        self.journal
            .entries
            .iter()
            .find_map(|entry| match entry.state {
                State::Applied => None,
                State::Partial { direction, .. } => Some((entry, direction)),
            })
    }

    /// The applied revisions that none of the others comes after; those that no file holds too.
    pub fn current(&self, history: &History) -> Vec<RevisionId> {
        let applied = self.applied();
        let mut current: Vec<RevisionId> = history
            .tips(&applied)
            .iter()
            .map(|file| file.id().clone())
            .collect();
        let is_unknown = |entry: &&JournalEntry| history.get(&entry.id).is_none();
        let unknown: Vec<&JournalEntry> = self.journal.entries.iter().filter(is_unknown).collect();
        // Of a revision that is in no file the journal alone knows what it came after.
        let below: BTreeSet<&RevisionId> =
            unknown.iter().flat_map(|entry| &entry.parents).collect();
        current.extend(unknown.iter().map(|entry| entry.id.clone()));
        current.retain(|id| !below.contains(id));
        current
    }

    /// The applied revisions that none of the others comes after, by what the journal alone knows.
    pub fn tips(&self) -> Vec<RevisionId> {
        let applied = self.applied();
        let entries = self.journal.entries.iter();
        let below: BTreeSet<&RevisionId> = entries.flat_map(|entry| &entry.parents).collect();
        applied
            .iter()
            .filter(|id| !below.contains(id))
            .cloned()
            .collect()
    }

    /// What the catalog was after the revision that the database is at, and that revision; `None` where
    /// nobody noted it, or the database is at several.
    pub fn noted_catalog(&self, history: &History) -> Option<(RevisionId, String)> {
        let current = self.current(history);
        let [only] = &current[..] else { return None };
        if self.partial().is_some() {
            return None;
        }
        let noted = self.journal.entry(only)?.catalog.clone()?;
        Some((only.clone(), noted))
    }

    /// Makes sure that what is applied is in the files, unchanged and without gaps.
    ///
    /// # Errors
    /// Every revision that does not fit.
    pub fn check(&self, entry: &Entry, history: &History) -> Result<(), ProjectError> {
        history.check_applied(&self.applied())?;
        self.check_edits(entry, history)
    }

    /// Makes sure that what is applied is as it was then.
    ///
    /// # Errors
    /// Every revision that was edited.
    pub fn check_edits(&self, entry: &Entry, history: &History) -> Result<(), ProjectError> {
        let recorded: BTreeMap<_, _> = self
            .journal
            .entries
            .iter()
            // What was cut short is compared where it is resumed.
            .filter(|entry| entry.state == State::Applied)
            .map(|entry| (entry.id.clone(), entry.up.clone()))
            .collect();
        let edited = history.edited(entry.url()?.dialect(), &recorded)?;
        let Some(first) = edited.first() else {
            return Ok(());
        };
        let rest = match edited.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        Err(ProjectError::Refused {
            message: format!("go on from where the database stands: {first}{rest}"),
            places: edited
                .iter()
                .filter_map(|error| error.place().cloned())
                .collect(),
            remedy: Some(first.remedy()),
            exit: crate::Exit::History,
        })
    }

    /// Makes sure that nothing is left to apply.
    ///
    /// # Errors
    /// A refusal that names the pending revisions and says what to run.
    pub fn check_head(&self, history: &History) -> Result<(), ProjectError> {
        let head = history.head()?;
        let targets: Vec<RevisionId> = head.into_iter().map(|head| head.id().clone()).collect();
        let pending = history.upgrade_path(&self.applied(), &targets)?;
        let (Some(first), count) = (pending.first(), pending.len()) else {
            return Ok(());
        };
        let message = match count {
            1 => format!(
                "go on: the database is not at the head; revision {} is pending",
                first.id()
            ),
            _ => format!(
                "go on: the database is not at the head; {count} revisions are pending, the first is {}",
                first.id()
            ),
        };
        Err(ProjectError::refused(message, "run `schemist upgrade`"))
    }
}
