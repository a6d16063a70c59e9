//! Reads text search configurations.

use std::collections::BTreeMap;

use schemist_catalog::object::TextSearchConfiguration;
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new(
    "text search configurations",
    include_str!("text_search_configuration.sql"),
)
.if_any("pg_catalog.pg_ts_config WHERE oid >= 16384");

/// Reads text search configurations.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let words: Vec<String> = row.get("words")?;
        let dictionaries: Vec<String> = row.get("dictionaries")?;
        let mut mappings: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (word, dictionary) in words.into_iter().zip(dictionaries) {
            let dictionaries = mappings.entry(Ident::from_server(word)).or_default();
            dictionaries.push(dictionary);
        }
        let configuration = TextSearchConfiguration {
            name: reading.name(&row)?,
            parser: row.get("parser")?,
            mappings,
            comment: reading.comment(class::TEXT_SEARCH_CONFIGURATION, number),
        };
        reading.insert_own(class::TEXT_SEARCH_CONFIGURATION, number, configuration);
    }
    Ok(())
}
