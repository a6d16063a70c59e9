//! Foreign keys: on a column, or over several.

use schemist_attribute::{Name, Reference, Target, plain};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use crate::declaration::Origin;
use crate::error::{Place, Problem, ReadError};
use crate::naming::{About, NamedPart};
use crate::rust::emit::Emitter;
use crate::rust::items::{Entry, EntryKind, Scope};
use crate::rust::table::{self, Table};
use crate::rust::{parse, resolve};

/// A foreign key with the names of both sides.
pub(super) struct Resolved<'a> {
    columns: Vec<Ident>,
    table: QualifiedName,
    targets: Vec<Ident>,
    name: Option<Ident>,
    reference: &'a Reference,
}

/// The foreign keys of a table, each with its place.
pub(super) fn of<'a>(
    emitter: &mut Emitter<'_>,
    table: &'a Table<'a>,
) -> Vec<(Resolved<'a>, Origin)> {
    let mut found = Vec::new();
    for column in &table.columns {
        if let Some(reference) = &column.source.field.column.references {
            let scope = column.source.scope;
            let origin = Origin {
                file: scope.file,
                span: parse::span(reference.span),
            };
            let columns = vec![column.name.clone()];
            let key = resolve(emitter, table, scope, columns, reference);
            found.extend(key.map(|key| (key, origin)));
        }
    }
    for key in &table.model.attribute.foreign_keys {
        let columns = table.find_all(emitter, &key.columns);
        let origin = table.origin(key.reference.span);
        let key = resolve(emitter, table, &table.entry.scope, columns, &key.reference);
        found.extend(key.map(|key| (key, origin)));
    }
    found
}

/// Adds the foreign keys to a table that is there, so that each has a statement and a place of its own.
pub(super) fn add(emitter: &mut Emitter<'_>, table: &Table<'_>) {
    match emitter.dialect {
        // It cannot add a foreign key to a table: https://www.sqlite.org/lang_altertable.html
        Dialect::Sqlite => return,
        Dialect::Postgres | Dialect::Mysql => {}
    }
    for (key, origin) in of(emitter, table) {
        let mut script = Script::new(emitter.dialect);
        script
            .keyword("ALTER TABLE ")
            .name(&table.name)
            .keyword(" ADD ");
        write(&mut script, &key);
        emitter.declare(script, origin);
    }
}

pub(super) fn write(script: &mut Script, key: &Resolved<'_>) {
    let reference = key.reference;
    table::write_name(script, key.name.as_ref());
    script.keyword("FOREIGN KEY ").idents(&key.columns);
    script.keyword(" REFERENCES ").name(&key.table);
    if !key.targets.is_empty() {
        script.keyword(" ").idents(&key.targets);
    }
    if let Some(matching) = reference.matching {
        script.keyword(" MATCH ").keyword(matching);
    }
    if let Some(action) = reference.on_update {
        script.keyword(" ON UPDATE ").keyword(action);
    }
    if let Some(action) = reference.on_delete {
        script.keyword(" ON DELETE ").keyword(action);
    }
    if reference.initially_deferred.is_some() {
        script.keyword(" DEFERRABLE INITIALLY DEFERRED");
    } else if reference.deferrable.is_some() {
        script.keyword(" DEFERRABLE");
    }
}

fn resolve<'a>(
    emitter: &mut Emitter<'_>,
    table: &Table<'_>,
    scope: &Scope,
    columns: Vec<Ident>,
    reference: &'a Reference,
) -> Option<Resolved<'a>> {
    let mut names: Vec<(QualifiedName, Vec<Ident>)> = Vec::new();
    for target in &reference.targets {
        names.push(aim(emitter, table, scope, target)?);
    }
    let first = names.first()?.0.clone();
    if names.iter().any(|(name, _)| *name != first) {
        let reason = "a foreign key points at one table".to_owned();
        fail(
            emitter,
            scope,
            &reference.targets[0],
            reason,
            "write one key per table",
        );
        return None;
    }
    let targets: Vec<Ident> = names.into_iter().flat_map(|(_, targets)| targets).collect();
    if !targets.is_empty() && targets.len() != columns.len() {
        let reason = format!(
            "{} columns cannot point at {}",
            columns.len(),
            targets.len()
        );
        fail(
            emitter,
            scope,
            &reference.targets[0],
            reason,
            "write `foreign_key(columns(…), references(…))` above the struct",
        );
        return None;
    }
    let about = About {
        columns: columns.iter().map(Ident::as_str).collect(),
        target: Some(&first.name),
        target_columns: &targets,
    };
    let written = reference.name.as_ref();
    let name = written
        .map(|name| Ident::from_server(&name.value))
        .or_else(|| {
            emitter
                .namer
                .name(NamedPart::ForeignKey, &table.name, &about)
        });
    Some(Resolved {
        columns,
        table: first,
        targets,
        name,
        reference,
    })
}

