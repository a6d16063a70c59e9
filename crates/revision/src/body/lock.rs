//! What the comment above a statement says of the locks that it takes.

use std::fmt;

use schemist_sql::{LockMode, in_one_line};

/// A table that a statement locks so that others wait, as `-- locks "book": ACCESS EXCLUSIVE, rewrites it`
/// says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLock {
    /// The table, as it is written in SQL.
    pub table: String,
    /// Its strongest lock.
    pub mode: LockMode,
    /// Whether its rows are written anew.
    pub is_rewritten: bool,
    /// Where that is known from.
    pub source: LockSource,
}

/// Where a lock is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockSource {
    /// A server showed it while the statement ran.
    Measured,
    /// The rules say so; no server was at hand.
    Rules,
}

/// What stands behind a lock that no server showed.
const BY_RULE: &str = " (by rule, not measured)";

impl StatementLock {
    /// Reads the comment's text, without its dashes; `None` where it says something else.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("locks ")?;
        let (rest, source) = match rest.strip_suffix(BY_RULE) {
            Some(rest) => (rest, LockSource::Rules),
            None => (rest, LockSource::Measured),
        };
        let (rest, is_rewritten) = match rest.strip_suffix(", rewrites it") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (table, mode) = rest.rsplit_once(": ")?;
        Some(Self {
            table: table.to_owned(),
            mode: LockMode::parse(mode)?,
            is_rewritten,
            source,
        })
    }
}

impl fmt::Display for StatementLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "locks {}: {}", in_one_line(&self.table), self.mode)?;
        if self.is_rewritten {
            f.write_str(", rewrites it")?;
        }
        match self.source {
            LockSource::Measured => Ok(()),
            LockSource::Rules => f.write_str(BY_RULE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for source in [LockSource::Measured, LockSource::Rules] {
            for is_rewritten in [false, true] {
                let lock = StatementLock {
                    table: "\"a: b\".\"c\"".to_owned(),
                    mode: LockMode::ShareRowExclusive,
                    is_rewritten,
                    source,
                };
                assert_eq!(StatementLock::parse(&lock.to_string()), Some(lock));
            }
        }
        assert_eq!(StatementLock::parse("locks the door"), None);
        assert_eq!(StatementLock::parse("locks \"a\": SOFTLY"), None);
    }
}
