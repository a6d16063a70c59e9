//! Everything that a database holds.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident};

use crate::{Expr, Kind, Object, ObjectId, Part, stored};

/// What an object depends on: another object, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Catalog {
    dialect: Dialect,
    #[serde(with = "stored::objects")]
    objects: BTreeMap<ObjectId, Object>,
    // Most objects depend on few others: a set would take ten times the room. Sorted, each once.
    #[serde(with = "stored::dependencies")]
    dependencies: BTreeMap<ObjectId, Vec<Reference>>,
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
        if dependent == on.object {
            return;
        }
        let references = self.dependencies.entry(dependent).or_default();
        if let Err(place) = references.binary_search(&on) {
            references.reserve_exact(1);
            references.insert(place, on);
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

    /// The same catalog in the least room: what was put in one by one leaves half of it empty.
    #[must_use]
    pub fn packed(self) -> Self {
        Self {
            objects: self.objects.into_iter().collect(),
            dependencies: self.dependencies.into_iter().collect(),
            ..self
        }
    }

    /// Whether there is no object at all.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What an object cannot stand without: what the database said, and what follows from the object
    /// itself.
    pub fn references(&self, id: &ObjectId) -> BTreeSet<Reference> {
        let said = self.dependencies.get(id).into_iter().flatten();
        let mut references: BTreeSet<Reference> = said.cloned().collect();
        if let Some(object) = self.objects.get(id) {
            references.extend(object.references(self));
        }
        references.retain(|reference| {
            &reference.object != id && self.objects.contains_key(&reference.object)
        });
        references
    }

    /// The catalog under the live names, wherever its own were made up by the server and the content is
    /// the same, and in the live words, wherever both are known to say the same.
    #[must_use]
    pub fn settle(&self, live: &Self) -> Self {
        match self.dialect {
            Dialect::Sqlite => self.in_letter_case_of(live).settle_objects(live),
            Dialect::Postgres | Dialect::Mysql => self.settle_objects(live),
        }
    }

    fn settle_objects(&self, live: &Self) -> Self {
        let mut ids = BTreeMap::new();
        let mut parts: BTreeMap<ObjectId, BTreeMap<Part, Part>> = BTreeMap::new();
        let mut settled = Self {
            unmanaged: self.unmanaged.clone(),
            ..Self::new(self.dialect)
        };
        let mut taken = BTreeSet::new();
        for (id, object) in &self.objects {
            let own = match live.objects.get(id) {
                Some(other) => object.settle(other, self.dialect),
                None => self.settle_name(object, live, &mut taken),
            };
            let renamed = object.renamed_parts(&own);
            if !renamed.is_empty() {
                parts.insert(own.id(), renamed);
            }
            ids.insert(id.clone(), settled.insert(own));
        }
        for (id, references) in &self.dependencies {
            let Some(dependent) = ids.get(id) else {
                continue;
            };
            for reference in references {
                let object = ids
                    .get(&reference.object)
                    .unwrap_or(&reference.object)
                    .clone();
                let renamed = parts
                    .get(&object)
                    .and_then(|parts| parts.get(&reference.part));
                let part = renamed.unwrap_or(&reference.part).clone();
                settled.depend(dependent.clone(), Reference { object, part });
            }
        }
        settled
    }

    /// The catalog with the other catalog's expressions remembered as further forms of its own: both are
    /// the same schema, printed by the server at different times.
    #[must_use]
    pub fn with_forms(&self, printed_again: &Self) -> Self {
        let mut own = self.clone();
        for (id, object) in &mut own.objects {
            if let Some(again) = printed_again.objects.get(id) {
                *object = object.zip_expressions(again, Expr::with_form);
            }
        }
        own
    }

    /// The catalog with the other one's objects of these kinds, of which it does not speak itself: those
    /// that it lacks and that fit it.
    #[must_use]
    pub fn adopting(&self, other: &Self, kinds: &BTreeSet<Kind>) -> Self {
        let mut adopting = self.clone();
        for (id, object) in &other.objects {
            if !kinds.contains(&id.kind) || self.objects.contains_key(id) {
                continue;
            }
            if let Some(adapted) = object.adapted(self) {
                adopting.insert(adapted);
            }
        }
        adopting
    }

    /// These objects alone, with all that they cannot stand without.
    #[must_use]
    pub fn part_around(&self, ids: &BTreeSet<ObjectId>) -> Self {
        let mut part = Self::new(self.dialect);
        let mut open: Vec<ObjectId> = ids.iter().cloned().collect();
        while let Some(id) = open.pop() {
            if part.objects.contains_key(&id) {
                continue;
            }
            let Some(object) = self.objects.get(&id) else {
                continue;
            };
            let needed = self.references(&id);
            open.extend(needed.into_iter().map(|reference| reference.object));
            if let Some(said) = self.dependencies.get(&id) {
                part.dependencies.insert(id.clone(), said.clone());
            }
            part.objects.insert(id, object.clone());
        }
        part
    }

    /// The catalog without all objects of these kinds.
    #[must_use]
    pub fn without(&self, kinds: &BTreeSet<Kind>) -> Self {
        let mut without = self.clone();
        without.objects.retain(|id, _| !kinds.contains(&id.kind));
        let objects = &without.objects;
        without
            .dependencies
            .retain(|id, _| objects.contains_key(id));
        without
    }

    /// The roles that its objects name.
    pub fn roles(&self) -> BTreeSet<Ident> {
        self.objects.values().flat_map(Object::roles).collect()
    }

    /// The catalog with each sequence that is a part of a column here, and stands alone in `other`, taken
    /// out of its column: the same sequence on both sides, so that it keeps its position.
    #[must_use]
    pub fn unbundled(&self, other: &Self) -> Self {
        let mut unbundled = self.clone();
        for object in self.objects.values() {
            let Object::Table(table) = object else {
                continue;
            };
            let Some((table, sequences)) = table.unbundled(other) else {
                continue;
            };
            let id = unbundled.insert(table);
            for sequence in sequences {
                let object = unbundled.insert(sequence);
                unbundled.depend(
                    id.clone(),
                    Reference {
                        object,
                        part: Part::Whole,
                    },
                );
            }
        }
        unbundled
    }

    /// The statements that make every object, in the order of the ids and without what `==` does not
    /// look at: equal catalogs, and no others, give equal text.
    pub fn canonical_text(&self) -> String {
        let mut text = String::new();
        for object in self.objects.values() {
            let object = object.canonical();
            for step in object
                .create(self.dialect)
                .into_iter()
                .chain(object.attach(self.dialect))
            {
                text.push_str(&step.sql);
                text.push_str(";\n");
            }
        }
        text
    }

    /// The object under the name of a live one that nobody declares, if its own name was made up.
    fn settle_name(&self, object: &Object, live: &Self, taken: &mut BTreeSet<ObjectId>) -> Object {
        let kind = object.id().kind;
        let free = live
            .objects
            .iter()
            .filter(|(id, _)| id.kind == kind && !self.objects.contains_key(*id));
        for (id, candidate) in free {
            if taken.contains(id) {
                continue;
            }
            if let Some(renamed) = object.renamed_as(candidate, self.dialect) {
                taken.insert(id.clone());
                return renamed;
            }
        }
        object.clone()
    }

    /// The dependencies that the database said.
    pub const fn dependencies(&self) -> &BTreeMap<ObjectId, Vec<Reference>> {
        &self.dependencies
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.dialect == other.dialect && self.objects == other.objects
    }
}

