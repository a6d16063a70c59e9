//! Keys, checks, indexes and foreign keys, as entries of attributes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schemist_catalog::object::{
    Check, Deferrable, ForeignKey, Index, IndexPart, IndexSource, Key, KeyAction, KeyMatch,
    MysqlIndex, MysqlIndexClass, Table,
};
use schemist_catalog::{NameLabel, is_made_up};
use schemist_sql::{Dialect, Ident as SqlIdent, strip_outer_parentheses};
use syn::Ident;

use super::sayable::{SaidTable, unquoted};
use super::table::Context;
use crate::naming::NamedPart;

/// Words that have a meaning of their own where columns are listed.
const WORDS: &[&str] = &[
    "columns",
    "deferrable",
    "dialect",
    "dialects",
    "expressions",
    "include",
    "initially_deferred",
    "method",
    "name",
    "nulls_not_distinct",
    "renamed_from",
    "unique",
    "where",
    "with",
];

/// The name, unless it is the one that the server chooses first.
fn name(
    context: &Context<'_>,
    table: &Table,
    name: Option<&SqlIdent>,
    columns: &[&str],
    (label, part): (NameLabel, NamedPart),
) -> Option<TokenStream> {
    let name = name?;
    let dialect = context.dialect;
    let made_up = match dialect {
        // A number at the end is not the first choice, but where there is one on every name.
        Dialect::Postgres => {
            !name.as_str().ends_with(|c: char| c.is_ascii_digit())
                && is_made_up(dialect, name, &table.name.name, columns, label)
        }
        Dialect::Mysql => {
            matches!(label, NameLabel::ForeignKey | NameLabel::Check)
                && is_made_up(dialect, name, &table.name.name, columns, label)
        }
        Dialect::Sqlite => false,
    };
    if made_up && !context.choices.named.contains(&part) {
        return None;
    }
    let name = name.as_str();
    Some(quote!(name = #name))
}

/// The condition without the parentheses that PostgreSQL puts around it.
fn bare<'t>(context: &Context<'_>, condition: &'t str) -> &'t str {
    match context.dialect {
        Dialect::Postgres => strip_outer_parentheses(context.dialect, condition),
        // It keeps what was typed.
        Dialect::Sqlite | Dialect::Mysql => condition,
    }
}

fn words(columns: &[SqlIdent]) -> Vec<&str> {
    columns.iter().map(SqlIdent::as_str).collect()
}

/// Columns as they are listed: bare where nothing stands beside them, else within `columns(…)`.
fn listed(columns: &[Ident], parts: &[TokenStream], others: &[TokenStream]) -> TokenStream {
    let is_word = |column: &Ident| WORDS.contains(&column.to_string().as_str());
    if others.is_empty() && !columns.iter().any(is_word) {
        return quote!(#(#parts),*);
    }
    let columns = quote!(columns(#(#parts),*));
    let all = others.iter().chain([&columns]);
    quote!(#(#all),*)
}

fn with(word: &str, entries: &[TokenStream]) -> TokenStream {
    let word = Ident::new(word, proc_macro2::Span::call_site());
    if entries.is_empty() {
        quote!(#word)
    } else {
        quote!(#word(#(#entries),*))
    }
}

/// What belongs to a column, and what to the whole struct.
#[derive(Default)]
pub(super) struct Entries {
    pub(super) on_model: Vec<TokenStream>,
    on_columns: Vec<(SqlIdent, TokenStream)>,
}

impl Entries {
    pub(super) fn on(&self, column: &SqlIdent) -> impl Iterator<Item = &TokenStream> {
        let own = self
            .on_columns
            .iter()
            .filter(move |(name, _)| name == column);
        own.map(|(_, entry)| entry)
    }

    fn refers(&self, column: &SqlIdent) -> bool {
        self.on(column)
            .any(|entry| entry.to_string().starts_with("references"))
    }

    fn on_column(&mut self, column: &SqlIdent, entry: TokenStream) {
        self.on_columns.push((column.clone(), entry));
    }
}

/// All entries of a table, but those of columns alone.
pub(super) fn entries(context: &Context<'_>, said: &SaidTable, enum_checks: &[&Check]) -> Entries {
    let table = &said.table;
    let mut entries = Entries::default();
    if let Some(key) = &table.primary_key {
        self::key(
            context,
            table,
            key,
            ("primary_key", NameLabel::PrimaryKey),
            &mut entries,
        );
    }
    match context.dialect {
        Dialect::Mysql => {
            for index in &table.mysql.indexes {
                mysql_index(context, said, index, &mut entries);
            }
        }
        Dialect::Postgres | Dialect::Sqlite => {
            for key in &table.uniques {
                self::key(
                    context,
                    table,
                    key,
                    ("unique", NameLabel::Unique),
                    &mut entries,
                );
            }
            for index in &said.indexes {
                self::index(context, table, index, &mut entries);
            }
        }
    }
    for key in &said.foreign_keys {
        foreign_key(context, table, key, &mut entries);
    }
    for check in &table.checks {
        if !enum_checks
            .iter()
            .any(|of_enum| std::ptr::eq(*of_enum, check))
        {
            let entry = self::check(context, table, check);
            entries.on_model.push(entry);
        }
    }
    for exclusion in &table.exclusions {
        let definition = exclusion.definition.as_str();
        let definition = definition.strip_prefix("EXCLUDE ").unwrap_or(definition);
        let name = exclusion.name.as_str();
        entries
            .on_model
            .push(quote!(exclude(name = #name, #definition)));
    }
    entries
}

fn key(
    context: &Context<'_>,
    table: &Table,
    key: &Key,
    (word, label): (&str, NameLabel),
    entries: &mut Entries,
) {
    let columns: Vec<SqlIdent> = key.columns().cloned().collect();
    let (in_name, part) = match label {
        NameLabel::PrimaryKey => (Vec::new(), NamedPart::PrimaryKey),
        _ => (words(&columns), NamedPart::Unique),
    };
    let mut others: Vec<TokenStream> = Vec::new();
    others.extend(name(
        context,
        table,
        key.name.as_ref(),
        &in_name,
        (label, part),
    ));
    if key.nulls_not_distinct {
        others.push(quote!(nulls_not_distinct));
    }
    others.extend(deferral(key.deferrable));
    // A primary key that is checked late cannot say so on its column.
    let is_late = key.deferrable != Deferrable::Never && label == NameLabel::PrimaryKey;
    match columns.as_slice() {
        [column] if !is_late => entries.on_column(column, with(word, &others)),
        _ => {
            let idents = context.idents(&columns);
            let parts: Vec<_> = idents.iter().map(|ident| quote!(#ident)).collect();
            let listed = listed(&idents, &parts, &others);
            entries.on_model.push(with(word, &[listed]));
        }
    }
}

fn deferral(deferrable: Deferrable) -> Option<TokenStream> {
    match deferrable {
        Deferrable::Never => None,
        Deferrable::InitiallyImmediate => Some(quote!(deferrable)),
        Deferrable::InitiallyDeferred => Some(quote!(initially_deferred)),
    }
}

pub(super) fn check(context: &Context<'_>, table: &Table, check: &Check) -> TokenStream {
    let columns = table
        .columns
        .iter()
        .map(|column| vec![column.name.as_str()]);
    let candidates: Vec<Vec<&str>> = std::iter::once(Vec::new()).chain(columns).collect();
    let given = |columns: &Vec<&str>| {
        let kind = (NameLabel::Check, NamedPart::Check);
        name(context, table, check.name.as_ref(), columns, kind)
    };
    let names: Option<Vec<TokenStream>> = candidates.iter().map(given).collect();
    // One of the names that the server may choose is enough.
    let name = names.and_then(|names| names.into_iter().next());
    let text = context.within(bare(context, check.expression.as_str()));
    let all = name.into_iter().chain([text]);
    quote!(check(#(#all),*))
}

fn index(context: &Context<'_>, table: &Table, index: &Index, entries: &mut Entries) {
    let plain = |part: &IndexPart| {
        part.collation.is_none()
            && part.operator_class.is_none()
            && !part.descending
            && !part.nulls_reversed
    };
    let mut others: Vec<TokenStream> = Vec::new();
    others.extend(index_name(context, table, index));
    if index.unique {
        others.push(quote!(unique));
    }
    if let Some(method) = &index.method {
        others.push(quote!(method = #method));
    }
    if index.nulls_not_distinct {
        others.push(quote!(nulls_not_distinct));
    }
    let mut tail: Vec<TokenStream> = Vec::new();
    if !index.include.is_empty() {
        let include = context.idents(&index.include);
        tail.push(quote!(include(#(#include),*)));
    }
    if !index.options.is_empty() {
        let options = index.options.list();
        tail.push(quote!(with = #options));
    }
    if let Some(predicate) = &index.predicate {
        tail.push(context.text("where", bare(context, predicate.as_str())));
    }
    let is_own = others.len() > usize::from(index.unique) + 1
        || !tail.is_empty()
        || index
            .parts
            .iter()
            .any(|part| !plain(part) || !is_column(part));
    if context.choices.is_one_of_several && is_own {
        let dialect = context.dialect.name();
        tail.push(quote!(dialect = #dialect));
    }
    others.extend(tail);
    place_index(context, &index.parts, others, entries);
}

const fn is_column(part: &IndexPart) -> bool {
    matches!(part.source, IndexSource::Column(_))
}

fn index_name(context: &Context<'_>, table: &Table, index: &Index) -> Option<TokenStream> {
    let columns: Option<Vec<&str>> = index
        .parts
        .iter()
        .map(|part| match &part.source {
            IndexSource::Column(column) => Some(column.as_str()),
            IndexSource::Expression(_) => None,
        })
        .collect();
    let own = &index.name.name;
    let name = own.as_str();
    let Some(mut columns) = columns else {
        return Some(quote!(name = #name));
    };
    columns.extend(index.include.iter().map(SqlIdent::as_str));
    match context.dialect {
        Dialect::Postgres => {
            let kind = (NameLabel::Index, NamedPart::Index);
            self::name(context, table, Some(own), &columns, kind)
        }
        Dialect::Sqlite | Dialect::Mysql => own_choice(context, table, &columns, name),
    }
}

/// The name, unless it is the one that we choose where a struct has none.
fn own_choice(
    context: &Context<'_>,
    table: &Table,
    columns: &[&str],
    name: &str,
) -> Option<TokenStream> {
    let chosen = format!("{}_{}_idx", table.name.name.as_str(), columns.join("_"));
    let is_chosen = name == chosen && !context.choices.named.contains(&NamedPart::Index);
    (!is_chosen).then(|| quote!(name = #name))
}

fn place_index(
    context: &Context<'_>,
    parts: &[IndexPart],
    others: Vec<TokenStream>,
    entries: &mut Entries,
) {
    if let [part] = parts
        && let IndexSource::Column(column) = &part.source
        && order(part).is_empty()
    {
        entries.on_column(column, with("index", &others));
        return;
    }
    let idents: Option<Vec<Ident>> = parts
        .iter()
        .map(|part| match &part.source {
            IndexSource::Column(column) => Some(context.ident(column)),
            IndexSource::Expression(_) => None,
        })
        .collect();
    if let Some(idents) = idents {
        let parts: Vec<TokenStream> = idents
            .iter()
            .zip(parts)
            .map(|(ident, part)| {
                let order = order(part);
                quote!(#ident #order)
            })
            .collect();
        let listed = listed(&idents, &parts, &others);
        entries.on_model.push(with("index", &[listed]));
        return;
    }
    // Columns and expressions keep their order, each in a list of its own.
    let keys = parts.iter().map(|part| {
        let order = order(part);
        match &part.source {
            IndexSource::Column(column) => {
                let ident = context.ident(column);
                quote!(columns(#ident #order))
            }
            IndexSource::Expression(expression) => {
                let text = expression.as_str();
                quote!(expressions(#text #order))
            }
        }
    });
    let all = others.into_iter().chain(keys).collect::<Vec<_>>();
    entries.on_model.push(with("index", &all));
}

/// The words behind a part of an index.
fn order(part: &IndexPart) -> TokenStream {
    let collation = part.collation.as_deref().and_then(unquoted);
    let collation = collation.map(|collation| quote!(collate = #collation));
    let class = part.operator_class.as_deref();
    let class = class.map(|class| quote!(operator_class = #class));
    let order = part.descending.then(|| quote!(desc));
    let nulls = match (part.nulls_reversed, part.descending) {
        (false, _) => None,
        (true, true) => Some(quote!(nulls_last)),
        (true, false) => Some(quote!(nulls_first)),
    };
    quote!(#collation #class #order #nulls)
}

/// An index of MySQL, which may be a unique constraint to us.
fn mysql_index(context: &Context<'_>, said: &SaidTable, index: &MysqlIndex, entries: &mut Entries) {
    let table = &said.table;
    let name = index.name.as_str();
    match index.class {
        MysqlIndexClass::Unique => {
            let columns = index.whole_columns().unwrap_or_default();
            let columns: Vec<SqlIdent> = columns.into_iter().cloned().collect();
            let key = Key::new(Some(index.name.clone()), columns);
            self::key(context, table, &key, ("unique", NameLabel::Unique), entries);
        }
        MysqlIndexClass::Plain if !is_of_foreign_key(said, index) => {
            let columns: Option<Vec<&str>> = index
                .parts
                .iter()
                .map(|part| match &part.source {
                    IndexSource::Column(column) => Some(column.as_str()),
                    IndexSource::Expression(_) => None,
                })
                .collect();
            let name = match columns {
                Some(columns) => own_choice(context, table, &columns, name),
                None => Some(quote!(name = #name)),
            };
            place_index(context, &index.parts, name.into_iter().collect(), entries);
        }
        // The primary key is written by itself; the others cannot be said.
        MysqlIndexClass::Plain
        | MysqlIndexClass::Primary
        | MysqlIndexClass::Fulltext
        | MysqlIndexClass::Spatial => {}
    }
}

/// Whether the server makes the index for a foreign key, under that key's name.
fn is_of_foreign_key(said: &SaidTable, index: &MysqlIndex) -> bool {
    let Some(columns) = index.whole_columns() else {
        return false;
    };
    let begins_so = |other: &MysqlIndex| {
        other.name != index.name
            && other
                .whole_columns()
                .is_some_and(|own| own.starts_with(&columns))
    };
    let serves = |key: &&ForeignKey| {
        let made_up = key.name.as_ref().is_some_and(|name| {
            is_made_up(
                Dialect::Mysql,
                name,
                &said.table.name.name,
                &[],
                NameLabel::ForeignKey,
            )
        });
        !made_up
            && key.name.as_ref() == Some(&index.name)
            && key.columns.iter().collect::<Vec<_>>() == columns
    };
    said.foreign_keys.iter().filter(serves).count() == 1
        && !said.table.mysql.indexes.iter().any(begins_so)
}

fn foreign_key(context: &Context<'_>, table: &Table, key: &ForeignKey, entries: &mut Entries) {
    let mut others: Vec<TokenStream> = Vec::new();
    let kind = (NameLabel::ForeignKey, NamedPart::ForeignKey);
    let columns = words(&key.columns);
    others.extend(name(context, table, key.name.as_ref(), &columns, kind));
    others.extend(action(context.dialect, key.on_delete).map(|action| quote!(on_delete = #action)));
    others.extend(action(context.dialect, key.on_update).map(|action| quote!(on_update = #action)));
    if key.matching == KeyMatch::Full {
        others.push(quote!(match = "full"));
    }
    others.extend(deferral(key.deferrable));
    let targets = context.targets(table, key);
    if let ([column], [target]) = (key.columns.as_slice(), targets.as_slice()) {
        // A column refers once; what else it refers to stands above the struct.
        if !entries.refers(column) {
            let all = std::iter::once(target).chain(&others);
            entries.on_column(column, quote!(references(#(#all),*)));
            return;
        }
    }
    let idents = context.idents(&key.columns);
    let others = others.iter();
    entries.on_model.push(quote!(
        foreign_key(columns(#(#idents),*), references(#(#targets),*) #(, #others)*)
    ));
}

/// The word for an action, where it is not the one of a key that says nothing.
const fn action(dialect: Dialect, action: KeyAction) -> Option<&'static str> {
    match (action, dialect) {
        (KeyAction::NoAction, Dialect::Postgres | Dialect::Sqlite)
        | (KeyAction::Restrict, Dialect::Mysql) => None,
        (KeyAction::NoAction, Dialect::Mysql) => Some("no_action"),
        (KeyAction::Restrict, Dialect::Postgres | Dialect::Sqlite) => Some("restrict"),
        (KeyAction::Cascade, _) => Some("cascade"),
        (KeyAction::SetNull, _) => Some("set_null"),
        (KeyAction::SetDefault, _) => Some("set_default"),
    }
}

/// A text that may stand without quotes: a number, `true` or `false`.
pub(super) fn value(text: &str) -> TokenStream {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && digits.len() < 19;
    match (text, digits.parse::<i64>()) {
        ("true", _) => quote!(true),
        ("false", _) => quote!(false),
        (_, Ok(number)) if is_number => {
            let number = Literal::i64_unsuffixed(number);
            if text.starts_with('-') {
                quote!(- #number)
            } else {
                quote!(#number)
            }
        }
        _ => quote!(#text),
    }
}
