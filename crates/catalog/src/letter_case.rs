//! Names that differ from live ones in their letters' case alone.
//!
//! SQLite finds `Book` under `book` and cannot hold both, so that a declaration in another case names
//! the same thing. Nothing has to be done then, and dropping `book` to make `Book` would lose its rows:
//! before two catalogs are compared, the declared names take the live spelling. A rename that changes
//! nothing but the case is no change.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Ident, QualifiedName};

use crate::object::{ForeignKey, Index, IndexSource, Key, Place, Table, Trigger};
use crate::{Catalog, Kind, Object, ObjectId, Part, Reference};

/// The live spelling of every name.
struct Spelling {
    dialect: Dialect,
    /// Objects by kind, since a trigger may be called like a table.
    objects: BTreeMap<(Kind, String), Ident>,
    /// Columns by table.
    columns: BTreeMap<(String, String), Ident>,
}

impl Catalog {
    /// The catalog with the live spelling of all names that the database cannot tell from its own.
    #[must_use]
    pub(crate) fn in_letter_case_of(&self, live: &Self) -> Self {
        let spelling = Spelling::of(live);
        let mut spelled = Self::new(self.dialect());
        for object in self.objects().values() {
            spelled.insert(spelling.object(object));
        }
        for (dependent, references) in self.dependencies() {
            for reference in references {
                spelled.depend(spelling.id(dependent), spelling.reference(reference));
            }
        }
        for description in self.unmanaged() {
            spelled.note_unmanaged(description);
        }
        spelled
    }
}

impl Spelling {
    fn of(live: &Catalog) -> Self {
        let mut spelling = Self {
            dialect: live.dialect(),
            objects: BTreeMap::new(),
            columns: BTreeMap::new(),
        };
        for (id, object) in live.objects() {
            let name = &id.name.name;
            spelling
                .objects
                .insert((id.kind, spelling.folded(name)), name.clone());
            if let Object::Table(table) = object {
                for column in table.columns.iter() {
                    spelling.columns.insert(
                        (spelling.folded(name), spelling.folded(&column.name)),
                        column.name.clone(),
                    );
                }
            }
        }
        spelling
    }

    fn folded(&self, name: &Ident) -> String {
        self.dialect.folded(name.as_str())
    }

    fn ident(&self, kind: Kind, name: &Ident) -> Ident {
        self.objects
            .get(&(kind, self.folded(name)))
            .unwrap_or(name)
            .clone()
    }

    fn name(&self, kind: Kind, name: &QualifiedName) -> QualifiedName {
        QualifiedName {
            schema: name.schema.clone(),
            name: self.ident(kind, &name.name),
        }
    }

    fn column(&self, table: &QualifiedName, column: &Ident) -> Ident {
        self.columns
            .get(&(self.folded(&table.name), self.folded(column)))
            .unwrap_or(column)
            .clone()
    }

    fn columns(&self, table: &QualifiedName, columns: &[Ident]) -> Vec<Ident> {
        columns
            .iter()
            .map(|column| self.column(table, column))
            .collect()
    }

    fn id(&self, id: &ObjectId) -> ObjectId {
        let on = id.on.as_ref().map(|on| {
            let table = self.ident(Kind::Table, on);
            if &table == on {
                self.ident(Kind::View, on)
            } else {
                table
            }
        });
        ObjectId {
            name: self.name(id.kind, &id.name),
            on,
            ..id.clone()
        }
    }

    fn reference(&self, reference: &Reference) -> Reference {
        let part = match &reference.part {
            Part::Column(column) => Part::Column(self.column(&reference.object.name, column)),
            Part::Whole | Part::Constraint(_) | Part::Sequence(_) => reference.part.clone(),
        };
        Reference {
            object: self.id(&reference.object),
            part,
        }
    }

    fn object(&self, object: &Object) -> Object {
        match object {
            Object::Table(table) => self.table(table).into(),
            Object::Index(index) => self.index(index).into(),
            Object::Trigger(trigger) => Trigger {
                name: self.ident(Kind::Trigger, &trigger.name),
                table: self.name(trigger.on, &trigger.table),
                ..trigger.clone()
            }
            .into(),
            Object::View(view) => {
                let mut view = view.clone();
                view.name = self.name(Kind::View, &view.name);
                view.into()
            }
            // Kinds that no dialect with such names has.
            _ => object.clone(),
        }
    }

    fn table(&self, table: &Table) -> Table {
        let mut spelled = table.clone();
        for column in spelled.columns.iter_mut() {
            column.name = self.column(&table.name, &column.name);
        }
        for key in spelled.primary_key.iter_mut().chain(&mut spelled.uniques) {
            self.key(&table.name, key);
        }
        for check in &mut spelled.checks {
            self.place(&table.name, &mut check.place);
        }
        for key in &mut spelled.foreign_keys {
            *key = self.foreign_key(key);
        }
        spelled.name = self.name(Kind::Table, &table.name);
        spelled
    }

    fn key(&self, table: &QualifiedName, key: &mut Key) {
        for part in &mut key.parts {
            part.column = self.column(table, &part.column);
        }
        self.place(table, &mut key.place);
    }

    fn place(&self, table: &QualifiedName, place: &mut Place) {
        if let Some(column) = &mut place.0 {
            *column = self.column(table, column);
        }
    }

    fn foreign_key(&self, key: &ForeignKey) -> ForeignKey {
        let mut spelled = ForeignKey {
            columns: self.columns(&key.table, &key.columns),
            target_columns: self.columns(&key.target, &key.target_columns),
            table: self.name(Kind::Table, &key.table),
            target: self.name(Kind::Table, &key.target),
            ..key.clone()
        };
        self.place(&key.table, &mut spelled.place);
        spelled
    }

    fn index(&self, index: &Index) -> Index {
        let mut spelled = index.clone();
        for part in &mut spelled.parts {
            if let IndexSource::Column(column) = &mut part.source {
                *column = self.column(&index.table, column);
            }
        }
        spelled.name = self.name(Kind::Index, &index.name);
        spelled.table = self.name(index.on, &index.table);
        spelled
    }
}
