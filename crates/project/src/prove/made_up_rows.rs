//! Made-up rows: what a proof puts into tables, and what of it must still be there afterwards.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{ColumnSource, Table};
use schemist_catalog::{Catalog, Object, ObjectId};
use schemist_connect::Session;
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::prove::bench::BenchError;
use crate::prove::made_up_value::value;

/// How many rows each table gets, where it takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// A few, the last with NULL wherever it may be.
    Several,
    /// One, with a value in every column.
    Full,
    /// None: what is changed cannot be done to any row, and the revision says so.
    None,
}

impl Supply {
    const fn rows(self) -> usize {
        match self {
            Self::Several => 3,
            Self::Full => 1,
            Self::None => 0,
        }
    }

    const fn wanted(self, row: usize) -> Wanted {
        match self {
            Self::Several if row == 2 => Wanted::Required,
            Self::Several | Self::Full | Self::None => Wanted::All,
        }
    }
}

/// How many rows a table holds, and how many values each of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    tables: BTreeMap<QualifiedName, Count>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Count {
    /// The topmost table that it has columns from, or the table itself: rows move about below that one.
    top: QualifiedName,
    rows: u64,
    values: BTreeMap<Ident, u64>,
    /// The columns whose values are computed from others.
    computed: BTreeSet<Ident>,
}

/// Something that was there and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// Rows of a table.
    Rows(QualifiedName),
    /// Values of a column.
    Values(QualifiedName, Ident),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(table) => write!(f, "rows of table {table}"),
            Self::Values(table, column) => write!(f, "values of column {column} of table {table}"),
        }
    }
}

/// Puts a few rows into tables, parents first; a table that takes none is passed over and returned.
pub async fn insert(
    session: &mut Session,
    catalog: &Catalog,
    tables: &BTreeSet<ObjectId>,
    supply: Supply,
) -> Vec<QualifiedName> {
    let mut waiting: Vec<&Table> = Vec::new();
    for id in with_parents(catalog, tables) {
        if let Some(Object::Table(table)) = catalog.get(&id)
            && !reaches_outside(table, catalog)
        {
            waiting.push(table);
        }
    }
    // A table waits until the tables that it refers to have rows.
    loop {
        let mut left = Vec::new();
        for table in &waiting {
            if !insert_into(session, catalog, table, supply).await {
                left.push(*table);
            }
        }
        if left.is_empty() || left.len() == waiting.len() {
            return left.into_iter().map(|table| table.name.clone()).collect();
        }
        waiting = left;
    }
}

/// Whether a row of the table might go to another server: it is foreign, or a partition of it is.
fn reaches_outside(table: &Table, catalog: &Catalog) -> bool {
    let is_outside = |object: &Object| match object {
        Object::Table(other) => {
            let parent = other.partition_of.as_ref().map(|own| &own.parent);
            parent == Some(&table.name) && reaches_outside(other, catalog)
        }
        _ => false,
    };
    let is_partitioned = table.partition_by.is_some();
    table.foreign.is_some() || is_partitioned && catalog.objects().values().any(is_outside)
}

