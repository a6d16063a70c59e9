//! Columns, and where their values come from.

use schemist_sql::{Dialect, Ident, QualifiedName};

use super::MysqlColumn;
use crate::object::{ExprPairing, ForeignOptions, Options, SequenceOptions};
use crate::{Expr, Kind, NameLabel, ObjectId, Plain, Rare, is_made_up};

/// The columns of a table in their order.
///
/// Two sets of columns are equal whatever their order: PostgreSQL can only append.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// No columns.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// No columns yet, with room for so many.
    pub fn with_capacity(columns: usize) -> Self {
        Self(Vec::with_capacity(columns))
    }

    /// Adds a column at the end.
    pub fn push(&mut self, column: Column) {
        self.0.push(column);
    }

    /// Takes out the columns that are not to be kept.
    pub fn retain(&mut self, is_kept: impl FnMut(&Column) -> bool) {
        self.0.retain(is_kept);
    }

    /// Adds a column behind another one, where that is there, and else at the end.
    pub(super) fn insert_behind(&mut self, column: Column, previous: Option<&Ident>) {
        let place = match previous {
            Some(name) => self.0.iter().position(|other| other.name == *name),
            None => return self.0.insert(0, column),
        };
        let place = place.map_or(self.0.len(), |place| place + 1);
        self.0.insert(place, column);
    }

    /// The columns, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Column> + Clone {
        self.0.iter()
    }

    /// The columns, in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.0.iter_mut()
    }

    /// The column of this name.
    pub fn get(&self, name: &Ident) -> Option<&Column> {
        self.0.iter().find(|column| &column.name == name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the order is the same for the columns that both have.
    pub fn has_order_of(&self, other: &Self) -> bool {
        let common = |one: &Self, two: &Self| -> Vec<Ident> {
            one.iter()
                .filter(|column| two.get(&column.name).is_some())
                .map(|column| column.name.clone())
                .collect()
        };
        common(self, other) == common(other, self)
    }

    pub(super) fn settle(&self, live: &Self, table: &Ident, dialect: Dialect) -> Self {
        let settle = |column: &Column| match live.get(&column.name) {
            Some(live) => column.settle(live, table, dialect),
            None => column.clone(),
        };
        Self(self.iter().map(settle).collect())
    }

    pub(super) fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let zip = |column: &Column| match other.get(&column.name) {
            Some(other) => column.zip_expressions(other, f),
            None => column.clone(),
        };
        Self(self.iter().map(zip).collect())
    }

    pub(super) fn by_name(&self) -> Self {
        let by_name = |column: &Column| Column {
            options: column.options.by_name().into(),
            ..column.clone()
        };
        Self(self.sorted().into_iter().map(by_name).collect())
    }

    pub(super) fn without_expressions(&self) -> Self {
        Self(self.iter().map(Column::without_expressions).collect())
    }

    fn sorted(&self) -> Vec<&Column> {
        let mut columns: Vec<_> = self.iter().collect();
        columns.sort_by(|one, other| one.name.cmp(&other.name));
        columns
    }
}

