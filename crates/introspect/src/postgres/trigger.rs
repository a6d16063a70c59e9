//! Reads triggers.

use std::collections::BTreeMap;

use schemist_catalog::object::{Trigger, TriggerState};
use schemist_catalog::{Definition, Expr, Kind};
use schemist_sql::{Ident, QualifiedName};

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("triggers", include_str!("trigger.sql"))
    .if_any("pg_catalog.pg_trigger WHERE oid >= 16384 AND NOT tgisinternal");

/// Reads the triggers of all relations.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let relation = Address::whole(class::RELATION, row.number("table_number")?);
        if reading.is_member(class::TRIGGER, number) || reading.left_out.contains_key(&relation) {
            continue;
        }
        let table = reading.name(&row)?;
        let found = reading.addresses.get(relation).map(|(id, _)| id.kind);
        let trigger = Trigger {
            name: Ident::from_server(row.get::<String>("trigger_name")?),
            is_constraint: row.get("is_constraint")?,
            follows: None,
            definition: Expr::from_server(definition(&row, &table)?),
            on: found.unwrap_or(Kind::Table),
            table,
            state: state(&row)?,
            on_partitions: on_partitions(reading, &row)?,
            comment: reading.comment(class::TRIGGER, number),
        };
        // What it stands on may be of a kind that is not managed, or an extension's.
        if found.is_none_or(|kind| kind == Kind::Extension) {
            reading.catalog.note_unmanaged(trigger.id().to_string());
            continue;
        }
        if !reading.omits(class::TRIGGER, number, &trigger.id()) {
            reading.insert(class::TRIGGER, number, trigger);
        }
    }
    Ok(())
}

/// The definition with the table as it is named everywhere: without its schema where that is the default
/// one.
fn definition(row: &Answer, table: &QualifiedName) -> Result<String, IntrospectError> {
    let definition: String = row.get("definition")?;
    if table.schema.is_some() {
        return Ok(definition);
    }
    let printed: String = row.get("printed_table")?;
    let name: String = row.get("printed_name")?;
    Ok(definition.replacen(&format!(" ON {printed} "), &format!(" ON {name} "), 1))
}

/// When it fires on partitions that do not do as their parent does.
fn on_partitions(
    reading: &Reading<'_>,
    row: &Answer,
) -> Result<BTreeMap<QualifiedName, Option<TriggerState>>, IntrospectError> {
    let mut found = BTreeMap::new();
    for entry in row
        .get::<Option<Vec<String>>>("partitions")?
        .into_iter()
        .flatten()
    {
        let mut letters = entry.chars();
        let state = letters.next().and_then(state_of);
        let number = letters.as_str().parse().unwrap_or_default();
        let partition = Address::whole(class::RELATION, number);
        if let Some((id, _)) = reading.addresses.get(partition) {
            found.insert(id.name.clone(), state);
        }
    }
    Ok(found)
}

/// When it fires, where that is not the server's own choice.
pub(super) fn state(row: &Answer) -> Result<Option<TriggerState>, IntrospectError> {
    Ok(state_of(row.letter("state")?))
}

const fn state_of(letter: char) -> Option<TriggerState> {
    match letter {
        'D' => Some(TriggerState::Disabled),
        'R' => Some(TriggerState::Replica),
        'A' => Some(TriggerState::Always),
        _ => None,
    }
}
