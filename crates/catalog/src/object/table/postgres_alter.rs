//! Altering a table in PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::{
    alter_table, column_target, constraint_comments, constraint_target, own_sequence,
    serial_by_hand, settings, write_column,
};
use super::postgres_column::{ColumnPair, mentions_any};
use super::{Column, Table};
use crate::object::{CompositeType, EnumType, alter_options, comment};
use crate::{Alteration, Context, Definition, Effect, Hazard, InPlace, Object, Pair, Part, Step};

/// The statements that take a table from one state to the other, in place.
pub(super) fn alter(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    let dialect = context.dialect;
    let columns = common_columns(pair, context);
    let retyped: BTreeSet<Ident> = columns
        .iter()
        .filter(|column| column.is_retyped())
        .map(|column| column.columns.after.name.clone())
        .collect();
    let removed = removed_names(context);
    let falls = |column: &Column| {
        column
            .generated()
            .is_some_and(|generated| mentions_any(generated.expression.as_str(), &removed))
    };
    let remade: Vec<_> = columns
        .iter()
        .filter(|column| {
            column.is_remade(&retyped) || column.columns.map(falls) == Pair::new(true, true)
        })
        .collect();
    let is_remade = |name: &Ident| {
        remade
            .iter()
            .any(|column| &column.columns.after.name == name)
    };
    let dropped: Vec<_> = pair
        .before
        .columns
        .iter()
        .filter(|column| pair.after.columns.get(&column.name).is_none())
        .collect();

    let mut constraints = Constraints::compare(pair, context, &retyped);
    let mut plan = InPlace::default();
    release(pair, &removed, &remade_names(context), dialect, &mut plan);

    plan.release.append(&mut constraints.releases);
    plan.main.append(&mut constraints.drops);
    for column in &columns {
        if !is_remade(&column.columns.after.name) {
            plan.main.extend(column.detach());
        }
    }
    let gone_first = dropped
        .iter()
        .copied()
        .filter(|column| column.generated().is_some());
    for column in gone_first.chain(remade.iter().map(|column| column.columns.before)) {
        // What computes it may go before the table changes.
        let moment = if falls(column) {
            &mut plan.release
        } else {
            &mut plan.main
        };
        moment.push(drop_column(pair.after, column, dialect));
        plan.disturbs
            .insert((Part::Column(column.name.clone()), Effect::Removed));
    }
    for column in &columns {
        if is_remade(&column.columns.after.name) {
            continue;
        }
        let map = carried(column, context);
        if let Some(step) = column.retype(map.as_deref()) {
            plan.main.push(step);
            plan.disturbs.insert((
                Part::Column(column.columns.after.name.clone()),
                Effect::Retyped,
            ));
        }
    }
    let remade_names: BTreeSet<_> = remade
        .iter()
        .map(|column| column.columns.after.name.clone())
        .collect();
    plan.main
        .extend(added_columns(pair, &remade_names, context));
    for column in &columns {
        if !is_remade(&column.columns.after.name) {
            plan.main.extend(column.attach());
        }
    }
    for column in dropped.iter().filter(|column| column.generated().is_none()) {
        plan.main.push(drop_column(pair.after, column, dialect));
        plan.disturbs
            .insert((Part::Column(column.name.clone()), Effect::Removed));
    }
    plan.main.append(&mut constraints.adds);
    plan.main.extend(whole_table(pair, dialect));
    plan.main
        .extend(comments(pair, &remade_names, &constraints.remade, dialect));
    plan.disturbs.extend(
        constraints
            .gone
            .into_iter()
            .map(|name| (Part::Constraint(name), Effect::Removed)),
    );
    Alteration::InPlace(plan)
}

