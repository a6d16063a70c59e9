//! Publications: what of the rows' changes others may subscribe to. PostgreSQL alone has them. A table that goes leaves its publications by itself, and a column of a list or a row filter stays as long as it is published; so what is published steps aside while its table changes.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, Schema, Table, comment};
use crate::hazard::replication;
use crate::{
    Alteration, Catalog, Context, Definition, Disturbance, Effect, Expr, Hazard, InPlace, Kind,
    ObjectId, Pair, Part, Reference, Step,
};

/// What of a table is published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PublishedTable {
    /// The columns, where not all are published (from 15). Their order means nothing.
    pub columns: Option<BTreeSet<Ident>>,
    /// Which rows are published, where not all are (from 15).
    pub filter: Option<Expr>,
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Publication {
    /// Its name, which is in no schema.
    pub name: Ident,
    /// Whether it publishes every table, also those that are made later.
    pub all_tables: bool,
    /// The tables that it publishes, and what of them.
    #[serde(with = "listed")]
    pub tables: BTreeMap<QualifiedName, PublishedTable>,
    /// The schemas all of whose tables it publishes (from 15); `None` is the default one.
    pub schemas: BTreeSet<Option<Ident>>,
    /// What of the changes is published: `insert`, `update`, `delete`, `truncate`.
    pub publish: BTreeSet<String>,
    /// Whether changes of partitions are published as those of the partitioned table.
    pub via_root: bool,
    /// Whether generated columns are published without being named (from 18).
    pub stored_generated: bool,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

/// What is published where nobody says it.
const PUBLISH: [&str; 4] = ["insert", "update", "delete", "truncate"];

/// One thing that a publication names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item<'a> {
    Table(&'a QualifiedName),
    Schema(&'a Option<Ident>),
}

impl Item<'_> {
    const fn words(self) -> &'static str {
        match self {
            Self::Table(_) => "TABLE ",
            Self::Schema(_) => "TABLES IN SCHEMA ",
        }
    }
}

impl Publication {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("PUBLICATION ", &self.name.quoted(dialect))
    }

    fn items(&self) -> BTreeSet<Item<'_>> {
        let tables = self.tables.keys().map(Item::Table);
        tables
            .chain(self.schemas.iter().map(Item::Schema))
            .collect()
    }

    /// Writes a table or a schema with what of it is published.
    fn write(&self, script: &mut Script, item: Item<'_>) {
        write_name(script, item);
        let Item::Table(table) = item else { return };
        let Some(published) = self.tables.get(table) else {
            return;
        };
        if let Some(columns) = &published.columns {
            script.keyword(" ").idents(columns);
        }
        if let Some(filter) = &published.filter {
            script
                .keyword(" WHERE (")
                .expression(filter.as_str())
                .keyword(")");
        }
    }

    /// The options that are not as on the other side, as they stand in parentheses.
    fn options(&self, before: &Self, dialect: Dialect) -> Option<String> {
        let mut options: Vec<Script> = Vec::new();
        let option = |words: &'static str| {
            let mut script = Script::new(dialect);
            script.keyword(words);
            script
        };
        if self.publish != before.publish {
            let known = PUBLISH.iter().copied();
            let list: Vec<_> = known.filter(|what| self.publish.contains(*what)).collect();
            let mut script = option("publish = ");
            script.literal(&list.join(", "));
            options.push(script);
        }
        if self.via_root != before.via_root {
            options.push(option(if self.via_root {
                "publish_via_partition_root = true"
            } else {
                "publish_via_partition_root = false"
            }));
        }
        if self.stored_generated != before.stored_generated {
            options.push(option(if self.stored_generated {
                "publish_generated_columns = stored"
            } else {
                "publish_generated_columns = none"
            }));
        }
        let texts: Vec<_> = options.iter().map(Script::as_str).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    /// A publication of this name that says nothing.
    fn bare(&self) -> Self {
        Self {
            name: self.name.clone(),
            all_tables: false,
            tables: BTreeMap::new(),
            schemas: BTreeSet::new(),
            publish: PUBLISH.iter().map(|what| (*what).to_owned()).collect(),
            via_root: false,
            stored_generated: false,
            comment: None,
        }
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script.keyword("CREATE PUBLICATION ").ident(&self.name);
        if self.all_tables {
            script.keyword(" FOR ALL TABLES");
        }
        for (place, item) in self.items().into_iter().enumerate() {
            script.keyword(if place > 0 { ", " } else { " FOR " });
            // Before 15 the word stands once for all tables.
            if place == 0 || matches!(item, Item::Schema(_)) {
                script.keyword(item.words());
            }
            self.write(&mut script, item);
        }
        if let Some(options) = self.options(&self.bare(), dialect) {
            script.keyword(" WITH (").expression(&options).keyword(")");
        }
        Step::new(script.into_text())
    }

    fn alter_statement(&self, dialect: Dialect, verb: &'static str) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER PUBLICATION ")
            .ident(&self.name)
            .keyword(verb);
        script
    }

    /// Whether a table or schema cannot be published while something happens to it.
    fn lets_go(&self, item: Item<'_>, disturbance: &Disturbance) -> bool {
        match item {
            Item::Schema(schema) => schema
                .as_ref()
                .is_some_and(|schema| Schema::id_of(schema) == disturbance.object),
            Item::Table(table) => {
                let is_own = disturbance.object == Table::id_of(table);
                let Some(published) = self.tables.get(table) else {
                    return false;
                };
                match (&disturbance.part, disturbance.effect) {
                    (Part::Whole, Effect::Removed | Effect::Swapped) if is_own => true,
                    // A column of the list, or one that the filter may name.
                    (Part::Column(column), _) if is_own => {
                        published.filter.is_some()
                            || disturbance.effect == Effect::Removed
                                && published
                                    .columns
                                    .as_ref()
                                    .is_some_and(|columns| columns.contains(column))
                    }
                    // What a filter calls.
                    (_, Effect::Removed | Effect::Swapped) => {
                        !is_own
                            && disturbance.object.kind != Kind::Table
                            && published.filter.is_some()
                    }
                    (_, Effect::Retyped | Effect::Rebuilt) => false,
                }
            }
        }
    }
}

