//! Operator families: operator classes of one index method that understand each other (PostgreSQL). The server makes one with a class that names none. Members that belong to no class come and go in place.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema};
use crate::{
    Alteration, Catalog, Context, Definition, Disturbance, InPlace, Kind, ObjectId, Pair,
    Reference, Step,
};

/// An operator or a function of an operator family.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct FamilyMember {
    /// What it stands for, in which the family can have only one: `OPERATOR 1 (integer, bigint)`.
    pub place: String,
    /// How it is written: `OPERATOR 1 <(integer,bigint)`.
    pub definition: String,
}

/// An operator family.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OperatorFamily {
    /// Its name.
    pub name: QualifiedName,
    /// The index method.
    pub method: Ident,
    /// What belongs to no operator class of it, sorted.
    pub members: Vec<FamilyMember>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl OperatorFamily {
    /// The family as it is written behind `DROP OPERATOR FAMILY`.
    fn signature(&self, dialect: Dialect) -> String {
        let (name, method) = (self.name.quoted(dialect), self.method.quoted(dialect));
        format!("{name} USING {method}")
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("OPERATOR FAMILY ", &self.signature(dialect))
    }

    fn change(&self, verb: &'static str, members: &[&str], dialect: Dialect) -> Option<Step> {
        if members.is_empty() {
            return None;
        }
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER OPERATOR FAMILY ")
            .expression(&self.signature(dialect))
            .keyword(verb)
            .expression(&members.join(",\n    "));
        Some(Step::new(script.into_text()))
    }

    /// Lets go of those members that the other does not have.
    fn drop_unless_in(&self, other: &[FamilyMember], dialect: Dialect) -> Option<Step> {
        let gone = self.members.iter().filter(|one| !other.contains(one));
        let places: Vec<_> = gone.map(|one| one.place.as_str()).collect();
        self.change(" DROP\n    ", &places, dialect)
    }

    /// Takes in those members that the other does not have.
    fn add_unless_in(&self, other: &[FamilyMember], dialect: Dialect) -> Option<Step> {
        let new = self.members.iter().filter(|one| !other.contains(one));
        let definitions: Vec<_> = new.map(|one| one.definition.as_str()).collect();
        self.change(" ADD\n    ", &definitions, dialect)
    }
}

impl Definition for OperatorFamily {
    fn id(&self) -> ObjectId {
        ObjectId {
            arguments: Some(self.method.as_str().to_owned()),
            ..ObjectId::new(Kind::OperatorFamily, self.name.clone())
        }
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE OPERATOR FAMILY ")
            .expression(&self.signature(dialect));
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(self.add_unless_in(&[], dialect));
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
            .keyword("DROP OPERATOR FAMILY ")
            .expression(&self.signature(dialect));
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let is_method = |disturbance: &Disturbance| disturbance.object.kind == Kind::AccessMethod;
        if context.disturbed.iter().any(is_method) {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut plan = InPlace::default();
        if context.disturbed.is_empty() {
            let (before, after) = (pair.before, pair.after);
            plan.main
                .extend(before.drop_unless_in(&after.members, dialect));
            plan.main
                .extend(after.add_unless_in(&before.members, dialect));
        } else {
            plan.release
                .extend(pair.before.drop_unless_in(&[], dialect));
            plan.restore.extend(pair.after.add_unless_in(&[], dialect));
        }
        plan.main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|side| side.comment.as_deref()),
        ));
        Alteration::InPlace(plan)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn family(members: &[(&str, &str)]) -> OperatorFamily {
        let member = |(place, definition): &(&str, &str)| FamilyMember {
            place: (*place).to_owned(),
            definition: (*definition).to_owned(),
        };
        OperatorFamily {
            name: QualifiedName::unqualified(Ident::from_server("numbers")),
            method: Ident::from_server("btree"),
            members: members.iter().map(member).collect(),
            comment: None,
        }
    }

    #[test]
    fn a_member_that_changes_leaves_its_place_first() {
        let before = family(&[("OPERATOR 1 (a, b)", "OPERATOR 1 <(a,b)")]);
        let after = family(&[
            ("OPERATOR 1 (a, b)", "OPERATOR 1 <<(a,b)"),
            ("FUNCTION 1 (a, b)", "FUNCTION 1 (a, b) cmp(a,b)"),
        ]);
        let drop = before.drop_unless_in(&after.members, Dialect::Postgres);
        let add = after.add_unless_in(&before.members, Dialect::Postgres);
        assert_snapshot!(drop.unwrap().sql, @r#"
        ALTER OPERATOR FAMILY "numbers" USING "btree" DROP
            OPERATOR 1 (a, b)
        "#);
        assert_snapshot!(add.unwrap().sql, @r#"
        ALTER OPERATOR FAMILY "numbers" USING "btree" ADD
            OPERATOR 1 <<(a,b),
            FUNCTION 1 (a, b) cmp(a,b)
        "#);
        assert_eq!(after.add_unless_in(&after.members, Dialect::Postgres), None);
    }
}
