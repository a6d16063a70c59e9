//! Asking SQLite: what stands in `sqlite_master`, and what only pragmas tell.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::cursor::{Cursor, Unread};
use super::virtual_table::{is_virtual, module};
use crate::fingerprint::Print;
use crate::read::take;
use crate::{Fingerprint, IntrospectError, Known};

/// One row of `sqlite_master`.
#[derive(Debug, Clone)]
pub(super) struct Master {
    /// `table`, `index`, `view` or `trigger`.
    pub(super) kind: String,
    /// Its name.
    pub(super) name: String,
    /// The table that it is on; its own name, where it is one.
    pub(super) table: String,
    /// Its statement, as it was typed.
    pub(super) text: String,
}

impl Master {
    /// Everything behind the name of a view or a trigger.
    pub(super) fn text_behind_name(&self, kind: &'static str) -> Result<&str, IntrospectError> {
        read_behind_name(&self.text, kind).map_err(|unread| {
            let what = format!("{} \"{}\"", self.kind, self.name);
            IntrospectError::unreadable(what, unread.reason())
        })
    }
}

/// A column, as the pragma tells it.
#[derive(Debug, Clone)]
pub(super) struct ColumnRow {
    /// The table.
    pub(super) table: String,
    /// Its name.
    pub(super) name: String,
    /// Whether it takes no NULL.
    pub(super) is_required: bool,
}

/// A part of an index, as the pragma tells it.
#[derive(Debug, Clone)]
pub(super) struct IndexRow {
    /// The index.
    pub(super) index: String,
    /// The column; `None` where the part is an expression.
    pub(super) column: Option<String>,
    /// Whether large values come first.
    pub(super) descending: bool,
    /// The collation that it sorts by.
    pub(super) collation: String,
}

/// Everything that SQLite tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    /// The objects in the order in which they were made.
    pub(super) masters: Vec<Master>,
    /// The columns of all tables.
    pub(super) columns: Vec<ColumnRow>,
    /// The parts of all indexes.
    pub(super) index_parts: Vec<IndexRow>,
    /// The tables that virtual ones keep their contents in.
    pub(super) shadows: Vec<String>,
    /// The columns that virtual tables show, by the name of each whose module is there.
    pub(super) virtual_columns: BTreeMap<String, Vec<String>>,
}

// What SQLite makes for itself has no text, or a name with its own prefix.
const MASTERS: &str = "
SELECT type, name, tbl_name, sql
FROM main.sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY rowid";

const COLUMNS: &str = "
SELECT m.name AS tbl_name, x.name, x.\"notnull\" AS required
FROM main.sqlite_master AS m, pragma_table_xinfo(m.name, 'main') AS x
WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.rowid, x.cid";

const INDEX_PARTS: &str = "
SELECT m.name, x.cid, x.name AS column_name, x.\"desc\" AS descending, x.coll
FROM main.sqlite_master AS m, pragma_index_xinfo(m.name, 'main') AS x
WHERE m.type = 'index' AND m.sql IS NOT NULL AND x.key = 1
ORDER BY m.rowid, x.seqno";

const SHADOWS: &str = "
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow' ORDER BY name";

const MODULES: &str = "SELECT name FROM pragma_module_list";

const VIRTUAL_COLUMNS: &str =
    "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 ORDER BY cid";

/// What came of asking.
pub(super) enum Asked<K> {
    /// The answers are known.
    Known(K),
    /// Everything, and what it is as a whole.
    All(Answers, Fingerprint),
}

/// Asks everything, as of one moment; only its print where that is known.
pub(super) async fn ask<K>(
    connection: &mut SqliteConnection,
    known: impl Future<Output = Known<K>>,
) -> Result<Asked<K>, IntrospectError> {
    run(connection, "SAVEPOINT schemist_read").await?;
    let asked = ask_all(connection, known).await;
    run(connection, "RELEASE schemist_read").await?;
    asked
}

async fn ask_all<K>(
    connection: &mut SqliteConnection,
    known: impl Future<Output = Known<K>>,
) -> Result<Asked<K>, IntrospectError> {
    let masters = ask_masters(connection).await?;
    let mut answers = Answers {
        shadows: rows(connection, "virtual tables", SHADOWS, |row| {
            row.try_get("name")
        })
        .await?,
        virtual_columns: ask_virtual(connection, &masters).await?,
        masters,
        ..Answers::default()
    };
    // What the pragmas tell of tables and indexes follows from their statements.
    let fingerprint = print(&answers).fingerprint();
    if let Some(known) = take(known.await, fingerprint) {
        return Ok(Asked::Known(known));
    }
    answers.columns = ask_columns(connection).await?;
    answers.index_parts = ask_index_parts(connection).await?;
    Ok(Asked::All(answers, fingerprint))
}

