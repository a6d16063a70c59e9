//! Statements for which others wait.

use schemist_catalog::hazard::{clients, locks};
use schemist_sql::{Dialect, Ident};

use crate::lint::act::{Act, Action, Constraint, Manner, Name, Reach, Validity};
use crate::lint::cost::cost;
use crate::lint::scene::{Found, Scene};

const fn is_postgres(scene: &Scene<'_>) -> bool {
    match scene.statement.dialect {
        Dialect::Postgres => true,
        Dialect::Sqlite | Dialect::Mysql => false,
    }
}

/// Indexes that are built, dropped or built again while others wait.
pub fn indexes(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        // On a parent alone nothing is built.
        Some(Act::CreateIndex(index))
            if scene.is_old(&index.table)
                && is_postgres(scene)
                && index.manner == Manner::InPlace
                && !index.is_on_only =>
        {
            let table = &index.table;
            let sentence = format!("writes to table {table} wait while the index is built");
            found.push(
                scene
                    .found(&locks::INDEX_BUILT_IN_PLACE, sentence)
                    .of(table),
            );
        }
        Some(Act::DropIndex { names, manner, .. }) => {
            // Our own are there for a while only.
            let is_ours = |name: &Name| {
                name.last()
                    .is_some_and(|it| it.as_str().starts_with("schemist_"))
            };
            let names: Vec<_> = names
                .iter()
                .filter(|name| !is_ours(name))
                .map(ToString::to_string)
                .collect();
            if names.is_empty() {
                return;
            }
            let names = names.join(", ");
            if *manner == Manner::InPlace && is_postgres(scene) {
                let sentence = format!("everybody who uses the table of index {names} waits");
                found.push(scene.found(&locks::INDEX_DROPPED_IN_PLACE, sentence));
            } else {
                let sentence = format!("queries that use index {names} become slow");
                found.push(scene.found(&clients::INDEX_DROPPED, sentence));
            }
        }
        Some(Act::Reindex(kind, name, Manner::InPlace)) if is_postgres(scene) => {
            let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
            let sentence = format!(
                "writes wait while {} {name} is built again",
                kind.to_ascii_lowercase()
            );
            found.push(scene.found(&locks::REINDEXED_IN_PLACE, sentence));
        }
        _ => {}
    }
}

/// Tables that are written anew by name.
pub fn rewritten(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::WriteAnew(table)) => {
            let name = table
                .as_ref()
                .map_or("every table".to_owned(), |table| format!("table {table}"));
            let sentence = format!("{name} is locked and written anew");
            let anew = scene.found(&locks::TABLE_REWRITTEN, sentence);
            found.push(match table {
                Some(table) => anew.of(table),
                None => anew,
            });
        }
        Some(Act::AlterTable {
            table,
            actions,
            says_how,
        }) if scene.is_old(table) && !says_how => {
            for (action, span) in actions {
                let words = match action {
                    Action::WriteAnew(words) if *words != "DROP PARTITION" => words,
                    Action::SetExpression(_) => "SET EXPRESSION",
                    _ => continue,
                };
                let sentence = format!("{words} locks table {table} and writes it anew");
                let anew = scene.found_at(*span, &locks::TABLE_REWRITTEN, sentence);
                found.push(anew.of(table));
            }
        }
        _ => {}
    }
}

