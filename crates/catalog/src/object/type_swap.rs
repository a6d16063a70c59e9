//! Replacing a type under its own name (PostgreSQL): it waits under a name of ours while its users move to its successor.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::{Alteration, Context, Effect, InPlace, Kind, Object, ObjectId, Part, Step};

/// The name under which a type waits while its users move to its successor.
pub(crate) fn name_aside(name: &QualifiedName) -> QualifiedName {
    let mut aside = format!("schemist_old_{}", name.name.as_str());
    while aside.len() > 63 {
        aside.pop();
    }
    QualifiedName {
        schema: name.schema.clone(),
        name: Ident::from_server(aside),
    }
}

/// Puts the type aside, makes its successor, and drops it once every user has moved.
///
/// `word` is what stands after `ALTER` and `DROP`.
pub(crate) fn swap(
    dialect: Dialect,
    word: &'static str,
    name: &QualifiedName,
    successor: Vec<Step>,
) -> Alteration {
    let aside = name_aside(name);
    let mut rename = Script::new(dialect);
    rename
        .keyword("ALTER ")
        .keyword(word)
        .keyword(" ")
        .name(name)
        .keyword(" RENAME TO ")
        .ident(&aside.name);
    let mut drop = Script::new(dialect);
    drop.keyword("DROP ")
        .keyword(word)
        .keyword(" ")
        .name(&aside);
    let mut main = vec![Step::new(rename.into_text())];
    main.extend(successor);
    Alteration::InPlace(InPlace {
        main,
        finish: vec![Step::new(drop.into_text())],
        disturbs: BTreeSet::from([(Part::Whole, Effect::Swapped)]),
        ..InPlace::default()
    })
}

/// Whether rows of something that stays hold values of the type, as such or inside of other types.
pub(crate) fn is_stored(id: &ObjectId, context: &Context<'_>) -> bool {
    let catalogs = context.catalogs;
    let mut types = BTreeSet::from([id.clone()]);
    loop {
        let known = types.len();
        for (other, object) in catalogs.before.objects() {
            let holds = || {
                let references = catalogs.before.references(other);
                references
                    .iter()
                    .any(|reference| types.contains(&reference.object))
            };
            let found = match object {
                Object::Domain(_) | Object::CompositeType(_) | Object::RangeType(_) => {
                    !types.contains(other) && holds()
                }
                Object::Table(_) | Object::MaterializedView(_) => {
                    if catalogs.after.get(other).is_some() && holds() {
                        return true;
                    }
                    false
                }
                _ => false,
            };
            if found {
                types.insert(other.clone());
            }
        }
        if types.len() == known {
            return false;
        }
    }
}

/// Whether the type is a part of another type that stays, or of arrays in a table that stays.
pub(crate) fn is_contained(id: &ObjectId, context: &Context<'_>) -> bool {
    let in_type = |other: &ObjectId| {
        let references = context.catalogs.before.references(other);
        references.iter().any(|reference| &reference.object == id)
    };
    let mut objects = context.catalogs.before.objects().iter();
    objects.any(|(other, object)| match object {
        Object::CompositeType(_) | Object::RangeType(_) | Object::Domain(_) => in_type(other),
        Object::Table(table) => table.columns.iter().any(|column| {
            column.user_type.as_deref() == Some(id) && column.data_type.ends_with("[]")
        }),
        _ => false,
    })
}

/// Whether an object is a type that the database itself does not bring.
pub(crate) const fn is_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType
    )
}
