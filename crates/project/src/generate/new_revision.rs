//! The header and the file of a new revision, whatever its sections are made of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemist_revision::{
    BadId, Direction, Header, History, Label, Marker, Message, Point, RevisionFile, RevisionId,
    Target,
};
use schemist_sql::Dialect;

use crate::error::ProjectError;
use crate::generate::compose::beside;
use crate::project::Entry;
use crate::rebase::{Release, released_in};
use crate::settings::HeadsPolicy;

/// What the user says about a new revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRevision {
    /// What it is for.
    pub message: String,
    /// What it comes after; without one, the head.
    pub head: Option<Target>,
    /// Whether it may come after a revision that is no head.
    pub splice: Splice,
    /// The branch that begins with it.
    pub labels: Vec<Label>,
    /// What must be applied before it.
    pub depends_on: Vec<Target>,
    /// The only dialects that it is for; none: all of the project's.
    pub dialects: BTreeSet<Dialect>,
    /// Its id; without one, a new one.
    pub id: Option<RevisionId>,
}

/// Whether a revision may open a new branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Splice {
    /// It comes after a head.
    #[default]
    Never,
    /// It may come after any revision.
    Allowed,
}

/// A revision that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The revision.
    pub revision: RevisionFile,
    /// Where its file is.
    pub path: PathBuf,
}

impl Entry {
    /// Begins the header of a new revision: id, parents, message, time.
    ///
    /// # Errors
    /// Where its parent cannot be found, has children already, or the id is taken.
    pub fn new_header(&self, history: &History, new: &NewRevision) -> Result<Header, ProjectError> {
        let id = match &new.id {
            Some(id) if history.get(id).is_some() => {
                return Err(ProjectError::refused(
                    format!("give the id {id} to a new revision: it is taken"),
                    "choose another --rev-id, or leave it out",
                ));
            }
            Some(id) => id.clone(),
            None => self.environment.new_id(|id| history.get(id).is_some()),
        };
        for label in &new.labels {
            if history.labelled(label).is_some() {
                return Err(ProjectError::refused(
                    format!("give the label {label} to a new revision: it is taken"),
                    format!(
                        "choose another --label; what comes after its bearer is on {label} anyway"
                    ),
                ));
            }
        }
        let nothing = BTreeSet::new();
        let mut depends_on = Vec::new();
        for target in &new.depends_on {
            depends_on.extend(target.resolve_all(history, &nothing)?);
        }
        Ok(Header {
            parents: parent(history, new)?.into_iter().collect(),
            message: Message::from_text(&new.message),
            created: Some(self.environment.now()),
            labels: new.labels.clone(),
            depends_on,
            ..Header::new(id)
        })
    }

    /// Writes the file of a new revision, whole or not at all.
    ///
    /// # Errors
    /// Where a reader would find something wrong with it, or the system refuses.
    pub fn write_revision(
        &self,
        header: &Header,
        sections: &[(Marker, String)],
    ) -> Result<Written, ProjectError> {
        let folder = self.folder()?;
        let name = self.settings.file_name.of(header);
        let shown = folder.shown(&folder.file(&name));
        let revision = RevisionFile::compose(&shown, header, sections)
            .map_err(|errors| ProjectError::Revisions(vec![errors]))?;
        let path = folder.create(&name, revision.to_text())?;
        Ok(Written { revision, path })
    }
}

fn parent(history: &History, new: &NewRevision) -> Result<Option<RevisionId>, ProjectError> {
    let nothing = BTreeSet::new();
    let parent = match &new.head {
        None => history.head()?.map(|head| head.id().clone()),
        Some(target) => match target.resolve_one(history, &nothing)? {
            Point::Base => None,
            Point::Revision(id) => Some(id),
        },
    };
    let children = match &parent {
        Some(id) => history.children(id),
        None => history.base().into_iter().collect(),
    };
    match (new.splice, children.first(), &parent) {
        (_, Some(_), None) => Err(ProjectError::wrong_history(
            "write a second first revision: a history has one base",
            "name what it comes after with --head",
        )),
        (Splice::Never, Some(child), Some(parent)) => Err(ProjectError::wrong_history(
            format!(
                "write a revision after {parent}: it is no head, {} comes after it",
                child.id()
            ),
            "add --splice to open a branch there, or leave --head out",
        )),
        (Splice::Never | Splice::Allowed, _, _) => Ok(parent),
    }
}

