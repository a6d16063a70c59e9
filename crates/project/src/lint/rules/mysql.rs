//! What MySQL and MariaDB do in silence.

use schemist_catalog::hazard::mysql;
use schemist_sql::Dialect;

use crate::lint::act::{Act, Action, ConstraintKind};
use crate::lint::scene::{Found, Mode, Scene};

const fn is_mysql(scene: &Scene<'_>) -> bool {
    match scene.statement.dialect {
        Dialect::Mysql => true,
        Dialect::Postgres | Dialect::Sqlite => false,
    }
}

/// Changes of tables that do not say how, or let writes wait; rows that are committed by a change.
pub fn ways(scene: &Scene<'_>, found: &mut Vec<Found>) {
    if !is_mysql(scene) {
        return;
    }
    let statement = scene.statement;
    if let Some(Act::AlterTable {
        table,
        actions,
        says_how,
    }) = &statement.act
        && scene.is_old(table)
    {
        let copies = |action: &Action| {
            let is_key = |action: &Action| match action {
                Action::AddConstraint(constraint) => {
                    matches!(constraint.kind, ConstraintKind::ForeignKey(_))
                }
                _ => false,
            };
            matches!(
                action,
                Action::Modify(..) | Action::WriteAnew(_) | Action::RenameTable(_) | Action::Quiet
            ) || is_key(action)
        };
        if !says_how && !actions.iter().any(|(action, _)| copies(action)) {
            let sentence =
                format!("the server may copy table {table} while everybody waits, without a word");
            found.push(scene.found(&mysql::NO_ALGORITHM, sentence).of(table));
        }
        let shared = statement.sql.to_ascii_uppercase().replace(' ', "");
        if shared.contains("LOCK=SHARED") || shared.contains("LOCK=EXCLUSIVE") {
            let sentence = format!("table {table} takes no writes until this is done");
            found.push(scene.found(&mysql::WRITES_WAIT, sentence).of(table));
        }
    }
    commits(scene, found);
}

fn commits(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let statement = scene.statement;
    let changes = !matches!(
        statement.act,
        Some(
            Act::Write
                | Act::ChangeAllRows(..)
                | Act::Harmless
                | Act::Set(_)
                | Act::Dynamic
                | Act::Begin
                | Act::Commit
                | Act::Rollback
        ) | None
    );
    let last = scene.beside().next_back().and_then(|it| it.act.as_ref());
    let is_written = matches!(last, Some(Act::Write | Act::ChangeAllRows(..)));
    if changes && is_written && statement.mode == Mode::Transaction {
        let sentence =
            "this commits the rows that were written before it, also where the rest fails";
        found.push(scene.found(&mysql::COMMITS_BY_ITSELF, sentence));
    }
}

/// Foreign keys behind columns, and those that come to tables in use.
pub fn references(scene: &Scene<'_>, found: &mut Vec<Found>) {
    if !is_mysql(scene) {
        return;
    }
    let mut passed_over = Vec::new();
    super::clients::each_column(scene, &mut |column| {
        if column.references().is_some() {
            passed_over.push((column.span, column.name.to_string()));
        }
    });
    for (span, column) in passed_over {
        let sentence =
            format!("MySQL reads REFERENCES behind column {column} and makes no foreign key");
        found.push(scene.found_at(span, &mysql::REFERENCES_PASSED_OVER, sentence));
    }
}
