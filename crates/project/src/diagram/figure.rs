//! What is in a picture: tables with their columns, and what refers to what.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{Column, ForeignKey, Table};
use schemist_catalog::{Catalog, Object, Pair};
use schemist_sql::{Ident, QualifiedName};

/// Tables and the foreign keys between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The tables, by name.
    pub entities: Vec<Entity>,
    /// The foreign keys, by the table that refers.
    pub links: Vec<Link>,
}

/// What becomes of something on the way from one side to the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It stays as it is.
    #[default]
    Same,
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It stays and is altered.
    Changed,
}

impl Fate {
    /// The word for it; nothing for what stays.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }

    /// The sign before a line.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
        }
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    /// Its name, with its schema where that is not the default one.
    pub name: String,
    /// What its comment says.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub rows: Vec<Row>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What a column is to the keys of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyRole {
    /// It is in the primary key.
    Primary,
    /// It refers to another table.
    Foreign,
    /// It is unique by itself.
    Unique,
}

impl KeyRole {
    /// The two letters for it.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Primary => "PK",
            Self::Foreign => "FK",
            Self::Unique => "UK",
        }
    }
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// The type before, where that was another one.
    pub was: Option<String>,
    /// What it is to the keys.
    pub roles: BTreeSet<KeyRole>,
    /// Whether it takes NULL.
    pub is_nullable: bool,
    /// What becomes of it.
    pub fate: Fate,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The place of the table that refers.
    pub from: usize,
    /// The places of its columns that do.
    pub from_rows: Vec<usize>,
    /// The place of the table that is referred to.
    pub to: usize,
    /// The places of its columns.
    pub to_rows: Vec<usize>,
    /// Whether a row may refer to nothing.
    pub is_optional: bool,
    /// Whether only one row may refer to the same.
    pub is_single: bool,
    /// What becomes of it.
    pub fate: Fate,
}

impl Diagram {
    /// All tables of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        Self::between(Pair::new(catalog, catalog))
    }

    /// All tables of two catalogs, with what becomes of them.
    pub fn between(sides: Pair<&Catalog>) -> Self {
        let tables = sides.map(tables);
        let names: BTreeSet<&QualifiedName> = tables
            .before
            .keys()
            .chain(tables.after.keys())
            .copied()
            .collect();
        let keys = sides.map(foreign_keys);
        let changed = touched(sides, &keys);
        let mut diagram = Self::default();
        let mut places = BTreeMap::new();
        for name in names {
            let pair = Pair::new(tables.before.get(name), tables.after.get(name));
            let Some(mut entity) = entity(pair, &keys) else {
                continue;
            };
            if entity.fate == Fate::Same && changed.contains(name) {
                entity.fate = Fate::Changed;
            }
            places.insert(name, diagram.entities.len());
            diagram.entities.push(entity);
        }
        for (key, fate) in fates(&keys) {
            let table = tables
                .after
                .get(&key.table)
                .or(tables.before.get(&key.table));
            let link = table.and_then(|table| link(&diagram, &places, table, key, fate));
            diagram.links.extend(link);
        }
        diagram
    }

    /// The tables that something becomes of.
    pub fn touched(&self) -> BTreeSet<usize> {
        let all = self.entities.iter().enumerate();
        all.filter(|(_, entity)| entity.fate != Fate::Same)
            .map(|(place, _)| place)
            .collect()
    }
}

fn tables(catalog: &Catalog) -> BTreeMap<&QualifiedName, &Table> {
    let objects = catalog.objects().values();
    let tables = objects.filter_map(|object| match object {
        Object::Table(table) => Some((&table.name, table)),
        _ => None,
    });
    tables.collect()
}

fn foreign_keys(catalog: &Catalog) -> Vec<&ForeignKey> {
    let objects = catalog.objects().values();
    let keys = objects.flat_map(|object| match object {
        Object::ForeignKey(key) => vec![key],
        Object::Table(table) => table.foreign_keys.iter().collect(),
        _ => Vec::new(),
    });
    keys.collect()
}

/// What tells one foreign key from another: what it says, not what it is called.
fn content(key: &ForeignKey) -> (&QualifiedName, &[Ident], &QualifiedName, &[Ident]) {
    (&key.table, &key.columns, &key.target, &key.target_columns)
}

fn fates<'a>(keys: &Pair<Vec<&'a ForeignKey>>) -> Vec<(&'a ForeignKey, Fate)> {
    let stays = |all: &[&ForeignKey], key: &ForeignKey| {
        let mut all = all.iter();
        all.any(|other| content(other) == content(key))
    };
    let of_after = keys.after.iter().map(|key| {
        let fate = if stays(&keys.before, key) {
            Fate::Same
        } else {
            Fate::Added
        };
        (*key, fate)
    });
    let gone = keys.before.iter().filter(|key| !stays(&keys.after, key));
    let mut all: Vec<_> = of_after
        .chain(gone.map(|key| (*key, Fate::Removed)))
        .collect();
    all.sort_by(|one, other| content(one.0).cmp(&content(other.0)));
    all.dedup_by(|one, other| content(one.0) == content(other.0));
    all
}

