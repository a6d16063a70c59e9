//! From the items of all files to the statements of one dialect.

use schemist_attribute::{EnumItem, ModelItem};
use schemist_catalog::ValueFate;
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::declaration::{
    Backfill, ColumnName, Declaration, Declared, Offline, Origin, PassedOver, RenameHint, Renamed,
    ValueMap,
};
use crate::error::{Place, Problem, ReadError};
use crate::naming::Namer;
use crate::rust::column::Types;
use crate::rust::enumeration::Naming;
use crate::rust::items::{Entry, EntryKind, Items};
use crate::rust::resolve::Project;
use crate::rust::table::Table;
use crate::rust::{enumeration, foreign_key, index, parse, table};
use crate::source::{Comments, Options};

/// Reads every Rust file of a declaration.
pub(crate) fn read(
    declaration: &mut Declaration,
    errors: &mut Vec<ReadError>,
    dialect: Dialect,
    options: &Options,
) {
    let files = std::mem::take(&mut declaration.files);
    let mut items = Items::default();
    for (number, file) in files
        .iter()
        .enumerate()
        .filter(|(_, file)| file.source.is_rust())
    {
        match parse::file(number, &file.source.text, options.comments) {
            Ok(syntax) => items.collect(number, syntax, &options.features),
            Err(broken) => errors.extend(broken),
        }
    }
    errors.append(&mut items.errors);
    declaration.passed_over.append(&mut items.passed_over);
    let project = Project {
        items: &items,
        files: &files,
    };
    let naming = Naming {
        dialect,
        default_schema: &options.default_schema,
    };
    let types = Types::new(&project, naming);
    let mut emitter = Emitter {
        project: &project,
        types,
        dialect,
        options,
        namer: Namer::new(&options.naming),
        declaration,
        errors,
    };
    emitter.all();
    declaration.files = files;
}

/// What statements are made with, and where they go.
pub(super) struct Emitter<'a> {
    pub(super) project: &'a Project<'a>,
    pub(super) types: Types<'a>,
    pub(super) dialect: Dialect,
    pub(super) options: &'a Options,
    pub(super) namer: Namer<'a>,
    pub(super) declaration: &'a mut Declaration,
    pub(super) errors: &'a mut Vec<ReadError>,
}

