//! Extensions: packages of objects that PostgreSQL brings. What belongs to an extension is not ours; only its presence, schema and version are. The version, the schema and the comment are compared only where the declaration writes them. There are no ways back between versions: an older one is reached by a new start.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::hazard::replication;
use crate::{Alteration, Context, Definition, Hazard, Kind, ObjectId, Pair, Step};

/// An installed extension.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Extension {
    /// Its name.
    pub name: Ident,
    /// The schema that its objects are in; `None` for the default one, or where nobody wrote it.
    pub schema: Option<Ident>,
    /// Its version; `None` where nobody wrote it.
    pub version: Option<String>,
    /// What `COMMENT ON` says of it; `None` where nobody wrote it.
    pub comment: Option<String>,
    /// What its package says of it.
    pub own_comment: OwnComment,
}

/// What a new extension's package says of it. It is the machine's and not the database's, so that any two are
/// equal.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct OwnComment(pub Option<String>);

impl PartialEq for OwnComment {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for OwnComment {}

impl Extension {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("EXTENSION ", &self.name.quoted(dialect))
    }
}

/// The numbers in a version, and the text where there are none, as versions are sorted.
fn sort_key(version: &str) -> Vec<(u64, &str)> {
    let parts = version.split(['.', '-']);
    parts
        .map(|part| (part.parse().unwrap_or_default(), part))
        .collect()
}

impl Definition for Extension {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::Extension,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn references(
        &self,
        _catalog: &crate::Catalog,
    ) -> std::collections::BTreeSet<crate::Reference> {
        super::in_schema(self.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("CREATE EXTENSION ").ident(&self.name);
        if let Some(schema) = &self.schema {
            script.keyword(" SCHEMA ").ident(schema);
        }
        if let Some(version) = &self.version {
            script.keyword(" VERSION ").literal(version);
        }
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment
                .as_deref()
                .filter(|text| self.own_comment.0.as_deref() != Some(text)),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP EXTENSION ").ident(&self.name);
        vec![Step::new(script.into_text()).with(Hazard::new(
            &replication::EXTENSION_DROPPED,
            format!(
                "extension {} is removed with all of its types and functions",
                self.name
            ),
        ))]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let mut steps = Vec::new();
        let statement = || {
            let mut script = Script::new(context.dialect);
            script.keyword("ALTER EXTENSION ").ident(&pair.after.name);
            script
        };
        if let (Some(version), true) = (
            &pair.after.version,
            pair.map(|side| &side.version).differs(),
        ) {
            let before = pair.before.version.as_deref().unwrap_or_default();
            if sort_key(version) < sort_key(before) {
                return Alteration::Recreate;
            }
            let mut script = statement();
            script.keyword(" UPDATE TO ").literal(version);
            steps.push(Step::new(script.into_text()));
        }
        if let (Some(schema), true) = (&pair.after.schema, pair.map(|side| &side.schema).differs())
        {
            let mut script = statement();
            script.keyword(" SET SCHEMA ").ident(schema);
            steps.push(Step::new(script.into_text()));
        }
        if pair.after.comment.is_some() {
            steps.extend(comment::on_alter(
                context.dialect,
                &pair.after.comment_target(context.dialect),
                pair.map(|side| side.comment.as_deref()),
            ));
        }
        Alteration::steps(steps)
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        Self {
            name: self.name.clone(),
            schema: self.schema.clone().or_else(|| live.schema.clone()),
            version: self.version.clone().or_else(|| live.version.clone()),
            comment: self.comment.clone().or_else(|| live.comment.clone()),
            own_comment: self.own_comment.clone(),
        }
    }
}