/// Writes a revision to be filled by hand.
///
/// # Errors
/// As for [`Entry::new_header`] and [`Entry::write_revision`].
pub fn write_empty(entry: &Entry, new: &NewRevision) -> Result<Written, ProjectError> {
    let history = entry.history()?;
    let mut header = entry.new_header(&history, new)?;
    // A dialect that is added later has none of the tables that this is about. Where the settings name
    // no dialects, the revision serves whatever database it meets.
    header.dialects.clone_from(&entry.settings.dialects);
    header
        .dialects
        .extend(entry.url().ok().map(|url| url.dialect()));
    if entry.settings.dialects.is_empty() {
        header.dialects.clear();
    }
    let others = &header.dialects - &new.dialects;
    let mut sections = Vec::new();
    for direction in [Direction::Up, Direction::Down] {
        let marker = Marker {
            dialects: new.dialects.clone(),
            ..Marker::new(direction)
        };
        sections.push((marker, String::new()));
        if !new.dialects.is_empty() {
            sections.extend(beside(&new.dialects, direction, &others));
        }
    }
    header.dialects.extend(&new.dialects);
    entry.write_revision(&header, &sections)
}

/// Writes a revision that joins branches.
///
/// # Errors
/// Where the targets are fewer than two, or one comes after another.
pub fn write_merge(
    entry: &Entry,
    targets: &[Target],
    new: &NewRevision,
) -> Result<Written, ProjectError> {
    let history = entry.history()?;
    let nothing = BTreeSet::new();
    let mut parents: Vec<RevisionId> = Vec::new();
    for target in targets {
        for id in target.resolve_all(&history, &nothing)? {
            if !parents.contains(&id) {
                parents.push(id);
            }
        }
    }
    if parents.len() < 2 {
        let what = match &parents[..] {
            [only] => format!("merge {only} alone: there is nothing to join it with"),
            _ => "merge: there is no revision yet".to_owned(),
        };
        return Err(ProjectError::refused(
            what,
            "run `schemist heads` to see what can be merged",
        ));
    }
    for id in &parents {
        let below = history.ancestors(id);
        let inside =
            |other: &&RevisionId| *other != id && below.iter().any(|file| file.id() == *other);
        if let Some(other) = parents.iter().find(inside) {
            return Err(ProjectError::refused(
                format!("merge {other} with {id}: {id} comes after {other} already"),
                "name heads: `schemist merge heads`",
            ));
        }
    }
    hold_policy(entry, &history, &parents)?;
    let header = Header {
        parents,
        ..entry.new_header(
            &history,
            &NewRevision {
                // Its parents are the merged ones; only the rest is taken from here.
                head: Some(Target::parse(targets_head(&history))?),
                splice: Splice::Allowed,
                ..new.clone()
            },
        )?
    };
    entry.write_revision(&header, &[])
}

/// Holds that the settings let these be joined.
fn hold_policy(
    entry: &Entry,
    history: &History,
    parents: &[RevisionId],
) -> Result<(), ProjectError> {
    let other = |one: &RevisionId| parents.iter().find(|parent| *parent != one).cloned();
    let refused = |why: String, moves: &RevisionId| {
        let onto = other(moves).unwrap_or_else(|| moves.clone());
        ProjectError::wrong_history(why, format!("run `schemist rebase {moves} --onto {onto}`"))
    };
    match entry.settings.heads {
        HeadsPolicy::Merge => Ok(()),
        HeadsPolicy::Rebase => match parents.last() {
            Some(last) => Err(refused(
                "merge: the settings say `heads = \"rebase\"`, so one branch is put on top of the other"
                    .to_owned(),
                last,
            )),
            None => Ok(()),
        },
        HeadsPolicy::MergeReleased => {
            for id in parents {
                if !is_branch_released(entry, history, id, parents) {
                    return Err(refused(
                        format!(
                            "merge: the settings say `heads = \"merge-released\"`, and no git tag has the branch of {id}, which can therefore move"
                        ),
                        id,
                    ));
                }
            }
            Ok(())
        }
    }
}

/// Whether a release has a revision of a branch that the other branches lack.
fn is_branch_released(
    entry: &Entry,
    history: &History,
    head: &RevisionId,
    heads: &[RevisionId],
) -> bool {
    let others = heads.iter().filter(|other| *other != head);
    let shared: Vec<&RevisionId> = others
        .flat_map(|other| history.ancestors(other))
        .map(RevisionFile::id)
        .collect();
    let own = history.ancestors(head).into_iter();
    let mut own = own.filter(|file| !shared.contains(&file.id()));
    own.any(|file| released_in(&entry.environment, &entry.root, file.path()) != Release::None)
}

/// Any revision: the header's parents are replaced at once.
fn targets_head(history: &History) -> &str {
    history
        .revisions()
        .last()
        .map_or("base", |file| file.id().as_str())
}

/// Reads an id that was typed.
///
/// # Errors
/// [`BadId`] where the text can be no id.
pub fn parse_id(text: &str) -> Result<RevisionId, BadId> {
    RevisionId::parse(text)
}
