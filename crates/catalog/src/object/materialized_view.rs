//! Materialized views: stored queries together with the rows that they last gave. PostgreSQL alone has them. The query cannot change in place: the view is dropped and made again with its indexes, and filled by its query.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, Options, alter_options, comment, in_schema};
use crate::hazard::locks;
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Hazard, Kind, ObjectId, Pair,
    Reference, Step,
};

/// A stored query with its rows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MaterializedView {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns' names and types in order; outside SQL text.
    pub columns: Vec<(Ident, String)>,
    /// The query, as the server prints it.
    pub query: Expr,
    /// How its rows are stored, where it is not the server's own way.
    pub access_method: Option<String>,
    /// Storage options.
    pub options: Options,
    /// The tablespace, where it is not the default.
    pub tablespace: Option<Ident>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
    /// What `COMMENT ON COLUMN` says of its columns.
    pub column_comments: BTreeMap<Ident, String>,
}

impl MaterializedView {
    /// The id of the materialized view of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::MaterializedView, name.clone())
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("CREATE MATERIALIZED VIEW ").name(&self.name);
        if let Some(method) = &self.access_method {
            script.keyword(" USING ").expression(method);
        }
        if !self.options.is_empty() {
            script
                .keyword(" WITH (")
                .expression(&self.options.list())
                .keyword(")");
        }
        if let Some(tablespace) = &self.tablespace {
            script.keyword(" TABLESPACE ").ident(tablespace);
        }
        script.keyword(" AS\n").expression(self.query.as_str());
        Step::new(script.into_text()).with(Hazard::new(
            &locks::MATERIALIZED_VIEW_FILLED,
            format!(
                "materialized view {} is filled by its query, which takes as long as the query does",
                self.name
            ),
        ))
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("MATERIALIZED VIEW ", &self.name.quoted(dialect))
    }

    fn column_target(&self, column: &Ident, dialect: Dialect) -> String {
        let (name, column) = (self.name.quoted(dialect), column.quoted(dialect));
        comment::target("COLUMN ", &format!("{name}.{column}"))
    }

    /// The view with everything taken out that can be altered in place.
    fn fixed(&self) -> Self {
        Self {
            options: Options::new(),
            tablespace: None,
            comment: None,
            column_comments: BTreeMap::new(),
            ..self.clone()
        }
    }
}

impl Definition for MaterializedView {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        for (column, text) in &self.column_comments {
            let target = self.column_target(column, dialect);
            steps.extend(comment::on_create(dialect, &target, Some(text)));
        }
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP MATERIALIZED VIEW ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let falls = context
            .disturbed
            .iter()
            .any(|disturbance| match disturbance.effect {
                Effect::Removed | Effect::Retyped | Effect::Swapped => true,
                Effect::Rebuilt => false,
            });
        if falls || pair.map(Self::fixed).differs() {
            return Alteration::Recreate;
        }
        let words = "ALTER MATERIALIZED VIEW ";
        let name = &pair.after.name;
        let mut main = alter_options(dialect, words, name, pair.map(|view| &view.options));
        if pair.map(|view| &view.tablespace).differs() {
            let mut script = Script::new(dialect);
            script.keyword(words).name(name).keyword(" ");
            super::table::set_tablespace(&mut script, pair.after.tablespace.as_ref());
            main.push(Step::new(script.into_text()));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|view| view.comment.as_deref()),
        ));
        for (column, _) in &pair.after.columns {
            main.extend(comment::on_alter(
                dialect,
                &pair.after.column_target(column, dialect),
                pair.map(|view| view.column_comments.get(column).map(String::as_str)),
            ));
        }
        Alteration::steps(main)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        Self {
            query: f(&self.query, &other.query),
            ..self.clone()
        }
    }

    fn canonical(&self) -> Self {
        Self {
            options: self.options.by_name(),
            ..self.zip_expressions(self, Expr::canonical)
        }
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn without_expressions(&self) -> Self {
        Self {
            query: Expr::from_server(""),
            ..self.clone()
        }
    }
}
