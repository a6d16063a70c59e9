//! Privileges on an object, whatever its kind, and on its columns. PostgreSQL alone has them. They are an object of their own, so that they are given again wherever what they are on is made anew; but they are a side of it: they come and go with it, and as long as it stands they only change. The owner's own are told as the owner's, whose name differs from database to database. A new object gets what the default privileges of that moment give.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::grants::{self, Act, Grant, GrantChange, GrantOption, Grantee, Grants};
use super::{Owner, Schema, Table};
use crate::hazard::rights;
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Hazard, InPlace, Kind, Object, ObjectId,
    Pair, Part, Reference, Step,
};

/// The privileges on one object.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Privileges {
    /// What they are on.
    pub on: ObjectId,
    /// Whether that is the default schema, which is no object.
    pub is_on_default_schema: bool,
    /// The table and column that it is a part of; only for the sequence of a serial or identity column.
    pub within: Option<(QualifiedName, Ident)>,
    /// All grants.
    pub grants: Grants,
    /// The grants that such an object has where nobody ever granted or revoked anything.
    pub initial: Grants,
    /// The grants that such an object gets when it is made, by the default privileges of its catalog;
    /// outside of `==`.
    #[serde(rename = "_made_with")]
    pub made_with: Grants,
}

impl PartialEq for Privileges {
    fn eq(&self, other: &Self) -> bool {
        self.on == other.on && self.grants == other.grants
    }
}

impl Eq for Privileges {}

impl Privileges {
    /// The id of the privileges on an object.
    pub fn id_of(on: &ObjectId) -> ObjectId {
        ObjectId::side_of(Kind::Privileges, on)
    }

    /// Whether they say no more than that the object is there.
    pub fn is_bare(&self) -> bool {
        self.grants == self.initial && self.made_with == self.initial
    }

    /// Whether what they are on is there.
    fn stands_in(&self, catalog: &Catalog) -> bool {
        let is_within = || {
            let (table, column) = self.within.as_ref()?;
            let Some(Object::Table(table)) = catalog.get(&Table::id_of(table)) else {
                return None;
            };
            table.columns.get(column)?.sequence()
        };
        catalog.get(&self.on).is_some() || is_within() == Some(&self.on.name)
    }

    /// What they are on, or what that is a part of.
    fn anchor(&self) -> ObjectId {
        match &self.within {
            Some((table, _)) => Table::id_of(table),
            None => self.on.clone(),
        }
    }

    fn columns(&self) -> BTreeSet<&Ident> {
        let columns = self.grants.iter().filter_map(|grant| grant.column.as_ref());
        columns.collect()
    }

    /// Whether the object is made anew under them.
    fn is_remade(&self, context: &Context<'_>) -> bool {
        let anchor = self.anchor();
        let own = self.within.iter().map(|(_, column)| column);
        let own: Vec<_> = own.cloned().map(Part::Sequence).collect();
        context.disturbed.iter().any(|disturbance| {
            disturbance.object == anchor
                && (disturbance.part == Part::Whole || own.contains(&disturbance.part))
        })
    }

    fn say(&self, change: &GrantChange, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword(match change.act {
            Act::Grant(_) => "GRANT ",
            Act::Revoke => "REVOKE ",
            Act::RevokeOption => "REVOKE GRANT OPTION FOR ",
        });
        change.list(&mut script);
        script.keyword(" ON ");
        write_object(&self.on, &mut script);
        script.keyword(match change.act {
            Act::Grant(_) => " TO ",
            Act::Revoke | Act::RevokeOption => " FROM ",
        });
        let end = match change.act {
            Act::Grant(GrantOption::With) => " WITH GRANT OPTION",
            Act::Grant(GrantOption::Without) | Act::Revoke | Act::RevokeOption => "",
        };
        let step = match &change.grantee {
            Grantee::Owner => Step::new(by_owner(&self.on, script.as_str(), end, dialect)),
            Grantee::Public => Step::new(script.keyword("PUBLIC").keyword(end).as_str()),
            Grantee::Role(role) => Step::new(script.ident(role).keyword(end).as_str()),
        };
        let Some(grantor) = &change.grantor else {
            return vec![step];
        };
        // A grant is recorded under whoever gives it.
        let mut become_grantor = Script::new(dialect);
        become_grantor.keyword("SET LOCAL ROLE ").ident(grantor);
        vec![
            Step::new(become_grantor.into_text()),
            step,
            Step::new("SET LOCAL ROLE NONE"),
        ]
    }

