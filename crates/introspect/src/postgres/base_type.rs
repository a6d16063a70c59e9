//! Reads base types.

use schemist_catalog::Definition;
use schemist_catalog::object::{BaseType, TypeFunction};
use sqlx::postgres::types::Oid;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("base types", include_str!("base_type.sql"))
    .if_any("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'b' AND typinput <> 'pg_catalog.array_in'::pg_catalog.regproc");

/// Reads base types.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let base_type = BaseType {
            name: reading.name(&row)?,
            parts: row.get("parts")?,
            functions: functions(reading, &row)?,
            comment: reading.comment(class::TYPE, number),
        };
        let id = base_type.id();
        if reading.insert_own(class::TYPE, number, base_type).is_some()
            && let Some(Oid(array)) = row.get("array_type")?
        {
            reading.addresses.add_whole(class::TYPE, array, id);
        }
    }
    Ok(())
}

fn functions(reading: &Reading<'_>, row: &Answer) -> Result<Vec<TypeFunction>, IntrospectError> {
    let numbers: Vec<Oid> = row.get("numbers")?;
    let schemas: Vec<String> = row.get("schemas")?;
    let names: Vec<String> = row.get("names")?;
    let arguments: Vec<String> = row.get("arguments")?;
    let definitions: Vec<String> = row.get("definitions")?;
    let named = schemas.into_iter().zip(names);
    let said = numbers.into_iter().zip(arguments).zip(definitions);
    let functions = named.zip(said);
    Ok(functions
        .map(
            |((schema, name), ((Oid(number), arguments), definition))| TypeFunction {
                name: reading.outside_name(schema, name),
                arguments,
                definition: definition.trim_end_matches('\n').to_owned(),
                comment: reading.comment(class::ROUTINE, number),
            },
        )
        .collect())
}
