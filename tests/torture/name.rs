//! Names, plain ones and those that people stumble over.

use crate::picks::Picks;

/// Names that want quotes, are reserved, are long, or are written in other alphabets.
const ODD: &[&str] = &[
    "Order",
    "select",
    "user",
    "with space",
    "dot.ted",
    "qu\"ote",
    "apos'trophe",
    "semi;colon",
    "back\\slash",
    "dash--ed",
    "/*slash*/",
    "$1",
    "per%cent",
    "UPPER",
    "1st",
    "größe",
    "日本語",
    "имя",
    "e\u{301}clair",
    "tab\tbed",
    "a_name_that_is_so_long_that_what_is_made_of_it_is_cut_off",
    "name",
    "oid",
    "default",
    "new",
];

/// Names that types of PostgreSQL's have, too.
const OF_TYPES: &[&str] = &["name", "oid"];

/// Whether a name of ours is only found with its schema.
pub(super) fn is_hidden(name: &str) -> bool {
    OF_TYPES.contains(&name)
}

/// The longest name that leaves room for a number within 63 bytes.
const ROOM: usize = 59;

/// A name that `is_taken` does not know: mostly plain, sometimes odd.
pub(super) fn choose(picks: &mut Picks<'_>, word: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let stem = if picks.once_in(3) {
        picks.one_of(ODD).unwrap_or(word)
    } else {
        word
    };
    if !is_taken(stem) && stem != word {
        return stem.to_owned();
    }
    let mut stem = stem;
    while stem.len() > ROOM {
        let mut letters = stem.chars();
        letters.next_back();
        stem = letters.as_str();
    }
    plain(stem, is_taken)
}

/// A word with the first number that makes it a name that `is_taken` does not know.
pub(super) fn plain(word: &str, is_taken: impl Fn(&str) -> bool) -> String {
    (1..)
        .map(|number| format!("{word}{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or_default()
}
