//! `#[db_enum(…)]`: an enum of Rust that is an enum of the database.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Ident, Token, Variant};

use crate::clause::Name;
use crate::entries::{self, Errors, Grammar, Keyword};
use crate::model::documentation;
use crate::text::{self, Text, plain};
use crate::{Case, ContainerSqlx, FieldSqlx};

/// A value that is gone, and what becomes of rows that hold it.
#[derive(Debug, Clone)]
pub struct Removed {
    /// The value that is gone: its variant of old, or its text in quotes.
    pub before: Name,
    /// The value that takes its place: a variant, or its text in quotes.
    pub after: Name,
}

/// Everything that `#[db_enum(…)]` says about an enum.
#[derive(Debug, Clone, Default)]
pub struct EnumAttribute {
    /// The type's name, perhaps with its schema before a dot.
    pub name: Option<Text>,
    /// The type's schema.
    pub schema: Option<Text>,
    /// How values are made of variants.
    pub rename_all: Option<Case>,
    /// The values that are gone.
    pub removed: Vec<Removed>,
    /// The name that the type had before.
    pub renamed_from: Option<Text>,
    /// The comment.
    pub comment: Option<Text>,
    /// Whether columns are plain text, without a check of the values.
    pub text: Option<Span>,
}

impl Grammar for EnumAttribute {
    const PLACE: &'static str = "`#[db_enum(…)]`";
    const KEYS: &'static [&'static str] = &[
        "name",
        "schema",
        "rename_all",
        "removed",
        "renamed_from",
        "comment",
        "text",
    ];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "name" => self.name = Some(text::name(key, input)?),
            "schema" => self.schema = Some(text::name(key, input)?),
            "rename_all" => self.rename_all = Some(Case::parse(&text::text(key, input)?)?),
            "removed" => self.removed = Removed::list(key, input)?,
            "renamed_from" => self.renamed_from = Some(text::name(key, input)?),
            "comment" => self.comment = Some(text::text(key, input)?),
            _ => self.text = text::flag(key, input)?,
        }
        Ok(())
    }
}

impl Removed {
    fn list(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        if !input.peek(syn::token::Paren) {
            return Err(key.error("`removed` needs values: `removed(Failed => \"CANCELLED\")`"));
        }
        entries::nested(input, |content| {
            let list = content.parse_terminated(Self::parse, Token![,])?;
            Ok(list.into_iter().collect())
        })
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let before = Name::parse(input)?;
        input
            .parse::<Token![=>]>()
            .map_err(|error| syn::Error::new(error.span(), "expected `=>` and the new value"))?;
        Ok(Self {
            before,
            after: Name::parse(input)?,
        })
    }
}

/// Everything that `#[db_enum(…)]` says about a variant.
#[derive(Debug, Clone, Default)]
pub struct VariantAttribute {
    /// The value in the database.
    pub rename: Option<Text>,
    /// The value that it was before.
    pub renamed_from: Option<Text>,
}

impl Grammar for VariantAttribute {
    const PLACE: &'static str = "`#[db_enum(…)]` of a variant";
    const KEYS: &'static [&'static str] = &["rename", "renamed_from"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "rename" => self.rename = Some(text::text(key, input)?),
            _ => self.renamed_from = Some(text::text(key, input)?),
        }
        Ok(())
    }
}

/// A variant with what its attributes say.
#[derive(Debug, Clone)]
pub struct VariantItem {
    /// Its name in Rust.
    pub ident: Ident,
    /// The value in the database.
    pub label: String,
    /// What `#[db_enum(…)]` says.
    pub attribute: VariantAttribute,
}

/// An enum with what its attributes say.
#[derive(Debug, Clone)]
pub struct EnumItem {
    /// Its name in Rust.
    pub ident: Ident,
    /// What `#[db_enum(…)]` says.
    pub attribute: EnumAttribute,
    /// What `#[sqlx(…)]` says.
    pub sqlx: ContainerSqlx,
    /// The variants, in order.
    pub variants: Vec<VariantItem>,
    /// Its documentation.
    pub documentation: Option<Text>,
}

