//! The history of Knex, whose files are programs: their names and order.

use std::path::Path;

use schemist_revision::Transaction;

use super::found::{Found, FoundRevision, id_of, time_of, words_of};
use super::sql_files::{entries, name_of};
use crate::error::ProjectError;
use crate::folder::shown;

/// Reads the names of `<time>_<name>.js` and its kin.
pub(super) fn knex(folder: &Path, root: &Path) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    for path in entries(folder, root)? {
        let name = name_of(&path);
        let endings = [".js", ".ts", ".cjs", ".mjs"];
        let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
        let Some(stem) = stem.filter(|stem| !stem.ends_with(".d")) else {
            continue;
        };
        let (digits, rest) = stem.split_once('_').unwrap_or(("", stem));
        found.revisions.push(FoundRevision {
            id: id_of(stem)?,
            parents: Vec::new(),
            message: words_of(rest),
            created: time_of(digits),
            version: name.clone(),
            up: None,
            down: None,
            transaction: Transaction::Same,
            path: shown(&path, root),
        });
    }
    Ok(found.in_a_line())
}
