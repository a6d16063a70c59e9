//! Altering a table in PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, Script};

use super::postgres::{
    alter_table, column_target, constraint_comments, constraint_target, own_sequence,
    serial_by_hand, settings, table_target, write_column,
};
use super::postgres_column::{ColumnPair, mentions_any};
use super::postgres_constraint::{Constraints, written};
use super::postgres_online::{self, Stages};
use super::refill::column_refilled;
use super::{Column, ColumnSource, Generated, GeneratedKind, Table};
use crate::hazard::{locks, loss, rows};
use crate::object::{CompositeType, EnumType, alter_options, comment};
use crate::{
    Alteration, Context, Definition, Disturbance, Effect, Expr, FirstValue, Forms, Hazard, InPlace,
    Kind, Object, Pair, Part, Step,
};

/// The statements that take a table from one state to the other, in place.
pub(super) fn alter(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    let dialect = context.dialect;
    let mut columns = common_columns(pair, context);
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
    let is_remade = |column: &ColumnPair<'_>| {
        column.is_remade(&retyped) || column.columns.map(falls) == Pair::new(true, true)
    };
    let is_rewritten = columns
        .iter()
        .any(|column| column.is_rewritten() || is_remade(column));
    let forms = if is_rewritten {
        Forms::Offline
    } else {
        postgres_online::forms(pair, context)
    };
    for column in &mut columns {
        column.forms = forms;
    }
    let remade: Vec<_> = columns.iter().filter(|column| is_remade(column)).collect();
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

    let mut constraints = Constraints::compare(pair, context, &retyped, forms);
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
        if column.has_other_sequence() {
            let part = Part::Sequence(column.columns.after.name.clone());
            plan.disturbs.insert((part, Effect::Removed));
        }
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
    let added = Added {
        pair,
        remade: &remade_names,
        forms,
    };
    plan.main
        .extend(added.columns(&mut constraints.stages, context));
    for column in &columns {
        if !is_remade(&column.columns.after.name) {
            plan.main.extend(column.attach());
        }
    }
    plan.main
        .extend(constraints.stages.settle_nulls(pair.after, &columns));
    for column in dropped.iter().filter(|column| column.generated().is_none()) {
        plan.discard.push(drop_column(pair.after, column, dialect));
        plan.disturbs
            .insert((Part::Column(column.name.clone()), Effect::Removed));
    }
    plan.main.append(&mut constraints.adds);
    plan.main.extend(constraints.stages.take_checks());
    plan.main.extend(whole_table(pair, dialect));
    plan.main.extend(comments(pair, &remade_names, dialect));
    let mut said = super::storage::alter(pair, &constraints.remade, context);
    said.extend(said_of_constraints(pair, &constraints.remade, dialect));
    if constraints.stages.come_late() {
        constraints.stages.comments.extend(said);
    } else {
        plan.main.extend(said);
    }
    // Whoever needs a key that comes late waits for it.
    plan.disturbs.extend(
        constraints
            .remade
            .into_iter()
            .map(|name| (Part::Constraint(name), Effect::Removed)),
    );
    constraints.stages.join(&mut plan);
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
                && column.user_type.as_deref() == Some(&disturbance.object)
        })
    };
    let collations: BTreeSet<_> = context
        .disturbed
        .iter()
        .filter(|disturbance| is_collation_swapped(disturbance))
        .map(|disturbance| disturbance.object.name.name.clone())
        .collect();
    let both = |after: &'a Column| {
        let before = pair.before.columns.get(&after.name)?;
        let columns = Pair::new(before, after);
        let is_swapped = is_swapped(before) && is_swapped(after);
        let collation = after.collation.as_deref();
        let is_sorted_anew = collation.is_some_and(|name| mentions_any(name, &collations));
        Some(ColumnPair {
            table: pair.after,
            columns,
            is_swapped,
            is_sorted_anew,
            forms: Forms::Offline,
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
pub(super) fn removed_names(context: &Context<'_>) -> BTreeSet<Ident> {
    let removed = context.disturbed.iter().filter(|disturbance| {
        disturbance.effect == Effect::Removed || is_collation_swapped(disturbance)
    });
    removed
        .map(|disturbance| disturbance.object.name.name.clone())
        .collect()
}

/// Whether a collation is replaced under its own name: columns move to the new one, but expressions are
/// bound to the one before.
fn is_collation_swapped(disturbance: &Disturbance) -> bool {
    disturbance.effect == Effect::Swapped && disturbance.object.kind == Kind::Collation
}

/// Lets go of objects that are about to be dropped and made again, and takes hold of them afterwards.
///
/// A default that changes or goes does so before anything that is dropped for good; one that stays as it
/// reads today has to step aside for everything that its words name.
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
        let after = pair.after.columns.get(&before.name);
        let stays =
            before.default().is_some() && after.and_then(Column::default) == before.default();
        let names = if stays { removed } else { made_again };
        let Some(expression) = before
            .default()
            .filter(|default| mentions_any(default.as_str(), names))
        else {
            continue;
        };
        plan.release
            .push(in_column(pair.before, " DROP DEFAULT", &before.name, ""));
        if stays {
            plan.restore.push(in_column(
                pair.after,
                " SET DEFAULT ",
                &before.name,
                expression.as_str(),
            ));
        }
    }
}

