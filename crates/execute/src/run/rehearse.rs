//! Running sections on a scratch database, where no journal and no lock is needed.

use schemist_connect::Session;
use schemist_revision::ForeignKeys;
use schemist_sql::without_secrets;

use super::error::Failure;
use super::passage::{RunSection, Unit, UnitKind, connecting, own_transaction, units_of};
use super::sqlite;
use crate::scratch::Scratch;

/// Runs sections as [`apply`](super::apply) would, on a scratch database.
///
/// # Errors
/// [`Failure`]; the transaction that it happened in is rolled back, earlier ones stay.
pub async fn rehearse(scratch: &mut Scratch, sections: &[RunSection]) -> Result<(), Failure> {
    let session = &mut scratch.session;
    if let Some(statement) = own_transaction(session.dialect(), sections) {
        return Err(Failure::OwnTransaction {
            line: statement.line,
            sql: statement.sql.clone(),
        });
    }
    if let Some(statement) = connecting(session.dialect(), sections) {
        return Err(Failure::Connects {
            line: statement.line,
            sql: without_secrets(session.dialect(), &statement.sql),
        });
    }
    pin(session).await?;
    for unit in units_of(session.dialect(), sections) {
        let ran = match unit.kind {
            UnitKind::Alone => send(session, &unit).await,
            UnitKind::Transaction(keys) => run_transaction(session, &unit, keys).await,
        };
        // Also where it failed: whoever goes on with the database finds it as it was.
        pin(session).await?;
        ran?;
    }
    Ok(())
}

async fn pin(session: &mut Session) -> Result<(), Failure> {
    session.pin().await.map_err(|source| Failure::Server {
        what: "pin the session",
        source,
    })
}

async fn run_transaction(
    session: &mut Session,
    unit: &Unit<'_>,
    keys: ForeignKeys,
) -> Result<(), Failure> {
    let keys = sqlite::keys_in(session.dialect(), keys);
    if keys == ForeignKeys::Off {
        sqlite::switch_foreign_keys_off(session).await?;
    }
    session
        .execute("BEGIN")
        .await
        .map_err(|source| Failure::Server {
            what: "begin a transaction",
            source,
        })?;
    let ran = run_checked(session, unit, keys).await;
    if ran.is_err() {
        // It may be over already: SQLite ends it by itself at some errors.
        let _over = session.execute("ROLLBACK").await;
    }
    ran
}

async fn run_checked(
    session: &mut Session,
    unit: &Unit<'_>,
    keys: ForeignKeys,
) -> Result<(), Failure> {
    if keys == ForeignKeys::Off {
        let before = sqlite::violations(session).await?;
        send(session, unit).await?;
        let after = sqlite::violations(session).await?;
        sqlite::refuse_new(&before, &after)?;
    } else {
        send(session, unit).await?;
    }
    let committed = session.execute("COMMIT").await;
    committed.map(drop).map_err(|source| Failure::Server {
        what: "commit",
        source,
    })
}

async fn send(session: &mut Session, unit: &Unit<'_>) -> Result<(), Failure> {
    for (i, statement) in unit.statements.iter().enumerate() {
        session
            .execute(&statement.sql)
            .await
            .map_err(|source| Failure::Statement {
                index: unit.first + i,
                line: statement.line,
                sql: statement.sql.clone(),
                source,
            })?;
    }
    Ok(())
}
