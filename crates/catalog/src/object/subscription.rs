//! Subscriptions: whose published changes are copied here. PostgreSQL alone has them. A revision never connects to a publisher: it makes a subscription switched off, and who runs it switches it on. Whether it is on, is therefore no part of it, nor is the password among the words of its connection.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::comment;
use crate::hazard::{replication, rights};
use crate::{Alteration, Context, Definition, Hazard, Kind, ObjectId, Pair, Step};

/// What a subscription says of itself, where the reader may know it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SubscriptionTerms {
    /// Where the publisher is, with a placeholder for the password.
    pub connection: String,
    /// What of it is subscribed to.
    pub publications: BTreeSet<String>,
    /// The replication slot on the publisher's side; `None` for none.
    pub slot: Option<String>,
    /// Its options, where they are not the server's own, such as `binary`.
    pub options: BTreeMap<String, String>,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Subscription {
    /// Its name, which is in no schema.
    pub name: Ident,
    /// What it says; `None` where the reader may not know it.
    pub terms: Option<SubscriptionTerms>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

/// What is written in place of a password.
pub const SECRET_PLACEHOLDER: &str = "<secret>";

/// What is written in place of a password in a URL.
pub const SECRET_IN_URL: &str = "%3Csecret%3E";

/// Options that no `ALTER` changes, or none that does not ask the publisher.
const FIXED: [&str; 2] = ["two_phase", "failover"];

impl SubscriptionTerms {
    fn write_publications(&self, script: &mut Script) {
        script.keyword(" PUBLICATION ");
        for (place, publication) in self.publications.iter().enumerate() {
            script
                .keyword(if place > 0 { ", " } else { "" })
                .ident(&Ident::from_server(publication.as_str()));
        }
    }

    fn slot_words(&self, dialect: Dialect) -> String {
        let mut script = Script::new(dialect);
        script.keyword("slot_name = ");
        match &self.slot {
            Some(slot) => script.literal(slot),
            None => script.keyword("NONE"),
        };
        script.into_text()
    }

    fn fixed(&self) -> Vec<Option<&String>> {
        FIXED.iter().map(|name| self.options.get(*name)).collect()
    }
}

impl Subscription {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("SUBSCRIPTION ", &self.name.quoted(dialect))
    }

    fn statement(&self, dialect: Dialect, verb: &'static str) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword(verb)
            .keyword(" SUBSCRIPTION ")
            .ident(&self.name);
        script
    }

    fn secret_hazard(&self, terms: &SubscriptionTerms) -> Option<Hazard> {
        let is_left_out = [SECRET_PLACEHOLDER, SECRET_IN_URL]
            .iter()
            .any(|placeholder| terms.connection.contains(placeholder));
        is_left_out.then(|| {
            Hazard::new(
                &rights::SECRET_LEFT_OUT,
                format!(
                    "a revision holds no secrets: the password of subscription {} must be set by hand where it says {SECRET_PLACEHOLDER}",
                    self.name
                ),
            )
        })
    }

    fn create_step(&self, terms: &SubscriptionTerms, dialect: Dialect) -> Step {
        let mut script = self.statement(dialect, "CREATE");
        script.keyword(" CONNECTION ").literal(&terms.connection);
        terms.write_publications(&mut script);
        script
            .keyword(" WITH (connect = false, ")
            .expression(&terms.slot_words(dialect));
        for (name, value) in &terms.options {
            script
                .keyword(", ")
                .ident(&Ident::from_server(name.as_str()))
                .keyword(" = ")
                .literal(value);
        }
        script.keyword(")");
        let mut step = Step::new(script.into_text()).with(Hazard::new(
            &replication::SUBSCRIPTION_SWITCHED_OFF,
            format!(
                "subscription {} is made switched off, without its slot and without rows: switch it on with ALTER SUBSCRIPTION",
                self.name
            ),
        ));
        step.hazards.extend(self.secret_hazard(terms));
        step
    }

    fn alter_terms(&self, terms: Pair<&SubscriptionTerms>, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        if terms.map(|terms| &terms.connection).differs() {
            let mut script = self.statement(dialect, "ALTER");
            script
                .keyword(" CONNECTION ")
                .literal(&terms.after.connection);
            let mut step = Step::new(script.into_text());
            step.hazards.extend(self.secret_hazard(terms.after));
            steps.push(step);
        }
        if terms.map(|terms| &terms.publications).differs() {
            let mut script = self.statement(dialect, "ALTER");
            script.keyword(" SET");
            terms.after.write_publications(&mut script);
            script.keyword(" WITH (refresh = false)");
            steps.push(Step::new(script.into_text()).with(Hazard::new(
                &replication::SUBSCRIPTION_NOT_REFRESHED,
                format!(
                    "subscription {} copies other tables only after ALTER SUBSCRIPTION … REFRESH PUBLICATION",
                    self.name
                ),
            )));
        }
        let mut options = Vec::new();
        if terms.map(|terms| &terms.slot).differs() {
            options.push(terms.after.slot_words(dialect));
        }
        let sides = terms.map(|terms| &terms.options);
        let names: BTreeSet<_> = sides.before.keys().chain(sides.after.keys()).collect();
        for name in names {
            let values = sides.map(|options| options.get(name));
            if !values.differs() {
                continue;
            }
            let mut script = Script::new(dialect);
            let value = values.after.map(String::as_str);
            script
                .ident(&Ident::from_server(name.as_str()))
                .keyword(" = ")
                .literal(value.unwrap_or_else(|| usual(name)));
            options.push(script.into_text());
        }
        if !options.is_empty() {
            let mut script = self.statement(dialect, "ALTER");
            script
                .keyword(" SET (")
                .expression(&options.join(", "))
                .keyword(")");
            steps.push(Step::new(script.into_text()));
        }
        steps
    }
}