pub(super) fn drop_column(table: &Table, column: &Column, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("DROP COLUMN ").ident(&column.name);
    let step = Step::new(script.into_text());
    if column.generated().is_some() {
        return step;
    }
    step.with(Hazard::new(
        &loss::COLUMN_DROPPED,
        format!(
            "column {} of table {} is dropped with all of its values",
            column.name, table.name
        ),
    ))
}

/// The columns that are added to a table.
struct Added<'a> {
    pair: Pair<&'a Table>,
    remade: &'a BTreeSet<Ident>,
    forms: Forms,
}

impl Added<'_> {
    fn columns(&self, stages: &mut Stages, context: &Context<'_>) -> Vec<Step> {
        let table = self.pair.after;
        let id = Table::id_of(&table.name);
        let mut steps = Vec::new();
        let is_new = |column: &&Column| {
            self.pair.before.columns.get(&column.name).is_none()
                || self.remade.contains(&column.name)
        };
        let mut added: Vec<_> = table.columns.iter().filter(is_new).collect();
        // A computed column may read one that is added with it.
        added.sort_by_key(|column| column.generated().is_some());
        for column in added {
            let required = !column.nullable && column.source == ColumnSource::Given;
            let first = context
                .first_value(&id, &column.name)
                .filter(|_| required && table.foreign.is_none());
            steps.extend(serial_by_hand(table, column, context.dialect));
            if let Some(keeping) = keep_computed(self.pair, column, context.dialect) {
                steps.extend(keeping);
                continue;
            }
            match first {
                None if required => {
                    steps.push(self.add(column, Required::FromNowOn, context.dialect));
                }
                None => steps.push(self.add(column, Required::Given, context.dialect)),
                Some(FirstValue::Told(_)) => steps.push(self.add_nullable(column, context.dialect)),
                Some(FirstValue::StandIn(constant)) => {
                    steps.extend(self.add_filled(column, constant, context.dialect));
                }
            }
            match (first, self.forms) {
                (None | Some(FirstValue::StandIn(_)), _) => {}
                (Some(FirstValue::Told(expression)), Forms::Online) => {
                    stages.fill(table, &column.name, expression, context);
                    stages.require(table, &column.name, context.dialect);
                }
                (Some(FirstValue::Told(expression)), Forms::Offline) => {
                    steps.extend(self.fill(&column.name, expression, context.dialect));
                }
            }
            steps.extend(own_sequence(table, column, context.dialect));
            steps.extend(settings(table, column, context.dialect));
            let special = super::postgres_not_null::create(table, column, context.dialect);
            match (first, self.forms) {
                (Some(FirstValue::Told(_)), Forms::Online) => stages.comments.extend(special),
                (None | Some(_), _) => steps.extend(special),
            }
        }
        steps
    }

    fn add(&self, column: &Column, required: Required, dialect: Dialect) -> Step {
        let table = self.pair.after;
        let mut script = alter_table(table, dialect);
        script.keyword("ADD COLUMN ");
        write_column(&mut script, table, column);
        // In a key it is written without, and the key that is made of an index would look through the rows.
        let is_bare = !column.nullable
            && !script.as_str().ends_with(" NOT NULL")
            && !script.as_str().ends_with(" NO INHERIT")
            && table.is_key(&column.name)
            && !matches!(
                column.source,
                ColumnSource::Identity(_) | ColumnSource::Serial(_)
            );
        if is_bare && self.forms == Forms::Online {
            script.keyword(" NOT NULL");
        }
        let step = Step::new(script.into_text());
        match required {
            Required::Given => step,
            Required::FromNowOn => step.with(Hazard::new(
                &rows::REQUIRED_COLUMN_ADDED,
                format!(
                    "this fails where table {} has rows, because column {} gets no value; `backfill` gives it one",
                    table.name, column.name
                ),
            )),
        }
    }

    fn add_nullable(&self, column: &Column, dialect: Dialect) -> Step {
        let mut script = alter_table(self.pair.after, dialect);
        script.keyword("ADD COLUMN ");
        let nullable = Column {
            nullable: true,
            ..column.clone()
        };
        write_column(&mut script, self.pair.after, &nullable);
        Step::new(script.into_text())
    }

    /// The column with a constant in every row, which the server does without touching one.
    fn add_filled(&self, column: &Column, constant: &str, dialect: Dialect) -> [Step; 2] {
        let table = self.pair.after;
        let mut add = alter_table(table, dialect);
        add.keyword("ADD COLUMN ");
        let filled = Column {
            source: ColumnSource::Default(Expr::from_server(constant)),
            ..column.clone()
        };
        write_column(&mut add, table, &filled);
        let mut drop = alter_table(table, dialect);
        drop.keyword("ALTER COLUMN ")
            .ident(&column.name)
            .keyword(" DROP DEFAULT");
        let hazard = column_refilled(&table.name, &column.name, constant);
        [
            Step::new(add.into_text()).with(hazard),
            Step::new(drop.into_text()),
        ]
    }

    /// First values, and no column without one, in one transaction.
    fn fill(&self, column: &Ident, expression: &str, dialect: Dialect) -> [Step; 2] {
        let mut update = Script::new(dialect);
        update
            .keyword("UPDATE ")
            .name(&self.pair.after.name)
            .keyword(" SET ")
            .ident(column)
            .keyword(" = ")
            .expression(expression);
        let mut set = alter_table(self.pair.after, dialect);
        set.keyword("ALTER COLUMN ")
            .ident(column)
            .keyword(" SET NOT NULL");
        [Step::new(update.into_text()), Step::new(set.into_text())]
    }
}

