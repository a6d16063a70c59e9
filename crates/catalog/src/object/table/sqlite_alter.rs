//! Altering a table in SQLite: with `ADD COLUMN` and `DROP COLUMN` where they give exactly the wanted table, else by writing it anew.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Script, TokenKind, mentioned_names, words};

use super::sqlite::write_column;
use super::sqlite_rebuild::rebuild;
use super::{Column, ColumnSource, GeneratedKind, Place, Table};
use crate::hazard::{loss, rows};
use crate::{Alteration, Context, Effect, Expr, Hazard, InPlace, Pair, Part, Step};

/// The statements that take a table from one state to the other.
pub(super) fn alter(pair: Pair<&Table>, context: &Context<'_>) -> Alteration {
    if !pair.differs() {
        return Alteration::nothing();
    }
    let alteration = in_place(pair, context).unwrap_or_else(|| rebuild(pair, context));
    Alteration::InPlace(alteration)
}

/// The columns that come and go, if SQLite can do all of it in place.
fn in_place(pair: Pair<&Table>, context: &Context<'_>) -> Option<InPlace> {
    let added: Vec<_> = only_in(pair.after, pair.before).collect();
    let dropped: Vec<_> = only_in(pair.before, pair.after).collect();
    let table = Table::id_of(&pair.after.name);
    let is_filled = |column: &Column| context.first_value(&table, &column.name).is_some();
    let fits = added
        .iter()
        .all(|column| can_add(pair.after, column) && !is_filled(column))
        && dropped.iter().all(|column| can_drop(pair.before, column))
        && expected(pair, &added, &dropped) == *pair.after;
    if !fits {
        return None;
    }
    let mut plan = InPlace::default();
    for column in added {
        plan.main.push(add_column(pair.after, column));
    }
    for column in dropped {
        plan.main.push(drop_column(pair.before, column));
        plan.disturbs
            .insert((Part::Column(column.name.clone()), Effect::Removed));
    }
    Some(plan)
}

fn only_in<'a>(table: &'a Table, other: &'a Table) -> impl Iterator<Item = &'a Column> {
    table
        .columns
        .iter()
        .filter(|column| other.columns.get(&column.name).is_none())
}

/// The table that `ADD COLUMN` and `DROP COLUMN` would make of the one before.
fn expected(pair: Pair<&Table>, added: &[&Column], dropped: &[&Column]) -> Table {
    let goes = |name: &Ident| dropped.iter().any(|column| &column.name == name);
    let goes_with = |place: &Place| place.0.as_ref().is_some_and(goes);
    let comes_with = |place: &Place| {
        let is_added = |name: &Ident| added.iter().any(|column| &column.name == name);
        place.0.as_ref().is_some_and(is_added)
    };
    let mut table = pair.before.clone();
    table.columns = pair
        .before
        .columns
        .iter()
        .filter(|column| !goes(&column.name))
        .chain(added.iter().copied())
        .cloned()
        .collect();
    table.checks.retain(|check| !goes_with(&check.place));
    let checks = pair.after.checks.iter();
    table
        .checks
        .extend(checks.filter(|check| comes_with(&check.place)).cloned());
    let keys = pair.after.foreign_keys.iter();
    table
        .foreign_keys
        .extend(keys.filter(|key| comes_with(&key.place)).cloned());
    table.sort();
    table
}

/// What `ADD COLUMN` takes: <https://www.sqlite.org/lang_altertable.html#altertabaddcol>.
fn can_add(table: &Table, column: &Column) -> bool {
    let is_key = table.is_key(&column.name)
        || table
            .uniques
            .iter()
            .any(|key| key.columns().any(|name| name == &column.name));
    let refers = table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(&column.name));
    let has_value = match &column.source {
        ColumnSource::Given => Some(column.nullable),
        ColumnSource::Default(default) => {
            is_constant(default).then_some(!refers && (column.nullable || !is_null(default)))
        }
        ColumnSource::Generated(generated) => Some(generated.kind == GeneratedKind::Virtual),
        // PostgreSQL's.
        ColumnSource::Identity(_) | ColumnSource::Serial(_) => None,
    };
    !is_key && has_value == Some(true)
}

