//! Checks of SQLite that list a column's values: what an enum is there.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, Word, words};

use super::sqlite_alter::check_added;
use super::{Check, Table};
use crate::Severity;
use crate::hazard::loss;
use crate::{Context, Expr, Hazard, Pair};

/// The values that a check leaves a column.
#[derive(Debug, PartialEq, Eq)]
struct Listed {
    column: Ident,
    /// Each as it is written, with its quotes.
    values: BTreeSet<String>,
}

/// Says which rows a changed check would refuse; more values than before refuse none.
pub(super) fn check_hazards(pair: Pair<&Table>, context: &Context<'_>) -> Vec<Hazard> {
    let mut gone = BTreeSet::new();
    let mut is_scanned = false;
    for check in added(pair) {
        match lost(pair.before, check) {
            Some((column, values)) => {
                gone.extend(without_mapped(pair.after, &column, values, context));
            }
            None => is_scanned = true,
        }
    }
    let mut hazards = Vec::new();
    if !gone.is_empty() {
        let gone: Vec<_> = gone.into_iter().collect();
        hazards.push(Hazard::at(
            Severity::Warning,
            &loss::ENUM_VALUE_REMOVED,
            format!(
                "rows of table {} that hold {} make this fail and must be mapped first",
                pair.after.name,
                gone.join(", ")
            ),
        ));
    }
    hazards.extend(is_scanned.then(|| check_added(pair.after)));
    hazards
}

/// The checks that old rows have not been held to.
fn added(pair: Pair<&Table>) -> impl Iterator<Item = &Check> {
    let known = &pair.before.checks;
    pair.after.checks.iter().filter(|check| {
        !known
            .iter()
            .any(|before| before.expression == check.expression)
    })
}

/// The values that a check refuses and that one on the same column took before.
fn lost(before: &Table, check: &Check) -> Option<(Ident, BTreeSet<String>)> {
    let now = listed(&check.expression)?;
    let then = before
        .checks
        .iter()
        .filter_map(|check| listed(&check.expression))
        .find(|then| then.column == now.column)?;
    let lost = then.values.difference(&now.values).cloned().collect();
    Some((now.column, lost))
}

/// Leaves out the values that another takes the place of.
fn without_mapped(
    table: &Table,
    column: &Ident,
    values: BTreeSet<String>,
    context: &Context<'_>,
) -> BTreeSet<String> {
    let hints = context.hints.text_values.get(&Table::id_of(&table.name));
    let Some(mapped) = hints.and_then(|hints| hints.get(column)) else {
        return values;
    };
    let is_mapped = |value: &String| {
        mapped
            .iter()
            .any(|mapped| quoted(&mapped.values.before) == *value)
    };
    values
        .into_iter()
        .filter(|value| !is_mapped(value))
        .collect()
}

fn quoted(value: &str) -> String {
    let mut script = schemist_sql::Script::new(Dialect::Sqlite);
    script.literal(value);
    script.into_text()
}

/// Reads `column IN ('a', 'b')` and nothing else.
fn listed(expression: &Expr) -> Option<Listed> {
    let text = expression.as_str();
    let words: Vec<Word<'_>> = words(Dialect::Sqlite, text).collect();
    let [column, keyword, open, list @ .., close] = words.as_slice() else {
        return None;
    };
    if !keyword.is("IN") || !open.is_punct('(') || !close.is_punct(')') {
        return None;
    }
    let mut values = BTreeSet::new();
    for (place, word) in list.iter().enumerate() {
        match place % 2 {
            0 if word.text.starts_with('\'') => {
                values.insert(word.text.to_owned());
            }
            1 if word.is_punct(',') => {}
            _ => return None,
        }
    }
    Some(Listed {
        column: column.name(Dialect::Sqlite)?,
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Option<String> {
        let listed = listed(&Expr::from_typed(text, text))?;
        let values: Vec<_> = listed.values.into_iter().collect();
        Some(format!("{}: {}", listed.column, values.join(" ")))
    }

    #[test]
    fn only_a_list_of_strings_is_one() {
        assert_eq!(
            values(r#""status" IN ('b', 'it''s')"#).as_deref(),
            Some(r#""status": 'b' 'it''s'"#)
        );
        assert_eq!(
            values("status in ('a')").as_deref(),
            Some(r#""status": 'a'"#)
        );
        for other in [
            "status IN (1, 2)",
            "status NOT IN ('a')",
            "lower(status) IN ('a')",
            "status IN ('a') OR x",
        ] {
            assert_eq!(values(other), None, "{other}");
        }
    }
}
