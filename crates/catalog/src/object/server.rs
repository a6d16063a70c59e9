//! Servers: other servers whose tables are seen here. PostgreSQL alone has them. A server's type and its wrapper cannot be altered: with it, its foreign tables and user mappings are made again.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::foreign_options::{
    ForeignOptions, change_foreign_options, secrets_hazard, write_foreign_options,
};
use super::{ForeignDataWrapper, comment};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// A foreign server.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Server {
    /// Its name, which is in no schema.
    pub name: Ident,
    /// What its wrapper may tell it from others by.
    pub server_type: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The foreign data wrapper that reaches it.
    pub wrapper: Ident,
    /// Its options.
    pub options: ForeignOptions,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Server {
    /// The id of the server of this name.
    pub fn id_of(name: &Ident) -> ObjectId {
        ObjectId::new(Kind::Server, QualifiedName::unqualified(name.clone()))
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("SERVER ", &self.name.quoted(dialect))
    }
}

impl Definition for Server {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::from([Reference {
            object: ForeignDataWrapper::id_of(&self.wrapper),
            part: Part::Whole,
        }])
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("CREATE SERVER ").ident(&self.name);
        if let Some(server_type) = &self.server_type {
            script.keyword(" TYPE ").literal(server_type);
        }
        if let Some(version) = &self.version {
            script.keyword(" VERSION ").literal(version);
        }
        script
            .keyword(" FOREIGN DATA WRAPPER ")
            .ident(&self.wrapper);
        write_foreign_options(&mut script, &self.options);
        let mut step = Step::new(script.into_text());
        let nothing = ForeignOptions::new();
        step.hazards.extend(secrets_hazard(
            &self.id(),
            Pair::new(&nothing, &self.options),
        ));
        let mut steps = vec![step];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP SERVER ").ident(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        if context.has(Effect::Removed)
            || pair.map(|server| &server.server_type).differs()
            || pair.map(|server| &server.wrapper).differs()
        {
            return Alteration::Recreate;
        }
        let mut script = Script::new(dialect);
        script.keyword("ALTER SERVER ").ident(&pair.after.name);
        let start = script.as_str().len();
        if pair.map(|server| &server.version).differs() {
            script.keyword(" VERSION ");
            match &pair.after.version {
                Some(version) => script.literal(version),
                None => script.keyword("NULL"),
            };
        }
        let options = pair.map(|server| &server.options);
        if let Some(change) = change_foreign_options(dialect, options) {
            script.keyword(" ").expression(&change);
        }
        let mut main = Vec::new();
        if script.as_str().len() > start {
            let mut step = Step::new(script.into_text());
            step.hazards
                .extend(secrets_hazard(&pair.after.id(), options));
            main.push(step);
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|server| server.comment.as_deref()),
        ));
        Alteration::steps(main)
    }
}
