//! Extensions: packages of objects that PostgreSQL brings. What belongs to an extension is not ours; only its presence, schema and version are. The version and the schema are compared only where the declaration writes them.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

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
        vec![Step::new(script.into_text())]
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP EXTENSION ").ident(&self.name);
        vec![Step::new(script.into_text()).with(Hazard::warning(
            "extension_dropped",
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
        Alteration::steps(steps)
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        Self {
            name: self.name.clone(),
            schema: self.schema.clone().or_else(|| live.schema.clone()),
            version: self.version.clone().or_else(|| live.version.clone()),
        }
    }
}
