//! The statements of a revision, each with what its file says of it.

use schemist_revision::{Direction, RevisionFile, Section, StatementLock, UseError};
use schemist_sql::{Dialect, Lines};

use crate::error::ProjectError;

/// One way of a revision on one dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionWay {
    /// Up or down.
    pub direction: Direction,
    /// The dialect.
    pub dialect: Dialect,
    /// The statements, in order.
    pub statements: Vec<WayStatement>,
}

/// A statement of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayStatement {
    /// Its text.
    pub sql: String,
    /// The line on which it begins.
    pub line: usize,
    /// The code and the sentence of each hazard.
    pub hazards: Vec<(String, String)>,
    /// The tables that it locks so that others wait.
    pub locks: Vec<StatementLock>,
}

/// Both ways of a revision for every dialect that it serves.
///
/// # Errors
/// Where a section cannot be read.
pub fn ways(file: &RevisionFile) -> Result<Vec<RevisionWay>, ProjectError> {
    let sections = file.sections().map_err(UseError::from)?;
    let lines = Lines::of(file.to_text());
    let mut ways = Vec::new();
    for dialect in file.dialects().map_err(UseError::from)? {
        for direction in [Direction::Up, Direction::Down] {
            let mut statements = Vec::new();
            for section in sections_of(sections, dialect, direction) {
                let found = section.statements(dialect).map_err(UseError::from)?;
                statements.extend(found.iter().map(|statement| {
                    let hazards = statement.hazards();
                    WayStatement {
                        sql: statement.sql.to_owned(),
                        line: lines.number(statement.span.start),
                        hazards: hazards
                            .map(|(code, text)| (code.to_owned(), text.to_owned()))
                            .collect(),
                        locks: statement.locks().cloned().collect(),
                    }
                }));
            }
            ways.push(RevisionWay {
                direction,
                dialect,
                statements,
            });
        }
    }
    Ok(ways)
}

/// The sections that a dialect reads: its own, or else those for all.
pub(crate) fn sections_of(
    sections: &[Section],
    dialect: Dialect,
    direction: Direction,
) -> Vec<&Section> {
    let of = |section: &&Section| section.marker.direction == direction;
    let own: Vec<_> = sections
        .iter()
        .filter(of)
        .filter(|section| section.marker.dialects.contains(&dialect))
        .collect();
    if !own.is_empty() {
        return own;
    }
    sections
        .iter()
        .filter(of)
        .filter(|section| section.marker.dialects.is_empty())
        .collect()
}
