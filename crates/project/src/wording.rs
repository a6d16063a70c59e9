//! What differs between two sides of an object, in words.
//!
//! It goes by the stored form of objects, so that it knows every kind without naming one.

use schemist_catalog::{Object, Pair};
use schemist_diff::Change;
use serde_json::{Map, Value};

/// What differs inside an object that is on both sides, a line each; nothing for others.
pub fn details(change: &Change) -> Vec<String> {
    let Change::Alter(pair) = change else {
        return Vec::new();
    };
    let (Some(before), Some(after)) = (stored(&pair.before), stored(&pair.after)) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    compare(&[], Pair::new(&before, &after), &mut lines);
    lines
}

/// The object's own fields, without the word for its kind around them.
fn stored(object: &Object) -> Option<Value> {
    match serde_json::to_value(object).ok()? {
        Value::Object(kind) => kind.into_iter().next().map(|(_, fields)| fields),
        other => Some(other),
    }
}

fn compare(path: &[String], sides: Pair<&Value>, lines: &mut Vec<String>) {
    let compared = sides.map(|side| expression(side).unwrap_or(side));
    if compared.before == compared.after {
        return;
    }
    match (sides.before, sides.after) {
        (Value::Object(before), Value::Object(after)) if expression(sides.before).is_none() => {
            let keys = before
                .keys()
                .chain(after.keys().filter(|key| !before.contains_key(*key)));
            for key in keys {
                let value =
                    |side: &Map<String, Value>| side.get(key).cloned().unwrap_or(Value::Null);
                let path = [path, &[key.replace('_', " ")]].concat();
                compare(&path, Pair::new(&value(before), &value(after)), lines);
            }
        }
        (Value::Array(before), Value::Array(after)) if is_named(before) && is_named(after) => {
            named(path, Pair::new(before, after), lines);
        }
        (before, after) => lines.push(format!(
            "{} {} → {}",
            path.join(" "),
            shown(before),
            shown(after)
        )),
    }
}

/// Lists whose items have names are compared name by name; their order is not a difference.
fn named(path: &[String], sides: Pair<&[Value]>, lines: &mut Vec<String>) {
    let word = path.last().map_or("", String::as_str);
    let word = word.strip_suffix('s').unwrap_or(word);
    let place = |name: &str| {
        let mut place = path.to_vec();
        place.pop();
        place.push(format!("{word} \"{name}\""));
        place
    };
    for before in sides.before {
        let Some(name) = name_of(before) else {
            continue;
        };
        match sides
            .after
            .iter()
            .find(|after| name_of(after) == Some(name))
        {
            Some(after) => compare(&place(name), Pair::new(before, after), lines),
            None => lines.push(format!("{} is only before", place(name).join(" "))),
        }
    }
    for after in sides.after {
        let Some(name) = name_of(after) else { continue };
        if !sides
            .before
            .iter()
            .any(|before| name_of(before) == Some(name))
        {
            lines.push(format!("{} is only after", place(name).join(" ")));
        }
    }
}

fn is_named(list: &[Value]) -> bool {
    list.iter().all(|item| name_of(item).is_some())
}

fn name_of(item: &Value) -> Option<&str> {
    item.get("name")?.as_str()
}

/// What of an expression is compared: it is stored with the forms that it went through.
fn expression(value: &Value) -> Option<&Value> {
    let text = value.get("text")?;
    value.get("forms")?;
    Some(
        value
            .get("normal")
            .filter(|normal| !normal.is_null())
            .unwrap_or(text),
    )
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => match fields.get("text") {
            Some(text) => shown(text),
            None => value.to_string(),
        },
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use schemist_catalog::object::{Column, Table};
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn ident(name: &str) -> Ident {
        Ident::parse(name).unwrap()
    }

    #[test]
    fn columns_are_named_with_what_is_different_about_them() {
        let table = |columns: Vec<Column>| {
            let mut table = Table::new(QualifiedName::unqualified(ident("book")));
            for column in columns {
                table.columns.push(column);
            }
            Object::Table(table)
        };
        let before = table(vec![
            Column::new(ident("id"), "integer"),
            Column::new(ident("old"), "text"),
        ]);
        let after = table(vec![
            Column::new(ident("id"), "bigint"),
            Column {
                nullable: true,
                ..Column::new(ident("new"), "text")
            },
        ]);
        let change = Change::Alter(Box::new(Pair::new(before, after)));
        insta::assert_snapshot!(details(&change).join("\n"), @"");
    }
}
