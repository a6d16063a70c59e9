//! Reads enumerated types.

use schemist_catalog::Definition;
use schemist_catalog::object::EnumType;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("enum types", include_str!("enum_type.sql"))
    .if_any("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'e'");

/// Reads enumerated types.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let enum_type = EnumType {
            name: reading.findable_name(class::TYPE, &row)?,
            labels: row.get("labels")?,
            comment: reading.comment(class::TYPE, number),
        };
        if reading.is_member(class::TYPE, number)
            || reading.omits(class::TYPE, number, &enum_type.id())
        {
            continue;
        }
        let id = reading.insert(class::TYPE, number, enum_type);
        let array = row.number("array_type")?;
        reading.addresses.add_whole(class::TYPE, array, id);
    }
    Ok(())
}
