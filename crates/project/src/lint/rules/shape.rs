//! What the statements of a way come to together.

use std::collections::BTreeMap;

use schemist_catalog::hazard::{clients, replication, rights};
use schemist_sql::{Dialect, Ident};

use super::files::scene_of;
use crate::lint::act::{Act, Action, ColumnRule, ConstraintKind, Name};
use crate::lint::scene::{Found, Statement};

/// An index or a key, by its columns.
struct Key {
    place: usize,
    columns: Vec<Ident>,
    is_unique: bool,
    name: String,
}

/// The keys and indexes that the statements make, by table.
fn keys(all: &[Statement]) -> BTreeMap<&Name, Vec<Key>> {
    let mut keys: BTreeMap<&Name, Vec<Key>> = BTreeMap::new();
    for (place, statement) in all.iter().enumerate() {
        match &statement.act {
            Some(Act::CreateIndex(index)) if !index.is_partial => {
                let columns: Option<Vec<_>> = index.columns.iter().cloned().collect();
                keys.entry(&index.table)
                    .or_default()
                    .extend(columns.map(|columns| {
                        Key {
                            place,
                            columns,
                            is_unique: index.is_unique,
                            name: index
                                .name
                                .as_ref()
                                .map(ToString::to_string)
                                .unwrap_or_default(),
                        }
                    }));
            }
            Some(Act::CreateTable(table)) => {
                let own = keys.entry(&table.name).or_default();
                for column in &table.columns {
                    if column.has(&ColumnRule::PrimaryKey) || column.has(&ColumnRule::Unique) {
                        own.push(Key {
                            place,
                            columns: vec![column.name.clone()],
                            is_unique: true,
                            name: format!("of the key {}", column.name),
                        });
                    }
                }
                let constraints = table.constraints.iter();
                own.extend(constraints.filter_map(|constraint| constraint_key(place, constraint)));
            }
            Some(Act::AlterTable { table, actions, .. }) => {
                for (action, _) in actions {
                    if let Action::AddConstraint(constraint) = action {
                        let own = keys.entry(table).or_default();
                        own.extend(constraint_key(place, constraint));
                    }
                }
            }
            _ => {}
        }
    }
    keys
}

fn constraint_key(place: usize, constraint: &crate::lint::act::Constraint) -> Option<Key> {
    match constraint.kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => {}
        ConstraintKind::Check
        | ConstraintKind::NotNull
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude => return None,
    }
    let columns: Option<Vec<_>> = constraint.columns.iter().cloned().collect();
    let name = constraint.name.as_ref().map(ToString::to_string);
    Some(Key {
        place,
        columns: columns.filter(|columns| !columns.is_empty())?,
        is_unique: true,
        name: name.unwrap_or_else(|| "of the key".to_owned()),
    })
}

/// Foreign keys of new tables and columns that no index serves.
pub fn foreign_keys(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    let keys = keys(all);
    let is_served = |table: &Name, columns: &[Ident]| {
        let own = keys.get(table).into_iter().flatten();
        own.into_iter().any(|key| key.columns.starts_with(columns))
    };
    for (place, statement) in all.iter().enumerate() {
        match statement.dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            // It makes the index by itself.
            Dialect::Mysql => return,
        }
        let mut wanted: Vec<(&Name, Vec<Ident>)> = Vec::new();
        match &statement.act {
            Some(Act::CreateTable(table)) => {
                for column in table.columns.iter().filter(|it| it.references().is_some()) {
                    wanted.push((&table.name, vec![column.name.clone()]));
                }
                for constraint in &table.constraints {
                    if let ConstraintKind::ForeignKey(_) = constraint.kind {
                        let columns = constraint.columns.iter().flatten().cloned();
                        wanted.push((&table.name, columns.collect()));
                    }
                }
            }
            Some(Act::AlterTable { table, actions, .. }) => {
                for (action, _) in actions {
                    if let Action::AddColumn(column) = action
                        && column.references().is_some()
                    {
                        wanted.push((table, vec![column.name.clone()]));
                    }
                }
            }
            _ => {}
        }
        for (table, columns) in wanted {
            if is_served(table, &columns) {
                continue;
            }
            let names: Vec<_> = columns.iter().map(ToString::to_string).collect();
            let sentence = format!(
                "no index of this file begins with {} of table {table}, and whoever deletes a row that is referred to reads the whole table",
                names.join(", ")
            );
            let scene = scene_of(all, place);
            let slow = scene.found(&clients::FOREIGN_KEY_WITHOUT_INDEX, sentence);
            found.push((place, slow.of(table)));
        }
    }
}

