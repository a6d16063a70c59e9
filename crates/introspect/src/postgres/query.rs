//! Asking the server, in the words of its version, and taking answers apart.

use std::cell::Cell;
use std::vec;

use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use schemist_sql::{Dialect, Script};
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgQueryResult, PgRow};
use sqlx::{AssertSqlSafe, Column, Decode, Either, PgConnection, Postgres, Row, Type};

use crate::IntrospectError;

/// The query as a server of this version understands it.
///
/// A line that ends in `-- from <major>` is only for that version and later ones, one that ends in
/// `-- before <major>` only for earlier ones, one in `-- from <major> before <major>` for those between.
pub(super) fn for_version(sql: &str, major: u32) -> String {
    let is_for = |line: &&str| {
        let Some((_, note)) = line.rsplit_once("-- ") else {
            return true;
        };
        let words: Vec<_> = note.split_whitespace().collect();
        let bounds: Option<Vec<_>> = words
            .chunks(2)
            .map(|pair| match pair {
                ["from", first] => Some(major >= first.parse().ok()?),
                ["before", end] => Some(major < end.parse().ok()?),
                _ => None,
            })
            .collect();
        bounds.is_none_or(|bounds| bounds.iter().all(|holds| *holds))
    };
    let lines: Vec<_> = sql.lines().filter(is_for).collect();
    lines.join("\n")
}

/// One of our queries; `$1` in it stands for the schemas that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Query {
    what: &'static str,
    sql: &'static str,
}

impl Query {
    /// A query, and what it asks for.
    pub(super) const fn new(what: &'static str, sql: &'static str) -> Self {
        Self { what, sql }
    }
}

/// The answers to several queries, in their order, as they come.
///
/// All are sent at once, by the simple protocol: one journey to the server, which works on the next
/// answer while we make objects of the last one; and nothing is prepared that a pooler of transactions
/// could lose.
pub(super) struct Answers<'a> {
    stream: BoxStream<'a, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>,
    rest: vec::IntoIter<Query>,
}

impl<'a> Answers<'a> {
    /// Asks a server of this version.
    pub(super) fn of(
        connection: &'a mut PgConnection,
        queries: Vec<Query>,
        major: u32,
        schemas: &[u32],
    ) -> Self {
        let mut script = String::new();
        for query in &queries {
            script.push_str(&for_version(query.sql, major));
            script.push_str("\n;\n");
        }
        let script = script.replace("$1", &numbers(schemas));
        Self {
            stream: sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection),
            rest: queries.into_iter(),
        }
    }

    /// The answer to a query, which must be the next one.
    pub(super) async fn next(&mut self, query: &Query) -> Result<Vec<Answer>, IntrospectError> {
        let what = query.what;
        if self.rest.next().map(|next| next.what) != Some(what) {
            let reason = "it was asked for at another place";
            return Err(IntrospectError::unreadable(what, reason));
        }
        let mut answer = Vec::new();
        let failed = IntrospectError::query(what);
        loop {
            match self.stream.try_next().await {
                Ok(Some(Either::Right(row))) => answer.push(Answer::new(what, row)),
                Ok(Some(Either::Left(_)) | None) => return Ok(answer),
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// Numbers of rows in a system table, as an array.
fn numbers(numbers: &[u32]) -> String {
    let mut script = Script::new(Dialect::Postgres);
    script.keyword("'{");
    for (place, number) in numbers.iter().enumerate() {
        script
            .keyword(if place > 0 { "," } else { "" })
            .number(*number);
    }
    script.keyword("}'::pg_catalog.oid[]");
    script.into_text()
}

/// One row of an answer.
pub(super) struct Answer {
    what: &'static str,
    row: PgRow,
    next: Cell<usize>,
}

impl Answer {
    const fn new(what: &'static str, row: PgRow) -> Self {
        Self {
            what,
            row,
            next: Cell::new(0),
        }
    }

    /// The value of a column.
    pub(super) fn get<'r, T>(&'r self, column: &str) -> Result<T, IntrospectError>
    where
        T: Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = match self.place(column) {
            Some(place) => self.row.try_get(place),
            None => self.row.try_get(column),
        };
        value.map_err(IntrospectError::query(self.what))
    }

    /// Whether the query has a column of this name.
    pub(super) fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The place of a column.
    ///
    /// Columns are mostly taken in their order, so that the search begins after the last one taken.
    fn place(&self, name: &str) -> Option<usize> {
        let columns = self.row.columns();
        let start = self.next.get();
        let place = (start..columns.len())
            .chain(0..start)
            .find(|place| columns[*place].name() == name)?;
        self.next.set(place + 1);
        Some(place)
    }

    /// The value of a column that holds the number of a row in a system table.
    pub(super) fn number(&self, column: &str) -> Result<u32, IntrospectError> {
        self.get::<Oid>(column).map(|oid| oid.0)
    }

    /// The value of a column that holds a single letter.
    pub(super) fn letter(&self, column: &str) -> Result<char, IntrospectError> {
        let text: &str = self.get(column)?;
        Ok(text.chars().next().unwrap_or(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_be_for_versions_between_two() {
        let sql = "SELECT a -- from 15 before 17";
        let given = [14, 15, 16, 17].map(|major| !for_version(sql, major).is_empty());
        assert_eq!(given, [false, true, true, false]);
    }

    #[test]
    fn lines_are_for_versions() {
        let sql = "SELECT a,\n    b -- from 15\n    false AS b -- before 15\nFROM t -- the table";
        assert_eq!(
            for_version(sql, 15),
            "SELECT a,\n    b -- from 15\nFROM t -- the table"
        );
        assert_eq!(
            for_version(sql, 14),
            "SELECT a,\n    false AS b -- before 15\nFROM t -- the table"
        );
    }
}
