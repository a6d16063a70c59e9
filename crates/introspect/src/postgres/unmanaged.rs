//! Names what is in the database but is not managed, so that nothing is skipped in silence.

use schemist_catalog::Kind;
use schemist_sql::{Ident, QualifiedName};

use super::address::Address;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("other objects", include_str!("unmanaged.sql"));

/// Notes everything that is not managed; what depends on such a relation is left out with it.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let address = Address::whole(row.number("class")?, row.number("object")?);
        if reading.members.contains(&address) {
            continue;
        }
        let name = reading.name(&row)?;
        let word: &str = row.get("word")?;
        let mut words = match row.get::<Option<String>>("table_name")? {
            None => format!("{word} {name}"),
            Some(table) => {
                let table = QualifiedName {
                    schema: name.schema.clone(),
                    name: Ident::from_server(table),
                };
                format!("{word} {} on {table}", name.name)
            }
        };
        if let Some(arguments) = row.get::<Option<&str>>("arguments")? {
            words.push_str(&format!("({arguments})"));
        }
        if let Some(omission) = reading.omission(Kind::Table, &name) {
            words.push_str(&format!(" ({})", omission.reason()));
        }
        if row.get("hides")? {
            reading.leave_out(address, words);
        } else {
            reading.catalog.note_unmanaged(words);
        }
    }
    Ok(())
}
