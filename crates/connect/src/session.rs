//! One connection with everything pinned.

mod mysql;
mod postgres;

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use schemist_sql::{Dialect, Ident};
use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::url::{ServerUrl, SqliteFile, SqliteUrl, Target};
use crate::{
    ConnectError, DatabaseUrl, Pins, ResultColumn, Row, ServerVersion, ServerWords, StatementError,
    Terminator, pin_statements, prepared, text,
};

pub(crate) use mysql::open as open_mysql;
pub(crate) use postgres::open as open_postgres;

/// How long a server may take to answer, where the url does not say.
const CONNECT_TIMEOUT_SECONDS: u64 = 15;

/// What a session may do to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading only; the session refuses every change. A standby will do.
    Read,
    /// Reading and writing what is there; a SQLite file must exist.
    Write,
    /// Like [`Access::Write`], and a missing SQLite file is made.
    Create,
}

/// One open connection, pinned; dropping it ends it, also in a panic.
#[derive(Debug)]
pub struct Session {
    link: OwnLink,
    url: DatabaseUrl,
    version: ServerVersion,
    default_schema: Option<Ident>,
    pins: Vec<String>,
    process: Option<i64>,
    is_standby: bool,
    // After a message that the driver does not expect, waiting for the next one might never end.
    is_broken: bool,
    is_settled: bool,
}

#[derive(Debug)]
enum OwnLink {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
    Mysql(MySqlConnection),
}

/// The driver's connection inside a session, for those who read catalogs.
#[derive(Debug)]
pub enum Link<'a> {
    /// A connection to PostgreSQL.
    Postgres(&'a mut PgConnection),
    /// A connection to SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// A connection to MySQL or MariaDB.
    Mysql(&'a mut MySqlConnection),
}

impl Session {
    /// Opens and pins a session.
    ///
    /// # Errors
    /// [`ConnectError`], which tells a refused connection from a wrong password, a missing database
    /// and so on.
    pub async fn connect(
        url: &DatabaseUrl,
        pins: &Pins,
        access: Access,
    ) -> Result<Self, ConnectError> {
        match &url.0 {
            Target::Postgres(server) => postgres::connect(url, server, pins, access).await,
            Target::Sqlite(sqlite) => connect_sqlite(url, sqlite, access).await,
            Target::Mysql(server) => mysql::connect(url, server, access).await,
        }
    }

    /// The release that answers.
    pub const fn version(&self) -> &ServerVersion {
        &self.version
    }

    /// The dialect that the session speaks.
    pub const fn dialect(&self) -> Dialect {
        self.version.dialect
    }

    /// Where the session is connected to.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The schema whose objects go unqualified; `None` for dialects without schemas.
    pub const fn default_schema(&self) -> Option<&Ident> {
        self.default_schema.as_ref()
    }

    /// The process or thread on the server that serves the session; `None` for SQLite.
    pub const fn process(&self) -> Option<i64> {
        self.process
    }

    /// Whether the server is a standby, on which nothing can be changed.
    pub const fn is_standby(&self) -> bool {
        self.is_standby
    }

    /// The driver's connection.
    pub fn link(&mut self) -> Link<'_> {
        self.is_settled = false;
        match &mut self.link {
            OwnLink::Postgres(connection) => Link::Postgres(connection),
            OwnLink::Sqlite(connection) => Link::Sqlite(connection),
            OwnLink::Mysql(connection) => Link::Mysql(connection),
        }
    }

    /// Runs one statement and returns how many rows it changed.
    ///
    /// # Errors
    /// [`StatementError`] with the server's words and the place in `sql`.
    pub async fn execute(&mut self, sql: &str) -> Result<u64, StatementError> {
        self.begin()?;
        let mut done = text::execute(self.link(), sql).await;
        if done.as_ref().is_err_and(StatementError::is_stale_check) {
            done = text::execute(self.link(), sql).await;
        }
        self.note_broken(done)
    }

    /// Runs one query and returns its rows as text.
    ///
    /// # Errors
    /// [`StatementError`] with the server's words and the place in `sql`.
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>, StatementError> {
        self.begin()?;
        let rows = text::query(self.link(), sql).await;
        self.note_broken(rows)
    }

    /// Prepares a statement without running it, and says what columns it would give.
    ///
    /// # Errors
    /// [`StatementError`] with the server's words, where the statement does not work.
    pub async fn prepare(&mut self, sql: &str) -> Result<Vec<ResultColumn>, StatementError> {
        self.begin()?;
        let columns = prepared::prepare(self.link(), sql).await;
        self.note_broken(columns)
    }

    /// Runs several statements in their order and returns the rows of each as text: in one journey where
    /// the server takes them so, which is PostgreSQL, and one by one elsewhere. The first one that fails is the last.
    ///
    /// # Errors
    /// The place of the statement that failed, with the server's words.
    pub async fn query_each(
        &mut self,
        statements: &[String],
    ) -> Result<Vec<Vec<Row>>, (usize, StatementError)> {
        self.begin().map_err(|error| (0, error))?;
        let OwnLink::Postgres(connection) = &mut self.link else {
            let mut answers = Vec::with_capacity(statements.len());
            for (place, statement) in statements.iter().enumerate() {
                let rows = self.query(statement).await;
                answers.push(rows.map_err(|error| (place, error))?);
            }
            return Ok(answers);
        };
        let mut answers = Vec::with_capacity(statements.len());
        let done = text::query_each(connection, statements, &mut answers).await;
        let place = answers.len();
        self.note_broken(done).map_err(|error| (place, error))?;
        Ok(answers)
    }

    /// The same for statements whose rows nobody wants.
    ///
    /// # Errors
    /// As for [`Session::query_each`]; what is wrong with one is told with its place in it.
    pub async fn execute_each(
        &mut self,
        statements: &[String],
    ) -> Result<(), (usize, StatementError)> {
        self.begin().map_err(|error| (0, error))?;
        let OwnLink::Postgres(connection) = &mut self.link else {
            for (place, statement) in statements.iter().enumerate() {
                let done = self.execute(statement).await;
                done.map_err(|error| (place, error))?;
            }
            return Ok(());
        };
        let count = match text::execute_each(connection, statements).await {
            Ok(count) => count,
            Err((place, error)) => {
                return self.note_broken(Err(error)).map_err(|error| (place, error));
            }
        };
        if count < statements.len() {
            let unread = ServerWords {
                code: Some("XX000".to_owned()),
                message: "the server takes this and what follows it for one statement".to_owned(),
                ..ServerWords::default()
            };
            return Err((count.saturating_sub(1), unread.into()));
        }
        Ok(())
    }

    /// What is run may change a setting, until somebody who knows says that it did not.
    fn begin(&mut self) -> Result<(), StatementError> {
        self.is_settled = false;
        if self.is_broken {
            Err(StatementError::ours("the connection is gone"))
        } else {
            Ok(())
        }
    }

    fn note_broken<T>(&mut self, result: Result<T, StatementError>) -> Result<T, StatementError> {
        self.is_broken |= result
            .as_ref()
            .is_err_and(|error| error.is_connection_lost());
        result
    }

    /// Pins the session again, after statements that may have changed its settings.
    ///
    /// # Errors
    /// [`StatementError`] where the server refuses a setting.
    pub async fn pin(&mut self) -> Result<(), StatementError> {
        let pins = self.pins.join("; ");
        self.execute(&pins).await?;
        self.is_settled = true;
        Ok(())
    }

    /// Whether every setting is known to be as it was pinned.
    pub const fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Says that what was run since the session was pinned changed none of its settings.
    pub const fn settle(&mut self) {
        self.is_settled = true;
    }

    /// The statements that pin the session.
    pub fn pins(&self) -> &[String] {
        &self.pins
    }

    /// What can end this session from another thread, also while a statement runs.
    pub fn terminator(&self) -> Terminator {
        Terminator::of(self.url.clone(), self.process)
    }

    /// Ends the session in the server's own way.
    pub async fn close(self) {
        // What fails here is a connection that is gone already.
        let _gone = match self.link {
            OwnLink::Postgres(connection) => connection.close().await,
            OwnLink::Sqlite(connection) => connection.close().await,
            OwnLink::Mysql(connection) => connection.close().await,
        };
    }
}

