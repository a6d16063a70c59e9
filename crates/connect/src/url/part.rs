//! The parts of a url, one by one, for those who put one together from several places.

use std::path::PathBuf;

use schemist_sql::Dialect;
use secrecy::SecretString;

use super::server::{ServerUrl, TlsMode, startup_settings};
use super::sqlite::{SqliteFile, SqliteUrl};
use super::{DatabaseUrl, Target, parse};
use crate::ConnectError;
use crate::tls::is_text;

/// One thing that a url may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The file of a SQLite database.
    File,
    /// The server's name or address, or its socket.
    Host,
    /// The server's port.
    Port,
    /// Who connects.
    User,
    /// The password of whoever connects.
    Password,
    /// The database on the server.
    Database,
    /// How much the connection insists on TLS.
    TlsMode,
    /// The file with the certificates that sign the server's.
    TlsRoot,
    /// The file with our certificate.
    TlsCertificate,
    /// The file with our certificate's key.
    TlsKey,
    /// How many seconds the server may take to answer.
    ConnectTimeout,
    /// Settings that the server makes when the session begins, in libpq's form.
    Options,
}

impl Part {
    /// All parts, in the order of a url.
    pub const ALL: [Self; 12] = [
        Self::File,
        Self::Host,
        Self::Port,
        Self::User,
        Self::Password,
        Self::Database,
        Self::TlsMode,
        Self::TlsRoot,
        Self::TlsCertificate,
        Self::TlsKey,
        Self::ConnectTimeout,
        Self::Options,
    ];

    /// What it is called in settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Host => "host",
            Self::Port => "port",
            Self::User => "user",
            Self::Password => "password",
            Self::Database => "database",
            Self::TlsMode => "ssl.mode",
            Self::TlsRoot => "ssl.ca",
            Self::TlsCertificate => "ssl.cert",
            Self::TlsKey => "ssl.key",
            Self::ConnectTimeout => "connect_timeout",
            Self::Options => "options",
        }
    }

    /// Whether it is the path of a file.
    pub const fn is_path(self) -> bool {
        matches!(
            self,
            Self::File | Self::TlsRoot | Self::TlsCertificate | Self::TlsKey
        )
    }
}

impl DatabaseUrl {
    /// A url that names a dialect and leaves everything else open.
    pub fn of_dialect(dialect: Dialect) -> Self {
        let server = |scheme| ServerUrl {
            scheme,
            ..ServerUrl::default()
        };
        Self(match dialect {
            Dialect::Postgres => Target::Postgres(server("postgres")),
            Dialect::Mysql => Target::Mysql(server("mysql")),
            Dialect::Sqlite => Target::Sqlite(SqliteUrl::memory()),
        })
    }

    /// What the url says there, with `***` for a password; `None` where it leaves it open.
    pub fn part(&self, part: Part) -> Option<String> {
        match &self.0 {
            Target::Postgres(server) | Target::Mysql(server) => of_server(server, part),
            Target::Sqlite(SqliteUrl {
                file: SqliteFile::Path(path),
                ..
            }) if part == Part::File => Some(path.display().to_string()),
            Target::Sqlite(_) => None,
        }
    }

    /// The same url that says something else there; what its dialect has no such part of stays.
    ///
    /// # Errors
    /// Where the text means nothing there.
    pub fn with_part(&self, part: Part, value: &str) -> Result<Self, ConnectError> {
        let mut url = self.clone();
        match &mut url.0 {
            Target::Postgres(server) | Target::Mysql(server) => set(server, part, value)?,
            Target::Sqlite(sqlite) => {
                if part == Part::File {
                    sqlite.file = match value {
                        "" | ":memory:" => SqliteFile::Memory,
                        path => SqliteFile::Path(PathBuf::from(path)),
                    };
                }
            }
        }
        Ok(url)
    }

    /// The same url, which takes what it leaves open from another one of its dialect.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        let mut url = self.clone();
        match (&mut url.0, &below.0) {
            (Target::Postgres(server), Target::Postgres(below))
            | (Target::Mysql(server), Target::Mysql(below)) => fill(server, below),
            (Target::Sqlite(sqlite), Target::Sqlite(below)) => {
                if matches!(sqlite.file, SqliteFile::Memory) {
                    sqlite.file = below.file.clone();
                }
            }
            (Target::Postgres(_) | Target::Mysql(_) | Target::Sqlite(_), _) => {}
        }
        url
    }

    /// The same url without one part.
    #[must_use]
    pub fn without(&self, part: Part) -> Self {
        let mut url = self.clone();
        match &mut url.0 {
            Target::Postgres(server) | Target::Mysql(server) => match part {
                Part::File => {}
                Part::Host => server.host = None,
                Part::Port => server.port = None,
                Part::User => server.user = None,
                Part::Password => server.password = None,
                Part::Database => server.database = None,
                Part::TlsMode => server.tls = None,
                Part::TlsRoot => server.tls_root = None,
                Part::TlsCertificate => server.tls_certificate = None,
                Part::TlsKey => server.tls_key = None,
                Part::ConnectTimeout => server.connect_timeout = None,
                Part::Options => server.settings.clear(),
            },
            Target::Sqlite(_) => {}
        }
        url
    }

    /// Whether the database is a file, or in memory, and on no server.
    pub const fn is_file(&self) -> bool {
        match self.0 {
            Target::Sqlite(_) => true,
            Target::Postgres(_) | Target::Mysql(_) => false,
        }
    }

    /// The port that is meant where none is named; `None` for SQLite.
    pub const fn usual_port(&self) -> Option<u16> {
        match self.dialect() {
            Dialect::Postgres => Some(5432),
            Dialect::Mysql => Some(3306),
            Dialect::Sqlite => None,
        }
    }

    /// What is odd about the url, though it can be read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Target::Postgres(server) | Target::Mysql(server) = &self.0
            && server.has_raw_at
        {
            notes.push("the password holds a raw `@`; write it as `%40`".to_owned());
        }
        for name in self.ignored_parameters() {
            notes.push(format!("the parameter `{name}` of the url is passed over"));
        }
        notes
    }
}

