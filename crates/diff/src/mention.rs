//! What texts mention, among the objects of a plan.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::ObjectId;
use schemist_sql::{Dialect, mentioned_names};

/// The objects of a plan whose names stand alone, by these names.
pub(crate) struct Mentions<'a> {
    dialect: Dialect,
    by_name: BTreeMap<String, Vec<&'a ObjectId>>,
}

impl<'a> Mentions<'a> {
    /// Looks for these objects.
    pub(crate) fn among(ids: impl Iterator<Item = &'a ObjectId>, dialect: Dialect) -> Self {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for id in ids.filter(|id| id.is_named_alone()) {
            let name = dialect.folded(id.name.name.as_str());
            by_name.entry(name).or_default().push(id);
        }
        Self { dialect, by_name }
    }

    /// The objects that the words of a text may name.
    pub(crate) fn of(&self, text: &str) -> BTreeSet<&'a ObjectId> {
        let names = mentioned_names(self.dialect, text);
        let found = names.iter().filter_map(|name| self.by_name.get(name));
        found.flatten().copied().collect()
    }
}