/// The tables of which something else than a column is altered: an index, a trigger, a foreign key.
fn touched<'a>(
    sides: Pair<&'a Catalog>,
    keys: &Pair<Vec<&'a ForeignKey>>,
) -> BTreeSet<&'a QualifiedName> {
    let mut touched = BTreeSet::new();
    for (key, fate) in fates(keys) {
        if fate != Fate::Same {
            touched.insert(&key.table);
        }
    }
    for (one, other) in [(sides.before, sides.after), (sides.after, sides.before)] {
        for (id, object) in one.objects() {
            if other.get(id) == Some(object) {
                continue;
            }
            match object {
                Object::Table(table) => touched.insert(&table.name),
                Object::Index(index) => touched.insert(&index.table),
                Object::Trigger(trigger) => touched.insert(&trigger.table),
                _ => false,
            };
        }
    }
    touched
}

fn entity(table: Pair<Option<&&Table>>, keys: &Pair<Vec<&ForeignKey>>) -> Option<Entity> {
    let (shown, own, fate) = match (table.before, table.after) {
        (None, Some(after)) => (*after, &keys.after, Fate::Added),
        (Some(before), None) => (*before, &keys.before, Fate::Removed),
        (Some(_), Some(after)) => (*after, &keys.after, Fate::Same),
        (None, None) => return None,
    };
    let mut rows: Vec<Row> = shown.columns.iter().map(|it| row(shown, it, own)).collect();
    for row in &mut rows {
        row.fate = fate;
    }
    if let (Some(before), Some(after)) = (table.before, table.after) {
        compare_rows(before, after, &mut rows);
        let gone = before.columns.iter();
        let gone = gone.filter(|column| after.columns.get(&column.name).is_none());
        rows.extend(gone.map(|column| Row {
            fate: Fate::Removed,
            ..row(before, column, &keys.before)
        }));
    }
    let is_changed = fate == Fate::Same && rows.iter().any(|row| row.fate != Fate::Same);
    Some(Entity {
        name: shown_name(&shown.name),
        comment: shown.comment.clone(),
        rows,
        fate: if is_changed { Fate::Changed } else { fate },
    })
}

fn compare_rows(before: &Table, after: &Table, rows: &mut [Row]) {
    for (row, column) in rows.iter_mut().zip(after.columns.iter()) {
        match before.columns.get(&column.name) {
            None => row.fate = Fate::Added,
            Some(old) if old != column => {
                row.fate = Fate::Changed;
                row.was = (old.data_type != column.data_type).then(|| old.data_type.clone());
            }
            Some(_) => {}
        }
    }
}

fn row(table: &Table, column: &Column, keys: &[&ForeignKey]) -> Row {
    let mut roles = BTreeSet::new();
    let primary = table.primary_key.iter();
    if primary
        .flat_map(|key| key.columns())
        .any(|it| *it == column.name)
    {
        roles.insert(KeyRole::Primary);
    }
    let mut uniques = table.uniques.iter();
    if uniques.any(|key| key.columns().eq([&column.name])) {
        roles.insert(KeyRole::Unique);
    }
    let mut own = keys.iter().filter(|key| key.table == table.name);
    if own.any(|key| key.columns.contains(&column.name)) {
        roles.insert(KeyRole::Foreign);
    }
    Row {
        name: column.name.as_str().to_owned(),
        data_type: column.data_type.clone(),
        was: None,
        is_nullable: column.nullable && !roles.contains(&KeyRole::Primary),
        roles,
        fate: Fate::Same,
    }
}

fn link(
    diagram: &Diagram,
    places: &BTreeMap<&QualifiedName, usize>,
    table: &Table,
    key: &ForeignKey,
    fate: Fate,
) -> Option<Link> {
    let (from, to) = (*places.get(&key.table)?, *places.get(&key.target)?);
    let rows = |entity: usize, names: &[Ident]| -> Vec<usize> {
        let rows = &diagram.entities[entity].rows;
        let place = |name: &Ident| rows.iter().position(|row| row.name == name.as_str());
        names.iter().filter_map(place).collect()
    };
    let from_rows = rows(from, &key.columns);
    let to_rows = if key.target_columns.is_empty() {
        // SQLite takes the primary key.
        let rows = diagram.entities[to].rows.iter().enumerate();
        rows.filter(|(_, row)| row.roles.contains(&KeyRole::Primary))
            .map(|(place, _)| place)
            .collect()
    } else {
        rows(to, &key.target_columns)
    };
    let own = &diagram.entities[from].rows;
    let columns: BTreeSet<&Ident> = key.columns.iter().collect();
    let is_single = table.keys().any(|own| {
        let own: BTreeSet<&Ident> = own.columns().collect();
        own == columns
    });
    Some(Link {
        from,
        is_optional: from_rows.iter().any(|row| own[*row].is_nullable),
        from_rows,
        to,
        to_rows,
        is_single,
        fate,
    })
}

pub(crate) fn shown_name(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", schema.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}
