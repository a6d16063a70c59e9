//! Enumerated types. PostgreSQL has them as types of their own; elsewhere an enum is a column with a check, or a column type. A value that was added cannot be used in the transaction that added it, and none can be taken away: everything but adding and renaming replaces the type by a new one under its name.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema, type_swap};
use crate::hazard::loss;
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Hazard, InPlace, Kind, Object, ObjectId,
    Pair, Part, Reference, Step,
};

/// An enumerated type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: QualifiedName,
    /// Its values, in their order.
    pub labels: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

/// The enum type that a type is in the end.
#[derive(Debug, Clone, Copy)]
pub struct BehindType<'a> {
    /// The enum type.
    pub enum_type: &'a EnumType,
    /// Whether the type is an array of it.
    pub is_array: bool,
}

impl EnumType {
    /// The id of the type of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::Enum, name.clone())
    }

    /// The name under which the type waits while its users move to its successor.
    pub fn name_aside(&self) -> QualifiedName {
        type_swap::name_aside(&self.name)
    }

    /// The enum type behind a type, itself or below domains.
    pub fn behind<'a>(catalog: &'a Catalog, id: &ObjectId) -> Option<BehindType<'a>> {
        match catalog.get(id)? {
            Object::Enum(enum_type) => Some(BehindType {
                enum_type,
                is_array: false,
            }),
            Object::Domain(domain) => {
                let behind = Self::behind(catalog, domain.base.as_ref()?)?;
                let is_array = behind.is_array || domain.base_type.ends_with("[]");
                Some(BehindType { is_array, ..behind })
            }
            _ => None,
        }
    }

    /// The values that `after` has no more.
    pub fn removed<'a>(pair: &Pair<&'a Self>) -> Vec<&'a str> {
        let kept = |label: &&String| !pair.after.labels.contains(label);
        pair.before
            .labels
            .iter()
            .filter(kept)
            .map(String::as_str)
            .collect()
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE TYPE ")
            .name(&self.name)
            .keyword(" AS ENUM (");
        for (i, label) in self.labels.iter().enumerate() {
            script.keyword(if i > 0 { ", " } else { "" }).literal(label);
        }
        script.keyword(")");
        Step::new(script.into_text())
    }

    fn drop_statement(name: &QualifiedName, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("DROP TYPE ").name(name);
        Step::new(script.into_text())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TYPE ", &self.name.quoted(dialect))
    }
}

impl Definition for EnumType {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        vec![Self::drop_statement(&self.name, dialect)]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let comments = comment::on_alter(
            context.dialect,
            &pair.after.comment_target(context.dialect),
            pair.map(|side| side.comment.as_deref()),
        );
        match additions(pair) {
            Some(additions) => {
                let mut steps: Vec<_> = additions
                    .iter()
                    .map(|addition| addition.step(&pair.after.name, context.dialect))
                    .collect();
                steps.extend(comments);
                Alteration::steps(steps)
            }
            None => swap(pair, context),
        }
    }
}

/// A value to add, and its neighbour.
struct Addition<'a> {
    label: &'a str,
    place: Place<'a>,
}

enum Place<'a> {
    Before(&'a str),
    After(&'a str),
    Anywhere,
}

impl Addition<'_> {
    fn step(&self, name: &QualifiedName, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TYPE ")
            .name(name)
            .keyword(" ADD VALUE ")
            .literal(self.label);
        match self.place {
            Place::Before(neighbour) => script.keyword(" BEFORE ").literal(neighbour),
            Place::After(neighbour) => script.keyword(" AFTER ").literal(neighbour),
            Place::Anywhere => &mut script,
        };
        Step::alone(script.into_text())
    }
}

/// The values to add, if adding is all there is to do: every value stays, in its order.
fn additions<'a>(pair: Pair<&'a EnumType>) -> Option<Vec<Addition<'a>>> {
    let mut kept = pair.before.labels.iter().peekable();
    let mut additions = Vec::new();
    let mut previous: Option<&str> = None;
    for label in &pair.after.labels {
        if kept.next_if_eq(&label).is_none() {
            let place = match (previous, kept.peek()) {
                (Some(neighbour), _) => Place::After(neighbour),
                (None, Some(neighbour)) => Place::Before(neighbour),
                (None, None) => Place::Anywhere,
            };
            additions.push(Addition { label, place });
        }
        previous = Some(label);
    }
    kept.next().is_none().then_some(additions)
}

