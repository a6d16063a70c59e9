//! Operators: signs for functions (PostgreSQL). One names its commutator and its negator, which may come later and name it back: whichever is made last ties both, and whichever goes unties the other. Only the functions that estimate how much it finds change in place.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{comment, in_schema};
use crate::{
    Alteration, Catalog, Context, Definition, Kind, Object, ObjectId, Pair, Reference, Step,
};

/// An operator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Operator {
    /// Its sign.
    pub name: QualifiedName,
    /// The type on its left, as the server prints it; a prefix operator has none.
    pub left: Option<String>,
    /// The type on its right; a postfix operator (before 14) has none.
    pub right: Option<String>,
    /// The function that it stands for.
    pub function: String,
    /// The operator that gives the same with the sides swapped.
    pub commutator: Option<QualifiedName>,
    /// The operator that gives the opposite.
    pub negator: Option<QualifiedName>,
    /// The function that estimates how many rows it finds.
    pub restrict: Option<String>,
    /// The function that estimates how many pairs of rows it finds.
    pub join: Option<String>,
    /// Whether equal values can be found by a hash.
    pub hashes: bool,
    /// Whether equal values can be found in sorted rows.
    pub merges: bool,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

/// Writes the sign of an operator, which has no quotes.
fn sign(name: &QualifiedName, dialect: Dialect) -> String {
    let mut script = Script::new(dialect);
    if let Some(schema) = &name.schema {
        script.ident(schema).keyword(".");
    }
    script.expression(name.name.as_str());
    script.into_text()
}

impl Operator {
    /// The id of an operator between two types.
    fn id_of(name: &QualifiedName, left: Option<&str>, right: Option<&str>) -> ObjectId {
        let side = |side: Option<&str>| side.unwrap_or("NONE").to_owned();
        ObjectId {
            arguments: Some(format!("{}, {}", side(left), side(right))),
            ..ObjectId::new(Kind::Operator, name.clone())
        }
    }

    /// The ids of its commutator and its negator.
    fn others(&self) -> [Option<ObjectId>; 2] {
        let (left, right) = (self.left.as_deref(), self.right.as_deref());
        let commutator = self.commutator.as_ref();
        let negator = self.negator.as_ref();
        [
            commutator.map(|name| Self::id_of(name, right, left)),
            negator.map(|name| Self::id_of(name, left, right)),
        ]
    }

    /// The operator as it is written behind `DROP OPERATOR`.
    fn signature(&self, dialect: Dialect) -> String {
        let arguments = self.id().arguments.unwrap_or_default();
        format!("{} ({arguments})", sign(&self.name, dialect))
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("OPERATOR ", &self.signature(dialect))
    }

    /// Everything that can neither change in place nor change with another operator.
    fn fixed(&self) -> Self {
        Self {
            commutator: None,
            negator: None,
            restrict: None,
            join: None,
            comment: None,
            ..self.clone()
        }
    }

    /// Whether other operators that come and go tie and untie it as it shall be.
    fn is_tied_by_others(pair: Pair<&Self>, context: &Context<'_>) -> bool {
        let own = pair.after.id();
        let sides = pair.map(Self::others);
        sides
            .before
            .into_iter()
            .zip(sides.after)
            .all(|ties| match ties {
                (None, None) => true,
                (Some(before), Some(after)) => before == after,
                (Some(before), None) => context.catalogs.after.get(&before).is_none(),
                (None, Some(after)) => {
                    context.catalogs.before.get(&after).is_none()
                        && points_to(context.catalogs.after, &after, &own)
                }
            })
    }

