//! What differs between two sides of an object, in words.
//!
//! It goes by the stored form of objects, so that it knows every kind without naming one.

use schemist_catalog::{Object, Pair};
use schemist_diff::Change;
use serde_json::{Map, Value};

/// Something that differs inside an object that is on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// It in a line.
    pub line: String,
    /// The words for what it is: `column "id" data type`.
    pub path: String,
    /// The name of the part of the object that it is about.
    pub part: Option<String>,
    /// The two texts, where they are too long for a line.
    pub texts: Option<Pair<String>>,
}

impl Difference {
    /// A line that is about nothing inside.
    pub(crate) fn line(text: &str) -> Self {
        Self {
            line: text.to_owned(),
            path: String::new(),
            part: None,
            texts: None,
        }
    }
}

/// What differs inside an object that is on both sides, a line each; nothing for others.
///
/// `titles` are the words for the two sides: `the database`, `the models`.
pub fn details(change: &Change, titles: Pair<&str>) -> Vec<String> {
    let found = differences(change, titles).into_iter();
    found.map(|difference| difference.line).collect()
}

/// What differs inside an object that is on both sides; nothing for others.
pub fn differences(change: &Change, titles: Pair<&str>) -> Vec<Difference> {
    let Change::Alter(pair) = change else {
        return Vec::new();
    };
    let (Some(before), Some(after)) = (stored(&pair.before), stored(&pair.after)) else {
        return Vec::new();
    };
    let mut comparison = Comparison {
        titles,
        part: None,
        found: Vec::new(),
    };
    comparison.compare(&[], Pair::new(&before, &after));
    comparison.found
}

/// The object's own fields, without the word for its kind around them.
fn stored(object: &Object) -> Option<Value> {
    match serde_json::to_value(object).ok()? {
        Value::Object(kind) => kind.into_iter().next().map(|(_, fields)| fields),
        other => Some(other),
    }
}

struct Comparison<'t> {
    titles: Pair<&'t str>,
    part: Option<String>,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn compare(&mut self, path: &[String], sides: Pair<&Value>) {
        let compared = sides.map(|side| expression(side).unwrap_or(side));
        if compared.before == compared.after {
            return;
        }
        match (sides.before, sides.after) {
            (Value::Object(before), Value::Object(after)) if expression(sides.before).is_none() => {
                let others = after.keys().filter(|key| !before.contains_key(*key));
                // What begins so is no part of the comparison.
                let keys = before.keys().chain(others);
                for key in keys.filter(|key| !key.starts_with('_')) {
                    let value =
                        |side: &Map<String, Value>| side.get(key).cloned().unwrap_or(Value::Null);
                    let path = [path, &[key.replace('_', " ")]].concat();
                    self.compare(&path, Pair::new(&value(before), &value(after)));
                }
            }
            (Value::Array(before), Value::Array(after)) if is_named(before) && is_named(after) => {
                self.named(path, Pair::new(before, after));
            }
            (before, after) => {
                let path = path.join(" ");
                let texts = Pair::new(shown(before), shown(after));
                self.found.push(Difference {
                    line: format!("{path}: {} → {}", texts.before, texts.after),
                    path,
                    part: self.part.clone(),
                    texts: is_long(&texts).then_some(texts),
                });
            }
        }
    }

    /// Lists whose items have names are compared name by name; their order is not a difference.
    fn named(&mut self, path: &[String], sides: Pair<&[Value]>) {
        let word = path.last().map_or("", String::as_str);
        let word = word.strip_suffix('s').unwrap_or(word);
        let place = |name: &str| {
            let above = &path[..path.len().saturating_sub(1)];
            [above, &[format!("{word} \"{name}\"")]].concat()
        };
        let above = self.part.take();
        for before in sides.before {
            let name = name_of(before).unwrap_or_default();
            self.part = above.clone().or_else(|| Some(name.to_owned()));
            match with_name(sides.after, name) {
                Some(after) => self.compare(&place(name), Pair::new(before, after)),
                None => self.only(&place(name), self.titles.before),
            }
        }
        for after in sides.after {
            let name = name_of(after).unwrap_or_default();
            self.part = above.clone().or_else(|| Some(name.to_owned()));
            if with_name(sides.before, name).is_none() {
                self.only(&place(name), self.titles.after);
            }
        }
        self.part = above;
    }

    fn only(&mut self, place: &[String], title: &str) {
        let path = place.join(" ");
        self.found.push(Difference {
            line: format!("{path} is only in {title}"),
            path,
            part: self.part.clone(),
            texts: None,
        });
    }
}

/// Whether two texts are easier to read beside each other than in a line.
fn is_long(texts: &Pair<String>) -> bool {
    let has_lines = |text: &String| text.trim().contains('\n');
    let is_wide = |text: &String| text.chars().count() > 60;
    has_lines(&texts.before)
        || has_lines(&texts.after)
        || is_wide(&texts.before) && is_wide(&texts.after)
}

fn with_name<'v>(list: &'v [Value], name: &str) -> Option<&'v Value> {
    list.iter().find(|item| name_of(item) == Some(name))
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

/// A value as a person reads it: what is empty, or not so, goes unsaid.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("({})", items.join(", "))
        }
        Value::Object(_) if expression(value).is_some() => {
            value.get("text").map_or_else(String::new, shown)
        }
        Value::Object(fields) => {
            let said = fields.iter().filter_map(|(key, value)| match value {
                Value::Null | Value::Bool(false) => None,
                Value::Array(items) if items.is_empty() => None,
                Value::Object(fields) if fields.is_empty() => None,
                Value::Bool(true) => Some(key.replace('_', " ")),
                Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    Some(shown(value))
                }
            });
            said.collect::<Vec<_>>().join(" ")
        }
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
        let titles = Pair::new("the database", "the models");
        insta::assert_snapshot!(details(&change, titles).join("\n"), @r#"
        column "id" data type: integer → bigint
        column "old" is only in the database
        column "new" is only in the models
        "#);
    }
}
