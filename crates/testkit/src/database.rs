//! A fresh database for one test, gone when the test ends.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::SystemTime;

use schemist_sql::{Dialect, Ident, Script};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row as _, SqliteConnection};
use tempfile::TempDir;

use crate::server::{current_test, mysql, note_skipped, postgres};

/// A database that nobody else uses, dropped at the end of its scope, also after a panic.
pub struct Database {
    url: String,
    place: Place,
}

/// Where the database is, and so how it goes away.
enum Place {
    Server {
        dialect: Dialect,
        name: Ident,
        maintenance_url: String,
    },
    Folder(#[expect(dead_code, reason = "its end removes the file")] TempDir),
    Elsewhere(Dialect),
}

impl Database {
    /// Makes an empty database on the PostgreSQL server of this run.
    ///
    /// Where there is none, the test is noted as skipped; the caller returns.
    ///
    /// # Panics
    /// Where the server is missing and that counts as a failure, or refuses to make the database.
    pub fn postgres() -> Option<Self> {
        let server = match postgres() {
            Ok(server) => server,
            Err(unavailable) => {
                note_skipped(&current_test(), &unavailable);
                return None;
            }
        };
        let name = Ident::parse(unique_name()).expect("a name of letters");
        let mut create = Script::new(Dialect::Postgres);
        create
            .keyword("CREATE DATABASE ")
            .ident(&name)
            .keyword(" TEMPLATE template0");
        run(Dialect::Postgres, &server.url, create.as_str());
        let url = with_database(&server.url, name.as_str());
        Some(Self {
            url,
            place: Place::Server {
                dialect: Dialect::Postgres,
                name,
                maintenance_url: server.url,
            },
        })
    }

    /// Makes an empty database on the MySQL or MariaDB server of this run.
    ///
    /// Where there is none, the test is noted as skipped; the caller returns.
    ///
    /// # Panics
    /// Where the server is missing and that counts as a failure, or refuses to make the database.
    pub fn mysql() -> Option<Self> {
        let server = match mysql() {
            Ok(server) => server,
            Err(unavailable) => {
                note_skipped(&current_test(), &unavailable);
                return None;
            }
        };
        let name = Ident::parse(unique_name()).expect("a name of letters");
        let mut create = Script::new(Dialect::Mysql);
        create
            .keyword("CREATE DATABASE ")
            .ident(&name)
            .keyword(" CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        run(Dialect::Mysql, &server.url, create.as_str());
        let url = with_database(&server.url, name.as_str());
        Some(Self {
            url,
            place: Place::Server {
                dialect: Dialect::Mysql,
                name,
                maintenance_url: server.url,
            },
        })
    }

    /// Makes an empty SQLite database in a folder of its own.
    ///
    /// # Panics
    /// Where there is no room for temporary files.
    pub fn sqlite() -> Self {
        let folder = TempDir::with_prefix("schemist-test-").expect("a temporary folder");
        let url = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("test.db").display()
        );
        Self {
            url,
            place: Place::Folder(folder),
        }
    }

    /// Takes a SQLite file that is somebody else's, and stays.
    pub fn sqlite_file(path: &std::path::Path) -> Self {
        Self {
            url: format!("sqlite://{}", path.display()),
            place: Place::Elsewhere(Dialect::Sqlite),
        }
    }

    /// Takes a database that is somebody else's, on whatever server, and stays.
    pub fn of_url(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            place: Place::Elsewhere(match url.split(':').next() {
                Some("mysql") => Dialect::Mysql,
                Some("sqlite") => Dialect::Sqlite,
                _ => Dialect::Postgres,
            }),
        }
    }

    /// Makes an empty database of this dialect; `None` where its server is missing.
    ///
    /// # Panics
    /// As [`Database::postgres`], [`Database::mysql`] and [`Database::sqlite`].
    pub fn of(dialect: Dialect) -> Option<Self> {
        match dialect {
            Dialect::Postgres => Self::postgres(),
            Dialect::Sqlite => Some(Self::sqlite()),
            Dialect::Mysql => Self::mysql(),
        }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        match self.place {
            Place::Server { dialect, .. } | Place::Elsewhere(dialect) => dialect,
            Place::Folder(_) => Dialect::Sqlite,
        }
    }

    /// Runs statements as they are, outside our own sessions.
    ///
    /// # Panics
    /// Where the server refuses one.
    pub fn execute(&self, sql: &str) {
        run(self.dialect(), &self.url, sql);
    }

    /// Runs statements as they are, and gives the server's words where it refuses one.
    ///
    /// # Errors
    /// The server's words.
    pub fn try_execute(&self, sql: &str) -> Result<(), String> {
        ask(self.dialect(), &self.url, sql).map(|_| ())
    }

