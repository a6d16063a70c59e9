//! From a database of SQLite to its catalog.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{IndexSource, Table};
use schemist_catalog::{Catalog, Definition, Kind, ObjectId, Part, Reference};
use schemist_sql::{Dialect, Ident};
use sqlx::SqliteConnection;

use super::index::read_index;
use super::mention::mentions;
use super::query::{Answers, Asked, IndexRow, Master, ask};
use super::spelling::{Relation, Spelling, folded};
use super::table::{read_table, settle_table};
use super::trigger::read_trigger;
use super::view::read_view;
use super::virtual_table::{is_virtual, module, read_virtual_table};
use crate::{Found, IntrospectError, Known, Scope};

/// Reads a whole database, unless what it answers is known.
///
/// # Errors
/// [`IntrospectError`] where SQLite refuses a query, or keeps a text that we do not understand.
pub async fn read<K>(
    connection: &mut SqliteConnection,
    scope: &Scope,
    known: impl Future<Output = Known<K>>,
) -> Result<Found<K>, IntrospectError> {
    match ask(connection, known).await? {
        Asked::Known(known) => Ok(Found::Known(known)),
        Asked::All(answers, fingerprint) => {
            let catalog = Reading::new(&answers, scope).read()?;
            Ok(Found::Read(catalog, fingerprint))
        }
    }
}

/// A database that is being read.
struct Reading<'a> {
    answers: &'a Answers,
    catalog: Catalog,
    spelling: Spelling,
    tables: BTreeMap<String, Table>,
    /// What is left out with all that hangs on it, folded.
    left_out: BTreeSet<String>,
    scope: &'a Scope,
}

impl<'a> Reading<'a> {
    fn new(answers: &'a Answers, scope: &'a Scope) -> Self {
        Self {
            answers,
            catalog: Catalog::new(Dialect::Sqlite),
            spelling: Spelling::default(),
            tables: BTreeMap::new(),
            left_out: BTreeSet::new(),
            scope,
        }
    }

    fn read(mut self) -> Result<Catalog, IntrospectError> {
        self.leave_out();
        self.read_relations()?;
        let mut parts: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for row in &self.answers.index_parts {
            parts.entry(&row.index).or_default().push(row);
        }
        for master in self.kept("index") {
            let rows = parts.remove(master.name.as_str()).unwrap_or_default();
            self.read_index(master, &rows)?;
        }
        for master in self.kept("trigger") {
            self.read_trigger(master)?;
        }
        self.read_views()?;
        self.read_virtual_tables()?;
        Ok(self.catalog)
    }

