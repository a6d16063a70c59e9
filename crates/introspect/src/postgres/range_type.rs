//! Reads range types.

use schemist_catalog::Definition;
use schemist_catalog::object::RangeType;
use sqlx::postgres::types::Oid;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("range types", include_str!("range_type.sql"))
    .if_any("pg_catalog.pg_range WHERE rngtypid >= 16384");

/// Reads range types.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let name = reading.findable_name(class::TYPE, &row)?;
        let multirange = match (row.get("multirange_schema")?, row.get("multirange_name")?) {
            (Some(schema), Some(name)) => Some(reading.outside_name(schema, name)),
            _ => None,
        };
        let range_type = RangeType {
            subtype: row.get("subtype")?,
            base: reading.user_type(&row)?,
            operator_class: row.get("operator_class")?,
            collation: row.get("collation")?,
            canonical: row.get("canonical")?,
            subtype_diff: row.get("subtype_diff")?,
            multirange,
            comment: reading.comment(class::TYPE, number),
            name,
        };
        if reading.is_member(class::TYPE, number)
            || reading.omits(class::TYPE, number, &range_type.id())
        {
            continue;
        }
        let id = reading.insert(class::TYPE, number, range_type);
        for Oid(other) in row.get::<Vec<Oid>>("types")? {
            reading.addresses.add_whole(class::TYPE, other, id.clone());
        }
        for Oid(function) in row.get::<Vec<Oid>>("functions")? {
            reading
                .addresses
                .add_whole(class::ROUTINE, function, id.clone());
        }
    }
    Ok(())
}
