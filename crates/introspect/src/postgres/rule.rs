//! Reads rules.

use schemist_catalog::object::Rule;
use schemist_catalog::{Definition, Expr, Kind};
use schemist_sql::{Ident, QualifiedName};

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use super::trigger::state;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("rules", include_str!("rule.sql"))
    .if_any("pg_catalog.pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'");

/// Reads the rules of all tables and views.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let relation = Address::whole(class::RELATION, row.number("table_number")?);
        if reading.is_member(class::RULE, number) || reading.left_out.contains_key(&relation) {
            continue;
        }
        let table = reading.name(&row)?;
        let found = reading.addresses.get(relation).map(|(id, _)| id.kind);
        let rule = Rule {
            name: Ident::from_server(row.get::<String>("rule_name")?),
            definition: Expr::from_server(definition(&row, &table)?),
            on: found.unwrap_or(Kind::Table),
            table,
            state: state(&row)?,
            comment: reading.comment(class::RULE, number),
        };
        // What it stands on may be of a kind that is not managed, or an extension's.
        if found.is_none_or(|kind| kind == Kind::Extension) {
            reading.catalog.note_unmanaged(rule.id().to_string());
            continue;
        }
        if !reading.omits(class::RULE, number, &rule.id()) {
            reading.insert(class::RULE, number, rule);
        }
    }
    Ok(())
}

/// The definition with the table as it is named everywhere: without its schema where that is the default
/// one.
fn definition(row: &Answer, table: &QualifiedName) -> Result<String, IntrospectError> {
    let definition: String = row.get("definition")?;
    let definition = definition.trim().trim_end_matches(';');
    if table.schema.is_some() {
        return Ok(definition.to_owned());
    }
    let printed: String = row.get("printed_table")?;
    let name: String = row.get("printed_name")?;
    Ok(definition.replacen(&format!(" TO {printed}"), &format!(" TO {name}"), 1))
}
