//! What the grammar of the attributes can say of a database, as a catalog of its own.
//!
//! Everything in that catalog is exactly what the structs declare. What differs from the whole is for SQL
//! to say: beside a struct where the server can add it, and of the table as a whole where it cannot.

use std::collections::BTreeSet;

use schemist_catalog::object::{
    Check, Column, ColumnSource, Deferrable, EnumType, ForeignKey, Index, IndexPart, IndexRole,
    IndexSource, Key, KeyMatch, MysqlIndexClass, SequenceOptions, Table,
};
use schemist_catalog::{Catalog, Kind, NameLabel, Object, ObjectId, Rare, is_made_up};
use schemist_sql::{Dialect, Ident, QualifiedName};

use super::choices::Choices;
use super::enumeration;
use crate::naming::NamedPart;

/// A table with what is declared on it.
#[derive(Debug, Clone)]
pub(super) struct SaidTable {
    pub(super) table: Table,
    pub(super) indexes: Vec<Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// What structs and enums declare.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) tables: Vec<SaidTable>,
    pub(super) enums: Vec<EnumType>,
    /// The same as a catalog.
    pub(super) catalog: Catalog,
}

/// Takes out of a catalog what can be said; `whole` are tables that are left to SQL as they are.
pub(super) fn of(catalog: &Catalog, choices: &Choices, whole: &BTreeSet<ObjectId>) -> Said {
    let dialect = catalog.dialect();
    let judge = Judge { dialect, choices };
    let mut said = Said {
        tables: Vec::new(),
        enums: Vec::new(),
        catalog: Catalog::new(dialect),
    };
    for (id, object) in catalog.objects() {
        match object {
            Object::Table(table) if !whole.contains(id) => {
                said.tables.extend(judge.table(catalog, table));
            }
            Object::Enum(enum_type) if judge.takes_enum(enum_type) => {
                said.enums.push(enum_type.clone());
            }
            _ => {}
        }
    }
    for enum_type in &said.enums {
        said.catalog.insert(enum_type.clone());
    }
    for said_table in &said.tables {
        let inserted = &mut said.catalog;
        inserted.insert(said_table.table.clone());
        for index in &said_table.indexes {
            inserted.insert(index.clone());
        }
        match dialect {
            Dialect::Sqlite => {}
            Dialect::Postgres | Dialect::Mysql => {
                for key in &said_table.foreign_keys {
                    inserted.insert(key.clone());
                }
            }
        }
    }
    for id in said.catalog.objects().keys().cloned().collect::<Vec<_>>() {
        for reference in catalog.references(&id) {
            said.catalog.depend(id.clone(), reference);
        }
    }
    said
}

/// Decides what can be said.
struct Judge<'a> {
    dialect: Dialect,
    choices: &'a Choices,
}

/// Whether a name can stand in a text in which a dot ends the schema.
fn is_plain(name: &QualifiedName) -> bool {
    !name.name.as_str().contains('.')
}

/// Whether a comment comes back as it is written.
fn is_kept(comment: Option<&String>) -> bool {
    comment.is_none_or(|comment| {
        comment.trim() == comment && !comment.is_empty() && !comment.contains('\r')
    })
}

