//! Rows that move while a table of MySQL changes: values of an enum that goes, and first values of a required column.

use schemist_sql::{Dialect, Script, TokenKind, words};

use super::mysql_alter::modify;
use super::{Column, Table};
use crate::{Context, Hazard, Pair, Step, TextValue};

/// Statements around the one that changes the table.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Before it.
    pub(super) first: Vec<Step>,
    /// After it.
    pub(super) last: Vec<Step>,
}

/// What the hints say of the rows of a table that stays.
pub(super) fn moves(pair: Pair<&Table>, context: &Context<'_>) -> Moves {
    let mut moves = Moves::default();
    let id = Table::id_of(&pair.after.name);
    let no_values = Vec::new();
    for column in pair.after.columns.iter() {
        let Some(before) = pair.before.columns.get(&column.name) else {
            continue;
        };
        let hints = context.hints.text_values.get(&id);
        let mapped = hints.and_then(|hints| hints.get(&column.name));
        moves.first.extend(map_values(
            pair,
            Pair::new(before, column),
            mapped.unwrap_or(&no_values),
        ));
    }
    for (name, expression) in context.hints.backfills.get(&id).into_iter().flatten() {
        let Some(column) = pair.after.columns.get(name) else {
            continue;
        };
        if pair.before.columns.get(name).is_some() {
            continue;
        }
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("UPDATE ")
            .name(&pair.after.name)
            .keyword(" SET ")
            .ident(name);
        script.keyword(" = ").expression(expression);
        moves.last.push(Step::new(script.into_text()));
        if !column.nullable {
            moves.last.push(modify(pair.after, column));
        }
    }
    moves
}

/// Gives rows of an enum the values that take the place of those that go.
fn map_values(pair: Pair<&Table>, columns: Pair<&Column>, mapped: &[TextValue]) -> Vec<Step> {
    let (Some(before), Some(after)) = (
        listed(&columns.before.data_type),
        listed(&columns.after.data_type),
    ) else {
        return Vec::new();
    };
    let literal = |value: &str| {
        let mut script = Script::new(Dialect::Mysql);
        script.literal(value);
        script.into_text()
    };
    let mapped: Vec<_> = mapped
        .iter()
        .map(|value| (literal(&value.values.before), literal(&value.values.after)))
        .filter(|(old, _)| before.contains(old) && !after.contains(old))
        .collect();
    let mut steps = Vec::new();
    let new: Vec<_> = mapped
        .iter()
        .map(|(_, new)| new.clone())
        .filter(|new| !before.contains(new))
        .collect();
    if !new.is_empty() {
        let kind = columns.before.data_type.split('(').next().unwrap_or("enum");
        let all: Vec<_> = before.iter().chain(&new).cloned().collect();
        let both = Column {
            data_type: format!("{kind}({})", all.join(",")),
            ..columns.before.clone()
        };
        steps.push(modify(pair.before, &both));
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
        steps.push(Step::new(script.into_text()));
    }
    steps
}

/// Says which rows an enum that has fewer values would refuse.
pub(super) fn refused(
    table: &Table,
    columns: Pair<&Column>,
    context: &Context<'_>,
) -> Option<Hazard> {
    let before = listed(&columns.before.data_type)?;
    let after = listed(&columns.after.data_type)?;
    let hints = context.hints.text_values.get(&Table::id_of(&table.name));
    let mapped = hints.and_then(|hints| hints.get(&columns.after.name));
    let is_mapped = |value: &String| {
        mapped.into_iter().flatten().any(|mapped| {
            let mut script = Script::new(Dialect::Mysql);
            script.literal(&mapped.values.before);
            script.as_str() == value
        })
    };
    let gone: Vec<_> = before
        .into_iter()
        .filter(|value| !after.contains(value) && !is_mapped(value))
        .collect();
    (!gone.is_empty()).then(|| {
        Hazard::warning(
            "enum_value_removed",
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
    use super::*;

    #[test]
    fn values_are_read_with_their_quotes() {
        assert_eq!(
            listed("enum('a','b,c','d''e')").unwrap_or_default(),
            ["'a'", "'b,c'", "'d''e'"]
        );
        assert_eq!(listed("varchar(3)"), None);
    }
}
