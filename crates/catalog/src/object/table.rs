//! Tables: columns, primary key, unique, check and exclusion constraints in one object, because they are written in one statement and mean nothing without it. All products have them. PostgreSQL can only append columns, so the order of columns is kept but not compared; SQLite can alter little in place and writes the table anew; foreign keys are a part of the table only in SQLite, which has no statement for them.

mod column;
mod constraint;
mod foreign;
mod lineage;
mod mysql;
mod mysql_alter;
mod mysql_online;
mod mysql_partitions;
mod mysql_passage;
mod mysql_values;
mod postgres;
mod postgres_alter;
mod postgres_cast;
mod postgres_column;
mod postgres_constraint;
mod postgres_lineage;
mod postgres_not_null;
mod postgres_online;
mod postgres_rebuild;
mod postgres_typed;
mod refill;
mod sqlite;
mod sqlite_alter;
mod sqlite_rebuild;
mod sqlite_values;
mod storage;

pub(super) use constraint::{settle_check_list, zip_check_list};
pub(super) use postgres_column::mentions_any;

pub use column::{
    Column, ColumnSource, Columns, Generated, GeneratedKind, Identity, IdentityKind, NotNull,
};
pub use constraint::{Check, Exclusion, Key, KeyPart, Place};
pub use foreign::Foreign;
pub use lineage::Partition;
pub use mysql::{MysqlColumn, MysqlIndex, MysqlIndexClass, MysqlTable, Start};
pub use storage::{IndexRole, ReplicaIdentity, Storage};

pub(super) use storage::{change_role, leave_role, set_tablespace, take_role};

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, ForeignKey, Options, Sequence, SequenceOptions, in_schema};
use crate::hazard::loss;
use crate::{
    Alteration, Catalog, Context, Definition, Hazard, Kind, ObjectId, Pair, Part, Rare, Reference,
    Step,
};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns.
    pub columns: Columns,
    /// Its primary key.
    pub primary_key: Option<Key>,
    /// Its unique constraints.
    pub uniques: Vec<Key>,
    /// Its check constraints.
    pub checks: Vec<Check>,
    /// Its exclusion constraints (PostgreSQL).
    pub exclusions: Vec<Exclusion>,
    /// Its foreign keys (SQLite; elsewhere they are objects of their own).
    pub foreign_keys: Vec<ForeignKey>,
    /// Whether it survives no crash (PostgreSQL).
    pub unlogged: bool,
    /// Storage options (PostgreSQL).
    pub options: Rare<Options>,
    /// Where and how its rows are kept (PostgreSQL).
    pub storage: Rare<Storage>,
    /// The composite type whose attributes are its columns (PostgreSQL).
    pub of_type: Option<QualifiedName>,
    /// How its rows are spread over partitions, as `PARTITION BY` says it (PostgreSQL).
    pub partition_by: Option<crate::Expr>,
    /// Whose partition it is, and for which rows (PostgreSQL).
    pub partition_of: Option<Box<Partition>>,
    /// The tables that it inherits from, in order (PostgreSQL).
    pub inherits: Vec<QualifiedName>,
    /// Inherited columns that are not quite as their parent has them: everything else about what is
    /// inherited is said by the parent alone (PostgreSQL).
    pub overrides: Rare<Columns>,
    /// Where its rows are, where another server holds them (PostgreSQL).
    pub foreign: Option<Foreign>,
    /// Whether values must be of their column's type (SQLite).
    pub strict: bool,
    /// Whether the primary key is the table's own order (SQLite).
    pub without_rowid: bool,
    /// Whether numbers of deleted rows are never given again (SQLite).
    pub autoincrement: bool,
    /// What else MySQL and MariaDB have of it.
    pub mysql: Rare<MysqlTable>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Table {
    /// A table without columns.
    pub const fn new(name: QualifiedName) -> Self {
        Self {
            name,
            columns: Columns::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            foreign_keys: Vec::new(),
            unlogged: false,
            options: Rare::plain(),
            storage: Rare::plain(),
            of_type: None,
            partition_by: None,
            partition_of: None,
            inherits: Vec::new(),
            overrides: Rare::plain(),
            foreign: None,
            strict: false,
            without_rowid: false,
            autoincrement: false,
            mysql: Rare::plain(),
            comment: None,
        }
    }

    /// The id of the table of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::Table, name.clone())
    }

    /// Puts constraints into their canonical order; to be called once all of them are in.
    pub fn sort(&mut self) {
        self.uniques
            .sort_by(|one, other| (&one.name, &one.parts).cmp(&(&other.name, &other.parts)));
        self.checks.sort_by(|one, other| {
            (&one.name, &one.expression).cmp(&(&other.name, &other.expression))
        });
        self.exclusions
            .sort_by(|one, other| one.name.cmp(&other.name));
        self.foreign_keys.sort_by(|one, other| {
            (&one.name, &one.columns, &one.target).cmp(&(
                &other.name,
                &other.columns,
                &other.target,
            ))
        });
    }

    /// The table with every sequence of a column that stands alone in `other` taken out, and those
    /// sequences; `None` where there are none.
    pub(crate) fn unbundled(&self, other: &Catalog) -> Option<(Self, Vec<Sequence>)> {
        let mut table = self.clone();
        let mut sequences = Vec::new();
        for column in table.columns.iter_mut() {
            let ColumnSource::Serial(name) = &column.source else {
                continue;
            };
            let name = name.clone();
            if other.get(&Sequence::id_of(&name)).is_none() {
                continue;
            }
            // The other side's words for it, or a default that is the same would be set again.
            let theirs = match other.get(&Self::id_of(&self.name)) {
                Some(crate::Object::Table(theirs)) => theirs
                    .columns
                    .get(&column.name)
                    .and_then(|column| column.default())
                    .cloned(),
                _ => None,
            };
            let next = postgres::next_value(other.dialect(), &name);
            column.source =
                ColumnSource::Default(theirs.unwrap_or_else(|| crate::Expr::from_server(next)));
            sequences.push(Sequence {
                name,
                data_type: column.data_type.clone(),
                options: SequenceOptions::default(),
                owned_by: Some((self.name.clone(), column.name.clone())),
                unlogged: self.unlogged,
                engine: None,
                comment: None,
            });
        }
        (!sequences.is_empty()).then_some((table, sequences))
    }

    /// Its primary key and its unique constraints.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.primary_key.iter().chain(&self.uniques)
    }

    fn is_key(&self, column: &Ident) -> bool {
        self.primary_key
            .as_ref()
            .is_some_and(|key| key.columns().any(|name| name == column))
    }
}

