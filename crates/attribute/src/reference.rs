//! Foreign keys, and what they point at.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use crate::clause::Name;
use crate::entries::{self, Grammar, Keyword};
use crate::text::{self, Text};

/// What a foreign key points at.
#[derive(Debug, Clone)]
pub enum Target {
    /// A model, and one of its fields; without a field its primary key.
    Model {
        /// The path to the struct, as written.
        path: syn::Path,
        /// The field.
        field: Option<Ident>,
    },
    /// A table by its name in the database.
    Table {
        /// Its schema.
        schema: Option<Text>,
        /// Its name.
        table: Text,
        /// The column; without one its primary key.
        column: Option<Text>,
    },
}

impl Target {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Model { path, field } => {
                let last = path.segments.last().map(|segment| segment.ident.span());
                last.or_else(|| field.as_ref().map(Ident::span))
                    .unwrap_or_else(Span::call_site)
            }
            Self::Table { table, .. } => table.span,
        }
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Self::parse_model(input);
        }
        let mut parts = vec![Text::of(&input.parse()?)];
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            parts.push(Text::of(&input.parse()?));
        }
        let mut parts = parts.into_iter();
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(table), column, None, None) => Ok(Self::Table {
                schema: None,
                table,
                column,
            }),
            (schema, Some(table), column, None) => Ok(Self::Table {
                schema,
                table,
                column,
            }),
            _ => Err(input.error("expected `\"table\".\"column\"`")),
        }
    }

    fn parse_model(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut path: syn::Path = input.call(syn::Path::parse_mod_style).map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected `Model::field` or `\"table\".\"column\"`",
            )
        })?;
        let last = path.segments.last().map(|segment| segment.ident.clone());
        let names_type = last
            .as_ref()
            .is_some_and(|ident| text::plain(ident).starts_with(char::is_uppercase));
        if names_type || path.segments.len() == 1 {
            return Ok(Self::Model { path, field: None });
        }
        path.segments.pop();
        path.segments.pop_punct();
        Ok(Self::Model { path, field: last })
    }
}

/// What a foreign key points at, and what happens there.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Where it is declared.
    pub span: Span,
    /// Its name; without one the server chooses.
    pub name: Option<Text>,
    /// The columns that it points at, in order.
    pub targets: Vec<Target>,
    /// What a deleted row does, as SQL.
    pub on_delete: Option<&'static str>,
    /// What a changed key does, as SQL.
    pub on_update: Option<&'static str>,
    /// `FULL` or `SIMPLE`, where written.
    pub matching: Option<&'static str>,
    /// Whether a transaction may postpone its check.
    pub deferrable: Option<Span>,
    /// Whether its check is postponed without being asked.
    pub initially_deferred: Option<Span>,
}

const ACTIONS: [(&str, &str); 5] = [
    ("cascade", "CASCADE"),
    ("restrict", "RESTRICT"),
    ("set_null", "SET NULL"),
    ("set_default", "SET DEFAULT"),
    ("no_action", "NO ACTION"),
];

impl Reference {
    fn new(span: Span) -> Self {
        Self {
            span,
            name: None,
            targets: Vec::new(),
            on_delete: None,
            on_update: None,
            matching: None,
            deferrable: None,
            initially_deferred: None,
        }
    }

    /// Reads `(Other::id, on_delete = "cascade", …)` of a column.
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self::new(key.span);
        if !input.peek(syn::token::Paren) {
            return Err(key.error("`references` needs a target: `references(Other::id)`"));
        }
        entries::parenthesized(&mut read, input)?;
        match read.targets.as_slice() {
            [_] => Ok(read),
            [] => Err(key.error("`references` needs a target: `references(Other::id)`")),
            [_, second, ..] => Err(syn::Error::new(
                second.span(),
                "a column references one column; several go into `#[model(foreign_key(…))]`",
            )),
        }
    }

    fn take(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "name" => self.name = Some(text::name(key, input)?),
            "on_delete" => self.on_delete = Some(text::word(key, input, &ACTIONS)?),
            "on_update" => self.on_update = Some(text::word(key, input, &ACTIONS)?),
            "match" => {
                let known = [("full", "FULL"), ("simple", "SIMPLE")];
                self.matching = Some(text::word(key, input, &known)?);
            }
            "deferrable" => self.deferrable = text::flag(key, input)?,
            _ => self.initially_deferred = text::flag(key, input)?,
        }
        Ok(())
    }
}

impl Grammar for Reference {
    const PLACE: &'static str = "`references(…)`";
    const KEYS: &'static [&'static str] = &[
        "name",
        "on_delete",
        "on_update",
        "match",
        "deferrable",
        "initially_deferred",
    ];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        self.take(key, input)
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        let ahead = input.fork();
        if Target::parse(&ahead).is_err() || ahead.peek(Token![=]) {
            return Ok(false);
        }
        self.targets.push(Target::parse(input)?);
        Ok(true)
    }
}

/// A foreign key of several columns.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The columns that point.
    pub columns: Vec<Name>,
    /// Where they point, and how.
    pub reference: Reference,
}

impl ForeignKey {
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self {
            columns: Vec::new(),
            reference: Reference::new(key.span),
        };
        if input.peek(syn::token::Paren) {
            entries::parenthesized(&mut read, input)?;
        }
        if read.columns.is_empty() || read.reference.targets.is_empty() {
            return Err(key.error(
                "`foreign_key` needs both sides: `foreign_key(columns(a, b), references(Other::x, Other::y))`",
            ));
        }
        let (columns, targets) = (read.columns.len(), read.reference.targets.len());
        if columns != targets && targets > 1 {
            return Err(key.error(format!("{columns} columns cannot point at {targets}")));
        }
        Ok(read)
    }
}

impl Grammar for ForeignKey {
    const PLACE: &'static str = "`foreign_key(…)`";
    const KEYS: &'static [&'static str] = &[
        "columns",
        "references",
        "name",
        "on_delete",
        "on_update",
        "match",
        "deferrable",
        "initially_deferred",
    ];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "columns" => self.columns = Name::list(key, input)?,
            "references" => {
                self.reference.targets = entries::nested(input, |content| {
                    let list = content.parse_terminated(Target::parse, Token![,])?;
                    Ok(list.into_iter().collect())
                })?;
            }
            _ => self.reference.take(key, input)?,
        }
        Ok(())
    }
}
