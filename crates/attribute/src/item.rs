//! A struct with what its attributes say, checked as far as one struct can be.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::{Attribute, Field, Fields, Ident, Type};

use crate::entries::{self, Errors};
use crate::index::IndexKey;
use crate::model::documentation;
use crate::text::plain;
use crate::{Case, ColumnAttribute, ContainerSqlx, FieldSqlx, ModelAttribute, Name, Text};

/// A field with what its attributes say.
#[derive(Debug, Clone)]
pub struct FieldItem {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its Rust type.
    pub rust_type: Type,
    /// What `#[column(…)]` says.
    pub column: ColumnAttribute,
    /// What `#[sqlx(…)]` says.
    pub sqlx: FieldSqlx,
    /// Its documentation.
    pub documentation: Option<Text>,
    rust_name: String,
    name: Text,
}

impl FieldItem {
    /// Its name in Rust, without the mark of a raw identifier.
    pub fn rust_name(&self) -> &str {
        &self.rust_name
    }

    /// The column's name.
    pub fn column_name(&self) -> &Text {
        &self.name
    }

    /// Whether the field makes a column of its own, rather than none or several.
    pub fn is_column(&self) -> bool {
        !self.is_skipped() && self.sqlx.flatten.is_none()
    }

    /// Whether the field is left out of the table.
    pub fn is_skipped(&self) -> bool {
        self.column.skip.is_some() || self.sqlx.skip.is_some()
    }

    fn parse(field: Field, ident: Ident, case: Option<Case>) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let column = errors
            .take(ColumnAttribute::parse(&field.attrs))
            .unwrap_or_default();
        let sqlx = errors
            .take(FieldSqlx::parse(&field.attrs))
            .unwrap_or_default();
        if let (Some(_), false) = (
            sqlx.flatten,
            field.attrs.iter().all(|a| !a.path().is_ident("column")),
        ) {
            errors.push(syn::Error::new(
                ident.span(),
                "a flattened field is no column: say it on the fields of its struct",
            ));
        }
        let rust_name = plain(&ident);
        let name = column
            .name
            .as_ref()
            .or(sqlx.rename.as_ref())
            .cloned()
            .unwrap_or_else(|| Text {
                value: case.map_or_else(|| rust_name.clone(), |case| case.apply(&rust_name)),
                span: ident.span(),
            });
        errors.finish(Self {
            ident,
            rust_type: field.ty,
            column,
            sqlx,
            documentation: documentation(&field.attrs),
            rust_name,
            name,
        })
    }
}

/// A struct with what its attributes say.
#[derive(Debug, Clone)]
pub struct ModelItem {
    /// Its name in Rust.
    pub ident: Ident,
    /// What `#[model(…)]` says.
    pub attribute: ModelAttribute,
    /// The fields, in order.
    pub fields: Vec<FieldItem>,
    /// Its documentation.
    pub documentation: Option<Text>,
}

