//! Data that is lost.

use schemist_catalog::hazard::{clients, loss, replication, rights};
use schemist_sql::Dialect;

use crate::lint::act::{Act, Action, Name, Reach};
use crate::lint::scene::{Found, Scene};

/// Columns, tables and other things that go, and what goes with them.
pub fn dropped(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::Drop {
            kind,
            names,
            on,
            reach,
        }) => {
            let names: Vec<_> = names.iter().filter(|name| scene.is_old(name)).collect();
            for name in &names {
                found.extend(gone(scene, kind, name, on.as_ref()));
            }
            if *reach == Reach::Cascade && !names.is_empty() {
                found.push(with_dependents(scene, names[0]));
            }
        }
        Some(Act::DropIndex { names, reach, .. }) if *reach == Reach::Cascade => {
            found.extend(names.first().map(|name| with_dependents(scene, name)));
        }
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                let (Action::DropColumn(_, reach) | Action::DropConstraint(_, _, reach)) = action
                else {
                    continue;
                };
                if let Action::DropColumn(column, _) = action {
                    let sentence = format!(
                        "column {column} of table {table} is dropped with all of its values"
                    );
                    found.push(
                        scene
                            .found_at(*span, &loss::COLUMN_DROPPED, sentence)
                            .of(table),
                    );
                }
                if *reach == Reach::Cascade {
                    found.push(with_dependents(scene, table));
                }
            }
        }
        _ => {}
    }
}

fn with_dependents(scene: &Scene<'_>, name: &Name) -> Found {
    let sentence = format!("whatever depends on {name} goes with it, and nobody says what that is");
    scene.found(&loss::DROPPED_WITH_DEPENDENTS, sentence)
}

fn gone(scene: &Scene<'_>, kind: &str, name: &Name, on: Option<&Name>) -> Option<Found> {
    let is_mysql = match scene.statement.dialect {
        Dialect::Mysql => true,
        Dialect::Postgres | Dialect::Sqlite => false,
    };
    let found = match kind {
        // SQLite: the new table takes its name, and its rows were copied.
        "TABLE" if is_replaced(scene, name) => return None,
        "TABLE" | "FOREIGN TABLE" => scene
            .found(
                &loss::TABLE_DROPPED,
                format!("table {name} is dropped with all of its rows"),
            )
            .of(name),
        "DATABASE" => scene.found(
            &loss::DATABASE_DROPPED,
            format!("database {name} is dropped with everything in it"),
        ),
        "SCHEMA" if is_mysql => scene.found(
            &loss::DATABASE_DROPPED,
            format!("database {name} is dropped with everything in it"),
        ),
        "SCHEMA" => scene.found(&loss::SCHEMA_DROPPED, format!("schema {name} is dropped")),
        "SEQUENCE" => scene.found(
            &loss::SEQUENCE_POSITION_LOST,
            format!("sequence {name} and its position are gone after this"),
        ),
        "VIEW" | "MATERIALIZED VIEW" | "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE"
        | "TYPE" | "DOMAIN" => scene.found(
            &clients::VIEW_DROPPED,
            format!(
                "{} {name} is dropped, and what uses it fails",
                kind.to_ascii_lowercase()
            ),
        ),
        "EXTENSION" => scene.found(
            &replication::EXTENSION_DROPPED,
            format!("extension {name} is removed with all of its types and functions"),
        ),
        "PUBLICATION" => scene.found(
            &replication::PUBLICATION_DROPPED,
            format!("whoever subscribes to publication {name} gets no more changes"),
        ),
        "POLICY" => scene.found(
            &rights::POLICY_DROPPED,
            match on {
                Some(table) => {
                    format!(
                        "policy {name} changes which rows of table {table} roles reach, by going"
                    )
                }
                None => format!("policy {name} goes"),
            },
        ),
        _ => return None,
    };
    Some(found)
}

/// Whether another table gets this name afterwards.
fn is_replaced(scene: &Scene<'_>, name: &Name) -> bool {
    scene.all[scene.place..]
        .iter()
        .any(|later| match &later.act {
            Some(Act::AlterTable { actions, .. }) => {
                actions.iter().any(|(action, _)| match action {
                    Action::RenameTable(Some(to)) => Some(to) == name.last(),
                    _ => false,
                })
            }
            _ => false,
        })
}

/// Rows that go, or are written all at once.
pub fn emptied(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::Truncate(tables, reach)) => {
            for table in tables.iter().filter(|table| scene.is_old(table)) {
                let sentence = format!("table {table} loses all of its rows");
                found.push(scene.found(&loss::TABLE_TRUNCATED, sentence).of(table));
            }
            if *reach == Reach::Cascade {
                let sentence = "every table that refers to these is emptied as well";
                found.push(scene.found(&loss::TRUNCATED_WITH_DEPENDENTS, sentence));
            }
        }
        Some(Act::ChangeAllRows(verb, Some(table))) if scene.is_old(table) => {
            let sentence = format!("{verb} without WHERE reaches every row of table {table}");
            found.push(scene.found(&loss::ALL_ROWS_CHANGED, sentence).of(table));
        }
        Some(Act::AlterTable { table, actions, .. }) => {
            for (action, span) in actions {
                if *action == Action::WriteAnew("DROP PARTITION") {
                    let sentence = format!("a partition of table {table} goes with its rows");
                    let gone = scene.found_at(*span, &loss::TABLE_TRUNCATED, sentence);
                    found.push(gone.of(table));
                }
            }
        }
        _ => {}
    }
}
