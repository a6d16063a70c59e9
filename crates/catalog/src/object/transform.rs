//! Transforms: how values of a type look in a language that functions are written in (PostgreSQL). `CREATE OR REPLACE` changes the functions of one.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::{Alteration, Context, Definition, Kind, ObjectId, Pair, Step};

/// A transform.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transform {
    /// The type, as the server prints it.
    pub data_type: String,
    /// The language.
    pub language: Ident,
    /// The function that gives a value to the language, with its arguments.
    pub from_sql: Option<String>,
    /// The function that takes a value back, with its arguments.
    pub to_sql: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Transform {
    /// The transform as it is written behind `DROP TRANSFORM`.
    fn signature(&self, dialect: Dialect) -> String {
        let language = self.language.quoted(dialect);
        format!("FOR {} LANGUAGE {language}", self.data_type)
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TRANSFORM ", &self.signature(dialect))
    }

    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let functions = [
            ("FROM SQL WITH FUNCTION ", &self.from_sql),
            ("TO SQL WITH FUNCTION ", &self.to_sql),
        ];
        let said = functions.into_iter().filter_map(|(words, function)| {
            let function = function.as_ref()?;
            Some(format!("{words}{function}"))
        });
        let said: Vec<_> = said.collect();
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .expression(&self.signature(dialect))
            .keyword(" (")
            .expression(&said.join(", "))
            .keyword(")");
        Step::new(script.into_text())
    }
}

impl Definition for Transform {
    /// A transform has no name: its type stands for it.
    fn id(&self) -> ObjectId {
        let data_type = Ident::from_server(&self.data_type);
        ObjectId {
            arguments: Some(self.language.as_str().to_owned()),
            ..ObjectId::new(Kind::Transform, QualifiedName::unqualified(data_type))
        }
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.statement(dialect, "CREATE TRANSFORM ")];
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
            .keyword("DROP TRANSFORM ")
            .expression(&self.signature(dialect));
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let is_made_again = context
            .disturbed
            .iter()
            .any(|disturbance| context.catalogs.after.get(&disturbance.object).is_some());
        if is_made_again {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main = Vec::new();
        if pair.map(|side| (&side.from_sql, &side.to_sql)).differs() {
            main.push(
                pair.after
                    .statement(dialect, "CREATE OR REPLACE TRANSFORM "),
            );
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|side| side.comment.as_deref()),
        ));
        Alteration::steps(main)
    }
}
