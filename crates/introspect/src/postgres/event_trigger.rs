//! Reads event triggers.

use schemist_catalog::Definition;
use schemist_catalog::object::EventTrigger;
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use super::trigger::state;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("event triggers", include_str!("event_trigger.sql"));

/// Reads event triggers.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let trigger = EventTrigger {
            name: Ident::from_server(row.get::<String>("name")?),
            event: row.get("event")?,
            tags: row.get("tags")?,
            function: reading.outside_name(row.get("function_schema")?, row.get("function_name")?),
            state: state(&row)?,
            comment: reading.comment(class::EVENT_TRIGGER, number),
        };
        if reading.is_member(class::EVENT_TRIGGER, number)
            || reading.omits(class::EVENT_TRIGGER, number, &trigger.id())
        {
            continue;
        }
        reading.insert(class::EVENT_TRIGGER, number, trigger);
    }
    Ok(())
}
