//! What the journal holds.

use std::fmt;

use schemist_revision::{Checksum, Direction, RevisionId, Timestamp};
use schemist_sql::{BadIdent, Dialect, Ident, QualifiedName};

/// Where the journal's tables are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JournalName {
    /// The schema; `None` is the entry's default schema.
    pub schema: Option<Ident>,
    // Invariant: with its suffix it is a name that every dialect keeps whole.
    prefix: Ident,
}

impl Default for JournalName {
    fn default() -> Self {
        Self {
            schema: None,
            prefix: Ident::from_server("schemist"),
        }
    }
}

impl JournalName {
    /// Reads a setting: `prefix` or `schema.prefix`.
    ///
    /// # Errors
    /// [`BadIdent`] where a part is empty, or too long for a table's name.
    pub fn parse(text: &str) -> Result<Self, BadIdent> {
        let (schema, prefix) = match text.rsplit_once('.') {
            Some((schema, prefix)) => (Some(Ident::parse(schema)?), prefix),
            None => (None, text),
        };
        if prefix.len() > 40 {
            return Err(BadIdent);
        }
        Ok(Self {
            schema,
            prefix: Ident::parse(prefix)?,
        })
    }

    /// The table of the applied revisions.
    pub fn revision_table(&self) -> QualifiedName {
        self.table("revision")
    }

    /// The table of everything that was done.
    pub fn log_table(&self) -> QualifiedName {
        self.table("log")
    }

    fn table(&self, suffix: &str) -> QualifiedName {
        let name = Ident::from_server(format!("{}_{suffix}", self.prefix.as_str()));
        QualifiedName {
            schema: self.schema.clone(),
            name,
        }
    }

    /// The same with its schema named, so that a statement that moves the search path moves nothing.
    #[must_use]
    pub fn in_schema(&self, dialect: Dialect, default_schema: Option<&Ident>) -> Self {
        match dialect {
            Dialect::Postgres => {
                let schema = self.schema.as_ref().or(default_schema).cloned();
                Self {
                    schema: schema.or_else(|| Some(Ident::from_server("public"))),
                    ..self.clone()
                }
            }
            Dialect::Sqlite | Dialect::Mysql => Self {
                schema: None,
                ..self.clone()
            },
        }
    }
}

/// How much of a revision the database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All of it.
    Applied,
    /// A part of one way, which was cut short.
    Partial {
        /// The way.
        direction: Direction,
        /// How many of its statements were run and kept.
        done: usize,
        /// How many there are.
        total: usize,
    },
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied => f.write_str("applied"),
            Self::Partial { done, total, .. } => write!(f, "partial {done}/{total}"),
        }
    }
}

/// One row of `schemist_revision`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The revision.
    pub id: RevisionId,
    /// Its parents when it was applied.
    pub parents: Vec<RevisionId>,
    /// Its message.
    pub message: String,
    /// What its way up hashed to when it was applied.
    pub up: Checksum,
    /// What its way down hashed to.
    pub down: Option<Checksum>,
    /// When it was applied; `None` lets the server say when it is written.
    pub applied_at: Option<Timestamp>,
    /// Who applied it; `None` lets the server say when it is written.
    pub applied_by: Option<String>,
    /// The version of the tool that applied it.
    pub tool_version: String,
    /// How long its statements took.
    pub duration_ms: u64,
    /// The upgrade that it was part of, counted from 1.
    pub batch: u64,
    /// How much of it the database has.
    pub state: State,
    /// What the next statement would change, as it was before; where it is there, that statement was
    /// begun and nobody noted its end.
    pub begun: Option<String>,
    /// How many statements its way has.
    pub statements: usize,
    /// The hash of the catalog after it.
    pub catalog: Option<String>,
    /// Why it was cut short.
    pub error: Option<String>,
}

/// What was done to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A revision's way up.
    Upgrade,
    /// A revision's way down.
    Downgrade,
    /// The journal was changed and nothing else.
    Stamp,
    /// Something half-applied was put right.
    Repair,
}

impl Action {
    /// The word in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
            Self::Stamp => "stamp",
            Self::Repair => "repair",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As intended.
    Done,
    /// With an error.
    Failed(String),
}

/// One row of `schemist_log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// What was done.
    pub action: Action,
    /// To which revision.
    pub revision: RevisionId,
    /// Who did it; `None` lets the server say.
    pub by: Option<String>,
    /// With which version of the tool.
    pub tool_version: String,
    /// How long it took.
    pub duration_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
}
