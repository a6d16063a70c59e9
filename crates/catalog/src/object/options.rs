//! Storage options of relations, the same for every kind that has them.

use schemist_sql::{Dialect, QualifiedName, Script};

use crate::{Pair, Plain, Step};

/// Options as the server keeps them, in its order.
///
/// Two sets of options are equal whatever their order: the server appends what is set.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Options(Vec<(String, String)>);

impl Options {
    /// No options.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of an option.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == key);
        found.map(|(_, value)| value.as_str())
    }

    /// The options by their names.
    pub(crate) fn by_name(&self) -> Self {
        let mut options = self.0.clone();
        options.sort();
        Self(options)
    }

    /// The options as statements list them: `key=value`, with commas between.
    pub fn list(&self) -> String {
        let list: Vec<_> = self
            .0
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        list.join(", ")
    }
}

impl Plain for Options {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        self.by_name().0 == other.by_name().0
    }
}

impl Eq for Options {}

impl FromIterator<(String, String)> for Options {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(options: I) -> Self {
        Self(options.into_iter().collect())
    }
}

/// The statements that set and reset storage options; `words` are `ALTER TABLE ` and the like.
pub(crate) fn alter_options(
    dialect: Dialect,
    words: &'static str,
    name: &QualifiedName,
    pair: Pair<&Options>,
) -> Vec<Step> {
    let changed: Options = pair
        .after
        .0
        .iter()
        .filter(|(key, value)| pair.before.get(key) != Some(value))
        .cloned()
        .collect();
    let gone: Vec<_> = pair
        .before
        .0
        .iter()
        .map(|(key, _)| key.as_str())
        .filter(|key| pair.after.get(key).is_none())
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
        steps.push(statement(" SET (", &changed.list()));
    }
    if !gone.is_empty() {
        steps.push(statement(" RESET (", &gone.join(", ")));
    }
    steps
}

#[cfg(test)]
mod tests {
    use schemist_sql::Ident;

    use super::*;

    fn options(list: &[(&str, &str)]) -> Options {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        list.iter().map(own).collect()
    }

    #[test]
    fn the_order_of_options_is_written_and_not_compared() {
        let sides = Pair::new(
            options(&[("fillfactor", "70"), ("deduplicate_items", "off")]),
            options(&[("deduplicate_items", "off"), ("fillfactor", "70")]),
        );
        assert_eq!(sides.before, sides.after);
        assert_eq!(sides.after.list(), "deduplicate_items=off, fillfactor=70");
        let name = QualifiedName::unqualified(Ident::from_server("i"));
        let changes = |pair| alter_options(Dialect::Postgres, "ALTER INDEX ", &name, pair);
        assert!(changes(sides.as_ref()).is_empty());
        let from_nothing = changes(Pair::new(&Options::new(), &sides.before));
        assert_eq!(
            from_nothing[0].sql,
            r#"ALTER INDEX "i" SET (fillfactor=70, deduplicate_items=off)"#
        );
    }
}
