//! The struct of a table.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use schemist_attribute::{Case, plain};
use schemist_catalog::object::{
    Check, Column, ColumnSource, Domain, ForeignKey, GeneratedKind, IdentityKind, Table,
};
use schemist_catalog::{Catalog, Kind, Object};
use schemist_sql::{Dialect, Ident as SqlIdent, QualifiedName, words};
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::{Ident, Path};

use super::choices::{Choices, FieldCase, Sqlx};
use super::keys;
use super::sayable::SaidTable;
use super::types::{Chooser, Chosen, JSON, STRING};
use crate::source::Comments;

/// The names of a table's struct and of its fields.
#[derive(Debug, Clone)]
pub(super) struct Naming {
    pub(super) ident: Ident,
    pub(super) module: String,
    pub(super) fields: BTreeMap<SqlIdent, Ident>,
    /// The enums of columns, where no type of the database is one.
    pub(super) enums: BTreeMap<SqlIdent, Ident>,
}

/// What a struct is written with.
pub(super) struct Context<'a> {
    pub(super) dialect: Dialect,
    pub(super) catalog: &'a Catalog,
    pub(super) choices: &'a Choices,
    pub(super) own: &'a Naming,
    pub(super) tables: &'a BTreeMap<QualifiedName, Naming>,
    pub(super) enums: &'a BTreeMap<QualifiedName, Ident>,
}

/// A struct, and what its file has to know.
pub(super) struct Struct {
    pub(super) tokens: TokenStream,
    /// The items of other files that it names.
    pub(super) uses: BTreeSet<String>,
    /// Types that are text in it, because nothing in Rust is like them.
    pub(super) makeshift: BTreeSet<String>,
}

