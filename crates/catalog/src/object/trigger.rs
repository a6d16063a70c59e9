//! Triggers: statements that run when rows of a table, or of a view, change. All products have them. In SQLite a trigger's name stands alone, but the trigger goes with its table, also while the table is written anew; SQLite reads the body only when the trigger fires, so that it may name what is not there yet.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, comment};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Kind, ObjectId, Pair, Part, Reference,
    Step,
};

/// When a trigger fires, where that is not the server's own choice (PostgreSQL).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum TriggerState {
    /// Never.
    Disabled,
    /// While the session replicates.
    Replica,
    /// In every session.
    Always,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: Ident,
    /// The table or view that it is on.
    pub table: QualifiedName,
    /// The kind of what it is on.
    pub on: Kind,
    /// Whether it fires as a constraint, when constraints are checked (PostgreSQL).
    pub is_constraint: bool,
    /// Everything after the name, as the server prints it: `AFTER INSERT ON …` to the end.
    /// MySQL keeps the statement as it was typed: there it is everything after `CREATE`.
    pub definition: Expr,
    /// The trigger of the same moment that fires before it (MySQL).
    pub follows: Option<Ident>,
    /// When it fires, where that is not the server's own choice (PostgreSQL).
    pub state: Option<TriggerState>,
    /// When it fires on partitions of the table that have a state of their own (PostgreSQL); `None` is the
    /// server's choice there, too.
    pub on_partitions: BTreeMap<QualifiedName, Option<TriggerState>>,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
}

impl Trigger {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target(
            "TRIGGER ",
            &format!(
                "{} ON {}",
                self.name.quoted(dialect),
                self.table.quoted(dialect)
            ),
        )
    }

    /// Sets when it fires, on its table or on a partition of that.
    fn state_step(
        &self,
        table: &QualifiedName,
        state: Option<TriggerState>,
        dialect: Dialect,
    ) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TABLE ")
            .name(table)
            .keyword(match state {
                None => " ENABLE TRIGGER ",
                Some(TriggerState::Disabled) => " DISABLE TRIGGER ",
                Some(TriggerState::Replica) => " ENABLE REPLICA TRIGGER ",
                Some(TriggerState::Always) => " ENABLE ALWAYS TRIGGER ",
            })
            .ident(&self.name);
        Step::new(script.into_text())
    }

    /// What makes it fire when it should on the table and on each partition: what is said of the table
    /// reaches all of its partitions.
    fn alter_states(pair: Pair<&Self>, context: &Context<'_>) -> Vec<Step> {
        let own = pair.map(|trigger| trigger.state);
        let mut steps = Vec::new();
        if own.differs() {
            steps.push(
                pair.after
                    .state_step(&pair.after.table, own.after, context.dialect),
            );
        }
        let kept = if own.differs() {
            BTreeMap::new()
        } else {
            pair.before.on_partitions.clone()
        };
        for (partition, state) in &pair.after.on_partitions {
            if kept.get(partition) != Some(state) {
                steps.push(pair.after.state_step(partition, *state, context.dialect));
            }
        }
        let stands = |partition: &QualifiedName| {
            let id = ObjectId::new(Kind::Table, partition.clone());
            context.catalogs.after.get(&id).is_some()
        };
        for partition in kept.keys().filter(|partition| stands(partition)) {
            if !pair.after.on_partitions.contains_key(partition) {
                steps.push(pair.after.state_step(partition, own.after, context.dialect));
            }
        }
        steps
    }

    /// Whether it goes with its table: only that one is a part of the trigger, the others it names.
    fn falls(&self, context: &Context<'_>) -> bool {
        let own = ObjectId::new(self.on, self.table.clone());
        context
            .disturbed
            .iter()
            .any(|disturbance| match disturbance.effect {
                Effect::Removed | Effect::Retyped | Effect::Swapped => true,
                Effect::Rebuilt => disturbance.object == own,
            })
    }
}

