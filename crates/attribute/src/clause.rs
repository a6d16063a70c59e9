//! Keys and checks: what a model says beyond its columns.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use crate::entries::{self, Grammar, Keyword};
use crate::text::{self, SqlText, Text, bare_text};

/// A column that an attribute names.
#[derive(Debug, Clone)]
pub enum Name {
    /// The field that makes the column.
    Field(Ident),
    /// The column's own name, in quotes.
    Column(Text),
}

impl Name {
    /// What was written, without the marks of a raw identifier.
    pub fn word(&self) -> String {
        match self {
            Self::Field(ident) => text::plain(ident),
            Self::Column(text) => text.value.clone(),
        }
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        match self {
            Self::Field(ident) => ident.span(),
            Self::Column(text) => text.span,
        }
    }

    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Ok(Self::Column(Text::of(&input.parse()?)));
        }
        match input.call(Ident::parse_any) {
            Ok(ident) => Ok(Self::Field(ident)),
            Err(error) => Err(syn::Error::new(
                error.span(),
                "expected a field, or a column's name in quotes",
            )),
        }
    }

    /// Reads an entry that is a field or a quoted column, unless it looks like a key with a value.
    pub(crate) fn parse_entry(input: ParseStream<'_>) -> syn::Result<Option<Self>> {
        let ahead = input.fork();
        if Self::parse(&ahead).is_err() || ahead.peek(Token![=]) || ahead.peek(syn::token::Paren) {
            return Ok(None);
        }
        Self::parse(input).map(Some)
    }

    pub(crate) fn list(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        if !input.peek(syn::token::Paren) {
            return Err(key.error(format!(
                "`{name}` needs columns: `{name}(a, b)`",
                name = key.name
            )));
        }
        entries::nested(input, |content| {
            let list = content.parse_terminated(Self::parse, Token![,])?;
            if list.is_empty() {
                return Err(key.error(format!("`{}` names no column", key.name)));
            }
            Ok(list.into_iter().collect())
        })
    }
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone)]
pub struct Key {
    /// Where it is declared.
    pub span: Span,
    /// Its name; without one the server chooses.
    pub name: Option<Text>,
    /// Its columns, in order; empty where it stands on a column.
    pub columns: Vec<Name>,
    /// Whether two NULLs count as the same value.
    pub nulls_not_distinct: Option<Span>,
    /// Whether a transaction may postpone its check.
    pub deferrable: Option<Span>,
    /// Whether its check is postponed without being asked.
    pub initially_deferred: Option<Span>,
}

impl Key {
    pub(crate) fn new(span: Span) -> Self {
        Self {
            span,
            name: None,
            columns: Vec::new(),
            nulls_not_distinct: None,
            deferrable: None,
            initially_deferred: None,
        }
    }

    /// Reads `(a, b)` or `(name = "…", columns(a, b), …)` of a model.
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let read = Self::parse_on_column(key, input)?;
        if read.columns.is_empty() {
            return Err(key.error(format!(
                "`{name}` needs columns: `{name}(a, b)`",
                name = key.name
            )));
        }
        Ok(read)
    }

    /// Reads nothing, or `(name = "…", …)` of a column.
    pub(crate) fn parse_on_column(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self::new(key.span);
        if input.peek(syn::token::Paren) {
            entries::parenthesized(&mut read, input)?;
        } else if input.peek(Token![=]) {
            return Err(key.error(format!("`{}` takes no `=`", key.name)));
        }
        Ok(read)
    }
}

impl Grammar for Key {
    const PLACE: &'static str = "a key";
    const KEYS: &'static [&'static str] = &[
        "name",
        "columns",
        "nulls_not_distinct",
        "deferrable",
        "initially_deferred",
    ];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "name" => self.name = Some(text::name(key, input)?),
            "columns" => self.columns = Name::list(key, input)?,
            "nulls_not_distinct" => self.nulls_not_distinct = text::flag(key, input)?,
            "deferrable" => self.deferrable = text::flag(key, input)?,
            _ => self.initially_deferred = text::flag(key, input)?,
        }
        Ok(())
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        let name = Name::parse_entry(input)?;
        let found = name.is_some();
        self.columns.extend(name);
        Ok(found)
    }
}

/// A check constraint.
#[derive(Debug, Clone)]
pub struct Check {
    /// Where it is declared.
    pub span: Span,
    /// Its name; without one the server chooses.
    pub name: Option<Text>,
    /// What must hold.
    pub expression: SqlText,
}

impl Check {
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self {
            span: key.span,
            name: None,
            expression: SqlText::default(),
        };
        if input.peek(syn::token::Paren) {
            entries::parenthesized(&mut read, input)?;
        } else {
            read.expression = SqlText::parse(key, input)?;
        }
        if read.expression.is_empty() {
            return Err(key.error("`check` needs an expression: `check(\"a > 0\")`"));
        }
        Ok(read)
    }
}

impl Grammar for Check {
    const PLACE: &'static str = "`check(…)`";
    const KEYS: &'static [&'static str] = &["name", "postgres", "sqlite", "mysql"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        if !self.expression.take(key, input)? {
            self.name = Some(text::name(key, input)?);
        }
        Ok(())
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        bare_text(&mut self.expression, input)
    }
}

/// An exclusion constraint of PostgreSQL, as SQL.
#[derive(Debug, Clone)]
pub struct Exclude {
    /// Where it is declared.
    pub span: Span,
    /// Its name; without one the server chooses.
    pub name: Option<Text>,
    /// What follows the word `EXCLUDE`.
    pub definition: Text,
}

impl Exclude {
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let check = Check::parse(key, input)?;
        let Some(definition) = check.expression.for_dialect("postgres").cloned() else {
            return Err(key.error("`exclude` needs its definition for PostgreSQL"));
        };
        Ok(Self {
            span: check.span,
            name: check.name,
            definition,
        })
    }
}
