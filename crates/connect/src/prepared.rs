//! Preparing a statement without running it: whether it works, and what it would give.

use schemist_sql::{Dialect, Script};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, SqlSafeStr as _};
use sqlx::{Column as _, ColumnOrigin};
use sqlx::{Statement as _, TypeInfo as _};

use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::{Link, StatementError};

/// A column of what a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// Its type, in the driver's words.
    pub type_name: String,
    /// The schema, the table and the column that it is read from, where it is one; dialects without schemas
    /// have none.
    pub origin: Option<(Option<String>, String, String)>,
}

/// Prepares a statement, forgets it, and says what columns it gives.
pub(crate) async fn prepare(
    link: Link<'_>,
    sql: &str,
) -> Result<Vec<ResultColumn>, StatementError> {
    let columns = match link {
        Link::Postgres(connection) => postgres(connection, sql).await,
        Link::Sqlite(connection) => sqlite(connection, sql).await,
        Link::Mysql(connection) => mysql(connection, sql).await,
    };
    columns.map_err(|error| StatementError::from_driver(error, sql))
}

/// What a driver says of where a column is read from.
fn origin(found: ColumnOrigin) -> Option<(Option<String>, String, String)> {
    match found {
        ColumnOrigin::Table(from) => {
            // A schema before a dot is the database itself in MySQL, and another file in SQLite.
            let table = from
                .table
                .rsplit_once('.')
                .map_or(&*from.table, |(_, table)| table);
            Some((None, table.to_owned(), from.name.to_string()))
        }
        ColumnOrigin::Expression | ColumnOrigin::Unknown => None,
    }
}

// A statement that the driver remembers would still work where the schema has changed since.
async fn sqlite(
    connection: &mut SqliteConnection,
    sql: &str,
) -> Result<Vec<ResultColumn>, sqlx::Error> {
    connection.clear_cached_statements().await?;
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = (&mut *connection).prepare(text).await?;
    let columns = statement.columns().iter().map(|column| ResultColumn {
        name: column.name().to_owned(),
        type_name: column.type_info().name().to_owned(),
        origin: origin(column.origin()),
    });
    let columns = columns.collect();
    connection.clear_cached_statements().await?;
    Ok(columns)
}

async fn mysql(
    connection: &mut MySqlConnection,
    sql: &str,
) -> Result<Vec<ResultColumn>, sqlx::Error> {
    connection.clear_cached_statements().await?;
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = (&mut *connection).prepare(text).await?;
    let columns = statement.columns().iter().map(|column| ResultColumn {
        name: column.name().to_owned(),
        type_name: column.type_info().name().to_owned(),
        origin: origin(column.origin()),
    });
    let columns = columns.collect();
    connection.clear_cached_statements().await?;
    Ok(columns)
}

async fn postgres(
    connection: &mut PgConnection,
    sql: &str,
) -> Result<Vec<ResultColumn>, sqlx::Error> {
    connection.clear_cached_statements().await?;
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = (&mut *connection).prepare(text).await?;
    let mut columns = Vec::new();
    let mut places = Vec::new();
    for column in statement.columns() {
        places.push(column.relation_id().zip(column.relation_attribute_no()));
        columns.push(ResultColumn {
            name: column.name().to_owned(),
            type_name: column.type_info().name().to_owned(),
            origin: None,
        });
    }
    connection.clear_cached_statements().await?;
    for (column, place) in columns.iter_mut().zip(places) {
        let Some((relation, number)) = place else {
            continue;
        };
        let row = sqlx::raw_sql(AssertSqlSafe(place_query(relation.0, number)))
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { continue };
        column.origin = Some((Some(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?));
    }
    Ok(columns)
}

fn place_query(relation: u32, number: i16) -> String {
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("SELECT n.nspname::text, c.relname::text, a.attname::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attrelid = ")
        .number(relation)
        .keyword(" AND a.attnum = ")
        .number(number);
    script.into_text()
}
