//! The products we speak to, and the facts about them.

use std::fmt;
use std::str::FromStr;

/// A family of databases that share their SQL.
///
/// The enum is closed on purpose: `match` it without `_`, so that a new one is led through the code
/// by the compiler.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Dialect {
    /// PostgreSQL 13 and later.
    Postgres,
    /// SQLite 3.35 and later.
    Sqlite,
    /// MySQL 8 and later, MariaDB 10.6 and later.
    Mysql,
}

/// The facts of one product, in one row.
struct Facts {
    name: &'static str,
    title: &'static str,
    quote: char,
    identifier_bytes: Option<usize>,
    has_transactional_ddl: bool,
    has_schemas: bool,
    escapes_backslashes: bool,
}

impl Dialect {
    /// Every dialect, in the order in which they are printed.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Sqlite, Self::Mysql];

    const fn facts(self) -> Facts {
        match self {
            Self::Postgres => Facts {
                name: "postgres",
                title: "PostgreSQL",
                quote: '"',
                // https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
                identifier_bytes: Some(63),
                has_transactional_ddl: true,
                has_schemas: true,
                escapes_backslashes: false,
            },
            Self::Sqlite => Facts {
                name: "sqlite",
                title: "SQLite",
                quote: '"',
                identifier_bytes: None,
                has_transactional_ddl: true,
                has_schemas: false,
                escapes_backslashes: false,
            },
            Self::Mysql => Facts {
                name: "mysql",
                title: "MySQL/MariaDB",
                quote: '`',
                // https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html (characters, not bytes)
                identifier_bytes: Some(64),
                has_transactional_ddl: false,
                has_schemas: false,
                escapes_backslashes: true,
            },
        }
    }

    /// The word for it in files, settings and sections: `postgres`, `sqlite`, `mysql`.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The word for it in sentences: `PostgreSQL`.
    pub const fn title(self) -> &'static str {
        self.facts().title
    }

    /// The character around a quoted name.
    pub const fn quote(self) -> char {
        self.facts().quote
    }

    /// The longest name that the product keeps whole, in bytes; `None` where it has no limit.
    pub const fn identifier_bytes(self) -> Option<usize> {
        self.facts().identifier_bytes
    }

    /// Whether a rolled back transaction takes its DDL with it.
    pub const fn has_transactional_ddl(self) -> bool {
        self.facts().has_transactional_ddl
    }

    /// Whether one database holds several schemas.
    pub const fn has_schemas(self) -> bool {
        self.facts().has_schemas
    }

    /// Whether a backslash in an ordinary string escapes the character after it.
    pub const fn escapes_backslashes(self) -> bool {
        self.facts().escapes_backslashes
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown dialect `{0}`; known are postgres, sqlite and mysql")]
pub struct UnknownDialect(pub String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "pg" => Ok(Self::Postgres),
            "sqlite" | "sqlite3" => Ok(Self::Sqlite),
            "mysql" | "mariadb" => Ok(Self::Mysql),
            _ => Err(UnknownDialect(word.to_owned())),
        }
    }
}
