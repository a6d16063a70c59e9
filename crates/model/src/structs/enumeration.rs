//! Enums: those of PostgreSQL, and those that are columns elsewhere.

use proc_macro2::TokenStream;
use quote::quote;
use schemist_attribute::Case;
use schemist_catalog::object::{Check, Column, EnumType, Table};
use schemist_sql::{Dialect, QualifiedName, TokenKind, words};
use syn::{Ident, Path};

use super::choices::{Choices, Sqlx};
use super::names;
use super::table::documentation;
use crate::source::EnumChecks;

/// The cases that both sqlx and we know, the nicest first.
const CASES: [(&str, Case); 6] = [
    ("lowercase", Case::Lower),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("UPPERCASE", Case::Upper),
    ("kebab-case", Case::Kebab),
    ("camelCase", Case::Camel),
];

/// Whether an enum in Rust can have these values.
pub(super) fn can_be_said(labels: &[String]) -> bool {
    !labels.is_empty()
}

/// An enum that is written.
pub(super) struct Enumeration {
    pub(super) dialect: Dialect,
    pub(super) ident: Ident,
    /// The type of PostgreSQL; elsewhere it is a column's.
    pub(super) type_name: Option<QualifiedName>,
    pub(super) labels: Vec<String>,
    pub(super) comment: Option<String>,
}

impl Enumeration {
    pub(super) fn of_type(ident: Ident, enum_type: &EnumType) -> Self {
        Self {
            dialect: Dialect::Postgres,
            ident,
            type_name: Some(enum_type.name.clone()),
            labels: enum_type.labels.clone(),
            comment: enum_type.comment.clone(),
        }
    }

    /// The enum as tokens.
    pub(super) fn tokens(&self, choices: &Choices, derives: &[Path]) -> TokenStream {
        let derived = match self.dialect {
            Dialect::Mysql => Sqlx::Absent,
            Dialect::Postgres | Dialect::Sqlite => choices.sqlx,
        };
        let variants = names::variants(&self.labels);
        let says_itself = |case: Option<Case>| {
            let mut pairs = variants.iter().zip(&self.labels);
            pairs.all(|(variant, label)| {
                let variant = variant.to_string();
                let variant = variant.strip_prefix("r#").unwrap_or(&variant);
                case.map_or_else(|| variant.to_owned(), |case| case.apply(variant)) == *label
            })
        };
        let case = CASES.iter().find(|(_, case)| says_itself(Some(*case)));
        let case = case.filter(|_| !says_itself(None)).map(|(word, _)| *word);
        let each = variants.iter().zip(&self.labels).map(|(variant, label)| {
            let is_said = case.is_some() || *variant == label.as_str();
            let rename = match derived {
                _ if is_said => quote!(),
                Sqlx::Derived => quote!(#[sqlx(rename = #label)]),
                Sqlx::Absent => quote!(#[db_enum(rename = #label)]),
            };
            quote!(#rename #variant,)
        });
        let attributes = self.attributes(choices, derived, case);
        let sqlx = match derived {
            Sqlx::Derived => quote!(sqlx::Type,),
            Sqlx::Absent => quote!(),
        };
        let written = match choices.sqlx {
            Sqlx::Derived if derived == Sqlx::Absent => self.read_as_text(),
            Sqlx::Derived | Sqlx::Absent => quote!(),
        };
        let (docs, _) = documentation(self.comment.as_deref(), choices);
        let ident = &self.ident;
        quote! {
            #docs
            #[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, #sqlx #(#derives),*)]
            #attributes
            pub enum #ident { #(#each)* }
            #written
        }
    }

    /// What the derive of sqlx would do: it takes no column of an enum that is `NOT NULL`
    /// (<https://github.com/launchbadge/sqlx/issues/3750>), but text.
    fn read_as_text(&self) -> TokenStream {
        let ident = &self.ident;
        quote! {
            impl sqlx::Type<sqlx::MySql> for #ident {
                fn type_info() -> sqlx::mysql::MySqlTypeInfo {
                    <str as sqlx::Type<sqlx::MySql>>::type_info()
                }
                fn compatible(found: &sqlx::mysql::MySqlTypeInfo) -> bool {
                    <str as sqlx::Type<sqlx::MySql>>::compatible(found)
                }
            }
            impl<'r> sqlx::Decode<'r, sqlx::MySql> for #ident {
                fn decode(
                    value: sqlx::mysql::MySqlValueRef<'r>,
                ) -> Result<Self, sqlx::error::BoxDynError> {
                    let label = <&str as sqlx::Decode<sqlx::MySql>>::decode(value)?;
                    Self::from_label(label).ok_or_else(|| format!("unknown value {label:?}").into())
                }
            }
            impl<'q> sqlx::Encode<'q, sqlx::MySql> for #ident {
                fn encode_by_ref(
                    &self,
                    buffer: &mut Vec<u8>,
                ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                    <&str as sqlx::Encode<sqlx::MySql>>::encode(self.label(), buffer)
                }
            }
        }
    }

