//! Tables, with what their statement does not say.

use std::collections::BTreeMap;

use schemist_catalog::object::{ForeignKey, Table};

use super::create_table::read_statement;
use super::query::Answer;
use crate::IntrospectError;

/// What columns of text are written in, by table and column: character set and collation.
pub(super) type Charsets = BTreeMap<(String, String), (Option<String>, Option<String>)>;

/// Takes the answers about columns of text.
pub(super) fn charsets(answers: &[Answer]) -> Charsets {
    let entry = |answer: &Answer| {
        let own = |place: usize| answer.get(place).map(str::to_owned);
        let column = (answer.text(0).to_owned(), answer.text(1).to_owned());
        (column, (own(2), own(3)))
    };
    answers.iter().map(entry).collect()
}

/// Reads a table and its foreign keys.
///
/// Each column of text says what it is written in: only so does it stay what it is where the table's own
/// choice changes.
pub(super) fn read_table(
    (name, text): (&str, &str),
    collation: Option<&str>,
    charsets: &Charsets,
) -> Result<(Table, Vec<ForeignKey>), IntrospectError> {
    let (mut table, keys) = read_statement(name, text).map_err(|unread| {
        IntrospectError::unreadable(format!("table \"{name}\""), unread.reason())
    })?;
    table.mysql.collation = collation.map(str::to_owned);
    for column in table.columns.iter_mut() {
        let key = (name.to_owned(), column.name.as_str().to_owned());
        let (charset, collation) = charsets.get(&key).cloned().unwrap_or_default();
        column.mysql.charset = charset;
        column.collation = collation;
    }
    table.sort();
    Ok((table, keys))
}