impl Judge<'_> {
    fn takes_enum(&self, enum_type: &EnumType) -> bool {
        // One in the default schema that is printed with it has the name of a type of the server's, which
        // statements without the schema mean.
        let hidden = enum_type
            .name
            .schema
            .as_ref()
            .is_some_and(|schema| schema.as_str() == self.choices.default_schema);
        is_plain(&enum_type.name)
            && !hidden
            && enumeration::can_be_said(&enum_type.labels)
            && is_kept(enum_type.comment.as_ref())
    }

    fn table(&self, catalog: &Catalog, table: &Table) -> Option<SaidTable> {
        if !is_plain(&table.name) || table.columns.is_empty() {
            return None;
        }
        let on_table = |name: &QualifiedName| *name == table.name;
        let objects = || catalog.objects().values();
        let foreign_keys: Vec<ForeignKey> = match self.dialect {
            Dialect::Sqlite => table.foreign_keys.clone(),
            Dialect::Postgres | Dialect::Mysql => objects()
                .filter_map(|object| match object {
                    Object::ForeignKey(key) if on_table(&key.table) => Some(key.clone()),
                    _ => None,
                })
                .collect(),
        };
        let said = match self.dialect {
            Dialect::Postgres => self.postgres(table)?,
            Dialect::Sqlite => self.sqlite(table)?,
            Dialect::Mysql => self.mysql(table, &foreign_keys)?,
        };
        let takes = |key: &ForeignKey| self.takes_foreign_key(key);
        match self.dialect {
            // A part of the table there.
            Dialect::Sqlite if !foreign_keys.iter().all(takes) => return None,
            Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => {}
        }
        let indexes = objects().filter_map(|object| match object {
            Object::Index(index) if on_table(&index.table) && index.on == Kind::Table => {
                Some(index)
            }
            _ => None,
        });
        let indexes = indexes.filter(|index| self.takes_index(&said, index));
        Some(SaidTable {
            indexes: indexes.cloned().collect(),
            foreign_keys: foreign_keys.into_iter().filter(takes).collect(),
            table: said,
        })
    }

    /// Whether a part without a name stays without one.
    fn takes_no_name(&self, part: NamedPart) -> bool {
        !self.choices.named.contains(&part)
    }

    fn takes_foreign_key(&self, key: &ForeignKey) -> bool {
        let is_ordinary = key.validated
            && !key.not_enforced
            && !key.period
            && key.on_delete_columns.is_empty()
            && key.comment.is_none()
            && key.matching != KeyMatch::Partial
            && is_plain(&key.target);
        is_ordinary && (key.name.is_some() || self.takes_no_name(NamedPart::ForeignKey))
    }

    fn takes_index(&self, table: &Table, index: &Index) -> bool {
        let is_ordinary = index.tablespace.is_none()
            && index.attached_to.is_none()
            && !index.only_parent
            && index.role == IndexRole::default()
            && index.comment.is_none()
            && index.name.schema == table.name.schema
            && index.method.as_deref().is_none_or(is_word);
        let has_column = |name: &Ident| table.columns.get(name).is_some();
        is_ordinary
            && index.parts.iter().all(|part| takes_part(part, &has_column))
            && index.include.iter().all(has_column)
    }

    fn takes_check(&self, check: &Check) -> bool {
        check.validated
            && !check.no_inherit
            && !check.not_enforced
            && (check.name.is_some() || self.takes_no_name(NamedPart::Check))
    }

    fn takes_key(&self, key: &Key, part: NamedPart) -> bool {
        let is_ordinary = !key.without_overlaps
            && key.include.is_empty()
            && key.options.is_empty()
            && key.tablespace.is_none()
            && key.attached_to.is_none()
            && key.conflict.is_none();
        let is_plain =
            |part: &schemist_catalog::object::KeyPart| part.collation.is_none() && !part.descending;
        let is_for_all = !key.nulls_not_distinct && key.deferrable == Deferrable::Never;
        is_ordinary
            && key.parts.iter().all(is_plain)
            && (is_for_all || !self.choices.is_one_of_several)
            && (key.name.is_some() || self.takes_no_name(part))
    }

    fn postgres(&self, table: &Table) -> Option<Table> {
        let is_ordinary = table.partition_of.is_none()
            && table.inherits.is_empty()
            && table.of_type.is_none()
            && table.foreign.is_none()
            && table.overrides.is_empty()
            && table.storage.access_method.is_none()
            && (table.partition_by.is_none() || table.storage.tablespace.is_none())
            && table
                .columns
                .iter()
                .all(|column| is_plain_not_null(table, column));
        if !is_ordinary {
            return None;
        }
        let mut said = table.clone();
        said.options = Rare::plain();
        said.storage = Rare::plain();
        said.comment.take_if(|comment| !is_kept(Some(comment)));
        said.primary_key
            .take_if(|key| !self.takes_key(key, NamedPart::PrimaryKey));
        said.uniques
            .retain(|key| self.takes_key(key, NamedPart::Unique));
        for key in said.primary_key.iter_mut().chain(&mut said.uniques) {
            key.role = IndexRole::default();
            key.comment = None;
            key.index_comment = None;
        }
        said.checks.retain(|check| self.takes_check(check));
        for check in &mut said.checks {
            check.comment = None;
        }
        said.exclusions
            .retain(|exclusion| exclusion.tablespace.is_none());
        for exclusion in &mut said.exclusions {
            exclusion.role = IndexRole::default();
            exclusion.comment = None;
            exclusion.index_comment = None;
        }
        said.columns = said.columns.iter().map(postgres_column).collect();
        Some(said)
    }

    fn sqlite(&self, table: &Table) -> Option<Table> {
        let key = table.primary_key.as_ref();
        let columns = table.columns.iter();
        let can_be_said = key.is_none_or(|key| self.takes_key(key, NamedPart::PrimaryKey))
            && table
                .uniques
                .iter()
                .all(|key| self.takes_key(key, NamedPart::Unique))
            && table.checks.iter().all(|check| self.takes_check(check))
            && columns.clone().all(|column| {
                column.not_null_name.is_none()
                    && column.not_null_conflict.is_none()
                    && column.collation.as_deref().is_none_or(is_word)
            });
        let counts = !table.autoincrement
            || key.is_some_and(|key| match key.parts.as_slice() {
                [part] => table
                    .columns
                    .get(&part.column)
                    .is_some_and(|column| column.data_type.eq_ignore_ascii_case("INTEGER")),
                _ => false,
            });
        (can_be_said && counts).then(|| table.clone())
    }

    /// Its indexes are in its own statement; one that cannot be said is added to the table.
    fn mysql(&self, table: &Table, foreign_keys: &[ForeignKey]) -> Option<Table> {
        let own = &table.mysql;
        let can_be_said = own.periods.is_empty()
            && is_kept(table.comment.as_ref())
            && table.checks.iter().all(|check| self.takes_check(check))
            && table.columns.iter().all(mysql_column);
        if !can_be_said {
            return None;
        }
        let mut said = table.clone();
        said.mysql.indexes.retain(|index| {
            let is_plain = |part: &IndexPart| part.prefix.is_none() && takes_part(part, &|_| true);
            let takes = index.words.is_empty() && index.parts.iter().all(is_plain);
            match index.class {
                MysqlIndexClass::Primary | MysqlIndexClass::Unique => {
                    takes && index.parts.iter().all(is_whole)
                }
                MysqlIndexClass::Plain => takes,
                MysqlIndexClass::Fulltext | MysqlIndexClass::Spatial => false,
            }
        });
        said.derive_keys();
        let is_less = said.mysql.indexes.len() < own.indexes.len();
        let lost_key = said.primary_key != table.primary_key
            || own
                .indexes
                .iter()
                .any(|index| index.class == MysqlIndexClass::Primary && said.primary_key.is_none());
        let counter = table
            .columns
            .iter()
            .find(|column| column.mysql.auto_increment);
        // Plain indexes are made after their table, which the server does not take with such a column.
        let counts = counter.is_none_or(|column| {
            said.mysql.indexes.iter().any(|index| {
                index.class != MysqlIndexClass::Plain && matches!(&index.parts[0].source, IndexSource::Column(name) if *name == column.name)
            })
        });
        // A foreign key without an index gets one of the server's, under a name that may be taken then.
        let stays = !(is_less && (!foreign_keys.is_empty() || own.partitions.is_some()));
        (stays && !lost_key && counts).then_some(said)
    }
}

