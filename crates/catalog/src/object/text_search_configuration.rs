//! Text search configurations: which dictionaries each kind of word in a text goes through (PostgreSQL). The mappings change in place, but what was computed with them stays as it was; the parser cannot change.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{comment, in_schema, keeping_results};
use crate::{Alteration, Catalog, Context, Definition, Kind, ObjectId, Pair, Reference, Step};

/// A text search configuration.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextSearchConfiguration {
    /// Its name.
    pub name: QualifiedName,
    /// The parser that takes texts apart, as the server prints it.
    pub parser: String,
    /// The dictionaries that each kind of word is looked up in, in order, as the server prints them.
    pub mappings: BTreeMap<Ident, Vec<String>>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl TextSearchConfiguration {
    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("TEXT SEARCH CONFIGURATION ", &self.name.quoted(dialect))
    }

    /// The kinds of words with the same dictionaries, together.
    fn by_dictionaries<'a>(
        mappings: impl IntoIterator<Item = (&'a Ident, &'a Vec<String>)>,
    ) -> BTreeMap<&'a Vec<String>, Vec<&'a Ident>> {
        let mut grouped: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (word, dictionaries) in mappings {
            grouped.entry(dictionaries).or_default().push(word);
        }
        grouped
    }

    fn mapping(&self, verb: &'static str, words: &[&Ident], dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TEXT SEARCH CONFIGURATION ")
            .name(&self.name)
            .keyword(verb);
        for (place, word) in words.iter().enumerate() {
            script
                .keyword(if place > 0 { ", " } else { "" })
                .ident(word);
        }
        script
    }

    fn map<'a>(
        &self,
        verb: &'static str,
        mappings: impl IntoIterator<Item = (&'a Ident, &'a Vec<String>)>,
        dialect: Dialect,
    ) -> Vec<Step> {
        let grouped = Self::by_dictionaries(mappings);
        let statement = |(dictionaries, words): (&Vec<String>, Vec<&Ident>)| {
            let mut script = self.mapping(verb, &words, dialect);
            script
                .keyword(" WITH ")
                .expression(&dictionaries.join(", "));
            Step::new(script.into_text())
        };
        grouped.into_iter().map(statement).collect()
    }

    /// The statements that change the mappings.
    fn remap(pair: Pair<&Self>, dialect: Dialect) -> Vec<Step> {
        let (before, after) = (&pair.before.mappings, &pair.after.mappings);
        let gone: Vec<_> = before
            .keys()
            .filter(|word| !after.contains_key(*word))
            .collect();
        let mut steps = Vec::new();
        if !gone.is_empty() {
            let script = pair.after.mapping(" DROP MAPPING FOR ", &gone, dialect);
            steps.push(Step::new(script.into_text()));
        }
        let changed = after.iter().filter(|(word, dictionaries)| {
            let known = before.get(*word);
            known.is_some_and(|known| known != *dictionaries)
        });
        steps.extend(pair.after.map(" ALTER MAPPING FOR ", changed, dialect));
        let new = after.iter().filter(|(word, _)| !before.contains_key(*word));
        steps.extend(pair.after.map(" ADD MAPPING FOR ", new, dialect));
        steps
    }
}

impl Definition for TextSearchConfiguration {
    fn id(&self) -> ObjectId {
        ObjectId::new(Kind::TextSearchConfiguration, self.name.clone())
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        in_schema(self.name.schema.as_ref())
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE TEXT SEARCH CONFIGURATION ")
            .name(&self.name)
            .keyword(" (PARSER = ")
            .expression(&self.parser)
            .keyword(")");
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(self.map(" ADD MAPPING FOR ", &self.mappings, dialect));
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
            .keyword("DROP TEXT SEARCH CONFIGURATION ")
            .name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        // What is gone for good is mapped to no more.
        let is_made_again = context
            .disturbed
            .iter()
            .any(|disturbance| context.catalogs.after.get(&disturbance.object).is_some());
        if is_made_again || pair.map(|side| &side.parser).differs() {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut main = Self::remap(pair, dialect);
        if let Some(last) = main.pop() {
            main.push(keeping_results(last, &pair.after.id(), context));
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

    use super::*;

    fn configuration(mappings: &[(&str, &[&str])]) -> TextSearchConfiguration {
        let mapping = |(word, dictionaries): &(&str, &[&str])| {
            let dictionaries = dictionaries.iter().map(|one| (*one).to_owned());
            (Ident::from_server(*word), dictionaries.collect())
        };
        TextSearchConfiguration {
            name: QualifiedName::unqualified(Ident::from_server("plain")),
            parser: "\"default\"".to_owned(),
            mappings: mappings.iter().map(mapping).collect(),
            comment: None,
        }
    }

    #[test]
    fn words_that_are_looked_up_alike_are_mapped_together() {
        let before = configuration(&[
            ("asciiword", &["simple"]),
            ("word", &["simple"]),
            ("url", &["simple"]),
        ]);
        let after = configuration(&[
            ("asciiword", &["thesaurus", "english_stem"]),
            ("word", &["thesaurus", "english_stem"]),
            ("email", &["simple"]),
        ]);
        let steps = TextSearchConfiguration::remap(Pair::new(&before, &after), Dialect::Postgres);
        let statements: Vec<_> = steps.into_iter().map(|step| step.sql).collect();
        assert_snapshot!(statements.join("\n"), @r#"
        ALTER TEXT SEARCH CONFIGURATION "plain" DROP MAPPING FOR "url"
        ALTER TEXT SEARCH CONFIGURATION "plain" ALTER MAPPING FOR "asciiword", "word" WITH thesaurus, english_stem
        ALTER TEXT SEARCH CONFIGURATION "plain" ADD MAPPING FOR "email" WITH simple
        "#);
    }
}
