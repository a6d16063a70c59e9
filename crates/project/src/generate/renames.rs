//! Renames that somebody told: which of them apply to these two catalogs.

use std::fmt;

use schemist_catalog::object::{EnumType, Table};
use schemist_catalog::{Catalog, Kind, Object, ObjectId, Pair, Rename};
use schemist_model::Renamed;
use schemist_sql::{Dialect, Ident, QualifiedName};

/// A rename as it is typed: `old:new`, `table.old:new`, `schema.table.old:new`, `view:old:new`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRename {
    /// The kind of object, where it is typed.
    kind: Option<String>,
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
        let (kind, names) = match text.split_once(':') {
            Some((word, names)) if names.contains(':') && is_kind(word) => {
                (Some(word.replace('_', " ")), names)
            }
            _ => (None, text),
        };
        let (from, to) = names.split_once(':').ok_or_else(bad)?;
        let path: Vec<_> = from.split('.').map(str::to_owned).collect();
        if to.is_empty() || path.iter().any(String::is_empty) || path.len() > 3 {
            return Err(bad());
        }
        Ok(Self {
            kind,
            path,
            to: to.to_owned(),
        })
    }
}

impl fmt::Display for TypedRename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = &self.kind {
            write!(f, "{kind}:")?;
        }
        write!(f, "{}:{}", self.path.join("."), self.to)
    }
}

impl TypedRename {
    /// The rename of what this path leads to.
    pub(crate) fn new(path: Vec<String>, to: &str) -> Self {
        Self {
            kind: None,
            path,
            to: to.to_owned(),
        }
    }

    /// The same rename without the default schema before its names, as catalogs have it.
    #[must_use]
    pub fn within(&self, default_schema: Option<&Ident>) -> Self {
        let mut within = self.clone();
        let is_default = |word: &String| default_schema.map(Ident::as_str) == Some(word.as_str());
        if within.path.len() > 1 && within.path.first().is_some_and(is_default) {
            within.path.remove(0);
        }
        within
    }
}

/// Whether a word before a rename is a kind.
fn is_kind(word: &str) -> bool {
    let word = word.replace('_', " ");
    word == "constraint" || !kinds(&word).is_empty()
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
///
/// `default_schema` is the schema that names without one are in, where there are schemas.
pub fn resolve(
    catalogs: Pair<&Catalog>,
    default_schema: Option<&Ident>,
    hints: &[Renamed],
    typed: &[TypedRename],
) -> Renames {
    let sides = Sides {
        catalogs,
        default_schema,
    };
    let mut renames = Renames::default();
    let mut sorted: Vec<_> = hints.iter().collect();
    sorted.sort_by_key(|hint| rank(hint));
    for hint in sorted {
        if let Renamed::Object {
            kind,
            on,
            before,
            after,
        } = hint
        {
            let names = Pair::new(before, after);
            let found = kinds(kind)
                .iter()
                .find_map(|kind| acting(sides, *kind, on.as_ref(), names, &renames.effective));
            match found {
                Some(found) => renames.effective.extend(found),
                None => renames.stale.push(in_words(hint)),
            }
        }
    }
    let mut parts = Vec::new();
    for rename in typed {
        match typed_object(sides, rename, &renames.effective) {
            Some(found) => {
                let new = found
                    .into_iter()
                    .filter(|found| !renames.effective.contains(found));
                let new: Vec<_> = new.collect();
                renames.effective.extend(new);
            }
            None => parts.push(rename),
        }
    }
    for hint in hints {
        if matches!(hint, Renamed::Object { .. }) {
            continue;
        }
        match part_rename(sides, hint, &renames.effective) {
            Some(rename) => renames.effective.push(rename),
            None if is_at_work(catalogs, hint, &renames.effective) => {}
            None => renames.stale.push(in_words(hint)),
        }
    }
    for rename in parts {
        match typed_part(sides, rename, &renames.effective) {
            Some(found) if !renames.effective.contains(&found) => renames.effective.push(found),
            Some(_) => {}
            None => renames.unfit.push(rename.clone()),
        }
    }
    renames
}

/// The two catalogs, and what their names without a schema mean.
#[derive(Clone, Copy)]
struct Sides<'a> {
    catalogs: Pair<&'a Catalog>,
    default_schema: Option<&'a Ident>,
}

/// What comes first: schemas, then what is in them, then what is on tables.
fn rank(hint: &Renamed) -> u8 {
    match hint {
        Renamed::Object { kind, .. } if kind == "schema" => 0,
        Renamed::Object { on: None, .. } => 1,
        Renamed::Object { .. }
        | Renamed::Column { .. }
        | Renamed::Constraint { .. }
        | Renamed::EnumValue { .. } => 2,
    }
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
        ("procedure", _) => &[Kind::Function],
        ("foreign table", _) => &[Kind::Table],
        (_, Some(place)) => &Kind::ALL[place..=place],
        (_, None) => &[],
    }
}

