//! Reads a whole database, in one snapshot.

use schemist_catalog::Catalog;
use sqlx::PgConnection;
use sqlx::Row;

use super::reading::Reading;
use super::{
    dependency, enum_type, extension, foreign_key, index, member, schema, sequence, table,
    unmanaged, view,
};
use crate::{IntrospectError, Scope};

/// Tells whether a transaction is open already: its start is then not the statement's own.
const ASK_STATE: &str = "SELECT pg_catalog.now() <> pg_catalog.statement_timestamp() AS in_transaction, \
     pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major, \
     pg_catalog.current_schemas(false)::pg_catalog.text[] AS path";

/// The oldest major version whose system tables we know.
const OLDEST: u32 = 13;

/// Reads everything in scope.
///
/// The session is one of ours: its search path is the default schema alone, because the server leaves
/// out of what it prints the schemas in it.
///
/// # Errors
/// [`IntrospectError`] where the server refuses a query, or returns what we do not understand.
pub async fn read(
    connection: &mut PgConnection,
    scope: &Scope,
) -> Result<Catalog, IntrospectError> {
    let failed = || IntrospectError::query("settings");
    let state = sqlx::raw_sql(ASK_STATE)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed())?;
    let major: i32 = state.try_get("major").map_err(failed())?;
    let path: Vec<String> = state.try_get("path").map_err(failed())?;
    let major = u32::try_from(major).unwrap_or_default();
    if major < OLDEST {
        return Err(IntrospectError::unreadable(
            format!("PostgreSQL {major}"),
            format!("{OLDEST} is the oldest version that we know"),
        ));
    }
    let elsewhere = path
        .iter()
        .find(|schema| scope.default_schema.as_ref().map(AsRef::as_ref) != Some(schema.as_str()));
    if let Some(schema) = elsewhere {
        return Err(IntrospectError::unreadable(
            "the session's words",
            format!("its search path has the schema \"{schema}\", which is not the default one"),
        ));
    }
    if state.try_get("in_transaction").map_err(failed())? {
        return read_all(Reading::new(connection, major, scope)).await;
    }
    command(
        connection,
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    )
    .await?;
    let catalog = read_all(Reading::new(connection, major, scope)).await;
    command(connection, "ROLLBACK").await?;
    catalog
}

async fn command(connection: &mut PgConnection, sql: &'static str) -> Result<(), IntrospectError> {
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(|_| ()).map_err(IntrospectError::query("settings"))
}

/// Reads kind after kind: what is needed to understand another comes before it.
async fn read_all(mut reading: Reading<'_>) -> Result<Catalog, IntrospectError> {
    let reading_all = &mut reading;
    schema::read(reading_all).await?;
    extension::read(reading_all).await?;
    member::read(reading_all).await?;
    reading_all.read_comments().await?;
    schema::insert(reading_all);
    enum_type::read(reading_all).await?;
    let mut sequences = sequence::read(reading_all).await?;
    let tables = table::read(reading_all, &mut sequences).await?;
    sequences.insert(reading_all, &tables);
    tables.insert(reading_all);
    index::read(reading_all, &tables).await?;
    foreign_key::read(reading_all, &tables).await?;
    view::read(reading_all).await?;
    unmanaged::read(reading_all).await?;
    dependency::read(reading_all).await?;
    Ok(reading.catalog)
}
