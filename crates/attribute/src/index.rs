//! Indexes, on a model or on one column.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use crate::clause::Name;
use crate::entries::{self, Grammar, Keyword};
use crate::text::{self, SqlText, Text};

/// What an index is made of.
#[derive(Debug, Clone)]
pub enum IndexKey {
    /// A column.
    Column(Name),
    /// An expression.
    Expression(Text),
}

/// One place of an index.
#[derive(Debug, Clone)]
pub struct IndexItem {
    /// What is indexed there.
    pub key: IndexKey,
    /// `asc` or `desc`, where written.
    pub order: Option<&'static str>,
    /// `nulls first` or `nulls last`, where written.
    pub nulls: Option<&'static str>,
    /// The collation, where written.
    pub collate: Option<Text>,
    /// The operator class, where written.
    pub operator_class: Option<Text>,
}

impl IndexItem {
    const WORDS: [&'static str; 6] = [
        "asc",
        "desc",
        "nulls_first",
        "nulls_last",
        "collate",
        "operator_class",
    ];

    /// Reads the words after a column or an expression.
    fn parse(key: IndexKey, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut item = Self {
            key,
            order: None,
            nulls: None,
            collate: None,
            operator_class: None,
        };
        while !input.is_empty() && !input.peek(Token![,]) {
            let Ok(word) = input.call(Ident::parse_any) else {
                return Err(input.error("expected `,`"));
            };
            let Some(key) = Keyword::among(&Self::WORDS, &word) else {
                let what = "word after a column";
                let message = entries::unknown(what, &word.to_string(), &Self::WORDS);
                return Err(syn::Error::new(word.span(), message));
            };
            match key.name {
                "asc" => item.order = Some("ASC"),
                "desc" => item.order = Some("DESC"),
                "nulls_first" => item.nulls = Some("NULLS FIRST"),
                "nulls_last" => item.nulls = Some("NULLS LAST"),
                "collate" => item.collate = Some(text::name(&key, input)?),
                _ => item.operator_class = Some(text::name(&key, input)?),
            }
        }
        Ok(item)
    }

    fn columns(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        if !input.peek(syn::token::Paren) {
            return Err(key.error("`columns` needs columns: `columns(a, b desc)`"));
        }
        entries::nested(input, |content| {
            let read =
                |input: ParseStream<'_>| Self::parse(IndexKey::Column(Name::parse(input)?), input);
            Ok(content
                .parse_terminated(read, Token![,])?
                .into_iter()
                .collect())
        })
    }

    fn expressions(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        if !input.peek(syn::token::Paren) {
            return Err(key.error("`expressions` needs texts: `expressions(\"lower(a)\")`"));
        }
        entries::nested(input, |content| {
            let read = |input: ParseStream<'_>| {
                let literal: LitStr = input.parse().map_err(|_| {
                    syn::Error::new(input.span(), "expected an expression in quotes")
                })?;
                Self::parse(IndexKey::Expression(Text::of(&literal)), input)
            };
            Ok(content
                .parse_terminated(read, Token![,])?
                .into_iter()
                .collect())
        })
    }
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Where it is declared.
    pub span: Span,
    /// Its name; without one it is made of the table's and the columns'.
    pub name: Option<Text>,
    /// What it is made of, in order; empty where it stands on a column.
    pub items: Vec<IndexItem>,
    /// Whether it forbids duplicates.
    pub unique: Option<Span>,
    /// Its method: `gin`, `brin`, ….
    pub method: Option<Text>,
    /// The condition of a partial index.
    pub predicate: Option<SqlText>,
    /// Columns that it only carries.
    pub include: Vec<Name>,
    /// Whether two NULLs count as the same value.
    pub nulls_not_distinct: Option<Span>,
    /// Storage parameters, as SQL.
    pub with: Option<Text>,
    /// The dialects that have it; empty for all.
    pub dialects: Vec<Text>,
    /// Its name before.
    pub renamed_from: Option<Text>,
}

impl Index {
    fn new(span: Span) -> Self {
        Self {
            span,
            name: None,
            items: Vec::new(),
            unique: None,
            method: None,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: None,
            with: None,
            dialects: Vec::new(),
            renamed_from: None,
        }
    }

    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let read = Self::parse_on_column(key, input)?;
        if read.items.is_empty() {
            return Err(key.error("`index` needs columns or expressions: `index(a, b)`"));
        }
        Ok(read)
    }

    pub(crate) fn parse_on_column(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self::new(key.span);
        if input.peek(syn::token::Paren) {
            entries::parenthesized(&mut read, input)?;
        } else if input.peek(Token![=]) {
            return Err(key.error("`index` takes no `=`: write `index(name = \"…\")`"));
        }
        Ok(read)
    }
}

impl Grammar for Index {
    const PLACE: &'static str = "`index(…)`";
    const KEYS: &'static [&'static str] = &[
        "name",
        "columns",
        "expressions",
        "unique",
        "method",
        "where",
        "include",
        "nulls_not_distinct",
        "with",
        "dialect",
        "dialects",
        "renamed_from",
    ];
    const REPEATABLE: &'static [&'static str] = &["columns", "expressions"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "name" => self.name = Some(text::name(key, input)?),
            "columns" => self.items.extend(IndexItem::columns(key, input)?),
            "expressions" => self.items.extend(IndexItem::expressions(key, input)?),
            "unique" => self.unique = text::flag(key, input)?,
            "renamed_from" => self.renamed_from = Some(text::name(key, input)?),
            "method" => self.method = Some(text::name(key, input)?),
            "where" => self.predicate = Some(SqlText::parse(key, input)?),
            "include" => self.include = Name::list(key, input)?,
            "nulls_not_distinct" => self.nulls_not_distinct = text::flag(key, input)?,
            "with" => self.with = Some(text::text(key, input)?),
            _ => self.dialects = dialects(key, input)?,
        }
        Ok(())
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        let Some(name) = Name::parse_entry(input)? else {
            return Ok(false);
        };
        self.items
            .push(IndexItem::parse(IndexKey::Column(name), input)?);
        Ok(true)
    }
}

/// Reads `= "postgres"` or `("postgres", "sqlite")`.
pub(crate) fn dialects(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Vec<Text>> {
    let list = if input.peek(syn::token::Paren) {
        entries::nested(input, |content| {
            let list = content.parse_terminated(Name::parse, Token![,])?;
            Ok(list
                .iter()
                .map(|name| Text {
                    value: name.word(),
                    span: name.span(),
                })
                .collect())
        })?
    } else {
        vec![text::text(key, input)?]
    };
    for dialect in &list {
        if !text::DIALECTS.contains(&dialect.value.as_str()) {
            let message = entries::unknown("dialect", &dialect.value, &text::DIALECTS);
            return Err(syn::Error::new(dialect.span, message));
        }
    }
    Ok(list)
}
