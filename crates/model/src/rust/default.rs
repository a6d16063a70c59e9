//! Defaults, in the form that a dialect takes.

use schemist_attribute::SqlText;
use schemist_sql::{Dialect, TokenKind};

use crate::sql::Words;

/// The default of a dialect, where there is one.
///
/// A default for every dialect that is `now()` becomes what the dialect has for it, and one that is
/// more than a value is put in parentheses where the dialect wants them.
pub(super) fn of(dialect: Dialect, text: &SqlText) -> Option<String> {
    let written = text.for_dialect(dialect.name())?.value.trim();
    let now = written.eq_ignore_ascii_case("now()");
    Some(match dialect {
        Dialect::Postgres => written.to_owned(),
        Dialect::Sqlite if now => "CURRENT_TIMESTAMP".to_owned(),
        Dialect::Mysql if now => "CURRENT_TIMESTAMP(6)".to_owned(),
        Dialect::Sqlite | Dialect::Mysql if is_value(dialect, written) => written.to_owned(),
        Dialect::Sqlite | Dialect::Mysql => format!("({written})"),
    })
}

/// Whether an expression needs no parentheses: a value, or in parentheses already.
fn is_value(dialect: Dialect, written: &str) -> bool {
    let words = Words::of(dialect, written);
    let last = words.len().saturating_sub(1);
    if words.is_punct(0, '(') && words.closing(0) == Some(last) {
        return true;
    }
    let first = usize::from(matches!(words.text(0), "-" | "+"));
    if words.is(first, "CURRENT_TIMESTAMP") {
        return match dialect {
            Dialect::Mysql => true,
            Dialect::Postgres | Dialect::Sqlite => first == last,
        };
    }
    first == last
        && matches!(
            words.kind(first),
            Some(TokenKind::Number | TokenKind::String | TokenKind::Word)
        )
}
