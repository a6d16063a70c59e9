//! Reads operator families.

use schemist_catalog::ObjectId;
use schemist_catalog::object::{FamilyMember, OperatorFamily};
use schemist_sql::Ident;
use sqlx::postgres::types::Oid;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query =
    Query::new("operator families", include_str!("operator_family.sql"))
        .if_any("pg_catalog.pg_opfamily WHERE oid >= 16384");

/// Reads operator families.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let places: Vec<String> = row.get("places")?;
        let definitions: Vec<String> = row.get("definitions")?;
        let members = places
            .into_iter()
            .zip(definitions)
            .map(|(place, definition)| FamilyMember { place, definition });
        let family = OperatorFamily {
            name: reading.name(&row)?,
            method: Ident::from_server(row.get::<String>("method")?),
            members: members.collect(),
            comment: reading.comment(class::OPERATOR_FAMILY, number),
        };
        if let Some(id) = reading.insert_own(class::OPERATOR_FAMILY, number, family) {
            add_members(reading, &row, &id)?;
        }
    }
    Ok(())
}

/// Says where the members of an operator family or class are kept: what one of them needs, the whole needs.
pub(super) fn add_members(
    reading: &mut Reading<'_>,
    row: &Answer,
    id: &ObjectId,
) -> Result<(), IntrospectError> {
    let numbers: Vec<Oid> = row.get("numbers")?;
    let classes: Vec<Oid> = row.get("classes")?;
    for (Oid(class), Oid(number)) in classes.into_iter().zip(numbers) {
        reading.addresses.add_whole(class, number, id.clone());
    }
    Ok(())
}
