//! A user who may only look.

use schemist_sql::{Dialect, Ident, Script};

use crate::Database;
use crate::database::rows;

/// A role of PostgreSQL that may read every table of a database, and nothing more; gone with its scope.
pub struct Reader {
    owner: String,
    url: String,
    name: Ident,
}

impl Reader {
    /// Makes a role that may read the tables that there are, and what `more` grants it: statements in
    /// which `$role` stands for it.
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
        let (scheme, rest) = database.url().split_once("://").expect("a url");
        let place = rest.split_once('@').map_or(rest, |(_, place)| place);
        Self {
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
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("DROP OWNED BY ")
            .ident(&self.name)
            .keyword("; DROP ROLE ")
            .ident(&self.name);
        // A test that fails already must not abort for its role.
        let _left = rows(&self.owner, script.as_str());
    }
}
