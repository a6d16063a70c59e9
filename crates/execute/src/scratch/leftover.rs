//! What killed runs left on a server, told from what live ones are using.
//!
//! A run takes an advisory lock on the name of a scratch database before it makes it, and holds it
//! until it has dropped it. So a name whose database is seen first and whose lock is then free
//! belongs to nobody. The server says who holds a lock, so that it works from any machine, and
//! `pg_locks` shows the locks of all databases, so that it works between projects. As a second
//! guard, for runs whose locking session was lost, a database with sessions in it is left alone.

use schemist_connect::{Session, StatementError};
use schemist_sql::{Dialect, Ident, Script};

use crate::duty::drop_database;
use crate::key::key_of;

/// What every scratch database's name begins with.
pub(super) const PREFIX: &str = "schemist_scratch_";

/// Takes the lock on a name; false where another run in the same database has it.
pub(super) async fn lock(session: &mut Session, name: &Ident) -> Result<bool, StatementError> {
    let mut script = Script::new(session.dialect());
    let taken = match session.dialect() {
        Dialect::Postgres | Dialect::Sqlite => {
            script
                .keyword("SELECT pg_try_advisory_lock(")
                .number(key_of(name.as_str()))
                .keyword(")");
            "t"
        }
        Dialect::Mysql => {
            script
                .keyword("SELECT get_lock(")
                .literal(name.as_str())
                .keyword(", 0)");
            "1"
        }
    };
    let rows = session.query(script.as_str()).await?;
    Ok(rows.first().is_some_and(|row| row.text(0) == taken))
}

/// Gives the lock on a name back.
pub(super) async fn unlock(session: &mut Session, name: &Ident) -> Result<(), StatementError> {
    let mut script = Script::new(session.dialect());
    match session.dialect() {
        Dialect::Postgres | Dialect::Sqlite => script
            .keyword("SELECT pg_advisory_unlock(")
            .number(key_of(name.as_str())),
        Dialect::Mysql => script
            .keyword("SELECT release_lock(")
            .literal(name.as_str()),
    };
    script.keyword(")");
    session.query(script.as_str()).await.map(drop)
}

/// Drops the scratch databases that nobody uses; a failure is the next run's business.
pub(super) async fn drop_leftovers(session: &mut Session) -> Result<Vec<Ident>, StatementError> {
    match session.dialect() {
        Dialect::Postgres => drop_postgres_leftovers(session).await,
        Dialect::Mysql => drop_mysql_leftovers(session).await,
        Dialect::Sqlite => Ok(Vec::new()),
    }
}

/// A lock that nobody has, and no session in the database: nobody uses it.
async fn drop_mysql_leftovers(session: &mut Session) -> Result<Vec<Ident>, StatementError> {
    let unused = session
        .query(
            "SELECT schema_name FROM information_schema.schemata
             WHERE schema_name REGEXP '^schemist_scratch_[0-9]+_[0-9]+_[0-9]+$' AND is_free_lock(schema_name) = 1
               AND NOT EXISTS (SELECT 1 FROM information_schema.processlist WHERE db = schema_name)",
        )
        .await?;
    let mut dropped = Vec::new();
    for row in unused {
        let name = Ident::from_server(row.text(0));
        // Taken meanwhile: a run that begins now makes the database only after it has the lock.
        if lock(session, &name).await? {
            if drop_database(session, &name).await.is_ok() {
                dropped.push(name.clone());
            }
            unlock(session, &name).await?;
        }
    }
    Ok(dropped)
}

async fn drop_postgres_leftovers(session: &mut Session) -> Result<Vec<Ident>, StatementError> {
    // Two statements: the locks must be read after the names.
    let named = session
        .query(
            "SELECT datname FROM pg_catalog.pg_database
             WHERE datname ~ '^schemist_scratch_[0-9]+_[0-9]+_[0-9]+$' AND pg_has_role(datdba, 'USAGE')",
        )
        .await?;
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let held = session
        .query(
            "SELECT ((classid::bigint << 32) | objid::bigint)::text FROM pg_catalog.pg_locks
             WHERE locktype = 'advisory' AND objsubid = 1
             UNION ALL
             SELECT datname FROM pg_catalog.pg_stat_activity WHERE datname IS NOT NULL",
        )
        .await?;
    let is_held = |text: &str| held.iter().any(|row| row.text(0) == text);
    let mut dropped = Vec::new();
    for row in named {
        let name = Ident::from_server(row.text(0));
        if is_held(name.as_str()) || is_held(&key_of(name.as_str()).to_string()) {
            continue;
        }
        if drop_database(session, &name).await.is_ok() {
            dropped.push(name);
        }
    }
    Ok(dropped)
}
