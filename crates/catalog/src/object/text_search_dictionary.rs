//! Text search dictionaries: what becomes of a word in a text (PostgreSQL). The options change in place, but what was computed with them stays as it was; the template cannot change.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, QualifiedName, Script, words};

use super::{comment, in_schema, keeping_results};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// A text search dictionary.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextSearchDictionary {
    /// Its name.
    pub name: QualifiedName,
    /// The template that it is made from, as the server prints it.
    pub template: String,
    /// What the template is told, as the server prints it: `key = 'value'` with commas between, in the order
    /// in which it was said.
    pub options: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl TextSearchDictionary {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TEXT SEARCH DICTIONARY ", &self.name.quoted(dialect))
    }

    /// The names of the options.
    fn keys(&self, dialect: Dialect) -> Vec<&str> {
        let text = self.options.as_deref().unwrap_or_default();
        let mut keys = Vec::new();
        let mut is_key = true;
        for word in words(dialect, text) {
            if is_key {
                keys.push(word.text);
            }
            is_key = word.is_punct(',');
        }
        keys
    }

    /// The statement that changes the options: each that is said moves to the end of their list, so that
    /// saying all of them gives their order, too.
    fn set_options(pair: Pair<&Self>, dialect: Dialect) -> Step {
        let kept = pair.after.keys(dialect);
        let mut said = pair.before.keys(dialect);
        said.retain(|key| !kept.contains(key));
        said.extend(pair.after.options.as_deref());
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TEXT SEARCH DICTIONARY ")
            .name(&pair.after.name)
            .keyword(" (")
            .expression(&said.join(", "))
            .keyword(")");
        Step::new(script.into_text())
    }

    /// The statement with what keeps the results of the dictionary, and of the configurations that use it.
    fn keeping(&self, step: Step, context: &Context<'_>) -> Step {
        let id = self.id();
        let users = context.catalogs.before.dependencies().iter();
        let configurations = users.filter(|(user, references)| {
            user.kind == Kind::TextSearchConfiguration
                && references.iter().any(|reference| reference.object == id)
        });
        configurations
            .map(|(user, _)| user)
            .chain([&id])
            .fold(step, |step, source| keeping_results(step, source, context))
    }
}

impl Definition for TextSearchDictionary {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::TextSearchDictionary, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    /// A dictionary may be told the name of another.
    fn mentions(&self) -> Option<&str> {
        self.options.as_deref()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE TEXT SEARCH DICTIONARY ")
            .name(&self.name)
            .keyword(" (TEMPLATE = ")
            .expression(&self.template);
        if let Some(options) = &self.options {
            script.keyword(", ").expression(options);
        }
        script.keyword(")");
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("DROP TEXT SEARCH DICTIONARY ")
            .name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        if !context.disturbed.is_empty() || pair.map(|side| &side.template).differs() {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main = Vec::new();
        if pair.map(|side| &side.options).differs() {
            let step = Self::set_options(pair, dialect);
            main.push(pair.after.keeping(step, context));
        }
        main.extend(comment::on_alter(
            dialect,
            &pair.after.comment_target(dialect),
            pair.map(|side| side.comment.as_deref()),
        ));
        Alteration::steps(main)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Ident;

    use super::*;

    fn dictionary(options: &str) -> TextSearchDictionary {
        TextSearchDictionary {
            name: QualifiedName::unqualified(Ident::from_server("stem")),
            template: "snowball".to_owned(),
            options: Some(options.to_owned()),
            comment: None,
        }
    }

    #[test]
    fn all_options_are_said_in_their_order() {
        let before = dictionary("stopwords = 'a, b = c', language = 'german', \"Odd, = Key\" = 1");
        let after = dictionary("language = 'english'");
        let step = TextSearchDictionary::set_options(Pair::new(&before, &after), Dialect::Postgres);
        assert_snapshot!(step.sql, @r#"ALTER TEXT SEARCH DICTIONARY "stem" (stopwords, "Odd, = Key", language = 'english')"#);
    }
}
