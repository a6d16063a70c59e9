//! Access methods: how the rows of tables and indexes are kept (PostgreSQL). One is a function that only a superuser can make; nothing of it changes in place but its comment.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::{Alteration, Context, Definition, Kind, ObjectId, Pair, Step};

/// What is kept by an access method.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum AccessMethodUse {
    /// Indexes.
    Index,
    /// Tables.
    Table,
}

/// An access method.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccessMethod {
    /// Its name.
    pub name: Ident,
    /// What it keeps.
    pub keeps: AccessMethodUse,
    /// The function that it is, as the server prints it.
    pub handler: String,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl AccessMethod {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("ACCESS METHOD ", &self.name.quoted(dialect))
    }
}

impl Definition for AccessMethod {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::AccessMethod,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE ACCESS METHOD ")
            .ident(&self.name)
            .keyword(match self.keeps {
                AccessMethodUse::Index => " TYPE INDEX HANDLER ",
                AccessMethodUse::Table => " TYPE TABLE HANDLER ",
            })
            .expression(&self.handler);
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
        script.keyword("DROP ACCESS METHOD ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        comment::alter_or_recreate(
            pair.map(|side| (side.keeps, &side.handler)),
            pair.map(|side| side.comment.as_deref()),
            &pair.after.comment_target(context.dialect),
            context,
        )
    }
}
