//! Reads operator classes.

use schemist_catalog::object::OperatorClass;
use schemist_sql::Ident;

use super::address::class;
use super::operator_family::add_members;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("operator classes", include_str!("operator_class.sql"))
    .if_any("pg_catalog.pg_opclass WHERE oid >= 16384");

/// Reads operator classes.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let operator_class = OperatorClass {
            name: reading.name(&row)?,
            method: Ident::from_server(row.get::<String>("method")?),
            family: reading.outside_name(row.get("family_schema")?, row.get("family")?),
            is_default: row.get("is_default")?,
            data_type: row.get("data_type")?,
            storage: row.get("storage")?,
            members: row.get("definitions")?,
            comment: reading.comment(class::OPERATOR_CLASS, number),
        };
        if let Some(id) = reading.insert_own(class::OPERATOR_CLASS, number, operator_class) {
            add_members(reading, &row, &id)?;
        }
    }
    Ok(())
}
