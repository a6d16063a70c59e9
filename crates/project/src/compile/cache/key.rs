//! What a compiled catalog was made from, as one hash.

use std::collections::BTreeMap;
use std::fmt;
use std::time::UNIX_EPOCH;

use schemist_connect::{ServerVersion, pin_statements};
use schemist_execute::load::{LoadStatement, Order};
use schemist_execute::scratch::Locale;
use schemist_introspect::Scope;
use schemist_sql::Ident;
use sha2::{Digest, Sha256};

/// The version of what is kept under a key; a new one passes by all that older ones kept.
const FORMAT: &str = "1";

/// Everything that decides which catalog a declaration compiles to.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'a> {
    /// The exact release of the server that compiles.
    pub version: &'a ServerVersion,
    /// The encoding and the locale of the scratch database, where it has them.
    pub locale: Option<&'a Locale>,
    /// The extensions that it installs, with their versions.
    pub extensions: &'a BTreeMap<String, String>,
    /// Where scratch databases are made, in words: releases alone do not say how a server was built.
    pub place: &'a str,
    /// The database that it is a copy of.
    pub template: Option<&'a Ident>,
    /// What is read; its default schema is also what the session's settings are pinned to.
    pub scope: &'a Scope,
    /// The statements of the declaration.
    pub statements: &'a [LoadStatement<'a>],
    /// In which order the statements of each file are loaded.
    pub orders: &'a [Order],
    /// Which build of the tool reads the catalog.
    pub tool: &'a str,
}

/// The name of a compiled catalog: equal for equal recipes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what a recipe makes.
    pub fn of(recipe: &Recipe<'_>) -> Self {
        let Recipe {
            version,
            locale,
            extensions,
            place,
            template,
            scope,
            statements,
            orders,
            tool,
        } = *recipe;
        let mut parts = Parts(Sha256::new());
        parts.add(FORMAT);
        parts.add(tool);
        // A value's debug text has all its fields, also those that it will get.
        parts.add(&format!(
            "{version:?} {locale:?} {template:?} {scope:?} {orders:?}"
        ));
        parts.add(place);
        parts.add_all(
            extensions
                .iter()
                .flat_map(|(name, version)| [name.as_str(), version]),
        );
        let pins = pin_statements(version.dialect, scope.default_schema.as_ref());
        parts.add_all(pins.iter().map(String::as_str));
        for statement in statements {
            parts.add(&statement.file.to_string());
            parts.add(statement.sql);
        }
        Self(parts.0.finalize().into())
    }

    /// The name of the file that the catalog is kept in.
    pub(super) fn file_name(&self) -> String {
        format!("{self}{}", super::prune::SUFFIX)
    }

    pub(super) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// Texts on their way into a hash, each with its length, so that no two lists of texts run together.
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn add_all<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let texts: Vec<_> = texts.collect();
        self.0.update((texts.len() as u64).to_le_bytes());
        for text in texts {
            self.add(text);
        }
    }
}

/// Which build of the tool this process runs: its version, and the size and age of its program, because
/// while it is being worked on the same version reads a database in more ways than one.
pub fn running_tool() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let Ok(program) = program else {
        return version.to_owned();
    };
    let built = program
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let built = built.unwrap_or_default().as_nanos();
    format!("{version} {} {built}", program.len())
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use schemist_connect::Flavour;
    use schemist_introspect::Pattern;
    use schemist_sql::Dialect;

    use super::*;

    /// What a recipe is made of, to be changed one by one.
    struct Ingredients {
        version: ServerVersion,
        locale: Option<Locale>,
        extensions: BTreeMap<String, String>,
        place: &'static str,
        template: Option<Ident>,
        scope: Scope,
        statements: Vec<LoadStatement<'static>>,
        orders: Vec<Order>,
        tool: &'static str,
    }

    const A: LoadStatement<'static> = LoadStatement {
        sql: "CREATE TABLE a ()",
        file: 0,
    };
    const B: LoadStatement<'static> = LoadStatement {
        sql: "CREATE TABLE b ()",
        file: 1,
    };

    fn key(change: impl FnOnce(&mut Ingredients)) -> Key {
        let version = ServerVersion {
            dialect: Dialect::Postgres,
            flavour: Flavour::Namesake,
            full: "15.18".to_owned(),
            major: 15,
        };
        let locale = Locale {
            encoding: "UTF8".to_owned(),
            provider: "c".to_owned(),
            collate: "C".to_owned(),
            ctype: "C".to_owned(),
            locale: None,
            rules: None,
        };
        let mut made = Ingredients {
            version,
            locale: Some(locale),
            extensions: BTreeMap::from([("citext".to_owned(), "1.6".to_owned())]),
            place: "live",
            template: None,
            scope: Scope {
                default_schema: Some(Ident::from_server("public")),
                ..Scope::default()
            },
            statements: vec![A, B],
            orders: vec![Order::Free, Order::Free],
            tool: "0.1.0",
        };
        change(&mut made);
        Key::of(&Recipe {
            version: &made.version,
            locale: made.locale.as_ref(),
            extensions: &made.extensions,
            place: made.place,
            template: made.template.as_ref(),
            scope: &made.scope,
            statements: &made.statements,
            orders: &made.orders,
            tool: made.tool,
        })
    }

    /// The key of a declaration of one statement.
    pub(crate) fn key_of(sql: &'static str) -> Key {
        key(|made| made.statements = vec![LoadStatement { sql, file: 0 }])
    }

    #[test]
    fn everything_that_counts_makes_another_key() {
        let prepared = Ident::from_server("prepared");
        let keys = [
            key(|_| {}),
            key(|made| made.version.full = "15.19".to_owned()),
            key(|made| made.locale = None),
            key(|made| made.locale.as_mut().unwrap().collate = "en_US.UTF-8".to_owned()),
            key(|made| made.extensions.clear()),
            key(|made| {
                drop(
                    made.extensions
                        .insert("citext".to_owned(), "1.7".to_owned()),
                )
            }),
            key(|made| made.place = "local"),
            key(|made| made.template = Some(prepared)),
            key(|made| made.scope.default_schema = None),
            key(|made| made.scope.schemas.push(Ident::from_server("audit"))),
            key(|made| made.scope.include.push(Pattern::new("a*"))),
            key(|made| made.statements[1].file = 0),
            key(|made| made.statements[1].sql = "CREATE TABLE c ()"),
            key(|made| made.statements.truncate(1)),
            key(|made| made.orders[0] = Order::Own),
            key(|made| made.tool = "0.2.0"),
        ];
        let different: BTreeSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
        assert_eq!(key(|_| {}), keys[0]);
    }

    #[test]
    fn texts_do_not_run_together() {
        let declaring = |one, two| {
            let statements = [one, two].map(|sql| LoadStatement { sql, file: 0 });
            key(|made| made.statements = statements.to_vec())
        };
        assert_ne!(declaring("ab", "c"), declaring("a", "bc"));
    }

    #[test]
    fn the_tool_is_the_same_throughout_a_run() {
        assert_eq!(running_tool(), running_tool());
        assert!(running_tool().starts_with(env!("CARGO_PKG_VERSION")));
    }
}