fn write_name(script: &mut Script, item: Item<'_>) {
    match item {
        // Else a table's children would come along.
        Item::Table(table) => script.keyword("ONLY ").name(table),
        Item::Schema(Some(schema)) => script.ident(schema),
        // The session's first schema is the default one, whatever it is called.
        Item::Schema(None) => script.keyword("CURRENT_SCHEMA"),
    };
}

impl Definition for Publication {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::Publication,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let whole = |object| Reference {
            object,
            part: Part::Whole,
        };
        let tables = self.tables.keys().map(|name| whole(Table::id_of(name)));
        let schemas = self.schemas.iter().flatten();
        tables
            .chain(schemas.map(|name| whole(Schema::id_of(name))))
            .collect()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP PUBLICATION ").ident(&self.name);
        vec![Step::new(script.into_text()).with(Hazard::new(
            &replication::PUBLICATION_DROPPED,
            format!(
                "whoever subscribes to publication {} gets no more changes",
                self.name
            ),
        ))]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        if pair.map(|publication| publication.all_tables).differs() {
            return Alteration::Recreate;
        }
        let mut alteration = InPlace::default();
        let items = pair.map(Self::items);
        let is_same = |item: Item<'_>| match item {
            Item::Table(table) => !pair
                .map(|publication| publication.tables.get(table))
                .differs(),
            Item::Schema(_) => items.before.contains(&item) && items.after.contains(&item),
        };
        let steps_aside = |item: Item<'_>| {
            let mut disturbed = context.disturbed.iter();
            disturbed.any(|disturbance| pair.before.lets_go(item, disturbance))
        };
        for item in &items.before {
            if !is_same(*item) || steps_aside(*item) {
                let mut script = pair.before.alter_statement(dialect, " DROP ");
                script.keyword(item.words());
                write_name(&mut script, *item);
                alteration.release.push(Step::new(script.into_text()));
            }
        }
        if let Some(options) = pair.after.options(pair.before, dialect) {
            let mut script = pair.after.alter_statement(dialect, " SET (");
            script.expression(&options).keyword(")");
            alteration.main.push(Step::new(script.into_text()));
        }
        alteration.main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|publication| publication.comment.as_deref()),
        ));
        for item in &items.after {
            if !is_same(*item) || steps_aside(*item) {
                let mut script = pair.after.alter_statement(dialect, " ADD ");
                script.keyword(item.words());
                pair.after.write(&mut script, *item);
                alteration.restore.push(Step::new(script.into_text()));
            }
        }
        Alteration::InPlace(alteration)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        for (name, own) in &mut zipped.tables {
            let other = other.tables.get(name);
            if let (Some(own), Some(other)) = (
                &mut own.filter,
                other.and_then(|table| table.filter.as_ref()),
            ) {
                *own = f(own, other);
            }
        }
        zipped
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn without_expressions(&self) -> Self {
        let mut bare = self.clone();
        for table in bare.tables.values_mut() {
            table.filter = table.filter.as_ref().map(|_| Expr::from_server(""));
        }
        bare
    }
}

/// Tables by name, as a list: no format's key is a name with a schema.
mod listed {
    use std::collections::BTreeMap;

    use schemist_sql::QualifiedName;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::PublishedTable;

    pub(super) fn serialize<S: Serializer>(
        tables: &BTreeMap<QualifiedName, PublishedTable>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(tables)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<QualifiedName, PublishedTable>, D::Error> {
        let listed = Vec::<(QualifiedName, PublishedTable)>::deserialize(deserializer)?;
        Ok(listed.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_publication_is_made_with_all_that_it_publishes() {
        let ident = |name: &str| Ident::parse(name).unwrap();
        let bare = Publication {
            name: ident("news"),
            all_tables: false,
            tables: BTreeMap::new(),
            schemas: BTreeSet::new(),
            publish: BTreeSet::from(["insert".to_owned()]),
            via_root: true,
            stored_generated: true,
            comment: Some("why".to_owned()),
        };
        let book = PublishedTable {
            columns: Some(BTreeSet::from([ident("title"), ident("id")])),
            filter: Some(Expr::from_server("(id > 3)")),
        };
        let publication = Publication {
            tables: BTreeMap::from([(QualifiedName::unqualified(ident("book")), book)]),
            schemas: BTreeSet::from([None, Some(ident("shop"))]),
            ..bare
        };
        let texts: Vec<_> = publication
            .create(Dialect::Postgres)
            .into_iter()
            .chain(publication.drop(Dialect::Postgres))
            .map(|step| step.sql)
            .collect();
        assert_snapshot!(texts.join(";\n"), @r#"
        CREATE PUBLICATION "news" FOR TABLE ONLY "book" ("id", "title") WHERE ((id > 3)), TABLES IN SCHEMA CURRENT_SCHEMA, TABLES IN SCHEMA "shop" WITH (publish = 'insert', publish_via_partition_root = true, publish_generated_columns = stored);
        COMMENT ON PUBLICATION "news" IS 'why';
        DROP PUBLICATION "news"
        "#);
    }
}