fn is_null(default: &Expr) -> bool {
    default.normal().eq_ignore_ascii_case("null")
}

/// Whether a default is one literal, with a sign at most.
fn is_constant(default: &Expr) -> bool {
    let mut literals = 0;
    for word in words(Dialect::Sqlite, default.normal()) {
        match word.token.kind {
            TokenKind::String | TokenKind::Number => literals += 1,
            TokenKind::Word if word.is_one_of(&["NULL", "TRUE", "FALSE"]) => literals += 1,
            TokenKind::Operator if matches!(word.text, "+" | "-") && literals == 0 => {}
            _ => return false,
        }
    }
    literals == 1
}

/// What `DROP COLUMN` takes: <https://www.sqlite.org/lang_altertable.html#altertabdropcol>.
///
/// Indexes, views and triggers that name the column are dropped before.
fn can_drop(table: &Table, column: &Column) -> bool {
    let is_key = table
        .primary_key
        .iter()
        .chain(&table.uniques)
        .any(|key| key.columns().any(|name| name == &column.name));
    let refers = table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(&column.name));
    let is_checked = table
        .checks
        .iter()
        .any(|check| !check.place.is(&column.name) && mentions(&check.expression, &column.name));
    let is_computed_from = table.columns.iter().any(|other| {
        other
            .generated()
            .is_some_and(|generated| mentions(&generated.expression, &column.name))
    });
    let is_last = !table
        .columns
        .iter()
        .any(|other| other.name != column.name && other.generated().is_none());
    !(is_key || refers || is_checked || is_computed_from || is_last)
}

fn mentions(expression: &Expr, column: &Ident) -> bool {
    let names: BTreeSet<String> = mentioned_names(Dialect::Sqlite, expression.as_str());
    names.contains(&Dialect::Sqlite.folded(column.as_str()))
}

fn alter_table(table: &Table) -> Script {
    let mut script = Script::new(Dialect::Sqlite);
    script.keyword("ALTER TABLE ").name(&table.name);
    script
}

fn add_column(table: &Table, column: &Column) -> Step {
    let mut script = alter_table(table);
    script.keyword(" ADD COLUMN ");
    write_column(&mut script, table, column);
    let mut step = Step::new(script.into_text());
    if column.generated().is_some() && !column.nullable {
        step = step.with(Hazard::new(
            &rows::NOT_NULL_SET,
            format!(
                "rows of table {} for which {} is computed as NULL make this fail",
                table.name, column.name
            ),
        ));
    }
    let is_checked = table
        .checks
        .iter()
        .any(|check| check.place.is(&column.name));
    if is_checked {
        return step.with(check_added(table));
    }
    step
}

/// Says that a new check meets old rows.
pub(super) fn check_added(table: &Table) -> Hazard {
    Hazard::new(
        &rows::CHECK_ADDED,
        format!(
            "table {} is scanned, and rows that break the condition make this fail",
            table.name
        ),
    )
}

fn drop_column(table: &Table, column: &Column) -> Step {
    let mut script = alter_table(table);
    script.keyword(" DROP COLUMN ").ident(&column.name);
    let step = Step::new(script.into_text());
    if is_virtual(column) {
        return step;
    }
    step.with(column_dropped(table, column))
}

/// Says that a column's values are lost.
pub(super) fn column_dropped(table: &Table, column: &Column) -> Hazard {
    Hazard::new(
        &loss::COLUMN_DROPPED,
        format!(
            "column {} of table {} is dropped with all of its values",
            column.name, table.name
        ),
    )
}

fn is_virtual(column: &Column) -> bool {
    column
        .generated()
        .is_some_and(|generated| generated.kind == GeneratedKind::Virtual)
}