/// The table and the columns that a target means.
fn aim(
    emitter: &mut Emitter<'_>,
    table: &Table<'_>,
    scope: &Scope,
    target: &Target,
) -> Option<(QualifiedName, Vec<Ident>)> {
    match target {
        Target::Table {
            schema,
            table,
            column,
        } => {
            let schema = schema.as_ref().map(|schema| schema.value.as_str());
            let name = emitter.types.naming.qualified(&table.value, schema);
            let column = column
                .iter()
                .map(|column| Ident::from_server(&column.value))
                .collect();
            Some((name, column))
        }
        Target::Model { path, field } if path.is_ident("Self") => {
            columns(emitter, scope, target, table.entry, field.as_ref())
        }
        Target::Model { path, field } => match emitter.project.find(scope, path) {
            Ok(Some(entry)) => columns(emitter, scope, target, entry, field.as_ref()),
            Ok(None) => {
                let reason = "no model of this name is declared".to_owned();
                let remedy = "name a struct that derives `Model`, or write `references(\"table\".\"column\")`";
                fail(emitter, scope, target, reason, remedy);
                None
            }
            Err(error) => {
                emitter.errors.push(*error);
                None
            }
        },
    }
}

/// The columns of the model that is pointed at: one of its fields, or its primary key.
fn columns(
    emitter: &mut Emitter<'_>,
    scope: &Scope,
    target: &Target,
    entry: &Entry,
    field: Option<&syn::Ident>,
) -> Option<(QualifiedName, Vec<Ident>)> {
    let model = match &entry.kind {
        EntryKind::Model(model) => model,
        EntryKind::Broken => return None,
        _ => {
            let reason = "it derives no `Model`".to_owned();
            fail(
                emitter,
                scope,
                target,
                reason,
                "write `#[derive(Model)]` above it",
            );
            return None;
        }
    };
    let name = emitter.types.naming.of_model(model);
    let columns = emitter
        .project
        .columns(&entry.scope, model, &mut Vec::new());
    let on_columns = columns
        .iter()
        .filter(|column| column.field.column.primary_key.is_some());
    let wanted: Vec<_> = match (field, &model.attribute.primary_key) {
        (Some(field), _) => {
            let word = plain(field);
            let is_it = |column: &&resolve::Column<'_>| column.field.rust_name() == word;
            columns.iter().filter(is_it).collect()
        }
        (None, Some(key)) => {
            let word = |name: &Name| name.word();
            let words: Vec<String> = key.columns.iter().map(word).collect();
            let is_in = |word: &String| {
                columns.iter().find(|column| {
                    column.field.rust_name() == word || column.field.column_name().value == *word
                })
            };
            words.iter().filter_map(is_in).collect()
        }
        (None, None) => on_columns.collect(),
    };
    if wanted.is_empty() {
        let what = field.map_or("primary key".to_owned(), |field| format!("field `{field}`"));
        let known: Vec<_> = columns
            .iter()
            .map(|column| format!("`{}`", column.field.rust_name()))
            .collect();
        let reason = format!("`{}` has no {what}", entry.ident);
        fail(
            emitter,
            scope,
            target,
            reason,
            &format!("name one of its fields: {}", known.join(", ")),
        );
        return None;
    }
    let targets = wanted
        .iter()
        .map(|column| Ident::from_server(&column.field.column_name().value));
    Some((name, targets.collect()))
}

fn fail(emitter: &mut Emitter<'_>, scope: &Scope, target: &Target, reason: String, remedy: &str) {
    let name = match target {
        Target::Model { path, field } => {
            let mut words = resolve::words(path);
            words.extend(field.as_ref().map(ToString::to_string));
            words.join("::")
        }
        Target::Table { table, .. } => table.value.clone(),
    };
    let place = Place::new(scope.file, parse::span(target.span()), "this reference");
    let error = ReadError::new(Problem::Unresolved { name, reason }, place);
    emitter.errors.push(error.with_remedy(remedy));
}
