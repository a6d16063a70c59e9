//! Casts: how a value of one type becomes one of another (PostgreSQL). What uses a cast depends on its function alone for the server, but is written with the cast, so that for us it depends on both. Who may cast without saying so changes by making the cast anew, which disturbs nobody.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::{Alteration, Context, Definition, Kind, ObjectId, Pair, Step};

/// How a value is cast.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CastMethod {
    /// By a function, as the server prints it with its arguments.
    Function(String),
    /// Not at all: both types are stored alike.
    Binary,
    /// Through its text.
    Text,
}

/// Where a value is cast without a word.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum CastContext {
    /// Nowhere.
    Explicit,
    /// Where it is given to a column.
    Assignment,
    /// Everywhere.
    Implicit,
}

/// A cast.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cast {
    /// The type before, as the server prints it.
    pub source: String,
    /// The type after, as the server prints it.
    pub target: String,
    /// How a value is cast.
    pub method: CastMethod,
    /// Where that happens without a word.
    pub context: CastContext,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Cast {
    /// The types as they stand behind `CREATE CAST`.
    fn types(&self) -> String {
        format!("({} AS {})", self.source, self.target)
    }

    fn comment_target(&self) -> String {
        comment::target("CAST ", &self.types())
    }
}

impl Definition for Cast {
    /// A cast has no name: the type after stands for it, since that is what the words of an expression name.
    fn id(&self) -> ObjectId {
        let target = Ident::from_server(&self.target);
        ObjectId {
            arguments: Some(self.source.clone()),
            ..ObjectId::new(Kind::Cast, QualifiedName::unqualified(target))
        }
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("CREATE CAST ").expression(&self.types());
        match &self.method {
            CastMethod::Function(function) => {
                script.keyword(" WITH FUNCTION ").expression(function);
            }
            CastMethod::Binary => {
                script.keyword(" WITHOUT FUNCTION");
            }
            CastMethod::Text => {
                script.keyword(" WITH INOUT");
            }
        }
        script.keyword(match self.context {
            CastContext::Explicit => "",
            CastContext::Assignment => " AS ASSIGNMENT",
            CastContext::Implicit => " AS IMPLICIT",
        });
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP CAST ").expression(&self.types());
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        if !context.disturbed.is_empty() || pair.map(|side| &side.method).differs() {
            return Alteration::Recreate;
        }
        if pair.map(|side| side.context).differs() {
            let mut main = pair.before.drop(dialect);
            main.extend(pair.after.create(dialect));
            return Alteration::steps(main);
        }
        Alteration::steps(comment::on_alter(
            dialect,
            &pair.after.comment_target(),
            pair.map(|side| side.comment.as_deref()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_cast_says_how_and_when() {
        let cast = |method: CastMethod, context: CastContext| {
            let cast = Cast {
                source: "integer".to_owned(),
                target: "app.color".to_owned(),
                method,
                context,
                comment: None,
            };
            cast.create(Dialect::Postgres)[0].sql.clone()
        };
        let function = CastMethod::Function("app.paint(integer)".to_owned());
        assert_snapshot!(cast(function, CastContext::Explicit), @"CREATE CAST (integer AS app.color) WITH FUNCTION app.paint(integer)");
        assert_snapshot!(cast(CastMethod::Binary, CastContext::Assignment), @"CREATE CAST (integer AS app.color) WITHOUT FUNCTION AS ASSIGNMENT");
        assert_snapshot!(cast(CastMethod::Text, CastContext::Implicit), @"CREATE CAST (integer AS app.color) WITH INOUT AS IMPLICIT");
    }
}
