//! Extended statistics: what the planner shall know of several columns together, or of an expression. PostgreSQL alone has them. Nothing of them can be altered in place but how much is sampled; the server gathers them anew when the table is analyzed.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, comment, in_schema};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Kind, NameLabel, ObjectId, Pair, Part,
    Reference, Step, is_made_up,
};

/// What is gathered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum StatisticsKind {
    /// How many different combinations there are.
    Distinct,
    /// How far one column follows from another.
    Dependencies,
    /// The most common combinations.
    MostCommon,
}

impl StatisticsKind {
    const ALL: [Self; 3] = [Self::Distinct, Self::Dependencies, Self::MostCommon];

    const fn keyword(self) -> &'static str {
        match self {
            Self::Distinct => "ndistinct",
            Self::Dependencies => "dependencies",
            Self::MostCommon => "mcv",
        }
    }
}

/// Extended statistics.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Statistics {
    /// Their name.
    pub name: QualifiedName,
    /// The table or materialized view that they are about.
    pub table: QualifiedName,
    /// The kind of what they are about.
    pub on: Kind,
    /// What is gathered; nothing where they are about a single expression.
    pub kinds: BTreeSet<StatisticsKind>,
    /// The columns. Their order means nothing.
    pub columns: BTreeSet<Ident>,
    /// The expressions (from 14).
    pub expressions: Vec<Expr>,
    /// How much is sampled, where that is not the server's own choice.
    pub target: Option<i32>,
    /// What `COMMENT ON` says of them.
    pub comment: Option<String>,
}

impl Statistics {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("STATISTICS ", &self.name.quoted(dialect))
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("CREATE STATISTICS ").name(&self.name);
        let is_everything = StatisticsKind::ALL
            .iter()
            .all(|kind| self.kinds.contains(kind));
        if !self.kinds.is_empty() && !is_everything {
            script.keyword(" (");
            for (place, kind) in self.kinds.iter().enumerate() {
                script
                    .keyword(if place > 0 { ", " } else { "" })
                    .keyword(kind.keyword());
            }
            script.keyword(")");
        }
        script.keyword(" ON ");
        let mut separator = "";
        for column in &self.columns {
            script.keyword(separator).ident(column);
            separator = ", ";
        }
        for expression in &self.expressions {
            script
                .keyword(separator)
                .keyword("(")
                .expression(expression.as_str())
                .keyword(")");
            separator = ", ";
        }
        script.keyword(" FROM ").name(&self.table);
        Step::new(script.into_text())
    }

    fn target_step(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER STATISTICS ")
            .name(&self.name)
            .keyword(" SET STATISTICS ")
            .number(self.target.unwrap_or(-1));
        Step::new(script.into_text())
    }

    /// Without what can be altered in place.
    fn fixed(&self) -> Self {
        Self {
            target: None,
            comment: None,
            ..self.clone()
        }
    }

    /// Whether the server would choose the name: the columns stand in it in the order in which they were
    /// written, which nobody keeps.
    fn has_made_up_name(&self, dialect: Dialect) -> bool {
        let mut parts: Vec<&str> = self.columns.iter().map(Ident::as_str).collect();
        parts.extend(self.expressions.iter().map(|_| "expr"));
        let mut orders = vec![Vec::new()];
        for _ in &parts {
            let longer = |order: Vec<usize>| {
                let free = (0..parts.len()).filter(|place| !order.contains(place));
                free.map(|place| [order.as_slice(), &[place]].concat())
                    .collect::<Vec<_>>()
            };
            orders = orders.into_iter().flat_map(longer).collect();
            // Longer lists are rare, and their orders are many.
            if orders.len() > 1000 {
                return false;
            }
        }
        orders.iter().any(|order| {
            let names: Vec<_> = order.iter().map(|place| parts[*place]).collect();
            is_made_up(
                dialect,
                &self.name.name,
                &self.table.name,
                &names,
                NameLabel::Statistics,
            )
        })
    }
}

impl Definition for Statistics {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::Statistics, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        references.insert(Reference {
            object: ObjectId::new(self.on, self.table.clone()),
            part: Part::Whole,
        });
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        if self.target.is_some() {
            steps.push(self.target_step(dialect));
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
        script.keyword("DROP STATISTICS ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        // The server would make them again by itself when a type changes, but not with their target.
        let falls = [Effect::Removed, Effect::Retyped, Effect::Swapped]
            .iter()
            .any(|effect| context.has(*effect));
        if falls || pair.map(Self::fixed).differs() {
            return Alteration::Recreate;
        }
        let mut main = Vec::new();
        if pair.map(|statistics| statistics.target).differs() {
            main.push(pair.after.target_step(dialect));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|statistics| statistics.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        for (own, other) in zipped.expressions.iter_mut().zip(&other.expressions) {
            *own = f(own, other);
        }
        zipped
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn renamed_as(&self, live: &Self, dialect: Dialect) -> Option<Self> {
        let renamed = Self {
            name: live.name.clone(),
            ..self.settle(live, dialect)
        };
        let is_same = renamed.fixed() == live.fixed();
        (is_same && self.has_made_up_name(dialect)).then_some(renamed)
    }

    fn without_expressions(&self) -> Self {
        let bare = |_: &Expr| Expr::from_server("");
        Self {
            expressions: self.expressions.iter().map(bare).collect(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn statistics(name: &str) -> Statistics {
        let ident = |name: &str| Ident::parse(name).unwrap();
        Statistics {
            name: QualifiedName::unqualified(ident(name)),
            table: QualifiedName::unqualified(ident("book")),
            on: Kind::Table,
            kinds: BTreeSet::from([StatisticsKind::MostCommon, StatisticsKind::Distinct]),
            columns: BTreeSet::from([ident("year"), ident("author")]),
            expressions: vec![Expr::from_server("lower(title)")],
            target: Some(200),
            comment: None,
        }
    }

    #[test]
    fn statistics_are_made_with_their_target() {
        let texts: Vec<_> = statistics("s")
            .create(Dialect::Postgres)
            .into_iter()
            .map(|step| step.sql)
            .collect();
        assert_snapshot!(texts.join(";\n"), @r#"
        CREATE STATISTICS "s" (ndistinct, mcv) ON "author", "year", (lower(title)) FROM "book";
        ALTER STATISTICS "s" SET STATISTICS 200
        "#);
    }

    #[test]
    fn a_made_up_name_has_the_columns_in_any_order() {
        let is_made_up = |name: &str| statistics(name).has_made_up_name(Dialect::Postgres);
        assert!(is_made_up("book_year_expr_author_stat"));
        assert!(is_made_up("book_author_year_expr_stat1"));
        assert!(!is_made_up("book_author_year_stat"));
    }
}