/// The schema that has this name after its own rename, as it was called before.
fn schema_before(schema: Option<&Ident>, renames: &[Rename]) -> Option<Ident> {
    let schema = schema?;
    let renamed = renames.iter().find_map(|rename| match rename {
        Rename::Object { id, to } if id.kind == Kind::Schema && to == schema => {
            Some(id.name.name.clone())
        }
        _ => None,
    });
    Some(renamed.unwrap_or_else(|| schema.clone()))
}

/// The schema that had this name before, as it is called after its own rename.
fn schema_after(schema: Option<&Ident>, renames: &[Rename]) -> Option<Ident> {
    let schema = schema?;
    let renamed = renames.iter().find_map(|rename| match rename {
        Rename::Object { id, to } if id.kind == Kind::Schema && id.name.name == *schema => {
            Some(to.clone())
        }
        _ => None,
    });
    Some(renamed.unwrap_or_else(|| schema.clone()))
}

/// The renames that make an object of one name one of the other: its move to another schema, and its new
/// name there.
fn acting(
    sides: Sides<'_>,
    kind: Kind,
    on: Option<&QualifiedName>,
    names: Pair<&QualifiedName>,
    renames: &[Rename],
) -> Option<Vec<Rename>> {
    let catalogs = sides.catalogs;
    // The server gives them no other name, or not to all of it: the functions that make ranges keep theirs.
    if matches!(kind, Kind::AccessMethod | Kind::Extension | Kind::RangeType) {
        return None;
    }
    let has_rename = match catalogs.after.dialect() {
        Dialect::Postgres | Dialect::Mysql => true,
        // All else is dropped and made there, which costs no rows.
        Dialect::Sqlite => matches!(kind, Kind::Table | Kind::VirtualTable),
    };
    if !has_rename {
        return None;
    }
    let table = on.map(|table| name_before(table, Kind::Table, renames));
    let schema = match &table {
        Some(table) => table.schema.clone(),
        None => schema_before(names.before.schema.as_ref(), renames),
    };
    let on_live = table.as_ref().map(|table| &table.name);
    let named = |id: &&ObjectId| {
        id.kind == kind
            && id.name.name == names.before.name
            && id.name.schema == schema
            && id.on.as_ref() == on_live
    };
    let declared_as = |live: &ObjectId| {
        let mut declared = live.clone();
        declared.name.name = names.after.name.clone();
        declared.name.schema.clone_from(&names.after.schema);
        if let Some(table) = on {
            declared.name.schema.clone_from(&table.schema);
            declared.on = Some(table.name.clone());
        }
        declared
    };
    let acts = |live: &&ObjectId| {
        let declared = declared_as(live);
        catalogs.after.get(live).is_none()
            && catalogs.before.get(&declared).is_none()
            && catalogs.after.get(&declared).is_some()
    };
    // Of several that bear the name, such as functions, nobody could say which one is meant.
    let mut candidates = catalogs.before.objects().keys().filter(named).filter(acts);
    let (Some(live), None) = (candidates.next(), candidates.next()) else {
        return None;
    };
    // It runs when its schema and its table have their new names.
    let mut id = live.clone();
    id.name.schema = schema_after(live.name.schema.as_ref(), renames);
    if let Some(table) = on {
        id.on = Some(table.name.clone());
        id.name.schema.clone_from(&table.schema);
    }
    let mut found = Vec::new();
    if on.is_none() && id.name.schema != names.after.schema {
        found = moved(sides, &id, names.after.schema.as_ref(), renames)?;
        id.name.schema.clone_from(&names.after.schema);
    }
    if id.name.name != names.after.name {
        found.push(Rename::Object {
            id,
            to: names.after.name.clone(),
        });
    }
    Some(found)
}

