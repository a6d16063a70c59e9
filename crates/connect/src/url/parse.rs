//! From the text of a url to its parts.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;

use super::server::{ServerUrl, TlsMode, startup_settings};
use super::sqlite::SqliteUrl;
use super::{Target, sql_server};
use crate::ConnectError;

pub(super) fn parse(text: &str) -> Result<Target, ConnectError> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(':') else {
        return Err(refuse(
            "it names no scheme; write `sqlite://path` or `postgres://user@host/database`",
        ));
    };
    let product = scheme
        .split('+')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    match product.as_str() {
        "postgres" | "postgresql" => Ok(Target::Postgres(server("postgres", rest)?)),
        "mysql" => Ok(Target::Mysql(server("mysql", rest)?)),
        "mariadb" => Ok(Target::Mysql(server("mariadb", rest)?)),
        "sqlite" | "sqlite3" => SqliteUrl::parse(rest).map(Target::Sqlite),
        "mssql" | "sqlserver" => Err(sql_server::refusal(rest)),
        _ if is_word(scheme) && rest.starts_with("//") => Err(refuse(format!(
            "its scheme `{scheme}` is none of postgres, sqlite and mysql"
        ))),
        _ => Err(refuse(
            "it names no scheme; write `sqlite://path` or `postgres://user@host/database`",
        )),
    }
}

fn server(scheme: &'static str, rest: &str) -> Result<ServerUrl, ConnectError> {
    let Some(rest) = rest.strip_prefix("//") else {
        return Err(refuse(format!("`//` is missing after `{scheme}:`")));
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));

    let mut url = ServerUrl {
        scheme,
        ..ServerUrl::default()
    };
    let address = match authority.rsplit_once('@') {
        Some((login, address)) => {
            let (user, password) = login
                .split_once(':')
                .map_or((login, None), |(u, p)| (u, Some(p)));
            url.has_raw_at = login.contains('@');
            url.user = non_empty(decode(user)?);
            url.password = password.map(decode).transpose()?.map(SecretString::from);
            address
        }
        None => authority,
    };
    read_address(&mut url, address).map_err(|error| {
        // A raw `/`, `?` or `#` in a password ends the host's part too early.
        if tail.contains('@') && !authority.contains('@') {
            refuse("its password holds `/`, `?` or `#`, which must be written as `%2F`, `%3F` or `%23`")
        } else {
            error
        }
    })?;
    url.database = non_empty(decode(path.trim_start_matches('/'))?);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        read_parameter(&mut url, &decode(name)?, decode(value)?)?;
    }
    Ok(url)
}

fn read_address(url: &mut ServerUrl, address: &str) -> Result<(), ConnectError> {
    let (host, port) = if let Some(inside) = address.strip_prefix('[') {
        let Some((host, after)) = inside.split_once(']') else {
            return Err(refuse("its IPv6 address has no closing bracket"));
        };
        (host, after.strip_prefix(':'))
    } else {
        address
            .split_once(':')
            .map_or((address, None), |(host, port)| (host, Some(port)))
    };
    if host.contains(',') {
        return Err(refuse("it names several hosts; name the one to change"));
    }
    url.host = non_empty(decode(host)?);
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        url.port = Some(read_port(port)?);
    }
    Ok(())
}

pub(super) fn read_port(text: &str) -> Result<u16, ConnectError> {
    // The text is not repeated: after a password with a raw `@` or `:` it may be a piece of it.
    text.parse()
        .map_err(|_| refuse("its port is not a number from 1 to 65535"))
}

pub(super) fn read_seconds(text: &str) -> Result<u64, ConnectError> {
    text.parse()
        .map_err(|_| refuse("its connect_timeout is not a number of seconds"))
}

fn read_parameter(url: &mut ServerUrl, name: &str, value: String) -> Result<(), ConnectError> {
    match name {
        "host" | "hostaddr" | "socket" | "unix_socket" => url.host = non_empty(value),
        "port" => url.port = Some(read_port(&value)?),
        "user" => url.user = non_empty(value),
        "password" => url.password = Some(SecretString::from(value)),
        "dbname" => url.database = non_empty(value),
        "sslmode" | "ssl-mode" | "ssl_mode" => url.tls = Some(TlsMode::parse(&value)?),
        "sslrootcert" | "ssl-ca" => url.tls_root = non_empty(value),
        "sslcert" | "ssl-cert" => url.tls_certificate = non_empty(value),
        "sslkey" | "ssl-key" => url.tls_key = non_empty(value),
        "connect_timeout" => {
            url.connect_timeout = Some(read_seconds(&value)?);
        }
        "options" => url.settings.extend(startup_settings(&value)?),
        // Prisma's and JDBC's words for it.
        "schema" | "currentSchema" | "search_path" => {
            url.settings.push(("search_path".to_owned(), value));
        }
        _ => url.ignored.push(name.to_owned()),
    }
    Ok(())
}