fn is_whole(part: &IndexPart) -> bool {
    !part.descending && matches!(part.source, IndexSource::Column(_))
}

fn takes_part(part: &IndexPart, has_column: &dyn Fn(&Ident) -> bool) -> bool {
    let is_column = match &part.source {
        IndexSource::Column(name) => has_column(name),
        IndexSource::Expression(_) => true,
    };
    is_column
        && part.statistics.is_none()
        && part.prefix.is_none()
        && part.operator_class.as_deref().is_none_or(is_word)
        && part
            .collation
            .as_deref()
            .is_none_or(|collation| unquoted(collation).is_some())
}

/// A name that is the same with quotes around it.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name that a server prints, without quotes and schema; `None` where it is more than one name.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    if is_word(text) {
        return Some(text);
    }
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['"', '.'])).then_some(inner)
}

/// The column without what only SQL can say of it.
/// Whether a `NOT NULL` is nothing but that: a field has no word for its name or for whom it holds
/// (PostgreSQL 18 and later).
fn is_plain_not_null(table: &Table, column: &Column) -> bool {
    let is_named = column.not_null_name.as_ref().is_some_and(|name| {
        let columns = [column.name.as_str()];
        let own = &table.name.name;
        !is_made_up(Dialect::Postgres, name, own, &columns, NameLabel::NotNull)
    });
    !is_named && column.not_null == Rare::plain()
}

fn postgres_column(column: &Column) -> Column {
    let mut said = column.clone();
    said.storage = None;
    said.compression = None;
    said.statistics = None;
    said.options = Rare::plain();
    said.not_null = Rare::plain();
    said.comment.take_if(|comment| !is_kept(Some(comment)));
    match &mut said.source {
        ColumnSource::Identity(identity) => {
            identity.options = SequenceOptions::default();
            said.nullable = false;
        }
        // The word brings its own.
        ColumnSource::Serial(_) => said.nullable = false,
        ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => {}
    }
    said
}

fn mysql_column(column: &Column) -> bool {
    let own = &column.mysql;
    let follows_time = own.on_update.is_none()
        || column.default().is_some_and(|default| {
            let default = default.as_str().to_ascii_lowercase();
            default.starts_with("current_timestamp")
        });
    own.words.is_empty() && !own.is_invisible && follows_time && is_kept(column.comment.as_ref())
}
