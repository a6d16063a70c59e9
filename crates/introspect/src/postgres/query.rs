//! Asking the server, in the words of its version, and taking answers apart.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::vec;

use futures_util::stream::{BoxStream, Peekable};
use futures_util::{StreamExt, TryStreamExt};
use schemist_sql::{Dialect, Script};
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgQueryResult, PgRow};
use sqlx::{AssertSqlSafe, Column, Decode, Either, PgConnection, Postgres, Row, Type, ValueRef};

use crate::fingerprint::Print;
use crate::{Fingerprint, IntrospectError};

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
    /// Rows without which the answer is empty: what follows FROM.
    source: Option<&'static str>,
}

impl Query {
    /// A query, and what it asks for.
    pub(super) const fn new(what: &'static str, sql: &'static str) -> Self {
        Self {
            what,
            sql,
            source: None,
        }
    }

    /// The query, asked only where these rows of a system table (what follows FROM) are there.
    ///
    /// Most databases have nothing of most kinds, and to plan a query costs the server more than to find
    /// that out. The server's own objects have numbers below 16384
    /// (<https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT>).
    pub(super) const fn if_any(self, source: &'static str) -> Self {
        Self {
            source: Some(source),
            ..self
        }
    }

    /// What the query finds, in words.
    pub(super) const fn what(&self) -> &'static str {
        self.what
    }

    /// The query for a server of this version.
    pub(super) fn for_server(&self, major: u32, schemas: &[u32], sources: &Sources) -> Question {
        Question {
            what: self.what,
            sql: sources
                .has(self)
                .then(|| for_version(self.sql, major).replace("$1", &numbers(schemas))),
        }
    }
}

/// What is put to a server.
pub(super) struct Question {
    what: &'static str,
    /// `None` where it is known that the answer is empty.
    sql: Option<String>,
}

/// What there is of the rows without which queries find nothing.
#[derive(Default)]
pub(super) struct Sources(BTreeMap<&'static str, bool>);

impl Sources {
    /// What is asked for, in words.
    pub(super) const WHAT: &'static str = "the kinds of objects";

    /// Asks for the rows without which these queries find nothing, for each only once.
    pub(super) fn question(queries: &[Query]) -> Question {
        let mut script = Script::new(Dialect::Postgres);
        script.keyword("SELECT ARRAY[");
        for (place, source) in Self::of(queries).into_iter().enumerate() {
            script
                .keyword(if place > 0 { ", " } else { "" })
                .keyword("EXISTS (SELECT FROM ")
                .keyword(source)
                .keyword(")");
        }
        script.keyword("] AS found");
        Question {
            what: Self::WHAT,
            sql: Some(script.into_text()),
        }
    }

    /// What the answer says of these queries.
    pub(super) fn read(queries: &[Query], answer: &[Answer]) -> Result<Self, IntrospectError> {
        let mut found = Vec::<bool>::new();
        for row in answer {
            found = row.get("found")?;
        }
        Ok(Self(Self::of(queries).into_iter().zip(found).collect()))
    }

    fn of(queries: &[Query]) -> BTreeSet<&'static str> {
        queries.iter().filter_map(|query| query.source).collect()
    }

    /// Whether a query may find anything.
    fn has(&self, query: &Query) -> bool {
        let found = query.source.and_then(|source| self.0.get(source));
        found.copied().unwrap_or(true)
    }
}

/// The answers to several questions, in their order, as they come.
///
/// All are sent at once, by the simple protocol: one journey to the server, which works on the next
/// answer while we make objects of the last one; and nothing is prepared that a pooler of transactions
/// could lose.
pub(super) struct Answers<'a> {
    stream: Peekable<BoxStream<'a, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>>,
    rest: vec::IntoIter<Question>,
    /// What came already and was not taken yet.
    held: vec::IntoIter<Vec<Answer>>,
    print: &'a mut Print,
}

