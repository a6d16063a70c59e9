//! What a revision starts from: the live database, which must be at the head and what the history says.

use std::collections::BTreeSet;

use schemist_catalog::Catalog;
use schemist_connect::{Access, ConnectError, Session};
use schemist_diff::Change;
use schemist_execute::journal::{self, Journal, State};
use schemist_revision::{History, RevisionFile, RevisionId};
use schemist_sql::Dialect;

use crate::compile::hash::is_noted;
use crate::error::{Exit, ProjectError};
use crate::inspect::drift::against_history;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::prove::bench::Bench;
use crate::settings::PrivilegesChoice;

/// Which side counts where the live database is not what the history says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The live database: the difference becomes a part of what the revision takes for granted.
    Live,
    /// The history: the difference is left alone.
    History,
}

/// The live database as it was found.
#[derive(Debug, Default)]
pub struct Live {
    /// The session on it; `None` where SQLite's file is not there yet.
    pub session: Option<Session>,
    /// What its journal says.
    pub journal: Journal,
}

impl Entry {
    /// Opens the live database for reading; a SQLite file that is not there is an empty database.
    ///
    /// # Errors
    /// Where there is no connection.
    pub async fn live(&self) -> Result<Live, ProjectError> {
        let mut session = match self.connect(Access::Read).await {
            Ok(session) => session,
            Err(ProjectError::Connect(ConnectError::NoFile { .. })) => {
                return Ok(Live {
                    session: None,
                    journal: Journal::default(),
                });
            }
            Err(error) => return Err(error),
        };
        let journal = journal::read(&mut session, &self.settings.journal).await?;
        Ok(Live {
            session: Some(session),
            journal,
        })
    }
}

impl Entry {
    /// A session on the entry's own database, where it is of this dialect and there.
    pub(crate) async fn live_of(&self, dialect: Dialect) -> Result<Option<Session>, ProjectError> {
        if self.url()?.dialect() == dialect {
            Ok(self.live().await?.session)
        } else {
            Ok(None)
        }
    }

    /// The live database, whose traits the scratch ones have; without it they have those of their server.
    pub(crate) async fn likeness(&self, dialect: Dialect) -> Result<Option<Session>, ProjectError> {
        match self.live_of(dialect).await {
            Err(ProjectError::Connect(_)) => Ok(None),
            other => other,
        }
    }
}

/// The revisions that a journal calls applied.
pub fn applied(journal: &Journal) -> BTreeSet<RevisionId> {
    journal
        .entries
        .iter()
        .map(|entry| entry.id.clone())
        .collect()
}

/// Holds that the database is at the head of the history, whole.
///
/// # Errors
/// A refusal that names the command to run first.
pub fn expect_head(
    history: &History,
    head: Option<&RevisionFile>,
    journal: &Journal,
) -> Result<(), ProjectError> {
    let applied = applied(journal);
    if let Some(entry) = journal
        .entries
        .iter()
        .find(|entry| entry.state != State::Applied)
    {
        return Err(ProjectError::refused(
            format!(
                "start from a database that is half-way: revision {} is {}",
                entry.id, entry.state
            ),
            "run `schemist upgrade` to finish it first",
        ));
    }
    let targets: Vec<_> = head.into_iter().map(|head| head.id().clone()).collect();
    let pending = history.upgrade_path(&applied, &targets)?;
    let Some(first) = pending.first() else {
        return Ok(());
    };
    Err(ProjectError::Refused {
        message: format!(
            "start from a database that is not at the head: {} revision{} pending, the next is {}{}",
            pending.len(),
            if pending.len() == 1 { " is" } else { "s are" },
            first.id(),
            match first.header().message.as_str() {
                "" => String::new(),
                message => format!(" ({message})"),
            },
        ),
        places: Vec::new(),
        remedy: Some("run `schemist upgrade` first".to_owned()),
        exit: Exit::Differences,
    })
}

/// The catalog that a revision starts from.
///
/// # Errors
/// [`ProjectError::Drift`] where the live database is not what the history says and nobody said which
/// of the two counts.
pub async fn starting_point(
    bench: &mut Bench,
    history: &History,
    live: &Catalog,
    journal: &Journal,
    from: Option<From>,
) -> Result<Catalog, ProjectError> {
    if history.is_empty() {
        return Ok(live.clone());
    }
    let standing = Standing {
        journal: journal.clone(),
    };
    let compared = if bench.unspoken().is_empty() {
        PrivilegesChoice::Compared
    } else {
        PrivilegesChoice::LeftAlone
    };
    let noted = standing.noted_catalog(history);
    if from.is_none() && noted.is_some_and(|(_, noted)| is_noted(&noted, live, compared)) {
        return Ok(live.clone());
    }
    let heads: Vec<_> = history
        .heads()
        .iter()
        .map(|head| head.id().clone())
        .collect();
    let (replayed, drift) = against_history(bench, history, &heads, live).await?;
    match from {
        _ if drift.is_empty() => Ok(live.clone()),
        Some(From::Live) => Ok(live.clone()),
        Some(From::History) => Ok(replayed),
        None => Err(ProjectError::Drift(drift)),
    }
}

/// What is different, a line each.
pub fn in_words(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| match change {
        Change::Create(object) => format!("{} is only in the database", object.id()),
        Change::Drop(object) => format!("{} is missing in the database", object.id()),
        Change::Alter(pair) => format!("{} differs", pair.after.id()),
    };
    changes.iter().map(line).collect()
}
