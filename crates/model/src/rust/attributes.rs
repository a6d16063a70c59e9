//! Which attributes count: `cfg` and `cfg_attr` under the features of the project.

use std::collections::BTreeSet;

use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

/// Why something does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SwitchedOff(pub(super) String);

/// Why the item that has these attributes does not count, where it does not.
pub(super) fn switched_off(
    attributes: &[Attribute],
    features: &BTreeSet<String>,
) -> Option<SwitchedOff> {
    let mut conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .filter_map(|attribute| attribute.parse_args::<Meta>().ok());
    let failed = conditions.find(|condition| holds(condition, features) == Some(false))?;
    Some(SwitchedOff(reason(&failed)))
}

/// The attributes that count, those of `cfg_attr` unpacked.
pub(super) fn counted(attributes: Vec<Attribute>, features: &BTreeSet<String>) -> Vec<Attribute> {
    let mut counted = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        if attribute.path().is_ident("cfg_attr") {
            counted.extend(unpacked(&attribute, features));
        } else if !attribute.path().is_ident("cfg") {
            counted.push(attribute);
        }
    }
    counted
}

/// Why a derive of that name does not count, where it stands in a `cfg_attr` that is switched off.
pub(super) fn hidden_derive(
    attributes: &[Attribute],
    features: &BTreeSet<String>,
    name: &str,
) -> Option<SwitchedOff> {
    let mut conditional = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg_attr"));
    conditional.find_map(|attribute| {
        let (condition, metas) = conditions(attribute)?;
        let is_off = holds(&condition, features) == Some(false);
        (is_off && derives(&metas, name)).then(|| SwitchedOff(reason(&condition)))
    })
}

/// Whether a derive of that name is among the attributes.
pub(super) fn derives(attributes: &[Attribute], name: &str) -> bool {
    let mut lists = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    lists.any(|attribute| {
        let paths = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        let last = |path: &Path| {
            path.segments
                .last()
                .is_some_and(|segment| segment.ident == name)
        };
        paths.is_ok_and(|paths| paths.iter().any(last))
    })
}

fn unpacked(attribute: &Attribute, features: &BTreeSet<String>) -> Vec<Attribute> {
    match conditions(attribute) {
        Some((condition, attributes)) if holds(&condition, features) != Some(false) => attributes,
        _ => Vec::new(),
    }
}

/// The condition of a `cfg_attr`, and the attributes that it is about.
fn conditions(attribute: &Attribute) -> Option<(Meta, Vec<Attribute>)> {
    let parser = |input: ParseStream<'_>| {
        let condition: Meta = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((
            condition,
            Punctuated::<Meta, Token![,]>::parse_terminated(input)?,
        ))
    };
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    let (condition, metas) = parser.parse2(list.tokens.clone()).ok()?;
    let attributes = metas.into_iter().map(|meta| Attribute {
        meta,
        ..attribute.clone()
    });
    Some((condition, attributes.collect()))
}

/// Whether a condition holds; `None` where it depends on what we are not told.
fn holds(condition: &Meta, features: &BTreeSet<String>) -> Option<bool> {
    match condition {
        Meta::Path(path) if path.is_ident("test") => Some(false),
        Meta::Path(_) => None,
        Meta::NameValue(pair) if pair.path.is_ident("feature") => {
            let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(name),
                ..
            }) = &pair.value
            else {
                return None;
            };
            Some(features.contains(&name.value()))
        }
        Meta::NameValue(_) => None,
        Meta::List(list) => {
            let parts = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let parts: Vec<_> = parts.iter().map(|part| holds(part, features)).collect();
            let (decisive, otherwise) = match list.path.get_ident()?.to_string().as_str() {
                "not" => return parts.first().copied().flatten().map(|holds| !holds),
                "all" => (Some(false), Some(true)),
                "any" => (Some(true), Some(false)),
                _ => return None,
            };
            if parts.contains(&decisive) {
                return decisive;
            }
            if parts.contains(&None) {
                None
            } else {
                otherwise
            }
        }
    }
}

fn reason(condition: &Meta) -> String {
    let text = quote::quote!(#condition).to_string();
    let text = text
        .replace(" = ", "=")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")");
    if text.contains("feature") {
        format!("it is under `cfg({text})`; `features` in the settings switches features on")
    } else {
        format!("it is under `cfg({text})`")
    }
}
