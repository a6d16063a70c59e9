//! What a statement does, as far as the rules want to know.

use schemist_sql::{Dialect, Ident, Span};

/// A name with what qualifies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub Vec<Ident>);

impl Name {
    /// The name without the schema that everybody has.
    pub fn new(mut parts: Vec<Ident>) -> Self {
        let is_usual = parts.len() > 1 && matches!(parts[0].as_str(), "public" | "main");
        if is_usual {
            parts.remove(0);
        }
        Self(parts)
    }

    /// The name with the dialect's quotes.
    pub fn quoted(&self, dialect: Dialect) -> String {
        let parts = self.0.iter().map(|part| part.quoted(dialect));
        parts.collect::<Vec<_>>().join(".")
    }

    /// Its last part.
    pub fn last(&self) -> Option<&Ident> {
        self.0.last()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, part) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            part.fmt(f)?;
        }
        Ok(())
    }
}

/// Whether something is done so that others can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Others wait.
    InPlace,
    /// `CONCURRENTLY`.
    Concurrently,
}

/// Whether what depends on something goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The thing alone.
    Itself,
    /// `CASCADE`.
    Cascade,
}

/// Whether a statement minds what is there already, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It fails.
    None,
    /// `IF EXISTS`, `IF NOT EXISTS`, `OR REPLACE`.
    Guarded,
}

/// What an act does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// `CREATE TABLE`.
    CreateTable(TableMade),
    /// `ALTER TABLE`.
    AlterTable {
        /// The table.
        table: Name,
        /// Its parts.
        actions: Vec<(Action, Span)>,
        /// Whether it says how the server shall do it (MySQL).
        says_how: bool,
    },
    /// `CREATE INDEX`.
    CreateIndex(IndexMade),
    /// `DROP INDEX`.
    DropIndex {
        /// The indexes.
        names: Vec<Name>,
        /// The table, where it is said (MySQL).
        on: Option<Name>,
        /// Whether others can go on.
        manner: Manner,
        /// Whether what depends on it goes too.
        reach: Reach,
    },
    /// `DROP` of anything else.
    Drop {
        /// The kind in capitals.
        kind: String,
        /// The names.
        names: Vec<Name>,
        /// The table that it stands on.
        on: Option<Name>,
        /// Whether what depends on it goes too.
        reach: Reach,
    },
    /// `CREATE` of something that no rule looks into.
    Create {
        /// The kind in capitals.
        kind: String,
        /// The name.
        name: Option<Name>,
        /// The table that it stands on.
        on: Option<Name>,
        /// Whether it minds what is there.
        guard: Guard,
    },
    /// `CREATE MATERIALIZED VIEW`, filled at once.
    FillMaterializedView(Name),
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh(Name, Manner),
    /// `TRUNCATE`.
    Truncate(Vec<Name>, Reach),
    /// `REINDEX` of a kind.
    Reindex(String, Option<Name>, Manner),
    /// `CLUSTER` or `VACUUM FULL`.
    WriteAnew(Option<Name>),
    /// `VACUUM` and others that refuse to run in a transaction.
    Outside(&'static str),
    /// `LOCK TABLE`, with the words of the mode.
    LockTables(Vec<Name>, String),
    /// A function with its owner's rights and the caller's search path.
    OpenFunction(Option<Name>),
    /// `ALTER TYPE … ADD VALUE`.
    AddEnumValue {
        /// The type.
        name: Name,
        /// The value.
        value: String,
        /// Whether it says where.
        is_placed: bool,
    },
    /// `ALTER TYPE … RENAME VALUE`.
    RenameEnumValue(Name, String),
    /// `ALTER DOMAIN … ADD` of a check.
    DomainCheck(Name, Validity),
    /// `ALTER DOMAIN … SET NOT NULL`.
    DomainNotNull(Name),
    /// `CREATE DOMAIN` with a check.
    DomainWithCheck(Name),
    /// A new name for something that is neither a table nor a column.
    Rename(String, Option<Name>),
    /// `ALTER POLICY`.
    AlterPolicy(Option<Name>),
    /// `ALTER EXTENSION … UPDATE`.
    UpdateExtension(Name),
    /// `ALTER … OWNER TO`.
    ChangeOwner(String, Option<Name>),
    /// `ALTER SEQUENCE … RESTART` and the like.
    MoveSequence(Option<Name>),
    /// `GRANT`, with what it is for.
    Grant,
    /// `REVOKE`.
    Revoke,
    /// `ALTER DEFAULT PRIVILEGES`.
    DefaultPrivileges,
    /// `BEGIN`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// `ROLLBACK`.
    Rollback,
    /// `SET`, with the name of the setting.
    Set(String),
    /// `PRAGMA foreign_keys = …`.
    ForeignKeysPragma,
    /// `UPDATE` or `DELETE` without `WHERE`.
    ChangeAllRows(&'static str, Option<Name>),
    /// Rows are written, of which somebody said which.
    Write,
    /// What a block or a prepared text does is known when it runs.
    Dynamic,
    /// Nothing that a rule minds.
    Harmless,
    /// A change of the schema that no rule minds.
    OtherChange,
}

/// Whether rows that are there are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// They are.
    Validated,
    /// `NOT VALID`.
    NotValid,
}

