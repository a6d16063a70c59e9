//! Changing objects that one is looked up for: those of a name, and those that hold a part of the same rows.

use std::collections::BTreeMap;

use schemist_catalog::{Catalog, Object, ObjectId};
use schemist_sql::QualifiedName;

use crate::response::{Response, Responses};

/// Of all objects that change. To compare each with each takes the square of their number.
pub(crate) struct Kin<'a> {
    named: BTreeMap<&'a QualifiedName, Vec<(&'a ObjectId, &'a Response)>>,
    parts: BTreeMap<ObjectId, Vec<&'a ObjectId>>,
}

impl<'a> Kin<'a> {
    pub(crate) fn of(responses: &'a Responses, after: &Catalog) -> Self {
        let mut kin = Self {
            named: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        for (id, response) in &responses.of {
            kin.named.entry(&id.name).or_default().push((id, response));
            if let Some(whole) = after.get(id).and_then(Object::holds_rows_of) {
                kin.parts.entry(whole).or_default().push(id);
            }
        }
        kin
    }

    /// Whose name cannot be had, or would be ambiguous, as long as an object has its own.
    pub(crate) fn rivals(&self, id: &ObjectId) -> impl Iterator<Item = &'a ObjectId> {
        let rivals = self.named(id).iter().map(|(other, _)| *other);
        rivals.filter(|other| id.collides_with(other) || id.overloads(other))
    }

    /// Whether an object is made that differs from another in its arguments alone.
    pub(crate) fn has_successor(&self, id: &ObjectId) -> bool {
        let mut others = self.named(id).iter();
        others.any(|(other, response)| **response == Response::Create && other.overloads(id))
    }

    /// Those that hold a part of an object's rows afterwards.
    pub(crate) fn parts(&self, whole: &ObjectId) -> &[&'a ObjectId] {
        self.parts.get(whole).map_or(&[], Vec::as_slice)
    }

    fn named(&self, id: &ObjectId) -> &[(&'a ObjectId, &'a Response)] {
        self.named.get(&id.name).map_or(&[], Vec::as_slice)
    }
}
