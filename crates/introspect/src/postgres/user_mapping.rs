//! Reads user mappings, without what is secret in them.

use schemist_catalog::object::UserMapping;
use schemist_sql::Ident;

use super::address::{Address, class};
use super::foreign_options::{Secrecy, foreign_options};
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("user mappings", include_str!("user_mapping.sql"))
    .if_any("pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384");

/// Reads the user mappings of all servers.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let is_readable: bool = row.get("is_readable")?;
        let options = foreign_options(row.get("options")?, Secrecy::All);
        let mapping = UserMapping {
            role: Ident::from_server(row.get::<String>("role")?),
            server: Ident::from_server(row.get::<String>("server")?),
            options: is_readable.then_some(options),
        };
        if reading
            .members
            .contains(&Address::whole(class::USER_MAPPING, number))
        {
            continue;
        }
        reading.insert(class::USER_MAPPING, number, mapping);
    }
    Ok(())
}