    /// The statement that changes the estimates.
    fn set_estimates(pair: Pair<&Self>, dialect: Dialect) -> Option<Step> {
        let mut said = Vec::new();
        let estimates = [
            ("RESTRICT", pair.map(|side| &side.restrict)),
            ("JOIN", pair.map(|side| &side.join)),
        ];
        for (key, functions) in estimates {
            if functions.differs() {
                let function = functions.after.as_deref().unwrap_or("NONE");
                said.push(format!("{key} = {function}"));
            }
        }
        if said.is_empty() {
            return None;
        }
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER OPERATOR ")
            .expression(&pair.after.signature(dialect))
            .keyword(" SET (")
            .expression(&said.join(", "))
            .keyword(")");
        Some(Step::new(script.into_text()))
    }
}

/// Whether an operator of the catalog names another as its commutator or negator.
fn points_to(catalog: &Catalog, id: &ObjectId, other: &ObjectId) -> bool {
    match catalog.get(id) {
        Some(Object::Operator(operator)) => operator.others().contains(&Some(other.clone())),
        _ => false,
    }
}

impl Definition for Operator {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name, self.left.as_deref(), self.right.as_deref())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        for other in [&self.commutator, &self.negator].into_iter().flatten() {
            references.extend(in_schema(other.schema.as_ref()));
        }
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut parts = vec![format!("FUNCTION = {}", self.function)];
        let other = |name: &Option<QualifiedName>| {
            let sign = sign(name.as_ref()?, dialect);
            Some(format!("OPERATOR({sign})"))
        };
        let said = [
            ("LEFTARG", self.left.clone()),
            ("RIGHTARG", self.right.clone()),
            ("COMMUTATOR", other(&self.commutator)),
            ("NEGATOR", other(&self.negator)),
            ("RESTRICT", self.restrict.clone()),
            ("JOIN", self.join.clone()),
        ];
        for (key, value) in said {
            parts.extend(value.map(|value| format!("{key} = {value}")));
        }
        for (word, has) in [("HASHES", self.hashes), ("MERGES", self.merges)] {
            parts.extend(has.then(|| word.to_owned()));
        }
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE OPERATOR ")
            .expression(&sign(&self.name, dialect))
            .keyword(" (\n    ")
            .expression(&parts.join(",\n    "))
            .keyword("\n)");
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
        script
            .keyword("DROP OPERATOR ")
            .expression(&self.signature(dialect));
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let stands = !pair.map(Self::fixed).differs() && Self::is_tied_by_others(pair, context);
        if !context.disturbed.is_empty() || !stands {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main: Vec<_> = Self::set_estimates(pair, dialect).into_iter().collect();
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

    fn named(sign: &str) -> QualifiedName {
        QualifiedName {
            schema: Some(Ident::from_server("Odd \"schema\"")),
            name: Ident::from_server(sign),
        }
    }

    #[test]
    fn signs_have_no_quotes_but_their_schemas_have() {
        let operator = Operator {
            name: named("<<<"),
            left: Some("integer".to_owned()),
            right: Some("text".to_owned()),
            function: "before".to_owned(),
            commutator: Some(named(">>>")),
            negator: None,
            restrict: Some("scalarltsel".to_owned()),
            join: None,
            hashes: false,
            merges: true,
            comment: None,
        };
        assert_snapshot!(operator.create(Dialect::Postgres)[0].sql, @r#"
        CREATE OPERATOR "Odd ""schema""".<<< (
            FUNCTION = before,
            LEFTARG = integer,
            RIGHTARG = text,
            COMMUTATOR = OPERATOR("Odd ""schema""".>>>),
            RESTRICT = scalarltsel,
            MERGES
        )
        "#);
        assert_snapshot!(operator.drop(Dialect::Postgres)[0].sql, @r#"DROP OPERATOR "Odd ""schema""".<<< (integer, text)"#);
        let after = Operator {
            restrict: None,
            join: Some("scalarltjoinsel".to_owned()),
            ..operator.clone()
        };
        let step = Operator::set_estimates(Pair::new(&operator, &after), Dialect::Postgres);
        assert_snapshot!(step.unwrap().sql, @r#"ALTER OPERATOR "Odd ""schema""".<<< (integer, text) SET (RESTRICT = NONE, JOIN = scalarltjoinsel)"#);
    }
}
