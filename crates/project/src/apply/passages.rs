//! From revision files to what is run.

use schemist_execute::journal::{JournalEntry, State};
use schemist_execute::run::{Passage, Repetition, RunSection, RunStatement};
use schemist_revision::{Direction, RevisionFile, RevisionId, Timestamp, UseError};
use schemist_sql::{Dialect, Lines};

use crate::error::ProjectError;

/// Who runs something, when, and as part of which upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occasion {
    pub(crate) dialect: Dialect,
    pub(crate) batch: u64,
    /// `None` lets the server say.
    pub(crate) at: Option<Timestamp>,
    /// `None` lets the server say.
    pub(crate) by: Option<String>,
}

/// One way of one revision, ready to be run.
pub(crate) fn passage(
    file: &RevisionFile,
    direction: Direction,
    occasion: &Occasion,
) -> Result<Passage, ProjectError> {
    let sections = run_sections(file, occasion.dialect, direction)?;
    Ok(Passage {
        entry: journal_entry(file, occasion)?,
        direction,
        sections,
    })
}

/// The sections of one way of a revision, cut into statements.
///
/// # Errors
/// [`UseError`] where there is nothing to run for the dialect, or it cannot be read.
pub(crate) fn run_sections(
    file: &RevisionFile,
    dialect: Dialect,
    direction: Direction,
) -> Result<Vec<RunSection>, UseError> {
    let lines = Lines::of(file.to_text());
    let mut sections = Vec::new();
    for section in file.sections_for(dialect, direction)? {
        let statements = section.statements(dialect)?;
        let statements = statements.iter().map(|statement| RunStatement {
            sql: statement.sql.to_owned(),
            line: lines.number(statement.span.start),
            repetition: if statement.is_repeatable() {
                Repetition::Harmless
            } else {
                Repetition::Unknown
            },
        });
        sections.push(RunSection {
            transaction: section.marker.transaction,
            foreign_keys: section.marker.foreign_keys,
            statements: statements.collect(),
        });
    }
    Ok(sections)
}

/// What the journal says of a revision that is applied.
pub(crate) fn journal_entry(
    file: &RevisionFile,
    occasion: &Occasion,
) -> Result<JournalEntry, ProjectError> {
    let header = file.header();
    let statements: usize = file
        .sections_for(occasion.dialect, Direction::Up)?
        .iter()
        .map(|section| {
            section
                .statements(occasion.dialect)
                .map_or(0, |all| all.len())
        })
        .sum();
    Ok(JournalEntry {
        id: header.id.clone(),
        parents: header.parents.clone(),
        message: header.message.to_string(),
        up: file.checksum(occasion.dialect, Direction::Up)?,
        // A revision without a way down is applied all the same.
        down: file.checksum(occasion.dialect, Direction::Down).ok(),
        applied_at: occasion.at,
        applied_by: occasion.by.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        duration_ms: 0,
        batch: occasion.batch,
        state: State::Applied,
        begun: None,
        statements,
        catalog: None,
        error: None,
    })
}

/// Brings a revision that was cut short to the front: nothing else may be run before it.
pub(crate) fn resume_first<'h>(
    mut files: Vec<&'h RevisionFile>,
    partial: Option<&RevisionId>,
) -> Vec<&'h RevisionFile> {
    if let Some(at) = partial.and_then(|id| files.iter().position(|file| file.id() == id)) {
        let first = files.remove(at);
        files.insert(0, first);
    }
    files
}
