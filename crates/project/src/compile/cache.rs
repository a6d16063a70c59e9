//! Compiled catalogs, kept in the user's cache folder, so that a declaration that did not change needs no scratch
//! database; and which databases were found to be what they say.
//!
//! A cache is never trusted and never in the way: an entry that is damaged, cut short or of another
//! release is as good as none, and a folder that cannot be read or written is an empty one. Entries are
//! written beside their place and renamed into it, so that a reader sees a whole one or none, however
//! many processes write at the same time.

mod alike;
mod key;
mod prune;

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use schemist_catalog::Catalog;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub use alike::{Alike, ComparisonKey};
pub use key::{Key, Recipe, running_tool};

/// How long the digest is that an entry begins with.
const DIGEST_BYTES: usize = 32;

/// Compiled catalogs by what they were compiled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// A cache that keeps nothing.
    pub const fn none() -> Self {
        Self { folder: None }
    }

    /// The cache within the folder for what may be thrown away between runs.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: Some(folder.join("catalogs")),
        }
    }

    /// The catalog that was kept under this key, if it is there and whole.
    pub fn get(&self, key: &Key) -> Option<Catalog> {
        self.read(key, &key.file_name())
    }

    /// Keeps a catalog under a key, and throws out what was not used for long.
    ///
    /// Where that fails, nothing is kept: the command goes on, and the next one compiles again.
    pub fn put(&self, key: &Key, catalog: &Catalog) {
        self.write(key, &key.file_name(), catalog);
    }

    fn read<T: DeserializeOwned>(&self, key: &Key, name: &str) -> Option<T> {
        let path = self.folder.as_ref()?.join(name);
        let entry = fs::read(&path).ok()?;
        let value = decode(key, &entry)?;
        note_use(&path);
        Some(value)
    }

    fn write<T: Serialize>(&self, key: &Key, name: &str, value: &T) {
        if let Some(folder) = &self.folder
            && let Ok(entry) = encode(key, value)
            && write(folder, name, &entry).is_ok()
        {
            prune::prune(folder, &prune::LIMITS, SystemTime::now());
        }
    }
}

/// An entry: a digest over the key and the value, and then the value.
fn encode<T: Serialize>(key: &Key, value: &T) -> postcard::Result<Vec<u8>> {
    let mut entry = postcard::to_extend(value, vec![0; DIGEST_BYTES])?;
    let (place, body) = entry.split_at_mut(DIGEST_BYTES);
    place.copy_from_slice(&digest(key, body));
    Ok(entry)
}

fn decode<T: DeserializeOwned>(key: &Key, entry: &[u8]) -> Option<T> {
    let (found, body) = entry.split_at_checked(DIGEST_BYTES)?;
    if found != digest(key, body) {
        return None;
    }
    postcard::from_bytes(body).ok()
}

/// What tells a whole entry of this key from a damaged one, and from one that was renamed.
fn digest(key: &Key, body: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut hash = Sha256::new();
    hash.update(key.bytes());
    hash.update(body);
    hash.finalize().into()
}

