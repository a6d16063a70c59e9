//! Which databases were found to be what a declaration says: where one answers the same again, nothing
//! needs to be made of its answers.

use std::collections::BTreeSet;

use schemist_catalog::Kind;
use schemist_introspect::Fingerprint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Cache, Key};

/// Of how many databases it is known that they are what one declaration says.
const MOST: usize = 64;

/// What was told of a database that is what a declaration says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    /// How many of its objects were compared.
    pub objects: usize,
    /// What is told beside.
    pub notes: Vec<String>,
}

/// The name of a comparison: of what a declaration compiles to, without the kinds that do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonKey(Key);

impl ComparisonKey {
    /// The name of a comparison with what is kept under this key.
    pub fn of(key: &Key, but: &BTreeSet<Kind>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"alike");
        hash.update(key.bytes());
        hash.update(format!("{but:?}"));
        Self(Key::from_bytes(hash.finalize().into()))
    }

    fn file_name(&self) -> String {
        format!("{}{}", self.0, super::prune::ALIKE)
    }
}

impl Cache {
    /// The databases that were found to be alike, by what they answered; the last one first.
    pub fn alike(&self, key: &ComparisonKey) -> Vec<(Fingerprint, Alike)> {
        self.read(&key.0, &key.file_name()).unwrap_or_default()
    }

    /// Keeps that a database was found to be alike.
    ///
    /// Where that fails, or others do the same at the same time, nothing is kept: the next command
    /// compares again.
    pub fn put_alike(&self, key: &ComparisonKey, found: (Fingerprint, Alike)) {
        let mut known = self.alike(key);
        known.retain(|(fingerprint, _)| *fingerprint != found.0);
        known.insert(0, found);
        known.truncate(MOST);
        self.write(&key.0, &key.file_name(), &known);
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::key;
    use super::*;

    fn found(number: u8) -> (Fingerprint, Alike) {
        // A fingerprint is made by nobody but who reads a database.
        let fingerprint = postcard::from_bytes(&[number; 32]).unwrap();
        let alike = Alike {
            objects: usize::from(number),
            notes: vec![format!("note {number}")],
        };
        (fingerprint, alike)
    }

    fn cache() -> (TempDir, Cache) {
        let folder = TempDir::new().unwrap();
        let cache = Cache::in_folder(folder.path());
        (folder, cache)
    }

    #[test]
    fn what_was_found_comes_back_for_the_same_comparison_alone() {
        let (_folder, cache) = cache();
        let key = key::tests::key_of("one");
        let all = ComparisonKey::of(&key, &BTreeSet::new());
        let some = ComparisonKey::of(&key, &BTreeSet::from([Kind::Privileges]));
        assert_eq!(cache.alike(&all), []);
        cache.put_alike(&all, found(1));
        cache.put_alike(&all, found(2));
        cache.put_alike(&all, found(1));
        assert_eq!(cache.alike(&all), [found(1), found(2)]);
        assert_eq!(cache.alike(&some), []);
        let other = ComparisonKey::of(&key::tests::key_of("two"), &BTreeSet::new());
        assert_eq!(cache.alike(&other), []);
    }

    #[test]
    fn what_is_told_of_the_same_answers_is_told_once() {
        let (_folder, cache) = cache();
        let key = ComparisonKey::of(&key::tests::key_of("one"), &BTreeSet::new());
        cache.put_alike(&key, found(1));
        let mut later = found(1);
        later.1.notes.clear();
        cache.put_alike(&key, later.clone());
        assert_eq!(cache.alike(&key), [later]);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let (_folder, cache) = cache();
        let key = ComparisonKey::of(&key::tests::key_of("one"), &BTreeSet::new());
        for number in 0..=64 {
            cache.put_alike(&key, found(number));
        }
        let known = cache.alike(&key);
        assert_eq!(known.len(), MOST);
        assert_eq!(known.first(), Some(&found(64)));
        assert_eq!(known.last(), Some(&found(1)));
    }
}
