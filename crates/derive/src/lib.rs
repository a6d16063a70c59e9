//! `#[derive(Model)]` and `#[derive(DbEnum)]`.
//!
//! It stands apart because a crate of derives can export nothing else. It checks the grammar that the
//! reader of source checks too, while you type, and gives a program the names it declared. It
//! deliberately makes no SQL: the types of other items, which SQL needs, are not to be seen here.

mod db_enum;
mod model;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a table; see the crate `schemist`.
#[proc_macro_derive(Model, attributes(model, column, sqlx))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Declares an enum of the database; see the crate `schemist`.
#[proc_macro_derive(DbEnum, attributes(db_enum, sqlx))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    db_enum::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
