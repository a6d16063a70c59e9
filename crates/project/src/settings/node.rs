//! The settings as a tree in which everything knows its place.

use schemist_sql::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The number of the file that it comes from.
    pub(super) file: usize,
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
    /// The number of the file that the key comes from.
    pub(super) file: usize,
    pub(super) node: Node,
}

impl Node {
    /// Reads a whole file, whose number is given.
    pub(super) fn parse(text: &str, file: usize) -> Result<Self, toml::de::Error> {
        let table = DeTable::parse(text)?;
        let range = table.span();
        Ok(Self {
            file,
            span: Span::new(range.start, range.end),
            value: Value::Table(items(table.get_ref(), file)),
        })
    }

    fn from_toml(value: &Spanned<DeValue<'_>>, file: usize) -> Self {
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
            DeValue::Array(list) => Value::List(
                list.iter()
                    .map(|value| Self::from_toml(value, file))
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(items(table, file)),
            DeValue::Float(_) | DeValue::Datetime(_) => Value::Other(inner.type_str()),
        };
        Self { file, span, value }
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
    ///
    /// Where the other ones say where a database is, what these say about that goes: a host of one
    /// environment must not meet the url of another.
    pub(super) fn overlaid(self, over: Self) -> Self {
        let (Value::Table(mut items), Value::Table(above)) =
            (self.value.clone(), over.value.clone())
        else {
            return over;
        };
        let is_elsewhere = |item: &Item| WHERE.contains(&item.key.as_str());
        if above.iter().any(is_elsewhere) {
            items.retain(|item| !is_elsewhere(item) && !ON_A_SERVER.contains(&item.key.as_str()));
        }
        for item in above {
            match items.iter_mut().find(|below| below.key == item.key) {
                Some(below) => {
                    below.node = below.node.clone().overlaid(item.node);
                    below.key_span = item.key_span;
                    below.file = item.file;
                }
                None => items.push(item),
            }
        }
        Self {
            file: self.file,
            span: self.span,
            value: Value::Table(items),
        }
    }
}

/// Settings that say where a database is, all of it.
const WHERE: &[&str] = &["url", "url_env", "secret"];
/// Settings that say a part of it.
const ON_A_SERVER: &[&str] = &[
    "client", "host", "port", "user", "password", "database", "file",
];

/// The items of a table, in the order of the file.
fn items(table: &DeTable<'_>, file: usize) -> Vec<Item> {
    let mut items: Vec<Item> = table
        .iter()
        .map(|(key, value)| {
            let range = key.span();
            Item {
                key: key.get_ref().clone().into_owned(),
                key_span: Span::new(range.start, range.end),
                file,
                node: Node::from_toml(value, file),
            }
        })
        .collect();
    items.sort_by_key(|item| item.key_span.start);
    items
}

impl Node {
    /// Everything with a value of its own, with its whole key, in the order of the tree.
    pub(super) fn leaves(&self) -> Vec<(String, &Self)> {
        let mut leaves = Vec::new();
        self.add_leaves("", &mut leaves);
        leaves
    }

    /// The same, with the texts of lists one by one.
    fn texts(&self) -> Vec<(String, &Self, &str)> {
        let mut texts = Vec::new();
        for (key, node) in self.leaves() {
            let one = std::slice::from_ref(node);
            let nodes = match &node.value {
                Value::List(nodes) => nodes.as_slice(),
                Value::Text(_)
                | Value::Integer(_)
                | Value::Truth(_)
                | Value::Table(_)
                | Value::Other(_) => one,
            };
            for node in nodes {
                if let Value::Text(text) = &node.value {
                    texts.push((key.clone(), node, text.as_str()));
                }
            }
        }
        texts
    }

    fn add_leaves<'n>(&'n self, path: &str, leaves: &mut Vec<(String, &'n Self)>) {
        let Value::Table(items) = &self.value else {
            leaves.push((path.to_owned(), self));
            return;
        };
        for item in items {
            let key = match path {
                "" => item.key.clone(),
                path => format!("{path}.{}", item.key),
            };
            item.node.add_leaves(&key, leaves);
        }
    }

    /// What stands under a key.
    pub(super) fn inside(&self, key: &str) -> Option<&Self> {
        let Value::Table(items) = &self.value else {
            return None;
        };
        let item = items.iter().find(|item| item.key == key)?;
        Some(&item.node)
    }

    /// The texts in which a password is written, with their keys.
    pub(super) fn passwords(&self) -> Vec<(String, &Self)> {
        let texts = self.texts().into_iter();
        texts
            .filter(|(key, _, text)| holds_password(key, text))
            .map(|(key, node, _)| (key, node))
            .collect()
    }
}

/// Whether a text is, or holds, a password that no variable stands for.
fn holds_password(key: &str, text: &str) -> bool {
    let word = key.rsplit('.').next().unwrap_or(key);
    if word == "password" {
        return !text.is_empty() && !text.contains("${");
    }
    // A key in the place of its path.
    if key.ends_with("ssl.key") {
        return text.contains("PRIVATE KEY-----");
    }
    if !matches!(word, "url" | "scratch_url") {
        return false;
    }
    let parameters = text.split_once('?').map_or("", |(_, query)| query);
    let parameter = parameters
        .split('&')
        .find_map(|pair| pair.strip_prefix("password="));
    if parameter.is_some_and(|password| !password.is_empty() && !password.contains("${")) {
        return true;
    }
    let login = text
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .and_then(|(login, _)| login.split_once(':'));
    login.is_some_and(|(_, password)| !password.is_empty() && !password.contains("${"))
}
