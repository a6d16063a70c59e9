//! Reads casts.

use schemist_catalog::object::{Cast, CastContext, CastMethod};

use super::address::class;
use super::query::Query;
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query =
    Query::new("casts", include_str!("cast.sql")).if_any("pg_catalog.pg_cast WHERE oid >= 16384");

/// Reads casts.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let number = row.number("number")?;
        let cast = Cast {
            source: row.get("source")?,
            target: row.get("target")?,
            method: match row.get("function")? {
                Some(function) => CastMethod::Function(function),
                None if row.get("is_binary")? => CastMethod::Binary,
                None => CastMethod::Text,
            },
            context: match row.letter("context")? {
                'a' => CastContext::Assignment,
                'i' => CastContext::Implicit,
                _ => CastContext::Explicit,
            },
            comment: reading.comment(class::CAST, number),
        };
        reading.insert_own(class::CAST, number, cast);
    }
    Ok(())
}