    /// The rows of one kind that are read.
    fn kept(&self, kind: &str) -> Vec<&'a Master> {
        let is_kept = |master: &&Master| {
            master.kind == kind
                && !self.left_out.contains(&fold(&master.name))
                && !self.left_out.contains(&fold(&master.table))
        };
        self.answers.masters.iter().filter(is_kept).collect()
    }

    /// Finds what is not read, and names it; a virtual table's own tables are a part of it.
    fn leave_out(&mut self) {
        let shadows = shadows(self.answers);
        for master in &self.answers.masters {
            let words = format!("{} \"{}\"", master.kind, master.name);
            if shadows.contains(&fold(&master.name)) {
                self.left_out.insert(fold(&master.name));
            } else if let Some(module) = self.missing_module(master) {
                self.catalog.note_unmanaged(format!(
                    "virtual {words} needs the module {module}, which only its application has"
                ));
                self.left_out.insert(fold(&master.name));
            } else if let Some(omission) = self.scope.omission(kind(master), None, &master.name) {
                self.catalog
                    .note_unmanaged(format!("{words} {}", omission.reason()));
                self.left_out.insert(fold(&master.name));
            }
        }
    }

    /// The module that a virtual table names, where it is not there.
    fn missing_module(&self, master: &Master) -> Option<Ident> {
        let is_there = self.answers.virtual_columns.contains_key(&master.name);
        module(master).filter(|_| is_virtual(master) && !is_there)
    }

    fn read_relations(&mut self) -> Result<(), IntrospectError> {
        let mut columns: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for row in &self.answers.columns {
            columns.entry(&row.table).or_default().push(row);
        }
        let mut tables = Vec::new();
        for master in self.kept("table") {
            if is_virtual(master) {
                self.spelling.insert(Relation {
                    kind: Kind::VirtualTable,
                    name: Ident::from_server(&master.name),
                    columns: Vec::new(),
                });
                continue;
            }
            let rows = columns.remove(master.name.as_str()).unwrap_or_default();
            let table = read_table(master, &rows)?;
            self.spelling.insert(Relation {
                kind: Kind::Table,
                name: table.name.name.clone(),
                columns: table
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
            });
            tables.push(table);
        }
        for master in self.kept("view") {
            self.spelling.insert(Relation {
                kind: Kind::View,
                name: Ident::from_server(&master.name),
                columns: Vec::new(),
            });
        }
        for mut table in tables {
            settle_table(&mut table, &self.spelling);
            self.tables.insert(folded(&table.name.name), table.clone());
            self.catalog.insert(table);
        }
        Ok(())
    }

    fn read_virtual_tables(&mut self) -> Result<(), IntrospectError> {
        for master in self.kept("table") {
            let Some(columns) = self.answers.virtual_columns.get(&master.name) else {
                continue;
            };
            let table = read_virtual_table(master, columns)?;
            let reads = table.reads().map(|name| folded(&name));
            let id = self.catalog.insert(table);
            if let Some(relation) = reads.and_then(|name| self.spelling.relation(&name)) {
                let reference = relation.reference();
                self.catalog.depend(id, reference);
            }
        }
        Ok(())
    }

    fn read_index(&mut self, master: &Master, rows: &[&IndexRow]) -> Result<(), IntrospectError> {
        let Some(table) = self.tables.get(&fold(&master.table)) else {
            return Ok(());
        };
        let index = read_index(master, rows, table)?;
        let expressions = index
            .parts
            .iter()
            .filter_map(|part| match &part.source {
                IndexSource::Expression(expression) => Some(expression),
                IndexSource::Column(_) => None,
            })
            .chain(&index.predicate);
        let mut references = Vec::new();
        for expression in expressions {
            let names = mentions(expression.as_str()).names;
            references.extend(self.column_references(&fold(&master.table), &names));
        }
        let id = self.catalog.insert(index);
        for reference in references {
            self.catalog.depend(id.clone(), reference);
        }
        Ok(())
    }

    fn read_trigger(&mut self, master: &Master) -> Result<(), IntrospectError> {
        let Some(relation) = self.spelling.relation(&fold(&master.table)) else {
            return Ok(());
        };
        let trigger = read_trigger(master, relation)?;
        let references = self.references(trigger.definition.as_str(), Some(&master.table));
        let id = self.catalog.insert(trigger);
        for reference in references {
            self.catalog.depend(id.clone(), reference);
        }
        Ok(())
    }

    fn read_views(&mut self) -> Result<(), IntrospectError> {
        for master in self.kept("view") {
            let view = read_view(master)?;
            let references = self.references(view.query.as_str(), None);
            let id = self.catalog.insert(view);
            for reference in references {
                // A name may be another thing's alias: two views that seem to need each other do not.
                if !self.needs(&reference.object, &id) {
                    self.catalog.depend(id.clone(), reference);
                }
            }
        }
        Ok(())
    }

    /// Whether `dependent` depends on `object`, directly or not, as far as is known yet.
    fn needs(&self, dependent: &ObjectId, object: &ObjectId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![dependent];
        while let Some(id) = open.pop() {
            if id == object {
                return true;
            }
            if seen.insert(id) {
                let needed = self.catalog.dependencies().get(id).into_iter().flatten();
                open.extend(needed.map(|reference| &reference.object));
            }
        }
        false
    }

    /// What a text names: tables and views where they stand, columns of tables wherever they do.
    fn references(&self, text: &str, on: Option<&str>) -> Vec<Reference> {
        let found = mentions(text);
        let mut relations = found.relations;
        relations.extend(on.map(fold));
        let mut references = Vec::new();
        for name in &relations {
            let Some(relation) = self.spelling.relation(name) else {
                continue;
            };
            references.push(relation.reference());
            references.extend(self.column_references(name, &found.names));
        }
        references
    }

    fn column_references(&self, table: &str, names: &BTreeSet<String>) -> Vec<Reference> {
        let Some(table) = self.tables.get(table) else {
            return Vec::new();
        };
        let named = table
            .columns
            .iter()
            .filter(|column| names.contains(&folded(&column.name)));
        named
            .map(|column| Reference {
                object: table.id(),
                part: Part::Column(column.name.clone()),
            })
            .collect()
    }
}

/// The tables that virtual ones keep their contents in; SQLite knows them only while the module is there.
fn shadows(answers: &Answers) -> BTreeSet<String> {
    const SUFFIXES: [&str; 11] = [
        "data", "idx", "content", "docsize", "config", "segments", "segdir", "stat", "node",
        "parent", "rowid",
    ];
    let mut shadows: BTreeSet<_> = answers.shadows.iter().map(|name| fold(name)).collect();
    for master in answers.masters.iter().filter(|master| is_virtual(master)) {
        let of_known_module = module(master).is_some_and(|module| {
            ["fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly"]
                .contains(&fold(module.as_str()).as_str())
        });
        if of_known_module {
            let name = fold(&master.name);
            shadows.extend(SUFFIXES.iter().map(|suffix| format!("{name}_{suffix}")));
        }
    }
    shadows
}

fn kind(master: &Master) -> Kind {
    match master.kind.as_str() {
        "index" => Kind::Index,
        "trigger" => Kind::Trigger,
        "view" => Kind::View,
        _ if is_virtual(master) => Kind::VirtualTable,
        _ => Kind::Table,
    }
}

fn fold(name: &str) -> String {
    Dialect::Sqlite.folded(name)
}
