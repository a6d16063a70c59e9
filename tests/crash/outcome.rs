//! What a database is like at the end: schema, rows, journal.

use std::collections::BTreeSet;

use schemist_sql::Dialect;
use schemist_testkit::Database;

/// What can be seen of a database, as lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome(Vec<String>);

impl Outcome {
    /// Looks at a database.
    pub(crate) fn of(database: &Database) -> Self {
        let questions = match database.dialect() {
            Dialect::Postgres => POSTGRES,
            Dialect::Sqlite => SQLITE,
            Dialect::Mysql => MYSQL,
        };
        let mut lines = Vec::new();
        for question in questions.iter().chain(EVERYWHERE) {
            lines.push(format!("-- {question}"));
            lines.extend(database.rows(question));
        }
        if database.dialect() == Dialect::Mysql {
            for table in database.rows("SHOW TABLES") {
                // Its counter tells how often something was tried.
                if table.starts_with("schemist_") {
                    continue;
                }
                lines.extend(database.rows(&format!("SHOW CREATE TABLE {table}")));
            }
        }
        Self(lines)
    }

    /// The lines that only one of two has.
    pub(crate) fn difference(&self, expected: &Self) -> String {
        let (found, wanted): (BTreeSet<&String>, BTreeSet<&String>) =
            (self.0.iter().collect(), expected.0.iter().collect());
        let more = found.difference(&wanted).map(|line| format!("+ {line}"));
        let less = wanted.difference(&found).map(|line| format!("- {line}"));
        more.chain(less).collect::<Vec<_>>().join("\n")
    }
}

/// The rows, each statement's effect, and what the journal says.
const EVERYWHERE: &[&str] = &[
    "SELECT what, count(*) FROM effect GROUP BY what ORDER BY what",
    "SELECT count(*), sum(id), sum(n), min(note), max(note) FROM item",
    "SELECT id, state, statements_done, statements_total FROM schemist_revision ORDER BY id",
    "SELECT revision, count(*) FROM schemist_log WHERE outcome = 'done' AND action = 'upgrade' AND revision <> 'r06' GROUP BY revision ORDER BY revision",
];

const POSTGRES: &[&str] = &[
    "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull::text,
            pg_get_expr(adbin, adrelid)
     FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
     ORDER BY 1, attnum",
    "SELECT pg_get_indexdef(indexrelid), indisvalid::text FROM pg_index
     WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT enumtypid::regtype::text, enumlabel FROM pg_enum ORDER BY 1, enumsortorder",
    "SELECT inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits ORDER BY 1",
    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
];

const SQLITE: &[&str] = &["SELECT type, name, sql FROM sqlite_master ORDER BY type, name"];

const MYSQL: &[&str] = &[
    "SELECT routine_name FROM information_schema.routines WHERE routine_schema = database() ORDER BY 1",
    "SELECT trigger_name, action_statement FROM information_schema.triggers WHERE event_object_schema = database() ORDER BY 1",
];

/// The lines that begin with these words.
pub(crate) fn lines_of<'a>(words: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    words.lines().filter(move |line| line.starts_with(begin))
}
