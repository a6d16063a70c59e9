//! Single statements of a plan, and what to know before running them.

use schemist_sql::{LockMode, QualifiedName, in_one_line};

use crate::hazard::HazardRule;

/// Whether a statement may run inside a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atomicity {
    /// It runs in the transaction of its section.
    Transactional,
    /// It runs in a transaction that begins after all before it is committed: what was made there must not
    /// stay locked meanwhile.
    Apart,
    /// The server refuses it inside a transaction, or its effect is usable only after a commit.
    Alone,
    /// It needs foreign keys to be off around the transaction (SQLite's rebuild of a table).
    ForeignKeysOff,
}

/// How bad it can get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// May fail or block, depending on the data and the load.
    Warning,
    /// Loses data, or breaks what runs today.
    Danger,
}

impl Severity {
    /// Every severity, from the least.
    pub const ALL: [Self; 3] = [Self::Notice, Self::Warning, Self::Danger];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// Something that the person who runs a statement should know before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// The stable name of this hazard, `snake_case`.
    pub code: &'static str,
    /// How bad it can get.
    pub severity: Severity,
    /// A full sentence in one line, without the final period.
    pub sentence: String,
}

impl Hazard {
    /// A hazard as bad as its rule says.
    pub fn new(rule: &'static HazardRule, sentence: impl Into<String>) -> Self {
        Self::at(rule.severity, rule, sentence)
    }

    /// A hazard that is more or less bad here than its rule says.
    pub fn at(severity: Severity, rule: &'static HazardRule, sentence: impl Into<String>) -> Self {
        Self {
            code: rule.code,
            severity,
            // It stands in a comment above the statement.
            sentence: in_one_line(&sentence.into()).into_owned(),
        }
    }
}

/// A table that a statement locks, which was there before the revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLock {
    /// The table.
    pub table: QualifiedName,
    /// Its strongest lock.
    pub mode: LockMode,
    /// Whether its rows are written anew.
    pub is_rewritten: bool,
}

/// One statement, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The statement, without its semicolon.
    pub sql: String,
    /// Whether it may run inside a transaction.
    pub atomicity: Atomicity,
    /// What to know before it runs.
    pub hazards: Vec<Hazard>,
    /// The tables that it was seen to lock so that others wait (PostgreSQL, where it was proven).
    pub locks: Vec<TableLock>,
    /// Whether running it a second time, after a cut, does no harm.
    pub is_repeatable: bool,
}

impl Step {
    /// A statement that runs inside its section's transaction.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::Transactional,
            hazards: Vec::new(),
            locks: Vec::new(),
            is_repeatable: false,
        }
    }

    /// A statement that runs in a transaction after that of what it looks at.
    pub fn apart(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::Apart,
            hazards: Vec::new(),
            locks: Vec::new(),
            is_repeatable: false,
        }
    }

    /// A statement that runs outside transactions.
    pub fn alone(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::Alone,
            hazards: Vec::new(),
            locks: Vec::new(),
            is_repeatable: false,
        }
    }

    /// A statement that needs foreign keys off around its transaction.
    pub fn foreign_keys_off(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::ForeignKeysOff,
            hazards: Vec::new(),
            locks: Vec::new(),
            is_repeatable: false,
        }
    }

    /// The same statement, which may be run again where nobody knows whether it ran.
    #[must_use]
    pub fn repeatable(self) -> Self {
        Self {
            is_repeatable: true,
            ..self
        }
    }

    /// The same statement with one more thing to know.
    #[must_use]
    pub fn with(mut self, hazard: Hazard) -> Self {
        self.hazards.push(hazard);
        self
    }
}
