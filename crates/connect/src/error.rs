//! What can go wrong between us and a database, without a password in it.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::path::PathBuf;

use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::TlsTrouble;

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The url cannot be read. The text never repeats it, since a password may be in it.
    #[error("read the database's url: {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// The database is of a product that we do not speak.
    #[error("use {place}: {product} is not supported")]
    Unsupported {
        /// The url without its password.
        place: String,
        /// The product.
        product: &'static str,
    },
    /// The file of a SQLite database is missing.
    #[error("open {}: there is no such file", .path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// The file of a SQLite database cannot be opened, or is none.
    #[error("open {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: StatementError,
    },
    /// Nobody listens there.
    #[error("connect to {place}: no server accepts connections there")]
    Refused {
        /// The url without its password.
        place: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The host's name leads nowhere, or no packet gets there.
    #[error("connect to {place}: the host cannot be reached")]
    Unreachable {
        /// The url without its password.
        place: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The server did not answer in time.
    #[error("connect to {place}: no answer within {seconds} s")]
    Timeout {
        /// The url without its password.
        place: String,
        /// How long we waited.
        seconds: u64,
    },
    /// The server refused the user or the password.
    #[error("connect to {place}: the server refuses this user or password")]
    Login {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server has no database of that name.
    #[error("connect to {place}: the server has no such database")]
    NoDatabase {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server has no rule that lets this user in like this, or wants another proof.
    #[error("connect to {place}: the server does not let this user in like this")]
    NotLetIn {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// TLS failed, or the server has none where the url demands it.
    #[error("connect to {place} with TLS: {trouble}")]
    Tls {
        /// The url without its password.
        place: String,
        /// What kind of failure it is.
        trouble: TlsTrouble,
        /// What failed, where that says more.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// A file that TLS needs cannot be read, or is another one.
    #[error("read {what} from {place}")]
    TlsFile {
        /// What it should hold.
        what: &'static str,
        /// Its path.
        place: String,
        /// What is wrong with it.
        #[source]
        source: io::Error,
    },
    /// A certificate without its key, or a key without its certificate.
    #[error("show a certificate of ours to the server: its {missing} is not named")]
    HalfIdentity {
        /// Which of the two is missing.
        missing: &'static str,
    },
    /// The connection ended before anything was said.
    #[error("connect to {place}: the server closed the connection without an answer")]
    HungUp {
        /// The url without its password.
        place: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What answers speaks another protocol.
    #[error("connect to {place}: what answers there is no server of this kind")]
    Foreign {
        /// The url without its password.
        place: String,
        /// What is odd about the answer.
        #[source]
        source: StatementError,
    },
    /// The server has as many connections as it takes.
    #[error("connect to {place}: the server takes no more connections")]
    Full {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server starts or stops just now.
    #[error("connect to {place}: the server is not ready")]
    NotReady {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server is a standby, on which nothing can be changed.
    #[error("change {place}: it is a standby; connect to its primary")]
    Standby {
        /// The url without its password.
        place: String,
    },
    /// The session opened but could not be prepared, or the server gave another reason.
    #[error("connect to {place}")]
    Server {
        /// The url without its password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
}

impl ConnectError {
    /// Sorts a failed connection attempt by what the user can do about it.
    pub(crate) fn of_server(place: String, error: sqlx::Error) -> Self {
        let error = match TlsTrouble::of(error) {
            Ok((trouble, source)) => {
                return Self::Tls {
                    place,
                    trouble,
                    source,
                };
            }
            Err(other) => other,
        };
        match error {
            sqlx::Error::Io(source) => Self::of_system(place, source),
            // The driver reads an end as a zero.
            sqlx::Error::Protocol(words) if words.contains("SSLRequest: 0x00") => Self::HungUp {
                place,
                source: io::ErrorKind::UnexpectedEof.into(),
            },
            sqlx::Error::Protocol(words) => Self::Foreign {
                place,
                // Behind the words stands a place in the driver's source.
                source: StatementError::ours(words.split(" (sqlx").next().unwrap_or_default()),
            },
            other => Self::of_words(place, StatementError::from_driver(other, "")),
        }
    }

    fn of_system(place: String, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                Self::Refused { place, source }
            }
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::HungUp { place, source },
            io::ErrorKind::InvalidData => Self::Foreign {
                place,
                source: StatementError::ours(source.to_string()),
            },
            _ => Self::Unreachable { place, source },
        }
    }

    fn of_words(place: String, source: StatementError) -> Self {
        match source.number {
            // ER_ACCESS_DENIED_ERROR and its kin, ER_HOST_NOT_PRIVILEGED.
            Some(1044 | 1045 | 1698 | 1130 | 3118) => return Self::Login { place, source },
            Some(1049) => return Self::NoDatabase { place, source },
            // ER_SECURE_TRANSPORT_REQUIRED.
            Some(3159) => return Self::NotLetIn { place, source },
            // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED.
            Some(1040 | 1203 | 1226) => return Self::Full { place, source },
            // ER_SERVER_SHUTDOWN.
            Some(1053) => return Self::NotReady { place, source },
            _ => {}
        }
        match source.code.as_deref() {
            // https://www.postgresql.org/docs/current/errcodes-appendix.html
            Some("28P01") => Self::Login { place, source },
            Some("28000") => Self::NotLetIn { place, source },
            Some("3D000") => Self::NoDatabase { place, source },
            Some("53300") => Self::Full { place, source },
            Some("57P03" | "57P01") => Self::NotReady { place, source },
            _ => Self::Server { place, source },
        }
    }

    /// Whether it may go better with TLS where there was none, or without it.
    pub(crate) const fn is_about_encryption(&self) -> bool {
        matches!(self, Self::NotLetIn { .. } | Self::Tls { .. })
    }
}

/// Why a statement failed; its fields are those of [`ServerWords`].
// Boxed, so that results stay small.
#[derive(Debug)]
pub struct StatementError(Box<ServerWords>);

/// What a server says about a failed statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerWords {
    /// The SQLSTATE, or SQLite's extended result code; `None` where the connection itself failed.
    pub code: Option<String>,
    /// The number that MySQL and MariaDB give their errors, of which one SQLSTATE has many.
    pub number: Option<u16>,
    /// The server's message.
    pub message: String,
    /// More about it.
    pub detail: Option<String>,
    /// What the server advises.
    pub hint: Option<String>,
    /// Where in functions and queries inside the statement it happened.
    pub context: Option<String>,
    /// The byte of the statement at which the server points, counted from 0.
    pub position: Option<usize>,
    /// The schema that the server names.
    pub schema: Option<String>,
    /// The table that the server names.
    pub table: Option<String>,
    /// The column that the server names.
    pub column: Option<String>,
    /// The constraint that the server names.
    pub constraint: Option<String>,
}

impl StatementError {
    /// An error that we found before the server saw the statement.
    pub(crate) fn ours(message: impl Into<String>) -> Self {
        ServerWords {
            message: message.into(),
            ..ServerWords::default()
        }
        .into()
    }

    pub(crate) fn from_driver(error: sqlx::Error, sql: &str) -> Self {
        let database = match error {
            sqlx::Error::Database(database) => database,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => return Self::ours(error.to_string()),
            // What the driver cannot read leaves the connection as it was.
            other => {
                let code = Some("XX000".to_owned());
                return ServerWords {
                    code,
                    message: other.to_string(),
                    ..ServerWords::default()
                }
                .into();
            }
        };
        let code = database.code().map(|code| code.into_owned());
        let message = database.message().to_owned();
        if let Some(server) = database.try_downcast_ref::<MySqlDatabaseError>() {
            return ServerWords {
                code,
                number: Some(server.number()),
                position: mysql_position(sql, &message),
                message,
                ..ServerWords::default()
            }
            .into();
        }
        let Some(server) = database.try_downcast_ref::<PgDatabaseError>() else {
            return ServerWords {
                code,
                message,
                ..ServerWords::default()
            }
            .into();
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let words = ServerWords {
            code,
            number: None,
            message,
            detail: owned(server.detail()),
            hint: owned(server.hint()),
            context: owned(server.r#where()),
            position: server.position().and_then(|position| match position {
                PgErrorPosition::Original(at) => byte_of(sql, at),
                PgErrorPosition::Internal { .. } => None,
            }),
            schema: owned(server.schema()),
            table: owned(server.table()),
            column: owned(server.column()),
            constraint: owned(server.constraint()),
        };
        words.into()
    }

    /// Whether the connection is gone, so that nothing more can be asked.
    pub fn is_connection_lost(&self) -> bool {
        match self.code.as_deref() {
            None => true,
            // Class 08, and the server shutting the session down; MariaDB's ER_CONNECTION_KILLED.
            Some(code) => {
                code.starts_with("08")
                    || matches!(code, "57P01" | "57P02" | "57P03")
                    || self.number == Some(1927)
            }
        }
    }

    /// Whether the rows that are there are in the way, and not the statement itself.
    pub fn is_about_data(&self) -> bool {
        if let Some(number) = self.number {
            return is_about_data_of_mysql(number);
        }
        self.code.as_deref().is_some_and(|code| {
            // PostgreSQL: class 22, data exception, class 23, integrity constraint violation, and 2200H,
            // a sequence that is used up. SQLite: CONSTRAINT and MISMATCH with their kin.
            let is_sqlite = code.len() < 5;
            if is_sqlite {
                // `ADD COLUMN` looks at the rows afterwards, and says so with the code for everything.
                let is_added = ADDED_IN_SQLITE.contains(&self.message.as_str());
                code.parse::<u32>()
                    .is_ok_and(|number| matches!(number & 0xff, 19 | 20) || is_added)
            } else {
                code.starts_with("22") || code.starts_with("23")
            }
        })
    }

    /// Whether the server looked for a renamed column in a check that it remembered with the old name.
    ///
    /// MariaDB 10.11 does so where `ALTER TABLE … RENAME COLUMN` comes after some others: it refuses the
    /// statement, forgets the check, and takes the same statement the next time.
    pub(crate) fn is_stale_check(&self) -> bool {
        // ER_BAD_FIELD_ERROR
        self.number == Some(1054) && self.message.ends_with("in 'CHECK'")
    }

    /// Whether something that a statement names is not there, or is there already.
    pub fn is_about_presence(&self) -> bool {
        if let Some(number) = self.number {
            // Databases, tables, columns, indexes, routines, triggers and views that exist, or do not.
            return matches!(
                number,
                1007 | 1008
                    | 1050
                    | 1051
                    | 1054
                    | 1060
                    | 1061
                    | 1091
                    | 1146
                    | 1304
                    | 1305
                    | 1359
                    | 1360
                    | 1826
            );
        }
        match self.code.as_deref() {
            // PostgreSQL: class 42, undefined and duplicate objects, and schemas.
            Some(
                "42P01" | "42703" | "42704" | "42883" | "3F000" | "42P06" | "42P07" | "42701"
                | "42710" | "42723",
            ) => true,
            // SQLite has one code for everything that is wrong with a statement.
            Some("1") => {
                let message = self.message.as_str();
                let starts = [
                    "no such table: ",
                    "no such index: ",
                    "no such view: ",
                    "no such trigger: ",
                    "no such column: ",
                    "duplicate column name: ",
                ];
                starts.iter().any(|start| message.starts_with(start))
                    || message.ends_with(" already exists")
            }
            _ => false,
        }
    }

    /// Whether a change was refused because everything here may only be read.
    pub fn is_read_only(&self) -> bool {
        // PostgreSQL: read_only_sql_transaction. ER_OPTION_PREVENTS_STATEMENT, and
        // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION.
        self.code.as_deref() == Some("25006") || matches!(self.number, Some(1290 | 1792))
    }

    /// Whether the user may not do that.
    pub fn is_forbidden(&self) -> bool {
        if let Some(number) = self.number {
            // ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR.
            return matches!(number, 1044 | 1142 | 1143);
        }
        // PostgreSQL: insufficient_privilege.
        self.code.as_deref() == Some("42501")
    }

    /// Whether a statement was ended because it took longer than it may.
    pub fn is_statement_timeout(&self) -> bool {
        // PostgreSQL: query_canceled. MariaDB: ER_STATEMENT_TIMEOUT; MySQL: ER_QUERY_TIMEOUT.
        self.code.as_deref() == Some("57014") || matches!(self.number, Some(1969 | 3024))
    }

    /// Whether a lock was not got in time, so that the same statement may succeed later.
    pub fn is_lock_timeout(&self) -> bool {
        if let Some(number) = self.number {
            // ER_LOCK_WAIT_TIMEOUT, also of a metadata lock, ER_LOCK_DEADLOCK, ER_LOCK_NOWAIT.
            return matches!(number, 1205 | 1213 | 3572);
        }
        self.code.as_deref().is_some_and(|code| {
            // PostgreSQL: lock_not_available, deadlock_detected. SQLite: BUSY and LOCKED with their kin.
            matches!(code, "55P03" | "40P01")
                || code
                    .parse::<u32>()
                    .is_ok_and(|number| code.len() < 5 && matches!(number & 0xff, 5 | 6))
        })
    }
}

/// What `ADD COLUMN` of SQLite says of rows: <https://www.sqlite.org/lang_altertable.html#altertabaddcol>.
const ADDED_IN_SQLITE: [&str; 3] = [
    "NOT NULL constraint failed",
    "CHECK constraint failed",
    "type mismatch on DEFAULT",
];

impl From<ServerWords> for StatementError {
    fn from(words: ServerWords) -> Self {
        Self(Box::new(words))
    }
}

impl Deref for StatementError {
    type Target = ServerWords;

    fn deref(&self) -> &ServerWords {
        &self.0
    }
}

/// Whether rows or values are in the way.
///
/// <https://mariadb.com/kb/en/mariadb-error-code-reference/>,
/// <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>.
const fn is_about_data_of_mysql(number: u16) -> bool {
    matches!(
        number,
        // Keys that occur twice.
        1022 | 1062 | 1169 | 1586 | 1859
        // NULL, and no value where one must be.
        | 1048 | 1138 | 1263 | 1364
        // Values out of their type: too long, out of range, cut off, of another character set, no date.
        | 1264 | 1265 | 1292 | 1366 | 1367 | 1406 | 1411 | 1441 | 1365 | 1690 | 3140 | 3988
        // Keys without a row to point at, and rows that are pointed at.
        | 1216 | 1217 | 1451 | 1452
        // Checks: MariaDB's ER_CONSTRAINT_FAILED, MySQL's ER_CHECK_CONSTRAINT_VIOLATED.
        | 4025 | 3819
        // Partitions that take no such row.
        | 1526 | 1737 | 1748 | 1862
        // A geometry that is none, and no place in the counter.
        | 1416 | 1467 | 3037
    )
}

/// Where the text stands that MySQL names in `… near 'text' at line 2`.
fn mysql_position(sql: &str, message: &str) -> Option<usize> {
    let (before, line) = message.rsplit_once("' at line ")?;
    let (_, near) = before.split_once("near '")?;
    let line: usize = line.trim().parse().ok()?;
    let start: usize = sql
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let at = sql.get(start..)?.find(near)?;
    Some(start + at)
}

/// The byte before the `at`-th character, counted from 1 as servers do.
fn byte_of(sql: &str, at: usize) -> Option<usize> {
    sql.char_indices()
        .map(|(byte, _)| byte)
        .chain([sql.len()])
        .nth(at.checked_sub(1)?)
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(detail) = &self.detail {
            write!(f, " ({detail})")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StatementError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_names_the_text_and_its_line() {
        let message = "You have an error in your SQL syntax; check the manual that corresponds to your \
             MariaDB server version for the right syntax to use near 'c INT' at line 2";
        assert_eq!(
            mysql_position("CREATE TABLE t (\nb c INT", message),
            Some(19)
        );
        assert_eq!(mysql_position("x", "Table 'a.b' doesn't exist"), None);
    }

    #[test]
    fn positions_are_bytes_from_zero() {
        assert_eq!(byte_of("é x", 3), Some(3));
        assert_eq!(byte_of("ab", 3), Some(2));
        assert_eq!(byte_of("ab", 4), None);
    }
}
