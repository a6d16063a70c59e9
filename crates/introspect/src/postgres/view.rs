//! Reads views.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemist_catalog::object::View;
use schemist_catalog::{Definition, Expr, Part};
use schemist_sql::Ident;

use super::address::{Address, class};
use super::query::Query;
use super::reading::Reading;
use super::table::options;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("views", include_str!("view.sql"))
    .if_any("pg_catalog.pg_class WHERE oid >= 16384 AND relkind = 'v'");

/// Reads views.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
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
        let defaults: Vec<String> = row.get("defaults")?;
        let defaults = names.iter().cloned().zip(defaults);
        let defaults = defaults.filter(|(_, text)| !text.is_empty());
        let query: String = row.get("query")?;
        let view = View {
            name: reading.name(&row)?,
            columns: names.iter().cloned().zip(types).collect(),
            query: Expr::from_server(query.trim().trim_end_matches(';')),
            options: options(row.get("options")?),
            comment: reading.comment(class::RELATION, number),
            column_comments,
            defaults: defaults
                .map(|(name, text)| (name, Expr::from_server(text)))
                .collect(),
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
        for (place, name) in (1..).zip(names) {
            let address = Address::column(number, place);
            reading
                .addresses
                .add(address, id.clone(), Part::Column(name));
        }
    }
    Ok(())
}
