//! Views: stored queries. All products have them. PostgreSQL freezes `*` and qualifies names when a view is made, and `CREATE OR REPLACE` takes new columns only at the end; SQLite keeps the text as it was typed and checks it only when it is used.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, QualifiedName, Script};

use super::{ExprPairing, Options, comment, in_schema};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, InPlace, Kind, ObjectId, Pair,
    Reference, Step,
};

/// A stored query.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct View {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns' names and types in order, as far as the server tells them; outside SQL text.
    pub columns: Vec<(schemist_sql::Ident, String)>,
    /// The query, as the server prints it; in SQLite everything after the view's name.
    pub query: Expr,
    /// Its options, such as `security_invoker` (PostgreSQL) and `algorithm`, `security`, `check` (MySQL).
    pub options: Options,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
    /// What `COMMENT ON COLUMN` says of its columns (PostgreSQL).
    pub column_comments: BTreeMap<schemist_sql::Ident, String>,
    /// What a row that is inserted through it gets in a column that it does not bring (PostgreSQL).
    pub defaults: BTreeMap<schemist_sql::Ident, Expr>,
}

impl View {
    fn statement(&self, dialect: Dialect, verb: &'static str) -> String {
        let mut script = Script::new(dialect);
        script.keyword(verb);
        for (words, option) in [("ALGORITHM=", "algorithm"), ("SQL SECURITY ", "security")] {
            match (dialect, self.options.get(option)) {
                (Dialect::Mysql, Some(value)) => {
                    script.keyword(words).expression(value).keyword(" ");
                }
                (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, _) => {}
            }
        }
        script.keyword("VIEW ").name(&self.name);
        match dialect {
            Dialect::Postgres => {
                if !self.options.is_empty() {
                    script
                        .keyword(" WITH (")
                        .expression(&self.options.list())
                        .keyword(")");
                }
                script
                    .keyword(" AS\n")
                    .expression(self.query.as_str().trim_end_matches(';'));
            }
            Dialect::Mysql => {
                script.keyword(" AS\n").expression(self.query.as_str());
                if let Some(check) = self.options.get("check") {
                    script
                        .keyword(" WITH ")
                        .expression(check)
                        .keyword(" CHECK OPTION");
                }
            }
            Dialect::Sqlite => {
                script.keyword(" ").expression(self.query.as_str());
            }
        }
        script.into_text()
    }

    /// The statements that set and drop defaults of columns, where they are not those of `before`.
    fn set_defaults(
        &self,
        before: &BTreeMap<schemist_sql::Ident, Expr>,
        dialect: Dialect,
    ) -> Vec<Step> {
        let columns: BTreeSet<_> = before.keys().chain(self.defaults.keys()).collect();
        let mut steps = Vec::new();
        for column in columns {
            if before.get(column) == self.defaults.get(column) {
                continue;
            }
            let mut script = Script::new(dialect);
            script
                .keyword("ALTER VIEW ")
                .name(&self.name)
                .keyword(" ALTER COLUMN ")
                .ident(column);
            match self.defaults.get(column) {
                Some(default) => script.keyword(" SET DEFAULT ").expression(default.as_str()),
                None => script.keyword(" DROP DEFAULT"),
            };
            steps.push(Step::new(script.into_text()));
        }
        steps
    }

    fn comments(&self, dialect: Dialect) -> Vec<Step> {
        let name = self.name.quoted(dialect);
        let mut steps: Vec<_> = comment::on_create(
            dialect,
            &comment::target("VIEW ", &name),
            self.comment.as_deref(),
        )
        .into_iter()
        .collect();
        for (column, text) in &self.column_comments {
            let target = comment::target("COLUMN ", &format!("{name}.{}", column.quoted(dialect)));
            steps.extend(comment::on_create(dialect, &target, Some(text)));
        }
        steps
    }
}

impl Definition for View {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::View, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![Step::new(self.statement(dialect, "CREATE "))];
        steps.extend(self.set_defaults(&BTreeMap::new(), dialect));
        steps.extend(self.comments(dialect));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP VIEW ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let disturbed = context
            .disturbed
            .iter()
            .any(|disturbance| match disturbance.effect {
                Effect::Removed | Effect::Retyped | Effect::Swapped => true,
                // SQLite checks a view only when it is used, so it stands while its table is rebuilt.
                Effect::Rebuilt => false,
            });
        // MySQL looks for what a view names only when it is used.
        let is_bound = match dialect {
            Dialect::Postgres | Dialect::Sqlite => true,
            Dialect::Mysql => false,
        };
        // One that goes away lets go of its tables only once nothing is made of it any more.
        let is_left_behind = context.disturbed.iter().any(|disturbance| {
            disturbance.object.kind == Kind::View && disturbance.effect == Effect::Removed
        });
        if disturbed && (is_bound || is_left_behind && pair.differs()) {
            return Alteration::Recreate;
        }
        if !pair.differs() {
            return Alteration::nothing();
        }
        match dialect {
            Dialect::Postgres if pair.after.columns.starts_with(&pair.before.columns) => {}
            Dialect::Postgres | Dialect::Sqlite => return Alteration::Recreate,
            Dialect::Mysql => {}
        }
        let mut main = Vec::new();
        if pair.map(|view| &view.query).differs() || pair.map(|view| &view.options).differs() {
            main.push(Step::new(
                pair.after.statement(dialect, "CREATE OR REPLACE "),
            ));
        }
        main.extend(pair.after.set_defaults(&pair.before.defaults, dialect));
        let name = pair.after.name.quoted(dialect);
        main.extend(comment::on_alter(
            dialect,
            &comment::target("VIEW ", &name),
            pair.map(|view| view.comment.as_deref()),
        ));
        let columns: BTreeSet<_> = pair
            .before
            .column_comments
            .keys()
            .chain(pair.after.column_comments.keys())
            .collect();
        for column in columns {
            let target = comment::target("COLUMN ", &format!("{name}.{}", column.quoted(dialect)));
            main.extend(comment::on_alter(
                dialect,
                &target,
                pair.map(|view| view.column_comments.get(column).map(String::as_str)),
            ));
        }
        Alteration::InPlace(InPlace {
            main,
            disturbs: BTreeSet::new(),
            ..InPlace::default()
        })
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