fn write(folder: &Path, name: &str, entry: &[u8]) -> io::Result<()> {
    make_folder(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(prune::UNFINISHED)
        .tempfile_in(folder)?;
    file.write_all(entry)?;
    file.persist(folder.join(name))?;
    Ok(())
}

/// Makes the folder for its owner alone: a declaration may be nobody else's business.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Moves an entry's time of change, which says when it was last used; where that is not allowed, it is
/// thrown out sooner.
fn note_use(path: &Path) {
    let now = SystemTime::now();
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    if modified.is_ok_and(|modified| prune::age(modified, now) < prune::USE_NOTED_AFTER) {
        return;
    }
    if let Ok(file) = File::options().append(true).open(path) {
        // Nothing hangs on it but the entry's age.
        drop(file.set_modified(now));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use schemist_catalog::object::{Column, ColumnSource, Table};
    use schemist_catalog::{Expr, Part, Reference};
    use schemist_sql::{Dialect, Ident, QualifiedName};
    use tempfile::TempDir;

    use super::*;

    fn key(statement: &'static str) -> Key {
        key::tests::key_of(statement)
    }

    fn catalog(name: &str) -> Catalog {
        let mut catalog = Catalog::new(Dialect::Postgres);
        let table = |name: &str| Table::new(QualifiedName::unqualified(Ident::from_server(name)));
        let mut book = table(name);
        let mut price = Column::new(Ident::from_server("price"), "numeric");
        price.source =
            ColumnSource::Default(Expr::from_server("0").with_form(&Expr::from_server("(0)")));
        book.columns.push(price);
        let book = catalog.insert(book);
        let shelf = catalog.insert(table("shelf"));
        catalog.depend(
            book,
            Reference {
                object: shelf,
                part: Part::Whole,
            },
        );
        catalog.note_unmanaged("cast from a to b");
        catalog
    }

    fn cache() -> (TempDir, Cache) {
        let folder = TempDir::new().unwrap();
        let cache = Cache::in_folder(folder.path());
        (folder, cache)
    }

    fn entries(folder: &TempDir) -> Vec<PathBuf> {
        let listed = fs::read_dir(folder.path().join("catalogs")).unwrap();
        listed.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_was_kept_comes_back_whole() {
        let (folder, cache) = cache();
        assert!(cache.get(&key("one")).is_none());
        cache.put(&key("one"), &catalog("book"));
        let back = cache.get(&key("one")).unwrap();
        assert_eq!(format!("{back:?}"), format!("{:?}", catalog("book")));
        assert!(cache.get(&key("two")).is_none());
        assert_eq!(entries(&folder).len(), 1);
    }

    #[test]
    fn a_damaged_entry_is_none_and_is_replaced() {
        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        let path = entries(&folder).remove(0);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).unwrap();
            assert!(cache.get(&key("one")).is_none(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(cache.get(&key("one")).is_none(), "cut at {at}");
        }
        fs::write(&path, [whole.as_slice(), b"more"].concat()).unwrap();
        assert!(cache.get(&key("one")).is_none());
        cache.put(&key("one"), &catalog("book"));
        assert!(cache.get(&key("one")).is_some());
    }

    #[test]
    fn an_entry_of_another_key_is_none() {
        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        let path = entries(&folder).remove(0);
        fs::rename(&path, path.with_file_name(key("two").file_name())).unwrap();
        assert!(cache.get(&key("two")).is_none());
    }

    #[test]
    fn the_last_one_kept_counts() {
        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        cache.put(&key("one"), &catalog("film"));
        assert_eq!(cache.get(&key("one")).unwrap(), catalog("film"));
        assert_eq!(entries(&folder).len(), 1);
    }

    #[test]
    fn writers_at_the_same_time_leave_one_whole_entry() {
        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        std::thread::scope(|threads| {
            for name in ["book", "film", "song"] {
                let cache = &cache;
                threads.spawn(move || {
                    for _ in 0..50 {
                        cache.put(&key("one"), &catalog(name));
                        assert!(cache.get(&key("one")).is_some());
                    }
                });
            }
        });
        assert_eq!(entries(&folder).len(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_empty_one() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for cache in [Cache::in_folder(file.path()), Cache::none()] {
            cache.put(&key("one"), &catalog("book"));
            assert!(cache.get(&key("one")).is_none());
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look() {
        use std::os::unix::fs::PermissionsExt;

        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("catalogs")), 0o700);
        assert_eq!(mode(&entries(&folder)[0]), 0o600);
    }

    #[test]
    fn reading_an_entry_makes_it_young() {
        let (folder, cache) = cache();
        cache.put(&key("one"), &catalog("book"));
        let path = entries(&folder).remove(0);
        let before = SystemTime::now() - Duration::from_secs(10 * 86_400);
        File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(before)
            .unwrap();
        cache.get(&key("one")).unwrap();
        assert!(
            fs::metadata(&path).unwrap().modified().unwrap() > before + Duration::from_secs(86_400)
        );
    }
}
