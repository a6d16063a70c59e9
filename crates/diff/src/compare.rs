//! What differs between two catalogs.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Object, ObjectId, Pair};

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It is only on the side after.
    Create(Object),
    /// It is only on the side before.
    Drop(Object),
    /// It is on both sides and differs.
    Alter(Box<Pair<Object>>),
}

impl Change {
    /// The object that changes.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Create(object) | Self::Drop(object) => object.id(),
            Self::Alter(pair) => pair.after.id(),
        }
    }

    /// The same change, the other way round.
    #[must_use]
    pub fn inverted(self) -> Self {
        match self {
            Self::Create(object) => Self::Drop(object),
            Self::Drop(object) => Self::Create(object),
            Self::Alter(pair) => Self::Alter(Box::new(pair.inverted())),
        }
    }

    /// The verb for it: `create`, `drop`, `alter`.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Drop(_) => "drop",
            Self::Alter(_) => "alter",
        }
    }
}

/// Everything that differs, in the order of the ids.
///
/// Applied to `before`, the changes give `after`; inverted and applied to `after`, they give `before`.
pub fn compare(catalogs: Pair<&Catalog>) -> Vec<Change> {
    let ids: BTreeSet<_> = catalogs
        .before
        .objects()
        .keys()
        .chain(catalogs.after.objects().keys())
        .collect();
    let change = |id: &ObjectId| change(catalogs.map(|catalog| catalog.get(id)), catalogs);
    ids.into_iter().filter_map(change).collect()
}

/// What becomes of one object.
///
/// A side of another object only changes as long as that one stands; where it comes or goes with that one
/// and without a statement of its own, that goes unsaid.
fn change(sides: Pair<Option<&Object>>, catalogs: Pair<&Catalog>) -> Option<Change> {
    let dialect = catalogs.after.dialect();
    let alter = |before: Object, after: Object| {
        (before != after).then(|| Change::Alter(Box::new(Pair::new(before, after))))
    };
    match (sides.before, sides.after) {
        (Some(before), Some(after)) if before != after => alter(before.clone(), after.clone()),
        (None, Some(after)) => match after.absence(catalogs) {
            Some(before) => alter(before, after.clone()),
            None if after.create(dialect).is_empty() => None,
            None => Some(Change::Create(after.clone())),
        },
        (Some(before), None) => match before.absence(catalogs) {
            Some(after) => alter(before.clone(), after),
            None if before.drop(dialect).is_empty() => None,
            None => Some(Change::Drop(before.clone())),
        },
        (Some(_), Some(_)) | (None, None) => None,
    }
}
