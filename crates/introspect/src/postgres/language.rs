//! Reads languages.

use schemist_catalog::object::Language;
use schemist_sql::Ident;

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("languages", include_str!("language.sql"));

/// Reads languages.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let functions: Vec<Option<String>> = row.get("functions")?;
        let mut functions = functions.into_iter();
        let mut next = || functions.next().flatten();
        let (handler, inline, validator) = (next(), next(), next());
        let language = Language {
            name: Ident::from_server(row.get::<String>("name")?),
            trusted: row.get("trusted")?,
            handler: handler.unwrap_or_default(),
            inline,
            validator,
            comment: reading.comment(class::LANGUAGE, number),
        };
        reading.insert_own(class::LANGUAGE, number, language);
    }
    Ok(())
}
