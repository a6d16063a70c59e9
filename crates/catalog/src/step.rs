//! Single statements of a plan, and what to know before running them.

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

/// Something that the person who runs a statement should know before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// The stable name of this hazard, `snake_case`.
    pub code: &'static str,
    /// How bad it can get.
    pub severity: Severity,
    /// A full sentence, without the final period.
    pub sentence: String,
}

impl Hazard {
    /// Something worth knowing.
    pub fn notice(code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Notice,
            sentence: sentence.into(),
        }
    }

    /// Something that may fail or block.
    pub fn warning(code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            sentence: sentence.into(),
        }
    }

    /// Something that loses data or breaks what runs today.
    pub fn danger(code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Danger,
            sentence: sentence.into(),
        }
    }
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
            is_repeatable: false,
        }
    }

    /// A statement that runs in a transaction after that of what it looks at.
    pub fn apart(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::Apart,
            hazards: Vec::new(),
            is_repeatable: false,
        }
    }

    /// A statement that runs outside transactions.
    pub fn alone(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::Alone,
            hazards: Vec::new(),
            is_repeatable: false,
        }
    }

    /// A statement that needs foreign keys off around its transaction.
    pub fn foreign_keys_off(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            atomicity: Atomicity::ForeignKeysOff,
            hazards: Vec::new(),
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