/// Whether rows that are there lack a value that a new column wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Required {
    /// They get one, or need none.
    Given,
    /// They do.
    FromNowOn,
}

/// Makes a column anew that was computed when it was read and is so no more: computed once, and kept.
fn keep_computed(pair: Pair<&Table>, after: &Column, dialect: Dialect) -> Option<Vec<Step>> {
    let before = pair.before.columns.get(&after.name)?;
    let computed = before
        .generated()
        .filter(|generated| generated.kind == GeneratedKind::Virtual)?;
    if after.generated().is_some() {
        return None;
    }
    let stored = Column {
        source: ColumnSource::Generated(Generated {
            kind: GeneratedKind::Stored,
            ..computed.clone()
        }),
        ..after.clone()
    };
    let mut script = alter_table(pair.after, dialect);
    script.keyword("ADD COLUMN ");
    write_column(&mut script, pair.after, &stored);
    let mut steps = vec![Step::new(script.into_text())];
    let mut script = alter_table(pair.after, dialect);
    script
        .keyword("ALTER COLUMN ")
        .ident(&after.name)
        .keyword(" DROP EXPRESSION");
    steps.push(Step::new(script.into_text()));
    let plain = Column {
        source: ColumnSource::Given,
        ..after.clone()
    };
    let columns = ColumnPair {
        table: pair.after,
        columns: Pair::new(&plain, after),
        is_swapped: false,
        is_sorted_anew: false,
        forms: Forms::Offline,
        dialect,
    };
    steps.extend(columns.attach());
    steps.extend(settings(pair.after, after, dialect));
    Some(steps)
}

fn whole_table(pair: Pair<&Table>, dialect: Dialect) -> Vec<Step> {
    let mut steps = alter_options(
        dialect,
        "ALTER TABLE ",
        &pair.after.name,
        pair.map(|table| &*table.options),
    );
    if pair.map(|table| table.unlogged).differs() {
        let mut script = alter_table(pair.after, dialect);
        script.keyword(if pair.after.unlogged {
            "SET UNLOGGED"
        } else {
            "SET LOGGED"
        });
        steps.push(Step::new(script.into_text()).with(Hazard::new(
            &locks::TABLE_REWRITTEN,
            format!("table {} is locked and written anew", pair.after.name),
        )));
    }
    steps
}

/// What is said of the table and its columns.
fn comments(pair: Pair<&Table>, remade_columns: &BTreeSet<Ident>, dialect: Dialect) -> Vec<Step> {
    let target = table_target(pair.after, dialect);
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
    steps
}

fn said_of_constraints(
    pair: Pair<&Table>,
    remade: &BTreeSet<Ident>,
    dialect: Dialect,
) -> Vec<Step> {
    let mut steps = Vec::new();
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
            .filter(|_| !remade.contains(name));
        let comments = Pair::new(before, sides.after.get(name).copied());
        steps.extend(comment::on_alter(
            dialect,
            &constraint_target(pair.after, name, dialect),
            comments,
        ));
    }
    steps
}
