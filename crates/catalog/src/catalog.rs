//! Everything that a database holds.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::Dialect;

use crate::{Object, ObjectId, Part};

/// What an object depends on: another object, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The object that is needed.
    pub object: ObjectId,
    /// The part of it that is needed.
    pub part: Part,
}

/// A database's schema as a value.
///
/// Sorted throughout: the same objects in any order give the same catalog and the same bytes. `==`
/// compares the objects; dependencies follow from them, and what is not managed is told apart.
#[derive(Debug, Clone)]
pub struct Catalog {
    dialect: Dialect,
    objects: BTreeMap<ObjectId, Object>,
    dependencies: BTreeMap<ObjectId, BTreeSet<Reference>>,
    unmanaged: BTreeSet<String>,
}

impl Catalog {
    /// An empty database.
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            objects: BTreeMap::new(),
            dependencies: BTreeMap::new(),
            unmanaged: BTreeSet::new(),
        }
    }

    /// The dialect whose words it is in.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Adds an object, or replaces the one with the same id.
    pub fn insert(&mut self, object: impl Into<Object>) -> ObjectId {
        let object = object.into();
        let id = object.id();
        self.objects.insert(id.clone(), object);
        id
    }

    /// Takes an object out, with what it depends on.
    pub fn remove(&mut self, id: &ObjectId) -> Option<Object> {
        self.dependencies.remove(id);
        self.objects.remove(id)
    }

    /// Says that one object cannot stand without a part of another.
    pub fn depend(&mut self, dependent: ObjectId, on: Reference) {
        if dependent != on.object {
            self.dependencies.entry(dependent).or_default().insert(on);
        }
    }

    /// Names something that is in the database but that we do not manage.
    pub fn note_unmanaged(&mut self, description: impl Into<String>) {
        self.unmanaged.insert(description.into());
    }

    /// What is in the database but is not managed, each in words.
    pub const fn unmanaged(&self) -> &BTreeSet<String> {
        &self.unmanaged
    }

    /// The object of this id.
    pub fn get(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.get(id)
    }

    /// Every object, by id.
    pub const fn objects(&self) -> &BTreeMap<ObjectId, Object> {
        &self.objects
    }

    /// Whether there is no object at all.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What an object cannot stand without: what the database said, and what follows from the object
    /// itself.
    pub fn references(&self, id: &ObjectId) -> BTreeSet<Reference> {
        let mut references = self.dependencies.get(id).cloned().unwrap_or_default();
        if let Some(object) = self.objects.get(id) {
            references.extend(object.references(self));
        }
        references.retain(|reference| {
            &reference.object != id && self.objects.contains_key(&reference.object)
        });
        references
    }

    /// The dependencies that the database said.
    pub const fn dependencies(&self) -> &BTreeMap<ObjectId, BTreeSet<Reference>> {
        &self.dependencies
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.dialect == other.dialect && self.objects == other.objects
    }
}

impl Eq for Catalog {}
