//! From a Rust file to its syntax, with places that count from the start of the file.

use proc_macro2::Span as RustSpan;
use schemist_sql::Span;

use crate::error::{Place, Problem, ReadError};
use crate::rust::blank::blanked;
use crate::source::Comments;

/// Parses a file.
pub(super) fn file(
    number: usize,
    text: &str,
    comments: Comments,
) -> Result<syn::File, Vec<ReadError>> {
    syn::parse_str(&blanked(text, comments)).map_err(|error| {
        let to_error = |error: syn::Error| {
            let place = Place::new(number, span(error.span()), "not expected here");
            ReadError::new(Problem::Rust(error.to_string()), place)
                .with_remedy("mend it: `cargo check` says more")
        };
        error.into_iter().map(to_error).collect()
    })
}

/// A place in the file.
pub(super) fn span(span: RustSpan) -> Span {
    let range = span.byte_range();
    Span::new(range.start, range.end)
}

/// What the grammar of our attributes has to say, as errors of a file. A remark on an error is kept
/// with it.
pub(super) fn attribute_errors(number: usize, error: syn::Error) -> Vec<ReadError> {
    let mut errors: Vec<ReadError> = Vec::new();
    for error in error {
        let message = error.to_string();
        let at = span(error.span());
        match errors.last_mut() {
            Some(last) if message.ends_with(" here") => {
                last.related.push(Place::new(number, at, message));
            }
            _ => {
                let place = Place::new(number, at, "here");
                errors.push(ReadError::new(Problem::Attribute(message), place));
            }
        }
    }
    errors
}
