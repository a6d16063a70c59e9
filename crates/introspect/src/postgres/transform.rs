//! Reads transforms.

use schemist_catalog::object::Transform;
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("transforms", include_str!("transform.sql"))
    .if_any("pg_catalog.pg_transform WHERE oid >= 16384");

/// Reads transforms.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let transform = Transform {
            data_type: row.get("data_type")?,
            language: Ident::from_server(row.get::<String>("language")?),
            from_sql: row.get("from_sql")?,
            to_sql: row.get("to_sql")?,
            comment: reading.comment(class::TRANSFORM, number),
        };
        reading.insert_own(class::TRANSFORM, number, transform);
    }
    Ok(())
}
