//! The texts that a declaration is read from, and how to read them.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident};

use crate::naming::NameTemplates;

/// One file of a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path, as it is shown; the end of it says what it is: `.rs`, `.sql`, `.postgres.sql`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Source {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        std::path::Path::new(&self.path)
            .extension()
            .is_some_and(|ending| ending == "rs")
    }

    /// The dialect that the file's name is for: `postgres` of `view.postgres.sql`.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        let stem = std::path::Path::new(&self.path).file_stem()?.to_str()?;
        let (_, word) = stem.rsplit_once('.')?;
        word.parse().ok()
    }
}

/// Whether documentation becomes comments of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comments {
    /// Only `comment = "…"` does.
    #[default]
    Written,
    /// Documentation does too, where no `comment` is written.
    Documentation,
}

/// Whether a column with values of an enum has a check, where the dialect has no type for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EnumChecks {
    /// It has.
    #[default]
    Written,
    /// It is plain text.
    LeftOut,
}

/// How to read a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The features of the project that count as switched on.
    pub features: BTreeSet<String>,
    /// The schema of names that have none.
    pub default_schema: Ident,
    /// Whether documentation becomes comments.
    pub comments: Comments,
    /// Whether enums are checked, where the dialect has no type for them.
    pub enum_checks: EnumChecks,
    /// What is called how where a struct does not say.
    pub naming: NameTemplates,
}

impl Options {
    /// The usual way: no feature, written comments only, and this default schema.
    pub const fn new(default_schema: Ident) -> Self {
        Self {
            features: BTreeSet::new(),
            default_schema,
            comments: Comments::Written,
            enum_checks: EnumChecks::Written,
            naming: NameTemplates::new(),
        }
    }
}

/// A program that writes dumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DumpTool {
    /// `pg_dump`
    PgDump,
    /// `mysqldump` or `mariadb-dump`
    Mysqldump,
    /// `sqlite3 … .dump`
    Sqlite3,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The file itself.
    pub source: Source,
    /// The program that wrote it, where it is a dump: it is loaded in its own order, and may create
    /// an object twice.
    pub dump: Option<DumpTool>,
}
