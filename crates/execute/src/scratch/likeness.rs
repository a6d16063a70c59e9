//! What a scratch database has in common with the live one.

use std::collections::BTreeMap;

use schemist_connect::{Row, ServerVersion, Session, StatementError};
use schemist_sql::{Dialect, Ident, Script};

/// The traits of a live database that decide how a declaration compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The server's release; only its major part must be equal.
    pub version: ServerVersion,
    /// Encoding and locale; `None` for SQLite, whose databases have none.
    pub locale: Option<Locale>,
    /// The installed extensions with their versions.
    pub extensions: BTreeMap<String, String>,
}

/// The encoding and the locale of a database on a server; of MySQL's, encoding and collation alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locale {
    /// The encoding: `UTF8`.
    pub encoding: String,
    /// Who sorts: `c` libc, `i` ICU, `b` built in.
    pub provider: String,
    /// `LC_COLLATE`.
    pub collate: String,
    /// `LC_CTYPE`.
    pub ctype: String,
    /// The locale of ICU or of the built-in provider.
    pub locale: Option<String>,
    /// ICU's own rules.
    pub rules: Option<String>,
}

impl Likeness {
    /// Reads the traits of the database that a session is connected to.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn read(session: &mut Session) -> Result<Self, StatementError> {
        let version = session.version().clone();
        match session.dialect() {
            Dialect::Mysql => {
                let rows = session
                    .query(
                        "SELECT default_character_set_name, default_collation_name
                         FROM information_schema.schemata WHERE schema_name = database()",
                    )
                    .await?;
                let locale = rows.first().map(|row| Locale {
                    encoding: row.text(0).to_owned(),
                    collate: row.text(1).to_owned(),
                    ..Locale::plain_mysql()
                });
                Ok(Self {
                    version,
                    locale,
                    extensions: BTreeMap::new(),
                })
            }
            Dialect::Sqlite => Ok(Self {
                version,
                locale: None,
                extensions: BTreeMap::new(),
            }),
            Dialect::Postgres => {
                let rows = session.query(locale_query(version.major)).await?;
                let locale = rows.first().map(read_locale);
                let rows = session
                    .query("SELECT extname, extversion FROM pg_catalog.pg_extension")
                    .await?;
                let pairs = rows
                    .iter()
                    .map(|row| (row.text(0).to_owned(), row.text(1).to_owned()));
                Ok(Self {
                    version,
                    locale,
                    extensions: pairs.collect(),
                })
            }
        }
    }
}

const fn locale_query(major: u32) -> &'static str {
    // The provider came with 15, rules with 16, and 17 renamed daticulocale to datlocale.
    match major {
        ..15 => {
            "SELECT pg_encoding_to_char(encoding), 'c', datcollate, datctype, NULL, NULL
             FROM pg_catalog.pg_database WHERE datname = current_database()"
        }
        15 => {
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, daticulocale, NULL
             FROM pg_catalog.pg_database WHERE datname = current_database()"
        }
        16 => {
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, daticulocale, daticurules
             FROM pg_catalog.pg_database WHERE datname = current_database()"
        }
        17.. => {
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, datlocale, daticurules
             FROM pg_catalog.pg_database WHERE datname = current_database()"
        }
    }
}

fn read_locale(row: &Row) -> Locale {
    Locale {
        encoding: row.text(0).to_owned(),
        provider: row.text(1).to_owned(),
        collate: row.text(2).to_owned(),
        ctype: row.text(3).to_owned(),
        locale: row.get(4).map(str::to_owned),
        rules: row.get(5).map(str::to_owned),
    }
}

impl Locale {
    /// What every server has.
    pub(crate) fn plain() -> Self {
        Self {
            encoding: "UTF8".to_owned(),
            provider: "c".to_owned(),
            collate: "C".to_owned(),
            ctype: "C".to_owned(),
            locale: None,
            rules: None,
        }
    }

    /// What every server of MySQL and MariaDB has.
    pub(crate) fn plain_mysql() -> Self {
        Self {
            encoding: "utf8mb4".to_owned(),
            provider: String::new(),
            collate: "utf8mb4_general_ci".to_owned(),
            ctype: String::new(),
            locale: None,
            rules: None,
        }
    }

    /// Writes the statement that makes a database of MySQL with this encoding and collation.
    pub(crate) fn create_mysql_database(&self, name: &Ident) -> String {
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("CREATE DATABASE ")
            .ident(name)
            .keyword(" CHARACTER SET ")
            .literal(&self.encoding)
            .keyword(" COLLATE ")
            .literal(&self.collate);
        script.into_text()
    }

    /// The name that a person knows it by.
    pub(crate) fn title(&self) -> &str {
        self.locale.as_deref().unwrap_or(&self.collate)
    }

    /// Writes the statement that makes a database with this locale.
    pub(crate) fn create_database(&self, name: &Ident, major: u32) -> String {
        let mut script = Script::new(Dialect::Postgres);
        script.keyword("CREATE DATABASE ").ident(name);
        script
            .keyword(" TEMPLATE template0 ENCODING ")
            .literal(&self.encoding);
        script
            .keyword(" LC_COLLATE ")
            .literal(&self.collate)
            .keyword(" LC_CTYPE ")
            .literal(&self.ctype);
        if major < 15 {
            return script.into_text();
        }
        let locale = self.locale.as_deref().unwrap_or(&self.collate);
        match self.provider.as_str() {
            "i" => script
                .keyword(" LOCALE_PROVIDER icu ICU_LOCALE ")
                .literal(locale),
            "b" => script
                .keyword(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ")
                .literal(locale),
            _ => script.keyword(" LOCALE_PROVIDER libc"),
        };
        if let Some(rules) = &self.rules {
            script.keyword(" ICU_RULES ").literal(rules);
        }
        script.into_text()
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_mysql_database_has_the_live_character_set() {
        let name = Ident::parse("s").unwrap();
        assert_snapshot!(Locale::plain_mysql().create_mysql_database(&name), @"CREATE DATABASE `s` CHARACTER SET 'utf8mb4' COLLATE 'utf8mb4_general_ci'");
    }

    #[test]
    fn a_database_is_made_with_the_live_locale() {
        let name = Ident::parse("s").unwrap();
        let icu = Locale {
            provider: "i".to_owned(),
            locale: Some("de-AT".to_owned()),
            ..Locale::plain()
        };
        assert_snapshot!(icu.create_database(&name, 16), @r#"CREATE DATABASE "s" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-AT'"#);
        assert_snapshot!(Locale::plain().create_database(&name, 14), @r#"CREATE DATABASE "s" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"#);
    }
}
