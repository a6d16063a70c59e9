//! Reads foreign data wrappers.

use schemist_catalog::Definition;
use schemist_catalog::object::ForeignDataWrapper;
use schemist_sql::{Ident, QualifiedName};

use super::address::class;
use super::foreign_options::{Secrecy, foreign_options};
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new(
    "foreign data wrappers",
    include_str!("foreign_data_wrapper.sql"),
)
.if_any("pg_catalog.pg_foreign_data_wrapper WHERE oid >= 16384");

/// Reads foreign data wrappers.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let wrapper = ForeignDataWrapper {
            name: Ident::from_server(row.get::<String>("name")?),
            handler: function(reading, &row, "handler_schema", "handler_name")?,
            validator: function(reading, &row, "validator_schema", "validator_name")?,
            options: foreign_options(row.get("options")?, Secrecy::Named),
            comment: reading.comment(class::FOREIGN_DATA_WRAPPER, number),
        };
        if reading.is_member(class::FOREIGN_DATA_WRAPPER, number)
            || reading.omits(class::FOREIGN_DATA_WRAPPER, number, &wrapper.id())
        {
            continue;
        }
        reading.insert(class::FOREIGN_DATA_WRAPPER, number, wrapper);
    }
    Ok(())
}

fn function(
    reading: &Reading<'_>,
    row: &Answer,
    schema: &str,
    name: &str,
) -> Result<Option<QualifiedName>, IntrospectError> {
    let schema: Option<String> = row.get(schema)?;
    let name: Option<String> = row.get(name)?;
    let both = schema.zip(name);
    // The server's own functions are found without their schema.
    Ok(both.map(|(schema, name)| reading.outside_name(schema, name)))
}
