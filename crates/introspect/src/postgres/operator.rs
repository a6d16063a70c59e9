//! Reads operators.

use schemist_catalog::object::Operator;
use schemist_sql::QualifiedName;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("operators", include_str!("operator.sql"))
    .if_any("pg_catalog.pg_operator WHERE oid >= 16384");

/// Reads operators.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let functions: Vec<Option<String>> = row.get("functions")?;
        let mut functions = functions.into_iter();
        let mut next = || functions.next().flatten();
        let (function, restrict, join) = (next(), next(), next());
        let operator = Operator {
            name: reading.name(&row)?,
            left: row.get("left")?,
            right: row.get("right")?,
            function: function.unwrap_or_default(),
            commutator: other(reading, &row, ["commutator_schema", "commutator"])?,
            negator: other(reading, &row, ["negator_schema", "negator"])?,
            restrict,
            join,
            hashes: row.get("hashes")?,
            merges: row.get("merges")?,
            comment: reading.comment(class::OPERATOR, number),
        };
        reading.insert_own(class::OPERATOR, number, operator);
    }
    Ok(())
}

/// The operator whose schema and name stand in two columns.
fn other(
    reading: &Reading<'_>,
    row: &Answer,
    columns: [&str; 2],
) -> Result<Option<QualifiedName>, IntrospectError> {
    let [schema, name] = columns;
    let schema: Option<String> = row.get(schema)?;
    let named = schema.zip(row.get(name)?);
    Ok(named.map(|(schema, name)| reading.outside_name(schema, name)))
}
