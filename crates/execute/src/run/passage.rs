//! What is to be run, cut into what is kept or taken back as one.

use schemist_revision::{Direction, ForeignKeys, Transaction};
use schemist_sql::{Dialect, PublisherWatch, TokenKind, tokens};

use crate::journal::{JournalEntry, State};

/// One way of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The revision's entry as it is once it is applied; its state and counts are filled in here.
    pub entry: JournalEntry,
    /// Which way.
    pub direction: Direction,
    /// The sections of that way, in order.
    pub sections: Vec<RunSection>,
}

/// One section of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSection {
    /// In which transaction it runs.
    pub transaction: Transaction,
    /// What happens to SQLite's foreign keys meanwhile.
    pub foreign_keys: ForeignKeys,
    /// Its statements.
    pub statements: Vec<RunStatement>,
}

/// One statement of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStatement {
    /// What the server gets, without a `;`.
    pub sql: String,
    /// Its line in the revision's file.
    pub line: usize,
    /// What running it a second time does.
    pub repetition: Repetition,
}

/// What running a statement a second time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repetition {
    /// No harm, as its author says.
    Harmless,
    /// Nobody said.
    #[default]
    Unknown,
}

/// Statements that are kept or taken back as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    pub(super) kind: UnitKind,
    /// How many statements of the passage stand before it.
    pub(super) first: usize,
    pub(super) statements: Vec<&'a RunStatement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// A transaction.
    Transaction(ForeignKeys),
    /// One statement outside of any.
    Alone,
}

impl Unit<'_> {
    /// Whether it is one statement outside of transactions.
    pub(super) const fn is_alone(&self) -> bool {
        match self.kind {
            UnitKind::Alone => true,
            UnitKind::Transaction(_) => false,
        }
    }

    /// How many statements of the passage are done after it.
    pub(super) const fn end(&self) -> usize {
        self.first + self.statements.len()
    }
}

impl Passage {
    /// How many statements there are.
    pub fn total(&self) -> usize {
        self.sections
            .iter()
            .map(|section| section.statements.len())
            .sum()
    }

    /// Cuts the sections into units; there is always one, since the journal moves in it.
    pub(super) fn units(&self, dialect: Dialect) -> Vec<Unit<'_>> {
        units_of(dialect, &self.sections)
    }

    /// The entry after some statements; `None` where the revision is then gone.
    pub(super) fn entry_after(&self, done: usize) -> Option<JournalEntry> {
        let total = self.total();
        let state = match (done < total, self.direction) {
            (true, direction) => State::Partial {
                direction,
                done,
                total,
            },
            (false, Direction::Up) => State::Applied,
            (false, Direction::Down) => return None,
        };
        let catalog = self
            .entry
            .catalog
            .clone()
            .filter(|_| state == State::Applied);
        Some(JournalEntry {
            state,
            statements: total,
            catalog,
            error: None,
            ..self.entry.clone()
        })
    }
}

/// Cuts sections into units; there is always one.
pub(super) fn units_of(dialect: Dialect, sections: &[RunSection]) -> Vec<Unit<'_>> {
    if !dialect.has_transactional_ddl() {
        return units_that_commit(dialect, sections);
    }
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut count = 0;
    for section in sections {
        if section.transaction == Transaction::No {
            for statement in &section.statements {
                units.push(Unit {
                    kind: UnitKind::Alone,
                    first: count,
                    statements: vec![statement],
                });
                count += 1;
            }
            continue;
        }
        let kind = UnitKind::Transaction(section.foreign_keys);
        match units.last_mut() {
            Some(open) if open.kind == kind && section.transaction == Transaction::Same => {
                open.statements.extend(&section.statements);
            }
            _ if section.statements.is_empty() => {}
            _ => units.push(Unit {
                kind,
                first: count,
                statements: section.statements.iter().collect(),
            }),
        }
        count += section.statements.len();
    }
    if units.is_empty() {
        units.push(Unit {
            kind: UnitKind::Transaction(ForeignKeys::On),
            first: 0,
            statements: Vec::new(),
        });
    }
    units
}

/// Cuts sections where every definition commits by itself: only changes of rows are kept as one.
fn units_that_commit(dialect: Dialect, sections: &[RunSection]) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut count = 0;
    for section in sections {
        for (place, statement) in section.statements.iter().enumerate() {
            let is_rows = changes_rows(dialect, &statement.sql);
            let kind = if is_rows {
                UnitKind::Transaction(ForeignKeys::On)
            } else {
                UnitKind::Alone
            };
            match units.last_mut() {
                Some(open)
                    if place > 0
                        && is_rows
                        && section.transaction != Transaction::No
                        && open.kind == kind =>
                {
                    open.statements.push(statement);
                }
                _ => units.push(Unit {
                    kind,
                    first: count,
                    statements: vec![statement],
                }),
            }
            count += 1;
        }
    }
    if units.is_empty() {
        units.push(Unit {
            kind: UnitKind::Transaction(ForeignKeys::On),
            first: 0,
            statements: Vec::new(),
        });
    }
    units
}

/// Whether a statement changes or reads rows, so that a transaction holds it.
fn changes_rows(dialect: Dialect, sql: &str) -> bool {
    matches!(
        first_word(dialect, sql).as_str(),
        "insert" | "update" | "delete" | "replace" | "select" | "with" | "values"
    )
}

/// The word that a statement begins with, in lower case.
pub(super) fn first_word(dialect: Dialect, sql: &str) -> String {
    tokens(dialect, sql)
        .find(|token| token.kind == TokenKind::Word)
        .map(|token| token.span.slice(sql).to_ascii_lowercase())
        .unwrap_or_default()
}

/// The first statement that opens or ends a transaction by itself.
///
/// It would part what the journal says from what was done.
pub(super) fn own_transaction(dialect: Dialect, sections: &[RunSection]) -> Option<&RunStatement> {
    let mut statements = sections.iter().flat_map(|section| &section.statements);
    statements.find(|statement| is_transaction_control(dialect, &statement.sql))
}

/// The first statement that connects to a publisher.
pub(super) fn connecting(dialect: Dialect, sections: &[RunSection]) -> Option<&RunStatement> {
    let mut watch = PublisherWatch::new(dialect);
    let mut statements = sections.iter().flat_map(|section| &section.statements);
    statements.find(|statement| watch.connects(&statement.sql))
}

fn is_transaction_control(dialect: Dialect, sql: &str) -> bool {
    let mut words = tokens(dialect, sql)
        .filter(|token| token.is_significant())
        .map(|token| (token.kind, token.span.slice(sql).to_ascii_lowercase()));
    let Some((TokenKind::Word, first)) = words.next() else {
        return false;
    };
    let second = words.next().map(|(_, word)| word).unwrap_or_default();
    match first.as_str() {
        "begin" | "commit" | "end" | "abort" => true,
        "start" | "prepare" => second == "transaction",
        // ROLLBACK TO stays inside.
        "rollback" => second != "to",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_transactions_is_told_from_savepoints() {
        let is = |sql| is_transaction_control(Dialect::Postgres, sql);
        assert!(is("/* x */ BEGIN") && is("START TRANSACTION") && is("ROLLBACK") && is("commit"));
        assert!(
            !is("ROLLBACK TO a")
                && !is("SAVEPOINT a")
                && !is("PREPARE a AS SELECT 1")
                && !is("SELECT 'commit'")
        );
    }
}
