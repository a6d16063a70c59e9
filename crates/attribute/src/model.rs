//! `#[model(…)]`: what a struct says about its table.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Attribute, Token};

use crate::clause::{Check, Exclude, Key};
use crate::entries::{self, Grammar, Keyword};
use crate::index::{self, Index};
use crate::reference::ForeignKey;
use crate::text::{self, SqlText, Text};

/// Everything that `#[model(…)]` says.
#[derive(Debug, Clone, Default)]
pub struct ModelAttribute {
    /// The table's name, perhaps with its schema before a dot.
    pub table: Option<Text>,
    /// The table's schema.
    pub schema: Option<Text>,
    /// The primary key, where it is not on columns.
    pub primary_key: Option<Key>,
    /// The unique constraints.
    pub uniques: Vec<Key>,
    /// The indexes.
    pub indexes: Vec<Index>,
    /// The check constraints.
    pub checks: Vec<Check>,
    /// The foreign keys of several columns.
    pub foreign_keys: Vec<ForeignKey>,
    /// The exclusion constraints.
    pub excludes: Vec<Exclude>,
    /// The comment.
    pub comment: Option<Text>,
    /// The name that the table had before.
    pub renamed_from: Option<Text>,
    /// Whether SQLite holds values to the columns' types.
    pub strict: Option<Span>,
    /// Whether SQLite keeps the rows in the primary key.
    pub without_rowid: Option<Span>,
    /// Whether PostgreSQL keeps the table out of its log.
    pub unlogged: Option<Span>,
    /// What stands behind the columns, as SQL.
    pub options: Option<SqlText>,
    /// Whether the table is changed in forms that lock it.
    pub offline: Option<Span>,
    /// The dialects that have the table; empty for all.
    pub dialects: Vec<Text>,
    /// Whether the struct is no table: others flatten its columns into theirs.
    pub skip: Option<Span>,
}

impl ModelAttribute {
    /// Reads the attributes of a struct.
    ///
    /// # Errors
    /// Every mistake, combined, each at its place.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        entries::attributes(&mut read, "model", attributes)?;
        Ok(read)
    }
}

impl Grammar for ModelAttribute {
    const PLACE: &'static str = "`#[model(…)]`";
    const KEYS: &'static [&'static str] = &[
        "table",
        "schema",
        "primary_key",
        "unique",
        "index",
        "check",
        "foreign_key",
        "exclude",
        "comment",
        "renamed_from",
        "strict",
        "without_rowid",
        "unlogged",
        "options",
        "offline",
        "dialects",
        "skip",
    ];
    const REPEATABLE: &'static [&'static str] =
        &["unique", "index", "check", "foreign_key", "exclude"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "table" => self.table = Some(text::name(key, input)?),
            "schema" => self.schema = Some(text::name(key, input)?),
            "primary_key" => self.primary_key = Some(Key::parse(key, input)?),
            "unique" => self.uniques.push(Key::parse(key, input)?),
            "index" => self.indexes.push(Index::parse(key, input)?),
            "check" => self.checks.push(Check::parse(key, input)?),
            "foreign_key" => self.foreign_keys.push(ForeignKey::parse(key, input)?),
            "exclude" => self.excludes.push(Exclude::parse(key, input)?),
            "comment" => self.comment = Some(text::text(key, input)?),
            "renamed_from" => self.renamed_from = Some(text::name(key, input)?),
            "strict" => self.strict = text::flag(key, input)?,
            "without_rowid" => self.without_rowid = text::flag(key, input)?,
            "unlogged" => self.unlogged = text::flag(key, input)?,
            "options" => self.options = Some(SqlText::parse(key, input)?),
            "offline" => self.offline = text::flag(key, input)?,
            "dialects" => self.dialects = index::dialects(key, input)?,
            _ => self.skip = text::flag(key, input)?,
        }
        Ok(())
    }
}

/// Reads the documentation of an item, one line per line, without the blank before each.
pub(crate) fn documentation(attributes: &[Attribute]) -> Option<Text> {
    let mut text: Option<Text> = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(line),
            ..
        }) = &pair.value
        else {
            continue;
        };
        let value = line.value();
        let value = value.strip_prefix(' ').unwrap_or(&value).trim_end();
        match &mut text {
            Some(text) => {
                text.value.push('\n');
                text.value.push_str(value);
            }
            None => {
                text = Some(Text {
                    value: value.to_owned(),
                    span: line.span(),
                })
            }
        }
    }
    text.filter(|text| !text.value.trim().is_empty())
}

/// Reads one key of an attribute that belongs to another crate, whatever follows it.
pub(crate) fn foreign_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
