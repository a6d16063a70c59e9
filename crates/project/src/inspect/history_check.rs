//! Everything that is wrong with revision files, found without any database.

use schemist_revision::{Direction, FileErrors, History, HistoryError, UseError};

use crate::error::ProjectError;
use crate::project::Entry;

/// What was looked through.
#[derive(Debug)]
pub struct Checked {
    /// How many files were read.
    pub files: usize,
    /// Everything that is wrong, causes before what only follows from them.
    pub problems: Vec<ProjectError>,
}

/// Looks through the revision files of an entry: their headers and sections, and how they fit.
///
/// # Errors
/// Where the folder cannot be read at all.
pub fn check_history(entry: &Entry) -> Result<Checked, ProjectError> {
    let files = match entry.folder()?.read() {
        Ok(files) => files,
        Err(error @ ProjectError::Revisions(_)) => {
            return Ok(Checked {
                files: 0,
                problems: vec![error],
            });
        }
        Err(error) => return Err(error),
    };
    let count = files.len();
    let broken: Vec<FileErrors> = files
        .iter()
        .filter_map(|file| file.sections().err())
        .collect();
    let mut problems = Vec::new();
    if !broken.is_empty() {
        problems.push(ProjectError::Revisions(broken));
    }
    match History::build(files) {
        Ok(history) => {
            if let Err(error) = history.head() {
                problems.push(several_heads(error));
            }
            problems.extend(unusable(&history));
        }
        Err(errors) => problems.push(errors.into()),
    }
    Ok(Checked {
        files: count,
        problems,
    })
}

fn several_heads(error: HistoryError) -> ProjectError {
    error.into()
}

/// Dialects that a file says it serves, and does not.
fn unusable(history: &History) -> Vec<ProjectError> {
    let mut problems = Vec::new();
    for file in history.revisions() {
        // What is wrong with sections is told already.
        let Ok(dialects) = file.dialects() else {
            continue;
        };
        for direction in [Direction::Up, Direction::Down] {
            let wrong = dialects.iter().filter_map(|dialect| {
                match file.sections_for(*dialect, direction) {
                    Ok(_) | Err(UseError::Irreversible { .. } | UseError::Broken(_)) => None,
                    Err(error) => Some(error),
                }
            });
            // Whoever lists no dialect means all of them, and lacks the same for each.
            let counts = if file.header().dialects.is_empty() {
                1
            } else {
                dialects.len()
            };
            problems.extend(wrong.take(counts).map(ProjectError::from));
        }
    }
    problems
}