impl Plain for Columns {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Columns {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Columns {}

impl FromIterator<Column> for Columns {
    fn from_iter<T: IntoIterator<Item = Column>>(columns: T) -> Self {
        Self(columns.into_iter().collect())
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// Its type in the server's words; empty where SQLite has none.
    pub data_type: String,
    /// The type behind it, or behind the array that it is, where it is one of the database (PostgreSQL).
    pub user_type: Option<Box<ObjectId>>,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Where its values come from.
    pub source: ColumnSource,
    /// Its collation as the server prints it, where it is not the type's own.
    pub collation: Option<String>,
    /// How its values are stored, where it is not the type's own way (PostgreSQL).
    pub storage: Option<String>,
    /// How its values are compressed, where it is not the server's own way (PostgreSQL).
    pub compression: Option<String>,
    /// How finely its values are sampled, where it is not the server's own number (PostgreSQL).
    pub statistics: Option<i32>,
    /// Options such as `n_distinct` (PostgreSQL).
    pub options: Rare<Options>,
    /// What the wrapper of its foreign table is told about it (PostgreSQL).
    pub foreign_options: Rare<ForeignOptions>,
    /// The name of its `NOT NULL`, where one is written (SQLite) or made up (PostgreSQL 18 and later).
    pub not_null_name: Option<Ident>,
    /// What is special about its `NOT NULL` (PostgreSQL 18 and later).
    pub not_null: Rare<NotNull>,
    /// What `NOT NULL` does on a conflict, where it is written (SQLite).
    pub not_null_conflict: Option<String>,
    /// What else MySQL and MariaDB have of it.
    pub mysql: Rare<MysqlColumn>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Column {
    /// A nullable column of a type.
    pub fn new(name: Ident, data_type: impl Into<String>) -> Self {
        Self {
            name,
            data_type: data_type.into(),
            user_type: None,
            nullable: true,
            source: ColumnSource::Given,
            collation: None,
            storage: None,
            compression: None,
            statistics: None,
            options: Rare::plain(),
            foreign_options: Rare::plain(),
            not_null_name: None,
            not_null: Rare::plain(),
            not_null_conflict: None,
            mysql: Rare::plain(),
            comment: None,
        }
    }

    /// The enum type behind it, or behind the array that it is.
    pub fn enum_type(&self) -> Option<&QualifiedName> {
        let id = self.user_type.as_ref()?;
        (id.kind == Kind::Enum).then_some(&id.name)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let source = match (&self.source, &other.source) {
            (ColumnSource::Default(own), ColumnSource::Default(other)) => {
                ColumnSource::Default(f(own, other))
            }
            (ColumnSource::Generated(own), ColumnSource::Generated(other)) => {
                ColumnSource::Generated(Generated {
                    expression: f(&own.expression, &other.expression),
                    kind: own.kind,
                })
            }
            _ => self.source.clone(),
        };
        let mut zipped = Self {
            source,
            ..self.clone()
        };
        if let (Some(own), Some(other)) = (&self.mysql.check, &other.mysql.check) {
            zipped.mysql.check = Some(f(own, other));
        }
        zipped
    }

    fn settle(&self, live: &Self, table: &Ident, dialect: Dialect) -> Self {
        let made_up = |sequence: &QualifiedName| {
            is_made_up(
                dialect,
                &sequence.name,
                table,
                &[self.name.as_str()],
                NameLabel::Sequence,
            )
        };
        let not_null_name = match (&self.not_null_name, &live.not_null_name) {
            (Some(own), Some(live)) if self.has_made_up_not_null(own, table, dialect) => {
                Some(live.clone())
            }
            (own, _) => own.clone(),
        };
        let source = match (&self.source, &live.source) {
            (ColumnSource::Identity(own), ColumnSource::Identity(live))
                if made_up(&own.sequence) =>
            {
                ColumnSource::Identity(Box::new(Identity {
                    sequence: live.sequence.clone(),
                    ..(**own).clone()
                }))
            }
            (ColumnSource::Serial(own), ColumnSource::Serial(live)) if made_up(own) => {
                ColumnSource::Serial(live.clone())
            }
            _ => self.source.clone(),
        };
        Self {
            source,
            not_null_name,
            ..self.clone()
        }
    }

    /// Whether the server made the name up, for this table or for one that it has the column from.
    fn has_made_up_not_null(&self, name: &Ident, table: &Ident, dialect: Dialect) -> bool {
        let columns = [self.name.as_str()];
        match dialect {
            Dialect::Postgres => {
                is_made_up(dialect, name, table, &columns, NameLabel::NotNull)
                    || name
                        .as_str()
                        .ends_with(&format!("_{}_not_null", self.name.as_str()))
            }
            Dialect::Sqlite | Dialect::Mysql => false,
        }
    }

    fn without_expressions(&self) -> Self {
        let bare = Expr::from_server("");
        let source = match &self.source {
            ColumnSource::Default(_) => ColumnSource::Default(bare),
            ColumnSource::Generated(generated) => ColumnSource::Generated(Generated {
                expression: bare,
                kind: generated.kind,
            }),
            ColumnSource::Given | ColumnSource::Identity(_) | ColumnSource::Serial(_) => {
                self.source.clone()
            }
        };
        let mut column = Self {
            source,
            ..self.clone()
        };
        if self.mysql.check.is_some() {
            column.mysql.check = Some(Expr::from_server(""));
        }
        column
    }

    /// The name of the sequence that is a part of the column, if it has one.
    pub const fn sequence(&self) -> Option<&QualifiedName> {
        match &self.source {
            ColumnSource::Identity(identity) => Some(&identity.sequence),
            ColumnSource::Serial(name) => Some(name),
            ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => None,
        }
    }

    /// Its default, if it has one.
    pub const fn default(&self) -> Option<&Expr> {
        match &self.source {
            ColumnSource::Default(expression) => Some(expression),
            ColumnSource::Given
            | ColumnSource::Generated(_)
            | ColumnSource::Identity(_)
            | ColumnSource::Serial(_) => None,
        }
    }

    /// How it is computed, if it is.
    pub const fn generated(&self) -> Option<&Generated> {
        match &self.source {
            ColumnSource::Generated(generated) => Some(generated),
            ColumnSource::Given
            | ColumnSource::Default(_)
            | ColumnSource::Identity(_)
            | ColumnSource::Serial(_) => None,
        }
    }
}

/// What is special about a `NOT NULL` (PostgreSQL 18 and later).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NotNull {
    /// Whether inheriting tables are free of it.
    pub no_inherit: bool,
    /// Whether rows that were there before may hold NULL.
    pub not_valid: bool,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl NotNull {
    /// Nothing is.
    pub const fn new() -> Self {
        Self {
            no_inherit: false,
            not_valid: false,
            comment: None,
        }
    }
}

impl Plain for NotNull {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self == Self::PLAIN
    }
}

/// Where a column's values come from when a row does not bring them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ColumnSource {
    /// From nowhere: NULL, or an error.
    Given,
    /// From an expression.
    Default(Expr),
    /// Always from an expression over the row.
    Generated(Generated),
    /// From a sequence that is a part of the column, as the standard has it (PostgreSQL).
    Identity(Box<Identity>),
    /// From a sequence of this name that `serial` made (PostgreSQL).
    Serial(QualifiedName),
}

/// How a generated column is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum GeneratedKind {
    /// Computed when the row is written.
    Stored,
    /// Computed when the row is read.
    Virtual,
}

/// How a generated column is computed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Generated {
    /// The expression over the row.
    pub expression: Expr,
    /// How its result is kept.
    pub kind: GeneratedKind,
}

/// Whether a row may bring its own value for an identity column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum IdentityKind {
    /// Only with `OVERRIDING SYSTEM VALUE`.
    Always,
    /// Yes.
    ByDefault,
}

impl IdentityKind {
    /// The words of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Always => "ALWAYS",
            Self::ByDefault => "BY DEFAULT",
        }
    }
}

/// The sequence behind an identity column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// Whether a row may bring its own value.
    pub kind: IdentityKind,
    /// The sequence's name.
    pub sequence: QualifiedName,
    /// How the sequence counts.
    pub options: SequenceOptions,
}
