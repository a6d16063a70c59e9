//! Indexes that no constraint owns. All products have them. The server renames none of them along with their table, and PostgreSQL rebuilds them by itself when a plain column under them gets another type.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::table::{change_role, leave_role, set_tablespace, take_role};
use super::{ExprPairing, IndexRole, Object, Options, Table, comment, index_online};
use crate::generated_name::first_choice;
use crate::{
    Alteration, Catalog, Context, Creation, Definition, Effect, Expr, Kind, NameLabel, ObjectId,
    Pair, Part, Reference, Step, is_made_up,
};

/// What one part of an index sorts by.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum IndexSource {
    /// A column.
    Column(Ident),
    /// An expression, in parentheses where the server wants them.
    Expression(Expr),
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IndexPart {
    /// What it sorts by.
    pub source: IndexSource,
    /// Its collation as the server prints it, where it is not the column's own.
    pub collation: Option<String>,
    /// Its operator class with parameters as the server prints it, where it is not the default (PostgreSQL).
    pub operator_class: Option<String>,
    /// Whether large values come first.
    pub descending: bool,
    /// Whether NULLs come elsewhere than the order says by itself (PostgreSQL).
    pub nulls_reversed: bool,
    /// How many leading characters are indexed (MySQL).
    pub prefix: Option<u32>,
    /// How finely values of an expression are sampled, where it is not the server's own number (PostgreSQL).
    pub statistics: Option<i32>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Index {
    /// Its name.
    pub name: QualifiedName,
    /// The table or materialized view that it is on.
    pub table: QualifiedName,
    /// The kind of what it is on.
    pub on: Kind,
    /// Whether no two rows may be equal in it.
    pub unique: bool,
    /// Its access method, where it is not the default.
    pub method: Option<String>,
    /// What it sorts by.
    pub parts: Vec<IndexPart>,
    /// Columns that it carries along (PostgreSQL).
    pub include: Vec<Ident>,
    /// Which rows it holds.
    pub predicate: Option<Expr>,
    /// Whether NULLs count as equal (PostgreSQL 15 and later).
    pub nulls_not_distinct: bool,
    /// Storage options (PostgreSQL).
    pub options: Options,
    /// The tablespace, where it is not the default (PostgreSQL).
    pub tablespace: Option<Ident>,
    /// The index of the parent that this one of a partition is a part of. Such an index is an object only
    /// where the server would have made another one by itself (PostgreSQL).
    pub attached_to: Option<QualifiedName>,
    /// Whether it is valid only on the parent until all partitions have one (PostgreSQL).
    pub only_parent: bool,
    /// What it is to its table beside (PostgreSQL).
    pub role: IndexRole,
    /// What `COMMENT ON` says of it (PostgreSQL).
    pub comment: Option<String>,
}

impl Index {
    /// The id of the index of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::Index, name.clone())
    }

    /// The name that the server chooses for an index of a partition.
    fn own_choice(&self) -> QualifiedName {
        QualifiedName {
            schema: self.name.schema.clone(),
            name: self.name_on(&self.table.name),
        }
    }

    fn rename(&self, names: Pair<&QualifiedName>, dialect: Dialect) -> Option<Step> {
        if !names.differs() {
            return None;
        }
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER INDEX IF EXISTS ")
            .name(names.before)
            .keyword(" RENAME TO ")
            .ident(&names.after.name);
        Some(Step::new(script.into_text()))
    }

    /// Whether the server would have made the same index on a partition, for this one of the parent.
    pub fn is_as_made_for(&self, parent: &Self) -> bool {
        self.has_made_up_name(Dialect::Postgres)
            && self.options == parent.options
            && self.tablespace == parent.tablespace
            && self.role == IndexRole::default()
            && self.comment.is_none()
    }

    /// The name that PostgreSQL gives to the same index on a partition.
    pub(crate) fn name_on(&self, table: &Ident) -> Ident {
        Ident::from_server(first_choice(table, &self.words(), NameLabel::Index))
    }

    fn has_made_up_name(&self, dialect: Dialect) -> bool {
        is_made_up(
            dialect,
            &self.name.name,
            &self.table.name,
            &self.words(),
            NameLabel::Index,
        )
    }

    /// What the server makes a name of.
    fn words(&self) -> Vec<&str> {
        self.parts
            .iter()
            .map(|part| match &part.source {
                IndexSource::Column(column) => column.as_str(),
                // The server names a function call after the function and everything else `expr`.
                IndexSource::Expression(expression) => function_name(expression.as_str()),
            })
            .chain(self.include.iter().map(Ident::as_str))
            .collect()
    }

    fn write_parts(&self, script: &mut Script) {
        script.keyword("(");
        for (i, part) in self.parts.iter().enumerate() {
            script.keyword(if i > 0 { ", " } else { "" });
            match &part.source {
                IndexSource::Column(column) => script.ident(column),
                IndexSource::Expression(expression) => script.expression(expression.as_str()),
            };
            if let Some(length) = part.prefix {
                script.keyword("(").number(length).keyword(")");
            }
            if let Some(collation) = &part.collation {
                script.keyword(" COLLATE ").expression(collation);
            }
            if let Some(class) = &part.operator_class {
                script.keyword(" ").expression(class);
            }
            script.keyword(if part.descending { " DESC" } else { "" });
            script.keyword(match (part.nulls_reversed, part.descending) {
                (false, _) => "",
                (true, true) => " NULLS LAST",
                (true, false) => " NULLS FIRST",
            });
        }
        script.keyword(")");
    }

    /// The statement that makes it, as the server says of the building.
    pub(super) fn create_statement(&self, build: Build, dialect: Dialect) -> String {
        let mut script = Script::new(dialect);
        script
            .keyword(if self.unique {
                "CREATE UNIQUE INDEX "
            } else {
                "CREATE INDEX "
            })
            .keyword(match build {
                Build::Blocking if self.attached_to.is_some() => "IF NOT EXISTS ",
                Build::Blocking => "",
                Build::Concurrent => "CONCURRENTLY ",
            })
            .ident(&self.name.name);
        script
            .keyword(if self.only_parent {
                " ON ONLY "
            } else {
                " ON "
            })
            .name(&self.table);
        if let Some(method) = &self.method {
            script.keyword(" USING ").expression(method);
        }
        script.keyword(" ");
        self.write_parts(&mut script);
        if !self.include.is_empty() {
            script.keyword(" INCLUDE ").idents(&self.include);
        }
        if self.nulls_not_distinct {
            script.keyword(" NULLS NOT DISTINCT");
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
        if let Some(predicate) = &self.predicate {
            script.keyword(" WHERE ").expression(predicate.as_str());
        }
        script.into_text()
    }

    /// The index with everything taken out that can be altered in place.
    fn fixed(&self) -> Self {
        let mut fixed = Self {
            options: Options::new(),
            tablespace: None,
            role: IndexRole::default(),
            comment: None,
            ..self.clone()
        };
        for part in &mut fixed.parts {
            part.statistics = None;
        }
        fixed
    }

    /// The statements that say how finely parts are sampled, where that is not what `before` has.
    pub(super) fn sample(&self, before: &[Option<i32>], dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        for (place, part) in self.parts.iter().enumerate() {
            if before.get(place).copied().flatten() == part.statistics {
                continue;
            }
            let mut script = Script::new(dialect);
            script
                .keyword("ALTER INDEX ")
                .name(&self.name)
                .keyword(" ALTER COLUMN ");
            script
                .number(i128::try_from(place + 1).unwrap_or_default())
                .keyword(" SET STATISTICS ");
            script.number(part.statistics.unwrap_or(-1));
            steps.push(Step::new(script.into_text()));
        }
        steps
    }

    fn samples(&self) -> Vec<Option<i32>> {
        self.parts.iter().map(|part| part.statistics).collect()
    }

    pub(super) fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("INDEX ", &self.name.quoted(dialect))
    }
}

