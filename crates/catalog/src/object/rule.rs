//! Rules: what is done instead of a statement on a table or a view, or beside it. PostgreSQL alone has them. What makes a view a view is a rule as well, and a part of the view.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, TriggerState, comment};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Kind, ObjectId, Pair, Part, Reference,
    Step,
};

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: Ident,
    /// The table or view that it is on.
    pub table: QualifiedName,
    /// The kind of what it is on.
    pub on: Kind,
    /// Everything after `AS`, as the server prints it: `ON INSERT TO …` to the end.
    pub definition: Expr,
    /// When it applies, where that is not the server's own choice.
    pub state: Option<TriggerState>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Rule {
    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .ident(&self.name)
            .keyword(" AS ")
            .expression(self.definition.as_str());
        Step::new(script.into_text())
    }

    fn state_step(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TABLE ")
            .name(&self.table)
            .keyword(match self.state {
                None => " ENABLE RULE ",
                Some(TriggerState::Disabled) => " DISABLE RULE ",
                Some(TriggerState::Replica) => " ENABLE REPLICA RULE ",
                Some(TriggerState::Always) => " ENABLE ALWAYS RULE ",
            })
            .ident(&self.name);
        Step::new(script.into_text())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        let (name, table) = (self.name.quoted(dialect), self.table.quoted(dialect));
        comment::target("RULE ", &format!("{name} ON {table}"))
    }
}

impl Definition for Rule {
    fn id(&self) -> ObjectId {
        ObjectId::on_table(Kind::Rule, &self.table, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::from([Reference {
            object: ObjectId::new(self.on, self.table.clone()),
            part: Part::Whole,
        }])
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.statement(dialect, "CREATE RULE ")];
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
        script
            .keyword("DROP RULE ")
            .ident(&self.name)
            .keyword(" ON ")
            .name(&self.table);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let falls = [Effect::Removed, Effect::Retyped, Effect::Swapped]
            .iter()
            .any(|effect| context.has(*effect));
        if falls || pair.map(|rule| rule.on).differs() {
            return Alteration::Recreate;
        }
        let mut main = Vec::new();
        if pair.map(|rule| &rule.definition).differs() {
            // It keeps its state and its comment.
            main.push(pair.after.statement(dialect, "CREATE OR REPLACE RULE "));
        }
        if pair.map(|rule| rule.state).differs() {
            main.push(pair.after.state_step(dialect));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|rule| rule.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        Self {
            definition: f(&self.definition, &other.definition),
            ..self.clone()
        }
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn without_expressions(&self) -> Self {
        Self {
            definition: Expr::from_server(""),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_rule_is_made_with_its_state_and_comment() {
        let rule = Rule {
            name: Ident::parse("keep").unwrap(),
            table: QualifiedName::unqualified(Ident::parse("book").unwrap()),
            on: Kind::Table,
            definition: Expr::from_server("ON DELETE TO book DO INSTEAD NOTHING"),
            state: Some(TriggerState::Always),
            comment: Some("why".to_owned()),
        };
        let texts: Vec<_> = rule
            .create(Dialect::Postgres)
            .into_iter()
            .chain(rule.drop(Dialect::Postgres))
            .map(|step| step.sql)
            .collect();
        assert_snapshot!(texts.join(";\n"), @r#"
        CREATE RULE "keep" AS ON DELETE TO book DO INSTEAD NOTHING;
        ALTER TABLE "book" ENABLE ALWAYS RULE "keep";
        COMMENT ON RULE "keep" ON "book" IS 'why';
        DROP RULE "keep" ON "book"
        "#);
    }
}
