//! A user who may only look.

use schemist_sql::{Dialect, Ident, Script};

use crate::Database;
use crate::database::ask;

/// A user who may read every table of a database, and nothing more; gone with its scope.
pub struct Reader {
    dialect: Dialect,
    owner: String,
    url: String,
    name: Ident,
}

impl Reader {
    /// Makes a role of PostgreSQL that may read the tables that there are, and what `more` grants it:
    /// statements in which `$role` stands for it.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn of(database: &Database, more: &str) -> Self {
        let current = database.rows("SELECT current_database()").remove(0);
        let name = Ident::parse(format!("reader_{current}")).expect("a name of letters");
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("CREATE ROLE ")
            .ident(&name)
            .keyword(" LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ")
            .ident(&name);
        let more = more.replace("$role", &name.quoted(Dialect::Postgres));
        database.execute(&format!("{}; {more}", script.as_str()));
        Self::new(database, name)
    }

    /// Makes a user of MySQL who may read a database.
    ///
    /// # Panics
    /// Where the server refuses.
    pub fn of_mysql(database: &Database) -> Self {
        let current = database.rows("SELECT database()").remove(0);
        // No user may have a longer name than 32 characters in MySQL.
        let tail = current.trim_start_matches("schemist_test_");
        let name = Ident::parse(format!("reader_{tail}")).expect("a name of letters");
        let mut script = Script::new(Dialect::Mysql);
        script
            .keyword("CREATE USER ")
            .ident(&name)
            .keyword(" IDENTIFIED BY 'x'; GRANT SELECT, SHOW VIEW ON ")
            .ident(&Ident::from_server(current.as_str()))
            .keyword(".* TO ")
            .ident(&name);
        database.execute(script.as_str());
        Self::new(database, name)
    }

    fn new(database: &Database, name: Ident) -> Self {
        let (scheme, rest) = database.url().split_once("://").expect("a url");
        let place = rest.split_once('@').map_or(rest, |(_, place)| place);
        Self {
            dialect: database.dialect(),
            owner: database.url().to_owned(),
            url: format!("{scheme}://{}:x@{place}", name.as_str()),
            name,
        }
    }

    /// The database's address with this user.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The role's name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The address as it may be shown.
    pub fn redacted_url(&self) -> String {
        self.url.replace(":x@", ":***@")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut script = Script::new(self.dialect);
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => script
                .keyword("DROP OWNED BY ")
                .ident(&self.name)
                .keyword("; DROP ROLE ")
                .ident(&self.name),
            Dialect::Mysql => script.keyword("DROP USER ").ident(&self.name),
        };
        // A test that fails already must not abort for its role.
        let _left = ask(self.dialect, &self.owner, script.as_str());
    }
}
