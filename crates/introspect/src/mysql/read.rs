//! From a database of MySQL or MariaDB to its catalog.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::object::{ColumnSource, ForeignKey, Routine};
use schemist_catalog::{Catalog, Definition, Kind, Object, ObjectId, Part, Reference};
use schemist_sql::{Dialect, Ident, QualifiedName};
use sqlx::MySqlConnection;

use super::event::{Beginning, read_event};
use super::query::{Answer, Server};
use super::routine::read_routine;
use super::sequence::read_sequence;
use super::table::{Charsets, charsets, read_table};
use super::text::{quoted_names, without_database};
use super::trigger::read_trigger;
use super::view::read_view;
use crate::read::take;
use crate::{Found, IntrospectError, Known, Scope};

/// Reads the current database, unless what it answers is known.
///
/// # Errors
/// [`IntrospectError`] where the server refuses a query, or prints a statement that we do not understand.
pub async fn read<K>(
    connection: &mut MySqlConnection,
    scope: &Scope,
    known: impl Future<Output = Known<K>>,
) -> Result<Found<K>, IntrospectError> {
    let mut server = Server::new(connection);
    let about = server.ask("database", "SELECT DATABASE()").await?;
    let about = about.into_iter().next().unwrap_or_default();
    let mut reading = Reading {
        server,
        scope,
        database: about.text(0).to_owned(),
        catalog: Catalog::new(Dialect::Mysql),
        relations: BTreeMap::new(),
        left_out: BTreeSet::new(),
    };
    reading.read_tables().await?;
    reading.read_routines().await?;
    reading.read_views().await?;
    reading.read_triggers().await?;
    reading.read_events().await?;
    let fingerprint = reading.server.fingerprint();
    Ok(match take(known.await, fingerprint) {
        Some(known) => Found::Known(known),
        None => Found::Read(reading.catalog, fingerprint),
    })
}

/// A database that is being read.
struct Reading<'a> {
    server: Server<'a>,
    scope: &'a Scope,
    database: String,
    catalog: Catalog,
    /// What text may name, folded.
    relations: BTreeMap<String, ObjectId>,
    left_out: BTreeSet<String>,
}