/// The documentation of an item, or the entry that says its comment.
pub(super) fn documentation(
    comment: Option<&str>,
    choices: &Choices,
) -> (TokenStream, Option<TokenStream>) {
    let Some(comment) = comment else {
        return (quote!(), None);
    };
    let comes_back = comment.lines().all(|line| line.trim_end() == line);
    match choices.comments {
        Comments::Documentation if comes_back => {
            let lines = comment.lines().map(|line| match line {
                "" => String::new(),
                line => format!(" {line}"),
            });
            (quote!(#(#[doc = #lines])*), None)
        }
        Comments::Documentation | Comments::Written => (quote!(), Some(quote!(comment = #comment))),
    }
}

impl Context<'_> {
    /// The field of a column.
    pub(super) fn ident(&self, column: &SqlIdent) -> Ident {
        let field = self.own.fields.get(column).cloned();
        field.unwrap_or_else(|| Ident::new("unnamed", proc_macro2::Span::call_site()))
    }

    pub(super) fn idents(&self, columns: &[SqlIdent]) -> Vec<Ident> {
        columns.iter().map(|column| self.ident(column)).collect()
    }

    /// `key = "…"`, or the same for one dialect of several.
    pub(super) fn text(&self, key: &str, text: &str) -> TokenStream {
        let key = bare(key);
        let value = keys::value(text);
        if self.choices.is_one_of_several {
            let dialect = bare(self.dialect.name());
            quote!(#key(#dialect = #value))
        } else {
            quote!(#key = #value)
        }
    }

    /// The same within the parentheses of a key.
    pub(super) fn within(&self, text: &str) -> TokenStream {
        if self.choices.is_one_of_several {
            let dialect = bare(self.dialect.name());
            quote!(#dialect = #text)
        } else {
            quote!(#text)
        }
    }

    /// What a foreign key points at, one for each column; its table alone where no column is named.
    pub(super) fn targets(&self, table: &Table, key: &ForeignKey) -> Vec<TokenStream> {
        let named = self.tables.get(&key.target);
        let in_quotes = |column: Option<&SqlIdent>| {
            let schema = key.target.schema.as_ref().map(|schema| schema.as_str());
            let schema = schema.map(|schema| quote!(#schema .));
            let name = key.target.name.as_str();
            let column = column.map(|column| column.as_str());
            let column = column.map(|column| quote!(. #column));
            quote!(#schema #name #column)
        };
        if key.target_columns.is_empty() {
            return vec![in_quotes(None)];
        }
        let target = |column: &SqlIdent| {
            let field = named.and_then(|named| Some((&named.ident, named.fields.get(column)?)));
            match field {
                Some((_, field)) if key.target == table.name => quote!(Self::#field),
                Some((ident, field)) => quote!(#ident::#field),
                None => in_quotes(Some(column)),
            }
        };
        key.target_columns.iter().map(target).collect()
    }
}

/// A word of the grammar, which may be one of Rust's.
fn bare(word: &str) -> TokenStream {
    let word = Ident::parse_any.parse_str(word);
    word.map(|word| quote!(#word)).unwrap_or_default()
}

/// Writes the struct of a table.
pub(super) fn write(
    context: &Context<'_>,
    said: &SaidTable,
    enum_checks: &[&Check],
    derives: &[Path],
) -> Struct {
    let table = &said.table;
    let mut written = Struct {
        tokens: quote!(),
        uses: BTreeSet::new(),
        makeshift: BTreeSet::new(),
    };
    for key in &said.foreign_keys {
        if let Some(named) = context.tables.get(&key.target)
            && key.target != table.name
            && !key.target_columns.is_empty()
        {
            written.uses.insert(named.ident.to_string());
        }
    }
    let entries = keys::entries(context, said, enum_checks);
    let fields: Vec<TokenStream> = table
        .columns
        .iter()
        .map(|column| {
            let of_keys: Vec<_> = entries.on(&column.name).cloned().collect();
            field(context, table, column, &of_keys, &mut written)
        })
        .collect();
    let (docs, comment) = documentation(table.comment.as_deref(), context.choices);
    let mut on_model = head(context, table);
    on_model.extend(entries.on_model.iter().cloned());
    on_model.extend(comment);
    let sqlx = match context.choices.sqlx {
        Sqlx::Derived => quote!(sqlx::FromRow,),
        Sqlx::Absent => quote!(),
    };
    let case = match context.choices.case {
        FieldCase::Snake => quote!(),
        FieldCase::Kept => quote!(#[allow(non_snake_case)]),
    };
    let ident = &context.own.ident;
    written.tokens = quote! {
        #docs
        #[derive(Debug, Clone, Model, #sqlx #(#derives),*)]
        #(#[model(#on_model)])*
        #case
        pub struct #ident { #(#fields),* }
    };
    written
}

/// What the table is called, and which options it has.
fn head(context: &Context<'_>, table: &Table) -> Vec<TokenStream> {
    let mut head = Vec::new();
    let own = Case::Snake.apply(&plain(&context.own.ident));
    let name = table.name.name.as_str();
    let mut named = Vec::new();
    if own != name {
        named.push(quote!(table = #name));
    }
    if let Some(schema) = &table.name.schema {
        let schema = schema.as_str();
        named.push(quote!(schema = #schema));
    }
    if !named.is_empty() {
        head.push(quote!(#(#named),*));
    }
    let flags = [
        (table.unlogged, "unlogged"),
        (table.strict, "strict"),
        (table.without_rowid, "without_rowid"),
    ];
    for (_, word) in flags.iter().filter(|(is_set, _)| *is_set) {
        let word = Ident::new(word, proc_macro2::Span::call_site());
        head.push(quote!(#word));
    }
    if let Some(options) = options(context, table) {
        let dialect = bare(context.dialect.name());
        head.push(quote!(options(#dialect = #options)));
    }
    head
}

/// What stands behind the columns.
fn options(context: &Context<'_>, table: &Table) -> Option<String> {
    match context.dialect {
        Dialect::Sqlite => None,
        Dialect::Postgres => {
            let key = table.partition_by.as_ref()?;
            Some(format!("PARTITION BY {}", key.as_str()))
        }
        Dialect::Mysql => {
            let own = &table.mysql;
            let mut plain = own.clone();
            if let Some([engine, charset, collation]) = &context.choices.own_options {
                let is_own = own.engine.as_ref() == Some(engine)
                    && own.charset.as_ref() == Some(charset)
                    && own.collation.as_ref() == Some(collation);
                if is_own {
                    (plain.engine, plain.charset, plain.collation) = (None, None, None);
                }
            }
            let text = plain.options_text();
            (!text.is_empty()).then_some(text)
        }
    }
}

/// The type of a field, without the `Option` around it.
struct FieldType {
    rust: TokenStream,
    /// The type of the column, where the Rust type does not say it.
    sql: Option<String>,
}

fn field(
    context: &Context<'_>,
    table: &Table,
    column: &Column,
    of_keys: &[TokenStream],
    written: &mut Struct,
) -> TokenStream {
    let ident = context.ident(&column.name);
    let is_key = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns().any(|name| *name == column.name));
    let found = field_type(context, table, column, written);
    let mut entries: Vec<TokenStream> = Vec::new();
    let mut others = quote!();
    let name = column.name.as_str();
    let is_ascii = name.is_ascii();
    // The compiler may write other letters in another way than the database.
    if ident.unraw() != name || !is_ascii {
        match context.choices.sqlx {
            Sqlx::Derived => others = quote!(#[sqlx(rename = #name)]),
            Sqlx::Absent => entries.push(quote!(name = #name)),
        }
    }
    if let Some(sql) = &found.sql {
        let dialect = bare(context.dialect.name());
        entries.push(if context.choices.is_one_of_several {
            quote!(type(#dialect = #sql))
        } else {
            quote!(type = #sql)
        });
    }
    entries.extend(of_keys.iter().cloned());
    if is_key && column.nullable {
        entries.push(quote!(nullable));
    }
    entries.extend(source(context, table, column));
    if let Some(collation) = collation(context, column) {
        entries.push(context.text("collate", collation));
    }
    if let Some(check) = &column.mysql.check
        && !is_json_check(column)
    {
        let text = context.within(check.as_str());
        entries.push(quote!(check(#text)));
    }
    let (docs, comment) = documentation(column.comment.as_deref(), context.choices);
    entries.extend(comment);
    let column_attribute = (!entries.is_empty()).then(|| quote!(#[column(#(#entries),*)]));
    let rust = found.rust;
    let rust = if column.nullable && !is_key {
        quote!(Option<#rust>)
    } else {
        rust
    };
    quote! {
        #docs
        #column_attribute
        #others
        pub #ident: #rust
    }
}

fn field_type(
    context: &Context<'_>,
    table: &Table,
    column: &Column,
    written: &mut Struct,
) -> FieldType {
    if let Some(ident) = context.own.enums.get(&column.name) {
        return FieldType {
            rust: quote!(#ident),
            sql: None,
        };
    }
    let base = domain_base(context.catalog, column);
    if let Some(ident) = enum_below(column, base).and_then(|name| context.enums.get(name)) {
        written.uses.insert(ident.to_string());
        let rust = if column.data_type.ends_with("[]") {
            quote!(Vec<#ident>)
        } else {
            quote!(#ident)
        };
        // A type of the server's has the same name where ours is printed with its schema.
        let is_default = |schema: &SqlIdent| schema.as_str() == context.choices.default_schema;
        let schema = column.enum_type().and_then(|name| name.schema.as_ref());
        let mut parts = words(context.dialect, &column.data_type);
        let is_hidden = schema.is_none_or(is_default) && parts.any(|word| word.is_punct('.'));
        let sql = (is_hidden || base.is_some()).then(|| column.data_type.clone());
        return FieldType { rust, sql };
    }
    let chooser = Chooser {
        dialect: context.dialect,
        times: context.choices.times,
        sqlx: context.choices.sqlx,
    };
    if is_json_check(column) {
        let rust = JSON.path.parse().unwrap_or_default();
        return FieldType { rust, sql: None };
    }
    let chosen = match base {
        Some(domain) => {
            let array = if column.data_type.ends_with("[]") {
                "[]"
            } else {
                ""
            };
            let below = format!("{}{array}", domain.base_type);
            Chosen {
                says_it_all: false,
                ..chooser.choose(&below, table)
            }
        }
        None => chooser.choose(&column.data_type, table),
    };
    let is_of_user = column.user_type.is_some() && base.is_none();
    if chosen.is_makeshift || is_of_user && chosen.rust == STRING.path {
        written.makeshift.insert(column.data_type.clone());
    }
    let mut sql = (!chosen.says_it_all).then(|| column.data_type.clone());
    sql = with_charset(table, column, sql);
    sql = with_collation(context, column, sql);
    FieldType {
        rust: chosen.rust.parse().unwrap_or_default(),
        sql,
    }
}

/// The domain whose base type is no domain, of a column that has one as its type or as that of its elements: a
/// server sends its values as those of the base type.
fn domain_base<'a>(catalog: &'a Catalog, column: &Column) -> Option<&'a Domain> {
    let mut id = column.user_type.as_deref()?;
    loop {
        let Some(Object::Domain(domain)) = catalog.get(id) else {
            return None;
        };
        match &domain.base {
            Some(below) if below.kind == Kind::Domain => id = below,
            _ => return Some(domain),
        }
    }
}

/// The enum that is the type of a column, or that of its domain.
fn enum_below<'a>(column: &'a Column, domain: Option<&'a Domain>) -> Option<&'a QualifiedName> {
    let Some(domain) = domain else {
        return column.enum_type();
    };
    let base = domain.base.as_ref()?;
    (base.kind == Kind::Enum && !domain.base_type.ends_with("[]")).then_some(&base.name)
}

/// The check with which MariaDB makes text of a column of JSON.
fn is_json_check(column: &Column) -> bool {
    let Some(check) = &column.mysql.check else {
        return false;
    };
    column.data_type == "longtext"
        && column.collation.as_deref() == Some("utf8mb4_bin")
        && check.as_str() == format!("json_valid({})", column.name.quoted(Dialect::Mysql))
}

/// The type with the character set and the collation of a column that has others than its table (MySQL).
fn with_charset(table: &Table, column: &Column, sql: Option<String>) -> Option<String> {
    let own = &column.mysql;
    let is_as_table =
        own.charset == table.mysql.charset && column.collation == table.mysql.collation;
    let Some(charset) = own.charset.as_ref().filter(|_| !is_as_table) else {
        return sql;
    };
    let mut text = format!("{} CHARACTER SET {charset}", column.data_type);
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    Some(text)
}

/// The type with a collation whose name is more than one word (PostgreSQL).
fn with_collation(context: &Context<'_>, column: &Column, sql: Option<String>) -> Option<String> {
    let Some(collation) = &column.collation else {
        return sql;
    };
    match context.dialect {
        Dialect::Postgres if super::sayable::unquoted(collation).is_none() => {
            Some(format!("{} COLLATE {collation}", column.data_type))
        }
        Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => sql,
    }
}

/// The collation, where it has a place of its own.
fn collation<'c>(context: &Context<'_>, column: &'c Column) -> Option<&'c str> {
    let collation = column.collation.as_deref()?;
    match context.dialect {
        Dialect::Postgres => super::sayable::unquoted(collation),
        Dialect::Sqlite => Some(collation),
        // It stands behind the type, with the character set.
        Dialect::Mysql => None,
    }
}

/// Where the values come from.
fn source(context: &Context<'_>, table: &Table, column: &Column) -> Option<TokenStream> {
    let autoincrement = table.autoincrement
        && table
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns().any(|name| *name == column.name));
    if autoincrement {
        return Some(quote!(autoincrement));
    }
    if column.mysql.auto_increment {
        return Some(quote!(identity));
    }
    match &column.source {
        ColumnSource::Given => None,
        ColumnSource::Serial(_) => Some(quote!(serial)),
        ColumnSource::Identity(identity) => Some(match identity.kind {
            IdentityKind::Always => quote!(identity = "always"),
            IdentityKind::ByDefault => quote!(identity),
        }),
        ColumnSource::Default(default) => {
            let mut text = default.as_str().to_owned();
            if let Some(on_update) = &column.mysql.on_update {
                text.push_str(&format!(" ON UPDATE {on_update}"));
            }
            Some(context.text("default", &text))
        }
        ColumnSource::Generated(generated) => {
            let text = generated.expression.as_str();
            match generated.kind {
                GeneratedKind::Stored => {
                    let text = context.within(text);
                    Some(quote!(generated(#text)))
                }
                GeneratedKind::Virtual => {
                    let text = context.within(text);
                    Some(quote!(generated(#text, virtual)))
                }
            }
        }
    }
}