/// Puts the type aside, makes its successor, and drops it once every user has moved.
fn swap(pair: Pair<&EnumType>, context: &Context<'_>) -> Alteration {
    let dialect = context.dialect;
    let aside = pair.before.name_aside();
    let removed = EnumType::removed(&pair);
    let mapped = context.hints.value_maps.get(&pair.after.id());
    let lost: Vec<_> = removed
        .iter()
        .copied()
        .filter(|label| !mapped.is_some_and(|map| map.contains_key(*label)))
        .collect();

    let mut script = Script::new(dialect);
    script
        .keyword("ALTER TYPE ")
        .name(&pair.before.name)
        .keyword(" RENAME TO ")
        .ident(&aside.name);
    let mut rename = Step::new(script.into_text());
    if !lost.is_empty() {
        rename = rename.with(Hazard::new(
            &loss::ENUM_VALUE_REMOVED,
            format!("rows that hold {} must be mapped first", list(&lost)),
        ));
    }
    let mut main = vec![rename];
    main.extend(pair.after.create(dialect));
    let release = if lost.is_empty() {
        Vec::new()
    } else {
        users(pair.before, context)
            .into_iter()
            .map(|user| guard(&user, &lost, dialect))
            .collect()
    };
    let finish = vec![EnumType::drop_statement(&aside, dialect)];
    Alteration::InPlace(InPlace {
        release,
        main,
        finish,
        disturbs: BTreeSet::from([(Part::Whole, Effect::Swapped)]),
        ..InPlace::default()
    })
}

fn list(labels: &[&str]) -> String {
    labels.join(", ")
}

/// A column whose values are of the type.
struct User {
    table: QualifiedName,
    column: Ident,
    is_array: bool,
}

/// Every column of the type, or of arrays of it, that stays a column of the type.
fn users(enum_type: &EnumType, context: &Context<'_>) -> Vec<User> {
    let mut users = Vec::new();
    for object in context.catalogs.before.objects().values() {
        let Object::Table(table) = object else {
            continue;
        };
        let Some(Object::Table(after)) = context.catalogs.after.get(&object.id()) else {
            continue;
        };
        for column in table
            .columns
            .iter()
            .filter(|column| after.columns.get(&column.name).is_some())
        {
            let id = column.user_type.as_ref();
            let behind = id.and_then(|id| EnumType::behind(context.catalogs.before, id));
            let Some(behind) = behind else { continue };
            if behind.enum_type.name == enum_type.name {
                let is_array = behind.is_array || column.data_type.ends_with("[]");
                users.push(User {
                    table: table.name.clone(),
                    column: column.name.clone(),
                    is_array,
                });
            }
        }
    }
    users
}

/// Stops everything, before anything is changed, while rows hold a value that goes away.
///
/// It stands in the revision itself, so that a script run by hand is as safe as `upgrade`.
fn guard(user: &User, lost: &[&str], dialect: Dialect) -> Step {
    let (table, column) = (user.table.quoted(dialect), user.column.quoted(dialect));
    let mut values = Script::new(dialect);
    for (i, label) in lost.iter().enumerate() {
        values.keyword(if i > 0 { ", " } else { "" }).literal(label);
    }
    let values = values.into_text();
    let condition = if user.is_array {
        format!("{column}::text[] && ARRAY[{values}]")
    } else {
        format!("{column}::text IN ({values})")
    };
    let mut message = Script::new(dialect);
    message.literal(&format!(
        "% rows of {table} hold a value of {column} that is removed: {}",
        list(lost)
    ));
    let mut hint = Script::new(dialect);
    hint.literal(&format!(
        "Give these rows another value first: UPDATE {table} SET {column} = … WHERE {condition};"
    ));
    let body = format!(
        "DECLARE\n    held bigint;\nBEGIN\n    SELECT count(*) INTO held FROM {table} WHERE {condition};\n    IF held > 0 THEN\n        \
         RAISE EXCEPTION {}, held\n            USING ERRCODE = 'check_violation', HINT = {};\n    END IF;\nEND",
        message.as_str(),
        hint.as_str(),
    );
    let mut script = Script::new(dialect);
    script
        .keyword("DO $schemist$\n")
        .expression(&body)
        .keyword("\n$schemist$");
    Step::new(script.into_text())
}
