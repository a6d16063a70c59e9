//! Making a database or schema that is missing, where the settings say so.

use schemist_connect::{Access, ConnectError, DatabaseUrl, Part, Pins, Session, StatementError};
use schemist_sql::{Dialect, Ident, Script};

use crate::error::ProjectError;
use crate::project::Entry;

/// Opens a session on a database, and makes the database and its default schema where they are missing.
///
/// Others may do the same at the same time: what they made first is as good as ours.
pub(crate) async fn connect(entry: &Entry) -> Result<Session, ProjectError> {
    let url = entry.url()?;
    let opened = Session::connect(&url, &entry.pins(), Access::Create).await;
    let mut session = match opened {
        Err(ConnectError::NoDatabase { .. }) => {
            make_database(entry, &url).await?;
            Session::connect(&url, &entry.pins(), Access::Create).await?
        }
        other => other?,
    };
    match url.dialect() {
        Dialect::Postgres => make_schema(entry, &mut session).await?,
        Dialect::Sqlite | Dialect::Mysql => {}
    }
    Ok(session)
}

async fn make_database(entry: &Entry, url: &DatabaseUrl) -> Result<(), ProjectError> {
    let Some(name) = url.database().map(Ident::from_server) else {
        return Ok(());
    };
    let dialect = url.dialect();
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => {
            script.keyword("CREATE DATABASE ").ident(&name);
            if let Some(role) = &entry.settings.role {
                script.keyword(" OWNER ").ident(role);
            }
        }
        Dialect::Mysql => {
            script
                .keyword("CREATE DATABASE IF NOT EXISTS ")
                .ident(&name);
        }
        // Its file is made when it is opened.
        Dialect::Sqlite => return Ok(()),
    }
    let sql = script.into_text();
    let mut session = beside(url).await?;
    let made = session.execute(&sql).await;
    session.close().await;
    accept(made, url, &format!("database {}", name.as_str()), &sql)
}

/// A session on the server that needs no database of ours.
async fn beside(url: &DatabaseUrl) -> Result<Session, ProjectError> {
    let pins = Pins::default();
    match url.dialect() {
        Dialect::Postgres => {
            let first = url.with_database("postgres");
            match Session::connect(&first, &pins, Access::Write).await {
                Err(ConnectError::NoDatabase { .. }) => {
                    let second = url.with_database("template1");
                    Ok(Session::connect(&second, &pins, Access::Write).await?)
                }
                other => Ok(other?),
            }
        }
        Dialect::Mysql | Dialect::Sqlite => {
            let server = url.without(Part::Database);
            Ok(Session::connect(&server, &pins, Access::Write).await?)
        }
    }
}

async fn make_schema(entry: &Entry, session: &mut Session) -> Result<(), ProjectError> {
    let Some(schema) = entry.default_schema(Dialect::Postgres) else {
        return Ok(());
    };
    let mut asked = Script::new(Dialect::Postgres);
    asked
        .keyword("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ")
        .literal(schema.as_str());
    let url = entry.url()?;
    let refused = |source| ConnectError::Server {
        place: url.redacted(),
        source,
    };
    if !session
        .query(asked.as_str())
        .await
        .map_err(refused)?
        .is_empty()
    {
        return Ok(());
    }
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("CREATE SCHEMA IF NOT EXISTS ")
        .ident(&schema);
    if let Some(role) = &entry.settings.role {
        script.keyword(" AUTHORIZATION ").ident(role);
    }
    let sql = script.into_text();
    let made = session.execute(&sql).await;
    accept(made, &url, &format!("schema {}", schema.as_str()), &sql)
}

/// What somebody else made in the meantime is there as well.
fn accept(
    made: Result<u64, StatementError>,
    url: &DatabaseUrl,
    what: &str,
    sql: &str,
) -> Result<(), ProjectError> {
    let Err(error) = made else {
        return Ok(());
    };
    match (error.code.as_deref(), error.number) {
        // duplicate_database, duplicate_schema, and the unique index behind them.
        (Some("42P04" | "42P06" | "23505"), _) => Ok(()),
        // insufficient_privilege; ER_DBACCESS_DENIED_ERROR and its kin.
        (Some("42501"), _) | (_, Some(1044 | 1045 | 1227)) => Err(ProjectError::refused(
            format!(
                "make the {what} on {}: {} has no right to",
                url.redacted(),
                url.part(Part::User)
                    .unwrap_or_else(|| "the user".to_owned())
            ),
            format!("let somebody who has it run this: {sql};"),
        )),
        _ => Err(ConnectError::Server {
            place: url.redacted(),
            source: error,
        }
        .into()),
    }
}
