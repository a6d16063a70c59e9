//! Reads materialized views.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemist_catalog::object::{MaterializedView, Table};
use schemist_catalog::{Definition, Expr, Part};
use schemist_sql::Ident;

use super::address::{Address, class};
use super::query::Query;
use super::reading::Reading;
use super::table::{ReadTable, options};
use super::table_lineage::Lineage;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query =
    Query::new("materialized views", include_str!("materialized_view.sql"))
        .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'm'");

/// Reads materialized views, and tells by number what indexes on them may be over.
pub(super) async fn read(
    reading: &mut Reading<'_>,
) -> Result<BTreeMap<u32, ReadTable>, IntrospectError> {
    let mut indexed = BTreeMap::new();
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let names: Vec<String> = row.get("columns")?;
        let names: Vec<_> = names.into_iter().map(Ident::from_server).collect();
        let types: Vec<String> = row.get("types")?;
        let mut column_comments = BTreeMap::new();
        for (place, name) in (1..).zip(&names) {
            if let Some(comment) = reading.column_comment(number, place) {
                column_comments.insert(name.clone(), comment);
            }
        }
        let query: String = row.get("query")?;
        let view = MaterializedView {
            name: reading.name(&row)?,
            columns: names.iter().cloned().zip(types).collect(),
            query: Expr::from_server(query.trim().trim_end_matches(';')),
            access_method: row.get("access_method")?,
            options: options(row.get("options")?),
            tablespace: row
                .get::<Option<String>>("tablespace")?
                .map(Ident::from_server),
            comment: reading.comment(class::RELATION, number),
            column_comments,
        };
        if reading.is_member(class::RELATION, number)
            || reading.omits(class::RELATION, number, &view.id())
        {
            continue;
        }
        let id = Arc::new(reading.insert(class::RELATION, number, view));
        reading
            .addresses
            .add_whole(class::RULE, row.number("rule")?, id.clone());
        reading.add_row_types(&row, &id)?;
        for (place, name) in (1..).zip(&names) {
            let address = Address::column(number, place);
            let part = Part::Column(name.clone());
            reading.addresses.add(address, id.clone(), part);
        }
        let columns = (1..).zip(names).collect();
        let table = Table::new(id.name.clone());
        let read = ReadTable {
            id,
            table,
            lineage: Lineage::default(),
            columns,
        };
        indexed.insert(number, read);
    }
    Ok(indexed)
}
