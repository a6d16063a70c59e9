//! Rows that move while a table of MySQL changes: values of an enum that goes, and first values of a new column.

use schemist_sql::{Dialect, Ident, Script, TokenKind, words};

use super::mysql::{Charsets, write_column};
use super::mysql_alter::{alter_table, modify};
use super::mysql_online;
use super::{Column, Table};
use crate::Severity;
use crate::hazard::loss;
use crate::{Context, Hazard, Pair, Step};

/// Statements around the one that changes the table.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Before it.
    pub(super) first: Vec<Step>,
    /// The table once they ran, where it is not the one before any more.
    pub(super) between: Option<Table>,
}

/// Adds the columns that existing rows get a value in, and fills them while everything that the value may
/// be made of is still there.
pub(super) fn fill(pair: Pair<&Table>, context: &Context<'_>) -> Moves {
    let mut moves = Moves::default();
    let fills = context.hints.backfills.get(&Table::id_of(&pair.after.name));
    let new = pair.after.columns.iter().filter_map(|column| {
        let expression = fills?.get(&column.name)?;
        let is_there = pair.before.columns.get(&column.name).is_some();
        (!is_there).then_some((column, expression))
    });
    let mut filled: Vec<(&Column, &String)> = new.collect();
    filled.sort_by_key(|(column, _)| {
        let mut names = pair.after.columns.iter().map(|column| &column.name);
        names.position(|name| *name == column.name)
    });
    for (column, expression) in filled {
        let table = moves.between.get_or_insert_with(|| pair.before.clone());
        let mut first = column.clone();
        first.nullable = true;
        let names = pair.after.columns.iter().map(|column| &column.name);
        let previous = names.take_while(|name| **name != column.name).last();
        moves.first.push(add(table, &first, previous, context));
        table.columns.insert_behind(first, previous);
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("UPDATE ")
            .name(&pair.after.name)
            .keyword(" SET ")
            .ident(&column.name);
        script.keyword(" = ").expression(expression);
        moves.first.push(Step::new(script.into_text()));
    }
    moves
}

/// What the hints say of the rows of a table that stays.
pub(super) fn moves(pair: Pair<&Table>, context: &Context<'_>) -> Moves {
    let mut moves = Moves::default();
    for column in pair.after.columns.iter() {
        let Some(before) = pair.before.columns.get(&column.name) else {
            continue;
        };
        map_values(&mut moves, pair, Pair::new(before, column), context);
    }
    moves
}

/// `ALTER TABLE … ADD COLUMN …` alone, behind a column that is there, and else at the end.
fn add(table: &Table, column: &Column, previous: Option<&Ident>, context: &Context<'_>) -> Step {
    let mut script = alter_table(table);
    script.keyword(" ADD COLUMN ");
    write_column(&mut script, column, table, Charsets::WhereOwn);
    let last = table.columns.iter().last().map(|column| &column.name);
    match previous {
        None => {
            script.keyword(" FIRST");
        }
        Some(name) if Some(name) != last && table.columns.get(name).is_some() => {
            script.keyword(" AFTER ").ident(name);
        }
        Some(_) => {}
    }
    let work = mysql_online::added(column);
    mysql_online::single(script, work, Pair::new(table, table), context)
}

/// Gives rows of an enum the values that take the place of those that go.
///
/// Values that go without another one are refused first, before any row has moved.
fn map_values(
    moves: &mut Moves,
    pair: Pair<&Table>,
    columns: Pair<&Column>,
    context: &Context<'_>,
) {
    let (Some(before), Some(after)) = (
        listed(&columns.before.data_type),
        listed(&columns.after.data_type),
    ) else {
        return;
    };
    let mapped: Vec<_> = mapped(pair.after, columns.after, context)
        .filter(|(old, _)| before.contains(old) && !after.contains(old))
        .collect();
    if mapped.is_empty() {
        return;
    }
    let stays =
        |value: &&String| after.contains(value) || mapped.iter().any(|(old, _)| old == *value);
    let mut both: Vec<_> = before.iter().filter(stays).cloned().collect();
    for (_, new) in &mapped {
        if !both.contains(new) {
            both.push(new.clone());
        }
    }
    if both != before {
        let kind = columns.before.data_type.split('(').next().unwrap_or("enum");
        let column = Column {
            data_type: format!("{kind}({})", both.join(",")),
            ..columns.before.clone()
        };
        let step = modify(pair.before, Pair::new(columns.before, &column), context);
        let hazard = refused(pair.after, Pair::new(columns.before, &column), context);
        moves.first.push(hazard.into_iter().fold(step, Step::with));
        let between = moves.between.get_or_insert_with(|| pair.before.clone());
        for own in between.columns.iter_mut() {
            if own.name == column.name {
                own.data_type.clone_from(&column.data_type);
            }
        }
    }
    let name = &columns.before.name;
    for (old, new) in &mapped {
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("UPDATE ")
            .name(&pair.before.name)
            .keyword(" SET ")
            .ident(name);
        script
            .keyword(" = ")
            .expression(new)
            .keyword(" WHERE ")
            .ident(name);
        script.keyword(" = ").expression(old);
        moves.first.push(Step::new(script.into_text()));
    }
}

