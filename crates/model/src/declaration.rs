//! What a project declares: statements, each with its place, and what no statement can say.

use schemist_catalog::ValueFate;
use schemist_sql::{Dialect, Ident, QualifiedName, Span, line_column};

use crate::error::{ReadError, ReadErrors};
use crate::source::{File, Options, Source};
use crate::{duplicate, rust, sql};

/// A place in the files of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Which of the declaration's files.
    pub file: usize,
    /// Where in it.
    pub span: Span,
}

/// One statement of a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What the server gets, without a `;` at its end.
    pub sql: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Stretches of `sql` that come from a more exact place than the whole, in order.
    pub parts: Vec<(Span, Origin)>,
}

impl Declared {
    /// The most exact place of what stands at an offset of `sql`.
    pub fn origin_at(&self, offset: usize) -> Origin {
        let part = self
            .parts
            .iter()
            .find(|(span, _)| span.range().contains(&offset));
        part.map_or(self.origin, |(_, origin)| *origin)
    }
}

/// Something that had another name before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Renamed {
    /// An object with a `CREATE` of its own.
    Object {
        /// The words after `CREATE`, in lower case: `table`, `materialized view`, `type`.
        kind: String,
        /// The table that it is on, for triggers and policies.
        on: Option<QualifiedName>,
        /// Its name before.
        before: QualifiedName,
        /// Its name now.
        after: QualifiedName,
    },
    /// A column.
    Column {
        /// The table, by its name now.
        table: QualifiedName,
        /// Its name before.
        before: Ident,
        /// Its name now.
        after: Ident,
    },
    /// A constraint of a table.
    Constraint {
        /// The table, by its name now.
        table: QualifiedName,
        /// Its name before.
        before: Ident,
        /// Its name now.
        after: Ident,
    },
    /// A value of an enum.
    EnumValue {
        /// The type, by its name now.
        enumeration: QualifiedName,
        /// The value before.
        before: String,
        /// The value now.
        after: String,
    },
}

/// A rename that the declaration tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameHint {
    /// What is renamed.
    pub what: Renamed,
    /// Where it is told.
    pub origin: Origin,
}

/// What existing rows get in a column that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
    /// What it gets.
    pub expression: String,
    /// Where it is told.
    pub origin: Origin,
}

/// Something that is made and changed in forms that lock it, though others do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offline {
    /// The words after `CREATE`, in lower case: `table`, `materialized view`, `index`.
    pub kind: String,
    /// Its name.
    pub name: QualifiedName,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
}

/// What rows with a removed value of an enum get; where the dialect has no enum types, also what
/// rows with a renamed value get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueMap {
    /// The enum; `None` where the values are those of single columns.
    pub enumeration: Option<QualifiedName>,
    /// The columns that hold its values.
    pub columns: Vec<ColumnName>,
    /// The value that is gone.
    pub before: String,
    /// The value that takes its place.
    pub after: String,
    /// Whether it is the same value under a new name.
    pub fate: ValueFate,
    /// Where it is told.
    pub origin: Origin,
}

/// Something in the files that is not declared, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// What it is.
    pub what: String,
    /// Why it does not count.
    pub why: String,
    /// Where it is.
    pub origin: Origin,
}

/// Everything that a project declares, for one dialect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// The files, in the order in which they were given.
    pub files: Vec<File>,
    /// The statements: those made of Rust first (types, tables, then what is added to tables), then
    /// those of SQL files, in the order of the files.
    pub statements: Vec<Declared>,
    /// What had another name before.
    pub renames: Vec<RenameHint>,
    /// What existing rows get in new columns.
    pub backfills: Vec<Backfill>,
    /// What is changed offline.
    pub offline: Vec<Offline>,
    /// What rows with removed values get.
    pub value_maps: Vec<ValueMap>,
    /// The columns that hold the values of each enum of a struct.
    pub enum_columns: Vec<(QualifiedName, ColumnName)>,
    /// What does not count.
    pub passed_over: Vec<PassedOver>,
}

impl Declaration {
    /// Reads the files of a project for one dialect.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub fn from_sources(
        sources: Vec<Source>,
        dialect: Dialect,
        options: &Options,
    ) -> Result<Self, ReadErrors> {
        let mut declaration = Self::default();
        let mut errors = Vec::new();
        declaration.files = sources
            .into_iter()
            .map(|source| File { source, dump: None })
            .collect();
        rust::read(&mut declaration, &mut errors, dialect, options);
        sql::read(&mut declaration, &mut errors, dialect, options);
        duplicate::find(&declaration, &mut errors, dialect, options);
        if errors.is_empty() {
            return Ok(declaration);
        }
        errors.sort_by_key(|error: &ReadError| error.place.origin);
        let sources = declaration
            .files
            .into_iter()
            .map(|file| file.source)
            .collect();
        Err(ReadErrors { errors, sources })
    }

    /// The path, the line and the column of a place.
    pub fn locate(&self, origin: Origin) -> (&str, usize, usize) {
        let source = &self.files[origin.file].source;
        let (line, column) = line_column(&source.text, origin.span.start);
        (&source.path, line, column)
    }
}