/// What `CREATE TABLE` makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMade {
    /// The table.
    pub name: Name,
    /// Where its name stands.
    pub span: Span,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its constraints.
    pub constraints: Vec<Constraint>,
    /// The table of which it is a partition.
    pub parent: Option<Name>,
    /// The text of its bounds.
    pub bounds: Option<Span>,
    /// Whether it goes with the session.
    pub is_temporary: bool,
    /// Whether it is made from other tables: its columns are not all here.
    pub is_derived: bool,
    /// Whether it minds what is there.
    pub guard: Guard,
}

/// What `CREATE INDEX` makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexMade {
    /// Its name.
    pub name: Option<Name>,
    /// The table.
    pub table: Name,
    /// Its columns; `None` for an expression.
    pub columns: Vec<Option<Ident>>,
    /// Whether it is unique.
    pub is_unique: bool,
    /// Whether it is for some of the rows.
    pub is_partial: bool,
    /// Whether it is for the parent alone.
    pub is_on_only: bool,
    /// Whether others can go on.
    pub manner: Manner,
    /// Whether it minds what is there.
    pub guard: Guard,
}

/// A column that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// Where it stands.
    pub span: Span,
    /// Its type in small letters, without what stands in parentheses.
    pub ty: String,
    /// Where the type stands.
    pub ty_span: Span,
    /// Its default.
    pub default: Option<Span>,
    /// Where its value comes from.
    pub origin: Origin,
    /// What holds for it.
    pub rules: Vec<ColumnRule>,
}

impl Column {
    /// Whether this holds for it.
    pub fn has(&self, rule: &ColumnRule) -> bool {
        self.rules.contains(rule)
    }

    /// The table that it refers to.
    pub fn references(&self) -> Option<&Name> {
        self.rules.iter().find_map(|rule| match rule {
            ColumnRule::References(table) => Some(table),
            ColumnRule::NotNull
            | ColumnRule::PrimaryKey
            | ColumnRule::Unique
            | ColumnRule::Check
            | ColumnRule::Collate => None,
        })
    }
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is written.
    Written,
    /// It is counted: `IDENTITY`, `AUTO_INCREMENT`.
    Counted,
    /// It is computed and stored.
    Stored,
    /// It is computed when it is read.
    Virtual,
}

/// What is said behind a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnRule {
    /// `NOT NULL`.
    NotNull,
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `CHECK`.
    Check,
    /// `COLLATE`.
    Collate,
    /// `REFERENCES`.
    References(Name),
}

/// A constraint that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Its name.
    pub name: Option<Ident>,
    /// What it is.
    pub kind: ConstraintKind,
    /// Its columns.
    pub columns: Vec<Option<Ident>>,
    /// Whether rows that are there are looked at.
    pub validity: Validity,
    /// Whether its index is there already.
    pub uses_index: bool,
}

/// What a constraint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `CHECK`.
    Check,
    /// `NOT NULL` (PostgreSQL 18).
    NotNull,
    /// `FOREIGN KEY`, with the table.
    ForeignKey(Name),
    /// `EXCLUDE`.
    Exclude,
}

/// A part of `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `ADD COLUMN`.
    AddColumn(Column),
    /// `DROP COLUMN`.
    DropColumn(Ident, Reach),
    /// `ALTER COLUMN … TYPE`, with the type in small letters.
    ChangeType {
        /// The column.
        column: Ident,
        /// The type.
        ty: String,
    },
    /// `ALTER COLUMN … SET DEFAULT`.
    SetDefault(Ident, Span),
    /// `ALTER COLUMN … SET NOT NULL`.
    SetNotNull(Ident),
    /// `ALTER COLUMN … DROP NOT NULL`.
    DropNotNull(Ident),
    /// `ALTER COLUMN … ADD/SET/DROP` of an identity, `DROP EXPRESSION`.
    ChangeIdentity(Ident),
    /// `ALTER COLUMN … SET EXPRESSION`.
    SetExpression(Ident),
    /// `MODIFY` and `CHANGE` (MySQL), with the old name.
    Modify(Column, Ident),
    /// `ADD` of a constraint.
    AddConstraint(Constraint),
    /// `DROP CONSTRAINT`, with its name and what it is where that is said (MySQL).
    DropConstraint(Option<Ident>, Option<&'static str>, Reach),
    /// `VALIDATE CONSTRAINT`.
    Validate(Ident),
    /// `RENAME TO`, with the new name, and `SET SCHEMA`.
    RenameTable(Option<Ident>),
    /// `RENAME COLUMN`.
    RenameColumn(Ident, Ident),
    /// `RENAME CONSTRAINT`, `RENAME INDEX`.
    RenamePart,
    /// `ATTACH PARTITION`.
    Attach(Name, Option<Span>),
    /// `DETACH PARTITION`.
    Detach(Name, Manner),
    /// Row security, with its words.
    RowSecurity(&'static str),
    /// `OWNER TO`.
    Owner,
    /// `REPLICA IDENTITY`.
    ReplicaIdentity,
    /// What writes the table anew: `SET UNLOGGED`, `SET TABLESPACE`, `CONVERT TO`, …
    WriteAnew(&'static str),
    /// `ADD INDEX` (MySQL).
    AddIndex {
        /// Whether it is unique.
        is_unique: bool,
    },
    /// `DROP INDEX` (MySQL).
    DropIndex,
    /// What locks the table for a moment.
    Brief,
    /// What lets others read and write: options, statistics, comments.
    Quiet,
    /// What SQLite does not know.
    Unknown,
}
