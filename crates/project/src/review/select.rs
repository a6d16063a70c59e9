//! Which revisions are looked at.

use std::collections::BTreeSet;
use std::path::Path;

use schemist_revision::{History, Point, RevisionFile, RevisionId, Target};

use crate::error::ProjectError;
use crate::git::Git;
use crate::project::Entry;

/// The revisions of a review.
#[derive(Debug)]
pub(super) struct Selection {
    /// Their ids.
    pub(super) ids: BTreeSet<RevisionId>,
    /// Those among them that were there already, with other statements.
    pub(super) edited: BTreeSet<RevisionId>,
    /// Which they are, to follow `2 revisions`.
    pub(super) which: String,
    /// The commit whose code is deployed while they are applied, where git knows where they begin.
    pub(super) beginning: Option<String>,
}

/// Takes a range, or what is not on the main branch.
pub(super) fn select(
    entry: &Entry,
    history: &History,
    range: Option<&str>,
) -> Result<Selection, ProjectError> {
    let folder = entry.folder()?.path().to_path_buf();
    let within = folder.strip_prefix(&entry.root).ok();
    let git = Git::new(&entry.environment, &entry.root);
    match range {
        None => not_on_main(&git, within, history),
        Some(range) => match range.split_once("..") {
            Some((from, to)) => between(&git, within, history, (from, to.trim_start_matches('.'))),
            None => one(history, range),
        },
    }
}

fn not_on_main(
    git: &Git<'_>,
    folder: Option<&Path>,
    history: &History,
) -> Result<Selection, ProjectError> {
    let beginning = git.beginning().zip(folder);
    let Some((beginning, folder)) = beginning else {
        return Err(ProjectError::refused(
            "find what is new: git knows neither main nor master here, or the revisions are outside of the repository",
            "name the revisions: `schemist review <from>..<to>`, such as head-1..head",
        ));
    };
    let short = beginning.commit.get(..8).unwrap_or(&beginning.commit);
    let selection = since(&git.files(&beginning.commit, folder)?, history);
    Ok(Selection {
        which: format!("not on {} (since commit {short})", beginning.branch),
        beginning: Some(short.to_owned()),
        ..selection
    })
}

/// What is new or was edited since files were like this.
fn since(old: &[RevisionFile], history: &History) -> Selection {
    let mut selection = Selection {
        ids: BTreeSet::new(),
        edited: BTreeSet::new(),
        which: String::new(),
        beginning: None,
    };
    for file in history.revisions() {
        let id = file.id();
        match old.iter().find(|old| old.id() == id) {
            None => {
                selection.ids.insert(id.clone());
            }
            Some(old) if old.sections() != file.sections() => {
                selection.ids.insert(id.clone());
                selection.edited.insert(id.clone());
            }
            Some(_) => {}
        }
    }
    selection
}

/// Ids of revisions on both sides, or else what git names.
fn between(
    git: &Git<'_>,
    folder: Option<&Path>,
    history: &History,
    (from, to): (&str, &str),
) -> Result<Selection, ProjectError> {
    let which = format!(
        "between {} and {}",
        short(or(from, "the base")),
        short(or(to, "the head"))
    );
    let ends = (below(history, from, "base"), below(history, to, "heads"));
    let error = match ends {
        (Ok(from), Ok(to)) => {
            return Ok(Selection {
                ids: to.difference(&from).cloned().collect(),
                edited: BTreeSet::new(),
                which,
                beginning: None,
            });
        }
        (Err(error), _) | (_, Err(error)) => error,
    };
    let commits = git
        .commit(or(from, "HEAD"))
        .zip(git.commit(or(to, "HEAD")))
        .zip(folder);
    let Some(((old, new), folder)) = commits else {
        return Err(error);
    };
    let mut selection = since(&git.files(&old, folder)?, history);
    if !to.is_empty() {
        let there = git.files(&new, folder)?;
        selection
            .ids
            .retain(|id| there.iter().any(|file| file.id() == id));
    }
    Ok(Selection {
        which,
        beginning: Some(old.get(..8).unwrap_or(&old).to_owned()),
        ..selection
    })
}

const fn or<'t>(text: &'t str, other: &'t str) -> &'t str {
    if text.is_empty() { other } else { text }
}

/// The beginning of a whole commit, which pipelines name; everything else as it is.
fn short(text: &str) -> &str {
    let is_commit = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit { &text[..8] } else { text }
}

/// A revision and all before it.
fn below(history: &History, text: &str, other: &str) -> Result<BTreeSet<RevisionId>, ProjectError> {
    let target = Target::parse(or(text, other))?;
    let ids = match (target.as_str(), target.as_str() == "heads") {
        ("base", _) => Vec::new(),
        (_, true) => target.resolve_all(history, &BTreeSet::new())?,
        (_, false) => match target.resolve_one(history, &BTreeSet::new())? {
            Point::Base => Vec::new(),
            Point::Revision(id) => vec![id],
        },
    };
    let mut all = BTreeSet::new();
    for id in ids {
        all.extend(history.ancestors(&id).iter().map(|file| file.id().clone()));
        all.insert(id);
    }
    Ok(all)
}

fn one(history: &History, text: &str) -> Result<Selection, ProjectError> {
    let ids = Target::parse(text)?.resolve_all(history, &BTreeSet::new())?;
    if ids.is_empty() {
        return Err(ProjectError::refused(
            format!("review {text}: it is no revision"),
            "name a revision, or two with .. between them",
        ));
    }
    Ok(Selection {
        ids: ids.into_iter().collect(),
        edited: BTreeSet::new(),
        which: format!("named {text}"),
        beginning: None,
    })
}
