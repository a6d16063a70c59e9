//! How the objects of each kind change, in words for people: what the documentation says of it.

use schemist_sql::Dialect;

use super::Kind;

/// How objects of a kind change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes {
    /// The dialects in which they are read, compared and written.
    pub dialects: &'static [Dialect],
    /// What the server changes of one that stays.
    pub in_place: &'static str,
    /// What it does not: the object is made anew, and so is what hangs on it.
    pub anew: &'static str,
}

const POSTGRES: &[Dialect] = &[Dialect::Postgres];
const SQLITE: &[Dialect] = &[Dialect::Sqlite];
const MYSQL: &[Dialect] = &[Dialect::Mysql];
const SERVERS: &[Dialect] = &[Dialect::Postgres, Dialect::Mysql];
const BOTH: &[Dialect] = &[Dialect::Postgres, Dialect::Sqlite];
const EVERY: &[Dialect] = &[Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql];

const fn on(dialects: &'static [Dialect], in_place: &'static str, anew: &'static str) -> Changes {
    Changes {
        dialects,
        in_place,
        anew,
    }
}

impl Kind {
    /// How objects of this kind change; of all of them that can be said of, the comment changes in place.
    pub const fn changes(self) -> Changes {
        const REST: &str = "everything else";
        const ALL: &str = "everything";
        const NONE: &str = "";
        match self {
            Self::DefaultPrivileges => on(POSTGRES, ALL, NONE),
            Self::Schema => on(POSTGRES, "name", NONE),
            Self::Extension => on(POSTGRES, "version, schema", NONE),
            Self::Language => on(POSTGRES, "name, functions, trust", NONE),
            Self::AccessMethod => on(POSTGRES, NONE, ALL),
            Self::Collation => on(
                POSTGRES,
                "name",
                "everything else; under columns, which keep their values, the new one takes the place of the old one",
            ),
            Self::TextSearchParser | Self::TextSearchTemplate => on(POSTGRES, "name", REST),
            Self::TextSearchDictionary => on(POSTGRES, "name, options", "template"),
            Self::TextSearchConfiguration => on(POSTGRES, "name, mappings", "parser"),
            Self::BaseType => on(
                POSTGRES,
                "name, what its functions do",
                "everything else; under columns, which keep their values, the new type takes the place of the old one",
            ),
            Self::Enum => on(
                POSTGRES,
                "name, added values, names of values",
                "values that go or change places; under columns, which keep their values, the new type takes the place of the old one",
            ),
            Self::Domain => on(
                POSTGRES,
                "name, default, NULL, conditions",
                "type, collation; under columns, which keep their values, the new domain takes the place of the old one",
            ),
            Self::CompositeType => on(
                POSTGRES,
                "name, attributes of types that no table stores",
                "attributes of types that a table stores: the new type takes the place of the old one, and values are kept",
            ),
            Self::RangeType => on(
                POSTGRES,
                "name",
                "everything else; under columns, which keep their values, the new type takes the place of the old one",
            ),
            Self::Cast => on(POSTGRES, "where it needs no word", "function"),
            Self::Sequence => on(SERVERS, ALL, NONE),
            Self::Table => on(
                EVERY,
                "PostgreSQL, MySQL: everything; SQLite: name, names of columns, added and dropped columns",
                "SQLite: everything else, by a new table under its name; computed columns; what a partitioned table is divided by; rows are kept",
            ),
            Self::VirtualTable => on(
                SQLITE,
                "name",
                "everything else; rows are kept where the module gives them back (fts3 to fts5, rtree, geopoly), and an index over another table is filled from it",
            ),
            // In MySQL they are parts of their table.
            Self::Index => on(
                BOTH,
                "PostgreSQL: name, storage options, tablespace, sampling",
                REST,
            ),
            // In SQLite they are parts of their table.
            Self::ForeignKey => on(SERVERS, "PostgreSQL: name, deferrable, validated", REST),
            Self::View => on(
                EVERY,
                "MySQL: everything; PostgreSQL: name, query with the same columns or more, options, defaults",
                REST,
            ),
            Self::MaterializedView => on(POSTGRES, "name, storage options, tablespace", "query"),
            Self::Function => on(
                SERVERS,
                "PostgreSQL: body, options, added defaults",
                "arguments, what it returns; MySQL: everything",
            ),
            Self::Aggregate => on(POSTGRES, "functions", "arguments, what it returns"),
            Self::Operator => on(
                POSTGRES,
                "estimates; commutator and negator where those come or go",
                REST,
            ),
            Self::OperatorFamily => on(POSTGRES, "name, members of no class", "index method"),
            Self::OperatorClass | Self::Conversion => on(POSTGRES, "name", REST),
            Self::Transform => on(POSTGRES, "functions", NONE),
            Self::Event => on(MYSQL, NONE, ALL),
            Self::Trigger => on(EVERY, "PostgreSQL: name, enabled", REST),
            Self::RowSecurity => on(POSTGRES, ALL, NONE),
            Self::Statistics => on(POSTGRES, "name, sampling", REST),
            Self::Rule => on(POSTGRES, "name, definition, enabled", NONE),
            Self::Publication => on(POSTGRES, "name, tables, options", "whether of all tables"),
            Self::Subscription => on(
                POSTGRES,
                "name, connection, publications, slot, options",
                "two-phase commit, failover",
            ),
            Self::EventTrigger => on(POSTGRES, "name, enabled", REST),
            Self::ForeignDataWrapper => on(POSTGRES, "name, functions, options", NONE),
            Self::Server => on(POSTGRES, "name, version, options", "type, wrapper"),
            Self::UserMapping => on(POSTGRES, "options", NONE),
            Self::Owner | Self::Privileges => on(POSTGRES, ALL, NONE),
        }
    }
}
