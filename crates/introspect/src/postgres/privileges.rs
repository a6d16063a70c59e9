//! Reads privileges, default privileges, and owners: the sides that objects of many kinds have.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{
    Column, DefaultPrivileges, Grant, GrantOption, Grantee, Grants, Owner, PrivilegeClass,
    Privileges, Schema, Sequence, Table,
};
use schemist_catalog::{Kind, Object, ObjectId, Part};
use schemist_sql::{Ident, QualifiedName};

use super::address::{Address, class};
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server about what nobody granted.
pub(super) const INITIAL: Query =
    Query::new("initial privileges", include_str!("privileges_initial.sql"));

/// What is asked of the server about default privileges.
pub(super) const DEFAULTS: Query =
    Query::new("default privileges", include_str!("default_privileges.sql"))
        .if_any("pg_catalog.pg_default_acl");

/// What is asked of the server about privileges.
pub(super) const QUERY: Query = Query::new("privileges", include_str!("privileges.sql"));

/// What is asked of the server about owners.
pub(super) const OWNERS: Query = Query::new("owners", include_str!("owner.sql"));

/// What an object has before anybody grants or revokes, by the letter of its class.
struct Initial(BTreeMap<char, Grants>);

impl Initial {
    fn of(&self, letter: char) -> Grants {
        self.0.get(&letter).cloned().unwrap_or_default()
    }
}

/// What new objects of the connected role get, beyond or instead of the server's own defaults.
#[derive(Default)]
struct OwnDefaults {
    everywhere: BTreeMap<char, Grants>,
    in_schema: BTreeMap<(char, Ident), Grants>,
}

impl OwnDefaults {
    fn is_empty(&self) -> bool {
        self.everywhere.is_empty() && self.in_schema.is_empty()
    }

    fn made_with(&self, letter: char, schema: Option<&Ident>, initial: &Initial) -> Grants {
        let everywhere = self.everywhere.get(&letter).cloned();
        let mut grants = everywhere.unwrap_or_else(|| initial.of(letter));
        let on_top = schema.and_then(|schema| self.in_schema.get(&(letter, schema.clone())));
        for grant in on_top.into_iter().flatten() {
            let option = |option| Grant {
                option,
                ..grant.clone()
            };
            if !grants.contains(&option(GrantOption::With)) {
                grants.remove(&option(GrantOption::Without));
                grants.insert(grant.clone());
            }
        }
        grants
    }
}

/// What privileges are on, and the column that it is a part of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    on: ObjectId,
    within: Option<(QualifiedName, Ident)>,
}

/// Reads privileges, once every object that stays is in the catalog.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    let initial = initial(reading).await?;
    let defaults = defaults(reading, &initial).await?;
    let mut found: BTreeMap<Place, Grants> = BTreeMap::new();
    let mut is_whole = BTreeSet::new();
    for row in reading.answer(&QUERY).await? {
        let Some(place) = place(reading, &row)? else {
            continue;
        };
        if row.get::<Option<&str>>("column_name")?.is_none() {
            is_whole.insert(place.clone());
        }
        if row.get::<Option<bool>>("is_foreign")? == Some(true) {
            let grantor: String = row.get("grantor")?;
            let words = format!("what role \"{grantor}\" granted on {}", place.on);
            reading.catalog.note_unmanaged(words);
            found.entry(place).or_default();
            continue;
        }
        let grants = found.entry(place).or_default();
        grants.extend(grant(&row)?);
    }
    if !defaults.is_empty() {
        for place in every_place(reading) {
            found.entry(place).or_default();
        }
    }
    for (place, grants) in &mut found {
        // Only its columns were granted, or nothing at all.
        if !is_whole.contains(place) {
            grants.extend(initial.of(letter(&place.on).unwrap_or_default()));
        }
    }
    for (place, grants) in found {
        let Some(letter) = letter(&place.on) else {
            let words = format!("privileges on {}", place.on);
            reading.catalog.note_unmanaged(words);
            continue;
        };
        let default_schema = reading.scope.default_schema.as_ref();
        let schema = match place.on.kind {
            Kind::Schema | Kind::Language | Kind::ForeignDataWrapper | Kind::Server => None,
            _ => place.on.name.schema.as_ref().or(default_schema),
        };
        let privileges = Privileges {
            is_on_default_schema: place.on.kind == Kind::Schema
                && default_schema == Some(&place.on.name.name),
            initial: initial.of(letter),
            made_with: if letter == 'p' {
                initial.of(letter)
            } else {
                defaults.made_with(letter, schema, &initial)
            },
            on: place.on,
            within: place.within,
            grants,
        };
        if !privileges.is_bare() {
            reading.catalog.insert(privileges);
        }
    }
    Ok(())
}