/// Partitions that come and go.
pub fn partitions(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::CreateTable(table)) => {
            if let Some(parent) = table.parent.as_ref().filter(|parent| scene.is_old(parent)) {
                let sentence =
                    format!("everybody who uses table {parent} waits for its new partition");
                found.push(scene.found(&locks::PARTITION_CREATED, sentence).of(parent));
            }
        }
        Some(Act::AlterTable { table, actions, .. }) => {
            for (action, span) in actions {
                match action {
                    Action::Attach(child, _) if scene.is_old(child) => {
                        let sentence = format!(
                            "table {child} is scanned, and rows of it that do not belong into this partition make this fail"
                        );
                        let attached = scene.found_at(*span, &locks::PARTITION_ATTACHED, sentence);
                        found.push(attached.of(child));
                    }
                    Action::Detach(child, Manner::InPlace) if scene.is_old(table) => {
                        let sentence = format!(
                            "everybody who uses table {table} waits while {child} is taken out"
                        );
                        let detached = scene.found_at(*span, &locks::PARTITION_DETACHED, sentence);
                        found.push(detached.of(table));
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// What is filled or locked by its name, and foreign keys that go.
pub fn by_name(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::Refresh(view, Manner::InPlace)) if scene.is_old(view) => {
            let sentence = format!("nobody reads materialized view {view} until it is filled");
            let filled = scene.found(&locks::MATERIALIZED_VIEW_REFRESHED, sentence);
            found.push(filled.of(view));
        }
        Some(Act::FillMaterializedView(view)) => {
            let sentence = format!(
                "materialized view {view} is filled by its query, which takes as long as the query does"
            );
            found.push(scene.found(&locks::MATERIALIZED_VIEW_FILLED, sentence));
        }
        Some(Act::LockTables(tables, _)) => {
            for table in tables.iter().filter(|table| scene.is_old(table)) {
                let sentence = format!("table {table} is locked until the transaction ends");
                found.push(scene.found(&locks::TABLE_LOCKED, sentence).of(table));
            }
        }
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                let Action::DropConstraint(name, kind, Reach::Itself | Reach::Cascade) = action
                else {
                    continue;
                };
                let comes_back = name
                    .as_ref()
                    .is_some_and(|name| is_added(scene, table, name));
                let is_ours = name
                    .as_ref()
                    .is_some_and(|it| it.as_str().starts_with("schemist_"));
                if comes_back || is_ours {
                    continue;
                }
                let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
                let sentence = match kind {
                    Some(kind) => {
                        format!("rows of table {table} are bound by the {kind} {name} no more")
                    }
                    None => format!("rows of table {table} are bound by constraint {name} no more"),
                };
                let free = scene.found_at(*span, &clients::CONSTRAINT_DROPPED, sentence);
                found.push(free.of(table));
                // Its kind is not said in PostgreSQL, but names of foreign keys mostly say it.
                if *kind == Some("foreign key") || name.to_ascii_lowercase().contains("fk") {
                    let sentence = format!(
                        "table {table} and the one that foreign key {name} refers to are both locked"
                    );
                    let both = scene.found_at(*span, &locks::FOREIGN_KEY_DROPPED, sentence);
                    found.push(both.of(table));
                }
            }
        }
        _ => {}
    }
}

/// Whether a constraint of this name comes in the same way.
fn is_added(scene: &Scene<'_>, table: &Name, name: &Ident) -> bool {
    scene.all.iter().any(|statement| match &statement.act {
        Some(Act::AlterTable {
            table: other,
            actions,
            ..
        }) => {
            other == table
                && actions.iter().any(|(action, _)| match action {
                    Action::AddConstraint(constraint) => constraint.name.as_ref() == Some(name),
                    _ => false,
                })
        }
        _ => false,
    })
}

/// Constraints that are validated in the transaction that added them.
pub fn validated(scene: &Scene<'_>, found: &mut Vec<Found>) {
    let Some(Act::AlterTable { table, actions, .. }) = &scene.statement.act else {
        return;
    };
    let is_one_transaction = match scene.statement.mode {
        crate::lint::scene::Mode::Transaction => true,
        crate::lint::scene::Mode::Plain => true,
        crate::lint::scene::Mode::Alone | crate::lint::scene::Mode::ForeignKeysOff => false,
    };
    if !is_one_transaction || !scene.is_old(table) {
        return;
    }
    for (action, span) in actions {
        let Action::Validate(name) = action else {
            continue;
        };
        let is_added = scene.beside().any(|statement| {
            let Some(Act::AlterTable {
                table: other,
                actions,
                ..
            }) = &statement.act
            else {
                return false;
            };
            let adds = |action: &Action| match action {
                Action::AddConstraint(Constraint {
                    name: own,
                    validity,
                    ..
                }) => own.as_ref() == Some(name) && *validity == Validity::NotValid,
                _ => false,
            };
            other == table && actions.iter().any(|(action, _)| adds(action))
        });
        if is_added {
            let sentence = format!(
                "the lock that ADD CONSTRAINT took on table {table} is held while all rows are read"
            );
            let held = scene.found_at(*span, &locks::VALIDATED_AT_ONCE, sentence);
            found.push(held.of(table));
        }
    }
}

/// A lock that is held for a moment, where nothing else is to be said.
pub fn brief(scene: &Scene<'_>, found: &mut Vec<Found>) {
    if !is_postgres(scene) || scene.statement.is_measured {
        return;
    }
    let Some(act) = &scene.statement.act else {
        return;
    };
    for cost in cost(act, &scene.statement.sql) {
        let Some(table) = cost.table.filter(|table| scene.is_old(table)) else {
            continue;
        };
        if !cost.mode.keeps_others_waiting() {
            continue;
        }
        let sentence = format!(
            "{} of table {table} wait while this waits for its lock",
            cost.mode.who_waits()
        );
        found.push(scene.found(&locks::BRIEF_LOCK, sentence).of(&table));
    }
}