/// What takes an object to another schema, which may have to be made for it.
fn moved(
    sides: Sides<'_>,
    id: &ObjectId,
    to: Option<&Ident>,
    renames: &[Rename],
) -> Option<Vec<Rename>> {
    let can_move = matches!(
        id.kind,
        Kind::Table
            | Kind::View
            | Kind::MaterializedView
            | Kind::Sequence
            | Kind::Enum
            | Kind::Domain
            | Kind::CompositeType
            | Kind::BaseType
            | Kind::Function
            | Kind::Aggregate
            | Kind::Collation
            | Kind::Conversion
            | Kind::Statistics
            | Kind::OperatorClass
            | Kind::OperatorFamily
            | Kind::TextSearchConfiguration
            | Kind::TextSearchDictionary
            | Kind::TextSearchParser
            | Kind::TextSearchTemplate
    );
    if !can_move {
        return None;
    }
    let called = |schema: Option<&Ident>| schema.or(sides.default_schema).cloned();
    let mut found = Vec::new();
    if let Some(schema) = to {
        let before = schema_before(Some(schema), renames);
        let is_made = Rename::NewSchema(schema.clone());
        let stands = before.is_none_or(|name| {
            let name = QualifiedName::unqualified(name);
            let id = ObjectId::new(Kind::Schema, name);
            sides.catalogs.before.get(&id).is_some()
        });
        if !stands && !renames.contains(&is_made) {
            found.push(is_made);
        }
    }
    found.push(Rename::Move {
        id: id.clone(),
        to: to.cloned(),
        schemas: Pair::new(called(id.name.schema.as_ref())?, called(to)?),
    });
    Some(found)
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

fn typed_object(sides: Sides<'_>, rename: &TypedRename, renames: &[Rename]) -> Option<Vec<Rename>> {
    let (last, schema) = rename.path.split_last()?;
    let before = qualified(schema, last)?;
    let mut same = qualified(schema, &rename.to)?;
    same.schema = schema_after(same.schema.as_ref(), renames);
    // A name may have dots; else what is before one is another schema.
    let elsewhere = rename.to.split_once('.').and_then(|(schema, name)| {
        let is_default = sides.default_schema.map(Ident::as_str) == Some(schema);
        let schema = (!is_default).then(|| schema.to_owned());
        qualified(schema.as_slice(), name)
    });
    let kinds = rename.kind.as_deref().map_or(Kind::ALL, kinds);
    [Some(same), elsewhere].iter().flatten().find_map(|after| {
        let names = Pair::new(&before, after);
        let mut kinds = kinds.iter();
        kinds.find_map(|kind| acting(sides, *kind, None, names, renames))
    })
}

/// A name of the side after as it was before the renames of objects.
fn name_before(name: &QualifiedName, kind: Kind, renames: &[Rename]) -> QualifiedName {
    let mut before = name.clone();
    for rename in renames.iter().rev() {
        match rename {
            Rename::Object { id, to }
                if id.kind == kind && id.name.schema == before.schema && *to == before.name =>
            {
                before = id.name.clone();
            }
            Rename::Move { id, to, .. }
                if id.kind == kind && *to == before.schema && id.name.name == before.name =>
            {
                before = id.name.clone();
            }
            _ => {}
        }
    }
    before.schema = schema_before(before.schema.as_ref(), renames);
    before
}

fn part_rename(sides: Sides<'_>, hint: &Renamed, renames: &[Rename]) -> Option<Rename> {
    match hint {
        Renamed::Column {
            table,
            before,
            after,
        } => column_rename(sides.catalogs, table, before, after, renames),
        Renamed::EnumValue {
            enumeration,
            before,
            after,
        } => value_rename(sides.catalogs, enumeration, before, after, renames),
        Renamed::Constraint {
            table,
            before,
            after,
        } => key_rename(sides, table, Pair::new(before, after), renames),
        Renamed::Object { .. } => None,
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

/// A foreign key is an object of its own; other constraints of the same content take their new names
/// without a hint.
fn key_rename(
    sides: Sides<'_>,
    table: &QualifiedName,
    names: Pair<&Ident>,
    renames: &[Rename],
) -> Option<Rename> {
    let names = names.map(|name| QualifiedName {
        schema: table.schema.clone(),
        name: name.clone(),
    });
    let kind = Kind::ForeignKey;
    acting(sides, kind, Some(table), names.as_ref(), renames)?.pop()
}

/// Whether a hint is about a constraint that gets its new name with this change.
fn is_at_work(catalogs: Pair<&Catalog>, hint: &Renamed, renames: &[Rename]) -> bool {
    let Renamed::Constraint {
        table,
        before,
        after,
    } = hint
    else {
        return false;
    };
    let has = |catalog: &Catalog, table: &QualifiedName, name: &Ident| match catalog
        .get(&Table::id_of(table))
    {
        Some(Object::Table(table)) => {
            let keys = table.primary_key.iter().chain(&table.uniques);
            let keys = keys.filter_map(|key| key.name.as_ref());
            let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
            let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.name);
            keys.chain(checks)
                .chain(exclusions)
                .any(|known| known == name)
        }
        _ => false,
    };
    let live = name_before(table, Kind::Table, renames);
    has(catalogs.before, &live, before) && has(catalogs.after, table, after)
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

fn typed_part(sides: Sides<'_>, rename: &TypedRename, renames: &[Rename]) -> Option<Rename> {
    let (old, owner) = rename.path.split_last()?;
    let (owner, schema) = owner.split_last()?;
    let owner = qualified(schema, owner)?;
    // The owner may be typed by its old name, too.
    let now = renames.iter().find_map(|done| match done {
        Rename::Object { id, to } if id.name == owner => Some(QualifiedName {
            schema: owner.schema.clone(),
            name: to.clone(),
        }),
        _ => None,
    });
    let owner = now.unwrap_or(owner);
    let column = || {
        let (before, after) = (Ident::parse(old).ok()?, Ident::parse(&*rename.to).ok()?);
        column_rename(sides.catalogs, &owner, &before, &after, renames)
    };
    let key = || {
        let (before, after) = (Ident::parse(old).ok()?, Ident::parse(&*rename.to).ok()?);
        key_rename(sides, &owner, Pair::new(&before, &after), renames)
    };
    if rename.kind.as_deref() == Some("constraint") {
        return key();
    }
    column()
        .or_else(key)
        .or_else(|| value_rename(sides.catalogs, &owner, old, &rename.to, renames))
}
