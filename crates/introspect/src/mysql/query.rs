//! Asking the server, and taking its answers as text.

use schemist_sql::{Dialect, Ident, Script};
use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, Decode, MySql, MySqlConnection, Row};

use crate::fingerprint::Print;
use crate::{Fingerprint, IntrospectError};

/// One row of an answer; every value in the server's own text.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer(Vec<Option<String>>);

impl Answer {
    /// The value of a column, or the empty text for NULL.
    pub(super) fn text(&self, column: usize) -> &str {
        self.get(column).unwrap_or_default()
    }

    /// The value of a column; `None` for NULL.
    pub(super) fn get(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }
}

/// A server that is being asked, with the print of what it answered so far.
pub(super) struct Server<'a> {
    connection: &'a mut MySqlConnection,
    print: Print,
}

impl<'a> Server<'a> {
    /// A server that was not asked yet.
    pub(super) fn new(connection: &'a mut MySqlConnection) -> Self {
        Self {
            connection,
            print: Print::default(),
        }
    }

    /// What its answers were so far.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.print.fingerprint()
    }

    /// Asks one query, by the simple protocol: nothing is prepared.
    pub(super) async fn ask(
        &mut self,
        what: &'static str,
        sql: &str,
    ) -> Result<Vec<Answer>, IntrospectError> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut *self.connection)
            .await
            .map_err(IntrospectError::query(what))?;
        let answers: Vec<_> = rows
            .iter()
            .map(answer)
            .collect::<Result<_, _>>()
            .map_err(IntrospectError::query(what))?;
        for value in answers.iter().flat_map(|Answer(values)| values) {
            self.print.value(value.as_deref().map(str::as_bytes));
        }
        self.print.end_of_answer();
        Ok(answers)
    }

    /// Asks for the statement of one object; `column` says where in the answer it stands.
    pub(super) async fn show(
        &mut self,
        what: &'static str,
        (words, name): (&'static str, &str),
        column: usize,
    ) -> Result<Option<String>, IntrospectError> {
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("SHOW CREATE ")
            .keyword(words)
            .keyword(" ")
            .ident(&Ident::from_server(name));
        let answers = self.ask(what, script.as_str()).await?;
        Ok(answers
            .first()
            .and_then(|answer| answer.get(column))
            .map(str::to_owned))
    }
}

fn answer(row: &MySqlRow) -> Result<Answer, sqlx::Error> {
    let mut values = Vec::new();
    for place in 0..row.len() {
        let value = row.try_get_raw(place)?;
        if sqlx::ValueRef::is_null(&value) {
            values.push(None);
            continue;
        }
        let bytes = <Vec<u8> as Decode<MySql>>::decode(value).map_err(sqlx::Error::Decode)?;
        values.push(Some(String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(Answer(values))
}
