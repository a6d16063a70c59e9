//! Renames that somebody told: which of them apply to these two catalogs.

use std::fmt;

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Catalog, Kind, Object, ObjectId, Pair, Rename};
use schemist_model::Renamed;
use schemist_sql::{Ident, QualifiedName};

/// A rename as it is typed: `old:new`, `table.old:new`, `schema.table.old:new`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRename {
    path: Vec<String>,
    to: String,
}

/// A text that is no rename.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the rename `{0}`: it is not of the form `old:new` or `table.old:new`")]
pub struct BadRename(pub String);

impl std::str::FromStr for TypedRename {
    type Err = BadRename;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadRename(text.to_owned());
        let (from, to) = text.split_once(':').ok_or_else(bad)?;
        let path: Vec<_> = from.split('.').map(str::to_owned).collect();
        if to.is_empty() || path.iter().any(String::is_empty) || path.len() > 3 {
            return Err(bad());
        }
        Ok(Self {
            path,
            to: to.to_owned(),
        })
    }
}

impl fmt::Display for TypedRename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.join("."), self.to)
    }
}

/// The renames that apply, in the order in which they run, and those that say nothing here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    /// Objects first, then what is in them, each under the names of that moment.
    pub effective: Vec<Rename>,
    /// Hints in the models that have done their work, each in words.
    pub stale: Vec<String>,
    /// Renames on the command line that nothing fits.
    pub unfit: Vec<TypedRename>,
}

/// Finds out which hints act: those whose old name is live and not declared, and whose new name is
/// declared and not live.
pub fn resolve(catalogs: Pair<&Catalog>, hints: &[Renamed], typed: &[TypedRename]) -> Renames {
    let mut renames = Renames::default();
    for hint in hints {
        if let Renamed::Object {
            kind,
            on,
            before,
            after,
        } = hint
        {
            match object_rename(catalogs, kind, on.as_ref(), Pair::new(before, after)) {
                Some(rename) => renames.effective.push(rename),
                None => renames.stale.push(in_words(hint)),
            }
        }
    }
    let mut parts = Vec::new();
    for rename in typed {
        match typed_object(catalogs, rename) {
            Some(found) if !renames.effective.contains(&found) => renames.effective.push(found),
            Some(_) => {}
            None => parts.push(rename),
        }
    }
    for hint in hints {
        if matches!(hint, Renamed::Object { .. }) {
            continue;
        }
        match part_rename(catalogs, hint, &renames.effective) {
            Some(rename) => renames.effective.push(rename),
            None => renames.stale.push(in_words(hint)),
        }
    }
    for rename in parts {
        match typed_part(catalogs, rename, &renames.effective) {
            Some(found) if !renames.effective.contains(&found) => renames.effective.push(found),
            Some(_) => {}
            None => renames.unfit.push(rename.clone()),
        }
    }
    renames
}

fn in_words(hint: &Renamed) -> String {
    match hint {
        Renamed::Object {
            kind,
            before,
            after,
            ..
        } => format!("{kind} {before} → {after}"),
        Renamed::Column {
            table,
            before,
            after,
        } => format!("column {before} → {after} of table {table}"),
        Renamed::Constraint {
            table,
            before,
            after,
        } => format!("constraint {before} → {after} of table {table}"),
        Renamed::EnumValue {
            enumeration,
            before,
            after,
        } => {
            format!("value '{before}' → '{after}' of enum type {enumeration}")
        }
    }
}

fn kinds(word: &str) -> &'static [Kind] {
    let found = Kind::ALL.iter().position(|kind| kind.word() == word);
    match (word, found) {
        ("type", _) => &[Kind::BaseType, Kind::Enum, Kind::CompositeType],
        ("foreign table", _) => &[Kind::Table],
        (_, Some(place)) => &Kind::ALL[place..=place],
        (_, None) => &[],
    }
}

fn object_rename(
    catalogs: Pair<&Catalog>,
    word: &str,
    on: Option<&QualifiedName>,
    names: Pair<&QualifiedName>,
) -> Option<Rename> {
    kinds(word)
        .iter()
        .find_map(|kind| acting(catalogs, *kind, on, names))
}

