//! Reads foreign keys.

use schemist_catalog::Definition;
use schemist_catalog::object::{ForeignKey, KeyAction, KeyMatch};
use schemist_sql::Ident;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use super::table::Tables;
use super::table_constraint::deferrable;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("foreign keys", include_str!("foreign_key.sql"))
    .if_any("pg_catalog.pg_constraint WHERE oid >= 16384 AND contype = 'f'");

/// Reads the foreign keys of all tables.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    tables: &Tables,
) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let Some(table) = tables.get(row.number("table_number")?) else {
            continue;
        };
        let number = row.number("number")?;
        let target = reading.outside_name(row.get("target_schema")?, row.get("target")?);
        let target_columns: Vec<String> = row.get("target_columns")?;
        let set_columns: Option<Vec<i16>> = row.get("on_delete_columns")?;
        let key = ForeignKey {
            name: Some(Ident::from_server(row.get::<String>("name")?)),
            on_delete: action(&row, "on_delete")?,
            on_delete_columns: table.names(&set_columns.unwrap_or_default())?,
            on_update: action(&row, "on_update")?,
            matching: matching(&row)?,
            deferrable: deferrable(&row)?,
            validated: row.get("validated")?,
            not_enforced: row.get("not_enforced")?,
            period: row.get("period")?,
            comment: reading.comment(class::CONSTRAINT, number),
            ..ForeignKey::new(
                table.table.name.clone(),
                table.names(&row.get::<Vec<i16>>("columns")?)?,
                target,
                target_columns.into_iter().map(Ident::from_server).collect(),
            )
        };
        if !reading.omits(class::CONSTRAINT, number, &key.id()) {
            reading.insert(class::CONSTRAINT, number, key);
        }
    }
    Ok(())
}

fn action(row: &Answer, column: &str) -> Result<KeyAction, IntrospectError> {
    match row.letter(column)? {
        'a' => Ok(KeyAction::NoAction),
        'r' => Ok(KeyAction::Restrict),
        'c' => Ok(KeyAction::Cascade),
        'n' => Ok(KeyAction::SetNull),
        'd' => Ok(KeyAction::SetDefault),
        letter => Err(unknown(row, letter)?),
    }
}

fn matching(row: &Answer) -> Result<KeyMatch, IntrospectError> {
    match row.letter("matching")? {
        's' => Ok(KeyMatch::Simple),
        'f' => Ok(KeyMatch::Full),
        'p' => Ok(KeyMatch::Partial),
        letter => Err(unknown(row, letter)?),
    }
}

fn unknown(row: &Answer, letter: char) -> Result<IntrospectError, IntrospectError> {
    let name = Ident::from_server(row.get::<String>("name")?);
    Ok(IntrospectError::unreadable(
        format!("foreign key {name}"),
        format!("an action or match of it, {letter}, is unknown"),
    ))
}
