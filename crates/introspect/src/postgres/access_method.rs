//! Reads access methods.

use schemist_catalog::object::{AccessMethod, AccessMethodUse};
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("access methods", include_str!("access_method.sql"));

/// Reads access methods.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let method = AccessMethod {
            name: Ident::from_server(row.get::<String>("name")?),
            keeps: if row.get("is_for_indexes")? {
                AccessMethodUse::Index
            } else {
                AccessMethodUse::Table
            },
            handler: row.get("handler")?,
            comment: reading.comment(class::ACCESS_METHOD, number),
        };
        reading.insert_own(class::ACCESS_METHOD, number, method);
    }
    Ok(())
}