impl Eq for Catalog {}

#[cfg(test)]
mod tests {
    use schemist_sql::QualifiedName;

    use super::*;
    use crate::object::{ForeignKey, Table};

    fn name(text: &str) -> QualifiedName {
        QualifiedName::unqualified(Ident::from_server(text))
    }

    #[test]
    fn a_part_has_all_that_it_cannot_stand_without() {
        let mut catalog = Catalog::new(Dialect::Postgres);
        for table in ["author", "book", "loan"] {
            catalog.insert(Table::new(name(table)));
        }
        let columns = vec![Ident::from_server("id")];
        let key = ForeignKey::new(name("book"), columns.clone(), name("author"), columns);
        let key = catalog.insert(key);
        let [author, book] = ["author", "book"].map(|table| Table::id_of(&name(table)));
        catalog.depend(
            book.clone(),
            Reference {
                object: author.clone(),
                part: Part::Whole,
            },
        );
        let part = catalog.part_around(&BTreeSet::from([key.clone()]));
        let ids: BTreeSet<_> = part.objects().keys().cloned().collect();
        assert_eq!(ids, BTreeSet::from([author.clone(), book.clone(), key]));
        assert_eq!(part.references(&book), catalog.references(&book));
        let alone = catalog.part_around(&BTreeSet::from([author]));
        assert_eq!(alone.objects().len(), 1);
    }

    #[test]
    fn a_packed_catalog_is_the_same() {
        let mut catalog = Catalog::new(Dialect::Postgres);
        for number in (0..50).rev() {
            let object = catalog.insert(Table::new(name(&format!("t{number}"))));
            for part in [
                Part::Whole,
                Part::Whole,
                Part::Column(Ident::from_server("a")),
            ] {
                let dependent = Table::id_of(&name("view"));
                let object = object.clone();
                catalog.depend(dependent, Reference { object, part });
            }
        }
        let packed = catalog.clone().packed();
        assert_eq!(format!("{packed:?}"), format!("{catalog:?}"));
        let said: Vec<_> = packed.dependencies().values().flatten().collect();
        assert!(said.is_sorted() && said.len() == 100);
    }
}
