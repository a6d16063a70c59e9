//! Many databases of one project: which there are, and to which of them something belongs.

use std::collections::BTreeMap;

use schemist_revision::TargetError;

use crate::error::ProjectError;
use crate::project::Entry;

/// Puts the databases in the place of those entries that stand for many, and makes sure that no two
/// share a journal.
///
/// # Errors
/// Where the names cannot be read, or two databases are the same.
pub async fn expand(entries: Vec<Entry>) -> Result<Vec<Entry>, ProjectError> {
    let expanded = entries;
    refuse_twins(&expanded)?;
    Ok(expanded)
}

/// Refuses databases that would write into one journal.
fn refuse_twins(entries: &[Entry]) -> Result<(), ProjectError> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries {
        // What cannot be resolved is told for that database alone, when it is its turn.
        let Ok(place) = entry.journal_place() else {
            continue;
        };
        let name = entry.name();
        if let Some(twin) = seen.get(&place) {
            return Err(ProjectError::refused(
                format!("tell {twin} and {name} apart: both are {place}, with one journal"),
                format!(
                    "give one of them a `journal` of its own: [database.{name}] journal = \"{name}\""
                ),
            ));
        }
        seen.insert(place, name);
    }
    Ok(())
}

/// Says to which other database a revision belongs that one does not have.
pub fn explain(entry: &Entry, error: ProjectError) -> ProjectError {
    let ProjectError::Target(TargetError::Unknown { text, .. }) = &error else {
        return error;
    };
    for other in entry.databases() {
        if other.name == entry.settings.name {
            continue;
        }
        let beside = entry.of_database(other.clone());
        let Ok(files) = beside.folder().and_then(|folder| folder.read()) else {
            continue;
        };
        let found = files
            .iter()
            .find(|file| file.id().as_str().starts_with(text.as_str()));
        if let Some(file) = found {
            return ProjectError::refused(
                format!(
                    "find revision {text} of {}: {} belongs to {}",
                    entry.settings.name,
                    file.id(),
                    other.name
                ),
                format!("add -n {}", other.name),
            );
        }
    }
    error
}
