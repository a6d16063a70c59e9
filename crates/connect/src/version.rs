//! Which release of a product answers.

use std::fmt;

use schemist_sql::Dialect;

/// Which of the products that share a dialect answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// The one product whose name the dialect has, such as PostgreSQL or MySQL.
    Namesake,
    /// MariaDB, which speaks MySQL's dialect.
    MariaDb,
}

/// A server's release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    /// The product.
    pub dialect: Dialect,
    /// Which of the dialect's products it is.
    pub flavour: Flavour,
    /// The whole number as the product says it: `15.18`, `3.50.4`.
    pub full: String,
    /// The part of it within which catalogs look the same: `15` of PostgreSQL 15.18, and with two
    /// digits for the second number `1011` of MariaDB 10.11.14 and `804` of MySQL 8.4.3.
    pub major: u32,
}

impl ServerVersion {
    /// Reads the text of `server_version`, which distributions append their own words to.
    pub(crate) fn parse(dialect: Dialect, text: &str) -> Self {
        let word = text.split_whitespace().next().unwrap_or_default();
        let number = |part: &str| -> u32 {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap_or_default()
        };
        let mut parts = word.split('.');
        let first = number(parts.next().unwrap_or_default());
        let second = number(parts.next().unwrap_or_default());
        let (full, major) = match dialect {
            Dialect::Postgres | Dialect::Sqlite => (word, first),
            // Between 8.0 and 8.4, and between 10.6 and 10.11, lie as many changes as between majors elsewhere.
            Dialect::Mysql => (
                word.split('-').next().unwrap_or_default(),
                first * 100 + second,
            ),
        };
        let flavour = match dialect {
            Dialect::Mysql if word.to_ascii_lowercase().contains("mariadb") => Flavour::MariaDb,
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => Flavour::Namesake,
        };
        Self {
            dialect,
            flavour,
            major,
            full: full.to_owned(),
        }
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let product = match (self.flavour, self.dialect) {
            (Flavour::MariaDb, _) => "MariaDB",
            (Flavour::Namesake, Dialect::Mysql) => "MySQL",
            (Flavour::Namesake, Dialect::Postgres | Dialect::Sqlite) => self.dialect.title(),
        };
        write!(f, "{product} {}", self.full)
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

    #[test]
    fn two_products_speak_the_same_dialect() {
        let said = |text| {
            let version = ServerVersion::parse(Dialect::Mysql, text);
            format!("{version}, {}", version.major)
        };
        assert_eq!(said("10.11.14-MariaDB-0+deb12u2"), "MariaDB 10.11.14, 1011");
        assert_eq!(said("8.4.3"), "MySQL 8.4.3, 804");
        assert_eq!(said("9.1.0-commercial"), "MySQL 9.1.0, 901");
    }
}