/// Waits for a server as long as the url says.
async fn in_time<C>(
    url: &DatabaseUrl,
    server: &ServerUrl,
    opening: impl Future<Output = Result<C, sqlx::Error>>,
) -> Result<C, ConnectError> {
    let seconds = server
        .connect_timeout
        .filter(|seconds| *seconds > 0)
        .unwrap_or(CONNECT_TIMEOUT_SECONDS);
    match tokio::time::timeout(Duration::from_secs(seconds), opening).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(ConnectError::of_server(url.redacted(), error)),
        Err(_elapsed) => Err(ConnectError::Timeout {
            place: url.redacted(),
            seconds,
        }),
    }
}

async fn connect_sqlite(
    url: &DatabaseUrl,
    sqlite: &SqliteUrl,
    access: Access,
) -> Result<Session, ConnectError> {
    let mut options = SqliteConnectOptions::new().foreign_keys(true);
    let path = match &sqlite.file {
        SqliteFile::Memory => Path::new(":memory:"),
        SqliteFile::Path(path) => {
            let may_be_made = match access {
                Access::Read | Access::Write => false,
                Access::Create => true,
            };
            if !may_be_made && !path.exists() {
                return Err(ConnectError::NoFile { path: path.clone() });
            }
            options = options.filename(path).create_if_missing(may_be_made);
            path
        }
    };
    let refused = |source| ConnectError::File {
        path: path.to_owned(),
        source,
    };
    let connection = options
        .connect()
        .await
        .map_err(|error| refused(StatementError::from_driver(error, "")))?;
    let mut session = Session {
        link: OwnLink::Sqlite(connection),
        url: url.clone(),
        version: ServerVersion::parse(Dialect::Sqlite, ""),
        default_schema: None,
        pins: pin_statements(Dialect::Sqlite, None),
        process: None,
        is_standby: false,
        is_broken: false,
        is_settled: false,
    };
    session.pin().await.map_err(refused)?;
    // Touching the schema tells a file that is no database.
    let rows = session
        .query("SELECT sqlite_version(), (SELECT count(*) FROM sqlite_master)")
        .await
        .map_err(refused)?;
    if let Some(row) = rows.first() {
        session.version = ServerVersion::parse(Dialect::Sqlite, row.text(0));
    }
    match access {
        // Not the read-only way of opening, which cannot recover a log that a killed writer left.
        Access::Read => {
            session
                .execute("PRAGMA query_only = ON")
                .await
                .map_err(refused)?;
        }
        Access::Write | Access::Create => {}
    }
    Ok(session)
}
