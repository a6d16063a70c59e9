//! Reads schemas.

use std::collections::BTreeMap;

use schemist_catalog::object::Schema;
use schemist_sql::Ident;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::{IntrospectError, Omission, Scope};

/// What is asked of the server, before all else.
pub(super) const QUERY: Query = Query::new("schemas", include_str!("schema.sql"));

/// The schemas that are read, by number; `None` is the default one, which is an object only where something is
/// said of it.
pub(super) type ReadSchemas = BTreeMap<u32, Option<Ident>>;

/// Takes the schemas that are read out of those that there are. Beside them, in words, those that the settings
/// leave out.
pub(super) fn choose(
    answer: &[Answer],
    scope: &Scope,
) -> Result<(ReadSchemas, Vec<String>), IntrospectError> {
    let mut schemas = BTreeMap::new();
    let mut left_out = Vec::new();
    for row in answer {
        let number = row.number("number")?;
        let name = Ident::from_server(row.get::<String>("name")?);
        if scope.reads(&name) {
            schemas.insert(number, scope.qualifier(&name));
        } else if scope.excludes_schema(&name) {
            left_out.push(format!("schema {name} ({})", Omission::Excluded.reason()));
        }
    }
    Ok((schemas, left_out))
}

/// Puts them into the catalog, once it is known what belongs to extensions.
pub(super) fn insert(reading: &mut Reading<'_>) {
    for (number, name) in reading.schemas.clone() {
        let comment = reading.comment(class::SCHEMA, number);
        let default = reading.scope.default_schema.clone();
        let (name, is_default) = match (name, default) {
            (Some(name), _) => (name, false),
            (None, Some(name)) => (name, true),
            (None, None) => continue,
        };
        if reading.is_member(class::SCHEMA, number) {
            continue;
        }
        let schema = Schema {
            name,
            comment,
            is_default,
        };
        if !is_default {
            reading.insert(class::SCHEMA, number, schema);
            continue;
        }
        // Nothing depends on the default schema, so that no address leads to it.
        let standard = Schema::standard_comment(&schema.name);
        if schema.comment.is_some() && schema.comment.as_deref() != standard {
            reading.catalog.insert(schema);
        }
    }
}
