//! A list of keys with commas between them: unknown, repeated and broken ones are all reported.

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token};

/// The word that begins an entry.
#[derive(Debug, Clone)]
pub(crate) struct Keyword {
    pub(crate) name: &'static str,
    pub(crate) span: Span,
}

/// The keys that were given so far; there are few.
type Seen = Vec<Keyword>;

impl Keyword {
    /// The one of these words that an identifier is, be it written as a raw one.
    pub(crate) fn among(words: &'static [&'static str], ident: &Ident) -> Option<Self> {
        let find = |ident: &Ident| words.iter().copied().find(|word| ident == word);
        let name = find(ident).or_else(|| find(&ident.unraw()))?;
        let span = ident.span();
        Some(Self { name, span })
    }

    pub(crate) fn error(&self, message: impl std::fmt::Display) -> syn::Error {
        syn::Error::new(self.span, message)
    }
}

/// What may stand between one pair of parentheses.
pub(crate) trait Grammar {
    /// Where it stands, for messages.
    const PLACE: &'static str;
    /// The keys that it knows.
    const KEYS: &'static [&'static str];
    /// Those of them that may come more than once.
    const REPEATABLE: &'static [&'static str] = &[];

    /// Reads what follows a known key.
    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()>;

    /// Reads an entry that is no known key, and says whether there was one.
    fn bare(&mut self, _input: ParseStream<'_>) -> syn::Result<bool> {
        Ok(false)
    }
}

/// Errors found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Keeps the error of a result, and gives its value.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    pub(crate) fn finish<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            Some(error) => Err(error),
            None => Ok(value),
        }
    }
}

/// Reads every attribute of that name into one value.
pub(crate) fn attributes<G: Grammar>(
    into: &mut G,
    name: &str,
    attributes: &[Attribute],
) -> syn::Result<()> {
    let mut seen = Seen::new();
    let mut errors = Errors::default();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        let read = attribute.parse_args_with(|input: ParseStream<'_>| {
            list(into, &mut seen, &mut errors, input);
            Ok(())
        });
        errors.take(read);
    }
    errors.finish(())
}

/// Reads one pair of parentheses.
pub(crate) fn parenthesized<G: Grammar>(into: &mut G, input: ParseStream<'_>) -> syn::Result<()> {
    nested(input, |content| {
        let mut errors = Errors::default();
        list(into, &mut Seen::new(), &mut errors, content);
        errors.finish(())
    })
}

/// Reads what is between parentheses, to its end also where it is wrong.
pub(crate) fn nested<T>(
    input: ParseStream<'_>,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let content;
    syn::parenthesized!(content in input);
    let result = read(&content);
    // syn complains about tokens that were left over, which is not what was wrong.
    let rest: proc_macro2::TokenStream = content.parse()?;
    if result.is_ok()
        && let Some(token) = rest.into_iter().next()
    {
        return Err(syn::Error::new(token.span(), "unexpected token"));
    }
    result
}

fn list<G: Grammar>(into: &mut G, seen: &mut Seen, errors: &mut Errors, input: ParseStream<'_>) {
    while !input.is_empty() {
        if let Err(error) = one(into, seen, input) {
            errors.push(error);
            skip_to_comma(input);
        }
        if input.is_empty() {
            break;
        }
        if input.parse::<Token![,]>().is_err() {
            errors.push(input.error("expected `,`"));
            skip_to_comma(input);
            let _ = input.parse::<Token![,]>();
        }
    }
}

fn one<G: Grammar>(into: &mut G, seen: &mut Seen, input: ParseStream<'_>) -> syn::Result<()> {
    let ident = input.cursor().ident().map(|(ident, _)| ident);
    let Some(key) = ident.and_then(|ident| Keyword::among(G::KEYS, &ident)) else {
        return bare(into, input);
    };
    input.call(Ident::parse_any)?;
    if !G::REPEATABLE.contains(&key.name) {
        if let Some(first) = seen.iter().find(|seen| seen.name == key.name) {
            let mut error = key.error(format!("`{}` is given twice", key.name));
            error.combine(first.error(format!("`{}` is first given here", key.name)));
            return Err(error);
        }
        seen.push(key.clone());
    }
    into.entry(&key, input)
}

fn bare<G: Grammar>(into: &mut G, input: ParseStream<'_>) -> syn::Result<()> {
    if into.bare(input)? {
        return Ok(());
    }
    let span = input.span();
    let Ok(ident) = input.call(Ident::parse_any) else {
        let known = keys(G::KEYS);
        return Err(syn::Error::new(
            span,
            format!("expected a key of {}; known are {known}", G::PLACE),
        ));
    };
    let place = format!("key in {}", G::PLACE);
    Err(syn::Error::new(
        span,
        unknown(&place, &ident.to_string(), G::KEYS),
    ))
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// Says that a word is unknown, which one was likely meant, and which there are.
pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min();
    let list = keys(known);
    match near {
        Some((_, candidate)) => {
            format!("unknown {what}: `{word}`; did you mean `{candidate}`? known are {list}")
        }
        None => format!("unknown {what}: `{word}`; known are {list}"),
    }
}

fn keys(known: &[&str]) -> String {
    known
        .iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
