//! Foreign data wrappers: how a kind of other server is reached. PostgreSQL alone has them. Most belong to an extension, and are not ours.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use super::foreign_options::{
    ForeignOptions, change_foreign_options, secrets_hazard, write_foreign_options,
};
use crate::{Alteration, Context, Definition, Effect, Kind, ObjectId, Pair, Step};

/// A foreign data wrapper.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ForeignDataWrapper {
    /// Its name, which is in no schema.
    pub name: Ident,
    /// The function that reaches other servers.
    pub handler: Option<QualifiedName>,
    /// The function that checks options.
    pub validator: Option<QualifiedName>,
    /// Its options.
    pub options: ForeignOptions,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl ForeignDataWrapper {
    /// The id of the wrapper of this name.
    pub fn id_of(name: &Ident) -> ObjectId {
        ObjectId::new(
            Kind::ForeignDataWrapper,
            QualifiedName::unqualified(name.clone()),
        )
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("FOREIGN DATA WRAPPER ", &self.name.quoted(dialect))
    }
}

impl Definition for ForeignDataWrapper {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE FOREIGN DATA WRAPPER ")
            .ident(&self.name);
        if let Some(handler) = &self.handler {
            script.keyword(" HANDLER ").name(handler);
        }
        if let Some(validator) = &self.validator {
            script.keyword(" VALIDATOR ").name(validator);
        }
        write_foreign_options(&mut script, &self.options);
        let mut step = Step::new(script.into_text());
        let nothing = ForeignOptions::new();
        step.hazards.extend(secrets_hazard(
            &self.id(),
            Pair::new(&nothing, &self.options),
        ));
        let mut steps = vec![step];
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
            .keyword("DROP FOREIGN DATA WRAPPER ")
            .ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        if context.has(Effect::Removed) {
            return Alteration::Recreate;
        }
        let mut words = Vec::new();
        let mut function = |sides: Pair<&Option<QualifiedName>>, set: &'static str, unset: &str| {
            if sides.differs() {
                words.push(match sides.after {
                    Some(name) => format!("{set} {}", name.quoted(dialect)),
                    None => unset.to_owned(),
                });
            }
        };
        function(
            pair.map(|wrapper| &wrapper.handler),
            "HANDLER",
            "NO HANDLER",
        );
        function(
            pair.map(|wrapper| &wrapper.validator),
            "VALIDATOR",
            "NO VALIDATOR",
        );
        let options = pair.map(|wrapper| &wrapper.options);
        words.extend(change_foreign_options(dialect, options));
        let mut main = Vec::new();
        if !words.is_empty() {
            let mut script = Script::new(dialect);
            script
                .keyword("ALTER FOREIGN DATA WRAPPER ")
                .ident(&pair.after.name)
                .keyword(" ")
                .expression(&words.join(" "));
            let mut step = Step::new(script.into_text());
            step.hazards
                .extend(secrets_hazard(&pair.after.id(), options));
            main.push(step);
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|wrapper| wrapper.comment.as_deref()),
        ));
        Alteration::steps(main)
    }
}
