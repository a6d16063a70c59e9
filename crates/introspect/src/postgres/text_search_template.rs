//! Reads text search templates.

use schemist_catalog::object::TextSearchTemplate;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new(
    "text search templates",
    include_str!("text_search_template.sql"),
)
.if_any("pg_catalog.pg_ts_template WHERE oid >= 16384");

/// Reads text search templates.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let template = TextSearchTemplate {
            name: reading.name(&row)?,
            parts: row.get("parts")?,
            comment: reading.comment(class::TEXT_SEARCH_TEMPLATE, number),
        };
        reading.insert_own(class::TEXT_SEARCH_TEMPLATE, number, template);
    }
    Ok(())
}