/// Reads owners.
pub(super) async fn read_owners(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&OWNERS).await? {
        if let Some(Place { on, within: None }) = place(reading, &row)? {
            let role = Some(Ident::from_server(row.get::<String>("role")?));
            reading.catalog.insert(Owner { on, role });
        }
    }
    Ok(())
}

async fn initial(reading: &mut Reading<'_>) -> Result<Initial, IntrospectError> {
    let mut initial: BTreeMap<char, Grants> = BTreeMap::new();
    for row in reading.answer(&INITIAL).await? {
        let letter = row.letter("letter")?;
        let grantee = if row.get("to_public")? {
            Grantee::Public
        } else {
            Grantee::Owner
        };
        initial.entry(letter).or_default().insert(Grant {
            grantor: None,
            grantee,
            privilege: row.get("privilege")?,
            column: None,
            option: GrantOption::Without,
        });
    }
    Ok(Initial(initial))
}

/// Reads default privileges, and returns those of the connected role.
async fn defaults(
    reading: &mut Reading<'_>,
    initial: &Initial,
) -> Result<OwnDefaults, IntrospectError> {
    let mut found: BTreeMap<ObjectId, (char, DefaultPrivileges)> = BTreeMap::new();
    for row in reading.answer(&DEFAULTS).await? {
        let letter = row.letter("letter")?;
        let ident = |name: Option<String>| name.map(Ident::from_server);
        let (role, schema) = (ident(row.get("role")?), ident(row.get("schema_name")?));
        let Some((class, letter)) = class_of(letter) else {
            let words = format!("default privileges of class {letter}");
            reading.catalog.note_unmanaged(words);
            continue;
        };
        let privileges = DefaultPrivileges {
            is_default_schema: schema.is_some() && schema == reading.scope.default_schema,
            initial: match schema {
                None => initial.of(letter),
                Some(_) => Grants::new(),
            },
            role,
            schema,
            class,
            grants: Grants::new(),
        };
        let id = schemist_catalog::Definition::id(&privileges);
        if row.get("is_foreign")? {
            let words = format!("{id} (only a member of the role can change them)");
            reading.catalog.note_unmanaged(words);
            continue;
        }
        let (_, privileges) = found.entry(id).or_insert((letter, privileges));
        privileges.grants.extend(grant(&row)?);
    }
    let mut own = OwnDefaults::default();
    for (letter, privileges) in found.into_values() {
        let grants = privileges.grants.clone();
        match (&privileges.role, &privileges.schema) {
            (Some(_), _) => {}
            (None, None) => drop(own.everywhere.insert(letter, grants)),
            (None, Some(schema)) => {
                own.in_schema.insert((letter, schema.clone()), grants);
            }
        }
        if privileges.grants != privileges.initial {
            reading.catalog.insert(privileges);
        }
    }
    Ok(own)
}

