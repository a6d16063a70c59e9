//! Reads collations.

use schemist_catalog::object::{Collation, CollationProvider};

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("collations", include_str!("collation.sql"))
    .if_any("pg_catalog.pg_collation WHERE oid >= 16384");

/// Reads collations.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let collation = Collation {
            name: reading.name(&row)?,
            provider: match row.letter("provider")? {
                'i' => CollationProvider::Icu,
                'b' => CollationProvider::Builtin,
                _ => CollationProvider::Libc,
            },
            deterministic: row.get("deterministic")?,
            locale: row.get("locale")?,
            lc_collate: row.get("lc_collate")?,
            lc_ctype: row.get("lc_ctype")?,
            rules: row.get("rules")?,
            comment: reading.comment(class::COLLATION, number),
        };
        reading.insert_own(class::COLLATION, number, collation);
    }
    Ok(())
}
