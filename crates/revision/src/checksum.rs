//! What was applied, in one word: a hash over the statements of a way and nothing else.

use std::fmt;
use std::str::FromStr;

use schemist_sql::{Dialect, significant_text};
use sha2::{Digest, Sha256};

use crate::body::Direction;
use crate::file::RevisionFile;
use crate::usage::UseError;

/// The SHA-256 of the statements that a revision runs for one dialect in one direction.
// Invariant: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum(String);

/// A text that is no checksum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read `{0}` as a checksum of 64 hexadecimal digits")]
pub struct BadChecksum(pub String);

impl Checksum {
    /// One that no statements have: it stands where what is run is in no file.
    pub fn of_no_file() -> Self {
        Self("0".repeat(64))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of it as a person compares.
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Checksum {
    type Err = BadChecksum;

    fn from_str(text: &str) -> Result<Self, BadChecksum> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadChecksum(text.to_owned()))
    }
}

impl RevisionFile {
    /// Hashes what the revision runs for a dialect in one direction.
    ///
    /// Comments, blank lines, line ends and the header do not count; nor does where one section
    /// ends and the next begins. A revision that passes the dialect over hashes as one with nothing
    /// to run.
    ///
    /// # Errors
    /// [`UseError`] where there is nothing to hash.
    pub fn checksum(&self, dialect: Dialect, direction: Direction) -> Result<Checksum, UseError> {
        let mut hash = Sha256::new();
        for section in self.sections_for(dialect, direction)? {
            // What cannot be cut into statements is an error rather than a hash of something.
            section.statements(dialect)?;
            hash.update(significant_text(dialect, section.text()));
        }
        Ok(Checksum(
            hash.finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checksum(sql: &str) -> Checksum {
        let text =
            format!("-- schemist revision\n-- id: a\n\n-- [up]\n{sql}\n-- [down]\n-- nothing\n");
        let file = RevisionFile::parse("a.sql", &text).unwrap();
        file.checksum(Dialect::Postgres, Direction::Up).unwrap()
    }

    #[test]
    fn comments_blank_lines_and_line_ends_do_not_count() {
        let plain = checksum("CREATE TABLE a (x int);\nSELECT $$a\nb$$;");
        assert_eq!(
            plain,
            checksum("-- why\n\nCREATE TABLE a\r\n  (x int); -- so\n/* then */ SELECT $$a\r\nb$$")
        );
        assert_eq!(plain.as_str().len(), 64);
        assert_eq!(plain.short(), &plain.as_str()[..8]);
        assert_eq!(plain.as_str().parse(), Ok(plain));
    }

    #[test]
    fn statements_and_strings_count() {
        let sums = [
            "SELECT 1;",
            "SELECT 1; SELECT 1;",
            "SELECT '1';",
            "SELECT ' 1';",
            "SELECT ';';",
            "",
        ]
        .map(checksum_or_nothing);
        let distinct: std::collections::BTreeSet<_> = sums.iter().collect();
        assert_eq!(distinct.len(), sums.len());
    }

    fn checksum_or_nothing(sql: &str) -> Checksum {
        checksum(if sql.is_empty() { "-- nothing" } else { sql })
    }

    #[test]
    fn sections_may_be_cut_elsewhere_without_an_edit() {
        let one = checksum("SELECT 1;\nSELECT 2;");
        assert_eq!(
            one,
            checksum("SELECT 1;\n-- [up, new transaction]\nSELECT 2;")
        );
    }
}
