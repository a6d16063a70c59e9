//! Which release of a product answers.

use std::fmt;

use schemist_sql::Dialect;

/// A server's release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    /// The product.
    pub dialect: Dialect,
    /// The whole number as the product says it: `15.18`, `3.50.4`.
    pub full: String,
    /// The first part of it, within which catalogs look the same.
    pub major: u32,
}

impl ServerVersion {
    /// Reads the text of `server_version`, which distributions append their own words to.
    pub(crate) fn parse(dialect: Dialect, text: &str) -> Self {
        let full = text
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned();
        let digits: String = full.chars().take_while(char::is_ascii_digit).collect();
        Self {
            dialect,
            major: digits.parse().unwrap_or_default(),
            full,
        }
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.dialect.title(), self.full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_left_out() {
        let version = ServerVersion::parse(Dialect::Postgres, "15.18 (Debian 15.18-0+deb12u1)");
        assert_eq!((version.full.as_str(), version.major), ("15.18", 15));
        assert_eq!(ServerVersion::parse(Dialect::Postgres, "18beta2").major, 18);
    }
}
