//! Reads tables; their columns and constraints are read beside it.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use schemist_catalog::object::{Foreign, IndexRole, Options, ReplicaIdentity, Storage, Table};
use schemist_catalog::{Definition, Expr, ObjectId};
use schemist_sql::Ident;

use super::address::class;
use super::foreign_options::{Secrecy, foreign_options};
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table_lineage::{self, Lineage};
use super::{table_column, table_constraint};
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("tables", include_str!("table.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'f')");

/// A table, or a materialized view, under construction.
#[derive(Debug)]
pub(super) struct ReadTable {
    /// Its id.
    pub(super) id: Arc<ObjectId>,
    /// What is known of it so far; nothing but its name once it is in the catalog.
    pub(super) table: Table,
    /// Where its columns come from, until it is put together.
    pub(super) lineage: Lineage,
    /// Its columns by number.
    pub(super) columns: BTreeMap<i16, Ident>,
}

impl ReadTable {
    /// The name of a column.
    pub(super) fn column(&self, number: i16) -> Option<&Ident> {
        self.columns.get(&number)
    }

    /// The names of columns.
    pub(super) fn names(&self, numbers: &[i16]) -> Result<Vec<Ident>, IntrospectError> {
        let name = |number: &i16| {
            self.column(*number).cloned().ok_or_else(|| {
                IntrospectError::unreadable(
                    self.id.to_string(),
                    format!("it has no column number {number}"),
                )
            })
        };
        numbers.iter().map(name).collect()
    }
}

/// The tables that are read, by number.
#[derive(Debug, Default)]
pub(super) struct Tables(BTreeMap<u32, ReadTable>);

impl Tables {
    /// The table of this number, if it is read.
    pub(super) fn get(&self, number: u32) -> Option<&ReadTable> {
        self.0.get(&number)
    }

    /// The table of this number, to be filled.
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut ReadTable> {
        self.0.get_mut(&number)
    }

    /// Puts the tables, which are complete now, into the catalog.
    pub(super) fn insert(&mut self, reading: &mut Reading<'_>) {
        for (number, read) in &mut self.0 {
            let bare = Table::new(read.table.name.clone());
            let mut table = mem::replace(&mut read.table, bare);
            table.sort();
            reading.insert(class::RELATION, *number, table);
        }
    }
}

/// Reads tables whole.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    sequences: &mut super::sequence::Sequences,
) -> Result<Tables, IntrospectError> {
    let mut tables = Tables::default();
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let mut table = Table::new(reading.name(&row)?);
        let id = Arc::new(table.id());
        if reading.is_member(class::RELATION, number) || reading.omits(class::RELATION, number, &id)
        {
            continue;
        }
        reading.add_row_types(&row, &id)?;
        table.partition_by = row
            .get::<Option<String>>("partition_by")?
            .map(Expr::from_server);
        table.unlogged = row.get("unlogged")?;
        table.options = options(row.get("options")?).into();
        table.foreign = foreign(&row)?;
        table.storage = storage(&row)?.into();
        table.of_type = match (row.get("of_type_schema")?, row.get("of_type")?) {
            (Some(schema), Some(name)) => Some(reading.outside_name(schema, name)),
            _ => None,
        };
        table.comment = reading.comment(class::RELATION, number);
        let columns = BTreeMap::new();
        let lineage = Lineage::of(&row)?;
        let read = ReadTable {
            id,
            table,
            lineage,
            columns,
        };
        tables.0.insert(number, read);
    }
    table_column::read(reading, &mut tables, sequences).await?;
    table_constraint::read(reading, &mut tables).await?;
    table_lineage::settle(reading, &mut tables.0);
    Ok(tables)
}

/// Where the rows of a foreign table are.
fn foreign(row: &Answer) -> Result<Option<Foreign>, IntrospectError> {
    let options = foreign_options(row.get("foreign_options")?, Secrecy::Named);
    let server: Option<String> = row.get("foreign_server")?;
    Ok(server.map(|server| Foreign {
        server: Ident::from_server(server),
        options,
    }))
}

/// Where and how a table's rows are kept.
fn storage(row: &Answer) -> Result<Storage, IntrospectError> {
    Ok(Storage {
        tablespace: row
            .get::<Option<String>>("tablespace")?
            .map(Ident::from_server),
        access_method: row.get("access_method")?,
        replica_identity: match row.letter("replica_identity")? {
            'f' => ReplicaIdentity::Full,
            'n' => ReplicaIdentity::Nothing,
            'i' => ReplicaIdentity::Index,
            _ => ReplicaIdentity::PrimaryKey,
        },
        ..Storage::new()
    })
}

/// What an index is to its table.
pub(super) fn role(row: &Answer) -> Result<IndexRole, IntrospectError> {
    Ok(IndexRole {
        identifies: row.get("identifies")?,
        clusters: row.get("clusters")?,
    })
}

/// Takes `key=value` apart.
pub(super) fn options(options: Option<Vec<String>>) -> Options {
    let split = |option: String| match option.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (option, String::new()),
    };
    options.unwrap_or_default().into_iter().map(split).collect()
}
