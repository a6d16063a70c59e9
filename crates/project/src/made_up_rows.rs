//! Made-up rows: what a proof puts into tables, and what of it must still be there afterwards.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{Column, ColumnSource, Table};
use schemist_catalog::{Catalog, Object, ObjectId};
use schemist_connect::Session;
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::bench::BenchError;

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
    rows: u64,
    values: BTreeMap<Ident, u64>,
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
        if let Some(Object::Table(table)) = catalog.get(&id) {
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

/// The tables, and all that they refer to.
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
            Object::Table(table) => table
                .foreign_keys
                .iter()
                .for_each(|key| refer(&key.table, &key.target)),
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
    for column in table.columns.iter() {
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
        script.keyword(" DEFAULT VALUES");
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

/// A value for a column, as a literal; `None` where we know none for its type.
fn value(dialect: Dialect, catalog: &Catalog, column: &Column, row: usize) -> Option<String> {
    let mut script = Script::new(dialect);
    if let Some(name) = &column.enum_type {
        let Some(Object::Enum(enum_type)) =
            catalog.get(&schemist_catalog::object::EnumType::id_of(name))
        else {
            return None;
        };
        let label = enum_type.labels.get(row % enum_type.labels.len().max(1))?;
        if column.data_type.ends_with("[]") {
            script
                .keyword("ARRAY[")
                .literal(label)
                .keyword("]::")
                .expression(&column.data_type);
        } else {
            script.literal(label);
        }
        return Some(script.into_text());
    }
    let data_type = column.data_type.to_lowercase();
    if data_type.ends_with("[]") {
        return Some("'{}'".to_owned());
    }
    let number = row + 1;
    let has = |words: &[&str]| words.iter().any(|word| data_type.contains(word));
    let text = match dialect {
        // A type is any word there; what fits most is a number or a short text.
        Dialect::Sqlite if has(&["char", "text", "clob"]) => format!("made up {number}"),
        Dialect::Sqlite if has(&["date", "time"]) => format!("2024-01-0{number} 01:02:03"),
        Dialect::Sqlite if has(&["blob"]) => return Some(format!("x'0{number}'")),
        Dialect::Sqlite => return Some(number.to_string()),
        _ if has(&["interval"]) => format!("{number} days"),
        _ if has(&["int4range", "int8range", "numrange"]) => format!("[{number},{}]", number + 1),
        _ if has(&["tsrange", "tstzrange", "daterange"]) => "empty".to_owned(),
        _ if has(&["point"]) => format!("({number},{number})"),
        _ if has(&["int", "numeric", "real", "double", "money", "decimal"]) => {
            return Some(number.to_string());
        }
        _ if has(&["bool"]) => {
            return Some(
                if row.is_multiple_of(2) {
                    "true"
                } else {
                    "false"
                }
                .to_owned(),
            );
        }
        _ if has(&["timestamp", "date"]) => format!("2024-01-0{number}"),
        _ if has(&["time"]) => format!("01:02:0{number}"),
        _ if has(&["json"]) => format!("{{\"made_up\": {number}}}"),
        _ if has(&["uuid"]) => format!("00000000-0000-4000-8000-00000000000{number}"),
        _ if has(&["bytea"]) => format!("\\x0{number}"),
        _ if has(&["inet", "cidr"]) => format!("10.0.0.{number}"),
        _ if has(&["macaddr8"]) => format!("08:00:2b:01:02:03:04:0{number}"),
        _ if has(&["macaddr"]) => format!("08:00:2b:01:02:0{number}"),
        _ if has(&["tsvector", "tsquery", "xml"]) => format!("m{number}"),
        _ if has(&["bit"]) => return Some("B'1'".to_owned()),
        _ if has(&["char", "text", "name"]) => number.to_string(),
        _ => return None,
    };
    script.literal(&text);
    Some(script.into_text())
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
            let mut script = Script::new(session.dialect());
            script.keyword("SELECT count(*)");
            for column in table.columns.iter() {
                script.keyword(", count(").ident(&column.name).keyword(")");
            }
            script.keyword(" FROM ").name(&table.name);
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
            let values = table
                .columns
                .iter()
                .enumerate()
                .map(|(place, column)| (column.name.clone(), count(place + 1)));
            census.tables.insert(
                table.name.clone(),
                Count {
                    rows: count(0),
                    values: values.collect(),
                },
            );
        }
        Ok(census)
    }

    /// What this census has and a later one lacks, in tables and columns that both know.
    pub fn losses(&self, later: &Self) -> Vec<Loss> {
        let mut losses = Vec::new();
        for (table, count) in &self.tables {
            let Some(other) = later.tables.get(table) else {
                continue;
            };
            if other.rows < count.rows {
                losses.push(Loss::Rows(table.clone()));
                continue;
            }
            for (column, values) in &count.values {
                if other.values.get(column).is_some_and(|other| other < values) {
                    losses.push(Loss::Values(table.clone(), column.clone()));
                }
            }
        }
        losses
    }
}
