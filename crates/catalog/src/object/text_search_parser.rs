//! Text search parsers: what takes a text apart into words (PostgreSQL). They are put together from functions that only a superuser can make; nothing of one changes in place.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, create_from_parts, in_schema};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// A text search parser.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextSearchParser {
    /// Its name.
    pub name: QualifiedName,
    /// The functions that it is put together from, each `KEY = function`.
    pub parts: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl TextSearchParser {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TEXT SEARCH PARSER ", &self.name.quoted(dialect))
    }
}

impl Definition for TextSearchParser {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::TextSearchParser, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let words = "CREATE TEXT SEARCH PARSER ";
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
        script.keyword("DROP TEXT SEARCH PARSER ").name(&self.name);
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