/// Undoes percent escapes, also those that an ini file doubled (`%%20`).
pub(super) fn decode(text: &str) -> Result<String, ConnectError> {
    let text = undouble(text);
    percent_decode_str(&text)
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| refuse("its percent escapes are not UTF-8"))
}

fn undouble(text: &str) -> Cow<'_, str> {
    if !text.contains("%%") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("%%") {
        let digits = rest.as_bytes().get(at + 2..at + 4);
        let is_escape = digits.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        let keep = if is_escape { at } else { at + 1 };
        out.push_str(&rest[..keep]);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

pub(super) fn refuse(reason: impl Into<String>) -> ConnectError {
    ConnectError::Url {
        reason: reason.into(),
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::DatabaseUrl;

    fn read(text: &str) -> String {
        match DatabaseUrl::parse(text) {
            Ok(url) => {
                let schema = url
                    .default_schema()
                    .map_or(String::new(), |schema| format!(" schema {schema}"));
                format!("{url}{schema}")
            }
            Err(error) => format!("cannot {error}"),
        }
    }

    #[test]
    fn servers_are_read_with_defaults_and_drivers_dropped() {
        assert_snapshot!(read("postgresql+psycopg2://app:secret@db.example.com/shop"), @"postgres://app:***@db.example.com/shop");
        assert_snapshot!(read("postgres://[::1]:6543/shop"), @"postgres://[::1]:6543/shop");
        assert_snapshot!(read("postgres:///shop?host=/tmp/x&port=99"), @"postgres:///shop?host=/tmp/x&port=99");
        assert_snapshot!(read("postgres://%2Fvar%2Frun/shop"), @"postgres:///shop?host=/var/run");
        assert_snapshot!(read("mysql+pymysql://app:secret@/shop?unix_socket=/tmp/my.sock"), @"mysql://app:***@/shop?socket=/tmp/my.sock");
        assert_snapshot!(read("mariadb://root@h/shop"), @"mariadb://root@h/shop");
    }

    #[test]
    fn the_search_path_names_the_default_schema() {
        assert_snapshot!(read("postgres://h/d?options=-c%20search_path=dev,public"), @r#"postgres://h/d schema "dev""#);
        assert_snapshot!(read("postgres://h/d?options=-c%%20search_path%%3Ddev"), @r#"postgres://h/d schema "dev""#);
        assert_snapshot!(read("postgres://h/d?options=-csearch_path%3D%22$user%22,%22My%5C%20S%22"), @r#"postgres://h/d schema "My S""#);
        assert_snapshot!(read("postgres://h/d?options=--search_path%3DDev"), @r#"postgres://h/d schema "dev""#);
    }

    #[test]
    fn sqlite_paths_are_relative_after_two_slashes_and_absolute_after_three() {
        let path = |text: &str| format!("{:?}", DatabaseUrl::parse(text).unwrap().sqlite_path());
        assert_snapshot!(path("sqlite://a/b.db"), @r#"Some("a/b.db")"#);
        assert_snapshot!(path("sqlite:b.db"), @r#"Some("b.db")"#);
        assert_snapshot!(path("sqlite:///tmp/b%20c.db?mode=rwc"), @r#"Some("/tmp/b c.db")"#);
        assert_snapshot!(path("sqlite:////tmp/b.db"), @r#"Some("/tmp/b.db")"#);
        assert_snapshot!(path("sqlite::memory:"), @"None");
        assert_snapshot!(path("sqlite://:memory:"), @"None");
        assert_snapshot!(path("sqlite://"), @"None");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        let broken = [
            "shop.db",
            "oracle://h/d",
            "postgres:h/d",
            "postgres://app:hunter2/x@h/d",
            "postgres://app:hunter2@h:54x/d",
            "postgres://app:hunter2@[::1/d",
            "postgres://app:hunter2@h/d?sslmode=strict",
            "postgres://app:hunter2%ff@h/d",
            "hunter2:x",
        ];
        let said: Vec<_> = broken.iter().map(|text| read(text)).collect();
        assert!(said.iter().all(|text| !text.contains("hunter2")));
        assert_snapshot!(said.join("\n"), @r"
        cannot read the database's url: it names no scheme; write `sqlite://path` or `postgres://user@host/database`
        cannot read the database's url: its scheme `oracle` is none of postgres, sqlite and mysql
        cannot read the database's url: `//` is missing after `postgres:`
        cannot read the database's url: its password holds `/`, `?` or `#`, which must be written as `%2F`, `%3F` or `%23`
        cannot read the database's url: its port is not a number from 1 to 65535
        cannot read the database's url: its IPv6 address has no closing bracket
        cannot read the database's url: its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full
        cannot read the database's url: its percent escapes are not UTF-8
        cannot read the database's url: it names no scheme; write `sqlite://path` or `postgres://user@host/database`
        ");
    }

    #[test]
    fn the_password_is_in_neither_display_nor_debug() {
        let url = DatabaseUrl::parse("postgres://app:hunter2@h/d?password=hunter2").unwrap();
        assert!(!format!("{url} {url:?}").contains("hunter2"));
    }
}
