//! Checks that run statements in databases in memory and look at the catalogs that are read from them.

use std::fmt::Write as _;

use schemist_catalog::{Catalog, Hints, Pair};
use schemist_diff::{SectionMode, compare, plan, sections};
use schemist_introspect::{Pattern, Scope, nothing_known, sqlite};
use schemist_sql::Dialect;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection, ValueRef};

/// A database in memory that only one connection sees.
pub(crate) struct Memory(SqliteConnection);

impl Memory {
    pub(crate) async fn new() -> Self {
        let options = SqliteConnectOptions::new().in_memory(true);
        Self(options.foreign_keys(true).connect().await.unwrap())
    }

    pub(crate) async fn run(&mut self, sql: &str) {
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut self.0)
            .await;
        if let Err(error) = done {
            panic!("{error}\nin: {sql}");
        }
    }

    pub(crate) async fn read(&mut self) -> Catalog {
        let scope = Scope {
            exclude: vec![Pattern::new("left_out*")],
            ..Scope::default()
        };
        let found = sqlite::read(&mut self.0, &scope, nothing_known()).await;
        found.unwrap().catalog().unwrap()
    }

    /// The rows of a query, one a line, with `|` between the values.
    pub(crate) async fn rows(&mut self, sql: &str) -> String {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut self.0)
            .await
            .unwrap();
        let lines: Vec<_> = rows.iter().map(line).collect();
        lines.join("\n")
    }

    /// Takes the database to a declared schema, and returns the statements.
    pub(crate) async fn migrate(&mut self, declared: &Catalog, hints: &Hints) -> String {
        let live = self.read().await;
        let settled = declared.settle(&live);
        let plan = plan(Pair::new(&live, &settled), hints).unwrap();
        let mut text = String::new();
        for section in sections(&plan, Dialect::Sqlite) {
            let keys_off = section.mode == SectionMode::ForeignKeysOff;
            if keys_off {
                self.run("PRAGMA foreign_keys = OFF").await;
            }
            self.run("BEGIN IMMEDIATE").await;
            for step in &section.steps {
                for hazard in &step.step.hazards {
                    writeln!(text, "-- {}: {}", hazard.code, hazard.sentence).unwrap();
                }
                writeln!(text, "{};", step.step.sql).unwrap();
                self.run(&step.step.sql).await;
            }
            assert_eq!(self.rows("PRAGMA foreign_key_check").await, "");
            self.run("COMMIT; PRAGMA foreign_keys = ON").await;
        }
        let reached = self.read().await;
        assert_eq!(compare(Pair::new(&settled, &reached)), [], "after:\n{text}");
        assert_eq!(
            settled.canonical_text(),
            reached.canonical_text(),
            "equal catalogs have equal text"
        );
        text
    }
}

fn line(row: &SqliteRow) -> String {
    let value = |at: usize| -> String {
        let raw = row.try_get_raw(at).unwrap();
        if raw.is_null() {
            return "NULL".to_owned();
        }
        match raw.type_info().to_string().as_str() {
            "INTEGER" => row.get_unchecked::<i64, _>(at).to_string(),
            "REAL" => format!("{:?}", row.get_unchecked::<f64, _>(at)),
            "BLOB" => format!("{:?}", row.get_unchecked::<Vec<u8>, _>(at)),
            _ => row.get_unchecked(at),
        }
    };
    let values: Vec<_> = (0..row.len()).map(value).collect();
    values.join("|")
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// The catalog of a database in which these statements were run.
pub(crate) fn catalog_of(sql: &str) -> Catalog {
    wait(async {
        let mut memory = Memory::new().await;
        memory.run(sql).await;
        memory.read().await
    })
}

/// The statements that make everything that is read from a database.
pub(crate) fn written(sql: &str) -> String {
    statements(&catalog_of(sql)).join(";\n")
}

/// Everything that makes a catalog's objects; SQLite looks at no body and no query before it is used.
fn statements(catalog: &Catalog) -> Vec<String> {
    let objects = catalog.objects().values();
    let steps = objects.flat_map(|object| object.create(Dialect::Sqlite));
    steps.map(|step| step.sql).collect()
}

/// Checks that what is read, made anew in an empty database and read again is the same.
pub(crate) fn check_law(sql: &str) {
    let before = catalog_of(sql);
    assert!(!before.is_empty(), "nothing was read");
    let text = statements(&before).join(";\n");
    let after = catalog_of(&text);
    for id in before.objects().keys().chain(after.objects().keys()) {
        assert_eq!(before.get(id), after.get(id), "{id}\n{text}");
        assert_eq!(before.references(id), after.references(id), "{id}");
    }
    assert_eq!(text, statements(&after).join(";\n"), "written once more");
}

/// Whether two databases hold the same schema.
pub(crate) fn is_same(before: &str, after: &str) -> bool {
    let live = catalog_of(before);
    catalog_of(after).settle(&live) == live
}

/// What becomes of rows, and how.
pub(crate) struct Migrated {
    /// The statements of the way up.
    pub(crate) up: String,
    /// What the query finds after it.
    pub(crate) rows: String,
}

/// Takes a database with rows to another schema and back; a query must find the same before and after
/// the round trip.
pub(crate) fn migrate(before: &str, rows: &str, after: &str, query: &str) -> Migrated {
    migrate_with(before, rows, after, query, &Hints::default())
}

/// As [`migrate`], with what only people know.
pub(crate) fn migrate_with(
    before: &str,
    rows: &str,
    after: &str,
    query: &str,
    hints: &Hints,
) -> Migrated {
    wait(async {
        let mut memory = Memory::new().await;
        memory.run(before).await;
        memory.run(rows).await;
        let live = memory.read().await;
        let migrated = migrate_memory(&mut memory, after, query, hints).await;
        memory.migrate(&live, &hints.inverted()).await;
        migrated
    })
}

/// As [`migrate`], where rows are lost on purpose so that there is no way back.
pub(crate) fn migrate_up(before: &str, rows: &str, after: &str, query: &str) -> Migrated {
    wait(async {
        let mut memory = Memory::new().await;
        memory.run(before).await;
        memory.run(rows).await;
        migrate_memory(&mut memory, after, query, &Hints::default()).await
    })
}

async fn migrate_memory(memory: &mut Memory, after: &str, query: &str, hints: &Hints) -> Migrated {
    let mut other = Memory::new().await;
    other.run(after).await;
    let declared = other.read().await;
    let up = memory.migrate(&declared, hints).await;
    let rows = memory.rows(query).await;
    Migrated { up, rows }
}