/// The tables, all that they refer to, and all that have rows for them.
fn with_parents(catalog: &Catalog, tables: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    let mut parents: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    let mut refer = |table: &QualifiedName, target: &QualifiedName| {
        parents
            .entry(Table::id_of(table))
            .or_default()
            .push(Table::id_of(target));
    };
    for object in catalog.objects().values() {
        match object {
            Object::ForeignKey(key) => refer(&key.table, &key.target),
            Object::Table(table) => {
                for key in &table.foreign_keys {
                    refer(&key.table, &key.target);
                }
                for parent in table.parents() {
                    refer(&table.name, parent);
                    refer(parent, &table.name);
                }
            }
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    let mut waiting: Vec<_> = tables.iter().cloned().collect();
    while let Some(id) = waiting.pop() {
        if all.insert(id.clone()) {
            waiting.extend(parents.get(&id).into_iter().flatten().cloned());
        }
    }
    all
}

async fn insert_into(
    session: &mut Session,
    catalog: &Catalog,
    table: &Table,
    supply: Supply,
) -> bool {
    let mut any = false;
    for row in 0..supply.rows() {
        // A table that takes no value in some column may still take a row without one.
        for wanted in [supply.wanted(row), Wanted::Required] {
            let sql = statement(session.dialect(), catalog, table, row, wanted);
            // Each runs in a transaction of its own: a row that is refused takes nothing with it.
            let outcome = session.execute(&sql).await.is_ok();
            any |= outcome;
            if outcome {
                break;
            }
        }
    }
    any
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    Required,
}

fn statement(
    dialect: Dialect,
    catalog: &Catalog,
    table: &Table,
    row: usize,
    wanted: Wanted,
) -> String {
    let mut names = Vec::new();
    let mut values = Vec::new();
    let columns = table.all_columns(catalog);
    for column in &columns {
        let is_required = !column.nullable && column.source == ColumnSource::Given;
        let is_given = match column.source {
            ColumnSource::Given | ColumnSource::Default(_) => is_required || wanted == Wanted::All,
            ColumnSource::Generated(_) | ColumnSource::Identity(_) | ColumnSource::Serial(_) => {
                false
            }
        };
        let Some(value) = value(dialect, catalog, column, row).filter(|_| is_given) else {
            continue;
        };
        names.push(&column.name);
        values.push(value);
    }
    let mut script = Script::new(dialect);
    script.keyword("INSERT INTO ").name(&table.name);
    if names.is_empty() {
        script.keyword(match dialect {
            Dialect::Postgres | Dialect::Sqlite => " DEFAULT VALUES",
            Dialect::Mysql => " () VALUES ()",
        });
        return script.into_text();
    }
    script
        .keyword(" ")
        .idents(names)
        .keyword(" VALUES (")
        .expression(&values.join(", "))
        .keyword(")");
    script.into_text()
}

impl Census {
    /// Counts the rows and values of tables.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn take(
        session: &mut Session,
        catalog: &Catalog,
        tables: &BTreeSet<ObjectId>,
    ) -> Result<Self, BenchError> {
        let mut census = Self {
            tables: BTreeMap::new(),
        };
        for id in with_parents(catalog, tables) {
            let Some(Object::Table(table)) = catalog.get(&id) else {
                continue;
            };
            if table.foreign.is_some() {
                continue;
            }
            let mut script = Script::new(session.dialect());
            script.keyword("SELECT count(*)");
            let columns = table.all_columns(catalog);
            for column in &columns {
                script.keyword(", count(").ident(&column.name).keyword(")");
            }
            script
                .keyword(match session.dialect() {
                    // Each of its children is counted by itself.
                    Dialect::Postgres => " FROM ONLY ",
                    Dialect::Sqlite | Dialect::Mysql => " FROM ",
                })
                .name(&table.name);
            let sql = script.into_text();
            let rows = session
                .query(&sql)
                .await
                .map_err(|source| BenchError::Refused {
                    sql,
                    source: Box::new(source),
                })?;
            let Some(row) = rows.first() else { continue };
            let count = |place: usize| {
                row.get(place)
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default()
            };
            let values = columns
                .iter()
                .enumerate()
                .map(|(place, column)| (column.name.clone(), count(place + 1)));
            census.tables.insert(
                table.name.clone(),
                Count {
                    top: top(table, catalog),
                    rows: count(0),
                    values: values.collect(),
                    computed: columns
                        .iter()
                        .filter(|column| column.generated().is_some())
                        .map(|column| column.name.clone())
                        .collect(),
                },
            );
        }
        Ok(census)
    }

    /// What this census has and a later one lacks, in tables and columns that both know; tables with
    /// partitions or children count as one, whichever of them holds a row.
    pub fn losses(&self, later: &Self) -> Vec<Loss> {
        let mut losses = Vec::new();
        for family in self.families(later) {
            let (mut rows, mut values) = (Balance::default(), BTreeMap::new());
            for name in &family {
                let (before, after) = (self.tables.get(name), later.tables.get(name));
                let Some(after) = after else { continue };
                rows.after += after.rows;
                rows.before += before.map_or(0, |before| before.rows);
                // What is computed from now on is computed from what is kept.
                let values_given = after
                    .values
                    .iter()
                    .filter(|(column, _)| !after.computed.contains(*column));
                for (column, count) in values_given {
                    let balance: &mut Balance = values.entry(column).or_default();
                    balance.after += count;
                    balance.before += before
                        .and_then(|before| before.values.get(column))
                        .unwrap_or(&0);
                }
            }
            let Some(name) = family.into_iter().next() else {
                continue;
            };
            if rows.is_loss() {
                losses.push(Loss::Rows(name));
                continue;
            }
            let lost = values.iter().filter(|(_, balance)| balance.is_loss());
            losses.extend(lost.map(|(column, _)| Loss::Values(name.clone(), (*column).clone())));
        }
        losses
    }

    /// The tables of both, those together that have the same topmost table in either.
    fn families(&self, later: &Self) -> Vec<BTreeSet<QualifiedName>> {
        let mut families: Vec<BTreeSet<QualifiedName>> = Vec::new();
        for (table, count) in self.tables.iter().chain(&later.tables) {
            let own = BTreeSet::from([table.clone(), count.top.clone()]);
            let (near, mut others): (Vec<_>, Vec<_>) = families
                .into_iter()
                .partition(|family| !family.is_disjoint(&own));
            others.push(near.into_iter().flatten().chain(own).collect());
            families = others;
        }
        families.sort();
        families
    }
}

/// A number in two censuses.
#[derive(Debug, Clone, Copy, Default)]
struct Balance {
    before: u64,
    after: u64,
}

impl Balance {
    const fn is_loss(self) -> bool {
        self.after < self.before
    }
}

fn top(table: &Table, catalog: &Catalog) -> QualifiedName {
    let parent = table.parents().next().map(Table::id_of);
    match parent.and_then(|id| catalog.get(&id)) {
        Some(Object::Table(parent)) => top(parent, catalog),
        _ => table.name.clone(),
    }
}