    /// Makes a tablespace on the server, if it is not there: it stays, as all databases share it.
    ///
    /// # Panics
    /// Where the server does not make it.
    pub fn make_tablespace(&self, name: &str) {
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("CREATE TABLESPACE ")
            .ident(&Ident::parse(name).expect("a name"))
            .keyword(" LOCATION ''");
        let sign = if self.url.contains('?') { '&' } else { '?' };
        let url = format!(
            "{}{sign}options=-c%20allow_in_place_tablespaces%3Don",
            self.url
        );
        match ask(self.dialect(), &url, script.as_str()) {
            Err(words) if !words.contains("already exists") => panic!("{words}"),
            // Another test may be making it.
            Ok(_) | Err(_) => {}
        }
    }

    /// Asks for rows, each a line of its values with ` | ` between them; NULL is `∅`.
    ///
    /// # Panics
    /// Where the server refuses the question.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        ask(self.dialect(), &self.url, sql).unwrap_or_else(|words| panic!("{words}\nin: {sql}"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server {
            dialect,
            name,
            maintenance_url,
        } = &self.place
        else {
            return;
        };
        let mut drop = Script::new(*dialect);
        drop.keyword("DROP DATABASE IF EXISTS ").ident(name);
        match dialect {
            Dialect::Postgres => drop.keyword(" WITH (FORCE)"),
            Dialect::Mysql | Dialect::Sqlite => {
                if let Err(words) = ask(*dialect, maintenance_url, drop.as_str()) {
                    eprintln!("cannot drop the test's database: {words}");
                }
                return;
            }
        };
        if ask(Dialect::Postgres, maintenance_url, drop.as_str()).is_ok() {
            return;
        }
        // A database with subscriptions is in use, as the server sees it.
        let _shows_below = ask(Dialect::Postgres, &self.url, DROP_SUBSCRIPTIONS);
        // A test that fails already must not abort for its database.
        if let Err(words) = ask(Dialect::Postgres, maintenance_url, drop.as_str()) {
            eprintln!("cannot drop the test's database: {words}");
        }
    }
}

/// Drops what is subscribed to in a database, without asking any publisher.
const DROP_SUBSCRIPTIONS: &str = "DO $$ DECLARE s text; BEGIN
    FOR s IN SELECT quote_ident(subname) FROM pg_subscription AS s
        JOIN pg_database AS d ON d.oid = s.subdbid WHERE d.datname = current_database()
    LOOP
        EXECUTE 'ALTER SUBSCRIPTION ' || s || ' DISABLE';
        EXECUTE 'ALTER SUBSCRIPTION ' || s || ' SET (slot_name = NONE)';
        EXECUTE 'DROP SUBSCRIPTION ' || s;
    END LOOP;
END $$";

/// A name that no other test of any run has.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!(
        "schemist_test_{}_{}_{count}",
        since.as_millis(),
        process::id()
    )
}

/// The same address with another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url
        .split_once('?')
        .map_or((url, None), |(address, query)| (address, Some(query)));
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let host = rest.split('/').next().unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{host}/{name}{query}")
}

/// An address as schemist shows it, where it is another text: a socket stands in place of the host.
pub(crate) fn shown(url: &str) -> Option<String> {
    let (address, query) = url.split_once('?')?;
    let (scheme, rest) = address.split_once("://")?;
    let (user, rest) = rest.split_once('@')?;
    let (host, name) = rest.split_once('/')?;
    let is_socket = |option: &&str| option.starts_with("host=") || option.starts_with("socket=");
    let mut options: Vec<_> = query.split('&').collect();
    let place = options.iter().position(is_socket)?;
    let port = host.split_once(':').map(|(_, port)| format!("port={port}"));
    if let Some(port) = &port {
        options.insert(place + 1, port);
    }
    Some(format!("{scheme}://{user}@/{name}?{}", options.join("&")))
}

/// Asks a PostgreSQL server for rows.
pub(crate) fn rows(url: &str, sql: &str) -> Result<Vec<String>, String> {
    ask(Dialect::Postgres, url, sql)
}

fn run(dialect: Dialect, url: &str, sql: &str) {
    if let Err(words) = ask(dialect, url, sql) {
        panic!("{words}\nin: {sql}");
    }
}

/// Runs statements on a connection of their own, in a thread of its own: a test may be asynchronous.
pub(crate) fn ask(dialect: Dialect, url: &str, sql: &str) -> Result<Vec<String>, String> {
    let asked = || -> Result<Vec<String>, sqlx::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        match dialect {
            Dialect::Postgres => runtime.block_on(ask_postgres(url, sql)),
            Dialect::Sqlite => runtime.block_on(ask_sqlite(url, sql)),
            Dialect::Mysql => runtime.block_on(ask_mysql(url, sql)),
        }
    };
    let answer = thread::scope(|scope| scope.spawn(asked).join());
    answer
        .expect("asking does not panic")
        .map_err(|error| error.to_string())
}

async fn ask_postgres(url: &str, sql: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let rows = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    rows.iter()
        .map(|row| line((0..row.len()).map(|at| row.try_get_unchecked(at))))
        .collect()
}