impl Emitter<'_> {
    fn all(&mut self) {
        let project = self.project;
        let mut tables = Vec::new();
        for entry in &project.items.entries {
            let EntryKind::Model(model) = &entry.kind else {
                continue;
            };
            if model.attribute.skip.is_none() && self.is_for_us(entry, model) {
                tables.push(Table::of(self, entry, model));
            }
        }
        let uses: Vec<_> = tables.iter().flat_map(Table::enumerations).collect();
        for entry in &project.items.entries {
            if let EntryKind::Enum(item) = &entry.kind {
                self.enumeration(entry, item, &uses);
            }
        }
        self.declaration.enum_columns = uses;
        // The server takes a statement whose table it has not seen only on a second try.
        for table in &tables {
            let created = table::create(self, table);
            self.declaration.statements.push(created);
        }
        for table in &tables {
            self.added(table);
        }
    }

    /// Whether the dialect has a model; one that it has not is named.
    fn is_for_us(&mut self, entry: &Entry, model: &ModelItem) -> bool {
        let dialects = &model.attribute.dialects;
        let name = self.dialect.name();
        if dialects.is_empty() || dialects.iter().any(|dialect| dialect.value == name) {
            return true;
        }
        let others: Vec<_> = dialects
            .iter()
            .map(|dialect| dialect.value.as_str())
            .collect();
        self.declaration.passed_over.push(PassedOver {
            what: format!("`{}`", entry.ident),
            why: format!("it is for {}", others.join(" and ")),
            origin: entry.origin(),
        });
        false
    }

    /// Keeps a statement.
    pub(super) fn declare(&mut self, script: Script, origin: Origin) {
        let sql = script.into_text();
        self.declaration.statements.push(Declared {
            sql,
            origin,
            parts: Vec::new(),
        });
    }

    /// Refuses what the dialect does not have.
    pub(super) fn refuse(&mut self, what: impl Into<String>, origin: Origin, remedy: &str) {
        let problem = Problem::NotInDialect {
            what: what.into(),
            dialect: self.dialect.title(),
        };
        let place = Place {
            origin,
            label: "here".to_owned(),
        };
        self.errors
            .push(ReadError::new(problem, place).with_remedy(remedy));
    }

    /// A name that may have its schema before a dot, else the schema of what it is about.
    fn before(&self, written: &str, after: &QualifiedName) -> QualifiedName {
        let mut before = self.types.naming.qualified(written, None);
        if !written.contains('.') {
            before.schema.clone_from(&after.schema);
        }
        before
    }

    /// Keeps that an object had another name.
    pub(super) fn renamed(
        &mut self,
        kind: &str,
        written: &schemist_attribute::Text,
        after: &QualifiedName,
        file: usize,
    ) {
        let what = Renamed::Object {
            kind: kind.to_owned(),
            on: None,
            before: self.before(&written.value, after),
            after: after.clone(),
        };
        let origin = Origin {
            file,
            span: parse::span(written.span),
        };
        self.declaration.renames.push(RenameHint { what, origin });
    }

    /// What is added to a table that is there, and what no statement says about it.
    fn added(&mut self, table: &Table<'_>) {
        // MySQL makes an index for a foreign key that has none.
        index::create(self, table);
        foreign_key::add(self, table);
        self.comments(table);
        let file = table.entry.scope.file;
        if let Some(written) = &table.model.attribute.renamed_from {
            self.renamed("table", written, &table.name, file);
        }
        if table.model.attribute.offline.is_some() {
            self.declaration.offline.push(Offline {
                kind: "table".to_owned(),
                name: table.name.clone(),
            });
        }
        for column in &table.columns {
            let attribute = &column.source.field.column;
            let file = column.source.scope.file;
            if let Some(before) = &attribute.renamed_from {
                let what = Renamed::Column {
                    table: table.name.clone(),
                    before: Ident::from_server(&before.value),
                    after: column.name.clone(),
                };
                let origin = Origin {
                    file,
                    span: parse::span(before.span),
                };
                self.declaration.renames.push(RenameHint { what, origin });
            }
            let backfill = attribute.backfill.as_ref();
            if let Some(text) = backfill.and_then(|text| text.for_dialect(self.dialect.name())) {
                self.declaration.backfills.push(Backfill {
                    table: table.name.clone(),
                    column: column.name.clone(),
                    expression: text.value.clone(),
                    origin: Origin {
                        file,
                        span: parse::span(text.span),
                    },
                });
            }
        }
    }

    /// The comment that something gets: the written one, or its documentation where that is asked for.
    pub(super) fn comment<'t>(
        &self,
        written: Option<&'t schemist_attribute::Text>,
        documentation: Option<&'t schemist_attribute::Text>,
    ) -> Option<&'t str> {
        let documentation = match self.options.comments {
            Comments::Written => None,
            Comments::Documentation => documentation,
        };
        written.or(documentation).map(|text| text.value.trim())
    }

    /// `COMMENT ON …` of PostgreSQL; SQLite has no comments, and MySQL has them in the table.
    fn comments(&mut self, table: &Table<'_>) {
        match self.dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return,
        }
        let attribute = &table.model.attribute;
        let documentation = table.model.documentation.as_ref();
        if let Some(text) = self.comment(attribute.comment.as_ref(), documentation) {
            let mut script = Script::new(self.dialect);
            script
                .keyword("COMMENT ON TABLE ")
                .name(&table.name)
                .keyword(" IS ")
                .literal(text);
            self.declare(script, table.entry.origin());
        }
        for column in &table.columns {
            let field = column.source.field;
            let comment = self.comment(field.column.comment.as_ref(), field.documentation.as_ref());
            if let Some(text) = comment {
                let mut script = Script::new(self.dialect);
                script
                    .keyword("COMMENT ON COLUMN ")
                    .name(&table.name)
                    .keyword(".")
                    .ident(&column.name);
                script.keyword(" IS ").literal(text);
                self.declare(script, column.source.origin());
            }
        }
    }

    fn enumeration(
        &mut self,
        entry: &Entry,
        item: &EnumItem,
        uses: &[(QualifiedName, ColumnName)],
    ) {
        let name = self.types.naming.of_enum(item);
        if item.attribute.text.is_none() {
            match self.dialect {
                Dialect::Postgres => self.create_type(entry, item, &name),
                Dialect::Sqlite | Dialect::Mysql => {}
            }
        }
        let columns: Vec<ColumnName> = uses
            .iter()
            .filter(|(of, _)| *of == name)
            .map(|(_, column)| column.clone())
            .collect();
        let file = entry.scope.file;
        let map = |before: String, after: String, fate, span| ValueMap {
            enumeration: Some(name.clone()),
            columns: columns.clone(),
            before,
            after,
            fate,
            origin: Origin { file, span },
        };
        let gone = item.removed().zip(&item.attribute.removed);
        let mut maps: Vec<ValueMap> = gone
            .map(|((before, after), removed)| {
                map(
                    before,
                    after,
                    ValueFate::Removed,
                    parse::span(removed.before.span()),
                )
            })
            .collect();
        for variant in &item.variants {
            let Some(before) = &variant.attribute.renamed_from else {
                continue;
            };
            let span = parse::span(before.span);
            match self.dialect {
                Dialect::Postgres => {
                    let what = Renamed::EnumValue {
                        enumeration: name.clone(),
                        before: before.value.clone(),
                        after: variant.label.clone(),
                    };
                    let origin = Origin { file, span };
                    self.declaration.renames.push(RenameHint { what, origin });
                }
                // Without a type of its own the values are text, which rows must change to.
                Dialect::Sqlite | Dialect::Mysql => {
                    let after = variant.label.clone();
                    maps.push(map(before.value.clone(), after, ValueFate::Renamed, span));
                }
            }
        }
        self.declaration.value_maps.append(&mut maps);
    }

    fn create_type(&mut self, entry: &Entry, item: &EnumItem, name: &QualifiedName) {
        let mut script = Script::new(self.dialect);
        enumeration::create(&mut script, name, item);
        self.declare(script, entry.origin());
        let documentation = item.documentation.as_ref();
        if let Some(text) = self.comment(item.attribute.comment.as_ref(), documentation) {
            let mut script = Script::new(self.dialect);
            script
                .keyword("COMMENT ON TYPE ")
                .name(name)
                .keyword(" IS ")
                .literal(text);
            self.declare(script, entry.origin());
        }
        if let Some(written) = &item.attribute.renamed_from {
            self.renamed("type", written, name, entry.scope.file);
        }
    }

    /// Says that a column is not there.
    pub(super) fn no_column(&mut self, table: &Table<'_>, name: &schemist_attribute::Name) {
        let known: Vec<_> = table
            .columns
            .iter()
            .map(|column| format!("`{}`", column.source.field.rust_name()))
            .collect();
        let reason = format!("`{}` has no such column", table.entry.ident);
        let problem = Problem::Unresolved {
            name: name.word(),
            reason,
        };
        let place = Place::new(
            table.entry.scope.file,
            parse::span(name.span()),
            "this column",
        );
        let remedy = format!("name one of {}", known.join(", "));
        self.errors
            .push(ReadError::new(problem, place).with_remedy(remedy));
    }
}
