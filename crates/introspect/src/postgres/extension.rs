//! Reads extensions.

use schemist_catalog::object::{Extension, OwnComment};
use schemist_catalog::{Definition, ObjectId};
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("extensions", include_str!("extension.sql"))
    .if_any("pg_catalog.pg_extension WHERE oid >= 16384");

/// Reads extensions with their schema and version, which are facts of this database: whether they
/// were written anywhere is for others to say.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let extension = Extension {
            name: Ident::from_server(row.get::<String>("name")?),
            schema: Some(Ident::from_server(row.get::<String>("schema_name")?)),
            version: Some(row.get("version")?),
            comment: row.get("comment")?,
            own_comment: OwnComment(row.get("own_comment")?),
        };
        let id: ObjectId = extension.id();
        if !reading.omits(class::EXTENSION, number, &id) {
            reading.insert(class::EXTENSION, number, extension);
        }
    }
    Ok(())
}