fn fill(server: &mut ServerUrl, below: &ServerUrl) {
    let fill = |own: &mut Option<String>, below: &Option<String>| {
        if own.is_none() {
            own.clone_from(below);
        }
    };
    fill(&mut server.host, &below.host);
    fill(&mut server.user, &below.user);
    fill(&mut server.database, &below.database);
    fill(&mut server.tls_root, &below.tls_root);
    fill(&mut server.tls_certificate, &below.tls_certificate);
    fill(&mut server.tls_key, &below.tls_key);
    server.port = server.port.or(below.port);
    server.tls = server.tls.or(below.tls);
    server.connect_timeout = server.connect_timeout.or(below.connect_timeout);
    if server.password.is_none() {
        server.password.clone_from(&below.password);
    }
    if server.settings.is_empty() {
        server.settings.clone_from(&below.settings);
    }
}

fn of_server(server: &ServerUrl, part: Part) -> Option<String> {
    match part {
        Part::File => None,
        Part::Host => server.host.clone(),
        Part::Port => server.port.map(|port| port.to_string()),
        Part::User => server.user.clone(),
        Part::Password => server.password.as_ref().map(|_| "***".to_owned()),
        Part::Database => server.database.clone(),
        Part::TlsMode => server.tls.map(|mode| mode.word().to_owned()),
        Part::TlsRoot => server.tls_root.as_deref().map(file_or_text),
        Part::TlsCertificate => server.tls_certificate.as_deref().map(file_or_text),
        Part::TlsKey => server.tls_key.as_deref().map(file_or_text),
        Part::ConnectTimeout => server.connect_timeout.map(|seconds| seconds.to_string()),
        Part::Options => {
            let settings = server.settings.iter();
            let settings: Vec<String> = settings
                .map(|(name, value)| format!("-c {name}={value}"))
                .collect();
            (!settings.is_empty()).then(|| settings.join(" "))
        }
    }
}

/// The path, or that the text itself stands in its place; a key is a secret.
fn file_or_text(value: &str) -> String {
    if is_text(value) {
        "***".to_owned()
    } else {
        value.to_owned()
    }
}

fn set(server: &mut ServerUrl, part: Part, value: &str) -> Result<(), ConnectError> {
    let text = || (!value.is_empty()).then(|| value.to_owned());
    match part {
        Part::File => {}
        Part::Host => server.host = text(),
        Part::Port => server.port = Some(parse::read_port(value)?),
        Part::User => server.user = text(),
        Part::Password => server.password = Some(SecretString::from(value)),
        Part::Database => server.database = text(),
        Part::TlsMode => server.tls = Some(TlsMode::parse(value)?),
        Part::TlsRoot => server.tls_root = text(),
        Part::TlsCertificate => server.tls_certificate = text(),
        Part::TlsKey => server.tls_key = text(),
        Part::ConnectTimeout => server.connect_timeout = Some(parse::read_seconds(value)?),
        Part::Options => server.settings = startup_settings(value)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_read_again_and_a_password_never() {
        let mut url = DatabaseUrl::of_dialect(Dialect::Postgres);
        for (part, value) in [
            (Part::Host, "db"),
            (Part::Port, "6543"),
            (Part::User, "app"),
            (Part::Password, "hunter2"),
            (Part::Database, "shop"),
            (Part::TlsMode, "verify-full"),
            (Part::Options, "-c search_path=dev"),
        ] {
            url = url.with_part(part, value).unwrap();
        }
        let said: Vec<String> = Part::ALL
            .iter()
            .filter_map(|part| Some(format!("{} {}", part.word(), url.part(*part)?)))
            .collect();
        insta::assert_snapshot!(format!("{url}\n{}", said.join("\n")), @r"
        postgres://app:***@db:6543/shop
        host db
        port 6543
        user app
        password ***
        database shop
        ssl.mode verify-full
        options -c search_path=dev
        ");
        let file = DatabaseUrl::of_dialect(Dialect::Sqlite)
            .with_part(Part::File, "x.db")
            .unwrap();
        assert_eq!(file.to_string(), "sqlite://x.db");
        assert!(url.with_part(Part::Port, "hunter2").is_err());
    }
}