    fn attributes(&self, choices: &Choices, derived: Sqlx, case: Option<&str>) -> TokenStream {
        let (_, comment) = documentation(self.comment.as_deref(), choices);
        let comment = comment.map(|comment| quote!(#[db_enum(#comment)]));
        let own = self.ident.to_string().to_lowercase();
        let name = self.type_name.as_ref();
        let is_other = |name: &&QualifiedName| name.schema.is_some() || name.name.as_str() != own;
        match derived {
            Sqlx::Derived => {
                // Without a name sqlx asks for the enum's own, as it is written.
                let name = name.map(|name| {
                    let name = for_sqlx(name);
                    quote!(#[sqlx(type_name = #name)])
                });
                let case = case.map(|case| quote!(#[sqlx(rename_all = #case)]));
                quote!(#name #case #comment)
            }
            Sqlx::Absent => {
                let name = name.filter(is_other).map(|name| {
                    let schema = name.schema.as_ref().map(|schema| schema.as_str());
                    let schema = schema.map(|schema| quote!(, schema = #schema));
                    let name = name.name.as_str();
                    quote!(#[db_enum(name = #name #schema)])
                });
                let case = case.map(|case| quote!(#[db_enum(rename_all = #case)]));
                quote!(#name #case #comment)
            }
        }
    }
}

/// A type's name as sqlx asks for it: the server folds what is not in quotes.
fn for_sqlx(name: &QualifiedName) -> String {
    let part = |part: &str| {
        let is_folded = part
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !part.starts_with(|c: char| c.is_ascii_digit());
        if is_folded {
            part.to_owned()
        } else {
            format!("\"{}\"", part.replace('"', "\"\""))
        }
    };
    match &name.schema {
        Some(schema) => format!("{}.{}", part(schema.as_str()), part(name.name.as_str())),
        None => part(name.name.as_str()),
    }
}

/// The values of a column that is an enum by its type (MySQL) or by a check (SQLite), and that check.
pub(super) fn of_column<'a>(
    dialect: Dialect,
    table: &'a Table,
    column: &Column,
    choices: &Choices,
) -> Option<(Vec<String>, Option<&'a Check>)> {
    match dialect {
        Dialect::Postgres => None,
        Dialect::Mysql => {
            let own = &table.mysql;
            let is_as_table =
                column.mysql.charset == own.charset && column.collation == own.collation;
            let inner = column.data_type.strip_prefix("enum(")?.strip_suffix(')')?;
            let labels = literals(dialect, inner)?;
            (is_as_table && can_be_said(&labels)).then_some((labels, None))
        }
        Dialect::Sqlite => {
            if choices.enum_checks == EnumChecks::LeftOut
                || !column.data_type.eq_ignore_ascii_case("TEXT")
            {
                return None;
            }
            let checks = table.checks.iter().filter(|check| check.name.is_none());
            let mut found = checks.filter_map(|check| {
                let labels = listed(check.expression.as_str(), column)?;
                Some((labels, Some(check)))
            });
            found.next().filter(|(labels, _)| can_be_said(labels))
        }
    }
}

/// The values of `"column" IN ('a', 'b')`, exactly as we write it.
fn listed(expression: &str, column: &Column) -> Option<Vec<String>> {
    let dialect = Dialect::Sqlite;
    let all: Vec<_> = words(dialect, expression).collect();
    let [name, is_in, open, rest @ .., close] = all.as_slice() else {
        return None;
    };
    let is_name = name.name(dialect).is_some_and(|name| name == column.name);
    let is_list = is_in.is("IN") && open.is_punct('(') && close.is_punct(')');
    if !is_name || !is_list || rest.iter().any(|word| word.is_punct('(')) {
        return None;
    }
    let start = open.token.span.end;
    let end = close.token.span.start;
    literals(dialect, &expression[start..end])
}

/// The strings of a list, where it holds nothing else.
fn literals(dialect: Dialect, list: &str) -> Option<Vec<String>> {
    let mut labels = Vec::new();
    let mut is_next = true;
    for word in words(dialect, list) {
        if word.is_punct(',') && !is_next {
            is_next = true;
            continue;
        }
        if !is_next || word.token.kind != TokenKind::String {
            return None;
        }
        let inner = word.text.strip_prefix('\'')?.strip_suffix('\'')?;
        // What is escaped otherwise may mean something else.
        if inner.contains('\\') {
            return None;
        }
        let label = inner.replace("''", "'");
        if labels.contains(&label) {
            return None;
        }
        labels.push(label);
        is_next = false;
    }
    Some(labels)
}
