//! A url, whatever the dialect.

use std::fmt;
use std::path::Path;

use schemist_sql::{Dialect, Ident};
use secrecy::ExposeSecret;

use super::parse;
use super::server::{ServerUrl, TlsMode};
use super::sqlite::{SqliteFile, SqliteUrl};
use crate::ConnectError;
use crate::tls::{PUBLIC, is_text};

/// Where a database is, and who connects to it.
///
/// Its `Display` and `Debug` are [`DatabaseUrl::redacted`]: the password is in neither.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) Target);

#[derive(Clone)]
pub(crate) enum Target {
    Postgres(ServerUrl),
    Sqlite(SqliteUrl),
    Mysql(ServerUrl),
}

/// What another program needs to log in to a server; what is `None` is its own default.
#[derive(Clone, Copy, Default)]
pub struct Login<'a> {
    /// The host, or the folder or file of a socket.
    pub host: Option<&'a str>,
    /// The port.
    pub port: Option<u16>,
    /// The user.
    pub user: Option<&'a str>,
    /// The database.
    pub database: Option<&'a str>,
    /// The password, in the open.
    pub password: Option<&'a str>,
    /// How much the connection insists on TLS, in libpq's words.
    pub tls_mode: &'static str,
    /// The certificate of the server's authority: a path, or the text itself.
    pub tls_root: Option<&'a str>,
    /// Our certificate: a path, or the text itself.
    pub tls_certificate: Option<&'a str>,
    /// Our certificate's key: a path, or the text itself.
    pub tls_key: Option<&'a str>,
}

impl DatabaseUrl {
    /// Reads a url: `postgres://…`, `sqlite://…`, `mysql://…`, with SQLAlchemy's `+driver` dropped.
    ///
    /// `sqlite:///x` is the absolute path `/x`; `sqlite://x` and `sqlite:x` are relative.
    ///
    /// # Errors
    /// [`ConnectError::Url`], which says what is wrong and never repeats the url.
    pub fn parse(text: &str) -> Result<Self, ConnectError> {
        parse::parse(text).map(Self)
    }

    /// The url of a PostgreSQL server behind a unix socket in `folder`.
    pub fn postgres_socket(folder: &str, port: u16, user: &str, database: &str) -> Self {
        Self(Target::Postgres(ServerUrl {
            scheme: "postgres",
            host: Some(folder.to_owned()),
            port: Some(port),
            user: Some(user.to_owned()),
            database: Some(database.to_owned()),
            tls: Some(TlsMode::Disable),
            ..ServerUrl::default()
        }))
    }

    /// The url of a MySQL or MariaDB server behind the unix socket at `path`.
    pub fn mysql_socket(path: &str, user: &str, database: &str) -> Self {
        Self(Target::Mysql(ServerUrl {
            scheme: "mysql",
            host: Some(path.to_owned()),
            user: Some(user.to_owned()),
            database: Some(database.to_owned()),
            tls: Some(TlsMode::Disable),
            ..ServerUrl::default()
        }))
    }

    /// The url of a new SQLite database in memory.
    pub fn sqlite_memory() -> Self {
        Self(Target::Sqlite(SqliteUrl::memory()))
    }

    /// The dialect that the database speaks.
    pub const fn dialect(&self) -> Dialect {
        match self.0 {
            Target::Postgres(_) => Dialect::Postgres,
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Mysql(_) => Dialect::Mysql,
        }
    }

    /// The database's name: on a server its name, else the file's stem; `None` where the url leaves
    /// it to the server.
    pub fn database(&self) -> Option<&str> {
        match &self.0 {
            Target::Postgres(server) | Target::Mysql(server) => server.database.as_deref(),
            Target::Sqlite(sqlite) => sqlite.stem(),
        }
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.clone();
        match &mut url.0 {
            Target::Postgres(server) | Target::Mysql(server) => {
                server.database = Some(name.to_owned())
            }
            Target::Sqlite(_) => {}
        }
        url
    }

    /// The same database, where the paths of files start from `folder` unless they are absolute.
    #[must_use]
    pub fn relative_to(&self, folder: &Path) -> Self {
        let mut url = self.clone();
        match &mut url.0 {
            Target::Sqlite(sqlite) => match &mut sqlite.file {
                SqliteFile::Path(path) => *path = folder.join(&path),
                SqliteFile::Memory => {}
            },
            Target::Postgres(server) | Target::Mysql(server) => {
                let files = [
                    &mut server.tls_root,
                    &mut server.tls_certificate,
                    &mut server.tls_key,
                ];
                for file in files.into_iter().flatten() {
                    if !is_text(file) && file != PUBLIC {
                        *file = folder.join(&file).display().to_string();
                    }
                }
            }
        }
        url
    }

    /// The host, or the socket's folder; `None` for SQLite and where the url leaves it open.
    pub fn host(&self) -> Option<&str> {
        match &self.0 {
            Target::Postgres(server) | Target::Mysql(server) => server.host.as_deref(),
            Target::Sqlite(_) => None,
        }
    }

    /// The file of a SQLite database; `None` for servers and for a database in memory.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Target::Sqlite(SqliteUrl {
                file: SqliteFile::Path(path),
                ..
            }) => Some(path),
            Target::Sqlite(_) | Target::Postgres(_) | Target::Mysql(_) => None,
        }
    }

    /// What another program needs to log in there; whoever uses it keeps the password out of arguments.
    pub fn login(&self) -> Login<'_> {
        let (Target::Postgres(server) | Target::Mysql(server)) = &self.0 else {
            return Login::default();
        };
        Login {
            host: server.host.as_deref(),
            port: server.port,
            user: server.user.as_deref(),
            database: server.database.as_deref(),
            password: server.password.as_ref().map(ExposeSecret::expose_secret),
            tls_mode: server.effective_tls().word(),
            tls_root: server.tls_root.as_deref(),
            tls_certificate: server.tls_certificate.as_deref(),
            tls_key: server.tls_key.as_deref(),
        }
    }

    /// The schema that the url itself names first in its search path.
    pub fn default_schema(&self) -> Option<Ident> {
        match &self.0 {
            Target::Postgres(server) => server.first_schema(),
            Target::Sqlite(_) | Target::Mysql(_) => None,
        }
    }

    /// The names of parameters that have no meaning here and are passed over.
    pub fn ignored_parameters(&self) -> &[String] {
        match &self.0 {
            Target::Postgres(server) | Target::Mysql(server) => &server.ignored,
            Target::Sqlite(sqlite) => &sqlite.ignored,
        }
    }

    /// The url with `***` for the password and without its parameters.
    pub fn redacted(&self) -> String {
        match &self.0 {
            Target::Postgres(server) | Target::Mysql(server) => server.redacted(),
            Target::Sqlite(sqlite) => sqlite.to_string(),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.redacted())
    }
}