impl ModelItem {
    /// Reads a struct's attributes and fields.
    ///
    /// # Errors
    /// Every mistake, combined, each at its place.
    pub fn parse(attributes: &[Attribute], ident: &Ident, fields: Fields) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let attribute = errors
            .take(ModelAttribute::parse(attributes))
            .unwrap_or_default();
        let sqlx = errors
            .take(ContainerSqlx::parse(attributes))
            .unwrap_or_default();
        let mut item = Self {
            ident: ident.clone(),
            attribute,
            fields: Vec::new(),
            documentation: documentation(attributes),
        };
        let Fields::Named(named) = fields else {
            let message = "a model is a struct with named fields: each is a column";
            errors.push(syn::Error::new(ident.span(), message));
            return errors.finish(item);
        };
        let mut broken = false;
        item.fields.reserve_exact(named.named.len());
        for mut field in named.named {
            let Some(ident) = field.ident.take() else {
                continue;
            };
            match errors.take(FieldItem::parse(field, ident, sqlx.rename_all)) {
                Some(field) => item.fields.push(field),
                None => broken = true,
            }
        }
        // A field that could not be read would be missed by every key that names it.
        if !broken {
            item.check(&mut errors);
        }
        errors.finish(item)
    }

    /// The table's name: the struct's own in snake case, unless `table` says otherwise.
    pub fn table_name(&self) -> Text {
        let Some(table) = &self.attribute.table else {
            let value = Case::Snake.apply(&plain(&self.ident));
            return Text {
                value,
                span: self.ident.span(),
            };
        };
        let value = table
            .value
            .split_once('.')
            .map_or(table.value.as_str(), |(_, name)| name);
        Text {
            value: value.to_owned(),
            span: table.span,
        }
    }

    /// The table's schema, where the model names one.
    pub fn schema_name(&self) -> Option<Text> {
        let table = self.attribute.table.as_ref();
        let before_dot = table.and_then(|table| {
            let (schema, _) = table.value.split_once('.')?;
            Some(Text {
                value: schema.to_owned(),
                span: table.span,
            })
        });
        self.attribute.schema.clone().or(before_dot)
    }

    /// The fields that make one column each.
    pub fn columns(&self) -> impl Iterator<Item = &FieldItem> {
        self.fields.iter().filter(|field| field.is_column())
    }

    /// Finds the field that a key names, by its Rust name or by its column's.
    pub fn field(&self, name: &Name) -> Option<&FieldItem> {
        let word = name.word();
        let by_field = |field: &&FieldItem| field.rust_name == word;
        let by_column = |field: &&FieldItem| field.name.value == word;
        match name {
            Name::Field(_) => self
                .columns()
                .find(by_field)
                .or_else(|| self.columns().find(by_column)),
            Name::Column(_) => self.columns().find(by_column),
        }
    }

    fn check(&self, errors: &mut Errors) {
        self.check_columns(errors);
        self.check_names(errors);
        let on_model = self.attribute.primary_key.as_ref().map(|key| key.span);
        let on_column = self
            .columns()
            .find_map(|field| field.column.primary_key.as_ref());
        if let (Some(span), Some(first)) = (on_model, on_column) {
            errors.push(syn::Error::new(span, "a second primary key"));
            errors.push(syn::Error::new(first.span, "the first primary key is here"));
        }
        let table = self
            .attribute
            .table
            .as_ref()
            .filter(|table| table.value.contains('.'));
        if let (Some(table), Some(schema)) = (table, &self.attribute.schema) {
            errors.push(syn::Error::new(schema.span, "a second schema"));
            errors.push(syn::Error::new(table.span, "the first schema is here"));
        }
    }

    fn check_columns(&self, errors: &mut Errors) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for field in self.columns() {
            if let Some(first) = seen.insert(&field.name.value, field.name.span) {
                let message = format!("a second column `{}`", field.name.value);
                errors.push(syn::Error::new(field.name.span, message));
                errors.push(syn::Error::new(
                    first,
                    "the first column of that name is here",
                ));
            }
        }
        if self.fields.iter().all(FieldItem::is_skipped) {
            errors.push(syn::Error::new(
                self.ident.span(),
                "a model without a column",
            ));
        }
    }

    /// Refuses keys on columns that there are not.
    fn check_names(&self, errors: &mut Errors) {
        // What a flattened struct brings is known only to who sees that struct.
        if self.fields.iter().any(|field| field.sqlx.flatten.is_some()) {
            return;
        }
        for name in self.names() {
            if self.field(name).is_none() {
                let fields: Vec<_> = self.columns().map(FieldItem::rust_name).collect();
                let message = entries::unknown("column", &name.word(), &fields);
                errors.push(syn::Error::new(name.span(), message));
            }
        }
    }

    /// Every column that `#[model(…)]` names.
    fn names(&self) -> impl Iterator<Item = &Name> {
        let attribute = &self.attribute;
        let keys = attribute.primary_key.iter().chain(&attribute.uniques);
        let of_keys = keys.flat_map(|key| &key.columns);
        let of_foreign_keys = attribute.foreign_keys.iter().flat_map(|key| &key.columns);
        let of_indexes = attribute.indexes.iter().flat_map(|index| {
            let items = index.items.iter().filter_map(|item| match &item.key {
                IndexKey::Column(name) => Some(name),
                IndexKey::Expression(_) => None,
            });
            items.chain(&index.include)
        });
        of_keys.chain(of_foreign_keys).chain(of_indexes)
    }
}
