//! What SQLite's shell prints of tables that SQLite, or a module of it, makes by itself.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Statement, TokenKind};

use crate::sql::Words;
use crate::sql::refusal::Verdict;
use crate::sql::words::{has_letters, unquote};

/// What virtual tables of known modules call the tables that they keep their contents in.
const SUFFIXES: [&str; 11] = [
    "data", "idx", "content", "docsize", "config", "segments", "segdir", "stat", "node", "parent",
    "rowid",
];

/// The names of those tables, for all virtual tables of a file, in lower case.
pub(super) fn shadows(text: &str, statements: &[Statement]) -> BTreeSet<String> {
    let mut shadows = BTreeSet::new();
    // Few files have any, and to cut all of one into words takes long.
    if !has_letters(text, "virtual") {
        return shadows;
    }
    for statement in statements {
        let text = statement.text(text);
        let smuggled = smuggled(&Words::of(Dialect::Sqlite, text));
        let words = Words::of(Dialect::Sqlite, smuggled.as_deref().unwrap_or(text));
        if words.are(0, "CREATE VIRTUAL TABLE") {
            let at = words.after(3, "IF NOT EXISTS");
            let name = unquote(words.text(at)).to_lowercase();
            shadows.extend(SUFFIXES.iter().map(|suffix| format!("{name}_{suffix}")));
        }
    }
    shadows
}

/// The statement that a dump writes into the schema itself, since nothing could be read into a virtual table
/// that was made in the usual way.
pub(super) fn smuggled(words: &Words<'_>) -> Option<String> {
    let is_schema =
        words.are(0, "INSERT INTO") && words.is_any(2, &["sqlite_schema", "sqlite_master"]);
    if !is_schema {
        return None;
    }
    let is_text = |at: &usize| words.kind(*at) == Some(TokenKind::String);
    let last = (0..words.len()).rev().find(is_text)?;
    let sql = unquote(words.text(last));
    let is_virtual = Words::of(Dialect::Sqlite, &sql).are(0, "CREATE VIRTUAL TABLE");
    is_virtual.then_some(sql)
}

/// Passes over a table that is made by itself.
pub(super) fn judge(words: &Words<'_>, shadows: &BTreeSet<String>) -> Option<Verdict> {
    if !words.are(0, "CREATE TABLE") {
        return None;
    }
    let name = unquote(words.text(words.after(2, "IF NOT EXISTS"))).to_lowercase();
    if name.starts_with("sqlite_") {
        return Some(Verdict::PassOver("SQLite makes it by itself"));
    }
    let is_shadow = shadows.contains(&name);
    is_shadow.then_some(Verdict::PassOver("its virtual table makes it by itself"))
}
