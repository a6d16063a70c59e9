//! The same as running, as a script for `psql`, `sqlite3` or `mysql`.

use schemist_connect::pin_statements;
use schemist_revision::{Direction, ForeignKeys};
use schemist_sql::{Dialect, Ident, Script};

use super::manner::{Manner, manner};
use super::passage::{Passage, Unit, UnitKind};
use crate::journal::{Action, JournalWriter, LogLine, Outcome};
use crate::key::key_of;
use crate::lock::lock_name;

/// Writes the script that runs passages and moves the journal along.
///
/// It stops at the first error, takes the lock where the dialect has one, and fails where a revision
/// that it applies is there already.
pub fn script(
    writer: &JournalWriter,
    default_schema: Option<&Ident>,
    passages: &[Passage],
) -> String {
    let dialect = writer.dialect();
    let mut lines = Vec::new();
    match dialect {
        Dialect::Postgres => lines.push("\\set ON_ERROR_STOP on".to_owned()),
        Dialect::Sqlite => lines.push(".bail on".to_owned()),
        Dialect::Mysql => {}
    }
    let pins = pin_statements(dialect, default_schema);
    lines.extend(pins.into_iter().map(ended));
    lines.extend(lock(writer).map(ended));
    lines.extend(writer.create().into_iter().map(ended));
    for passage in passages {
        lines.push(String::new());
        lines.push(heading(passage));
        for unit in passage.units(dialect) {
            write_unit(&mut lines, writer, passage, &unit);
        }
    }
    lines.join("\n") + "\n"
}

fn heading(passage: &Passage) -> String {
    let message: String = passage
        .entry
        .message
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("-- {} {}: {message}", passage.direction, passage.entry.id)
}

/// The lock that the tool itself takes; the blocking form would hold up concurrent builds.
fn lock(writer: &JournalWriter) -> Option<String> {
    match writer.dialect() {
        Dialect::Sqlite => None,
        // Nothing but a statement that fails stops a script: without the lock the subquery has two rows.
        Dialect::Mysql => {
            let mut script = Script::new(Dialect::Mysql);
            script.keyword("SET @schemist_lock = (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE coalesce(get_lock(");
            lock_name(&mut script, writer);
            script.keyword(", 0), 0) <> 1)");
            Some(script.into_text())
        }
        Dialect::Postgres => {
            let key = lock_key(writer);
            let mut script = Script::new(Dialect::Postgres);
            script
                .keyword("DO $$ BEGIN IF NOT pg_try_advisory_lock(")
                .number(key);
            script.keyword(") THEN RAISE EXCEPTION 'another process is changing this database'; END IF; END $$");
            Some(script.into_text())
        }
    }
}

/// The number of a journal's lock.
pub(crate) fn lock_key(writer: &JournalWriter) -> i64 {
    let table = writer.name().revision_table();
    key_of(&format!(
        "schemist journal {}",
        table.quoted(Dialect::Postgres)
    ))
}

fn write_unit(lines: &mut Vec<String>, writer: &JournalWriter, passage: &Passage, unit: &Unit<'_>) {
    let own: Vec<_> = unit
        .statements
        .iter()
        .map(|statement| match writer.dialect() {
            Dialect::Postgres | Dialect::Sqlite => ended(statement.sql.clone()),
            Dialect::Mysql => delimited(&statement.sql),
        })
        .collect();
    let journal = journal_statements(writer, passage, unit)
        .into_iter()
        .map(ended);
    let (begin, is_unchecked) = match (writer.dialect(), unit.kind) {
        (Dialect::Sqlite, UnitKind::Transaction(keys)) => {
            ("BEGIN IMMEDIATE", keys == ForeignKeys::Off)
        }
        (Dialect::Sqlite, UnitKind::Alone) => ("BEGIN IMMEDIATE", false),
        (Dialect::Postgres | Dialect::Mysql, _) => ("BEGIN", false),
    };
    let is_joined = unit
        .statements
        .first()
        .is_some_and(|statement| manner(writer.dialect(), statement) == Manner::Joined);
    match unit.kind {
        UnitKind::Alone if !is_joined => {
            lines.extend(own);
            lines.push(ended(begin.to_owned()));
        }
        UnitKind::Alone | UnitKind::Transaction(_) => {
            if is_unchecked {
                lines.push(ended("PRAGMA foreign_keys = OFF".to_owned()));
            }
            lines.push(ended(begin.to_owned()));
            lines.extend(own);
        }
    }
    if is_unchecked {
        lines.extend(
            FOREIGN_KEY_CHECK
                .iter()
                .map(|line| ended((*line).to_owned())),
        );
    }
    lines.extend(journal);
    lines.push(ended("COMMIT".to_owned()));
    if is_unchecked {
        lines.push(ended("PRAGMA foreign_keys = ON".to_owned()));
    }
}

/// In a script the pragma alone would only print what is wrong.
const FOREIGN_KEY_CHECK: &[&str] = &[
    "CREATE TEMP TABLE \"schemist_check\" (\"broken_references\" INTEGER CHECK (\"broken_references\" = 0))",
    "INSERT INTO temp.\"schemist_check\" SELECT count(*) FROM pragma_foreign_key_check",
    "DROP TABLE temp.\"schemist_check\"",
];

fn journal_statements(writer: &JournalWriter, passage: &Passage, unit: &Unit<'_>) -> Vec<String> {
    let is_first = unit.first == 0;
    let mut statements = match passage.entry_after(unit.end()) {
        Some(entry) if is_first && passage.direction == Direction::Up => {
            vec![writer.insert(&entry)]
        }
        Some(entry) => writer.put(&entry),
        None => vec![writer.delete(&passage.entry.id)],
    };
    if unit.end() == passage.total() {
        statements.push(writer.log(&LogLine {
            action: match passage.direction {
                Direction::Up => Action::Upgrade,
                Direction::Down => Action::Downgrade,
            },
            revision: passage.entry.id.clone(),
            by: passage.entry.applied_by.clone(),
            tool_version: passage.entry.tool_version.clone(),
            duration_ms: 0,
            outcome: Outcome::Done,
        }));
    }
    statements
}

/// A statement for the `mysql` and `mariadb` clients, which end it at the first `;`, also in a body.
fn delimited(statement: &str) -> String {
    if !statement.contains(';') {
        return ended(statement.to_owned());
    }
    let mut delimiter = "$$".to_owned();
    while statement.contains(&delimiter) {
        delimiter.push('$');
    }
    format!("DELIMITER {delimiter}\n{statement}\n{delimiter}\nDELIMITER ;")
}

fn ended(statement: String) -> String {
    statement + ";"
}
