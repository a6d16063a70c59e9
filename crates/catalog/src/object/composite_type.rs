//! Composite types: rows that are no table's. PostgreSQL alone has them as types of their own. Their attributes change in place only while no table holds values of them; else the type is replaced by a new one under its name, and the values move over attribute by attribute.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema, type_swap};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, InPlace, Kind, ObjectId, Pair, Part,
    Reference, Step,
};

/// One attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: Ident,
    /// Its type in the server's words.
    pub data_type: String,
    /// The type behind it, or behind the array that it is, where it is one of the database.
    pub user_type: Option<ObjectId>,
    /// Its collation, where it is not the type's own.
    pub collation: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Attribute {
    fn write(&self, script: &mut Script) {
        script
            .ident(&self.name)
            .keyword(" ")
            .expression(&self.data_type);
        if let Some(collation) = &self.collation {
            script.keyword(" COLLATE ").expression(collation);
        }
    }

    fn is_retyped(pair: Pair<&Self>) -> bool {
        pair.map(|attribute| &attribute.data_type).differs()
            || pair.map(|attribute| &attribute.collation).differs()
    }
}

/// A composite type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CompositeType {
    /// Its name.
    pub name: QualifiedName,
    /// Its attributes, in their order.
    pub attributes: Vec<Attribute>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl CompositeType {
    /// The id of the type of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::CompositeType, name.clone())
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &Ident) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| &attribute.name == name)
    }

    /// A value of the type before as one of the type after, attribute by attribute; `None` where the text
    /// of the whole value says it already.
    pub(crate) fn carry(pair: Pair<&Self>, value: &str, dialect: Dialect) -> Option<String> {
        let names = |side: &Self| -> Vec<Ident> {
            let names = side.attributes.iter().map(|attribute| &attribute.name);
            names.cloned().collect()
        };
        if !pair.map(names).differs() {
            return None;
        }
        let mut script = Script::new(dialect);
        script
            .keyword("(CASE WHEN ")
            .expression(value)
            .keyword(" IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(");
        for (i, after) in pair.after.attributes.iter().enumerate() {
            script.keyword(if i > 0 { ", " } else { "" });
            let Some(before) = pair.before.attribute(&after.name) else {
                script.keyword("NULL");
                continue;
            };
            script
                .keyword("(")
                .expression(value)
                .keyword(").")
                .ident(&before.name);
            if Attribute::is_retyped(Pair::new(before, after)) || after.user_type.is_some() {
                script.keyword("::text");
            }
            if after.data_type != "text" {
                script.keyword("::").expression(&after.data_type);
            }
        }
        script
            .keyword(")::")
            .name(&pair.after.name)
            .keyword(" END)");
        Some(script.into_text())
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TYPE ", &self.name.quoted(dialect))
    }

    fn attribute_target(&self, attribute: &Ident, dialect: Dialect) -> String {
        let (name, attribute) = (self.name.quoted(dialect), attribute.quoted(dialect));
        comment::target("COLUMN ", &format!("{name}.{attribute}"))
    }

    fn alter_type(&self, words: &'static str, dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TYPE ")
            .name(&self.name)
            .keyword(words);
        script
    }

    /// Whether dropping and appending attributes gives the order after.
    fn keeps_order(pair: Pair<&Self>) -> bool {
        let kept: Vec<_> = pair
            .before
            .attributes
            .iter()
            .map(|attribute| &attribute.name)
            .filter(|name| pair.after.attribute(name).is_some())
            .collect();
        let names = pair
            .after
            .attributes
            .iter()
            .map(|attribute| &attribute.name);
        let first: Vec<_> = names.take(kept.len()).collect();
        kept == first
    }
}

impl Definition for CompositeType {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        let types = self.attributes.iter().filter_map(|a| a.user_type.clone());
        references.extend(types.map(|object| Reference {
            object,
            part: Part::Whole,
        }));
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE TYPE ")
            .name(&self.name)
            .keyword(" AS (");
        for (i, attribute) in self.attributes.iter().enumerate() {
            script.keyword(if i > 0 { ",\n    " } else { "\n    " });
            attribute.write(&mut script);
        }
        script.keyword(if self.attributes.is_empty() {
            ")"
        } else {
            "\n)"
        });
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        for attribute in &self.attributes {
            let target = self.attribute_target(&attribute.name, dialect);
            steps.extend(comment::on_create(
                dialect,
                &target,
                attribute.comment.as_deref(),
            ));
        }
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP TYPE ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let id = pair.after.id();
        let part_goes = context.has(Effect::Removed) || context.has(Effect::Swapped);
        let shapes = pair.map(|side| {
            let bare = |attribute: &Attribute| Attribute {
                comment: None,
                ..attribute.clone()
            };
            side.attributes.iter().map(bare).collect::<Vec<_>>()
        });
        if !part_goes && !shapes.differs() {
            return Alteration::steps(comments(pair, context.dialect));
        }
        if type_swap::is_stored(&id, context) {
            let successor = pair.after.create(context.dialect);
            return type_swap::swap(context.dialect, "TYPE", &pair.before.name, successor);
        }
        if part_goes || !Self::keeps_order(pair) {
            return Alteration::Recreate;
        }
        Alteration::InPlace(attributes(pair, context.dialect))
    }
}

/// Drops, alters and appends attributes.
fn attributes(pair: Pair<&CompositeType>, dialect: Dialect) -> InPlace {
    let mut plan = InPlace::default();
    for before in &pair.before.attributes {
        let part = Part::Column(before.name.clone());
        match pair.after.attribute(&before.name) {
            None => {
                let mut script = pair.after.alter_type(" DROP ATTRIBUTE ", dialect);
                script.ident(&before.name);
                plan.main.push(Step::new(script.into_text()));
                plan.disturbs.insert((part, Effect::Removed));
            }
            Some(after) if Attribute::is_retyped(Pair::new(before, after)) => {
                let mut script = pair.after.alter_type(" ALTER ATTRIBUTE ", dialect);
                script
                    .ident(&after.name)
                    .keyword(" TYPE ")
                    .expression(&after.data_type);
                if let Some(collation) = &after.collation {
                    script.keyword(" COLLATE ").expression(collation);
                }
                plan.main.push(Step::new(script.into_text()));
                plan.disturbs.insert((part, Effect::Retyped));
            }
            Some(_) => {}
        }
    }
    for after in &pair.after.attributes {
        if pair.before.attribute(&after.name).is_none() {
            let mut script = pair.after.alter_type(" ADD ATTRIBUTE ", dialect);
            after.write(&mut script);
            plan.main.push(Step::new(script.into_text()));
        }
    }
    plan.main.extend(comments(pair, dialect));
    plan
}

fn comments(pair: Pair<&CompositeType>, dialect: Dialect) -> Vec<Step> {
    let mut steps = comment::on_alter(
        dialect,
        &pair.after.comment_target(dialect),
        pair.map(|side| side.comment.as_deref()),
    );
    for after in &pair.after.attributes {
        let before = pair.before.attribute(&after.name);
        let comments = Pair::new(
            before.and_then(|before| before.comment.as_deref()),
            after.comment.as_deref(),
        );
        let target = pair.after.attribute_target(&after.name, dialect);
        steps.extend(comment::on_alter(dialect, &target, comments));
    }
    steps
}