fn print(answers: &Answers) -> Print {
    let mut print = Print::default();
    let mut add = |text: &str| print.value(Some(text.as_bytes()));
    for master in &answers.masters {
        for text in [&master.kind, &master.name, &master.table, &master.text] {
            add(text);
        }
    }
    let shadows = answers.shadows.iter();
    for text in shadows.chain(
        answers
            .virtual_columns
            .iter()
            .flat_map(|(name, columns)| iter::once(name).chain(columns)),
    ) {
        add(text);
    }
    print
}

async fn ask_masters(connection: &mut SqliteConnection) -> Result<Vec<Master>, IntrospectError> {
    rows(connection, "objects", MASTERS, |row| {
        Ok(Master {
            kind: row.try_get("type")?,
            name: row.try_get("name")?,
            table: row.try_get("tbl_name")?,
            text: row.try_get("sql")?,
        })
    })
    .await
}

async fn ask_columns(connection: &mut SqliteConnection) -> Result<Vec<ColumnRow>, IntrospectError> {
    rows(connection, "columns", COLUMNS, |row| {
        Ok(ColumnRow {
            table: row.try_get("tbl_name")?,
            name: row.try_get("name")?,
            is_required: row.try_get::<i64, _>("required")? != 0,
        })
    })
    .await
}

async fn ask_index_parts(
    connection: &mut SqliteConnection,
) -> Result<Vec<IndexRow>, IntrospectError> {
    rows(connection, "indexes", INDEX_PARTS, |row| {
        let is_column = row.try_get::<i64, _>("cid")? >= 0;
        let column: Option<String> = row.try_get("column_name")?;
        Ok(IndexRow {
            index: row.try_get("name")?,
            column: column.filter(|_| is_column),
            descending: row.try_get::<i64, _>("descending")? != 0,
            collation: row.try_get("coll")?,
        })
    })
    .await
}

/// The columns of virtual tables; where a module is missing, even the question is refused.
async fn ask_virtual(
    connection: &mut SqliteConnection,
    masters: &[Master],
) -> Result<BTreeMap<String, Vec<String>>, IntrospectError> {
    let mut columns = BTreeMap::new();
    let virtuals: Vec<_> = masters.iter().filter(|master| is_virtual(master)).collect();
    if virtuals.is_empty() {
        return Ok(columns);
    }
    let modules: BTreeSet<String> = rows(connection, "modules", MODULES, |row| {
        Ok(row.try_get::<String, _>("name")?.to_ascii_lowercase())
    })
    .await?
    .into_iter()
    .collect();
    for master in virtuals {
        let is_there = module(master)
            .is_some_and(|module| modules.contains(&module.as_str().to_ascii_lowercase()));
        if !is_there {
            continue;
        }
        let names = sqlx::query(VIRTUAL_COLUMNS)
            .bind(&master.name)
            .fetch_all(&mut *connection)
            .await
            .map_err(IntrospectError::query("virtual tables"))?
            .iter()
            .map(|row| row.try_get("name"))
            .collect::<Result<_, _>>()
            .map_err(IntrospectError::query("virtual tables"))?;
        columns.insert(master.name.clone(), names);
    }
    Ok(columns)
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), IntrospectError> {
    let done = sqlx::query(sql).execute(connection).await;
    done.map(drop).map_err(IntrospectError::query("objects"))
}

async fn rows<T>(
    connection: &mut SqliteConnection,
    what: &'static str,
    sql: &'static str,
    read: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, IntrospectError> {
    let rows = sqlx::query(sql)
        .fetch_all(connection)
        .await
        .map_err(IntrospectError::query(what))?;
    rows.iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(IntrospectError::query(what))
}

fn read_behind_name<'a>(text: &'a str, kind: &'static str) -> Result<&'a str, Unread> {
    let mut cursor = Cursor::new(text);
    cursor.expect(&["CREATE"])?;
    let _temporary = cursor.eat(&["TEMP"]) || cursor.eat(&["TEMPORARY"]);
    for word in kind.split(' ') {
        cursor.expect(&[word])?;
    }
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    cursor.qualified_name()?;
    Ok(cursor.rest())
}
