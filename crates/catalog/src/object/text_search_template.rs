//! Text search templates: the functions that dictionaries run on (PostgreSQL). Only a superuser can make one; nothing of it changes in place.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, create_from_parts, in_schema};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// A text search template.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextSearchTemplate {
    /// Its name.
    pub name: QualifiedName,
    /// The functions that it is put together from, each `KEY = function`.
    pub parts: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl TextSearchTemplate {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TEXT SEARCH TEMPLATE ", &self.name.quoted(dialect))
    }
}

impl Definition for TextSearchTemplate {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::TextSearchTemplate, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let words = "CREATE TEXT SEARCH TEMPLATE ";
        let mut steps = vec![create_from_parts(dialect, words, &self.name, &self.parts)];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("DROP TEXT SEARCH TEMPLATE ")
            .name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        comment::alter_or_recreate(
            pair.map(|side| &side.parts),
            pair.map(|side| side.comment.as_deref()),
            &pair.after.comment_target(context.dialect),
            context,
        )
    }
}
