//! Conversions: how texts of one encoding become texts of another (PostgreSQL). Nothing of one changes in place but its comment.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, in_schema};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Conversion {
    /// Its name.
    pub name: QualifiedName,
    /// Whether it is taken between clients and the server.
    pub is_default: bool,
    /// The encoding before.
    pub source: String,
    /// The encoding after.
    pub target: String,
    /// The function that converts, as the server prints it.
    pub function: String,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Conversion {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("CONVERSION ", &self.name.quoted(dialect))
    }

    fn fixed(&self) -> Self {
        Self {
            comment: None,
            ..self.clone()
        }
    }
}

impl Definition for Conversion {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::Conversion, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword(if self.is_default {
                "CREATE DEFAULT CONVERSION "
            } else {
                "CREATE CONVERSION "
            })
            .name(&self.name)
            .keyword(" FOR ")
            .literal(&self.source)
            .keyword(" TO ")
            .literal(&self.target)
            .keyword(" FROM ")
            .expression(&self.function);
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP CONVERSION ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        comment::alter_or_recreate(
            pair.map(Self::fixed),
            pair.map(|side| side.comment.as_deref()),
            &pair.after.comment_target(context.dialect),
            context,
        )
    }
}
