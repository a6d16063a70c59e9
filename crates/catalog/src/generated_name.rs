//! Names that the server makes up where a declaration leaves them out.
//!
//! After compiling nobody can tell `book_title_key` from a name that was written. A name that is equal
//! to what the server would choose counts as made up, and the live name wins over it.

use schemist_sql::{Dialect, Ident};

/// The last word of a made-up name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameLabel {
    /// `…_pkey`
    PrimaryKey,
    /// `…_key`
    Unique,
    /// `…_check`
    Check,
    /// `…_excl`
    Exclusion,
    /// `…_fkey`
    ForeignKey,
    /// `…_idx`
    Index,
    /// `…_seq`
    Sequence,
    /// `…_not_null`
    NotNull,
    /// `…_stat`
    Statistics,
}

impl NameLabel {
    const fn word(self) -> &'static str {
        match self {
            Self::PrimaryKey => "pkey",
            Self::Unique => "key",
            Self::Check => "check",
            Self::Exclusion => "excl",
            Self::ForeignKey => "fkey",
            Self::Index => "idx",
            Self::Sequence => "seq",
            Self::NotNull => "not_null",
            Self::Statistics => "stat",
        }
    }
}

/// Whether the server would choose `name` for something with this label on `table` over `columns`,
/// with or without the number that it appends where the first choice is taken.
pub fn is_made_up(
    dialect: Dialect,
    name: &Ident,
    table: &Ident,
    columns: &[&str],
    label: NameLabel,
) -> bool {
    match dialect {
        Dialect::Postgres => {
            is_made_up_by_postgres(name.as_str(), table.as_str(), columns, label.word())
        }
        // SQLite keeps no name where none is written, and its own indexes are not objects of a schema.
        Dialect::Sqlite => false,
        Dialect::Mysql => {
            let first = columns.first().copied().unwrap_or_default();
            match label {
                NameLabel::ForeignKey => {
                    without_number(name.as_str(), &format!("{}_ibfk_", table.as_str()))
                }
                NameLabel::Check => {
                    without_number(name.as_str(), "CONSTRAINT_")
                        || without_number(name.as_str(), &format!("{}_chk_", table.as_str()))
                }
                _ => name.as_str() == first || without_number(name.as_str(), &format!("{first}_")),
            }
        }
    }
}

fn without_number(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The name that PostgreSQL would choose where no other is taken.
pub(crate) fn first_choice(table: &Ident, columns: &[&str], label: NameLabel) -> String {
    let joined = join_column_names(columns);
    let middle = (!joined.is_empty()).then_some(joined.as_str());
    object_name(table.as_str(), middle, label.word())
}

fn is_made_up_by_postgres(name: &str, table: &str, columns: &[&str], label: &str) -> bool {
    let joined = join_column_names(columns);
    let middle = (!joined.is_empty()).then_some(joined.as_str());
    if name == object_name(table, middle, label) {
        return true;
    }
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (1..=digits).any(|count| {
        let number = &name[name.len() - count..];
        !number.starts_with('0') && name == object_name(table, middle, &format!("{label}{number}"))
    })
}

/// `ChooseIndexNameAddition`: names joined by underscores, cut after 63 bytes.
fn join_column_names(columns: &[&str]) -> String {
    let mut joined = String::new();
    for column in columns {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(column);
        if joined.len() >= 64 {
            break;
        }
    }
    cut(&joined, 63).to_owned()
}

/// `makeObjectName`: the longer of the two names is shortened until everything fits into 63 bytes.
fn object_name(table: &str, middle: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(middle.is_some());
    let available = 63usize.saturating_sub(overhead);
    let mut first = table.len();
    let mut second = middle.map_or(0, str::len);
    while first + second > available {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let table = cut(table, first);
    match middle {
        Some(middle) => format!("{table}_{}_{label}", cut(middle, second)),
        None => format!("{table}_{label}"),
    }
}

fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_chooses_table_columns_label() {
        let made_up = |name: &str, table: &str, columns: &[&str], label| {
            is_made_up(
                Dialect::Postgres,
                &Ident::parse(name).unwrap(),
                &Ident::parse(table).unwrap(),
                columns,
                label,
            )
        };
        assert!(made_up(
            "book_title_key",
            "book",
            &["title"],
            NameLabel::Unique
        ));
        assert!(made_up(
            "book_title_key1",
            "book",
            &["title"],
            NameLabel::Unique
        ));
        assert!(made_up("book_pkey", "book", &[], NameLabel::PrimaryKey));
        assert!(!made_up(
            "book_title_key0",
            "book",
            &["title"],
            NameLabel::Unique
        ));
        assert!(!made_up(
            "title_is_unique",
            "book",
            &["title"],
            NameLabel::Unique
        ));
        let long = "a".repeat(40);
        let name = format!("{}_{}_key", "a".repeat(29), "b".repeat(29));
        assert!(made_up(
            &name,
            &long,
            &["b".repeat(40).as_str()],
            NameLabel::Unique
        ));
    }
}
