//! Running sections on a database that is ours to try things out in, where no journal and no lock is needed.

use schemist_connect::{Session, StatementError};
use schemist_revision::ForeignKeys;
use schemist_sql::{PublisherWatch, without_connecting};

use super::error::Failure;
use super::passage::{RunSection, RunStatement, Unit, UnitKind, own_transaction, units_of};
use super::sqlite;

/// Runs sections as [`apply`](super::apply) would, in the same transactions.
///
/// Nothing is reached but the database itself: what would connect to a publisher does the rest of its
/// work, and a materialized view that reads another server stays empty.
///
/// # Errors
/// [`Failure`]; the transaction that it happened in is rolled back, earlier ones stay.
pub async fn rehearse(session: &mut Session, sections: &[RunSection]) -> Result<(), Failure> {
    if let Some(statement) = own_transaction(session.dialect(), sections) {
        return Err(Failure::OwnTransaction {
            line: statement.line,
            sql: statement.sql.clone(),
        });
    }
    pin(session).await?;
    let ran = run_units(session, sections).await;
    // Also where it failed: whoever goes on with the database finds it as it was.
    pin(session).await?;
    ran
}

async fn run_units(session: &mut Session, sections: &[RunSection]) -> Result<(), Failure> {
    let mut watch = PublisherWatch::new(session.dialect());
    for unit in units_of(session.dialect(), sections) {
        match unit.kind {
            UnitKind::Alone => send(session, &unit, &mut watch).await?,
            UnitKind::Transaction(keys) => {
                run_transaction(session, &unit, keys, &mut watch).await?;
            }
        }
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
    watch: &mut PublisherWatch,
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
    let ran = run_checked(session, unit, keys, watch).await;
    if ran.is_err() {
        // It may be over already: SQLite ends it by itself at some errors.
        let _over = session.execute("ROLLBACK").await;
    }
    if keys == ForeignKeys::Off {
        pin(session).await?;
    }
    ran
}

async fn run_checked(
    session: &mut Session,
    unit: &Unit<'_>,
    keys: ForeignKeys,
    watch: &mut PublisherWatch,
) -> Result<(), Failure> {
    if keys == ForeignKeys::Off {
        let mut names = sqlite::named(session, &unit.statements).await?;
        let before = sqlite::dangling(session, &names).await?;
        send(session, unit, watch).await?;
        names.extend(sqlite::named(session, &unit.statements).await?);
        let after = sqlite::dangling(session, &names).await?;
        after.beyond(&before)?;
    } else {
        send(session, unit, watch).await?;
    }
    let committed = session.execute("COMMIT").await;
    committed.map(drop).map_err(|source| Failure::Server {
        what: "commit",
        source,
    })
}

async fn send(
    session: &mut Session,
    unit: &Unit<'_>,
    watch: &mut PublisherWatch,
) -> Result<(), Failure> {
    for (i, statement) in unit.statements.iter().enumerate() {
        for sql in unconnected(session, statement, watch) {
            say(session, &sql)
                .await
                .map_err(|source| Failure::Statement {
                    index: unit.first + i,
                    line: statement.line,
                    sql: statement.sql.clone(),
                    source,
                })?;
        }
    }
    Ok(())
}

fn unconnected(
    session: &Session,
    statement: &RunStatement,
    watch: &mut PublisherWatch,
) -> Vec<String> {
    if watch.connects(&statement.sql) {
        without_connecting(session.dialect(), &statement.sql)
    } else {
        vec![statement.sql.clone()]
    }
}

/// Runs one statement on a database of ours; a materialized view that would read what another server
/// holds is made without its rows.
///
/// # Errors
/// What the server says.
pub async fn say(session: &mut Session, sql: &str) -> Result<(), StatementError> {
    if sql.starts_with("CREATE MATERIALIZED VIEW ")
        && session.execute("SAVEPOINT schemist_filled").await.is_ok()
    {
        return fill_or_leave_empty(session, sql).await;
    }
    session.execute(sql).await.map(drop)
}

async fn fill_or_leave_empty(session: &mut Session, sql: &str) -> Result<(), StatementError> {
    let error = match session.execute(sql).await {
        Ok(_) => return session.execute("RELEASE schemist_filled").await.map(drop),
        Err(error) => error,
    };
    session
        .execute("ROLLBACK TO schemist_filled; RELEASE schemist_filled")
        .await?;
    // object_not_in_prerequisite_state: a foreign table, or a materialized view that was left empty.
    if error.code.as_deref() != Some("55000") {
        return Err(error);
    }
    let empty = format!("{sql}\nWITH NO DATA");
    session.execute(&empty).await.map(drop).map_err(|_| error)
}
