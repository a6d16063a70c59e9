//! `#[column(…)]`: what a field says about its column.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Attribute, Token};

use crate::clause::{Check, Key};
use crate::entries::{self, Errors, Grammar, Keyword};
use crate::index::Index;
use crate::reference::Reference;
use crate::text::{self, SqlText, Text, bare_text};

/// Who may give a value to an identity column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A value that is given wins.
    ByDefault,
    /// A value that is given is refused.
    Always,
}

/// Whether a generated column's values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// They are kept with the row.
    Stored,
    /// They are computed when they are read.
    Virtual,
}

/// A column that is computed from others.
#[derive(Debug, Clone)]
pub struct Generated {
    /// How it is computed.
    pub expression: SqlText,
    /// Whether its values are kept.
    pub storage: Storage,
}

/// Everything that `#[column(…)]` says.
#[derive(Debug, Clone, Default)]
pub struct ColumnAttribute {
    /// The column's name.
    pub name: Option<Text>,
    /// The column's SQL type.
    pub sql_type: Option<SqlText>,
    /// Whether the column is the primary key, or a part of it.
    pub primary_key: Option<Box<Key>>,
    /// Whether the server counts its values, as the standard has it.
    pub identity: Option<(Identity, Span)>,
    /// Whether the server counts its values, through a sequence of PostgreSQL's older kind.
    pub serial: Option<Span>,
    /// Whether SQLite never uses a value twice.
    pub autoincrement: Option<Span>,
    /// Whether its values are unique.
    pub unique: Option<Box<Key>>,
    /// The indexes on it alone.
    pub indexes: Vec<Index>,
    /// What it points at.
    pub references: Option<Box<Reference>>,
    /// Its default.
    pub default: Option<SqlText>,
    /// Whether it takes NULL whatever its Rust type says.
    pub nullable: Option<Span>,
    /// Whether it refuses NULL whatever its Rust type says.
    pub not_null: Option<Span>,
    /// Its check constraints.
    pub checks: Vec<Check>,
    /// How it is computed.
    pub generated: Option<Generated>,
    /// Its collation.
    pub collate: Option<SqlText>,
    /// The name that the column had before.
    pub renamed_from: Option<Text>,
    /// What existing rows get when the column is added.
    pub backfill: Option<SqlText>,
    /// The comment.
    pub comment: Option<Text>,
    /// Whether the field is no column.
    pub skip: Option<Span>,
}

impl ColumnAttribute {
    /// Reads the attributes of a field.
    ///
    /// # Errors
    /// Every mistake, combined, each at its place.
    pub fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        entries::attributes(&mut read, "column", attributes)?;
        let mut errors = Errors::default();
        read.check(&mut errors);
        errors.finish(read)
    }

    /// Refuses what excludes each other.
    fn check(&self, errors: &mut Errors) {
        let generated = self
            .generated
            .as_ref()
            .map(|generated| generated.expression.span());
        let default = self.default.as_ref().map(SqlText::span);
        let sources = [
            ("identity", self.identity.map(|(_, span)| span)),
            ("serial", self.serial),
            ("generated", generated),
            ("default", default),
        ];
        exclusive(&sources, errors);
        exclusive(
            &[("nullable", self.nullable), ("not_null", self.not_null)],
            errors,
        );
    }
}

/// Refuses the second of several keys of which one column can have only one.
fn exclusive(keys: &[(&str, Option<Span>)], errors: &mut Errors) {
    let mut given = keys
        .iter()
        .filter_map(|(name, span)| span.map(|span| (name, span)));
    let Some((first, first_span)) = given.next() else {
        return;
    };
    for (name, span) in given {
        let message = format!("`{name}` and `{first}` exclude each other");
        errors.push(syn::Error::new(span, message));
        errors.push(syn::Error::new(
            first_span,
            format!("`{first}` is given here"),
        ));
    }
}

impl Grammar for ColumnAttribute {
    const PLACE: &'static str = "`#[column(…)]`";
    const KEYS: &'static [&'static str] = &[
        "name",
        "type",
        "primary_key",
        "identity",
        "serial",
        "autoincrement",
        "unique",
        "index",
        "references",
        "default",
        "nullable",
        "not_null",
        "check",
        "generated",
        "collate",
        "renamed_from",
        "backfill",
        "comment",
        "skip",
    ];
    const REPEATABLE: &'static [&'static str] = &["index", "check"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "name" => self.name = Some(text::name(key, input)?),
            "type" => self.sql_type = Some(SqlText::parse(key, input)?),
            "primary_key" => self.primary_key = Some(Key::parse_on_column(key, input)?.into()),
            "identity" => self.identity = Some((identity(key, input)?, key.span)),
            "serial" => self.serial = text::flag(key, input)?,
            "autoincrement" => self.autoincrement = text::flag(key, input)?,
            "unique" => self.unique = Some(Key::parse_on_column(key, input)?.into()),
            "index" => self.indexes.push(Index::parse_on_column(key, input)?),
            "references" => self.references = Some(Reference::parse(key, input)?.into()),
            "default" => self.default = Some(SqlText::parse(key, input)?),
            "nullable" => self.nullable = text::flag(key, input)?,
            "not_null" => self.not_null = text::flag(key, input)?,
            "check" => self.checks.push(Check::parse(key, input)?),
            "generated" => self.generated = Some(Generated::parse(key, input)?),
            "collate" => self.collate = Some(SqlText::parse(key, input)?),
            "renamed_from" => self.renamed_from = Some(text::name(key, input)?),
            "backfill" => self.backfill = Some(SqlText::parse(key, input)?),
            "comment" => self.comment = Some(text::text(key, input)?),
            _ => self.skip = text::flag(key, input)?,
        }
        Ok(())
    }
}

fn identity(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Identity> {
    if !input.peek(Token![=]) {
        text::flag(key, input)?;
        return Ok(Identity::ByDefault);
    }
    text::word(
        key,
        input,
        &[
            ("by_default", Identity::ByDefault),
            ("always", Identity::Always),
        ],
    )
}

impl Generated {
    fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self {
            expression: SqlText::default(),
            storage: Storage::Stored,
        };
        if input.peek(syn::token::Paren) {
            entries::parenthesized(&mut read, input)?;
        } else {
            read.expression = SqlText::parse(key, input)?;
        }
        if read.expression.is_empty() {
            return Err(key.error("`generated` needs an expression: `generated = \"a + b\"`"));
        }
        Ok(read)
    }
}

impl Grammar for Generated {
    const PLACE: &'static str = "`generated(…)`";
    const KEYS: &'static [&'static str] =
        &["expr", "virtual", "stored", "postgres", "sqlite", "mysql"];

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        match key.name {
            "expr" => self.expression.take_general(text::text(key, input)?)?,
            "virtual" => {
                text::flag(key, input)?;
                self.storage = Storage::Virtual;
            }
            "stored" => {
                text::flag(key, input)?;
            }
            _ => {
                self.expression.take(key, input)?;
            }
        }
        Ok(())
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        bare_text(&mut self.expression, input)
    }
}
