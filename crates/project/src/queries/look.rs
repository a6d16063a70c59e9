//! Preparing queries on a database.

use schemist_connect::{ResultColumn, Session, StatementError};
use schemist_sql::Dialect;

use super::read::Query;
use crate::prove::bench::BenchError;

/// A query that does not work.
#[derive(Debug, Clone)]
pub struct Failing {
    /// The query.
    pub query: Query,
    /// The server's words.
    pub words: String,
}

/// Prepares a query: what it gives, or why it does not work; `None` where the server prepares no statements
/// of its kind.
///
/// # Errors
/// Where the connection is gone.
pub(super) async fn look(
    session: &mut Session,
    query: &Query,
) -> Result<Option<Result<Vec<ResultColumn>, String>>, BenchError> {
    match session.prepare(&query.sql).await {
        Ok(columns) => Ok(Some(Ok(columns))),
        Err(error) if error.is_connection_lost() => Err(BenchError::Refused {
            sql: query.sql.clone(),
            source: Box::new(error),
        }),
        Err(error) if is_unprepared(session.dialect(), &error) => Ok(None),
        Err(error) => Ok(Some(Err(error.to_string()))),
    }
}

/// Whether the server has no prepared form of a statement, which says nothing of whether it works:
/// <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html#error_er_unsupported_ps>.
fn is_unprepared(dialect: Dialect, error: &StatementError) -> bool {
    match dialect {
        Dialect::Mysql => error.number == Some(1295),
        Dialect::Postgres | Dialect::Sqlite => false,
    }
}

/// The queries that do not work on a database.
///
/// # Errors
/// Where the connection is gone.
pub async fn failing(session: &mut Session, queries: &[Query]) -> Result<Vec<Failing>, BenchError> {
    let mut failing = Vec::new();
    for query in queries {
        if let Some(Err(words)) = look(session, query).await? {
            failing.push(Failing {
                query: query.clone(),
                words,
            });
        }
    }
    Ok(failing)
}
