//! Reads conversions.

use schemist_catalog::object::Conversion;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("conversions", include_str!("conversion.sql"))
    .if_any("pg_catalog.pg_conversion WHERE oid >= 16384");

/// Reads conversions.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let conversion = Conversion {
            name: reading.name(&row)?,
            is_default: row.get("is_default")?,
            source: row.get("source")?,
            target: row.get("target")?,
            function: row.get("function")?,
            comment: reading.comment(class::CONVERSION, number),
        };
        reading.insert_own(class::CONVERSION, number, conversion);
    }
    Ok(())
}
