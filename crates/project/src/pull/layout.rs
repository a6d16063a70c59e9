//! Which file an object is written into: a table with everything that stands on it, and the rest by kind.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::Table;
use schemist_catalog::{Catalog, Kind, Object, ObjectId};
use schemist_sql::QualifiedName;

/// The longest name of a file without its ending, in bytes; file systems take 255.
const LONGEST: usize = 200;

/// How models are spread over files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// Tables, views and functions each have a file; the rest goes by kind.
    #[default]
    Several,
    /// Everything is in one file.
    One,
}

/// The files that were given out, so that two objects whose names differ by letters that files cannot
/// have get two of them.
#[derive(Debug, Default)]
pub(super) struct Files {
    given: BTreeMap<(&'static str, QualifiedName), String>,
    taken: BTreeSet<String>,
}

impl Files {
    /// The file of an object, as a path without its ending, with `/` between folders.
    pub fn file(&mut self, catalog: &Catalog, layout: Layout, id: &ObjectId) -> String {
        if layout == Layout::One {
            return "schema".to_owned();
        }
        let home = home(catalog, id);
        let Some(folder) = folder(home.kind) else {
            return by_kind(home.kind).to_owned();
        };
        let key = (folder, home.name.clone());
        if let Some(given) = self.given.get(&key) {
            return given.clone();
        }
        let mut path = folder.to_owned();
        if let Some(schema) = &home.name.schema {
            path.push('/');
            path.push_str(&file_name(schema.as_str()));
        }
        path.push('/');
        path.push_str(&file_name(home.name.name.as_str()));
        let mut free = path.clone();
        let mut number = 2;
        // Some file systems know no difference between small letters and capitals.
        while !self.taken.insert(free.to_lowercase()) {
            free = format!("{path}_{number}");
            number += 1;
        }
        self.given.insert(key, free.clone());
        free
    }
}

/// The object beside which another one is read.
fn home(catalog: &Catalog, id: &ObjectId) -> ObjectId {
    let mut home = id.clone();
    if let Some(kind) = home.of {
        home = ObjectId {
            kind,
            of: None,
            ..home
        };
    }
    let relation = match catalog.get(&home) {
        Some(Object::Index(index)) => Some(index.table.clone()),
        Some(Object::Statistics(statistics)) => Some(statistics.table.clone()),
        _ => home.table(),
    };
    let bearers = [
        Kind::Table,
        Kind::View,
        Kind::MaterializedView,
        Kind::VirtualTable,
    ];
    let bearer = relation.and_then(|name| {
        let mut ids = bearers
            .iter()
            .map(|kind| ObjectId::new(*kind, name.clone()));
        ids.find(|id| catalog.get(id).is_some())
    });
    let mut home = bearer.unwrap_or(home);
    // Partitions are read with the table that they are of.
    while let Some(Object::Table(Table {
        partition_of: Some(partition),
        ..
    })) = catalog.get(&home)
    {
        home = Table::id_of(&partition.parent);
    }
    home
}

/// The folder of the kinds whose objects have a file each.
const fn folder(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Table | Kind::VirtualTable => Some("tables"),
        Kind::View | Kind::MaterializedView => Some("views"),
        Kind::Function | Kind::Aggregate => Some("functions"),
        _ => None,
    }
}

/// The file of all objects of a kind.
const fn by_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Schema | Kind::DefaultPrivileges => "schemas",
        Kind::Extension | Kind::Language | Kind::AccessMethod => "extensions",
        Kind::Sequence => "sequences",
        Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration => "text_search",
        Kind::Collation
        | Kind::BaseType
        | Kind::Enum
        | Kind::Domain
        | Kind::CompositeType
        | Kind::RangeType => "types",
        Kind::Cast
        | Kind::Operator
        | Kind::OperatorFamily
        | Kind::OperatorClass
        | Kind::Conversion
        | Kind::Transform => "operators",
        Kind::ForeignDataWrapper | Kind::Server | Kind::UserMapping => "servers",
        Kind::Publication | Kind::Subscription => "replication",
        Kind::EventTrigger | Kind::Event => "events",
        _ => "more",
    }
}

/// A name as part of a path: letters of any script, digits, `_` and `-` stay as they are.
fn file_name(name: &str) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        let letter = match letter {
            '_' | '-' => letter,
            _ if letter.is_alphanumeric() => letter,
            _ => '_',
        };
        if safe.len() + letter.len_utf8() > LONGEST {
            break;
        }
        safe.push(letter);
    }
    safe
}

#[cfg(test)]
mod tests {
    use schemist_sql::{Dialect, Ident};

    use super::*;

    fn table(schema: Option<&str>, name: &str) -> ObjectId {
        Table::id_of(&QualifiedName {
            schema: schema.map(Ident::from_server),
            name: Ident::from_server(name),
        })
    }

    #[test]
    fn names_that_files_cannot_have_get_files_all_the_same() {
        let catalog = Catalog::new(Dialect::Postgres);
        let mut files = Files::default();
        let mut file = |id| files.file(&catalog, Layout::Several, &id);
        assert_eq!(file(table(None, "book")), "tables/book");
        assert_eq!(file(table(None, "Book")), "tables/Book_2");
        assert_eq!(file(table(None, "../book")), "tables/___book");
        // What stands before the ending of a file may name a dialect.
        assert_eq!(file(table(None, "book.mysql")), "tables/book_mysql");
        assert_eq!(file(table(Some("shop"), "book")), "tables/shop/book");
        assert_eq!(file(table(None, "book")), "tables/book");
    }
}
