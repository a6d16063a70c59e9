//! The session state at each statement's place: the SETs above it in its file.

use schemist_connect::{Session, StatementError};
use schemist_sql::Dialect;

/// The states of all places, and the one that the session is in.
#[derive(Debug)]
pub(super) struct States {
    /// Each state is a list of numbers of statements; the first one is empty.
    lists: Vec<Vec<usize>>,
    /// The number of the state at each statement's place.
    at: Vec<usize>,
    current: Option<usize>,
}

/// Whether entering a state changed the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entered {
    /// It was in it.
    Before,
    /// It had to be brought into it.
    Anew,
}

impl States {
    /// Starts with no place known.
    pub(super) fn new() -> Self {
        Self {
            lists: vec![Vec::new()],
            at: Vec::new(),
            current: None,
        }
    }

    /// Notes the place of the next statement; `above` are the numbers of the SETs above it.
    pub(super) fn push_place(&mut self, above: &[usize]) {
        let known = self.lists.iter().rposition(|list| list == above);
        let number = known.unwrap_or_else(|| {
            self.lists.push(above.to_vec());
            self.lists.len() - 1
        });
        self.at.push(number);
    }

    /// Brings the session into the state of a statement's place.
    ///
    /// # Errors
    /// The number of the SET that failed, with what the server says.
    pub(super) async fn enter(
        &mut self,
        session: &mut Session,
        statement: usize,
        sql_of: impl Fn(usize) -> String,
    ) -> Result<Entered, (Option<usize>, StatementError)> {
        let wanted = self.at[statement];
        if self.current == Some(wanted) {
            return Ok(Entered::Before);
        }
        self.current = None;
        start_fresh(session).await.map_err(|error| (None, error))?;
        for number in &self.lists[wanted] {
            session
                .query(&sql_of(*number))
                .await
                .map_err(|error| (Some(*number), error))?;
        }
        put_off_checks(session)
            .await
            .map_err(|error| (None, error))?;
        self.current = Some(wanted);
        Ok(Entered::Anew)
    }

    /// Forgets which state the session is in, after a rollback took its SETs back.
    pub(super) const fn forget(&mut self) {
        self.current = None;
    }

    /// Leaves every state: the session is pinned and nothing else.
    pub(super) async fn leave(&mut self, session: &mut Session) -> Result<(), StatementError> {
        self.current = None;
        start_fresh(session).await
    }
}

async fn start_fresh(session: &mut Session) -> Result<(), StatementError> {
    match session.dialect() {
        Dialect::Postgres => {
            session
                .execute("SET SESSION AUTHORIZATION DEFAULT; RESET ALL")
                .await?;
        }
        Dialect::Sqlite | Dialect::Mysql => {}
    }
    session.pin().await
}

/// What holds at every place, whatever the file says.
async fn put_off_checks(session: &mut Session) -> Result<(), StatementError> {
    match session.dialect() {
        Dialect::Postgres => session
            .execute("SET check_function_bodies = off; SET client_min_messages = warning")
            .await
            .map(drop),
        Dialect::Sqlite | Dialect::Mysql => Ok(()),
    }
}
