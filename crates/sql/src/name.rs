//! From a name as it is written to the name that the database keeps.

use crate::Dialect;

impl Dialect {
    /// A kept name in a form that two names share exactly where the database cannot hold them both.
    ///
    /// MySQL decides by the server's `lower_case_table_names` for tables; names that differ in case
    /// alone count as one here.
    pub fn folded(self, name: &str) -> String {
        match self {
            Self::Postgres => name.to_owned(),
            Self::Sqlite => name.to_ascii_lowercase(),
            Self::Mysql => name.to_lowercase(),
        }
    }
}

/// The name that the database keeps where this word or quoted name stands.
pub(crate) fn kept_name(dialect: Dialect, written: &str) -> String {
    let name = unquoted(written).unwrap_or_else(|| match dialect {
        Dialect::Postgres => written.to_ascii_lowercase(),
        Dialect::Sqlite | Dialect::Mysql => written.to_owned(),
    });
    match (dialect, dialect.identifier_bytes()) {
        (Dialect::Postgres, Some(bytes)) => name[..name.floor_char_boundary(bytes)].to_owned(),
        (Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql, _) => name,
    }
}

/// A word or a quoted name as [`Dialect::folded`] has it.
pub(crate) fn folded_name(dialect: Dialect, written: &str) -> String {
    dialect.folded(&kept_name(dialect, written))
}

/// What stands between the quotes of a name; `None` where it has none.
pub(crate) fn unquoted(written: &str) -> Option<String> {
    if let Some(inner) = written.strip_prefix('[') {
        return Some(inner.strip_suffix(']').unwrap_or(inner).to_owned());
    }
    let is_unicode = written.starts_with(['U', 'u']) && written[1..].starts_with("&\"");
    let quoted = if is_unicode { &written[2..] } else { written };
    let quote = quoted
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '`' | '\''))?;
    let inner = quoted[1..].strip_suffix(quote).unwrap_or(&quoted[1..]);
    let inner = inner.replace(&format!("{quote}{quote}"), &quote.to_string());
    Some(if is_unicode {
        without_escapes(&inner)
    } else {
        inner
    })
}

/// Replaces `\0061` and `\+000061` by the characters that they stand for:
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>.
fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (digits, length) = match escape.strip_prefix('+') {
            Some(digits) => (digits.get(..6), 7),
            None => (escape.get(..4), 4),
        };
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (c, length) = code
            .and_then(char::from_u32)
            .map_or(('\\', usize::from(escape.starts_with('\\'))), |c| {
                (c, length)
            });
        plain.push(c);
        rest = &escape[length..];
    }
    plain + rest
}
