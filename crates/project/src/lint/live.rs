//! What a database knows of the tables in question: how large they are.

use std::collections::BTreeMap;

use schemist_connect::{Session, StatementError};
use schemist_sql::{Dialect, Ident};

use super::act::Name;
use super::remark::Size;

/// The tables of a database.
#[derive(Debug)]
pub struct Live {
    dialect: Dialect,
    sizes: BTreeMap<Name, Size>,
}

const POSTGRES: &str = "SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, \
    pg_catalog.pg_total_relation_size(c.oid) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

const MYSQL: &str = "SELECT table_schema, table_name, coalesce(table_rows, 0), \
    coalesce(data_length, 0) + coalesce(index_length, 0) FROM information_schema.tables \
    WHERE table_schema = database() AND table_type = 'BASE TABLE'";

const SQLITE: &str = "SELECT 'main', name, 0, 0 FROM sqlite_master WHERE type = 'table'";

impl Live {
    /// Asks a database.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn read(session: &mut Session) -> Result<Self, StatementError> {
        let dialect = session.dialect();
        let question = match dialect {
            Dialect::Postgres => POSTGRES,
            Dialect::Mysql => MYSQL,
            Dialect::Sqlite => SQLITE,
        };
        let default_schema = session.default_schema().cloned();
        let mut sizes = BTreeMap::new();
        for row in session.query(question).await? {
            let schema = Ident::from_server(row.text(0));
            let name = Ident::from_server(row.text(1));
            let is_default = match dialect {
                Dialect::Postgres => default_schema.as_ref() == Some(&schema),
                Dialect::Mysql | Dialect::Sqlite => true,
            };
            let parts = if is_default {
                vec![name.clone()]
            } else {
                vec![schema, name.clone()]
            };
            let size = match dialect {
                Dialect::Postgres | Dialect::Mysql => Size {
                    rows: row.text(2).parse().unwrap_or_default(),
                    bytes: row.text(3).parse().unwrap_or_default(),
                },
                Dialect::Sqlite => Self::count(session, &name).await?,
            };
            sizes.insert(Name::new(parts), size);
        }
        Ok(Self { dialect, sizes })
    }

    /// SQLite keeps no counts.
    async fn count(session: &mut Session, table: &Ident) -> Result<Size, StatementError> {
        let mut script = schemist_sql::Script::new(Dialect::Sqlite);
        script.keyword("SELECT count(*) FROM ").ident(table);
        let rows = session.query(script.as_str()).await?;
        let rows = rows.first().and_then(|row| row.text(0).parse().ok());
        Ok(Size {
            rows: rows.unwrap_or_default(),
            bytes: 0,
        })
    }

    /// How large a table is, where it is there.
    pub fn size(&self, dialect: Dialect, table: &Name) -> Option<Size> {
        if dialect != self.dialect {
            return None;
        }
        self.sizes.get(table).copied()
    }
}
