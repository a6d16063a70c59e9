//! What a live database has otherwise than the history makes it.

use schemist_catalog::{Catalog, Pair};
use schemist_diff::{Change, compare};
use schemist_revision::{History, RevisionId};

use crate::compile::settle::settle;
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;
use crate::prove::bench::Bench;
use crate::prove::replay::replay;

/// The difference between a database and what the history says it is.
#[derive(Debug, Clone)]
pub struct DriftReport {
    /// The revisions up to which the history was replayed.
    pub at: Vec<RevisionId>,
    /// What is different; the first side is the history's.
    pub changes: Vec<Change>,
}

/// Compares a live catalog with what the history makes of an empty database, up to these revisions.
///
/// The history's catalog is returned in the live one's words.
///
/// # Errors
/// Where the history cannot be replayed.
pub async fn against_history(
    bench: &mut Bench,
    history: &History,
    at: &[RevisionId],
    live: &Catalog,
) -> Result<(Catalog, Vec<Change>), ProjectError> {
    let (scratch, replayed) = replay(bench, history, at).await?;
    drop(scratch);
    let replayed = settle(bench, live, &replayed).await?;
    let changes = compare(Pair::new(&replayed, live));
    Ok((replayed, changes))
}

/// Compares the database of an entry with what the history says it is where it stands.
///
/// # Errors
/// Where the history cannot be replayed, or no scratch database can be had.
pub async fn read(entry: &Entry) -> Result<DriftReport, ProjectError> {
    let history = entry.history()?;
    let mut live = entry.live().await?;
    let standing = Standing {
        journal: std::mem::take(&mut live.journal),
    };
    if let Some((cut, _)) = standing.partial() {
        return Err(ProjectError::refused(
            format!(
                "tell drift from what revision {} left half done ({})",
                cut.id, cut.state
            ),
            "finish it first: `schemist upgrade`",
        ));
    }
    let at = standing.current(&history);
    history.downgrade_path(&standing.applied(), None)?;
    let dialect = entry.url()?.dialect();
    let mut bench = entry.bench(dialect, live.session.as_mut()).await?;
    let Some(mut session) = live.session else {
        return Ok(DriftReport {
            at,
            changes: Vec::new(),
        });
    };
    let catalog = bench.read(&mut session).await?;
    session.close().await;
    let (_, changes) = against_history(&mut bench, &history, &at, &catalog).await?;
    Ok(DriftReport { at, changes })
}
