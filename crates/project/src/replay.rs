//! Replaying the history on a scratch database: what the files say a database is.

use std::collections::BTreeSet;

use schemist_catalog::Catalog;
use schemist_connect::Session;
use schemist_execute::scratch::Scratch;
use schemist_revision::{
    Direction, FileErrors, ForeignKeys, History, RevisionFile, RevisionId, Section, Transaction,
    UseError,
};
use schemist_sql::{Ident, PublisherWatch, StatementKind, without_connecting};

use crate::bench::{Bench, BenchError, make_role, say};

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
    /// The text of a section cannot be cut into statements.
    #[error("read revision {id}")]
    Read {
        /// The revision.
        id: RevisionId,
        /// The places.
        source: FileErrors,
    },
    /// A statement was refused.
    #[error("replay revision {id} at {path}:{line}")]
    Refused {
        /// The revision.
        id: RevisionId,
        /// Its file.
        path: String,
        /// The line of the statement.
        line: usize,
        /// The statement and the server's words.
        source: Box<BenchError>,
    },
    /// The scratch database failed.
    #[error(transparent)]
    Bench(#[from] BenchError),
}

impl ReplayError {
    /// The role that the server does not know.
    fn missing_role(&self) -> Option<Ident> {
        let Self::Refused { source, .. } = self else {
            return None;
        };
        let BenchError::Refused { source, .. } = &**source else {
            return None;
        };
        // A server of ours speaks English, see its settings.
        let name = source.message.strip_prefix("role \"")?;
        let name = name.strip_suffix("\" does not exist")?;
        (source.code.as_deref() == Some("42704")).then(|| Ident::from_server(name))
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
    scratch
        .session
        .pin()
        .await
        .map_err(|source| BenchError::Refused {
            sql: "pin the session".to_owned(),
            source: Box::new(source),
        })?;
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
    let dialect = session.dialect();
    let sections = file
        .sections_for(dialect, direction)
        .map_err(|source| ReplayError::Use {
            id: file.id().clone(),
            source: Box::new(source),
        })?;
    for section in sections {
        run_section(session, file, section).await?;
    }
    Ok(())
}

async fn run_section(
    session: &mut Session,
    file: &RevisionFile,
    section: &Section,
) -> Result<(), ReplayError> {
    let keys_off = section.marker.foreign_keys == ForeignKeys::Off;
    let is_atomic = section.marker.transaction != Transaction::No;
    if keys_off {
        say(session, "PRAGMA foreign_keys = OFF").await?;
    }
    if is_atomic {
        say(session, "BEGIN").await?;
    }
    let outcome = run_statements(session, file, section).await;
    if is_atomic {
        say(
            session,
            if outcome.is_ok() {
                "COMMIT"
            } else {
                "ROLLBACK"
            },
        )
        .await?;
    }
    if keys_off {
        say(session, "PRAGMA foreign_keys = ON").await?;
    }
    outcome
}

async fn run_statements(
    session: &mut Session,
    file: &RevisionFile,
    section: &Section,
) -> Result<(), ReplayError> {
    let statements = section
        .statements(session.dialect())
        .map_err(|source| ReplayError::Read {
            id: file.id().clone(),
            source,
        })?;
    let dialect = session.dialect();
    let mut watch = PublisherWatch::new(dialect);
    for statement in statements
        .iter()
        .filter(|statement| matches!(statement.kind, StatementKind::Sql))
    {
        let texts = if watch.connects(statement.sql) {
            without_connecting(dialect, statement.sql)
        } else {
            vec![statement.sql.to_owned()]
        };
        for sql in texts {
            say(session, &sql)
                .await
                .map_err(|source| ReplayError::Refused {
                    id: file.id().clone(),
                    path: file.path().to_owned(),
                    line: schemist_sql::line_column(file.to_text(), statement.span.start).0,
                    source: Box::new(source),
                })?;
        }
    }
    Ok(())
}