/// Indexes that another one makes needless.
pub fn duplicates(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    for (table, keys) in keys(all) {
        for (number, key) in keys.iter().enumerate() {
            let Some(Act::CreateIndex(_)) = &all[key.place].act else {
                continue;
            };
            let longer = keys.iter().enumerate().find(|(other, longer)| {
                let is_same = longer.columns == key.columns;
                *other != number
                    && longer.columns.starts_with(&key.columns)
                    && (!key.is_unique || is_same && longer.is_unique)
                    && (!is_same || *other < number)
            });
            let Some((_, longer)) = longer else { continue };
            let sentence = format!(
                "index {} of table {table} does nothing that index {} does not",
                key.name, longer.name
            );
            let scene = scene_of(all, key.place);
            let needless = scene.found(&clients::DUPLICATE_INDEX, sentence);
            found.push((key.place, needless.of(table)));
        }
    }
}

/// New tables without a key that are published.
pub fn published(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    let keys = keys(all);
    for (place, statement) in all.iter().enumerate() {
        let Some(Act::Create {
            kind,
            on: Some(table),
            ..
        }) = &statement.act
        else {
            continue;
        };
        let is_new = all[..place].iter().any(
            |earlier| matches!(&earlier.act, Some(Act::CreateTable(made)) if made.name == *table),
        );
        let has_key = keys
            .get(table)
            .is_some_and(|keys| keys.iter().any(|key| key.is_unique));
        if kind == "PUBLICATION" && is_new && !has_key {
            let sentence = format!(
                "rows of table {table} cannot be changed or deleted while it is published, because it has no key"
            );
            let scene = scene_of(all, place);
            let keyless = scene.found(&replication::PUBLISHED_WITHOUT_KEY, sentence);
            found.push((place, keyless.of(table)));
        }
    }
}

/// What is dropped and made again, with all that was said about it lost.
pub fn recreated(all: &[Statement], found: &mut Vec<(usize, Found)>) {
    for (place, statement) in all.iter().enumerate() {
        let Some(Act::Drop { kind, names, .. }) = &statement.act else {
            continue;
        };
        for name in names {
            let is_made_again = all[place + 1..].iter().any(|later| match &later.act {
                Some(Act::Create {
                    kind: other,
                    name: Some(other_name),
                    ..
                }) => other == kind && other_name == name,
                Some(Act::OpenFunction(Some(other))) => kind == "FUNCTION" && other == name,
                Some(Act::FillMaterializedView(other)) => {
                    kind == "MATERIALIZED VIEW" && other == name
                }
                _ => false,
            });
            let says_more = all[place + 1..]
                .iter()
                .any(|later| matches!(later.act, Some(Act::Grant)));
            let is_granted = matches!(
                kind.as_str(),
                "VIEW" | "MATERIALIZED VIEW" | "FUNCTION" | "PROCEDURE" | "SEQUENCE" | "TYPE"
            );
            if is_made_again && is_granted && !says_more {
                let kind = kind.to_ascii_lowercase();
                let sentence = format!(
                    "{kind} {name} is made again without its privileges, its owner and its comment"
                );
                let scene = scene_of(all, place);
                found.push((place, scene.found(&rights::LOST_WITH_RECREATION, sentence)));
            }
        }
    }
}