fn acting(
    catalogs: Pair<&Catalog>,
    kind: Kind,
    on: Option<&QualifiedName>,
    names: Pair<&QualifiedName>,
) -> Option<Rename> {
    // The server gives them no other name.
    if matches!(kind, Kind::AccessMethod | Kind::Extension) {
        return None;
    }
    let schema = on.map_or(&names.before.schema, |table| &table.schema);
    let table = on.map(|table| &table.name);
    let named = |id: &&ObjectId| {
        id.kind == kind
            && id.name.name == names.before.name
            && id.name.schema == *schema
            && id.on.as_ref() == table
    };
    // Of several that bear the name, such as functions, nobody could say which one is meant.
    let mut candidates = catalogs.before.objects().keys().filter(named);
    let (Some(live), None) = (candidates.next(), candidates.next()) else {
        return None;
    };
    let mut declared = live.clone();
    declared.name.name = names.after.name.clone();
    if on.is_none() {
        declared.name.schema.clone_from(&names.after.schema);
    }
    let acts = catalogs.after.get(live).is_none()
        && catalogs.before.get(&declared).is_none()
        && catalogs.after.get(&declared).is_some();
    acts.then(|| Rename::Object {
        id: live.clone(),
        to: names.after.name.clone(),
    })
}

fn qualified(path: &[String], last: &str) -> Option<QualifiedName> {
    let ident = |text: &str| Ident::parse(text).ok();
    match path {
        [] => Some(QualifiedName::unqualified(ident(last)?)),
        [schema] => Some(QualifiedName {
            schema: Some(ident(schema)?),
            name: ident(last)?,
        }),
        _ => None,
    }
}

fn typed_object(catalogs: Pair<&Catalog>, rename: &TypedRename) -> Option<Rename> {
    let (last, schema) = rename.path.split_last()?;
    let (before, after) = (qualified(schema, last)?, qualified(schema, &rename.to)?);
    Kind::ALL
        .iter()
        .find_map(|kind| acting(catalogs, *kind, None, Pair::new(&before, &after)))
}

/// A name of the side after as it was before the renames of objects.
fn name_before(name: &QualifiedName, kind: Kind, renames: &[Rename]) -> QualifiedName {
    let found = renames.iter().find_map(|rename| match rename {
        Rename::Object { id, to }
            if id.kind == kind && id.name.schema == name.schema && *to == name.name =>
        {
            Some(id.name.clone())
        }
        Rename::Object { .. } | Rename::Column { .. } | Rename::Value { .. } => None,
    });
    found.unwrap_or_else(|| name.clone())
}

fn part_rename(catalogs: Pair<&Catalog>, hint: &Renamed, renames: &[Rename]) -> Option<Rename> {
    match hint {
        Renamed::Column {
            table,
            before,
            after,
        } => column_rename(catalogs, table, before, after, renames),
        Renamed::EnumValue {
            enumeration,
            before,
            after,
        } => value_rename(catalogs, enumeration, before, after, renames),
        // A constraint of the same content takes its new name without a hint.
        Renamed::Constraint { .. } | Renamed::Object { .. } => None,
    }
}

fn column_rename(
    catalogs: Pair<&Catalog>,
    table: &QualifiedName,
    before: &Ident,
    after: &Ident,
    renames: &[Rename],
) -> Option<Rename> {
    let live = catalogs
        .before
        .get(&Table::id_of(&name_before(table, Kind::Table, renames)))?;
    let declared = catalogs.after.get(&Table::id_of(table))?;
    let (Object::Table(live), Object::Table(declared)) = (live, declared) else {
        return None;
    };
    let has = |table: &Table, column: &Ident| table.columns.get(column).is_some();
    let acts =
        has(live, before) && !has(declared, before) && !has(live, after) && has(declared, after);
    acts.then(|| Rename::Column {
        table: table.clone(),
        names: Pair::new(before.clone(), after.clone()),
    })
}

