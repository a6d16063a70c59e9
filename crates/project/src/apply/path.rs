//! Which revisions a request means, and whether they may be run from where the database stands.

use std::collections::BTreeSet;

use schemist_revision::{Direction, History, Mention, Point, RevisionFile, RevisionId, Target};

use crate::apply::Request;
use crate::apply::passages::resume_first;
use crate::apply::repair::being_undone;
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;

/// What of a history is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// Everything on the way to the target.
    #[default]
    Target,
    /// The same, and what is missing below revisions that are applied.
    Missing,
    /// What the last upgrade applied.
    LastBatch,
    /// Everything that is applied.
    Everything,
    /// What other files do not know.
    Unknown,
    /// The target alone.
    Only(Gap),
}

/// Whether a revision may go that applied ones come after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// It may not.
    Refused,
    /// It may; it is then missing below them.
    Left,
}

/// The revisions to run, in order.
pub(crate) fn path<'h>(
    entry: &Entry,
    history: &'h History,
    standing: &Standing,
    request: &Request,
) -> Result<Vec<&'h RevisionFile>, ProjectError> {
    let applied = standing.applied();
    let partial = standing.partial();
    match (request.direction, partial) {
        (_, Some((cut, Direction::Down))) if cut.down == Some(being_undone()) => {
            return Err(ProjectError::refused(
                format!("go on: revision {} is half undone ({})", cut.id, cut.state),
                "run `schemist repair --undo` to finish it",
            ));
        }
        (Direction::Up, Some((cut, Direction::Down))) => {
            return Err(ProjectError::refused(
                format!(
                    "apply anything: revision {} is half taken back ({})",
                    cut.id, cut.state
                ),
                format!("run `schemist downgrade {}-1` to finish it", cut.id),
            ));
        }
        (Direction::Down, Some((cut, Direction::Up))) => {
            return Err(ProjectError::refused(
                format!(
                    "take anything back: revision {} is half applied ({})",
                    cut.id, cut.state
                ),
                format!(
                    "run `schemist upgrade {}` to finish it, or `schemist repair --undo` to take back what there is of it",
                    cut.id
                ),
            ));
        }
        (Direction::Up | Direction::Down, _) => {}
    }
    let files = match (request.direction, request.extent) {
        (Direction::Up, Extent::Missing) => {
            standing.check_edits(entry, history)?;
            let targets = request.target.resolve_all(history, &applied)?;
            history.filling_path(&applied, &targets)?
        }
        (Direction::Up, _) => {
            standing.check(entry, history)?;
            request.target.resolve_upgrade(history, &applied)?
        }
        (Direction::Down, Extent::LastBatch) => {
            history.removal_path(&applied, &last_batch(standing))?
        }
        (Direction::Down, Extent::Everything) => history.downgrade_path(&applied, None)?,
        (Direction::Down, Extent::Unknown) => {
            let unknown: Vec<RevisionId> = applied.difference(&request.known).cloned().collect();
            history.removal_path(&applied, &unknown)?
        }
        (Direction::Down, Extent::Only(gap)) => {
            vec![only(history, &applied, &request.target, gap)?]
        }
        (Direction::Down, Extent::Target | Extent::Missing) => {
            request.target.resolve_downgrade(history, &applied)?
        }
    };
    let cut = partial.map(|(cut, _)| &cut.id);
    if let Some(cut) = cut
        && !files.is_empty()
        && !files.iter().any(|file| file.id() == cut)
    {
        return Err(ProjectError::refused(
            format!("go there: revision {cut} was cut short and is not on the way"),
            format!("run `schemist upgrade {cut}` first"),
        ));
    }
    Ok(resume_first(files, cut))
}

/// The revisions of the upgrade that was last.
fn last_batch(standing: &Standing) -> Vec<RevisionId> {
    let entries = &standing.journal.entries;
    let last = entries.iter().map(|entry| entry.batch).max();
    entries
        .iter()
        .filter(|entry| Some(entry.batch) == last)
        .map(|entry| entry.id.clone())
        .collect()
}

/// One revision, which nothing applied may come after.
fn only<'h>(
    history: &'h History,
    applied: &BTreeSet<RevisionId>,
    target: &Target,
    gap: Gap,
) -> Result<&'h RevisionFile, ProjectError> {
    let point = target.resolve_one(history, applied)?;
    let file = match &point {
        Point::Revision(id) if applied.contains(id) => history.get(id),
        Point::Revision(_) | Point::Base => None,
    };
    let Some(file) = file else {
        return Err(ProjectError::refused(
            format!("take back {}: it is not applied", target.as_str()),
            "run `schemist history` to see what is",
        ));
    };
    let after: Vec<String> = history
        .descendants(file.id())
        .into_iter()
        .filter(|later| later.id() != file.id() && applied.contains(later.id()))
        .map(|later| later.id().to_string())
        .collect();
    if gap == Gap::Refused && !after.is_empty() {
        return Err(ProjectError::refused(
            format!(
                "take back {} alone: what came after it is applied ({})",
                Mention::from(file),
                after.join(", ")
            ),
            format!(
                "take all of it back: `schemist downgrade {}-1`; or, where they need nothing of it, add --force, and bring it back later with `schemist upgrade --missing`",
                file.id()
            ),
        ));
    }
    Ok(file)
}
