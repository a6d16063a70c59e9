//! The whole of a rebase: plan, conflicts, proof, files, and the database that is at the old place.

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemist_catalog::Pair;
use schemist_revision::{Direction, History, Mention, Point, RevisionId, Target};

use super::conflict::{Conflict, conflicts};
use super::plan::{self, Move};
use super::prove::{Findings, prove, with_findings};
use super::released::{Release, released_in};
use crate::apply::{self, Event, apply};
use crate::error::ProjectError;
use crate::inspect::standing::Standing;
use crate::project::Entry;

/// Whether the database goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// It does, where the branch is applied to it.
    Taken,
    /// It is not even asked.
    Left,
}

/// What must hold before a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rigour {
    /// The new order was run, up and down, and nothing that moves is released.
    Proven,
    /// Nothing was run.
    Unproven,
}

/// Whether revisions may move that a release has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// They may not.
    Refused,
    /// They move as well.
    Moved,
}

/// What is to be put on top of what.
#[derive(Debug, Clone)]
pub struct Request {
    /// A revision of the branch that moves.
    pub revision: Target,
    /// What it is put on.
    pub onto: Target,
    /// Whether the database goes along.
    pub along: Along,
    /// What must hold before.
    pub rigour: Rigour,
    /// Whether revisions move that a release has.
    pub released: Released,
}

/// What is to be done to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carry {
    /// Nothing: the branch is not applied, or all that it comes after now is.
    Nothing,
    /// The branch is taken back to this revision, and applied again in its new place.
    Redone {
        /// Where the ways parted; `None` is the base.
        parting: Option<RevisionId>,
    },
}

/// A rebase that is planned and proven.
#[derive(Debug)]
pub struct Prepared {
    /// What moves.
    pub plan: Move,
    /// What both branches change.
    pub conflicts: Vec<Conflict>,
    /// What is to be done to the database.
    pub carry: Carry,
    findings: Findings,
}

/// A rebase that is done.
#[derive(Debug)]
pub struct Rebased {
    /// The revisions that moved.
    pub moved: Vec<Mention>,
    /// The files that were written.
    pub paths: Vec<PathBuf>,
}

/// Plans a rebase, names what both branches change, and proves the new order; changes nothing.
///
/// # Errors
/// Where the two are not on different ways, a release has what would move, or the new order fails.
pub async fn prepare(
    entry: &Entry,
    request: &Request,
    mut tell: impl FnMut(&Conflict),
) -> Result<Prepared, ProjectError> {
    let history = entry.history()?;
    let revision = one(&history, &request.revision)?;
    let onto = one(&history, &request.onto)?;
    let plan = plan::plan(&history, &revision, &onto)?;
    if request.released == Released::Refused {
        refuse_released(entry, &history, &plan)?;
    }
    let carry = match request.along {
        Along::Taken => carry(entry, &plan).await?,
        Along::Left => Carry::Nothing,
    };
    let mut findings = Findings::new();
    let mut found = Vec::new();
    if request.rigour == Rigour::Proven {
        for (number, dialect) in entry.dialects()?.into_iter().enumerate() {
            let mut live = entry.live_of(dialect).await?;
            let mut bench = entry.bench(dialect, live.as_mut()).await?;
            drop(live);
            if number == 0 {
                let tip = plan.moved.last().unwrap_or(&revision);
                let ends = Pair::new(&plan.onto, tip);
                let parting = plan.parting.as_ref();
                found = conflicts(&mut bench, &history, parting, ends).await?;
                found.iter().for_each(&mut tell);
            }
            prove(&mut bench, &plan, &mut findings).await?;
        }
    }
    Ok(Prepared {
        plan,
        conflicts: found,
        carry,
        findings,
    })
}

fn one(history: &History, target: &Target) -> Result<RevisionId, ProjectError> {
    match target.resolve_one(history, &BTreeSet::new())? {
        Point::Revision(id) => Ok(id),
        Point::Base => Err(ProjectError::wrong_history(
            "rebase the base: it is no revision",
            "name a revision of the branch, and one of the other branch",
        )),
    }
}

fn refuse_released(entry: &Entry, history: &History, plan: &Move) -> Result<(), ProjectError> {
    for file in plan.moved.iter().filter_map(|id| history.get(id)) {
        if let Release::In(tag) = released_in(&entry.environment, &entry.root, file.path()) {
            return Err(ProjectError::wrong_history(
                format!(
                    "move {}: it is in the release {tag}, so that databases elsewhere may have it in its old place",
                    Mention::from(file)
                ),
                format!(
                    "move the other branch: `schemist rebase {} --onto {}`, join both: `schemist merge heads`, or add --force",
                    plan.onto,
                    plan.moved.last().unwrap_or(&plan.first)
                ),
            ));
        }
    }
    Ok(())
}

/// What the database needs, as it stands.
async fn carry(entry: &Entry, plan: &Move) -> Result<Carry, ProjectError> {
    let standing = Standing::read_or_base(entry).await?;
    if let Some((cut, _)) = standing.partial() {
        return Err(ProjectError::refused(
            format!(
                "take the database along: revision {} is {}",
                cut.id, cut.state
            ),
            "finish it first: `schemist upgrade`, or leave the database alone: --no-database",
        ));
    }
    let applied = standing.applied();
    let has_branch = plan.moved.iter().any(|id| applied.contains(id));
    let lacks_ground = plan.beside.iter().any(|id| !applied.contains(id));
    if !has_branch || !lacks_ground {
        return Ok(Carry::Nothing);
    }
    let has_ground = plan.beside.iter().any(|id| applied.contains(id));
    if has_ground {
        return Err(ProjectError::refused(
            "take the database along: it has the branch, and a part of what the branch is put on",
            format!(
                "apply the rest first: `schemist upgrade {}`, or leave the database alone: --no-database",
                plan.onto
            ),
        ));
    }
    Ok(Carry::Redone {
        parting: plan.parting.clone(),
    })
}

/// Writes the files, and takes the database along.
///
/// # Errors
/// Where the branch cannot be taken back, a file cannot be written, or the new order fails on the
/// database.
pub async fn carry_out(
    entry: &Entry,
    prepared: &Prepared,
    mut tell: impl FnMut(Event),
) -> Result<Rebased, ProjectError> {
    let plan = &prepared.plan;
    if let Carry::Redone { parting } = &prepared.carry {
        let below = parting.as_ref().map_or("base", RevisionId::as_str);
        let request = apply::Request::new(Direction::Down, Target::parse(below)?);
        apply(entry, &request, &mut tell).await?;
    }
    let folder = entry.folder()?;
    let mut paths = Vec::new();
    let mut moved = Vec::new();
    for id in &plan.moved {
        let Some(file) = plan.history.get(id) else {
            continue;
        };
        moved.push(Mention::from(file));
        paths.push(folder.replace(&with_findings(file, &prepared.findings))?);
    }
    if let (Carry::Redone { .. }, Some(tip)) = (&prepared.carry, plan.moved.last()) {
        let request = apply::Request::new(Direction::Up, Target::parse(tip.as_str())?);
        apply(entry, &request, &mut tell).await?;
    }
    Ok(Rebased { moved, paths })
}
