//! Opening and pinning a session with PostgreSQL.

use schemist_sql::{Dialect, Ident, Script};
use secrecy::ExposeSecret;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};

use super::{Access, OwnLink, Session, in_time};
use crate::tls::Tls;
use crate::url::{ServerUrl, TlsMode};
use crate::{ConnectError, DatabaseUrl, Pins, Row, ServerVersion, StatementError, pin_statements};

/// What is sent with the pins when a session begins.
const ONCE: [&str; 3] = [
    // An idle session of ours holds locks that must not end with it; the setting came with 14.
    "SELECT set_config('idle_session_timeout', '0', false) WHERE current_setting('idle_session_timeout', true) IS NOT NULL",
    // Compiling the many small queries on the catalogs costs more than it saves.
    "SET jit = off",
    "SELECT current_setting('server_version'), pg_backend_pid(), pg_is_in_recovery()",
];

/// A role may have a limit of its own, of a millisecond even, which a busy server does not keep.
const UNLIMITED: &str = "SET statement_timeout = 0";

/// How often a session is pinned before the limit of its role is told as what is wrong.
const TRIES: u32 = 5;

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const QUERY_CANCELED: &str = "57014";

pub(super) async fn connect(
    url: &DatabaseUrl,
    server: &ServerUrl,
    pins: &Pins,
    access: Access,
) -> Result<Session, ConnectError> {
    let connection = open(url, server).await?;
    let default_schema = pins
        .default_schema
        .clone()
        .or_else(|| server.first_schema())
        .unwrap_or_else(|| Ident::from_server("public"));
    let mut all_pins = pin_statements(Dialect::Postgres, Some(&default_schema));
    all_pins.extend(pins.own_statements(Dialect::Postgres));
    let mut session = Session {
        link: OwnLink::Postgres(connection),
        url: url.clone(),
        version: ServerVersion::parse(Dialect::Postgres, ""),
        default_schema: Some(default_schema),
        pins: all_pins,
        process: None,
        is_standby: false,
        is_broken: false,
        is_settled: false,
    };
    let refused = |source| ConnectError::Server {
        place: url.redacted(),
        source,
    };
    for (name, value) in server
        .settings
        .iter()
        .filter(|(name, _)| name != "search_path")
    {
        let mut set = Script::new(Dialect::Postgres);
        set.keyword("SELECT set_config(")
            .literal(name)
            .keyword(", ")
            .literal(value)
            .keyword(", false)");
        session.query(set.as_str()).await.map_err(refused)?;
    }
    let mut statements = vec![UNLIMITED.to_owned()];
    statements.extend(session.pins.iter().cloned());
    statements.extend(ONCE.map(str::to_owned));
    let mut answers = pinned(&mut session, &statements).await.map_err(refused)?;
    let rows = answers.pop().unwrap_or_default();
    if let Some(row) = rows.first() {
        session.version = ServerVersion::parse(Dialect::Postgres, row.text(0));
        session.process = row.text(1).parse().ok();
        session.is_standby = row.text(2) == "t";
    }
    match access {
        Access::Read => {
            session
                .execute("SET default_transaction_read_only = on")
                .await
                .map_err(refused)?;
        }
        Access::Write | Access::Create if session.is_standby => {
            return Err(ConnectError::Standby {
                place: url.redacted(),
            });
        }
        Access::Write | Access::Create => {}
    }
    Ok(session)
}

/// Pins a session, and tries that again where the limit that is lifted first was too short for that.
async fn pinned(
    session: &mut Session,
    statements: &[String],
) -> Result<Vec<Vec<Row>>, StatementError> {
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match session.query_each(statements).await {
            Ok(answers) => return Ok(answers),
            Err((_, error)) if tries > 0 && error.code.as_deref() == Some(QUERY_CANCELED) => {}
            Err((_, error)) => return Err(error),
        }
    }
}

/// Opens a connection without pins.
///
/// Where TLS is a matter of taste, the other way is tried as well, as libpq does: the driver knows no
/// `allow`, and would not come back from a handshake that `prefer` began.
pub(crate) async fn open(
    url: &DatabaseUrl,
    server: &ServerUrl,
) -> Result<PgConnection, ConnectError> {
    let tls = Tls::of(server)?;
    let (mode, other) = match tls.mode {
        TlsMode::Disable => (PgSslMode::Disable, None),
        TlsMode::Allow => (PgSslMode::Disable, Some(PgSslMode::Require)),
        TlsMode::Prefer => (PgSslMode::Prefer, Some(PgSslMode::Disable)),
        TlsMode::Require => (PgSslMode::Require, None),
        TlsMode::VerifyCa => (PgSslMode::VerifyCa, None),
        TlsMode::VerifyFull => (PgSslMode::VerifyFull, None),
    };
    let options = options(server, tls);
    let opened = in_time(url, server, options.clone().ssl_mode(mode).connect()).await;
    let (Err(error), Some(other)) = (&opened, other) else {
        return opened;
    };
    if !error.is_about_encryption() {
        return opened;
    }
    let again = in_time(url, server, options.ssl_mode(other).connect()).await;
    again.or(opened)
}

/// The driver's options; what the url leaves open comes from libpq's variables.
fn options(server: &ServerUrl, tls: Tls) -> PgConnectOptions {
    // Digits are pinned later; poolers refuse a session that begins with a setting they do not know.
    let mut options = PgConnectOptions::new_without_pgpass()
        .statement_cache_capacity(0)
        .extra_float_digits(None);
    if let Some(host) = &server.host {
        options = options.host(host);
    }
    if let Some(port) = server.port {
        options = options.port(port);
    } else if server
        .host
        .as_deref()
        .is_some_and(|host| !host.starts_with('/'))
    {
        options = options.port(5432);
    }
    if let Some(user) = &server.user {
        options = options.username(user);
    }
    if let Some(database) = &server.database {
        options = options.database(database);
    }
    if let Some(password) = &server.password {
        options = options.password(password.expose_secret());
    }
    if let Some(root) = tls.root {
        options = options.ssl_root_cert_from_pem(root);
    }
    if let Some(identity) = tls.identity {
        options = options
            .ssl_client_cert_from_pem(identity.certificate)
            .ssl_client_key_from_pem(identity.key);
    }
    options
}
