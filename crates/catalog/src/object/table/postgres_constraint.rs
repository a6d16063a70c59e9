//! Altering the keys, checks and exclusions of a table in PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::alter_table;
use super::postgres_alter::removed_names;
use super::postgres_column::mentions_any;
use super::postgres_online::Stages;
use super::{IndexRole, Key, Table};
use crate::hazard::rows;
use crate::{Context, Effect, Forms, Hazard, Pair, Step};

/// What becomes of keys, checks and exclusions.
#[derive(Default)]
pub(super) struct Constraints {
    /// Drops that cannot wait until the table changes.
    pub(super) releases: Vec<Step>,
    pub(super) drops: Vec<Step>,
    pub(super) adds: Vec<Step>,
    /// What is made while others go on working.
    pub(super) stages: Stages,
    /// Names on the side before that stand no more, or not throughout.
    pub(super) gone: BTreeSet<Ident>,
    /// Names on the side after that were made here, so that what is said of them is lost.
    pub(super) remade: BTreeSet<Ident>,
}

/// A constraint as text: everything after its name.
#[derive(PartialEq)]
pub(super) struct Written {
    definition: String,
    validated: bool,
}

impl Written {
    fn is_key(&self) -> bool {
        self.definition.starts_with("UNIQUE") || self.definition.starts_with("PRIMARY KEY")
    }

    fn is_check(&self) -> bool {
        self.definition.starts_with("CHECK")
    }

    /// Whether rows that are there hold it.
    fn is_held(&self) -> bool {
        self.validated && !self.definition.ends_with(" NOT ENFORCED")
    }
}

impl Constraints {
    pub(super) fn compare(
        pair: Pair<&Table>,
        context: &Context<'_>,
        retyped: &BTreeSet<Ident>,
        forms: Forms,
    ) -> Self {
        let dialect = context.dialect;
        let sides = pair.map(|table| written(table, dialect));
        let swapped: BTreeSet<_> = context
            .disturbed
            .iter()
            .filter(|disturbance| matches!(disturbance.effect, Effect::Swapped | Effect::Removed))
            .map(|disturbance| disturbance.object.name.name.clone())
            .collect();
        let stands = |name: &Ident, before: &Written| {
            let is_check =
                before.definition.starts_with("CHECK") || before.definition.starts_with("EXCLUDE");
            let unsettled = is_check
                && (mentions_any(&before.definition, &swapped)
                    || (!swapped.is_empty() && mentions_any(&before.definition, retyped)));
            !unsettled
                && sides
                    .after
                    .get(name)
                    .is_some_and(|after| after.definition == before.definition)
        };
        let removed = removed_names(context);
        let mut changes = Self::default();
        let mut renamed = BTreeMap::new();
        for (name, before) in &sides.before {
            if stands(name, before) {
                changes.validate(
                    pair.after,
                    name,
                    Pair::new(before, &sides.after[name]),
                    forms,
                    dialect,
                );
                continue;
            }
            let successor = sides.after.iter().find(|(other, after)| {
                !sides.before.contains_key(*other)
                    && !renamed.contains_key(*other)
                    && *after == before
            });
            match successor {
                Some((other, _)) if !sides.after.contains_key(name) && swapped.is_empty() => {
                    changes
                        .drops
                        .push(rename(pair.after, Pair::new(name, other), dialect));
                    renamed.insert(other.clone(), name.clone());
                }
                _ => {
                    // A parent may be about to add one that takes it for its own.
                    let is_in_the_way = pair.before.parents().next().is_some();
                    let frees_a_name = sides.after.get(name).is_some_and(|after| !after.is_key());
                    let moment = if is_in_the_way || mentions_any(&before.definition, &removed) {
                        &mut changes.releases
                    } else if forms == Forms::Online && before.is_key() && !frees_a_name {
                        &mut changes.stages.key_drops
                    } else {
                        &mut changes.drops
                    };
                    moment.push(drop(pair.after, name, dialect));
                    changes.gone.insert(name.clone());
                }
            }
        }
        for (name, after) in &sides.after {
            let kept = sides
                .before
                .get(name)
                .is_some_and(|before| stands(name, before));
            if kept || renamed.contains_key(name) {
                continue;
            }
            changes.remade.insert(name.clone());
            match forms {
                Forms::Online if after.is_key() => {
                    changes.stages.add_key(pair, name, context);
                }
                Forms::Online if after.is_check() && after.is_held() => {
                    changes
                        .stages
                        .add_check(pair.after, name, &after.definition, dialect);
                }
                Forms::Online | Forms::Offline => {
                    changes.adds.push(add(pair.after, name, after, dialect));
                }
            }
        }
        if changes.stages.keys.is_empty() {
            changes.drops.append(&mut changes.stages.key_drops);
        }
        changes
    }