impl<'a> Answers<'a> {
    /// Puts questions to a server, and takes the print of what it answers.
    pub(super) fn to(
        connection: &'a mut PgConnection,
        questions: Vec<Question>,
        print: &'a mut Print,
    ) -> Self {
        let mut script = String::new();
        for sql in questions
            .iter()
            .filter_map(|question| question.sql.as_deref())
        {
            script.push_str(sql);
            script.push_str("\n;\n");
        }
        let stream = sqlx::raw_sql(AssertSqlSafe(script)).fetch_many(connection);
        Self {
            stream: stream.peekable(),
            rest: questions.into_iter(),
            held: Vec::new().into_iter(),
            print,
        }
    }

    /// Waits until the server begins to answer.
    pub(super) async fn begin(&mut self) {
        // What it says, also that it refuses, is taken with the answer.
        let _begun = Pin::new(&mut self.stream).peek().await;
    }

    /// Receives all answers before the first is taken, and says what they are as a whole.
    pub(super) async fn hold(&mut self) -> Result<Fingerprint, IntrospectError> {
        let questions: Vec<_> = self.rest.by_ref().collect();
        let mut held = Vec::new();
        for question in &questions {
            held.push(self.receive(question).await?);
        }
        self.rest = questions.into_iter();
        self.held = held.into_iter();
        Ok(self.fingerprint())
    }

    /// What was received so far, as a whole.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.print.fingerprint()
    }

    /// The answer to a question, which must be the next one.
    pub(super) async fn next(
        &mut self,
        what: &'static str,
    ) -> Result<Vec<Answer>, IntrospectError> {
        let Some(question) = self.rest.next().filter(|next| next.what == what) else {
            let reason = "it was asked for at another place";
            return Err(IntrospectError::unreadable(what, reason));
        };
        match self.held.next() {
            Some(answer) => Ok(answer),
            None => self.receive(&question).await,
        }
    }

    async fn receive(&mut self, question: &Question) -> Result<Vec<Answer>, IntrospectError> {
        let what = question.what;
        let mut answer = Vec::new();
        if question.sql.is_some() {
            let failed = IntrospectError::query(what);
            loop {
                match self.stream.try_next().await {
                    Ok(Some(Either::Right(row))) => {
                        take_print(self.print, &row).map_err(IntrospectError::query(what))?;
                        answer.push(Answer::new(what, row));
                    }
                    Ok(Some(Either::Left(_)) | None) => break,
                    Err(error) => return Err(failed(error)),
                }
            }
        }
        self.print.end_of_answer();
        Ok(answer)
    }
}

/// Takes a row into the print of what a server answers.
///
/// # Errors
/// What the driver says of a value.
pub(super) fn take_print(print: &mut Print, row: &PgRow) -> Result<(), sqlx::Error> {
    for place in 0..row.len() {
        let value = row.try_get_raw(place)?;
        if value.is_null() {
            print.value(None);
        } else {
            print.value(Some(value.as_bytes().map_err(sqlx::Error::Decode)?));
        }
    }
    Ok(())
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
    fn a_query_whose_rows_are_missing_is_not_asked() {
        const ENUMS: Query = Query::new("enums", "SELECT 1").if_any("types");
        const LABELS: Query = Query::new("labels", "SELECT 2").if_any("types");
        const CASTS: Query = Query::new("casts", "SELECT 3").if_any("casts");
        const COMMENTS: Query = Query::new("comments", "SELECT 4");
        let queries = [ENUMS, LABELS, CASTS, COMMENTS];
        assert_eq!(
            Sources::question(&queries).sql.as_deref(),
            Some("SELECT ARRAY[EXISTS (SELECT FROM casts), EXISTS (SELECT FROM types)] AS found")
        );
        let sources = Sources([("casts", true), ("types", false)].into());
        let asked = |query: &Query| query.for_server(15, &[], &sources).sql.is_some();
        assert_eq!(queries.each_ref().map(asked), [false, false, true, true]);
    }

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
