//! What `#[derive(Model)]` writes.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use schemist_attribute::{ForeignKey, ModelItem, Reference, Target, plain};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Ident, Path};

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        let message = "a model is a struct; an enum of the database derives `DbEnum`";
        return Err(syn::Error::new(input.ident.span(), message));
    };
    let item = ModelItem::parse(&input.attrs, &input.ident, data.fields.clone())?;
    let names = names(input, &item);
    let columns = columns(&item);
    let ident = &input.ident;
    let (generics, of_type, bounds) = input.generics.split_for_impl();
    if item.attribute.skip.is_some() {
        return Ok(quote! {
            #names
            #[automatically_derived]
            impl #generics ::schemist::Fragment for #ident #of_type #bounds {
                const COLUMNS: &'static [&'static str] = #columns;
            }
        });
    }
    let table = item.table_name().value;
    let schema = match item.schema_name() {
        Some(schema) => {
            let schema = schema.value;
            quote!(::core::option::Option::Some(#schema))
        }
        None => quote!(::core::option::Option::None),
    };
    let references = references(&item);
    Ok(quote! {
        #names
        #references
        #[automatically_derived]
        impl #generics ::schemist::Model for #ident #of_type #bounds {
            const TABLE: &'static str = #table;
            const SCHEMA: ::core::option::Option<&'static str> = #schema;
            const COLUMNS: &'static [&'static str] = #columns;
        }
    })
}

/// The constant that holds the name of a field's column.
fn constant(field: &Ident) -> Ident {
    format_ident!("{}", plain(field).to_uppercase(), span = field.span())
}

/// One constant for each column.
fn names(input: &DeriveInput, item: &ModelItem) -> TokenStream {
    let (ident, visibility) = (&input.ident, &input.vis);
    let (generics, of_type, bounds) = input.generics.split_for_impl();
    let constants = item.columns().map(|field| {
        let constant = constant(&field.ident);
        let name = &field.column_name().value;
        let documentation = format!("The name of the column `{name}`.");
        quote! {
            #[doc = #documentation]
            #visibility const #constant: &'static str = #name;
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #generics #ident #of_type #bounds {
            #(#constants)*
        }
    }
}

/// The names of all columns, those of flattened structs at their place.
fn columns(item: &ModelItem) -> TokenStream {
    let parts = item
        .fields
        .iter()
        .filter(|field| !field.is_skipped())
        .map(|field| {
            if field.is_column() {
                let name = &field.column_name().value;
                return quote!(&[#name]);
            }
            let part = &field.rust_type;
            quote_spanned!(part.span()=> <#part as ::schemist::Fragment>::COLUMNS)
        });
    if item.fields.iter().all(|field| field.sqlx.flatten.is_none()) {
        let names = item.columns().map(|field| &field.column_name().value);
        return quote!(&[#(#names),*]);
    }
    quote! {{
        const PARTS: &[&[&str]] = &[#(#parts),*];
        const ALL: [&str; ::schemist::__private::count(PARTS)] = ::schemist::__private::join(PARTS);
        &ALL
    }}
}

/// Makes a reference to what is no model, or no field of one, an error of the compiler.
fn references(item: &ModelItem) -> TokenStream {
    let on_columns = item
        .columns()
        .filter_map(|field| field.column.references.as_deref());
    let on_model = item
        .attribute
        .foreign_keys
        .iter()
        .map(|key: &ForeignKey| &key.reference);
    let checks: Vec<_> = on_columns
        .chain(on_model)
        .flat_map(|reference: &Reference| &reference.targets)
        .filter_map(|target| match target {
            Target::Model { path, field } => Some(check(&item.ident, path, field.as_ref())),
            Target::Table { .. } => None,
        })
        .collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(elided_lifetimes_in_paths)]
        const _: () = {
            const fn is_model<T: ::schemist::Model>() {}
            #(#checks)*
        };
    }
}

fn check(own: &Ident, path: &Path, field: Option<&Ident>) -> TokenStream {
    let path = if path.is_ident("Self") {
        own.to_token_stream()
    } else {
        path.to_token_stream()
    };
    let is_model = quote_spanned!(path.span()=> is_model::<#path>(););
    let has_field = field.map(|field| {
        let constant = constant(field);
        quote_spanned!(field.span()=> let _: &str = #path::#constant;)
    });
    quote!(#is_model #has_field)
}
