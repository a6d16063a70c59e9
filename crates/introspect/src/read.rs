//! Reading whatever database a session is connected to.

use schemist_catalog::Catalog;
use schemist_connect::{Link, Session};

use crate::{IntrospectError, Scope};

/// Reads the catalog of the database that a session is connected to.
///
/// # Errors
/// What the server refuses, and what its answers leave unclear.
pub async fn read(session: &mut Session, scope: &Scope) -> Result<Catalog, IntrospectError> {
    match session.link() {
        Link::Postgres(connection) => crate::postgres::read(connection, scope).await,
        Link::Sqlite(connection) => crate::sqlite::read(connection, scope).await,
        Link::Mysql(connection) => crate::mysql::read(connection, scope).await,
    }
}
