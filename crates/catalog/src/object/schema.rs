//! Schemas: namespaces within a database. PostgreSQL has them; the default schema is an object only where something is said of it, because every database has it and names in it are unqualified.

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
    /// Whether it is the default one, which is there and stays.
    pub is_default: bool,
}

impl Schema {
    /// What the server says of a schema by itself.
    pub fn standard_comment(name: &Ident) -> Option<&'static str> {
        (name.as_str() == "public").then_some("standard public schema")
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("SCHEMA ", &self.name.quoted(dialect))
    }

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
        let mut steps = Vec::new();
        if !self.is_default {
            steps.push(Step::new(script.into_text()));
        }
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        if self.is_default {
            let standard = Self::standard_comment(&self.name);
            let comments = Pair::new(self.comment.as_deref(), standard);
            return comment::on_alter(dialect, &self.comment_target(dialect), comments);
        }
        let mut script = Script::new(dialect);
        script.keyword("DROP SCHEMA ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let target = pair.after.comment_target(dialect);
        Alteration::steps(comment::on_alter(
            dialect,
            &target,
            pair.map(|schema| schema.comment.as_deref()),
        ))
    }
}
