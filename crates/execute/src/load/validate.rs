//! What can only be judged when everything is there: bodies of functions, and views of SQLite.

use std::collections::BTreeMap;

use schemist_connect::StatementError;
use schemist_sql::{Dialect, Ident, Script};

use super::error::LoadFailure;
use super::run::Loading;
use super::{Order, shape::Shape};

/// Validates what was loaded with its check put off.
pub(super) async fn bodies(loading: &mut Loading<'_>) -> Result<(), (usize, StatementError)> {
    match loading.session.dialect() {
        Dialect::Postgres => functions(loading).await,
        Dialect::Sqlite => views(loading).await,
        Dialect::Mysql => Ok(()),
    }
}

/// Lets each language's validator look at the bodies that were loaded without it.
async fn functions(loading: &mut Loading<'_>) -> Result<(), (usize, StatementError)> {
    let made = created(loading, &["function", "procedure"]);
    if made.is_empty() {
        return Ok(());
    }
    // In the order in which they were made, which is that of our statements.
    let asked = "SELECT p.proname, format('SELECT %s(%s)', l.lanvalidator::regproc, p.oid)
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        WHERE p.oid >= 16384 AND l.lanvalidator <> 0 AND p.prokind IN ('f', 'p')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                          WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        ORDER BY p.oid";
    let rows = loading
        .session
        .query(asked)
        .await
        .map_err(|error| (0, error))?;
    let mut calls: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        calls
            .entry(row.text(0).to_owned())
            .or_default()
            .push(row.text(1).to_owned());
    }
    for (name, statements) in made {
        let calls = calls.get(&name).cloned().unwrap_or_default();
        for (statement, call) in statements.into_iter().zip(calls) {
            if is_dump(loading, statement) {
                continue;
            }
            check_body(loading, statement, &call)
                .await
                .map_err(|error| (statement, error))?;
        }
    }
    Ok(())
}

async fn check_body(
    loading: &mut Loading<'_>,
    statement: usize,
    call: &str,
) -> Result<(), StatementError> {
    let statements = loading.statements;
    loading.session.execute("BEGIN").await?;
    let entered = loading
        .states
        .enter(loading.session, statement, |at| {
            statements[at].sql.to_owned()
        })
        .await;
    entered.map_err(|(_, error)| error)?;
    loading
        .session
        .execute("SET check_function_bodies = on")
        .await?;
    let checked = loading.session.query(call).await;
    // A failed check has ended the transaction, and the SETs with it.
    loading.session.execute("ROLLBACK").await?;
    loading.states.forget();
    note(loading, statement, checked.map(drop))
}

/// Prepares a query on each view: SQLite takes a view of a table that does not exist.
async fn views(loading: &mut Loading<'_>) -> Result<(), (usize, StatementError)> {
    for (name, statements) in created(loading, &["view"]) {
        let mut script = Script::new(Dialect::Sqlite);
        script
            .keyword("EXPLAIN SELECT 1 FROM ")
            .ident(&Ident::from_server(name));
        let checked = loading.session.query(script.as_str()).await;
        let checked = checked.map(drop).or_else(|error| {
            // Functions and collations that only the application registers.
            let is_foreign = ["no such function", "no such collation"]
                .iter()
                .any(|start| error.message.starts_with(start));
            if is_foreign { Ok(()) } else { Err(error) }
        });
        for statement in statements {
            if let Err(error) = &checked {
                note(loading, statement, Err((**error).clone().into()))
                    .map_err(|error| (statement, error))?;
            }
        }
    }
    Ok(())
}

/// The statements that made objects of some kinds, by name, each list in the order of the making.
fn created(loading: &Loading<'_>, kinds: &[&str]) -> BTreeMap<String, Vec<usize>> {
    let mut made: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for statement in &loading.created {
        let Shape {
            creates: Some((kind, name)),
            ..
        } = &loading.shapes[*statement]
        else {
            continue;
        };
        if kinds.contains(&kind.as_str()) {
            made.entry(name.clone()).or_default().push(*statement);
        }
    }
    made
}

/// A dump comes from a database that has it; under its empty search path bodies need not check.
fn is_dump(loading: &Loading<'_>, statement: usize) -> bool {
    loading
        .options
        .orders
        .get(loading.statements[statement].file)
        == Some(&Order::Own)
}

fn note(
    loading: &mut Loading<'_>,
    statement: usize,
    checked: Result<(), StatementError>,
) -> Result<(), StatementError> {
    match checked {
        Ok(()) => Ok(()),
        Err(error) if error.is_connection_lost() => Err(error),
        Err(error) => {
            loading.failures.push(LoadFailure {
                statement,
                error,
                follows: None,
                first: None,
            });
            Ok(())
        }
    }
}