    fn hazard(&self, change: &GrantChange) -> Hazard {
        let who = match &change.grantee {
            Grantee::Owner => "its owner".to_owned(),
            Grantee::Public => "every role".to_owned(),
            Grantee::Role(role) => format!("role {role}"),
        };
        let (what, on) = (change.words(), &self.on);
        match change.act {
            Act::Grant(option) => {
                let more = match option {
                    GrantOption::With => " and may grant it to others",
                    GrantOption::Without => "",
                };
                Hazard::new(
                    &rights::PRIVILEGE_GRANTED,
                    format!("{who} gets {what} on {on}{more}"),
                )
            }
            Act::Revoke => Hazard::new(
                &rights::PRIVILEGE_REVOKED,
                format!("{who} loses {what} on {on}, and what needs it fails"),
            ),
            Act::RevokeOption => Hazard::new(
                &rights::PRIVILEGE_REVOKED,
                format!("{who} may grant {what} on {on} to others no more"),
            ),
        }
    }

    /// Whether the owner of the object is another one afterwards.
    fn changes_hands(&self, context: &Context<'_>) -> bool {
        let owner = Owner::id_of(&self.on);
        context
            .catalogs
            .map(|catalog| catalog.get(&owner))
            .differs()
    }
}

/// What the object is called in a statement: `TABLE "book"`.
fn write_object(on: &ObjectId, script: &mut Script) {
    script.keyword(match on.kind {
        Kind::Schema => "SCHEMA ",
        Kind::Sequence => "SEQUENCE ",
        // The word serves functions, procedures and aggregates.
        Kind::Function | Kind::Aggregate => "ROUTINE ",
        Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType => {
            "TYPE "
        }
        Kind::Language => "LANGUAGE ",
        Kind::ForeignDataWrapper => "FOREIGN DATA WRAPPER ",
        Kind::Server => "FOREIGN SERVER ",
        _ => "TABLE ",
    });
    script.name(&on.name);
    if let Some(arguments) = &on.arguments {
        script.keyword("(").expression(arguments).keyword(")");
    }
}

/// A statement about the owner, whose name only the database knows.
fn by_owner(on: &ObjectId, start: &str, end: &str, dialect: Dialect) -> String {
    let mut statement = Script::new(dialect);
    let escaped = format!("{}%I{end}", start.replace('%', "%%"));
    statement.literal(&escaped);
    let mut name = Script::new(dialect);
    name.name(&on.name);
    if let Some(arguments) = &on.arguments {
        name.keyword("(").expression(arguments).keyword(")");
    }
    let bare = on.name.name.as_str();
    let (table, owner, condition, name) = match on.kind {
        Kind::Schema => ("pg_namespace", "nspowner", "nspname = ", bare),
        Kind::Language => ("pg_language", "lanowner", "lanname = ", bare),
        Kind::ForeignDataWrapper => ("pg_foreign_data_wrapper", "fdwowner", "fdwname = ", bare),
        Kind::Server => ("pg_foreign_server", "srvowner", "srvname = ", bare),
        Kind::Function | Kind::Aggregate => (
            "pg_proc",
            "proowner",
            "oid = pg_catalog.regprocedure ",
            name.as_str(),
        ),
        Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType => (
            "pg_type",
            "typowner",
            "oid = pg_catalog.regtype ",
            name.as_str(),
        ),
        _ => (
            "pg_class",
            "relowner",
            "oid = pg_catalog.regclass ",
            name.as_str(),
        ),
    };
    let mut script = Script::new(dialect);
    script
        .keyword("DO $schemist$\nBEGIN\n    EXECUTE pg_catalog.format(\n        ")
        .expression(statement.as_str())
        .keyword(",\n        (SELECT pg_catalog.pg_get_userbyid(")
        .keyword(owner)
        .keyword(") FROM pg_catalog.")
        .keyword(table)
        .keyword(" WHERE ")
        .keyword(condition)
        .literal(name)
        .keyword(")\n    );\nEND\n$schemist$");
    script.into_text()
}

