//! Lines for us among the comments: `-- @renamed from x`, `-- @backfill 0`,
//! `-- @removed a -> b`, `-- @offline`, `-- @dialect postgres`.

use schemist_catalog::Pair;
use schemist_sql::Dialect;

use crate::error::Problem;
use crate::sql::words::unquote;

/// What a line for us begins with, behind the mark of a comment.
pub(crate) const MARK: char = '@';

/// What a comment says to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Directive {
    /// What stands below had this name.
    RenamedFrom(String),
    /// Existing rows get this in the column below.
    Backfill(String),
    /// Rows with the one value, which the type or the column below has no more, get the other.
    Removed(Pair<String>),
    /// What stands below is made and changed in forms that lock it.
    Offline,
    /// What stands below is for these dialects only.
    Dialects(Vec<Dialect>),
}

const KNOWN: [&str; 5] = ["renamed from", "backfill", "removed", "offline", "dialect"];

impl Directive {
    /// Reads a comment; `None` where it says nothing to us.
    pub(crate) fn parse(comment: &str) -> Option<Result<Self, Problem>> {
        let text = comment
            .strip_prefix("--")
            .or_else(|| comment.strip_prefix('#'))
            .or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"))?;
        let text = text.trim().strip_prefix(MARK)?;
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match word {
            "renamed" => Some(match before(rest) {
                Some(name) => Ok(Self::RenamedFrom(name.to_owned())),
                None => Err(problem(word, "write `-- @renamed from <the name before>`")),
            }),
            "renamed_from" | "backfill" | "dialect" | "dialects" if rest.is_empty() => {
                Some(Err(problem(word, "nothing follows it")))
            }
            "renamed_from" => Some(Ok(Self::RenamedFrom(rest.to_owned()))),
            "backfill" => Some(Ok(Self::Backfill(rest.trim_end_matches(';').to_owned()))),
            "removed" => Some(match values(rest) {
                Some(values) => Ok(Self::Removed(values)),
                None => Err(problem(
                    word,
                    "write `-- @removed <the value before> -> <what takes its place>`",
                )),
            }),
            "dialect" | "dialects" => Some(dialects(word, rest)),
            "offline" if rest.is_empty() => Some(Ok(Self::Offline)),
            "offline" => Some(Err(problem(word, "nothing may follow it"))),
            _ => misspelt(word).map(Err),
        }
    }
}

/// The name behind `from`; some tools put a `=` between the two.
fn before(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix("from")?;
    let name = name
        .strip_prefix('=')
        .or_else(|| name.strip_prefix(char::is_whitespace))?
        .trim();
    (!name.is_empty()).then_some(name)
}

/// The values on both sides of an arrow, with or without quotes.
fn values(rest: &str) -> Option<Pair<String>> {
    let arrow = ["->", "=>", "→"];
    let (before, after) = arrow.iter().find_map(|arrow| rest.split_once(arrow))?;
    let value = |text: &str| -> Option<String> {
        let text = text.trim();
        let is_quoted = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
        let value = if is_quoted {
            unquote(text)
        } else {
            text.to_owned()
        };
        (!value.is_empty()).then_some(value)
    };
    Some(Pair::new(value(before)?, value(after)?))
}

fn problem(directive: &str, reason: impl Into<String>) -> Problem {
    Problem::Directive {
        directive: directive.to_owned(),
        reason: reason.into(),
    }
}

fn dialects(word: &str, list: &str) -> Result<Directive, Problem> {
    let words = list.split([',', ' ']).filter(|word| !word.is_empty());
    let read: Result<Vec<_>, _> = words.map(str::parse).collect();
    match read {
        Ok(dialects) => Ok(Directive::Dialects(dialects)),
        Err(error) => Err(problem(word, error.to_string())),
    }
}

/// Other tools have words of their own behind an `@`; only what is nearly ours is a mistake.
fn misspelt(word: &str) -> Option<Problem> {
    let near = KNOWN.iter().find(|known| {
        let first = known.split(' ').next().unwrap_or_default();
        strsim::damerau_levenshtein(word, first) <= 2
    })?;
    Some(problem(
        word,
        format!("it is unknown; did you mean `-- @{near}`?"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_tools_are_left_alone() {
        assert_eq!(Directive::parse("-- @param x"), None);
        assert_eq!(Directive::parse("-- mail me @home"), None);
        assert_eq!(Directive::parse("-- renamed from x"), None);
    }

    #[test]
    fn nearly_our_words_are_mistakes() {
        let message = |comment| Directive::parse(comment).unwrap().unwrap_err().to_string();
        assert_eq!(
            message("-- @rename from x"),
            "follow `-- @rename`: it is unknown; did you mean `-- @renamed from`?"
        );
        assert_eq!(
            message("-- @backfill"),
            "follow `-- @backfill`: nothing follows it"
        );
        assert_eq!(
            message("-- @removed a"),
            "follow `-- @removed`: write `-- @removed <the value before> -> <what takes its place>`"
        );
        assert_eq!(
            message("-- @dialect oracle"),
            "follow `-- @dialect`: unknown dialect `oracle`; known are postgres, sqlite and mysql"
        );
    }

    #[test]
    fn values_reach_to_the_end_of_the_line() {
        let read = |comment| Directive::parse(comment).unwrap().unwrap();
        assert_eq!(
            read("/* @renamed from \"a b\" */"),
            Directive::RenamedFrom("\"a b\"".into())
        );
        assert_eq!(
            read("--@backfill now() + 1"),
            Directive::Backfill("now() + 1".into())
        );
        let values = Directive::Removed(Pair::new("a b".into(), "it's".into()));
        assert_eq!(read("-- @removed 'a b' -> 'it''s'"), values);
        assert_eq!(read("-- @removed a b → it's"), values);
        let both = vec![Dialect::Postgres, Dialect::Sqlite];
        assert_eq!(
            read("-- @dialect postgres, sqlite"),
            Directive::Dialects(both)
        );
    }
}