fn common_columns<'a>(pair: Pair<&'a Table>, context: &Context<'_>) -> Vec<ColumnPair<'a>> {
    let is_swapped = |column: &Column| {
        context.disturbed.iter().any(|disturbance| {
            disturbance.effect == Effect::Swapped
                && column.user_type.as_ref() == Some(&disturbance.object)
        })
    };
    let both = |after: &'a Column| {
        let before = pair.before.columns.get(&after.name)?;
        let columns = Pair::new(before, after);
        let is_swapped = is_swapped(before) && is_swapped(after);
        Some(ColumnPair {
            table: pair.after,
            columns,
            is_swapped,
            dialect: context.dialect,
        })
    };
    pair.after.columns.iter().filter_map(both).collect()
}

/// The values of a column as those of its new type, where it is not enough to read their text again.
fn carried(column: &ColumnPair<'_>, context: &Context<'_>) -> Option<String> {
    let sides = column.columns;
    if !column.is_swapped || sides.after.data_type.ends_with("[]") {
        return None;
    }
    let id = sides.after.user_type.as_ref()?;
    let types = context.catalogs.map(|catalog| catalog.get(id));
    if let (Some(Object::CompositeType(before)), Some(Object::CompositeType(after))) =
        (types.before, types.after)
    {
        let own = sides.after.name.quoted(context.dialect);
        return CompositeType::carry(Pair::new(before, after), &own, context.dialect);
    }
    value_map(column, context)
}

/// What takes the place of an enum's removed values, as an expression over the column.
fn value_map(column: &ColumnPair<'_>, context: &Context<'_>) -> Option<String> {
    let id = column.columns.after.user_type.as_ref()?;
    let behind = EnumType::behind(context.catalogs.after, id)?;
    let map = context.hints.value_maps.get(&behind.enum_type.id())?;
    if map.is_empty() || behind.is_array {
        return None;
    }
    let own = column.columns.after.name.quoted(context.dialect);
    let mut script = Script::new(context.dialect);
    script.keyword("(CASE ").expression(&own).keyword("::text");
    for (from, to) in map {
        script
            .keyword(" WHEN ")
            .literal(from)
            .keyword(" THEN ")
            .literal(to);
    }
    script
        .keyword(" ELSE ")
        .expression(&own)
        .keyword("::text END)");
    Some(script.into_text())
}

/// The names of what the table depends on and what is dropped and made again.
fn remade_names(context: &Context<'_>) -> BTreeSet<Ident> {
    let mut names = removed_names(context);
    let is_made_again = |name: &Ident| {
        context.disturbed.iter().any(|disturbance| {
            disturbance.object.name.name == *name
                && context.catalogs.after.get(&disturbance.object).is_some()
        })
    };
    names.retain(is_made_again);
    names
}

/// The names of what the table depends on and what goes away, perhaps to be made again.
fn removed_names(context: &Context<'_>) -> BTreeSet<Ident> {
    let removed = context
        .disturbed
        .iter()
        .filter(|disturbance| disturbance.effect == Effect::Removed);
    removed
        .map(|disturbance| disturbance.object.name.name.clone())
        .collect()
}

/// Lets go of objects that are about to be dropped and made again, and takes hold of them afterwards.
///
/// A column that is dropped takes its default along before anything else goes, so that only what is made
/// again needs it out of the way earlier.
fn release(
    pair: Pair<&Table>,
    removed: &BTreeSet<Ident>,
    made_again: &BTreeSet<Ident>,
    dialect: Dialect,
    plan: &mut InPlace,
) {
    let in_column = |table: &Table, words: &'static str, column: &Ident, rest: &str| {
        let mut script = alter_table(table, dialect);
        script
            .keyword("ALTER COLUMN ")
            .ident(column)
            .keyword(words)
            .expression(rest);
        Step::new(script.into_text())
    };
    for before in pair.before.columns.iter() {
        let stays = pair.after.columns.get(&before.name).is_some();
        let names = if stays { removed } else { made_again };
        let Some(expression) = before
            .default()
            .filter(|default| mentions_any(default.as_str(), names))
        else {
            continue;
        };
        plan.release
            .push(in_column(pair.before, " DROP DEFAULT", &before.name, ""));
        let after = pair.after.columns.get(&before.name);
        if after.and_then(Column::default) == Some(expression) {
            plan.restore.push(in_column(
                pair.after,
                " SET DEFAULT ",
                &before.name,
                expression.as_str(),
            ));
        }
    }
}

