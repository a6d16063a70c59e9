//! Operator classes: how an index method works with a type (PostgreSQL). Nothing of one changes in place but its comment; the indexes that use it are built anew with it.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// An operator class.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OperatorClass {
    /// Its name.
    pub name: QualifiedName,
    /// The index method.
    pub method: Ident,
    /// The family that it belongs to.
    pub family: QualifiedName,
    /// Whether indexes take it by themselves.
    pub is_default: bool,
    /// The type, as the server prints it.
    pub data_type: String,
    /// The type that an index stores, where it is another.
    pub storage: Option<String>,
    /// Its operators and functions, as they are written.
    pub members: Vec<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl OperatorClass {
    /// The class as it is written behind `DROP OPERATOR CLASS`.
    fn signature(&self, dialect: Dialect) -> String {
        let (name, method) = (self.name.quoted(dialect), self.method.quoted(dialect));
        format!("{name} USING {method}")
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("OPERATOR CLASS ", &self.signature(dialect))
    }

    fn fixed(&self) -> Self {
        Self {
            comment: None,
            ..self.clone()
        }
    }
}

impl Definition for OperatorClass {
    fn id(&self) -> ObjectId {
        ObjectId {
            arguments: Some(self.method.as_str().to_owned()),
            ..ObjectId::new(Kind::OperatorClass, self.name.clone())
        }
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE OPERATOR CLASS ")
            .name(&self.name)
            .keyword(if self.is_default { " DEFAULT" } else { "" })
            .keyword(" FOR TYPE ")
            .expression(&self.data_type)
            .keyword(" USING ")
            .ident(&self.method)
            .keyword(" FAMILY ")
            .name(&self.family);
        let mut members = self.members.clone();
        // There is no class of nothing.
        let own = members.is_empty().then(|| self.data_type.clone());
        let storage = self.storage.clone().or(own);
        members.extend(storage.map(|storage| format!("STORAGE {storage}")));
        script
            .keyword(" AS\n    ")
            .expression(&members.join(",\n    "));
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
            .keyword("DROP OPERATOR CLASS ")
            .expression(&self.signature(dialect));
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        comment::alter_or_recreate(
            pair.map(Self::fixed),
            pair.map(|side| side.comment.as_deref()),
            &pair.after.comment_target(context.dialect),
            context,
        )
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_class_of_nothing_stores_its_own_type() {
        let class = OperatorClass {
            name: QualifiedName::unqualified(Ident::from_server("empty")),
            method: Ident::from_server("hash"),
            family: QualifiedName::unqualified(Ident::from_server("all")),
            is_default: true,
            data_type: "integer".to_owned(),
            storage: None,
            members: Vec::new(),
            comment: None,
        };
        assert_snapshot!(class.create(Dialect::Postgres)[0].sql, @r#"
        CREATE OPERATOR CLASS "empty" DEFAULT FOR TYPE integer USING "hash" FAMILY "all" AS
            STORAGE integer
        "#);
        assert_snapshot!(class.drop(Dialect::Postgres)[0].sql, @r#"DROP OPERATOR CLASS "empty" USING "hash""#);
    }
}
