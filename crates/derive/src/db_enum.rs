//! What `#[derive(DbEnum)]` writes.

use proc_macro2::TokenStream;
use quote::quote;
use schemist_attribute::EnumItem;
use syn::{Data, DeriveInput};

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        let message = "`DbEnum` is for enums; a struct that is a table derives `Model`";
        return Err(syn::Error::new(input.ident.span(), message));
    };
    let item = EnumItem::parse(&input.attrs, &input.ident, &data.variants)?;
    let ident = &input.ident;
    let (generics, of_type, bounds) = input.generics.split_for_impl();
    let name = item.type_name().value;
    let labels: Vec<_> = item.labels().collect();
    let variants: Vec<_> = item.variants.iter().map(|variant| &variant.ident).collect();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::schemist::DbEnum for #ident #of_type #bounds {
            const NAME: &'static str = #name;
            const LABELS: &'static [&'static str] = &[#(#labels),*];

            fn label(&self) -> &'static str {
                match self {
                    #(Self::#variants => #labels,)*
                }
            }

            fn from_label(label: &str) -> ::core::option::Option<Self> {
                match label {
                    #(#labels => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}
