//! The items of all files: models, enums, and what their fields' types may be.

use std::collections::{BTreeMap, BTreeSet};

use schemist_attribute::{ContainerSqlx, EnumItem, ModelItem, plain};
use syn::{Attribute, Fields, Ident, Item, Type, UseTree};

use crate::declaration::{Origin, PassedOver};
use crate::error::ReadError;
use crate::rust::attributes::{SwitchedOff, counted, derives, hidden_derive, switched_off};
use crate::rust::parse;

/// Where an item is, and where its own words are looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Scope {
    pub(super) file: usize,
    /// The inline modules around it.
    pub(super) modules: Vec<String>,
}

/// One item of a file.
pub(super) struct Entry {
    pub(super) scope: Scope,
    pub(super) ident: Ident,
    pub(super) kind: EntryKind,
}

impl Entry {
    /// The place of its name.
    pub(super) fn origin(&self) -> Origin {
        Origin {
            file: self.scope.file,
            span: parse::span(self.ident.span()),
        }
    }
}

/// What an item is to us.
pub(super) enum EntryKind {
    /// A table, or columns for tables.
    Model(Box<ModelItem>),
    /// An enum of the database.
    Enum(Box<EnumItem>),
    /// An enum that sqlx stores as the number of this type.
    Number(Type),
    /// An enum that says nothing about the database.
    OtherEnum,
    /// A struct that is no model.
    Struct {
        attributes: Vec<Attribute>,
        fields: Fields,
    },
    /// Another name for a type.
    Alias(Type),
    /// A model or an enum whose own errors are told already.
    Broken,
}

/// What `use` brings into a module: names with their paths, and modules of which everything comes.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) names: BTreeMap<String, Vec<String>>,
    pub(super) globs: Vec<Vec<String>>,
}

/// Everything that the files hold.
#[derive(Default)]
pub(super) struct Items {
    pub(super) entries: Vec<Entry>,
    /// Where among the entries those of a name are.
    pub(super) by_name: BTreeMap<String, Vec<usize>>,
    pub(super) imports: BTreeMap<Scope, Imports>,
    pub(super) passed_over: Vec<PassedOver>,
    pub(super) errors: Vec<ReadError>,
}

impl Items {
    /// Takes in what a file holds.
    pub(super) fn collect(&mut self, file: usize, syntax: syn::File, features: &BTreeSet<String>) {
        let scope = Scope {
            file,
            modules: Vec::new(),
        };
        let off = switched_off(&syntax.attrs, features);
        self.items(&scope, syntax.items, features, off.as_ref());
    }

