//! Schemas: namespaces within a database. PostgreSQL has them; the default schema is not an object, because every database has it and names in it are unqualified.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::{Alteration, Context, Definition, Kind, ObjectId, Pair, Step};

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Schema {
    /// Its name.
    pub name: Ident,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Schema {
    /// The id of the schema of this name.
    pub fn id_of(name: &Ident) -> ObjectId {
        ObjectId::new(Kind::Schema, QualifiedName::unqualified(name.clone()))
    }
}

impl Definition for Schema {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("CREATE SCHEMA ").ident(&self.name);
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &comment::target("SCHEMA ", &self.name.quoted(dialect)),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP SCHEMA ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let target = comment::target("SCHEMA ", &pair.after.name.quoted(dialect));
        Alteration::steps(comment::on_alter(
            dialect,
            &target,
            pair.map(|schema| schema.comment.as_deref()),
        ))
    }
}
