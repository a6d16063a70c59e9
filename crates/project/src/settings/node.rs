//! The settings as a tree in which everything knows its place.

use schemist_sql::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Truth(bool),
    List(Vec<Node>),
    Table(Vec<Item>),
    /// Nothing that a setting can be, with TOML's word for it.
    Other(&'static str),
}

/// A key of a table with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) node: Node,
}

impl Node {
    /// Reads a whole file.
    pub(super) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let table = DeTable::parse(text)?;
        let range = table.span();
        Ok(Self {
            span: Span::new(range.start, range.end),
            value: Value::Table(items(table.get_ref())),
        })
    }

    fn from_toml(value: &Spanned<DeValue<'_>>) -> Self {
        let range = value.span();
        let span = Span::new(range.start, range.end);
        let inner = value.get_ref();
        let value = match inner {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => {
                let digits = number.as_str().replace('_', "");
                i64::from_str_radix(&digits, number.radix())
                    .map_or(Value::Other("number"), Value::Integer)
            }
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Array(list) => Value::List(list.iter().map(Self::from_toml).collect()),
            DeValue::Table(table) => Value::Table(items(table)),
            DeValue::Float(_) | DeValue::Datetime(_) => Value::Other(inner.type_str()),
        };
        Self { span, value }
    }

    /// What it is, in words.
    pub(super) const fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a text",
            Value::Integer(_) => "a number",
            Value::Truth(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Other(word) => word,
        }
    }

    /// Lays other settings over these: tables are merged, everything else is replaced.
    pub(super) fn overlaid(self, over: Self) -> Self {
        let (Value::Table(mut items), Value::Table(above)) =
            (self.value.clone(), over.value.clone())
        else {
            return over;
        };
        for item in above {
            match items.iter_mut().find(|below| below.key == item.key) {
                Some(below) => {
                    below.node = below.node.clone().overlaid(item.node);
                    below.key_span = item.key_span;
                }
                None => items.push(item),
            }
        }
        Self {
            span: self.span,
            value: Value::Table(items),
        }
    }
}

/// The items of a table, in the order of the file.
fn items(table: &DeTable<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = table
        .iter()
        .map(|(key, value)| {
            let range = key.span();
            Item {
                key: key.get_ref().clone().into_owned(),
                key_span: Span::new(range.start, range.end),
                node: Node::from_toml(value),
            }
        })
        .collect();
    items.sort_by_key(|item| item.key_span.start);
    items
}
