//! Reads servers.

use schemist_catalog::Definition;
use schemist_catalog::object::Server;
use schemist_sql::Ident;

use super::address::class;
use super::foreign_options::{Secrecy, foreign_options};
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("servers", include_str!("server.sql"))
    .if_any("pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384");

/// Reads servers.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let server = Server {
            name: Ident::from_server(row.get::<String>("name")?),
            server_type: row.get("server_type")?,
            version: row.get("version")?,
            wrapper: Ident::from_server(row.get::<String>("wrapper")?),
            options: foreign_options(row.get("options")?, Secrecy::Named),
            comment: reading.comment(class::SERVER, number),
        };
        if reading.is_member(class::SERVER, number)
            || reading.omits(class::SERVER, number, &server.id())
        {
            continue;
        }
        reading.insert(class::SERVER, number, server);
    }
    Ok(())
}