fn value_rename(
    catalogs: Pair<&Catalog>,
    enum_type: &QualifiedName,
    before: &str,
    after: &str,
    renames: &[Rename],
) -> Option<Rename> {
    let live = catalogs.before.get(&EnumType::id_of(&name_before(
        enum_type,
        Kind::Enum,
        renames,
    )))?;
    let declared = catalogs.after.get(&EnumType::id_of(enum_type))?;
    let (Object::Enum(live), Object::Enum(declared)) = (live, declared) else {
        return None;
    };
    let has = |one: &EnumType, value: &str| one.labels.iter().any(|label| label == value);
    let acts =
        has(live, before) && !has(declared, before) && !has(live, after) && has(declared, after);
    acts.then(|| Rename::Value {
        enum_type: enum_type.clone(),
        values: Pair::new(before.to_owned(), after.to_owned()),
    })
}

fn typed_part(
    catalogs: Pair<&Catalog>,
    rename: &TypedRename,
    renames: &[Rename],
) -> Option<Rename> {
    let (old, owner) = rename.path.split_last()?;
    let (owner, schema) = owner.split_last()?;
    let owner = qualified(schema, owner)?;
    // The owner may be typed by its old name, too.
    let now = renames.iter().find_map(|done| match done {
        Rename::Object { id, to } if id.name == owner => Some(QualifiedName {
            schema: owner.schema.clone(),
            name: to.clone(),
        }),
        Rename::Object { .. } | Rename::Column { .. } | Rename::Value { .. } => None,
    });
    let owner = now.unwrap_or(owner);
    let column = || {
        let (before, after) = (Ident::parse(old).ok()?, Ident::parse(&*rename.to).ok()?);
        column_rename(catalogs, &owner, &before, &after, renames)
    };
    column().or_else(|| value_rename(catalogs, &owner, old, &rename.to, renames))
}

/// Pairs that look like renames that nobody told, each as a sentence with what to type.
pub fn suggest(catalogs: Pair<&Catalog>, told: &[Rename]) -> Vec<String> {
    let mut notes = Vec::new();
    for object in catalogs.after.objects().values() {
        let Object::Table(declared) = object else {
            continue;
        };
        match catalogs.before.get(&object.id()) {
            Some(Object::Table(live)) => suggest_columns(live, declared, told, &mut notes),
            _ => suggest_table(catalogs, declared, told, &mut notes),
        }
    }
    notes
}

fn suggest_table(
    catalogs: Pair<&Catalog>,
    declared: &Table,
    told: &[Rename],
    notes: &mut Vec<String>,
) {
    let is_told = told
        .iter()
        .any(|rename| matches!(rename, Rename::Object { to, .. } if *to == declared.name.name));
    if is_told {
        return;
    }
    let gone = catalogs
        .before
        .objects()
        .values()
        .filter_map(|object| match object {
            Object::Table(table) if catalogs.after.get(&object.id()).is_none() => Some(table),
            _ => None,
        });
    let names = |table: &Table| -> std::collections::BTreeSet<Ident> {
        table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    for table in gone.filter(|table| names(table) == names(declared)) {
        notes.push(format!(
            "table {} is dropped and {} made; if that is a rename: --rename {}:{}",
            table.name,
            declared.name,
            table.name.name.as_str(),
            declared.name.name.as_str(),
        ));
    }
}

fn suggest_columns(live: &Table, declared: &Table, told: &[Rename], notes: &mut Vec<String>) {
    let is_told = |name: &Ident| {
        told.iter().any(|rename| matches!(rename, Rename::Column { names, .. } if names.before == *name || names.after == *name))
    };
    let gone: Vec<_> = live
        .columns
        .iter()
        .filter(|column| declared.columns.get(&column.name).is_none() && !is_told(&column.name))
        .collect();
    let new: Vec<_> = declared
        .columns
        .iter()
        .filter(|column| live.columns.get(&column.name).is_none() && !is_told(&column.name))
        .collect();
    for before in &gone {
        let alike: Vec<_> = new
            .iter()
            .filter(|after| after.data_type == before.data_type)
            .collect();
        if let [after] = alike.as_slice() {
            notes.push(format!(
                "column {} of table {} is dropped and {} added; if that is a rename: --rename {}.{}:{}",
                before.name,
                live.name,
                after.name,
                live.name.name.as_str(),
                before.name.as_str(),
                after.name.as_str(),
            ));
        }
    }
}