    fn items(
        &mut self,
        scope: &Scope,
        items: Vec<Item>,
        features: &BTreeSet<String>,
        off: Option<&SwitchedOff>,
    ) {
        for item in items {
            match item {
                Item::Mod(module) => {
                    let own = switched_off(&module.attrs, features);
                    let Some((_, items)) = module.content else {
                        continue;
                    };
                    let mut inner = scope.clone();
                    inner.modules.push(plain(&module.ident));
                    self.items(&inner, items, features, off.or(own.as_ref()));
                }
                Item::Use(import) => {
                    let imports = self.imports.entry(scope.clone()).or_default();
                    imports.add(Vec::new(), &import.tree);
                }
                Item::Struct(mut item) => {
                    let attributes = std::mem::take(&mut item.attrs);
                    let attributes = self.counted(scope, &item.ident, attributes, features, off);
                    if let Some(attributes) = attributes {
                        self.structure(scope, item, attributes, features);
                    }
                }
                Item::Enum(mut item) => {
                    let attributes = std::mem::take(&mut item.attrs);
                    let attributes = self.counted(scope, &item.ident, attributes, features, off);
                    if let Some(attributes) = attributes {
                        self.enumeration(scope, item, attributes, features);
                    }
                }
                Item::Type(alias)
                    if off.is_none() && switched_off(&alias.attrs, features).is_none() =>
                {
                    self.add(scope, alias.ident, EntryKind::Alias(*alias.ty));
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, scope: &Scope, ident: Ident, kind: EntryKind) {
        let name = plain(&ident);
        self.by_name
            .entry(name)
            .or_default()
            .push(self.entries.len());
        self.entries.push(Entry {
            scope: scope.clone(),
            ident,
            kind,
        });
    }

    /// The attributes of an item that count; an item that is switched off is named where it matters.
    fn counted(
        &mut self,
        scope: &Scope,
        ident: &Ident,
        attributes: Vec<Attribute>,
        features: &BTreeSet<String>,
        off: Option<&SwitchedOff>,
    ) -> Option<Vec<Attribute>> {
        let own = switched_off(&attributes, features);
        let off = off.or(own.as_ref());
        let mut derived = ["Model", "DbEnum"].into_iter();
        let why = match off {
            Some(off) => derived
                .any(|name| derives(&attributes, name))
                .then(|| off.clone()),
            None => derived.find_map(|name| hidden_derive(&attributes, features, name)),
        };
        if let Some(SwitchedOff(why)) = why {
            let origin = Origin {
                file: scope.file,
                span: parse::span(ident.span()),
            };
            let what = format!("`{ident}`");
            self.passed_over.push(PassedOver { what, why, origin });
        }
        off.is_none().then(|| counted(attributes, features))
    }

    fn structure(
        &mut self,
        scope: &Scope,
        item: syn::ItemStruct,
        attributes: Vec<Attribute>,
        features: &BTreeSet<String>,
    ) {
        let mut fields = item.fields;
        if let Fields::Named(named) = &mut fields {
            let kept = std::mem::take(&mut named.named)
                .into_iter()
                .filter(|field| switched_off(&field.attrs, features).is_none())
                .map(|mut field| {
                    field.attrs = counted(field.attrs, features);
                    field
                });
            named.named = kept.collect();
        }
        if !derives(&attributes, "Model") {
            self.add(scope, item.ident, EntryKind::Struct { attributes, fields });
            return;
        }
        let kind = match ModelItem::parse(&attributes, &item.ident, fields) {
            Ok(model) => EntryKind::Model(Box::new(model)),
            Err(error) => self.broken(scope, error),
        };
        self.add(scope, item.ident, kind);
    }

    fn enumeration(
        &mut self,
        scope: &Scope,
        item: syn::ItemEnum,
        attributes: Vec<Attribute>,
        features: &BTreeSet<String>,
    ) {
        let variants = item.variants.into_iter();
        let variants = variants
            .filter(|variant| switched_off(&variant.attrs, features).is_none())
            .map(|mut variant| {
                variant.attrs = counted(variant.attrs, features);
                variant
            })
            .collect();
        let kind = if derives(&attributes, "DbEnum") {
            match EnumItem::parse(&attributes, &item.ident, &variants) {
                Ok(item) => EntryKind::Enum(Box::new(item)),
                Err(error) => self.broken(scope, error),
            }
        } else {
            let sqlx = derives(&attributes, "Type");
            representation(&attributes)
                .filter(|_| sqlx)
                .map_or(EntryKind::OtherEnum, EntryKind::Number)
        };
        self.add(scope, item.ident, kind);
    }

    fn broken(&mut self, scope: &Scope, error: syn::Error) -> EntryKind {
        self.errors
            .extend(parse::attribute_errors(scope.file, error));
        EntryKind::Broken
    }
}

/// The type of `#[repr(i32)]`.
fn representation(attributes: &[Attribute]) -> Option<Type> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("repr"))?;
    attribute.parse_args().ok()
}

/// Whether a struct is stored as its only field, and the type of that.
pub(super) fn transparent<'a>(attributes: &[Attribute], fields: &'a Fields) -> Option<&'a Type> {
    let is_transparent = ContainerSqlx::parse(attributes).ok()?.transparent.is_some();
    let mut types = fields.iter().map(|field| &field.ty);
    let only = types.next()?;
    (is_transparent && types.next().is_none()).then_some(only)
}

impl Imports {
    fn add(&mut self, mut path: Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(step) => {
                path.push(plain(&step.ident));
                self.add(path, &step.tree);
            }
            UseTree::Name(name) => {
                let name = plain(&name.ident);
                path.push(name.clone());
                self.names.insert(name, path);
            }
            UseTree::Rename(rename) => {
                path.push(plain(&rename.ident));
                self.names.insert(plain(&rename.rename), path);
            }
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add(path.clone(), tree);
                }
            }
        }
    }
}
