//! What differs between two catalogs.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, Object, ObjectId, Pair, Step};

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
    let dialect = catalogs.after.dialect();
    let ids: BTreeSet<_> = catalogs
        .before
        .objects()
        .keys()
        .chain(catalogs.after.objects().keys())
        .collect();
    let change = |id: &ObjectId| match (catalogs.before.get(id), catalogs.after.get(id)) {
        (None, Some(after)) if !is_implied(after, after.create(dialect), catalogs) => {
            Some(Change::Create(after.clone()))
        }
        (Some(before), None) if !is_implied(before, before.drop(dialect), catalogs) => {
            Some(Change::Drop(before.clone()))
        }
        (Some(before), Some(after)) if before != after => Some(Change::Alter(Box::new(Pair::new(
            before.clone(),
            after.clone(),
        )))),
        (Some(_), _) | (None, _) => None,
    };
    ids.into_iter().filter_map(change).collect()
}

/// Whether an object that is on one side alone says nothing of its own: it is a side of another one, and
/// its absence means the same, or it comes and goes with that one, without a statement.
fn is_implied(object: &Object, statements: Vec<Step>, catalogs: Pair<&Catalog>) -> bool {
    match object.absence(catalogs) {
        Some(absence) => absence == *object,
        None => statements.is_empty(),
    }
}
