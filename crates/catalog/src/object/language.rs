//! Languages that functions are written in (PostgreSQL). The functions that run one change in place by `CREATE OR REPLACE`, which keeps all that is written in it.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::{Alteration, Context, Definition, Kind, ObjectId, Pair, Step};

/// A language.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Language {
    /// Its name.
    pub name: Ident,
    /// Whether everybody may write functions in it.
    pub trusted: bool,
    /// The function that runs a function.
    pub handler: String,
    /// The function that runs a `DO` block.
    pub inline: Option<String>,
    /// The function that checks the body of a new function.
    pub validator: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Language {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("LANGUAGE ", &self.name.quoted(dialect))
    }

    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .keyword(if self.trusted { "TRUSTED " } else { "" })
            .keyword("LANGUAGE ")
            .ident(&self.name)
            .keyword(" HANDLER ")
            .expression(&self.handler);
        let further = [(" INLINE ", &self.inline), (" VALIDATOR ", &self.validator)];
        for (words, function) in further {
            if let Some(function) = function {
                script.keyword(words).expression(function);
            }
        }
        Step::new(script.into_text())
    }

    fn fixed(&self) -> Self {
        Self {
            comment: None,
            ..self.clone()
        }
    }
}

impl Definition for Language {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::Language,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.statement(dialect, "CREATE ")];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP LANGUAGE ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        // Another function takes the place of one that is gone for good.
        let is_made_again = context
            .disturbed
            .iter()
            .any(|disturbance| context.catalogs.after.get(&disturbance.object).is_some());
        if is_made_again {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main = Vec::new();
        if pair.map(Self::fixed).differs() {
            main.push(pair.after.statement(dialect, "CREATE OR REPLACE "));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|side| side.comment.as_deref()),
        ));
        Alteration::steps(main)
    }
}
