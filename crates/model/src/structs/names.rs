//! Names in Rust for the names of a database.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use schemist_attribute::Case;
use schemist_sql::QualifiedName;
use syn::Ident;

use super::choices::{FieldCase, Number, WrongName};

/// Names of types that every Rust file knows, or that these files need for something else.
const TAKEN: &[&str] = &[
    "Box", "Clone", "Copy", "DbEnum", "Default", "Drop", "Fn", "Iterator", "Model", "Option",
    "Result", "Self", "Send", "Sized", "String", "Sync", "ToString", "Vec",
];

/// Words that are names only behind `r#`, and those that are none at all.
const NEVER: &[&str] = &["self", "Self", "super", "crate", "_", ""];

/// The Rust name, as tokens: a keyword gets its `r#`.
pub(super) fn ident(name: &str) -> Option<Ident> {
    if NEVER.contains(&name) {
        return None;
    }
    syn::parse_str::<Ident>(name)
        .ok()
        .or_else(|| syn::parse_str::<Ident>(&format!("r#{name}")).ok())
}

/// A name that is known to be one.
fn sure(name: &str) -> Ident {
    ident(name).unwrap_or_else(|| Ident::new("unnamed", Span::call_site()))
}

/// Whether the constant that the derive makes of a field is a name, too.
fn constant(name: &str) -> Option<String> {
    let constant = name.to_uppercase();
    syn::parse_str::<Ident>(&constant)
        .is_ok()
        .then_some(constant)
}

/// A name for a type: in Pascal case, and with a word before it where it begins with no letter.
fn type_name(name: &str, word: &str) -> String {
    let pascal = Case::Pascal.apply(name);
    if ident(&pascal).is_some() && pascal.starts_with(|c: char| c.is_alphabetic()) {
        return capital(&pascal);
    }
    let safe: String = pascal.chars().filter(|c| c.is_alphanumeric()).collect();
    let safe = format!("{word}{safe}");
    if ident(&safe).is_some() {
        safe
    } else {
        word.to_owned()
    }
}

/// Letters of a script without case stay; small ones at the beginning become large.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
    let capital = format!("{}{}", first.unwrap_or_default(), letters.as_str());
    if ident(&capital).is_some() {
        capital
    } else {
        name.to_owned()
    }
}

/// The singular of the last word of a name.
fn singular(name: &str) -> String {
    let (before, last) = match name.rfind('_') {
        Some(at) => name.split_at(at + 1),
        None => ("", name),
    };
    if last.is_ascii() {
        format!("{before}{}", pluralizer::pluralize(last, 1, false))
    } else {
        name.to_owned()
    }
}

/// Names that people want, each of which must come to use.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    names: BTreeMap<String, String>,
    used: BTreeSet<String>,
    known: BTreeSet<String>,
}

impl Wanted {
    pub(super) fn new(names: &BTreeMap<String, String>) -> Self {
        Self {
            names: names.clone(),
            ..Self::default()
        }
    }

    fn take(&mut self, key: &str) -> Result<Option<String>, WrongName> {
        self.known.insert(key.to_owned());
        let Some(wanted) = self.names.get(key).cloned() else {
            return Ok(None);
        };
        self.used.insert(key.to_owned());
        if ident(&wanted).is_none() || constant(&wanted).is_none() {
            return Err(WrongName::NoIdentifier {
                name: key.to_owned(),
                wanted,
            });
        }
        Ok(Some(wanted))
    }

    /// Names what was wanted for nothing that there is.
    pub(super) fn finish(&self) -> Result<(), WrongName> {
        let unused = self
            .names
            .iter()
            .find(|(name, _)| !self.used.contains(*name));
        let Some((name, wanted)) = unused else {
            return Ok(());
        };
        let distance = |known: &String| (strsim::damerau_levenshtein(name, known), known.clone());
        let near = self.known.iter().map(distance).min();
        let near = near.filter(|(distance, known)| *distance <= 1 + known.len() / 4);
        Err(WrongName::Unknown {
            name: name.clone(),
            wanted: wanted.clone(),
            near: near.map(|(_, known)| known),
        })
    }
}

