//! What `sqlparser` thinks of a statement that our own words do not know.

use schemist_sql::Dialect;
use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

/// Whether it reads the statement, so that it is SQL at least; no rule is about it then.
pub(super) fn is_known(dialect: Dialect, sql: &str) -> bool {
    let parsed = match dialect {
        Dialect::Postgres => Parser::parse_sql(&PostgreSqlDialect {}, sql),
        Dialect::Sqlite => Parser::parse_sql(&SQLiteDialect {}, sql),
        Dialect::Mysql => Parser::parse_sql(&MySqlDialect {}, sql),
    };
    parsed.is_ok_and(|found| !found.is_empty())
}
