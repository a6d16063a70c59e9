//! Reads aggregates.

use schemist_catalog::Definition;
use schemist_catalog::object::Aggregate;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("aggregates", include_str!("aggregate.sql"))
    .if_any("pg_catalog.pg_proc WHERE oid >= 16384 AND prokind = 'a'");

/// Reads aggregates.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let aggregate = Aggregate {
            name: reading.findable_name(class::ROUTINE, &row)?,
            arguments: row.get("arguments")?,
            signature: row.get("signature")?,
            returns: row.get("returns")?,
            parts: row.get("parts")?,
            comment: reading.comment(class::ROUTINE, number),
        };
        if !reading.omits(class::ROUTINE, number, &aggregate.id()) {
            reading.insert(class::ROUTINE, number, aggregate);
        }
    }
    Ok(())
}
