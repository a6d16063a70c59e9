//! Reads schemas.

use schemist_catalog::object::Schema;
use schemist_sql::Ident;

use super::address::class;
use super::reading::Reading;
use crate::IntrospectError;

/// Finds the schemas that are read; the default one is no object.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.ask("schemas", include_str!("schema.sql")).await? {
        let number = row.number("number")?;
        let name = Ident::from_server(row.get::<String>("name")?);
        if reading.scope.reads(&name) {
            let qualifier = reading.scope.qualifier(&name);
            reading.schemas.insert(number, qualifier);
        }
    }
    Ok(())
}

/// Puts them into the catalog, once it is known what belongs to extensions.
pub(super) fn insert(reading: &mut Reading<'_>) {
    for (number, name) in reading.schemas.clone() {
        let Some(name) = name else { continue };
        if !reading.is_member(class::SCHEMA, number) {
            let comment = reading.comment(class::SCHEMA, number);
            reading.insert(class::SCHEMA, number, Schema { name, comment });
        }
    }
}
