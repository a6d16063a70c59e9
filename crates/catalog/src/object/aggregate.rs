//! Aggregates: functions of many rows, put together from functions of one. PostgreSQL has them. The server prints none, so that each is written from its parts; `CREATE OR REPLACE` changes the parts, but neither what goes in nor what comes out.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, in_schema};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Aggregate {
    /// Its name.
    pub name: QualifiedName,
    /// The types of what goes in, with commas between, as the server prints them.
    pub arguments: String,
    /// The same with names and with the `ORDER BY` between them; `*` where nothing goes in.
    pub signature: String,
    /// The type that it returns; it follows from the parts.
    pub returns: String,
    /// What it is put together from, each `KEY = value` or a word, in the order in which they are written.
    pub parts: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Aggregate {
    fn statement(&self, dialect: Dialect, verb: &'static str) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .name(&self.name)
            .keyword("(")
            .expression(&self.signature)
            .keyword(") (\n    ")
            .expression(&self.parts.join(",\n    "))
            .keyword("\n)");
        Step::new(script.into_text())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        let name = self.name.quoted(dialect);
        comment::target("AGGREGATE ", &format!("{name}({})", self.signature))
    }

    /// Whether the server would take one for the other's successor.
    fn can_replace(pair: Pair<&Self>) -> bool {
        let is_hypothetical = |side: &Self| side.parts.iter().any(|part| part == "HYPOTHETICAL");
        !pair.map(|side| &side.signature).differs()
            && !pair.map(|side| &side.returns).differs()
            && !pair.map(is_hypothetical).differs()
    }
}

impl Definition for Aggregate {
    fn id(&self) -> ObjectId {
        ObjectId {
            arguments: Some(self.arguments.clone()),
            ..ObjectId::new(Kind::Aggregate, self.name.clone())
        }
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.statement(dialect, "CREATE AGGREGATE ")];
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
            .keyword("DROP AGGREGATE ")
            .name(&self.name)
            .keyword("(")
            .expression(&self.signature)
            .keyword(")");
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        if !context.disturbed.is_empty() || !Self::can_replace(pair) {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main = Vec::new();
        if pair.map(|side| &side.parts).differs() {
            main.push(
                pair.after
                    .statement(dialect, "CREATE OR REPLACE AGGREGATE "),
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Ident;

    use super::*;

    fn aggregate(signature: &str, parts: &[&str]) -> Aggregate {
        Aggregate {
            name: QualifiedName::unqualified(Ident::from_server("total")),
            arguments: "integer".to_owned(),
            signature: signature.to_owned(),
            returns: "integer".to_owned(),
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            comment: None,
        }
    }

    #[test]
    fn an_aggregate_is_written_from_its_parts() {
        let total = aggregate("a integer", &["SFUNC = int4pl", "STYPE = integer"]);
        assert_snapshot!(total.create(Dialect::Postgres)[0].sql, @r#"
        CREATE AGGREGATE "total"(a integer) (
            SFUNC = int4pl,
            STYPE = integer
        )
        "#);
        assert_snapshot!(total.drop(Dialect::Postgres)[0].sql, @r#"DROP AGGREGATE "total"(a integer)"#);
    }

    #[test]
    fn what_goes_in_cannot_be_replaced() {
        let before = aggregate("a integer", &["SFUNC = int4pl"]);
        let can_replace = |after: &Aggregate| Aggregate::can_replace(Pair::new(&before, after));
        assert!(can_replace(&aggregate("a integer", &["SFUNC = int4mi"])));
        assert!(!can_replace(&aggregate("b integer", &["SFUNC = int4pl"])));
        let hypothetical = aggregate("a integer", &["SFUNC = int4pl", "HYPOTHETICAL"]);
        assert!(!can_replace(&hypothetical));
    }
}