/// Whether others may write while an index is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// They wait.
    Blocking,
    /// They go on (PostgreSQL).
    Concurrent,
}

fn function_name(expression: &str) -> &str {
    let inner = expression.trim_start_matches('(');
    let end = inner
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(inner.len());
    if end > 0 && inner[end..].starts_with('(') {
        &inner[..end]
    } else {
        "expr"
    }
}

impl Definition for Index {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let columns = self.parts.iter().filter_map(|part| match &part.source {
            IndexSource::Column(column) => Some(column),
            IndexSource::Expression(_) => None,
        });
        let table = ObjectId::new(self.on, self.table.clone());
        let mut references: BTreeSet<_> = columns
            .chain(&self.include)
            .map(|column| Reference {
                object: table.clone(),
                part: Part::Column(column.clone()),
            })
            .collect();
        let parent = self.attached_to.as_ref().map(Self::id_of);
        for object in parent.into_iter().chain([table]) {
            references.insert(Reference {
                object,
                part: Part::Whole,
            });
        }
        references
    }

    /// An index of a partition comes after those of its parents, which would take it for their own.
    fn follows(&self, catalog: &Catalog) -> BTreeSet<ObjectId> {
        let mut tables = Vec::new();
        let mut next = self.table.clone();
        while let Some(Object::Table(table)) = catalog.get(&Table::id_of(&next))
            && let Some(partition) = &table.partition_of
        {
            next = partition.parent.clone();
            tables.push(next.clone());
        }
        if tables.is_empty() {
            return BTreeSet::new();
        }
        let is_theirs = |object: &Object| matches!(object, Object::Index(index) if tables.contains(&index.table));
        let objects = catalog.objects().iter();
        let theirs = objects.filter(|(_, object)| is_theirs(object));
        theirs.map(|(id, _)| id.clone()).collect()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.attached_to.is_some() {
            steps.extend(self.rename(Pair::new(&self.own_choice(), &self.name), dialect));
        }
        steps.push(Step::new(self.create_statement(Build::Blocking, dialect)));
        steps.extend(self.sample(&[], dialect));
        if let Some(parent) = &self.attached_to {
            let mut script = Script::new(dialect);
            script
                .keyword("ALTER INDEX ")
                .name(parent)
                .keyword(" ATTACH PARTITION ")
                .name(&self.name);
            steps.push(Step::new(script.into_text()));
        }
        let on = (self.on, &self.table);
        steps.extend(take_role(self.role, &self.name.name, on, dialect));
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        if self.attached_to.is_some() {
            // It goes with the parent's, or stays under the server's own name.
            let renamed = self.rename(Pair::new(&self.name, &self.own_choice()), dialect);
            let on = (self.on, &self.table);
            let cluster = leave_role(self.role, on, dialect);
            return cluster.into_iter().chain(renamed).collect();
        }
        let mut script = Script::new(dialect);
        script.keyword("DROP INDEX ");
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => script.name(&self.name),
            Dialect::Mysql => script
                .ident(&self.name.name)
                .keyword(" ON ")
                .name(&self.table),
        };
        vec![Step::new(script.into_text())]
    }

    fn create_online(&self, context: &Context<'_>) -> Option<Creation> {
        index_online::create(self, context)
    }

    fn drop_online(&self, context: &Context<'_>) -> Option<Vec<Step>> {
        index_online::drop(self, context)
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let differs = pair.map(Self::fixed).differs();
        let table = ObjectId::new(pair.before.on, pair.before.table.clone());
        if context.falls_with(&table) && !pair.map(|index| &index.table).differs() {
            // It stays for as long as the old rows do: pages that are free early are written twice.
            return Alteration::made_again(pair.after.create(dialect));
        }
        let falls = context
            .disturbed
            .iter()
            .any(|disturbance| match disturbance.effect {
                Effect::Removed | Effect::Swapped | Effect::Rebuilt => true,
                // The server would make the old one again over values of the new type, which it may not fit.
                Effect::Retyped => differs,
            });
        if falls {
            return Alteration::Recreate;
        }
        if differs {
            return index_online::replace(pair, context).unwrap_or(Alteration::Recreate);
        }
        let name = &pair.after.name;
        let mut main = super::alter_options(
            dialect,
            "ALTER INDEX ",
            name,
            pair.map(|index| &index.options),
        );
        if pair.map(|index| &index.tablespace).differs() {
            let mut script = Script::new(dialect);
            script.keyword("ALTER INDEX ").name(name).keyword(" ");
            set_tablespace(&mut script, pair.after.tablespace.as_ref());
            main.push(Step::new(script.into_text()));
        }
        main.extend(pair.after.sample(&pair.before.samples(), dialect));
        let roles = pair.map(|index| index.role);
        let on = (pair.after.on, &pair.after.table);
        main.extend(change_role(roles, &name.name, on, context));
        let target = pair.after.comment_target(dialect);
        main.extend(comment::on_alter(
            dialect,
            &target,
            pair.map(|index| index.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        if let (Some(own), Some(other)) = (&mut zipped.predicate, &other.predicate) {
            *own = f(own, other);
        }
        for (part, other) in zipped.parts.iter_mut().zip(&other.parts) {
            if let (IndexSource::Expression(own), IndexSource::Expression(other)) =
                (&mut part.source, &other.source)
            {
                *own = f(own, other);
            }
        }
        zipped
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

    fn renamed_as(&self, live: &Self, dialect: Dialect) -> Option<Self> {
        let renamed = Self {
            name: live.name.clone(),
            ..self.settle(live, dialect)
        };
        (self.has_made_up_name(dialect) && &renamed == live).then_some(renamed)
    }

    fn without_expressions(&self) -> Self {
        let mut bare = self.clone();
        bare.predicate = bare.predicate.map(|_| Expr::from_server(""));
        for part in &mut bare.parts {
            if let IndexSource::Expression(expression) = &mut part.source {
                *expression = Expr::from_server("");
            }
        }
        bare
    }
}
