//! Reads text search parsers.

use schemist_catalog::object::TextSearchParser;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new(
    "text search parsers",
    include_str!("text_search_parser.sql"),
)
.if_any("pg_catalog.pg_ts_parser WHERE oid >= 16384");

/// Reads text search parsers.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let parser = TextSearchParser {
            name: reading.name(&row)?,
            parts: row.get("parts")?,
            comment: reading.comment(class::TEXT_SEARCH_PARSER, number),
        };
        reading.insert_own(class::TEXT_SEARCH_PARSER, number, parser);
    }
    Ok(())
}
