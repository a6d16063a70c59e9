//! What SQLite does in silence, or refuses.

use schemist_catalog::hazard::sqlite;
use schemist_sql::Dialect;

use crate::lint::act::{Act, Action};
use crate::lint::scene::{Found, Mode, Scene};

const fn is_sqlite(scene: &Scene<'_>) -> bool {
    match scene.statement.dialect {
        Dialect::Sqlite => true,
        Dialect::Postgres | Dialect::Mysql => false,
    }
}

/// Foreign keys that are not off, and tables that are dropped while they are on.
pub fn foreign_keys(scene: &Scene<'_>, found: &mut Vec<Found>) {
    if !is_sqlite(scene) {
        return;
    }
    match (&scene.statement.act, scene.statement.mode) {
        (Some(Act::ForeignKeysPragma), Mode::Transaction | Mode::ForeignKeysOff) => {
            let sentence = "SQLite passes over this inside a transaction";
            found.push(scene.found(&sqlite::FOREIGN_KEYS_PRAGMA, sentence));
        }
        (Some(Act::Drop { kind, names, .. }), Mode::Transaction) if kind == "TABLE" => {
            for table in names.iter().filter(|name| scene.is_old(name)) {
                let sentence = format!(
                    "rows of other tables that refer to table {table} are deleted or emptied where their foreign keys say so"
                );
                found.push(
                    scene
                        .found(&sqlite::DROP_REACHES_CHILDREN, sentence)
                        .of(table),
                );
            }
        }
        _ => {}
    }
}

/// Changes of columns that SQLite does not know.
pub fn columns(scene: &Scene<'_>, found: &mut Vec<Found>) {
    if !is_sqlite(scene) {
        return;
    }
    let Some(Act::AlterTable { table, actions, .. }) = &scene.statement.act else {
        return;
    };
    for (action, span) in actions {
        let is_known = matches!(
            action,
            Action::AddColumn(_)
                | Action::DropColumn(..)
                | Action::RenameTable(_)
                | Action::RenameColumn(..)
        );
        if !is_known {
            let sentence = format!("SQLite cannot change table {table} in this way");
            found.push(
                scene
                    .found_at(*span, &sqlite::NO_COLUMN_CHANGE, sentence)
                    .of(table),
            );
        }
    }
}
