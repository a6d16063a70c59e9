//! Making a table anew with its rows in PostgreSQL: what it is partitioned by cannot be altered.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::lineage::is_in_key;
use super::{ColumnSource, Table, postgres};
use crate::{Alteration, Context, Effect, Hazard, InPlace, Pair, Part, Step};

/// Whether the table has to be made anew: it becomes partitioned or ceases to be, by another key, or by a
/// column whose type changes.
pub(super) fn is_needed(pair: Pair<&Table>, context: &Context<'_>) -> bool {
    if pair.map(|table| &table.partition_by).differs() {
        return true;
    }
    if pair.after.partition_by.is_none() {
        return false;
    }
    let columns = pair.after.all_columns(context.catalogs.after);
    let before = pair.before.all_columns(context.catalogs.before);
    let is_retyped = columns.iter().any(|after| {
        let before = before.iter().find(|before| before.name == after.name);
        let differs = before.is_some_and(|before| {
            before.data_type != after.data_type || before.collation != after.collation
        });
        differs && is_in_key(pair.after, &after.name)
    });
    let is_disturbed = context.disturbed.iter().any(|disturbance| {
        disturbance.effect == Effect::Swapped
            && columns.iter().any(|column| {
                column.user_type.as_ref() == Some(&disturbance.object)
                    && is_in_key(pair.after, &column.name)
            })
    });
    is_retyped || is_disturbed
}

/// The statements that make the table anew: its rows wait in a copy until all of its partitions stand.
pub(super) fn rebuild(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    let dialect = context.dialect;
    let copy = aside(&pair.before.name);
    let mut plan = InPlace::default();
    let mut script = Script::new(dialect);
    script
        .keyword("CREATE TABLE ")
        .name(&copy)
        .keyword(" AS SELECT * FROM ")
        .name(&pair.before.name);
    plan.release.push(Step::new(script.into_text()));
    let mut script = Script::new(dialect);
    script.keyword("DROP TABLE ").name(&pair.before.name);
    plan.main
        .push(Step::new(script.into_text()).with(Hazard::danger(
            "table_made_anew",
            format!(
                "table {} is made anew, its rows are copied twice, and rows that fit no partition make this fail",
                pair.after.name
            ),
        )));
    plan.main
        .extend(super::Definition::create(pair.after, dialect));
    plan.restore.push(take_rows_back(pair, &copy, context));
    plan.restore.extend(count_on(pair, dialect));
    let mut script = Script::new(dialect);
    script.keyword("DROP TABLE ").name(&copy);
    plan.finish.push(Step::new(script.into_text()));
    plan.disturbs.insert((Part::Whole, Effect::Removed));
    Alteration::InPlace(plan)
}

fn take_rows_back(pair: Pair<&Table>, copy: &QualifiedName, context: &Context<'_>) -> Step {
    let before = pair.before.all_columns(context.catalogs.before);
    let mut columns = Vec::new();
    let mut values = Script::new(context.dialect);
    for column in pair.after.all_columns(context.catalogs.after) {
        let Some(old) = before.iter().find(|before| before.name == column.name) else {
            continue;
        };
        if matches!(column.source, ColumnSource::Generated(_)) {
            continue;
        }
        values
            .keyword(if columns.is_empty() { "" } else { ", " })
            .ident(&column.name);
        if old.data_type != column.data_type {
            values.keyword("::text::").expression(&column.data_type);
        }
        columns.push(column.name);
    }
    let mut script = Script::new(context.dialect);
    script.keyword("INSERT INTO ").name(&pair.after.name);
    if columns.is_empty() {
        script.keyword(" SELECT FROM ").name(copy);
        return Step::new(script.into_text());
    }
    script
        .keyword(" ")
        .idents(&columns)
        .keyword(" OVERRIDING SYSTEM VALUE SELECT ")
        .expression(values.as_str())
        .keyword(" FROM ")
        .name(copy);
    Step::new(script.into_text())
}

/// Lets the counters of the new table count on from the largest values that are there.
fn count_on(pair: Pair<&Table>, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    for column in pair.after.columns.iter() {
        let sequence = match &column.source {
            ColumnSource::Identity(identity) => &identity.sequence,
            ColumnSource::Serial(sequence) => sequence,
            ColumnSource::Given | ColumnSource::Default(_) | ColumnSource::Generated(_) => continue,
        };
        steps.push(postgres::count_on(
            pair.after,
            &column.name,
            sequence,
            dialect,
        ));
    }
    steps
}

/// The name under which rows wait while their table is made anew.
fn aside(table: &QualifiedName) -> QualifiedName {
    let mut name = format!("schemist_rows_{}", table.name.as_str());
    while name.len() > 63 {
        name.pop();
    }
    QualifiedName {
        schema: table.schema.clone(),
        name: Ident::from_server(name),
    }
}
