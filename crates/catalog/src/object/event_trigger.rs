//! Event triggers: functions that run when somebody changes the schema. PostgreSQL alone has them. One that stands fires on our own statements as well; so that none does that is only about to be made or dropped, they are made last and dropped first.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{TriggerState, comment};
use crate::hazard::replication;
use crate::{Alteration, Context, Definition, Effect, Hazard, InPlace, Kind, ObjectId, Pair, Step};

/// An event trigger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventTrigger {
    /// Its name, which is in no schema.
    pub name: Ident,
    /// What it fires on: `ddl_command_start`, `sql_drop` and the like.
    pub event: String,
    /// The commands that it fires on, such as `CREATE TABLE`; all where none is named.
    pub tags: Vec<String>,
    /// The function that it runs.
    pub function: QualifiedName,
    /// When it fires, where that is not the server's own choice.
    pub state: Option<TriggerState>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl EventTrigger {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("EVENT TRIGGER ", &self.name.quoted(dialect))
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE EVENT TRIGGER ")
            .ident(&self.name)
            .keyword(" ON ")
            .expression(&self.event);
        if !self.tags.is_empty() {
            script.keyword(" WHEN TAG IN (");
            for (place, tag) in self.tags.iter().enumerate() {
                script
                    .keyword(if place > 0 { ", " } else { "" })
                    .literal(tag);
            }
            script.keyword(")");
        }
        script
            .keyword(" EXECUTE FUNCTION ")
            .name(&self.function)
            .keyword("()");
        Step::new(script.into_text()).with(Hazard::new(
            &replication::EVENT_TRIGGER_MADE,
            format!(
                "event trigger {} fires on every later change of the schema, also on those of schemist",
                self.name
            ),
        ))
    }

    fn state_step(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER EVENT TRIGGER ")
            .ident(&self.name)
            .keyword(match self.state {
                None => " ENABLE",
                Some(TriggerState::Disabled) => " DISABLE",
                Some(TriggerState::Replica) => " ENABLE REPLICA",
                Some(TriggerState::Always) => " ENABLE ALWAYS",
            });
        Step::new(script.into_text())
    }

    /// Without what can be altered in place.
    fn fixed(&self) -> Self {
        Self {
            state: None,
            comment: None,
            ..self.clone()
        }
    }
}

impl Definition for EventTrigger {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::EventTrigger,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        if self.state.is_some() {
            steps.push(self.state_step(dialect));
        }
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP EVENT TRIGGER ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let falls = [Effect::Removed, Effect::Swapped]
            .iter()
            .any(|effect| context.has(*effect));
        if falls || pair.map(Self::fixed).differs() {
            return Alteration::Recreate;
        }
        let mut alteration = InPlace::default();
        if pair.map(|trigger| trigger.state).differs() {
            let step = pair.after.state_step(dialect);
            // One that is switched off is so before everything else, one that is switched on after it.
            match pair.after.state {
                Some(TriggerState::Disabled | TriggerState::Replica) => {
                    alteration.release.push(step);
                }
                Some(TriggerState::Always) | None => alteration.finish.push(step),
            }
        }
        alteration.finish.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|trigger| trigger.comment.as_deref()),
        ));
        Alteration::InPlace(alteration)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn an_event_trigger_is_made_with_its_tags_and_state() {
        let trigger = EventTrigger {
            name: Ident::parse("guard").unwrap(),
            event: "ddl_command_end".to_owned(),
            tags: vec!["DROP TABLE".to_owned(), "ALTER TABLE".to_owned()],
            function: QualifiedName::unqualified(Ident::parse("look").unwrap()),
            state: Some(TriggerState::Disabled),
            comment: Some("why".to_owned()),
        };
        let texts: Vec<_> = trigger
            .create(Dialect::Postgres)
            .into_iter()
            .chain(trigger.drop(Dialect::Postgres))
            .map(|step| step.sql)
            .collect();
        assert_snapshot!(texts.join(";\n"), @r#"
        CREATE EVENT TRIGGER "guard" ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION "look"();
        ALTER EVENT TRIGGER "guard" DISABLE;
        COMMENT ON EVENT TRIGGER "guard" IS 'why';
        DROP EVENT TRIGGER "guard"
        "#);
    }
}
