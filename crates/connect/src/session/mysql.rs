//! Opening and pinning a session with MySQL or MariaDB.

use schemist_sql::Dialect;
use secrecy::ExposeSecret;
use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};

use super::{Access, OwnLink, Session, in_time};
use crate::tls::Tls;
use crate::url::{ServerUrl, TlsMode};
use crate::{ConnectError, DatabaseUrl, ServerVersion, pin_statements};

pub(super) async fn connect(
    url: &DatabaseUrl,
    server: &ServerUrl,
    access: Access,
) -> Result<Session, ConnectError> {
    let connection = open(url, server).await?;
    let mut session = Session {
        link: OwnLink::Mysql(connection),
        url: url.clone(),
        version: ServerVersion::parse(Dialect::Mysql, ""),
        default_schema: None,
        pins: pin_statements(Dialect::Mysql, None),
        process: None,
        is_standby: false,
        is_broken: false,
        is_settled: false,
    };
    let refused = |source| ConnectError::Server {
        place: url.redacted(),
        source,
    };
    session.pin().await.map_err(refused)?;
    let rows = session
        .query("SELECT version(), connection_id(), @@global.read_only")
        .await
        .map_err(refused)?;
    if let Some(row) = rows.first() {
        session.version = ServerVersion::parse(Dialect::Mysql, row.text(0));
        session.process = row.text(1).parse().ok();
        session.is_standby = row.text(2) == "1";
    }
    match access {
        Access::Read => {
            session
                .execute("SET SESSION TRANSACTION READ ONLY")
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

/// Opens a connection without pins.
pub(crate) async fn open(
    url: &DatabaseUrl,
    server: &ServerUrl,
) -> Result<MySqlConnection, ConnectError> {
    let tls = Tls::of(server)?;
    in_time(url, server, options(server, tls).connect()).await
}

/// The driver's options, without the settings that it would make: those are our pins.
fn options(server: &ServerUrl, tls: Tls) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new()
        .statement_cache_capacity(0)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false);
    match &server.host {
        Some(socket) if socket.starts_with('/') => options = options.socket(socket),
        Some(host) => options = options.host(host),
        None => {}
    }
    if let Some(port) = server.port {
        options = options.port(port);
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
    options = options.ssl_mode(match tls.mode {
        TlsMode::Disable => MySqlSslMode::Disabled,
        TlsMode::Allow | TlsMode::Prefer => MySqlSslMode::Preferred,
        TlsMode::Require => MySqlSslMode::Required,
        TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
        TlsMode::VerifyFull => MySqlSslMode::VerifyIdentity,
    });
    if let Some(root) = tls.root {
        options = options.ssl_ca_from_pem(root);
    }
    if let Some(identity) = tls.identity {
        options = options
            .ssl_client_cert_from_pem(identity.certificate)
            .ssl_client_key_from_pem(identity.key);
    }
    options
}