impl Reading<'_> {
    async fn read_tables(&mut self) -> Result<(), IntrospectError> {
        let relations = self
            .server
            .ask("tables", include_str!("relation.sql"))
            .await?;
        let columns = self
            .server
            .ask("columns", include_str!("column.sql"))
            .await?;
        let charsets = charsets(&columns);
        let mut keys = Vec::new();
        for relation in &relations {
            let name = relation.text(0);
            let kind = match relation.text(1) {
                "VIEW" => Kind::View,
                "SEQUENCE" => Kind::Sequence,
                _ => Kind::Table,
            };
            if self.omits(kind, name) {
                self.left_out.insert(name.to_owned());
                continue;
            }
            let id = ObjectId::new(kind, QualifiedName::unqualified(Ident::from_server(name)));
            self.relations.insert(name.to_lowercase(), id);
            match kind {
                Kind::View => {}
                Kind::Sequence => {
                    let sequence = read_sequence(&mut self.server, relation).await?;
                    self.catalog.insert(sequence);
                }
                _ => keys.extend(self.read_table(relation, &charsets).await?),
            }
        }
        for key in keys {
            self.catalog.insert(key);
        }
        self.depend_on_sequences();
        Ok(())
    }

    async fn read_table(
        &mut self,
        relation: &Answer,
        charsets: &Charsets,
    ) -> Result<Vec<ForeignKey>, IntrospectError> {
        let name = relation.text(0);
        let shown = self.server.show("tables", ("TABLE", name), 1).await?;
        let text = without_database(&shown.unwrap_or_default(), &self.database);
        let (table, keys) = read_table((name, &text), relation.get(2), charsets)?;
        self.catalog.insert(table);
        Ok(keys)
    }

    /// Defaults take numbers from sequences.
    fn depend_on_sequences(&mut self) {
        let mut found = Vec::new();
        for (id, object) in self.catalog.objects() {
            let Object::Table(table) = object else {
                continue;
            };
            for column in table.columns.iter() {
                let ColumnSource::Default(default) = &column.source else {
                    continue;
                };
                for name in quoted_names(default.as_str()) {
                    found.extend(
                        self.reference(&name)
                            .map(|reference| (id.clone(), reference)),
                    );
                }
            }
        }
        for (id, reference) in found {
            if reference.object.kind == Kind::Sequence {
                self.catalog.depend(id, reference);
            }
        }
    }

    /// Whether something is left out by name; if it is, that is noted.
    fn omits(&mut self, kind: Kind, name: &str) -> bool {
        let Some(omission) = self.scope.omission(kind, None, name) else {
            return false;
        };
        let words = format!("{} \"{name}\" {}", kind.word(), omission.reason());
        self.catalog.note_unmanaged(words);
        true
    }

    fn reference(&self, name: &str) -> Option<Reference> {
        let object = self.relations.get(&name.to_lowercase())?.clone();
        Some(Reference {
            object,
            part: Part::Whole,
        })
    }

    async fn read_routines(&mut self) -> Result<(), IntrospectError> {
        let routines = self
            .server
            .ask("routines", include_str!("routine.sql"))
            .await?;
        for answer in &routines {
            let name = answer.text(0);
            if self.omits(Kind::Function, name) {
                continue;
            }
            let (routine, words) = match answer.text(1) {
                "FUNCTION" => (Routine::Function, "FUNCTION"),
                "PROCEDURE" => (Routine::Procedure, "PROCEDURE"),
                other => {
                    let words = format!("{} \"{name}\" is not managed yet", other.to_lowercase());
                    self.catalog.note_unmanaged(words);
                    continue;
                }
            };
            let Some(text) = self.server.show("routines", (words, name), 2).await? else {
                let words = format!(
                    "{} \"{name}\" is hidden by the server",
                    words.to_lowercase()
                );
                self.catalog.note_unmanaged(words);
                continue;
            };
            let function = read_routine(name, routine, &text);
            if self.catalog.get(&function.id()).is_some() {
                let words = format!("procedure \"{name}\" has the name of a function");
                self.catalog.note_unmanaged(words);
                continue;
            }
            let id = self.catalog.insert(function);
            if routine == Routine::Function {
                self.relations.entry(name.to_lowercase()).or_insert(id);
            }
        }
        Ok(())
    }

    async fn read_views(&mut self) -> Result<(), IntrospectError> {
        let views: Vec<_> = self
            .relations
            .values()
            .filter(|id| id.kind == Kind::View)
            .cloned()
            .collect();
        let mut needed = Vec::new();
        for id in views {
            let name = id.name.name.as_str();
            let text = self.server.show("views", ("VIEW", name), 1).await?;
            let view = read_view(name, &text.unwrap_or_default(), &self.database)?;
            let names = quoted_names(view.query.as_str());
            needed.push((self.catalog.insert(view), names));
        }
        for (id, names) in needed {
            for name in names {
                let Some(reference) = self.reference(&name) else {
                    continue;
                };
                // A name may be an alias: two views that seem to need each other do not.
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

    async fn read_triggers(&mut self) -> Result<(), IntrospectError> {
        let triggers = self
            .server
            .ask("triggers", include_str!("trigger.sql"))
            .await?;
        let moment = |answer: &Answer| -> Vec<String> {
            (1..4).map(|place| answer.text(place).to_owned()).collect()
        };
        let mut previous: Option<&Answer> = None;
        for answer in &triggers {
            let (name, table) = (answer.text(0), answer.text(1));
            if self.left_out.contains(table) || self.omits(Kind::Trigger, name) {
                continue;
            }
            let follows = previous.filter(|previous| moment(previous) == moment(answer));
            let text = self.server.show("triggers", ("TRIGGER", name), 2).await?;
            let trigger = read_trigger(
                (name, table),
                &text.unwrap_or_default(),
                follows.map(|previous| previous.text(0)),
            );
            self.catalog.insert(trigger);
            previous = Some(answer);
        }
        Ok(())
    }

    async fn read_events(&mut self) -> Result<(), IntrospectError> {
        let events = self.server.ask("events", include_str!("event.sql")).await?;
        for answer in &events {
            let name = answer.text(0);
            if self.omits(Kind::Event, name) {
                continue;
            }
            let beginning = match answer.text(1) {
                "1" => Beginning::WhenMade,
                _ => Beginning::Written,
            };
            let text = self.server.show("events", ("EVENT", name), 3).await?;
            self.catalog
                .insert(read_event(name, &text.unwrap_or_default(), beginning));
        }
        Ok(())
    }
}
