//! From text as it was typed to expressions that can be compared.

use std::collections::BTreeSet;

use schemist_catalog::Expr;
use schemist_sql::{Dialect, Ident, TokenKind, normal_form, normal_form_among, words};

/// The other names that SQLite has for the number of a row.
const ROWIDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// What expressions of one table can name.
pub(super) struct Naming<'a> {
    table: &'a Ident,
    names: BTreeSet<String>,
}

impl<'a> Naming<'a> {
    /// The names that a table's columns give.
    pub(super) fn new(table: &'a Ident, columns: impl IntoIterator<Item = &'a Ident>) -> Self {
        let folded = |name: &Ident| Dialect::Sqlite.folded(name.as_str());
        let mut names: BTreeSet<_> = columns.into_iter().map(folded).collect();
        names.extend(ROWIDS.map(str::to_owned));
        Self { table, names }
    }

    /// An expression over a row of the table: a check, a generated column, a part of an index.
    ///
    /// The table's own name before a column says nothing there, and would not hold while the table is
    /// written anew under another name.
    pub(super) fn expression(&self, typed: &str) -> Expr {
        let written = self.without_own_name(typed);
        let normal = normal_form_among(Dialect::Sqlite, &written, &self.names);
        Expr::from_typed(written, normal)
    }

    fn without_own_name(&self, typed: &str) -> String {
        let found: Vec<_> = words(Dialect::Sqlite, typed).collect();
        let own = Dialect::Sqlite.folded(self.table.as_str());
        let mut written = String::with_capacity(typed.len());
        let mut kept = 0;
        for (i, word) in found.iter().enumerate() {
            let is_own = matches!(word.token.kind, TokenKind::Word | TokenKind::QuotedName)
                && word
                    .name(Dialect::Sqlite)
                    .is_some_and(|name| Dialect::Sqlite.folded(name.as_str()) == own);
            let is_before_dot = found.get(i + 1).is_some_and(|next| next.is_punct('.'));
            let is_behind_dot = i > 0 && found[i - 1].is_punct('.');
            if let (true, true, false, Some(column)) =
                (is_own, is_before_dot, is_behind_dot, found.get(i + 2))
            {
                written.push_str(&typed[kept..word.token.span.start]);
                kept = column.token.span.start;
            }
        }
        written.push_str(&typed[kept..]);
        written
    }
}

/// A default, which names no column: text in double quotes and a bare word are strings.
pub(super) fn default(typed: &str) -> Expr {
    const CONSTANTS: [&str; 6] = [
        "NULL",
        "TRUE",
        "FALSE",
        "CURRENT_TIME",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
    ];
    let found: Vec<_> = words(Dialect::Sqlite, typed).collect();
    if let [word] = found.as_slice()
        && word.token.kind == TokenKind::Word
        && !word.is_one_of(&CONSTANTS)
    {
        return Expr::from_typed(typed, format!("'{typed}'"));
    }
    let normal = normal_form_among(Dialect::Sqlite, typed, &BTreeSet::new());
    Expr::from_typed(typed, normal)
}

/// The text of a view or of a trigger.
pub(super) fn statement(typed: &str) -> Expr {
    Expr::from_typed(typed, normal_form(Dialect::Sqlite, typed))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn the_own_table_says_nothing() {
        let table = Ident::from_server("T");
        let columns = [Ident::from_server("A"), Ident::from_server("t")];
        let naming = Naming::new(&table, &columns);
        let expression = naming.expression("t.A > 0 AND \"T\" . \"a\" < T AND 't.a' <> \"t.a\"");
        assert_snapshot!(expression.as_str(), @r#"A > 0 AND "a" < T AND 't.a' <> "t.a""#);
        assert_snapshot!(expression.normal(), @"a > 0 and a < t and 't.a' <> 't.a'");
    }

    #[test]
    fn defaults_are_compared_by_what_they_give() {
        assert_eq!(default("(1 + 2)"), default("(1+2)"));
        assert_eq!(default("current_timestamp"), default("(CURRENT_TIMESTAMP)"));
        assert_ne!(default("Abc"), default("abc"));
        assert_eq!(default("abc"), default("'abc'"));
    }
}
