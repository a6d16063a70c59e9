//! What has been gathered while one database is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemist_catalog::{Catalog, Kind, Object, ObjectId};
use schemist_sql::{Dialect, Ident, QualifiedName};
use sqlx::postgres::types::Oid;

use super::address::{Address, Addresses, class};
use super::query::{Answer, Answers, Query};
use super::schema::ReadSchemas;
use crate::{IntrospectError, Omission, Scope};

/// What is asked of the server about comments.
pub(super) const COMMENTS: Query = Query::new("comments", include_str!("comment.sql"));

/// What is asked of the server about names that need their schema.
pub(super) const HIDDEN: Query = Query::new("hidden names", include_str!("hidden.sql"));

/// A database that is being read.
pub(super) struct Reading<'a> {
    /// What the server says, as it is taken.
    pub(super) answers: Answers<'a>,
    /// Which part of it is read.
    pub(super) scope: &'a Scope,
    /// What was made of it so far.
    pub(super) catalog: Catalog,
    /// Where all of that is kept in the server.
    pub(super) addresses: Addresses,
    /// The schemas that are read.
    pub(super) schemas: ReadSchemas,
    /// What belongs to an extension.
    pub(super) members: BTreeSet<Address>,
    /// What is left out with all that depends on it, in words.
    pub(super) left_out: BTreeMap<Address, String>,
    comments: BTreeMap<Address, String>,
    hidden: BTreeSet<Address>,
}

impl<'a> Reading<'a> {
    /// Nothing has been read yet but which schemas there are.
    pub(super) fn new(answers: Answers<'a>, scope: &'a Scope, schemas: ReadSchemas) -> Self {
        Self {
            answers,
            scope,
            catalog: Catalog::new(Dialect::Postgres),
            addresses: Addresses::default(),
            schemas,
            members: BTreeSet::new(),
            left_out: BTreeMap::new(),
            comments: BTreeMap::new(),
            hidden: BTreeSet::new(),
        }
    }

    /// The answer to a query, which is the next one of those that were asked.
    pub(super) async fn answer(&mut self, query: &Query) -> Result<Vec<Answer>, IntrospectError> {
        self.answers.next(query.what()).await
    }

    /// The name in a row that has `schema` and `name`, as it is written.
    pub(super) fn name(&self, row: &Answer) -> Result<QualifiedName, IntrospectError> {
        let schema = row.number("schema")?;
        Ok(QualifiedName {
            schema: self.schemas.get(&schema).cloned().flatten(),
            name: Ident::from_server(row.get::<String>("name")?),
        })
    }

    /// The name of a type or a routine in a row that has its `number`, too: with its schema also in the
    /// default one, where the server has something of its own under that name.
    pub(super) fn findable_name(
        &self,
        class: u32,
        row: &Answer,
    ) -> Result<QualifiedName, IntrospectError> {
        let name = self.name(row)?;
        let address = Address::whole(class, row.number("number")?);
        Ok(match name.schema {
            None if self.hidden.contains(&address) => QualifiedName {
                schema: self.scope.default_schema.clone(),
                name: name.name,
            },
            _ => name,
        })
    }

    /// The name of something that may be in a schema that is not read.
    pub(super) fn outside_name(&self, schema: String, name: String) -> QualifiedName {
        QualifiedName {
            schema: self.scope.qualifier(&Ident::from_server(schema)),
            name: Ident::from_server(name),
        }
    }

    /// Whether something belongs to an extension.
    pub(super) fn is_member(&self, class: u32, number: u32) -> bool {
        self.members.contains(&Address::whole(class, number))
    }

    /// Whether something is left out by name; if it is, that is noted, and so will be what depends on it.
    pub(super) fn omits(&mut self, class: u32, number: u32, id: &ObjectId) -> bool {
        let Some(omission) = self.omission(id.kind, &id.name) else {
            return false;
        };
        let words = format!("{id} ({})", omission.reason());
        self.leave_out(Address::whole(class, number), words);
        true
    }

    /// Why a name is left out, if it is.
    pub(super) fn omission(&self, kind: Kind, name: &QualifiedName) -> Option<Omission> {
        let schema = name.schema.as_ref().or(self.scope.default_schema.as_ref());
        self.scope.omission(kind, schema, name.name.as_str())
    }

    /// Notes that something is left out, with all that depends on it.
    pub(super) fn leave_out(&mut self, address: Address, words: String) {
        self.catalog.note_unmanaged(words.clone());
        self.left_out.insert(address, words);
    }

    /// What `COMMENT ON` says of something.
    pub(super) fn comment(&self, class: u32, number: u32) -> Option<String> {
        self.comments.get(&Address::whole(class, number)).cloned()
    }

    /// What `COMMENT ON COLUMN` says of a column.
    pub(super) fn column_comment(&self, relation: u32, column: i16) -> Option<String> {
        self.comments
            .get(&Address::column(relation, i32::from(column)))
            .cloned()
    }

    /// Reads which names need their schema.
    pub(super) async fn read_hidden(&mut self) -> Result<(), IntrospectError> {
        for row in self.answer(&HIDDEN).await? {
            let address = Address::whole(row.number("class")?, row.number("object")?);
            self.hidden.insert(address);
        }
        Ok(())
    }

    /// Reads all comments.
    pub(super) async fn read_comments(&mut self) -> Result<(), IntrospectError> {
        for row in self.answer(&COMMENTS).await? {
            let address = Address {
                class: row.number("class")?,
                object: row.number("object")?,
                column: row.get("column")?,
            };
            self.comments.insert(address, row.get("comment")?);
        }
        Ok(())
    }

    /// Puts an object into the catalog, which is kept whole at one place in the server.
    pub(super) fn insert(
        &mut self,
        class: u32,
        number: u32,
        object: impl Into<Object>,
    ) -> ObjectId {
        let id = self.catalog.insert(object);
        self.addresses.add_whole(class, number, id.clone());
        id
    }

    /// Puts an object into the catalog unless it is an extension's or left out by name.
    pub(super) fn insert_own(
        &mut self,
        class: u32,
        number: u32,
        object: impl Into<Object>,
    ) -> Option<ObjectId> {
        let object = object.into();
        if self.is_member(class, number) || self.omits(class, number, &object.id()) {
            return None;
        }
        Some(self.insert(class, number, object))
    }

    /// The type that a row has as `user_type`, where it is one that is read.
    pub(super) fn user_type(&self, row: &Answer) -> Result<Option<ObjectId>, IntrospectError> {
        let Some(Oid(number)) = row.get::<Option<Oid>>("user_type")? else {
            return Ok(None);
        };
        let found = self.addresses.get(Address::whole(class::TYPE, number));
        let is_type = |kind: Kind| match kind {
            Kind::BaseType | Kind::Enum | Kind::Domain | Kind::CompositeType | Kind::RangeType => {
                true
            }
            // A type of an extension is the extension's, and the rows of a table are the table's.
            _ => false,
        };
        let id = found.map(|(id, _)| id).filter(|id| is_type(id.kind));
        Ok(id.cloned())
    }

    /// Says where the types of a relation's rows are kept.
    pub(super) fn add_row_types(
        &mut self,
        row: &Answer,
        id: &Arc<ObjectId>,
    ) -> Result<(), IntrospectError> {
        for column in ["row_type", "row_array_type"] {
            if let Some(Oid(number)) = row.get::<Option<Oid>>(column)? {
                self.addresses.add_whole(class::TYPE, number, id.clone());
            }
        }
        Ok(())
    }
}
