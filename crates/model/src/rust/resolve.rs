//! Which item a path means: by its name over all files, and by `use` where several share it.

use schemist_attribute::{FieldItem, ModelItem, plain};
use schemist_sql::Span;
use syn::Path;

use crate::error::{Place, Problem, ReadError};
use crate::rust::items::{Entry, EntryKind, Items, Scope};
use crate::rust::parse;
use crate::source::File;

/// Crates whose types are in our table: what comes from them is no item of the project.
const CRATES: [&str; 26] = [
    "std",
    "core",
    "alloc",
    "sqlx",
    "chrono",
    "time",
    "jiff",
    "jiff_sqlx",
    "uuid",
    "serde_json",
    "rust_decimal",
    "bigdecimal",
    "ipnetwork",
    "ipnet",
    "mac_address",
    "bit_vec",
    "bytes",
    "url",
    "secrecy",
    "pgvector",
    "geo_types",
    "bstr",
    "smol_str",
    "num_bigint",
    "serde",
    "schemist",
];

/// A path, as the words between its `::`.
pub(super) fn words(path: &Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| plain(&segment.ident))
        .collect()
}

/// The items of a project, and the files in which they are.
pub(super) struct Project<'a> {
    pub(super) items: &'a Items,
    pub(super) files: &'a [File],
}

/// A column of a table, perhaps from a struct that is flattened into it.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    pub(super) field: &'a FieldItem,
    pub(super) scope: &'a Scope,
}

impl Column<'_> {
    pub(super) fn origin(&self) -> crate::Origin {
        crate::Origin {
            file: self.scope.file,
            span: parse::span(self.field.ident.span()),
        }
    }
}

impl<'a> Project<'a> {
    /// The item that a path means; `None` where it is none of the project's.
    pub(super) fn find(
        &self,
        scope: &Scope,
        path: &Path,
    ) -> Result<Option<&'a Entry>, Box<ReadError>> {
        let words = self.full(scope, words(path));
        let Some(name) = words.last() else {
            return Ok(None);
        };
        if words.len() > 1 && CRATES.contains(&words[0].as_str()) {
            return Ok(None);
        }
        let places = self.items.by_name.get(name).into_iter().flatten();
        let candidates: Vec<_> = places.map(|at| &self.items.entries[*at]).collect();
        let chosen = match candidates.as_slice() {
            [] => return Ok(None),
            [only] => Some(*only),
            several => self.choose(scope, &words, several),
        };
        chosen
            .map(Some)
            .ok_or_else(|| Box::new(self.ambiguous(scope, path, &candidates)))
    }

    /// The path with what `use` says about its first word.
    fn full(&self, scope: &Scope, mut words: Vec<String>) -> Vec<String> {
        let imported = words
            .first()
            .and_then(|first| self.items.imports.get(scope)?.names.get(first));
        if let Some(path) = imported {
            words.splice(..1, path.iter().cloned());
        }
        words
    }

    /// Of several items of one name the one beside, or in the module that the path names.
    fn choose(
        &self,
        scope: &Scope,
        words: &[String],
        candidates: &[&'a Entry],
    ) -> Option<&'a Entry> {
        if let [_] = words {
            let beside = candidates.iter().find(|entry| entry.scope == *scope);
            if let Some(beside) = beside {
                return Some(beside);
            }
        }
        let module = words.len().checked_sub(2).map(|at| words[at].clone());
        let globs = self
            .items
            .imports
            .get(scope)
            .into_iter()
            .flat_map(|imports| &imports.globs);
        let globs = globs.filter_map(|path| path.last().cloned());
        let modules: Vec<String> = module.into_iter().chain(globs).collect();
        let mut matching = candidates
            .iter()
            .filter(|entry| modules.contains(&self.module(&entry.scope)));
        let first = matching.next()?;
        matching.next().is_none().then_some(*first)
    }

    /// The last word of the module that a scope is.
    fn module(&self, scope: &Scope) -> String {
        if let Some(inner) = scope.modules.last() {
            return inner.clone();
        }
        let path = std::path::Path::new(&self.files[scope.file].source.path);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let folder = path.parent().and_then(|folder| folder.file_name());
        match (&*stem, folder) {
            ("mod", Some(folder)) => folder.to_string_lossy().into_owned(),
            ("lib" | "main", _) => "crate".to_owned(),
            _ => stem.into_owned(),
        }
    }

    fn ambiguous(&self, scope: &Scope, path: &Path, candidates: &[&Entry]) -> ReadError {
        let name = words(path).join("::");
        let at = path
            .segments
            .last()
            .map(|segment| parse::span(segment.ident.span()));
        let place = Place::new(scope.file, at.unwrap_or(Span::new(0, 0)), "which one?");
        let reason = "several items of this name are declared".to_owned();
        let mut error = ReadError::new(
            Problem::Unresolved {
                name: name.clone(),
                reason,
            },
            place,
        )
        .with_remedy(format!("name its module, or write `use …::{name};`"));
        for entry in candidates {
            error.related.push(Place {
                origin: entry.origin(),
                label: "one of them".to_owned(),
            });
        }
        error
    }

    /// The columns of a model, those of flattened structs at their place.
    pub(super) fn columns(
        &self,
        scope: &'a Scope,
        model: &'a ModelItem,
        errors: &mut Vec<ReadError>,
    ) -> Vec<Column<'a>> {
        self.columns_within(scope, model, errors, &mut Vec::new())
    }

    fn columns_within(
        &self,
        scope: &'a Scope,
        model: &'a ModelItem,
        errors: &mut Vec<ReadError>,
        around: &mut Vec<&'a ModelItem>,
    ) -> Vec<Column<'a>> {
        let mut columns = Vec::new();
        // A struct within itself is for the compiler to refuse.
        if around.iter().any(|outer| std::ptr::eq(*outer, model)) {
            return columns;
        }
        around.push(model);
        for field in model.fields.iter().filter(|field| !field.is_skipped()) {
            if field.is_column() {
                columns.push(Column { field, scope });
                continue;
            }
            match self.flattened(scope, field) {
                Ok(Some((scope, part))) => {
                    columns.extend(self.columns_within(scope, part, errors, around));
                }
                Ok(None) => {}
                Err(error) => errors.push(*error),
            }
        }
        around.pop();
        columns
    }

    fn flattened(
        &self,
        scope: &Scope,
        field: &'a FieldItem,
    ) -> Result<Option<(&'a Scope, &'a ModelItem)>, Box<ReadError>> {
        let entry = match &field.rust_type {
            syn::Type::Path(path) => self.find(scope, &path.path)?,
            _ => None,
        };
        match entry.map(|entry| (&entry.scope, &entry.kind)) {
            Some((scope, EntryKind::Model(part))) => Ok(Some((scope, part))),
            Some((_, EntryKind::Broken)) => Ok(None),
            _ => {
                let at = parse::span(syn::spanned::Spanned::span(&field.rust_type));
                let name = at.slice(&self.files[scope.file].source.text).to_owned();
                let reason = "the struct that is flattened here derives no `Model`".to_owned();
                let place = Place::new(scope.file, at, "its columns are not known");
                let error = ReadError::new(Problem::Unresolved { name, reason }, place);
                Err(Box::new(error.with_remedy(
                    "write `#[derive(Model)] #[model(skip)]` above it",
                )))
            }
        }
    }
}