impl Definition for Trigger {
    fn id(&self) -> ObjectId {
        ObjectId::on_table(Kind::Trigger, &self.table, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let before = self.follows.iter();
        let before =
            before.map(|name| ObjectId::on_table(Kind::Trigger, &self.table, name.clone()));
        let table = ObjectId::new(self.on, self.table.clone());
        let partitions = self.on_partitions.keys();
        let partitions = partitions.map(|name| ObjectId::new(Kind::Table, name.clone()));
        let part = Part::Whole;
        before
            .chain([table])
            .chain(partitions)
            .map(|object| Reference {
                object,
                part: part.clone(),
            })
            .collect()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {}
            Dialect::Mysql => {
                let mut script = Script::new(dialect);
                script
                    .keyword("CREATE ")
                    .expression(self.definition.as_str());
                return vec![Step::new(script.into_text())];
            }
        }
        let mut script = Script::new(dialect);
        script
            .keyword(if self.is_constraint {
                "CREATE CONSTRAINT TRIGGER "
            } else {
                "CREATE TRIGGER "
            })
            .ident(&self.name)
            .keyword(" ")
            .expression(self.definition.as_str());
        let mut steps = vec![Step::new(script.into_text())];
        if self.state.is_some() {
            steps.push(self.state_step(&self.table, self.state, dialect));
        }
        for (partition, state) in &self.on_partitions {
            steps.push(self.state_step(partition, *state, dialect));
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
        script.keyword("DROP TRIGGER ").ident(&self.name);
        match dialect {
            Dialect::Postgres => {
                script.keyword(" ON ").name(&self.table);
            }
            Dialect::Sqlite | Dialect::Mysql => {}
        }
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let table = ObjectId::new(pair.before.on, pair.before.table.clone());
        if context.falls_with(&table) {
            return Alteration::made_again(pair.after.create(context.dialect));
        }
        if pair.after.falls(context)
            || pair.map(|trigger| &trigger.definition).differs()
            || pair.map(|trigger| trigger.is_constraint).differs()
            || pair.map(|trigger| &trigger.follows).differs()
            || pair.map(|trigger| trigger.on).differs()
        {
            return Alteration::Recreate;
        }
        let mut main = Self::alter_states(pair, context);
        main.extend(comment::on_alter(
            context.dialect,
            &pair.after.comment_target(context.dialect),
            pair.map(|trigger| trigger.comment.as_deref()),
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

    fn trigger() -> Trigger {
        Trigger {
            name: Ident::parse("note").unwrap(),
            table: QualifiedName::unqualified(Ident::parse("book").unwrap()),
            is_constraint: false,
            on: Kind::Table,
            definition: Expr::from_server("AFTER INSERT ON book EXECUTE FUNCTION note()"),
            follows: None,
            state: Some(TriggerState::Disabled),
            on_partitions: BTreeMap::new(),
            comment: Some("why".to_owned()),
        }
    }

    fn text(steps: Vec<Step>) -> String {
        let texts: Vec<_> = steps.into_iter().map(|step| step.sql).collect();
        texts.join(";\n")
    }

    #[test]
    fn a_trigger_is_made_with_its_state_and_comment() {
        assert_snapshot!(text(trigger().create(Dialect::Postgres)), @r#"
        CREATE TRIGGER "note" AFTER INSERT ON book EXECUTE FUNCTION note();
        ALTER TABLE "book" DISABLE TRIGGER "note";
        COMMENT ON TRIGGER "note" ON "book" IS 'why'
        "#);
    }

    #[test]
    fn only_postgres_knows_triggers_by_their_table() {
        assert_snapshot!(text(trigger().drop(Dialect::Postgres)), @r#"DROP TRIGGER "note" ON "book""#);
        assert_snapshot!(text(trigger().drop(Dialect::Sqlite)), @r#"DROP TRIGGER "note""#);
    }
}
