//! Reads indexes that no constraint owns.

use std::collections::BTreeMap;

use schemist_catalog::Expr;
use schemist_catalog::object::{Index, IndexPart, IndexSource};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::class;
use super::index_text::printed_endings;
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table::{ReadTable, Tables, options, role};
use crate::IntrospectError;

/// What is asked of the server about the parts of indexes, before the indexes themselves.
pub(super) const PARTS: Query = Query::new("parts of indexes", include_str!("index_part.sql"))
    .if_any("pg_catalog.pg_index WHERE indexrelid >= 16384 AND NOT indisprimary");

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("indexes", include_str!("index.sql"))
    .if_any("pg_catalog.pg_index WHERE indexrelid >= 16384 AND NOT indisprimary");

/// The bits of `pg_index.indoption`.
const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

/// Reads the indexes of all tables and materialized views.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    tables: &Tables,
    materialized_views: &BTreeMap<u32, ReadTable>,
) -> Result<(), IntrospectError> {
    let mut parts: BTreeMap<u32, Vec<Answer>> = BTreeMap::new();
    let rows = reading.answer(&PARTS).await?;
    for row in rows {
        let index = row.number("index_number")?;
        parts.entry(index).or_default().push(row);
    }
    let mut indexes: BTreeMap<u32, (Index, Option<u32>)> = BTreeMap::new();
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let table_number = row.number("table_number")?;
        let found = tables.get(table_number);
        let Some(table) = found.or_else(|| materialized_views.get(&table_number)) else {
            continue;
        };
        let name = reading.name(&row)?;
        let id = Index::id_of(&name);
        if reading.omits(class::RELATION, number, &id) {
            continue;
        }
        // What a failed concurrent build leaves behind is not what was declared.
        let is_valid = row.get::<bool>("valid")?;
        let only_parent = !is_valid && row.get("is_partitioned")?;
        if !is_valid && !only_parent {
            let words = format!("invalid {id}");
            reading.catalog.note_unmanaged(words);
            continue;
        }
        let method: String = row.get("method")?;
        let parts = parts.remove(&number).unwrap_or_default();
        let definition: Option<String> = row.get("definition")?;
        let parts = match definition {
            None => plain_parts(table, &parts)?,
            Some(definition) => mixed_parts(table, &parts, &definition, &method)?,
        };
        let index = Index {
            name,
            table: table.table.name.clone(),
            on: table.id.kind,
            unique: row.get("is_unique")?,
            method: (method != "btree").then_some(method),
            parts,
            include: table.names(&row.get::<Vec<i16>>("include")?)?,
            predicate: row
                .get::<Option<String>>("predicate")?
                .map(Expr::from_server),
            nulls_not_distinct: row.get("nulls_not_distinct")?,
            options: options(row.get("options")?),
            tablespace: row
                .get::<Option<String>>("tablespace")?
                .map(Ident::from_server),
            role: role(&row)?,
            attached_to: None,
            only_parent,
            comment: reading.comment(class::RELATION, number),
        };
        let parent = row.get::<Option<Oid>>("parent")?;
        indexes.insert(number, (index, parent.map(|Oid(number)| number)));
    }
    for (number, (index, parent)) in &indexes {
        let parent = parent.as_ref().and_then(|number| indexes.get(number));
        if let Some(index) = on_its_own(index, parent.map(|(parent, _)| parent)) {
            reading.insert(class::RELATION, *number, index);
        }
    }
    Ok(())
}

/// The index, unless the server makes it by itself for the one of the parent.
fn on_its_own(index: &Index, parent: Option<&Index>) -> Option<Index> {
    let Some(parent) = parent else {
        return Some(index.clone());
    };
    let is_made = index.is_as_made_for(parent) && !parent.only_parent;
    (!is_made).then(|| Index {
        attached_to: Some(parent.name.clone()),
        ..index.clone()
    })
}

/// The parts of an index over columns.
fn plain_parts(table: &ReadTable, rows: &[Answer]) -> Result<Vec<IndexPart>, IntrospectError> {
    rows.iter().map(|row| column_part(table, row)).collect()
}

/// The parts of an index with expressions among them; what the system tables do not tell of these is
/// taken from the printed definition.
fn mixed_parts(
    table: &ReadTable,
    rows: &[Answer],
    definition: &str,
    method: &str,
) -> Result<Vec<IndexPart>, IntrospectError> {
    let mut texts = Vec::new();
    for row in rows {
        texts.push(row.get::<&str>("text")?);
    }
    let Some(endings) = printed_endings(definition, method, &texts) else {
        return Err(IntrospectError::unreadable(
            format!("the index {definition}"),
            "its parts are not where they should be",
        ));
    };
    let mut parts = Vec::new();
    for ((row, text), ending) in rows.iter().zip(texts).zip(endings) {
        if row.get::<i16>("column_number")? != 0 {
            parts.push(column_part(table, row)?);
            continue;
        }
        let source = IndexSource::Expression(Expr::from_server(text));
        parts.push(IndexPart {
            collation: ending.collation,
            operator_class: ending.operator_class,
            ..part(row, source)?
        });
    }
    Ok(parts)
}

fn column_part(table: &ReadTable, row: &Answer) -> Result<IndexPart, IntrospectError> {
    let mut names = table.names(&[row.get("column_number")?])?;
    let Some(name) = names.pop() else {
        return Err(IntrospectError::unreadable(
            table.id.to_string(),
            "an index of it sorts by nothing",
        ));
    };
    Ok(IndexPart {
        collation: row.get("collation")?,
        operator_class: row.get("operator_class")?,
        ..part(row, IndexSource::Column(name))?
    })
}

fn part(row: &Answer, source: IndexSource) -> Result<IndexPart, IntrospectError> {
    let sorting: i32 = row.get("sorting")?;
    let descending = sorting & DESCENDING != 0;
    let nulls_first = sorting & NULLS_FIRST != 0;
    Ok(IndexPart {
        source,
        collation: None,
        operator_class: None,
        descending,
        nulls_reversed: nulls_first != descending,
        prefix: None,
        statistics: row.get("statistics")?,
    })
}
