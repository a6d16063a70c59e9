//! Reads text search dictionaries.

use schemist_catalog::object::TextSearchDictionary;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new(
    "text search dictionaries",
    include_str!("text_search_dictionary.sql"),
)
.if_any("pg_catalog.pg_ts_dict WHERE oid >= 16384");

/// Reads text search dictionaries.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let dictionary = TextSearchDictionary {
            name: reading.name(&row)?,
            options: row.get("options")?,
            template: row.get("template")?,
            comment: reading.comment(class::TEXT_SEARCH_DICTIONARY, number),
        };
        reading.insert_own(class::TEXT_SEARCH_DICTIONARY, number, dictionary);
    }
    Ok(())
}
