//! The histories of sqlx, Diesel and Refinery, whose files are SQL.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schemist_revision::Transaction;

use super::found::{Found, FoundRevision, id_of, time_of, words_of};
use crate::error::ProjectError;
use crate::folder::{read_text, shown};

/// What is in a folder, sorted by name.
pub(super) fn entries(folder: &Path, root: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    let failed = |source| ProjectError::File {
        what: "read",
        path: shown(folder, root),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Reads `<version>_<name>.sql`, or `<version>_<name>.up.sql` with its `.down.sql`.
pub(super) fn sqlx(folder: &Path, root: &Path) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    let mut steps: BTreeMap<u64, FoundRevision> = BTreeMap::new();
    let mut downs: BTreeMap<u64, String> = BTreeMap::new();
    for path in entries(folder, root)? {
        let name = name_of(&path);
        let Some(stem) = name.strip_suffix(".sql") else {
            continue;
        };
        let Some((digits, rest)) = stem.split_once('_') else {
            found
                .notes
                .push(format!("passed over: {name} has no version"));
            continue;
        };
        let Ok(version) = digits.parse::<u64>() else {
            found
                .notes
                .push(format!("passed over: {name} has no version"));
            continue;
        };
        let text = read_text(&path, root)?;
        if let Some(down) = rest.strip_suffix(".down").map(|_| text.clone()) {
            downs.insert(version, down);
            continue;
        }
        let transaction = if text.starts_with("-- no-transaction") {
            Transaction::No
        } else {
            Transaction::Same
        };
        let step = FoundRevision {
            id: id_of(digits)?,
            version: version.to_string(),
            parents: Vec::new(),
            message: words_of(rest.trim_end_matches(".up")),
            created: time_of(digits),
            up: Some(text),
            down: None,
            transaction,
            path: shown(&path, root),
        };
        steps.insert(version, step);
    }
    for (version, down) in downs {
        if let Some(step) = steps.get_mut(&version) {
            step.down = Some(down);
        }
    }
    found.revisions = steps.into_values().collect();
    Ok(found.in_a_line())
}

/// Reads folders `<version>_<name>` with `up.sql` and `down.sql`.
pub(super) fn diesel(folder: &Path, root: &Path) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    for path in entries(folder, root)? {
        let up = path.join("up.sql");
        if !up.is_file() {
            continue;
        }
        let name = name_of(&path);
        let (digits, rest) = name.split_once('_').unwrap_or((&name, ""));
        let version: String = digits.chars().filter(|c| *c != '-').collect();
        let down = path.join("down.sql");
        let down = match down.is_file() {
            true => Some(read_text(&down, root)?),
            false => None,
        };
        let metadata = fs::read_to_string(path.join("metadata.toml")).unwrap_or_default();
        let is_alone = metadata.lines().any(|line| {
            line.replace(' ', "")
                .starts_with("run_in_transaction=false")
        });
        found.revisions.push(FoundRevision {
            id: id_of(&version)?,
            parents: Vec::new(),
            message: words_of(rest),
            created: time_of(&version),
            version,
            up: Some(read_text(&up, root)?),
            down,
            transaction: if is_alone {
                Transaction::No
            } else {
                Transaction::Same
            },
            path: shown(&up, root),
        });
    }
    found
        .revisions
        .sort_by(|one, other| one.version.cmp(&other.version));
    Ok(found.in_a_line())
}

/// Reads `V<version>__<name>.sql` and `U<version>__<name>.sql`.
pub(super) fn refinery(folder: &Path, root: &Path) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    let mut steps: BTreeMap<u64, FoundRevision> = BTreeMap::new();
    for path in entries(folder, root)? {
        let name = name_of(&path);
        let parts = name.strip_prefix(['V', 'U']).and_then(|rest| {
            let (digits, rest) = rest.split_once("__")?;
            Some((digits.parse::<u64>().ok()?, rest))
        });
        let Some((version, rest)) = parts else {
            continue;
        };
        let Some(words) = rest.strip_suffix(".sql") else {
            found.notes.push(format!(
                "{name} is a program: write what it does into the revision before by hand"
            ));
            continue;
        };
        let step = FoundRevision {
            id: id_of(&format!("v{version}"))?,
            version: version.to_string(),
            parents: Vec::new(),
            message: words_of(words),
            created: time_of(&version.to_string()),
            up: Some(read_text(&path, root)?),
            down: None,
            transaction: Transaction::Same,
            path: shown(&path, root),
        };
        steps.insert(version, step);
    }
    found.revisions = steps.into_values().collect();
    Ok(found.in_a_line())
}