impl Definition for Table {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        references.extend(lineage::references(self, catalog));
        references.extend(self.foreign.iter().map(|foreign| Reference {
            object: super::Server::id_of(&foreign.server),
            part: Part::Whole,
        }));
        references.extend(postgres_typed::references(self));
        references
    }

    fn holds_rows_of(&self) -> Option<ObjectId> {
        let partition = self.partition_of.as_ref()?;
        Some(Self::id_of(&partition.parent))
    }

    fn relation_names(&self) -> Vec<QualifiedName> {
        let keys = self.primary_key.iter().chain(&self.uniques);
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.name);
        let names = keys.filter_map(|key| key.name.as_ref()).chain(exclusions);
        let qualified = |name: &Ident| QualifiedName {
            schema: self.name.schema.clone(),
            name: name.clone(),
        };
        names.map(qualified).collect()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        match dialect {
            Dialect::Postgres => postgres::create(self, dialect),
            Dialect::Mysql => mysql::create(self),
            Dialect::Sqlite => sqlite::create(self),
        }
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword(match self.foreign {
                None => "DROP TABLE ",
                Some(_) => "DROP FOREIGN TABLE ",
            })
            .name(&self.name);
        let step = match dialect {
            // It deletes the rows first, which would cascade into the tables that refer to them:
            // https://www.sqlite.org/foreignkeys.html#fk_schemacommands
            Dialect::Sqlite => Step::foreign_keys_off(script.into_text()),
            Dialect::Postgres | Dialect::Mysql => Step::new(script.into_text()),
        };
        let step = match self.foreign {
            None => step.with(Hazard::new(
                &loss::TABLE_DROPPED,
                format!("table {} is dropped with all of its rows", self.name),
            )),
            // The rows stay where they are.
            Some(_) => step,
        };
        match &self.partition_of {
            // What refers to the parent does not let go of a partition.
            Some(partition) => vec![
                postgres::detach(&self.name, &partition.parent, dialect),
                step,
            ],
            None => vec![step],
        }
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        match context.dialect {
            Dialect::Postgres => postgres_lineage::alter(pair, context),
            Dialect::Mysql => mysql_alter::alter(pair, context),
            Dialect::Sqlite => sqlite_alter::alter(pair, context),
        }
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        zipped.columns = self.columns.zip_expressions(&other.columns, f);
        zipped.overrides = self.overrides.zip_expressions(&other.overrides, f).into();
        if let (Some(own), Some(other)) = (&mut zipped.partition_by, &other.partition_by) {
            *own = f(own, other);
        }
        if let (Some(own), Some(other)) = (&self.mysql.partitions, &other.mysql.partitions) {
            zipped.mysql.partitions = Some(f(own, other));
        }
        if let (Some(own), Some(other)) = (&mut zipped.partition_of, &other.partition_of) {
            own.bound = f(&own.bound, &other.bound);
        }
        constraint::zip_checks(&mut zipped, other, f);
        zipped
    }

    fn canonical(&self) -> Self {
        let mut canonical = self.zip_expressions(self, crate::Expr::canonical);
        canonical.columns = canonical.columns.by_name();
        canonical.overrides = canonical.overrides.by_name().into();
        canonical.options = canonical.options.by_name().into();
        constraint::clear_places(&mut canonical);
        if self.mysql.start.0.is_some() {
            canonical.mysql.start = Start(None);
        }
        canonical
    }

    fn settle(&self, live: &Self, dialect: Dialect) -> Self {
        let mut settled = self.zip_expressions(live, crate::Expr::settle);
        settled.columns = settled
            .columns
            .settle(&live.columns, &self.name.name, dialect);
        constraint::settle_keys(&mut settled, live, dialect);
        constraint::settle_checks(&mut settled, live, dialect);
        constraint::settle_exclusions(&mut settled, live, dialect);
        match dialect {
            Dialect::Sqlite => sqlite::settle_words(&mut settled, live),
            Dialect::Mysql => mysql::settle_indexes(&mut settled, live),
            Dialect::Postgres => {}
        }
        settled.sort();
        settled
    }

    fn renamed_parts(&self, settled: &Self) -> BTreeMap<Part, Part> {
        let mut renamed = BTreeMap::new();
        let mut note = |before: &Option<Ident>, after: &Option<Ident>| {
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                renamed.insert(
                    Part::Constraint(before.clone()),
                    Part::Constraint(after.clone()),
                );
            }
        };
        if let (Some(before), Some(after)) = (&self.primary_key, &settled.primary_key) {
            note(&before.name, &after.name);
        }
        for before in self
            .uniques
            .iter()
            .filter(|key| !settled.uniques.contains(key))
        {
            if let Some(after) = settled
                .uniques
                .iter()
                .find(|key| key.has_content_of(before))
            {
                note(&before.name, &after.name);
            }
        }
        renamed
    }

    fn without_expressions(&self) -> Self {
        let mut bare = self.clone();
        bare.columns = bare.columns.without_expressions();
        bare.overrides = bare.overrides.without_expressions().into();
        bare.partition_by = bare.partition_by.map(|_| crate::Expr::from_server(""));
        if self.mysql.partitions.is_some() {
            bare.mysql.partitions = Some(crate::Expr::from_server(""));
        }
        if let Some(partition) = &mut bare.partition_of {
            partition.bound = crate::Expr::from_server("");
        }
        for check in &mut bare.checks {
            check.expression = crate::Expr::from_server("");
        }
        for exclusion in &mut bare.exclusions {
            exclusion.definition = crate::Expr::from_server("");
        }
        bare.sort();
        bare
    }
}