impl EnumItem {
    /// Reads an enum's attributes and variants.
    ///
    /// # Errors
    /// Every mistake, combined, each at its place.
    pub fn parse(
        attributes: &[Attribute],
        ident: &Ident,
        variants: &Punctuated<Variant, Token![,]>,
    ) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let mut attribute = EnumAttribute::default();
        errors.take(entries::attributes(&mut attribute, "db_enum", attributes));
        let sqlx = errors
            .take(ContainerSqlx::parse(attributes))
            .unwrap_or_default();
        let mut item = Self {
            ident: ident.clone(),
            attribute,
            sqlx,
            variants: Vec::new(),
            documentation: documentation(attributes),
        };
        for variant in variants {
            if let Some(read) = errors.take(item.variant(variant)) {
                item.variants.push(read);
            }
        }
        // A variant that could not be read would be missed by what names it.
        if item.variants.len() == variants.len() {
            item.check(&mut errors);
        }
        errors.finish(item)
    }

    /// The type's name, with its schema before a dot where it has one.
    ///
    /// Without a name it is the enum's own in lower case: that is the type for which sqlx asks
    /// PostgreSQL, which folds every name that is not in quotes.
    pub fn type_name(&self) -> Text {
        if let Some(name) = &self.attribute.name {
            return name.clone();
        }
        let Some(asked) = &self.sqlx.type_name else {
            let value = plain(&self.ident).to_lowercase();
            return Text {
                value,
                span: self.ident.span(),
            };
        };
        let fold = |part: &str| match part
            .strip_prefix('"')
            .and_then(|part| part.strip_suffix('"'))
        {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => part.to_lowercase(),
        };
        let parts: Vec<String> = asked.value.split('.').map(fold).collect();
        Text {
            value: parts.join("."),
            span: asked.span,
        }
    }

    /// The values, in order.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.variants.iter().map(|variant| variant.label.as_str())
    }

    /// The values that are gone, each with the one that takes its place.
    pub fn removed(&self) -> impl Iterator<Item = (String, String)> {
        self.attribute
            .removed
            .iter()
            .map(|gone| (self.label(&gone.before), self.label(&gone.after)))
    }

    fn label(&self, name: &Name) -> String {
        let word = name.word();
        let Name::Field(ident) = name else {
            return word;
        };
        let variant = self.variants.iter().find(|variant| variant.ident == *ident);
        variant.map_or_else(|| self.rename(&word), |variant| variant.label.clone())
    }

    fn rename(&self, variant: &str) -> String {
        let case = self.attribute.rename_all.or(self.sqlx.rename_all);
        case.map_or_else(|| variant.to_owned(), |case| case.apply(variant))
    }

    fn variant(&self, variant: &Variant) -> syn::Result<VariantItem> {
        let mut errors = Errors::default();
        let mut attribute = VariantAttribute::default();
        errors.take(entries::attributes(
            &mut attribute,
            "db_enum",
            &variant.attrs,
        ));
        let sqlx = errors
            .take(FieldSqlx::parse(&variant.attrs))
            .unwrap_or_default();
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a value of a database's enum holds no fields";
            errors.push(syn::Error::new(variant.ident.span(), message));
        }
        let named = attribute.rename.as_ref().or(sqlx.rename.as_ref());
        let label = named.map_or_else(
            || self.rename(&plain(&variant.ident)),
            |text| text.value.clone(),
        );
        errors.finish(VariantItem {
            ident: variant.ident.clone(),
            label,
            attribute,
        })
    }

    fn check(&self, errors: &mut Errors) {
        if self.variants.is_empty() {
            errors.push(syn::Error::new(
                self.ident.span(),
                "an enum without a value",
            ));
        }
        let mut seen = BTreeMap::new();
        for variant in &self.variants {
            if let Some(first) = seen.insert(&variant.label, variant.ident.span()) {
                let message = format!("a second variant for the value `{}`", variant.label);
                errors.push(syn::Error::new(variant.ident.span(), message));
                errors.push(syn::Error::new(first, "the first variant is here"));
            }
        }
        for gone in &self.attribute.removed {
            let (before, after) = (self.label(&gone.before), self.label(&gone.after));
            if seen.contains_key(&before) {
                let message = format!("the value `{before}` is still there");
                errors.push(syn::Error::new(gone.before.span(), message));
            }
            if !seen.contains_key(&after) {
                let labels: Vec<_> = self.labels().collect();
                let message = entries::unknown("value", &after, &labels);
                errors.push(syn::Error::new(gone.after.span(), message));
            }
        }
    }
}
