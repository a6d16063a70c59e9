//! Pairs that look like renames that nobody told.

use std::collections::BTreeSet;

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Catalog, Definition, Object, Pair, Rename};
use schemist_sql::{Ident, QualifiedName};

use crate::generate::renames::TypedRename;

/// Something that goes and something of the same shape that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The two, as a sentence that can be asked or stated.
    words: Words,
    /// The rename that it may be.
    pub rename: TypedRename,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    before: String,
    after: String,
    comes: &'static str,
}

impl Suggestion {
    /// What is told where nobody can be asked.
    pub fn note(&self) -> String {
        let Words {
            before,
            after,
            comes,
        } = &self.words;
        let rename = &self.rename;
        format!("{before} is dropped and {after} {comes}; if that is a rename: --rename {rename}")
    }

    /// What is asked on a terminal.
    pub fn question(&self) -> String {
        let Words { before, after, .. } = &self.words;
        format!("Is {before} called {after} now?")
    }
}

/// Finds pairs of equal shape that no rename is told of.
pub fn suggest(catalogs: Pair<&Catalog>, told: &[Rename]) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for object in catalogs.after.objects().values() {
        match (object, catalogs.before.get(&object.id())) {
            (Object::Table(declared), Some(Object::Table(live))) => {
                suggest_columns(live, declared, told, &mut found);
            }
            (Object::Table(declared), None) => suggest_table(catalogs, declared, told, &mut found),
            (Object::Enum(declared), Some(Object::Enum(live))) => {
                suggest_values(live, declared, told, &mut found);
            }
            (Object::Enum(declared), None) => suggest_enum(catalogs, declared, told, &mut found),
            _ => {}
        }
    }
    found
}

/// The words of a name, as they are typed.
fn path(name: &QualifiedName) -> Vec<String> {
    let schema = name.schema.as_ref().map(Ident::as_str);
    let words = schema.into_iter().chain([name.name.as_str()]);
    words.map(str::to_owned).collect()
}

fn is_told(told: &[Rename], now: &QualifiedName) -> bool {
    told.iter().any(|rename| match rename {
        Rename::Object { id, to } => *to == now.name && id.name.schema == now.schema,
        Rename::Move { id, to, .. } => *to == now.schema && id.name.name == now.name,
        _ => false,
    })
}

/// Whether a rename between two names can be typed: it stays in its schema.
fn whole(what: &str, names: Pair<&QualifiedName>) -> Option<Suggestion> {
    (names.before.schema == names.after.schema).then(|| Suggestion {
        words: Words {
            before: format!("{what} {}", names.before),
            after: names.after.to_string(),
            comes: "made",
        },
        rename: TypedRename::new(path(names.before), names.after.name.as_str()),
    })
}

fn suggest_table(
    catalogs: Pair<&Catalog>,
    declared: &Table,
    told: &[Rename],
    found: &mut Vec<Suggestion>,
) {
    if is_told(told, &declared.name) {
        return;
    }
    let names = |table: &Table| -> BTreeSet<Ident> {
        let columns = table.columns.iter();
        columns.map(|column| column.name.clone()).collect()
    };
    for object in catalogs.before.objects().values() {
        let Object::Table(live) = object else {
            continue;
        };
        if catalogs.after.get(&live.id()).is_none() && names(live) == names(declared) {
            found.extend(whole("table", Pair::new(&live.name, &declared.name)));
        }
    }
}

fn suggest_enum(
    catalogs: Pair<&Catalog>,
    declared: &EnumType,
    told: &[Rename],
    found: &mut Vec<Suggestion>,
) {
    if is_told(told, &declared.name) {
        return;
    }
    for object in catalogs.before.objects().values() {
        let Object::Enum(live) = object else {
            continue;
        };
        if catalogs.after.get(&live.id()).is_none() && live.labels == declared.labels {
            found.extend(whole("enum type", Pair::new(&live.name, &declared.name)));
        }
    }
}

fn suggest_columns(live: &Table, declared: &Table, told: &[Rename], found: &mut Vec<Suggestion>) {
    let is_told = |name: &Ident| {
        told.iter().any(|rename| {
            matches!(rename, Rename::Column { table, names }
                if *table == declared.name && (names.before == *name || names.after == *name))
        })
    };
    let gone = live
        .columns
        .iter()
        .filter(|column| declared.columns.get(&column.name).is_none() && !is_told(&column.name));
    for before in gone {
        let mut alike = declared.columns.iter().filter(|column| {
            live.columns.get(&column.name).is_none()
                && !is_told(&column.name)
                && column.data_type == before.data_type
        });
        let (Some(after), None) = (alike.next(), alike.next()) else {
            continue;
        };
        let mut path = path(&live.name);
        path.push(before.name.as_str().to_owned());
        found.push(Suggestion {
            words: Words {
                before: format!("column {} of table {}", before.name, live.name),
                after: after.name.to_string(),
                comes: "added",
            },
            rename: TypedRename::new(path, after.name.as_str()),
        });
    }
}

/// One value that is gone and one that is new, at the same place.
fn suggest_values(
    live: &EnumType,
    declared: &EnumType,
    told: &[Rename],
    found: &mut Vec<Suggestion>,
) {
    let is_told = told.iter().any(
        |rename| matches!(rename, Rename::Value { enum_type, .. } if *enum_type == declared.name),
    );
    if is_told || live.labels.len() != declared.labels.len() {
        return;
    }
    let pairs = live.labels.iter().zip(&declared.labels);
    let mut differing = pairs.filter(|(before, after)| before != after);
    let (Some((before, after)), None) = (differing.next(), differing.next()) else {
        return;
    };
    let mut path = path(&live.name);
    path.push(before.clone());
    found.push(Suggestion {
        words: Words {
            before: format!("value '{before}' of enum type {}", live.name),
            after: format!("'{after}'"),
            comes: "added",
        },
        rename: TypedRename::new(path, after),
    });
}