/// The grant of a row; none where all are revoked.
fn grant(row: &Answer) -> Result<Option<Grant>, IntrospectError> {
    let column = |name| -> Result<Option<Ident>, IntrospectError> {
        Ok(row.get::<Option<String>>(name)?.map(Ident::from_server))
    };
    let grantee = if row.get("to_owner")? {
        Grantee::Owner
    } else if row.get("to_public")? {
        Grantee::Public
    } else {
        match column("grantee")? {
            Some(role) => Grantee::Role(role),
            None => return Ok(None),
        }
    };
    let Some(privilege) = row.get("privilege")? else {
        return Ok(None);
    };
    Ok(Some(Grant {
        grantee,
        privilege,
        // Default privileges are nobody else's, and on no column.
        grantor: row
            .has("grantor")
            .then(|| column("grantor"))
            .transpose()?
            .flatten(),
        column: row
            .has("column_name")
            .then(|| column("column_name"))
            .transpose()?
            .flatten(),
        option: if row.get("is_grantable")? {
            GrantOption::With
        } else {
            GrantOption::Without
        },
    }))
}

/// What the place of a row is to us; none where it is not ours.
fn place(reading: &Reading<'_>, row: &Answer) -> Result<Option<Place>, IntrospectError> {
    let (class, number) = (row.number("class")?, row.number("object")?);
    if reading.is_member(class, number) {
        return Ok(None);
    }
    if class == class::SCHEMA && reading.schemas.get(&number) == Some(&None) {
        let default = reading.scope.default_schema.as_ref();
        return Ok(default.map(|schema| Place {
            on: Schema::id_of(schema),
            within: None,
        }));
    }
    let Some((id, part)) = reading.addresses.get(Address::whole(class, number)) else {
        return Ok(None);
    };
    let Some(object) = reading.catalog.get(id) else {
        return Ok(None);
    };
    // The type of a table's rows is the table's.
    let is_type = matches!(
        id.kind,
        Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType
    );
    if (class == class::TYPE) != is_type {
        return Ok(None);
    }
    Ok(match (part, object) {
        (Part::Whole, _) => Some(Place {
            on: id.clone(),
            within: None,
        }),
        (Part::Column(column), Object::Table(table)) => {
            let column = table.columns.get(column);
            column.and_then(|column| sequence_place(table, column))
        }
        (Part::Column(_) | Part::Constraint(_) | Part::Sequence(_), _) => None,
    })
}

/// The sequence of a serial or identity column.
fn sequence_place(table: &Table, column: &Column) -> Option<Place> {
    let name = column.sequence()?;
    Some(Place {
        on: Sequence::id_of(name),
        within: Some((table.name.clone(), column.name.clone())),
    })
}

/// Everything that has privileges.
fn every_place(reading: &Reading<'_>) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for (id, object) in reading.catalog.objects() {
        if letter(id).is_some() {
            places.insert(Place {
                on: id.clone(),
                within: None,
            });
        }
        if let Object::Table(table) = object {
            let columns = table.columns.iter();
            places.extend(columns.filter_map(|column| sequence_place(table, column)));
        }
    }
    places
}

/// The letter of an object's class, as `acldefault` has it; none for what has no privileges.
fn letter(id: &ObjectId) -> Option<char> {
    match id.kind {
        Kind::Schema if id.name.name.as_str() == "public" => Some('p'),
        Kind::Schema => Some('n'),
        Kind::Table | Kind::View | Kind::MaterializedView => Some('r'),
        Kind::Sequence => Some('s'),
        Kind::Function | Kind::Aggregate => Some('f'),
        Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType => {
            Some('T')
        }
        Kind::Language => Some('l'),
        Kind::ForeignDataWrapper => Some('F'),
        Kind::Server => Some('S'),
        _ => None,
    }
}

/// The class of default privileges, and its letter in `acldefault`.
const fn class_of(letter: char) -> Option<(PrivilegeClass, char)> {
    match letter {
        'r' => Some((PrivilegeClass::Tables, 'r')),
        'S' => Some((PrivilegeClass::Sequences, 's')),
        'f' => Some((PrivilegeClass::Functions, 'f')),
        'T' => Some((PrivilegeClass::Types, 'T')),
        'n' => Some((PrivilegeClass::Schemas, 'n')),
        'L' => Some((PrivilegeClass::LargeObjects, 'L')),
        _ => None,
    }
}