    fn validate(
        &mut self,
        table: &Table,
        name: &Ident,
        constraint: Pair<&Written>,
        forms: Forms,
        dialect: Dialect,
    ) {
        match (constraint.before.validated, constraint.after.validated) {
            (false, true) => match forms {
                Forms::Online => self.stages.validate(table, name, dialect),
                Forms::Offline => {
                    let mut script = alter_table(table, dialect);
                    script.keyword("VALIDATE CONSTRAINT ").ident(name);
                    self.adds.push(Step::new(script.into_text()));
                }
            },
            (true, false) => {
                self.drops.push(drop(table, name, dialect));
                self.adds.push(add(table, name, constraint.after, dialect));
                self.remade.insert(name.clone());
            }
            (true, true) | (false, false) => {}
        }
    }
}

/// Every constraint of a table that has a name, in the order in which they are made.
pub(super) fn written(table: &Table, dialect: Dialect) -> BTreeMap<Ident, Written> {
    let mut all = BTreeMap::new();
    let keys = table.primary_key.iter().map(|key| (key, "PRIMARY KEY"));
    for (key, words) in keys.chain(table.uniques.iter().map(|key| (key, "UNIQUE"))) {
        let mut script = Script::new(dialect);
        // An index moves without being built anew.
        let key = &Key {
            tablespace: None,
            role: IndexRole::default(),
            ..key.clone()
        };
        key.write(&mut script, words);
        if let Some(name) = &key.name {
            all.insert(
                name.clone(),
                Written {
                    definition: script.into_text(),
                    validated: true,
                },
            );
        }
    }
    for check in &table.checks {
        let mut script = Script::new(dialect);
        check.write(&mut script);
        if let Some(name) = &check.name {
            all.insert(
                name.clone(),
                Written {
                    definition: script.into_text(),
                    validated: check.validated,
                },
            );
        }
    }
    for exclusion in &table.exclusions {
        let definition = exclusion.definition.as_str().to_owned();
        all.insert(
            exclusion.name.clone(),
            Written {
                definition,
                validated: true,
            },
        );
    }
    all
}

fn drop(table: &Table, name: &Ident, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("DROP CONSTRAINT ").ident(name);
    Step::new(script.into_text())
}

fn rename(table: &Table, names: Pair<&Ident>, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script
        .keyword("RENAME CONSTRAINT ")
        .ident(names.before)
        .keyword(" TO ")
        .ident(names.after);
    Step::new(script.into_text())
}

fn add(table: &Table, name: &Ident, constraint: &Written, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script
        .keyword("ADD CONSTRAINT ")
        .ident(name)
        .keyword(" ")
        .expression(&constraint.definition);
    script.keyword(if constraint.validated {
        ""
    } else {
        " NOT VALID"
    });
    let step = Step::new(script.into_text());
    if constraint.is_key() {
        return step.with(Hazard::new(
            &rows::UNIQUE_ADDED,
            format!(
                "writes to table {} wait while the index is built, and duplicates make this fail",
                table.name
            ),
        ));
    }
    if constraint.is_check() && constraint.is_held() {
        return step.with(Hazard::new(
            &rows::CHECK_ADDED,
            format!(
                "table {} is scanned, and rows that break the condition make this fail",
                table.name
            ),
        ));
    }
    if constraint.definition.starts_with("EXCLUDE") {
        return step.with(Hazard::new(
            &rows::EXCLUSION_ADDED,
            format!(
                "table {} is locked while the index is built, for which there is no other form, and rows that exclude each other make this fail",
                table.name
            ),
        ));
    }
    step
}
