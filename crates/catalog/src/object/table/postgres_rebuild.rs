//! Making a table anew with its rows in PostgreSQL: what it is partitioned by cannot be altered.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::lineage::is_in_key;
use super::{ColumnSource, Table, postgres};
use crate::hazard::loss;
use crate::{Catalog, Context, Effect, Hazard, InPlace, Object, Pair, Part, Step};

/// Whether the table has to be made anew: it becomes partitioned or ceases to be, by another key, or by a
/// column whose type changes.
pub(super) fn is_needed(pair: Pair<&Table>, context: &Context<'_>) -> bool {
    if pair.map(|table| &table.partition_by).differs()
        || super::postgres_typed::is_out_of_order(pair)
    {
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
                column.user_type.as_deref() == Some(&disturbance.object)
                    && is_in_key(pair.after, &column.name)
            })
    });
    is_retyped || is_disturbed
}

/// The statements that make the table anew: its rows wait in a copy until all of its partitions stand.
pub(super) fn rebuild(pair: Pair<&Table>, context: &Context<'_>) -> InPlace {
    let dialect = context.dialect;
    let copy = aside(&pair.before.name);
    let mut plan = InPlace::default();
    let mut script = Script::new(dialect);
    // What is written after the copy was taken would be lost.
    script
        .keyword("LOCK TABLE ")
        .name(&pair.before.name)
        .keyword(" IN ACCESS EXCLUSIVE MODE");
    plan.release.push(Step::new(script.into_text()));
    let mut script = Script::new(dialect);
    script
        .keyword("CREATE TABLE ")
        .name(&copy)
        .keyword(match pair.before.partition_by {
            Some(_) => " AS SELECT * FROM ",
            // Rows of inheriting tables stay where they are.
            None => " AS SELECT * FROM ONLY ",
        })
        .name(&pair.before.name);
    plan.release.push(Step::new(script.into_text()));
    keep_sequences(pair, context, &mut plan);
    let mut script = Script::new(dialect);
    script.keyword("DROP TABLE ").name(&pair.before.name);
    plan.main
        .push(Step::new(script.into_text()).with(Hazard::new(
            &loss::TABLE_MADE_ANEW,
            format!(
                "table {} is locked and made anew, its rows are copied twice{}",
                pair.after.name,
                match pair.after.partition_by {
                    Some(_) => ", and rows that fit no partition make this fail",
                    None => "",
                }
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
    plan
}

/// Sequences that the table owns and that stand for themselves do not go with it.
fn keep_sequences(pair: Pair<&Table>, context: &Context<'_>, plan: &mut InPlace) {
    let owned = |catalog: &Catalog| -> Vec<(QualifiedName, Ident)> {
        let objects = catalog.objects().values();
        let owned = objects.filter_map(|object| match object {
            Object::Sequence(sequence) => {
                let (table, column) = sequence.owned_by.as_ref()?;
                (*table == pair.before.name).then(|| (sequence.name.clone(), column.clone()))
            }
            _ => None,
        });
        owned.collect()
    };
    let alter = |sequence: &QualifiedName| {
        let mut script = Script::new(context.dialect);
        script
            .keyword("ALTER SEQUENCE ")
            .name(sequence)
            .keyword(" OWNED BY ");
        script
    };
    let before = owned(context.catalogs.before);
    for (sequence, _) in &before {
        let mut script = alter(sequence);
        script.keyword("NONE");
        plan.release.push(Step::new(script.into_text()));
    }
    for (sequence, column) in owned(context.catalogs.after) {
        if before.iter().any(|(name, _)| *name == sequence) {
            let mut script = alter(&sequence);
            script.name(&pair.after.name).keyword(".").ident(&column);
            plan.restore.push(Step::new(script.into_text()));
        }
    }
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
        let is_swapped = context.disturbed.iter().any(|disturbance| {
            disturbance.effect == Effect::Swapped
                && column.user_type.as_deref() == Some(&disturbance.object)
        });
        if old.data_type != column.data_type || is_swapped {
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