impl Definition for Privileges {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.on)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let anchor = self.anchor();
        let whole = |object| Reference {
            object,
            part: Part::Whole,
        };
        let mut references = BTreeSet::from([whole(anchor.clone()), whole(Owner::id_of(&self.on))]);
        let columns = self.columns().into_iter().cloned().map(Part::Column);
        let own = self.within.iter().map(|(_, column)| column);
        for part in columns.chain(own.cloned().map(Part::Sequence)) {
            references.insert(Reference {
                object: anchor.clone(),
                part,
            });
        }
        // Who passes something on must reach it.
        let is_passed_on = self.grants.iter().any(|grant| grant.grantor.is_some());
        if let (true, Some(schema)) = (is_passed_on, &self.on.name.schema) {
            references.insert(whole(Self::id_of(&Schema::id_of(schema))));
        }
        references
    }

    fn roles(&self) -> BTreeSet<Ident> {
        grants::roles(&self.grants)
    }

    fn absence(&self, catalogs: Pair<&Catalog>) -> Option<Self> {
        let stands = catalogs.map(|catalog| self.stands_in(catalog));
        (!stands.differs()).then(|| Self {
            grants: self.initial.clone(),
            made_with: self.initial.clone(),
            ..self.clone()
        })
    }

    fn adapted(&self, catalog: &Catalog) -> Option<Self> {
        let has_column = |column: &Ident| match catalog.get(&self.on) {
            Some(Object::Table(table)) => {
                let columns = table.all_columns(catalog);
                columns.iter().any(|own| own.name == *column)
            }
            Some(Object::View(view)) => view.columns.iter().any(|(own, _)| own == column),
            _ => true,
        };
        if !self.is_on_default_schema && !self.stands_in(catalog) {
            return None;
        }
        let mut adapted = self.clone();
        adapted
            .grants
            .retain(|grant| grant.column.as_ref().is_none_or(has_column));
        Some(adapted)
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let changes = grants::changes(&self.made_with, &self.grants);
        let steps = changes.iter().map(|change| self.say(change, dialect));
        steps.flatten().collect()
    }

    fn drop(&self, _dialect: Dialect) -> Vec<Step> {
        // They go with what they are on.
        Vec::new()
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        if pair.after.is_remade(context) {
            return Alteration::Recreate;
        }
        let goes = |grant: &Grant| {
            context.disturbed.iter().any(|disturbance| {
                disturbance.effect == Effect::Removed
                    && grant.column.clone().map(Part::Column) == Some(disturbance.part.clone())
            })
        };
        let mut left = pair.before.grants.clone();
        left.retain(|grant| !goes(grant));
        let news = grants::changes(&pair.before.grants, &pair.after.grants);
        let mut plan = InPlace::default();
        for change in grants::changes(&left, &pair.after.grants) {
            let mut steps = pair.after.say(&change, context.dialect);
            // What is given again is nobody's news.
            if change.grantor.is_none() && news.contains(&change) {
                let hazard = pair.after.hazard(&change);
                steps = steps
                    .into_iter()
                    .map(|step| step.with(hazard.clone()))
                    .collect();
            }
            match change.act {
                // What a role has that becomes the owner would be taken for the owner's.
                Act::Revoke | Act::RevokeOption if pair.after.changes_hands(context) => {
                    plan.release.extend(steps);
                }
                Act::Grant(_) | Act::Revoke | Act::RevokeOption => plan.main.extend(steps),
            }
        }
        Alteration::InPlace(plan)
    }

    fn canonical(&self) -> Self {
        Self {
            made_with: self.initial.clone(),
            ..self.clone()
        }
    }

    fn renamed_as(&self, live: &Self, _dialect: Dialect) -> Option<Self> {
        // The sequence of a column is the column's, whatever it is called.
        let is_same = self.within.is_some() && self.within == live.within;
        is_same.then(|| Self {
            on: live.on.clone(),
            ..self.clone()
        })
    }
}