/// How a name of the database is typed: with its schema where that is not the default one.
pub(super) fn typed(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", schema.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}

/// The names of items that were given out.
#[derive(Debug, Default)]
pub(super) struct Items {
    types: BTreeSet<String>,
    modules: BTreeSet<String>,
}

impl Items {
    /// The name of the struct of a table.
    pub(super) fn table(
        &mut self,
        wanted: &mut Wanted,
        name: &QualifiedName,
        number: Number,
    ) -> Result<Ident, WrongName> {
        if let Some(ident) = self.wanted(wanted, &typed(name))? {
            return Ok(ident);
        }
        let own = match number {
            Number::Kept => name.name.as_str().to_owned(),
            Number::Singular => singular(name.name.as_str()),
        };
        Ok(self.free(&own, name, "Table", "Row"))
    }

    /// The name of an enum type.
    pub(super) fn enumeration(
        &mut self,
        wanted: &mut Wanted,
        name: &QualifiedName,
    ) -> Result<Ident, WrongName> {
        if let Some(ident) = self.wanted(wanted, &typed(name))? {
            return Ok(ident);
        }
        Ok(self.free(name.name.as_str(), name, "Type", "Kind"))
    }

    /// The name of the enum of a column.
    pub(super) fn of_column(&mut self, table: &Ident, column: &str) -> Ident {
        let name = format!("{table}{}", type_name(column, "Column"));
        sure(&self.first(&[name]))
    }

    fn wanted(&mut self, wanted: &mut Wanted, key: &str) -> Result<Option<Ident>, WrongName> {
        let Some(name) = wanted.take(key)? else {
            return Ok(None);
        };
        if TAKEN.contains(&name.as_str()) || !self.types.insert(name.clone()) {
            let name_in_database = key.to_owned();
            return Err(WrongName::Taken {
                name: name_in_database,
                wanted: name,
            });
        }
        Ok(Some(sure(&name)))
    }

    fn free(&mut self, own: &str, name: &QualifiedName, word: &str, suffix: &str) -> Ident {
        let plain = type_name(own, word);
        let schema = name.schema.as_ref().map_or("", |schema| schema.as_str());
        let with_schema = match schema {
            "" => format!("{plain}{suffix}"),
            schema => format!("{}{plain}", type_name(schema, "Schema")),
        };
        sure(&self.first(&[plain, with_schema]))
    }

    fn first(&mut self, candidates: &[String]) -> String {
        for name in candidates {
            if !TAKEN.contains(&name.as_str()) && self.types.insert(name.clone()) {
                return name.clone();
            }
        }
        let last = candidates.last().cloned().unwrap_or_default();
        let mut number = 2;
        loop {
            let name = format!("{last}{number}");
            if self.types.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }

    /// The name of the module, and of the file, of a struct.
    pub(super) fn module(&mut self, item: &Ident) -> String {
        const OF_RUST: &[&str] = &["mod", "lib", "main", "enums", "self", "super", "crate"];
        let snake = Case::Snake.apply(&item.to_string());
        let mut name = snake.clone();
        let mut number = 2;
        while OF_RUST.contains(&name.as_str()) || !self.modules.insert(name.to_lowercase()) {
            name = format!("{snake}_{number}");
            number += 1;
        }
        name
    }
}

/// The names of the fields of one struct.
pub(super) struct Fields {
    taken: BTreeSet<String>,
    case: FieldCase,
}

impl Fields {
    pub(super) const fn new(case: FieldCase) -> Self {
        Self {
            taken: BTreeSet::new(),
            case,
        }
    }

    pub(super) fn field(
        &mut self,
        wanted: &mut Wanted,
        table: &QualifiedName,
        column: &str,
    ) -> Result<Ident, WrongName> {
        let key = format!("{}.{column}", typed(table));
        if let Some(name) = wanted.take(&key)? {
            if !self.taken.insert(name.to_uppercase()) {
                return Err(WrongName::Taken {
                    name: key,
                    wanted: name,
                });
            }
            return Ok(sure(&name));
        }
        let plain = self.plain(column);
        let mut name = plain.clone();
        let mut number = 2;
        while !self.taken.insert(name.to_uppercase()) {
            name = format!("{plain}_{number}");
            number += 1;
        }
        Ok(sure(&name))
    }

    fn plain(&self, column: &str) -> String {
        let is_name = |name: &str| ident(name).is_some() && constant(name).is_some();
        let is_snake = !column.trim_matches('_').contains("__") && column == column.to_lowercase();
        if is_name(column) && (is_snake || self.case == FieldCase::Kept) {
            return column.to_owned();
        }
        let snake = Case::Snake.apply(column);
        let candidates = [snake.clone(), format!("_{snake}"), format!("{snake}_")];
        let found = candidates.into_iter().find(|name| is_name(name));
        if let Some(found) = found.filter(|name| name != "_" && name != "__") {
            return found;
        }
        let safe: String = snake
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if safe.is_empty() {
            "column".to_owned()
        } else {
            format!("column_{safe}")
        }
    }
}

/// The names of the variants of one enum.
pub(super) fn variants(labels: &[String]) -> Vec<Ident> {
    let mut taken = BTreeSet::new();
    let name = |label: &String| {
        let plain = type_name(label, "Value");
        let mut name = plain.clone();
        let mut number = 2;
        while name == "Self" || !taken.insert(name.clone()) {
            name = format!("{plain}{number}");
            number += 1;
        }
        sure(&name)
    };
    labels.iter().map(name).collect()
}
