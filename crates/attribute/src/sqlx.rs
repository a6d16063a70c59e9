//! What `#[sqlx(…)]` already says, so that nobody is asked twice.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Token, Type};

use crate::entries::{self, Errors};
use crate::model::foreign_value;
use crate::{Case, Text};

/// What sqlx is told about a struct or an enum.
#[derive(Debug, Clone, Default)]
pub struct ContainerSqlx {
    /// The name of its type in the database.
    pub type_name: Option<Text>,
    /// How names are made of its fields or variants.
    pub rename_all: Option<Case>,
    /// Whether it is stored as its only field.
    pub transparent: Option<Span>,
}

/// How sqlx reads a field of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// The column is never NULL, unless the field is an `Option`.
    Required,
    /// The column may be NULL.
    Nullable,
}

/// What sqlx is told about a field or a variant.
#[derive(Debug, Clone, Default)]
pub struct FieldSqlx {
    /// The name in the database.
    pub rename: Option<Text>,
    /// Whether the field is no column.
    pub skip: Option<Span>,
    /// Whether the field's own columns are meant.
    pub flatten: Option<Span>,
    /// Whether a missing column is filled in by `Default`, which says nothing about the table.
    pub default: Option<Span>,
    /// Whether the field is stored as JSON.
    pub json: Option<Json>,
    /// The type that the database gives, from which the field's own is made.
    pub try_from: Option<Box<Type>>,
}

impl ContainerSqlx {
    /// Reads the attributes of a struct or an enum. Keys that we do not know are sqlx's own business.
    ///
    /// # Errors
    /// Every value that cannot be read, at its place.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        each(attributes, |key, input| {
            match key.to_string().as_str() {
                "type_name" => read.type_name = Some(value(input)?),
                "rename_all" => read.rename_all = Some(Case::parse(&value(input)?)?),
                "transparent" => read.transparent = Some(key.span()),
                _ => {}
            }
            foreign_value(input)
        })?;
        Ok(read)
    }
}

impl FieldSqlx {
    /// Reads the attributes of a field or a variant. Keys that we do not know are sqlx's own business.
    ///
    /// # Errors
    /// Every value that cannot be read, at its place.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        each(attributes, |key, input| {
            match key.to_string().as_str() {
                "rename" => read.rename = Some(value(input)?),
                "skip" => read.skip = Some(key.span()),
                "flatten" => read.flatten = Some(key.span()),
                "default" => read.default = Some(key.span()),
                "json" => read.json = Some(json(input)?),
                "try_from" => {
                    input.parse::<Token![=]>()?;
                    read.try_from = Some(input.parse::<LitStr>()?.parse()?);
                }
                _ => {}
            }
            foreign_value(input)
        })?;
        Ok(read)
    }
}

fn value(input: ParseStream<'_>) -> syn::Result<Text> {
    input.parse::<Token![=]>()?;
    let literal: LitStr = input.parse()?;
    Ok(Text::of(&literal))
}

fn json(input: ParseStream<'_>) -> syn::Result<Json> {
    if !input.peek(syn::token::Paren) {
        return Ok(Json::Required);
    }
    entries::nested(input, |content| content.call(Ident::parse_any))?;
    Ok(Json::Nullable)
}

fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    let mut errors = Errors::default();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("sqlx"))
    {
        let result = attribute.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                read(&key, input)?;
                if input.peek(Token![,]) {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        });
        errors.take(result);
    }
    errors.finish(())
}