async fn ask_mysql(url: &str, sql: &str) -> Result<Vec<String>, sqlx::Error> {
    // The server calls an empty query a mistake.
    if sql.trim().is_empty() {
        return Ok(Vec::new());
    }
    // Backslashes and `||` as the server itself has them, which the driver would change.
    let options: MySqlConnectOptions = url.parse()?;
    let options = options.pipes_as_concat(false).no_engine_substitution(false);
    let mut connection = options.connect().await?;
    let rows = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    let text =
        |value: Option<Vec<u8>>| value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    rows.iter()
        .map(|row| line((0..row.len()).map(|at| row.try_get_unchecked(at).map(text))))
        .collect()
}

async fn ask_sqlite(url: &str, sql: &str) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = SqliteConnection::connect(url).await?;
    let rows = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    rows.iter()
        .map(|row| line((0..row.len()).map(|at| row.try_get_unchecked(at))))
        .collect()
}

fn line(
    values: impl Iterator<Item = Result<Option<String>, sqlx::Error>>,
) -> Result<String, sqlx::Error> {
    let values: Result<Vec<Option<String>>, _> = values.collect();
    let shown = values?
        .into_iter()
        .map(|value| value.unwrap_or_else(|| "∅".to_owned()));
    Ok(shown.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_shown_in_place_of_the_host() {
        assert_eq!(
            shown("postgres://me@localhost:5433/shop?host=/tmp/x&options=-c%20a%3Db").as_deref(),
            Some("postgres://me@/shop?host=/tmp/x&port=5433&options=-c%20a%3Db")
        );
        assert_eq!(
            shown("mysql://root@localhost/shop?socket=/tmp/x").as_deref(),
            Some("mysql://root@/shop?socket=/tmp/x")
        );
        assert_eq!(shown("postgres://me@localhost/shop"), None);
    }

    #[test]
    fn the_database_of_an_address_is_replaced() {
        assert_eq!(
            with_database("postgres://me:it@localhost:1/postgres?host=/tmp/x", "a"),
            "postgres://me:it@localhost:1/a?host=/tmp/x"
        );
        assert_eq!(
            with_database("postgres://localhost", "a"),
            "postgres://localhost/a"
        );
    }

    #[test]
    fn a_sqlite_database_keeps_what_was_written() {
        let database = Database::sqlite();
        database.execute("CREATE TABLE book (id integer, title text); INSERT INTO book VALUES (1, 'a'), (2, NULL)");
        assert_eq!(
            database.rows("SELECT id, title FROM book ORDER BY id"),
            ["1 | a", "2 | ∅"]
        );
        assert!(
            database
                .try_execute("SELECT * FROM missing")
                .unwrap_err()
                .contains("no such table")
        );
    }

    #[test]
    fn a_postgres_database_is_dropped_with_its_connections() {
        let Some(database) = Database::postgres() else {
            return;
        };
        database.execute("CREATE TABLE book (id bigint, title text); INSERT INTO book VALUES (1, 'a'), (2, NULL)");
        assert_eq!(
            database.rows("SELECT id, title FROM book ORDER BY id"),
            ["1 | a", "2 | ∅"]
        );
        let name = database.rows("SELECT current_database()").remove(0);
        drop(database);
        let url = postgres().unwrap().url;
        let mut left = Script::new(Dialect::Postgres);
        left.keyword("SELECT count(*) FROM pg_database WHERE datname = ")
            .literal(&name);
        assert_eq!(ask(Dialect::Postgres, &url, left.as_str()).unwrap(), ["0"]);
    }

    #[test]
    fn a_mysql_database_is_dropped() {
        let Some(database) = Database::mysql() else {
            return;
        };
        database.execute("CREATE TABLE book (id bigint, title text); INSERT INTO book VALUES (1, 'a'), (2, NULL)");
        assert_eq!(
            database.rows("SELECT id, title FROM book ORDER BY id"),
            ["1 | a", "2 | ∅"]
        );
        let name = database.rows("SELECT database()").remove(0);
        drop(database);
        let mut left = Script::new(Dialect::Mysql);
        left.keyword("SELECT count(*) FROM information_schema.schemata WHERE schema_name = ")
            .literal(&name);
        assert_eq!(
            ask(Dialect::Mysql, &mysql().unwrap().url, left.as_str()).unwrap(),
            ["0"]
        );
    }

    #[test]
    fn a_database_is_dropped_after_a_panic_in_an_asynchronous_test() {
        let Some(probe) = Database::postgres() else {
            return;
        };
        let (sender, receiver) = std::sync::mpsc::channel();
        let ended = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async {
                let database = Database::postgres().unwrap();
                sender
                    .send(database.rows("SELECT current_database()").remove(0))
                    .unwrap();
                panic!("on purpose");
            });
        });
        assert!(ended.join().is_err());
        let mut left = Script::new(Dialect::Postgres);
        left.keyword("SELECT count(*) FROM pg_database WHERE datname = ")
            .literal(&receiver.recv().unwrap());
        assert_eq!(probe.rows(left.as_str()), ["0"]);
    }
}
