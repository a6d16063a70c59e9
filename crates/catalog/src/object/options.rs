//! Storage options of relations, the same for every kind that has them.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, QualifiedName, Script};

use crate::{Pair, Step};

/// Options as the server keeps them: `key=value`, with commas between.
pub(crate) fn options_list(options: &BTreeMap<String, String>) -> String {
    let list: Vec<_> = options
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    list.join(", ")
}

/// The statements that set and reset storage options; `words` are `ALTER TABLE ` and the like.
pub(crate) fn alter_options(
    dialect: Dialect,
    words: &'static str,
    name: &QualifiedName,
    pair: Pair<&BTreeMap<String, String>>,
) -> Vec<Step> {
    let changed: BTreeMap<_, _> = pair
        .after
        .iter()
        .filter(|(key, value)| pair.before.get(*key) != Some(value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let gone: Vec<_> = pair
        .before
        .keys()
        .filter(|key| !pair.after.contains_key(*key))
        .map(String::as_str)
        .collect();
    let statement = |verb: &'static str, list: &str| {
        let mut script = Script::new(dialect);
        script
            .keyword(words)
            .name(name)
            .keyword(verb)
            .expression(list)
            .keyword(")");
        Step::new(script.into_text())
    };
    let mut steps = Vec::new();
    if !changed.is_empty() {
        steps.push(statement(" SET (", &options_list(&changed)));
    }
    if !gone.is_empty() {
        steps.push(statement(" RESET (", &gone.join(", ")));
    }
    steps
}
