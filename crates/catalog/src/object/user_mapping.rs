//! User mappings: as whom a role reaches another server. PostgreSQL alone has them. Their options are secrets: only their names are kept and compared, and a mapping that is made says what is to be set by hand.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::Server;
use super::foreign_options::{
    ForeignOptions, change_foreign_options, secrets_hazard, write_foreign_options,
};
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Kind, ObjectId, Pair, Part, Reference, Step,
};

/// A user mapping.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserMapping {
    /// The role; `public` is everybody, and can be no role's name.
    pub role: Ident,
    /// The server.
    pub server: Ident,
    /// Its options; `None` where the reader may not know them.
    pub options: Option<ForeignOptions>,
}

impl UserMapping {
    fn statement(&self, dialect: Dialect, verb: &'static str) -> Script {
        let mut script = Script::new(dialect);
        script.keyword(verb).keyword(" USER MAPPING FOR ");
        if self.role.as_str() == "public" {
            script.keyword("PUBLIC");
        } else {
            script.ident(&self.role);
        }
        script.keyword(" SERVER ").ident(&self.server);
        script
    }
}

impl Definition for UserMapping {
    fn id(&self) -> ObjectId {
        let server = QualifiedName::unqualified(self.server.clone());
        ObjectId::on_table(Kind::UserMapping, &server, self.role.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::from([Reference {
            object: Server::id_of(&self.server),
            part: Part::Whole,
        }])
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = self.statement(dialect, "CREATE");
        let nothing = ForeignOptions::new();
        let options = self.options.as_ref().unwrap_or(&nothing);
        write_foreign_options(&mut script, options);
        let mut step = Step::new(script.into_text());
        step.hazards
            .extend(secrets_hazard(&self.id(), Pair::new(&nothing, options)));
        vec![step]
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        vec![Step::new(self.statement(dialect, "DROP").into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        if context.has(Effect::Removed) {
            return Alteration::Recreate;
        }
        let (Some(before), Some(after)) = (&pair.before.options, &pair.after.options) else {
            return Alteration::nothing();
        };
        let options = Pair::new(before, after);
        let Some(change) = change_foreign_options(context.dialect, options) else {
            return Alteration::nothing();
        };
        let mut script = pair.after.statement(context.dialect, "ALTER");
        script.keyword(" ").expression(&change);
        let mut step = Step::new(script.into_text());
        step.hazards
            .extend(secrets_hazard(&pair.after.id(), options));
        Alteration::steps(vec![step])
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        Self {
            // What cannot be known cannot differ.
            options: live.options.as_ref().and(self.options.clone()),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_mapping_is_made_without_its_secrets() {
        let mapping = |role: &str| UserMapping {
            role: Ident::parse(role).unwrap(),
            server: Ident::parse("other").unwrap(),
            options: Some(ForeignOptions::from([
                ("password".to_owned(), None),
                ("password_required".to_owned(), Some("true".to_owned())),
            ])),
        };
        let steps = mapping("app").create(Dialect::Postgres);
        assert_snapshot!(steps[0].sql, @r#"CREATE USER MAPPING FOR "app" SERVER "other" OPTIONS ("password" '<secret>', "password_required" 'true')"#);
        assert_snapshot!(steps[0].hazards[0].sentence, @r#"a revision holds no secrets: password of user mapping "app" on "other" must be set by hand where it says <secret>"#);
        assert_snapshot!(mapping("public").drop(Dialect::Postgres)[0].sql, @r#"DROP USER MAPPING FOR PUBLIC SERVER "other""#);
    }
}
