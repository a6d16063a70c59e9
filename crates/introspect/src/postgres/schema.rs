//! Reads schemas.

use std::collections::BTreeMap;

use schemist_catalog::object::Schema;
use schemist_sql::Ident;
use sqlx::PgConnection;

use super::address::class;
use super::query::{Answers, Query};
use super::reading::Reading;
use crate::{IntrospectError, Scope};

/// What is asked of the server, before all else.
const QUERY: Query = Query::new("schemas", include_str!("schema.sql"));

/// Finds the schemas that are read, by number; `None` is the default one, which is no object.
pub(super) async fn read(
    connection: &mut PgConnection,
    major: u32,
    scope: &Scope,
) -> Result<BTreeMap<u32, Option<Ident>>, IntrospectError> {
    let mut answers = Answers::of(connection, vec![QUERY], major, &[]);
    let mut schemas = BTreeMap::new();
    for row in answers.next(&QUERY).await? {
        let number = row.number("number")?;
        let name = Ident::from_server(row.get::<String>("name")?);
        if scope.reads(&name) {
            schemas.insert(number, scope.qualifier(&name));
        }
    }
    Ok(schemas)
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
