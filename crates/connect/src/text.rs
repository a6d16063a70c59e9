//! Sending SQL text: the only place that vouches for text to the driver.
//!
//! Everything goes through the simple protocol: nothing is prepared, so that a transaction pooler or
//! a changed table never invalidates a statement of ours.

use futures_util::TryStreamExt;
use sqlx::mysql::MySqlConnection;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Either, Row as _, ValueRef as _};

use crate::row::Row;
use crate::{Link, ServerWords, StatementError};

pub(crate) async fn execute(link: Link<'_>, sql: &str) -> Result<u64, StatementError> {
    refuse_nul(sql)?;
    let text = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    let done = match link {
        Link::Postgres(connection) => text
            .execute(connection)
            .await
            .map(|done| done.rows_affected()),
        Link::Sqlite(connection) => text
            .execute(connection)
            .await
            .map(|done| done.rows_affected()),
        Link::Mysql(connection) => text
            .execute(connection)
            .await
            .map(|done| done.rows_affected()),
    };
    done.map_err(|error| StatementError::from_driver(error, sql))
}

pub(crate) async fn query(link: Link<'_>, sql: &str) -> Result<Vec<Row>, StatementError> {
    refuse_nul(sql)?;
    let rows = match link {
        Link::Postgres(connection) => postgres_rows(connection, sql).await,
        Link::Sqlite(connection) => sqlite_rows(connection, sql).await,
        Link::Mysql(connection) => mysql_rows(connection, sql).await,
    };
    rows.map_err(|error| StatementError::from_driver(error, sql))
}

/// Sends several statements at once, and counts those that succeed; of the one that fails the place is told.
pub(crate) async fn execute_each(
    connection: &mut PgConnection,
    statements: &[String],
) -> Result<usize, (usize, StatementError)> {
    let script = joined(statements).map_err(|error| (0, error))?;
    let mut stream = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection);
    let mut done = 0;
    loop {
        match stream.try_next().await {
            Ok(Some(Either::Left(_))) => done += 1,
            Ok(Some(Either::Right(_))) => {}
            Ok(None) => return Ok(done),
            Err(error) => return Err(placed(error, statements, done)),
        }
    }
}

/// The statement that an error is about, with the place in it.
///
/// The server counts from the beginning of what it got, all of which it reads before it runs the first.
fn placed(error: sqlx::Error, statements: &[String], done: usize) -> (usize, StatementError) {
    let error = StatementError::from_driver(error, &statements.join(BETWEEN));
    let Some(mut position) = error.position else {
        return (done, error);
    };
    for (place, statement) in statements.iter().enumerate() {
        if position <= statement.len() {
            let words = ServerWords {
                position: Some(position),
                ..(*error).clone()
            };
            return (place, words.into());
        }
        position = position.saturating_sub(statement.len() + BETWEEN.len());
    }
    (done, error)
}

/// Sends several statements at once, and adds the rows of each that succeeds to the answers.
pub(crate) async fn query_each(
    connection: &mut PgConnection,
    statements: &[String],
    answers: &mut Vec<Vec<Row>>,
) -> Result<(), StatementError> {
    let script = joined(statements)?;
    let failed = |error| StatementError::from_driver(error, "");
    let mut stream = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection);
    let mut rows = Vec::new();
    while let Some(next) = stream.try_next().await.map_err(failed)? {
        match next {
            Either::Right(row) => rows.push(postgres_row(&row).map_err(failed)?),
            Either::Left(_) => answers.push(std::mem::take(&mut rows)),
        }
    }
    Ok(())
}

/// What parts statements: the line end closes a comment at a statement's end.
const BETWEEN: &str = "\n;\n";

/// The statement that a session of ours runs, without what begins its transaction in the same message.
pub fn without_beginning(query: &str) -> &str {
    let begun = query.strip_prefix("BEGIN");
    let Some(mut rest) = begun.and_then(|rest| rest.strip_prefix(BETWEEN)) else {
        return query;
    };
    while let Some((setting, next)) = rest.split_once(BETWEEN) {
        if !setting.starts_with("SET LOCAL ") {
            break;
        }
        rest = next;
    }
    rest
}

/// Several statements as one text.
fn joined(statements: &[String]) -> Result<String, StatementError> {
    let script = statements.join(BETWEEN);
    refuse_nul(&script)?;
    Ok(script)
}

async fn postgres_rows(connection: &mut PgConnection, sql: &str) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .fetch_all(connection)
        .await?;
    rows.iter().map(postgres_row).collect()
}

fn postgres_row(row: &PgRow) -> Result<Row, sqlx::Error> {
    let mut values = Vec::with_capacity(row.len());
    for column in 0..row.len() {
        let value = row.try_get_raw(column)?;
        let text = if value.is_null() {
            None
        } else {
            Some(value.as_str().map_err(sqlx::Error::Decode)?.to_owned())
        };
        values.push(text);
    }
    Ok(Row(values))
}

async fn sqlite_rows(
    connection: &mut SqliteConnection,
    sql: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .fetch_all(connection)
        .await?;
    let mut texts = Vec::with_capacity(rows.len());
    for row in rows {
        // Unchecked: SQLite turns a number into text by itself.
        let values = (0..row.len())
            .map(|column| row.try_get_unchecked(column))
            .collect::<Result<_, _>>()?;
        texts.push(Row(values));
    }
    Ok(texts)
}

async fn mysql_rows(connection: &mut MySqlConnection, sql: &str) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .fetch_all(connection)
        .await?;
    let mut texts = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(row.len());
        for column in 0..row.len() {
            // Unchecked: without preparing, the server sends every value as text.
            let bytes: Option<Vec<u8>> = row.try_get_unchecked(column)?;
            values.push(bytes.map(text_of));
        }
        texts.push(Row(values));
    }
    Ok(texts)
}

/// Bytes as text; those of a binary column that are none as the server writes them in hexadecimal.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        error
            .into_bytes()
            .iter()
            .fold("0x".to_owned(), |text, byte| format!("{text}{byte:02X}"))
    })
}

/// A NUL would end the statement early, and what follows would be read as another message.
fn refuse_nul(sql: &str) -> Result<(), StatementError> {
    match sql.find('\0') {
        Some(at) => Err(ServerWords {
            code: Some("22021".to_owned()),
            message: "the statement holds a NUL character".to_owned(),
            position: Some(at),
            ..ServerWords::default()
        }
        .into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_transaction_is_not_shown() {
        let ours = "BEGIN\n;\nSET LOCAL lock_timeout = 3000\n;\nCREATE TABLE t ()\n;\nCOMMIT";
        assert_eq!(without_beginning(ours), "CREATE TABLE t ()\n;\nCOMMIT");
        assert_eq!(without_beginning("BEGIN"), "BEGIN");
        let cut = "BEGIN\n;\nSET LOCAL lock_tim";
        assert_eq!(without_beginning(cut), "SET LOCAL lock_tim");
    }
}
