//! Replaying the history on a scratch database: what the files say a database is.

use std::collections::BTreeSet;

use schemist_catalog::Catalog;
use schemist_connect::{Session, StatementError};
use schemist_execute::run::{Failure, rehearse};
use schemist_execute::scratch::Scratch;
use schemist_revision::{Direction, History, Place, RevisionFile, RevisionId, UseError};
use schemist_sql::Ident;

use crate::apply::failed_at;
use crate::apply::passages::run_sections;
use crate::prove::bench::{Bench, BenchError, make_role};

/// Whether the header of a revision says which dialects it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It lists them.
    Listed,
    /// It does not: its sections tell.
    Open,
}

/// Why a history cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A file does not serve the dialect, or not this way.
    #[error("use revision {id}")]
    Use {
        /// The revision.
        id: RevisionId,
        /// What is missing or wrong.
        source: Box<UseError>,
    },
    /// A statement was refused.
    #[error("{} revision {id} on a scratch database", match direction {
        Direction::Up => "replay",
        Direction::Down => "take back",
    })]
    Refused {
        /// The revision.
        id: RevisionId,
        /// The way that was gone.
        direction: Direction,
        /// The statement in its file.
        place: Option<Box<Place>>,
        /// Whether its header leaves open which dialects it serves.
        reach: Reach,
        /// The statement and the server's words.
        source: Box<Failure>,
    },
    /// The scratch database failed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

impl ReplayError {
    /// What the server says to the statement that it refused.
    pub(crate) fn refusal(&self) -> Option<&StatementError> {
        let Self::Refused { source, .. } = self else {
            return None;
        };
        match &**source {
            Failure::Statement { source, .. } | Failure::Server { source, .. } => Some(source),
            Failure::Journal(_)
            | Failure::Moved { .. }
            | Failure::Edited { .. }
            | Failure::OwnTransaction { .. }
            | Failure::MayHaveRun { .. }
            | Failure::Connects { .. }
            | Failure::ForeignKeys(_)
            | Failure::LockLost
            | Failure::IndexInProgress(_)
            | Failure::ForeignKeysStay => None,
        }
    }

    /// Whether rows were in the way, and not the statements themselves.
    pub(crate) fn is_about_data(&self) -> bool {
        let keys = |failure: &Failure| matches!(failure, Failure::ForeignKeys(_));
        self.refusal().is_some_and(StatementError::is_about_data)
            || matches!(self, Self::Refused { source, .. } if keys(source))
    }

    /// The places to show.
    pub fn places(&self) -> Vec<Place> {
        match self {
            Self::Use { source, .. } => source.places(),
            Self::Refused { place, .. } => place.iter().map(|place| (**place).clone()).collect(),
            Self::Bench(_) => Vec::new(),
        }
    }

    /// Says what to do about it, where that is known.
    pub fn remedy(&self) -> String {
        match self {
            Self::Use { source, .. } => source.remedy(),
            Self::Refused {
                reach: Reach::Open, ..
            } => "if the revision is not for this dialect, list those that it serves: `-- dialects: …` in its header".to_owned(),
            Self::Refused { .. } | Self::Bench(_) => String::new(),
        }
    }

    /// The role that the server does not know.
    pub(crate) fn missing_role(&self) -> Option<Ident> {
        let refusal = self.refusal()?;
        // A server of ours speaks English, see its settings.
        let name = refusal.message.strip_prefix("role \"")?;
        let name = name.strip_suffix("\" does not exist")?;
        (refusal.code.as_deref() == Some("42704")).then(|| Ident::from_server(name))
    }
}

/// A scratch database after the ways up to these revisions, and what it holds.
///
/// # Errors
/// [`ReplayError`] with the revision, the file and the line.
pub async fn replay(
    bench: &mut Bench,
    history: &History,
    targets: &[RevisionId],
) -> Result<(Scratch, Catalog), ReplayError> {
    // Nothing is applied yet, so that nothing applied can be missing.
    let path = history
        .upgrade_path(&BTreeSet::new(), targets)
        .unwrap_or_default();
    let mut made = BTreeSet::new();
    let mut scratch = loop {
        let mut scratch = bench.empty().await?;
        let Err(error) = run_files(&mut scratch.session, &path).await else {
            break scratch;
        };
        // A server of our own lacks the roles of the live one.
        match error.missing_role() {
            Some(role) if bench.server().is_local() && made.insert(role.clone()) => {
                make_role(&mut scratch.session, &role).await?;
            }
            Some(_) | None => return Err(error),
        }
    };
    let catalog = bench.read(&mut scratch.session).await?;
    let catalog = catalog.without(bench.unspoken());
    Ok((scratch, catalog))
}

async fn run_files(session: &mut Session, files: &[&RevisionFile]) -> Result<(), ReplayError> {
    for file in files {
        run_file(session, file, Direction::Up).await?;
    }
    Ok(())
}

/// Runs one way of a revision's file, without lock or journal, and without connecting to any publisher.
///
/// # Errors
/// [`ReplayError`] with the file and the line.
pub async fn run_file(
    session: &mut Session,
    file: &RevisionFile,
    direction: Direction,
) -> Result<(), ReplayError> {
    let sections =
        run_sections(file, session.dialect(), direction).map_err(|source| ReplayError::Use {
            id: file.id().clone(),
            source: Box::new(source),
        })?;
    if sections.is_empty() {
        return Ok(());
    }
    rehearse(session, &sections)
        .await
        .map_err(|failure| ReplayError::Refused {
            id: file.id().clone(),
            direction,
            place: failed_at(file, &failure).map(Box::new),
            reach: if file.header().dialects.is_empty() {
                Reach::Open
            } else {
                Reach::Listed
            },
            source: Box::new(failure),
        })
}
