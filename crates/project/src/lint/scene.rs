//! A statement with what stands around it, for the rules to look at.

use std::collections::BTreeSet;

use schemist_catalog::hazard::HazardRule;
use schemist_revision::{Comment, Direction};
use schemist_sql::{Dialect, Span};

use super::act::{Act, Name};

/// How a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In the transaction of its section.
    Transaction,
    /// Outside of transactions.
    Alone,
    /// In a transaction around which foreign keys are off.
    ForeignKeysOff,
    /// As whoever runs the file will have it.
    Plain,
}

/// A statement of a file, as one dialect reads it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Who reads it.
    pub dialect: Dialect,
    /// Up or down; `None` in a file that is no revision.
    pub direction: Option<Direction>,
    /// The number of its section.
    pub section: usize,
    /// How it runs.
    pub mode: Mode,
    /// Its text.
    pub sql: String,
    /// Where it stands in the file.
    pub span: Span,
    /// What the comments above it say.
    pub comments: Vec<Comment>,
    /// What it does; `None` where nobody can read it.
    pub act: Option<Act>,
    /// Whether its locks were measured, so that those that are not told are not there.
    pub is_measured: bool,
}

/// What a rule found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The hazard.
    pub rule: &'static HazardRule,
    /// Where, within the statement.
    pub span: Span,
    /// A full sentence, without the final period.
    pub sentence: String,
    /// The table that it is about.
    pub table: Option<Name>,
}

/// A statement with its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Its place among all.
    pub place: usize,
    /// All statements of the same way, in order.
    pub all: &'a [Statement],
    /// The tables that were made before it in the same way.
    pub made: &'a BTreeSet<Name>,
}

impl<'a> Scene<'a> {
    /// The statements before it.
    pub fn earlier(&self) -> &'a [Statement] {
        &self.all[..self.place]
    }

    /// The statements before it in the same section.
    pub fn beside(&self) -> impl DoubleEndedIterator<Item = &'a Statement> {
        let section = self.statement.section;
        let earlier = self.earlier().iter();
        earlier.filter(move |it| it.section == section)
    }

    /// Whether a table was there before.
    pub fn is_old(&self, table: &Name) -> bool {
        !self.made.contains(table)
    }

    /// The whole statement.
    pub fn whole(&self) -> Span {
        let first = self.statement.sql.lines().next().unwrap_or_default();
        Span::new(0, first.trim_end().len())
    }

    /// Something about the whole statement.
    pub fn found(&self, rule: &'static HazardRule, sentence: impl Into<String>) -> Found {
        Found {
            rule,
            span: self.whole(),
            sentence: sentence.into(),
            table: None,
        }
    }

    /// Something about a part of it.
    pub fn found_at(
        &self,
        span: Span,
        rule: &'static HazardRule,
        sentence: impl Into<String>,
    ) -> Found {
        Found {
            span,
            ..self.found(rule, sentence)
        }
    }
}

impl Found {
    /// The same, about a table.
    #[must_use]
    pub fn of(self, table: &Name) -> Self {
        Self {
            table: Some(table.clone()),
            ..self
        }
    }
}