/// What an option is where nobody says it.
fn usual(option: &str) -> &'static str {
    match option {
        "synchronous_commit" => "off",
        "origin" => "any",
        "password_required" => "true",
        _ => "false",
    }
}

impl Definition for Subscription {
    fn id(&self) -> ObjectId {
        ObjectId::new(
            Kind::Subscription,
            QualifiedName::unqualified(self.name.clone()),
        )
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let Some(terms) = &self.terms else {
            return Vec::new();
        };
        let mut steps = vec![self.create_step(terms, dialect)];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        // With a slot it would ask the publisher to drop it, and could not do so in a transaction.
        let mut disable = self.statement(dialect, "ALTER");
        disable.keyword(" DISABLE");
        let mut forget = self.statement(dialect, "ALTER");
        forget.keyword(" SET (slot_name = NONE)");
        let step = Step::new(self.statement(dialect, "DROP").into_text());
        let slot = self.terms.as_ref().and_then(|terms| terms.slot.as_ref());
        let step = match slot {
            Some(slot) => step.with(Hazard::new(
                &replication::REPLICATION_SLOT_LEFT,
                format!(
                    "replication slot {slot} of subscription {} stays on the publisher's side and keeps its log there until somebody drops it",
                    self.name
                ),
            )),
            None => step,
        };
        vec![
            Step::new(disable.into_text()),
            Step::new(forget.into_text()),
            step,
        ]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let dialect = context.dialect;
        let mut main = Vec::new();
        if let (Some(before), Some(after)) = (&pair.before.terms, &pair.after.terms) {
            let terms = Pair::new(before, after);
            if terms.map(SubscriptionTerms::fixed).differs() {
                return Alteration::Recreate;
            }
            main.extend(pair.after.alter_terms(terms, dialect));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|subscription| subscription.comment.as_deref()),
        ));
        Alteration::steps(main)
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        match live.terms {
            Some(_) => self.clone(),
            // What cannot be known cannot differ.
            None => live.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_subscription_is_made_and_dropped_without_connecting() {
        let subscription = Subscription {
            name: Ident::parse("news").unwrap(),
            terms: Some(SubscriptionTerms {
                connection: "host=there password=<secret>".to_owned(),
                publications: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
                slot: Some("news".to_owned()),
                options: BTreeMap::from([("binary".to_owned(), "true".to_owned())]),
            }),
            comment: None,
        };
        let texts: Vec<_> = subscription
            .create(Dialect::Postgres)
            .into_iter()
            .chain(subscription.drop(Dialect::Postgres))
            .map(|step| step.sql)
            .collect();
        assert_snapshot!(texts.join(";\n"), @r#"
        CREATE SUBSCRIPTION "news" CONNECTION 'host=there password=<secret>' PUBLICATION "a", "b" WITH (connect = false, slot_name = 'news', "binary" = 'true');
        ALTER SUBSCRIPTION "news" DISABLE;
        ALTER SUBSCRIPTION "news" SET (slot_name = NONE);
        DROP SUBSCRIPTION "news"
        "#);
    }
}
