//! Which files change when a branch is put on top of another.

use std::collections::BTreeSet;

use schemist_revision::{History, Mention, RevisionFile, RevisionId};

use crate::error::ProjectError;

/// A branch that is put on top of a revision.
#[derive(Debug, Clone)]
pub struct Move {
    /// What it is put on.
    pub onto: RevisionId,
    /// The last revision that both ways have; `None` is the base.
    pub parting: Option<RevisionId>,
    /// The revisions that move, each behind what it comes after.
    pub moved: Vec<RevisionId>,
    /// Those that they come after then, and did not before.
    pub beside: Vec<RevisionId>,
    /// The revision that gets another parent.
    pub first: RevisionId,
    /// The history as it will be.
    pub history: History,
}

fn ids(files: &[&RevisionFile]) -> Vec<RevisionId> {
    files.iter().map(|file| file.id().clone()).collect()
}

/// Plans to put the branch that a revision is on on top of another revision.
///
/// # Errors
/// Where the two are not on different ways, or a merge joins them.
pub(super) fn plan(
    history: &History,
    revision: &RevisionId,
    onto: &RevisionId,
) -> Result<Move, ProjectError> {
    let below: BTreeSet<RevisionId> = ids(&history.ancestors(onto)).into_iter().collect();
    if below.contains(revision) {
        return Err(ProjectError::wrong_history(
            format!("put {revision} on top of {onto}: {onto} comes after it already"),
            "name a revision of the other branch; `schemist history` draws both",
        ));
    }
    let way = history.ancestors(revision);
    let own: Vec<&RevisionFile> = way
        .iter()
        .copied()
        .filter(|file| !below.contains(file.id()))
        .collect();
    let is_first = |file: &&RevisionFile| {
        let parents = &file.header().parents;
        parents.iter().all(|parent| below.contains(parent))
    };
    let firsts: Vec<&RevisionFile> = own.iter().copied().filter(is_first).collect();
    let joined = own.iter().find(|file| file.header().is_merge());
    let (first, None) = (firsts.first(), joined) else {
        let merge = joined.map_or_else(|| revision.clone(), |file| file.id().clone());
        return Err(ProjectError::wrong_history(
            format!("put {revision} on top of {onto}: {merge} joins branches on the way"),
            "take the merge back first, where it is applied nowhere: remove its file",
        ));
    };
    let Some(first) = first else {
        return Err(ProjectError::wrong_history(
            format!("put {revision} on top of {onto}: they have no revision in common"),
            "name a parent in the header of the second first revision",
        ));
    };
    if first.header().parents == [onto.clone()] {
        return Err(ProjectError::wrong_history(
            format!("put {revision} on top of {onto}: it is there already"),
            "`schemist history` draws the history",
        ));
    }
    let moved = ids(&history.descendants(first.id()));
    let join = moved
        .iter()
        .filter_map(|id| history.get(id))
        .find(|file| file.header().is_merge());
    if let Some(join) = join {
        return Err(ProjectError::wrong_history(
            format!(
                "put {revision} on top of {onto}: {} joins its branch with another",
                Mention::from(join)
            ),
            "take the merge back first, where it is applied nowhere: remove its file",
        ));
    }
    let parting = first.header().parents.first().cloned();
    let under: BTreeSet<RevisionId> = parting.as_ref().map_or_else(BTreeSet::new, |id| {
        ids(&history.ancestors(id)).into_iter().collect()
    });
    let beside = ids(&history.ancestors(onto))
        .into_iter()
        .filter(|id| !under.contains(id))
        .collect();
    let files = history.revisions().iter().map(|file| {
        if file.id() == first.id() {
            file.with_parents(std::slice::from_ref(onto))
        } else {
            file.clone()
        }
    });
    Ok(Move {
        onto: onto.clone(),
        parting,
        moved,
        beside,
        first: first.id().clone(),
        history: History::build(files.collect())?,
    })
}
