//! Default privileges: what objects get that a role makes from now on. PostgreSQL alone has them. What is said for all schemas takes the place of the server's own defaults, what is said for one schema comes on top. They come before everything that is made, so that new objects get those that are declared.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::Schema;
use super::grants::{self, Act, GrantChange, GrantOption, Grantee, Grants};
use crate::hazard::rights;
use crate::{
    Alteration, Catalog, Context, Definition, Hazard, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// What default privileges are on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum PrivilegeClass {
    /// Tables, views, materialized views and foreign tables.
    Tables,
    /// Sequences.
    Sequences,
    /// Functions, procedures and aggregates.
    Functions,
    /// Types.
    Types,
    /// Schemas.
    Schemas,
    /// Large objects (PostgreSQL 18).
    LargeObjects,
}

impl PrivilegeClass {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Tables => "TABLES",
            Self::Sequences => "SEQUENCES",
            Self::Functions => "FUNCTIONS",
            Self::Types => "TYPES",
            Self::Schemas => "SCHEMAS",
            Self::LargeObjects => "LARGE OBJECTS",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Sequences => "sequences",
            Self::Functions => "functions",
            Self::Types => "types",
            Self::Schemas => "schemas",
            Self::LargeObjects => "large objects",
        }
    }
}

/// The default privileges of one role on one class of objects, in one schema or in all.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DefaultPrivileges {
    /// The role that makes the objects; `None` for whoever is connected.
    pub role: Option<Ident>,
    /// The schema that the objects are in; `None` for all of them.
    pub schema: Option<Ident>,
    /// Whether that is the default schema, which is no object.
    pub is_default_schema: bool,
    /// The class of objects.
    pub class: PrivilegeClass,
    /// All grants that they get.
    pub grants: Grants,
    /// The grants where nothing is said.
    pub initial: Grants,
}

impl DefaultPrivileges {
    fn say(&self, change: &GrantChange, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("ALTER DEFAULT PRIVILEGES");
        if let Some(role) = &self.role {
            script.keyword(" FOR ROLE ").ident(role);
        }
        if let Some(schema) = &self.schema {
            script.keyword(" IN SCHEMA ").ident(schema);
        }
        script.keyword(match change.act {
            Act::Grant(_) => " GRANT ",
            Act::Revoke => " REVOKE ",
            Act::RevokeOption => " REVOKE GRANT OPTION FOR ",
        });
        change.list(&mut script);
        script.keyword(" ON ").keyword(self.class.keyword());
        script.keyword(match change.act {
            Act::Grant(_) => " TO ",
            Act::Revoke | Act::RevokeOption => " FROM ",
        });
        match (&change.grantee, &self.role) {
            (Grantee::Owner, None) => script.keyword("CURRENT_USER"),
            (Grantee::Owner, Some(role)) | (Grantee::Role(role), _) => script.ident(role),
            (Grantee::Public, _) => script.keyword("PUBLIC"),
        };
        if change.act == Act::Grant(GrantOption::With) {
            script.keyword(" WITH GRANT OPTION");
        }
        Step::new(script.into_text()).with(self.hazard(change))
    }

    fn hazard(&self, change: &GrantChange) -> Hazard {
        let who = match &change.grantee {
            Grantee::Owner => "who makes them".to_owned(),
            Grantee::Public => "every role".to_owned(),
            Grantee::Role(role) => format!("role {role}"),
        };
        let verb = match change.act {
            Act::Grant(_) => "gets",
            Act::Revoke => "does not get",
            Act::RevokeOption => "may not pass on",
        };
        let (what, class) = (change.words(), self.class.word());
        Hazard::new(
            &rights::DEFAULT_PRIVILEGES_CHANGED,
            format!("{who} {verb} {what} on {class} that are made from now on"),
        )
    }

    fn steps(&self, before: &Grants, dialect: Dialect) -> Vec<Step> {
        let changes = grants::changes(before, &self.grants);
        let steps = changes.iter().map(|change| self.say(change, dialect));
        steps.collect()
    }

    fn stands_in(&self, catalog: &Catalog) -> bool {
        match &self.schema {
            Some(schema) if !self.is_default_schema => {
                catalog.get(&Schema::id_of(schema)).is_some()
            }
            Some(_) | None => true,
        }
    }
}

impl Definition for DefaultPrivileges {
    fn id(&self) -> ObjectId {
        let class = Ident::from_server(self.class.word());
        ObjectId {
            on: self.schema.clone(),
            arguments: self.role.as_ref().map(|role| role.as_str().to_owned()),
            ..ObjectId::new(Kind::DefaultPrivileges, QualifiedName::unqualified(class))
        }
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let schema = self.schema.iter().map(|schema| Reference {
            object: Schema::id_of(schema),
            part: Part::Whole,
        });
        schema.collect()
    }

    fn roles(&self) -> BTreeSet<Ident> {
        let mut roles = grants::roles(&self.grants);
        roles.extend(self.role.clone());
        roles
    }

    fn absence(&self, catalogs: Pair<&Catalog>) -> Option<Self> {
        let stands = catalogs.map(|catalog| self.stands_in(catalog));
        (!stands.differs()).then(|| Self {
            grants: self.initial.clone(),
            ..self.clone()
        })
    }

    fn adapted(&self, catalog: &Catalog) -> Option<Self> {
        self.stands_in(catalog).then(|| self.clone())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        self.steps(&self.initial, dialect)
    }

    fn drop(&self, _dialect: Dialect) -> Vec<Step> {
        // They go with their schema.
        Vec::new()
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        Alteration::steps(pair.after.steps(&pair.before.grants, context.dialect))
    }
}