/// The values that the hints map, as they are written: each with the one that takes its place.
fn mapped(
    table: &Table,
    column: &Column,
    context: &Context<'_>,
) -> impl Iterator<Item = (String, String)> {
    let literal = |value: &str| {
        let mut script = Script::new(Dialect::Mysql);
        script.literal(value);
        script.into_text()
    };
    let hints = context.hints.text_values.get(&Table::id_of(&table.name));
    let values = hints.and_then(|hints| hints.get(&column.name));
    values
        .into_iter()
        .flatten()
        .map(move |value| (literal(&value.values.before), literal(&value.values.after)))
}

/// Says which rows an enum that has fewer values would refuse.
pub(super) fn refused(
    table: &Table,
    columns: Pair<&Column>,
    context: &Context<'_>,
) -> Option<Hazard> {
    let before = listed(&columns.before.data_type)?;
    let after = listed(&columns.after.data_type)?;
    let is_mapped =
        |value: &String| mapped(table, columns.after, context).any(|(old, _)| old == *value);
    let gone: Vec<_> = before
        .into_iter()
        .filter(|value| !after.contains(value) && !is_mapped(value))
        .collect();
    (!gone.is_empty()).then(|| {
        Hazard::at(
            Severity::Warning,
            &loss::ENUM_VALUE_REMOVED,
            format!(
                "rows of table {} that hold {} make this fail and must be mapped first",
                table.name,
                gone.join(", ")
            ),
        )
    })
}

/// The values of `enum(…)` or `set(…)`, each as it is written.
pub(super) fn listed(data_type: &str) -> Option<Vec<String>> {
    let list = data_type
        .strip_prefix("enum(")
        .or_else(|| data_type.strip_prefix("set("))?;
    let strings = words(Dialect::Mysql, list).filter(|word| word.token.kind == TokenKind::String);
    Some(strings.map(|word| word.text.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use insta::assert_snapshot;
    use schemist_sql::QualifiedName;

    use super::*;
    use crate::{Alteration, Catalog, Definition, Hints, TextValue, ValueFate};

    fn table(values: &str) -> Table {
        let name = QualifiedName::unqualified(Ident::from_server("run"));
        let mut table = Table::new(name);
        let status = Column::new(Ident::from_server("status"), format!("enum({values})"));
        table.columns.push(status);
        table
    }

    #[test]
    fn what_is_refused_is_refused_before_a_row_moves() {
        let (before, after) = (table("'a','b','c'"), table("'a','z'"));
        let value = TextValue {
            values: Pair::new("b".to_owned(), "z".to_owned()),
            fate: ValueFate::Removed,
        };
        let columns = BTreeMap::from([(Ident::from_server("status"), vec![value])]);
        let hints = Hints {
            text_values: BTreeMap::from([(before.id(), columns)]),
            ..Hints::default()
        };
        let catalog = Catalog::new(Dialect::Mysql);
        let context = Context {
            dialect: Dialect::Mysql,
            catalogs: Pair::new(&catalog, &catalog),
            disturbed: &BTreeSet::new(),
            hints: &hints,
        };
        let Alteration::InPlace(plan) = Table::alter(Pair::new(&before, &after), &context) else {
            panic!("a table of MySQL is altered in place");
        };
        let texts: Vec<_> = plan.main.iter().map(|step| step.sql.as_str()).collect();
        assert_snapshot!(texts.join(";\n"), @"
        ALTER TABLE `run` MODIFY COLUMN `status` enum('a','b','z');
        UPDATE `run` SET `status` = 'z' WHERE `status` = 'b';
        ALTER TABLE `run` MODIFY COLUMN `status` enum('a','z')
        ");
        let first = plan.main[0].hazards.iter();
        let codes: Vec<_> = first.map(|hazard| hazard.code).collect();
        assert_eq!(codes, ["table_rewritten", "enum_value_removed"]);
    }

    #[test]
    fn values_are_read_with_their_quotes() {
        assert_eq!(
            listed("enum('a','b,c','d''e')").unwrap_or_default(),
            ["'a'", "'b,c'", "'d''e'"]
        );
        assert_eq!(listed("varchar(3)"), None);
    }
}