/// What becomes of keys, checks and exclusions.
struct Constraints {
    /// Drops that cannot wait until the table changes.
    releases: Vec<Step>,
    drops: Vec<Step>,
    adds: Vec<Step>,
    /// Names on the side before that stand no more, or not throughout.
    gone: BTreeSet<Ident>,
    /// Names on the side after that were made here, so that what is said of them is lost.
    remade: BTreeSet<Ident>,
}

/// A constraint as text: everything after its name.
#[derive(PartialEq)]
struct Written {
    definition: String,
    validated: bool,
}

impl Constraints {
    fn compare(pair: Pair<&Table>, context: &Context<'_>, retyped: &BTreeSet<Ident>) -> Self {
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
        let mut changes = Self {
            releases: Vec::new(),
            drops: Vec::new(),
            adds: Vec::new(),
            gone: BTreeSet::new(),
            remade: BTreeSet::new(),
        };
        let mut renamed = BTreeMap::new();
        for (name, before) in &sides.before {
            if stands(name, before) {
                changes.validate(pair.after, name, before, &sides.after[name], dialect);
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
                    // A parent may be about to add a check of the same name.
                    let is_in_the_way = pair.before.parents().next().is_some()
                        && before.definition.starts_with("CHECK");
                    let moment = if is_in_the_way || mentions_any(&before.definition, &removed) {
                        &mut changes.releases
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
            if !kept && !renamed.contains_key(name) {
                changes.adds.push(add(pair.after, name, after, dialect));
                changes.remade.insert(name.clone());
            }
        }
        changes
    }

    fn validate(
        &mut self,
        table: &Table,
        name: &Ident,
        before: &Written,
        after: &Written,
        dialect: Dialect,
    ) {
        match (before.validated, after.validated) {
            (false, true) => {
                let mut script = alter_table(table, dialect);
                script.keyword("VALIDATE CONSTRAINT ").ident(name);
                self.adds.push(Step::new(script.into_text()));
            }
            (true, false) => {
                self.drops.push(drop(table, name, dialect));
                self.adds.push(add(table, name, after, dialect));
                self.remade.insert(name.clone());
            }
            (true, true) | (false, false) => {}
        }
    }
}

/// Every constraint of a table that has a name, in the order in which they are made.
fn written(table: &Table, dialect: Dialect) -> BTreeMap<Ident, Written> {
    let mut all = BTreeMap::new();
    let keys = table.primary_key.iter().map(|key| (key, "PRIMARY KEY"));
    for (key, words) in keys.chain(table.uniques.iter().map(|key| (key, "UNIQUE"))) {
        let mut script = Script::new(dialect);
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
    if constraint.definition.starts_with("UNIQUE")
        || constraint.definition.starts_with("PRIMARY KEY")
    {
        return step.with(Hazard::warning(
            "unique_added",
            format!(
                "writes to table {} wait while the index is built, and duplicates make this fail",
                table.name
            ),
        ));
    }
    if constraint.definition.starts_with("CHECK") && constraint.validated {
        return step.with(Hazard::warning(
            "check_added",
            format!(
                "table {} is scanned, and rows that break the condition make this fail",
                table.name
            ),
        ));
    }
    step
}

fn drop_column(table: &Table, column: &Column, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("DROP COLUMN ").ident(&column.name);
    let step = Step::new(script.into_text());
    if column.generated().is_some() {
        return step;
    }
    step.with(Hazard::danger(
        "column_dropped",
        format!(
            "column {} of table {} is dropped with all of its values",
            column.name, table.name
        ),
    ))
}

fn added_columns(pair: Pair<&Table>, remade: &BTreeSet<Ident>, context: &Context<'_>) -> Vec<Step> {
    let (table, dialect) = (pair.after, context.dialect);
    let backfills = context.hints.backfills.get(&Table::id_of(&table.name));
    let mut steps = Vec::new();
    let is_new = |column: &&Column| {
        pair.before.columns.get(&column.name).is_none() || remade.contains(&column.name)
    };
    let mut added: Vec<_> = table.columns.iter().filter(is_new).collect();
    // A computed column may read one that is added with it.
    added.sort_by_key(|column| column.generated().is_some());
    for column in added {
        steps.extend(serial_by_hand(table, column, dialect));
        let required = !column.nullable && column.source == super::ColumnSource::Given;
        let backfill = backfills
            .and_then(|backfills| backfills.get(&column.name))
            .filter(|_| required);
        let mut script = alter_table(table, dialect);
        script.keyword("ADD COLUMN ");
        match backfill {
            Some(_) => write_column(
                &mut script,
                table,
                &Column {
                    nullable: true,
                    ..column.clone()
                },
            ),
            None => write_column(&mut script, table, column),
        }
        // In a key the column is written without NOT NULL, which the key brings along once it is added.
        let step = Step::new(script.into_text());
        steps.push(if required && backfill.is_none() {
            step.with(Hazard::warning(
                "required_column_added",
                format!(
                    "this fails where table {} has rows, because column {} gets no value",
                    table.name, column.name
                ),
            ))
        } else {
            step
        });
        if let Some(expression) = backfill {
            let mut update = Script::new(dialect);
            update
                .keyword("UPDATE ")
                .name(&table.name)
                .keyword(" SET ")
                .ident(&column.name)
                .keyword(" = ")
                .expression(expression);
            steps.push(Step::new(update.into_text()));
            let mut set = alter_table(table, dialect);
            set.keyword("ALTER COLUMN ")
                .ident(&column.name)
                .keyword(" SET NOT NULL");
            steps.push(Step::new(set.into_text()));
        }
        steps.extend(own_sequence(table, column, dialect));
        steps.extend(settings(table, column, dialect));
    }
    steps
}

fn whole_table(pair: Pair<&Table>, dialect: Dialect) -> Vec<Step> {
    let mut steps = alter_options(
        dialect,
        "ALTER TABLE ",
        &pair.after.name,
        pair.map(|table| &table.options),
    );
    if pair.map(|table| table.unlogged).differs() {
        let mut script = alter_table(pair.after, dialect);
        script.keyword(if pair.after.unlogged {
            "SET UNLOGGED"
        } else {
            "SET LOGGED"
        });
        steps.push(Step::new(script.into_text()).with(Hazard::warning(
            "table_rewritten",
            format!("table {} is locked and written anew", pair.after.name),
        )));
    }
    steps
}

fn comments(
    pair: Pair<&Table>,
    remade_columns: &BTreeSet<Ident>,
    remade_constraints: &BTreeSet<Ident>,
    dialect: Dialect,
) -> Vec<Step> {
    let target = comment::target("TABLE ", &pair.after.name.quoted(dialect));
    let mut steps = comment::on_alter(dialect, &target, pair.map(|table| table.comment.as_deref()));
    for column in pair.after.columns.iter() {
        let before = pair
            .before
            .columns
            .get(&column.name)
            .filter(|_| !remade_columns.contains(&column.name));
        let comments = Pair::new(
            before.and_then(|before| before.comment.as_deref()),
            column.comment.as_deref(),
        );
        steps.extend(comment::on_alter(
            dialect,
            &column_target(pair.after, &column.name, dialect),
            comments,
        ));
    }
    let sides = pair.map(|table| {
        constraint_comments(table)
            .into_iter()
            .collect::<BTreeMap<_, _>>()
    });
    let names: BTreeSet<_> = sides
        .before
        .keys()
        .chain(sides.after.keys())
        .copied()
        .collect();
    let standing = written(pair.after, dialect);
    for name in names
        .into_iter()
        .filter(|name| standing.contains_key(*name))
    {
        let before = sides
            .before
            .get(name)
            .copied()
            .filter(|_| !remade_constraints.contains(name));
        let comments = Pair::new(before, sides.after.get(name).copied());
        steps.extend(comment::on_alter(
            dialect,
            &constraint_target(pair.after, name, dialect),
            comments,
        ));
    }
    steps
}
