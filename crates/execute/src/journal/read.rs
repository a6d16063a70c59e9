//! Reading the journal, and changing it under the lock.

use schemist_connect::{Row, Session, StatementError};
use schemist_revision::{Direction, RevisionId, Timestamp};
use schemist_sql::{Dialect, QualifiedName, Script};

use super::entry::{Action, JournalEntry, JournalName, LogLine, Outcome, State};
use super::statements::{JournalWriter, REVISION_COLUMNS};
use crate::lock::Lock;

/// Why the journal cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The server refuses.
    #[error("{what} the journal")]
    Server {
        /// `read` or `change`.
        what: &'static str,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// A row holds what no version of the tool writes.
    #[error("read the journal: row {row} holds `{text}` as {column}")]
    Damaged {
        /// The first column of the row.
        row: String,
        /// The column.
        column: &'static str,
        /// What is in it.
        text: String,
    },
}

/// What a journal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// Whether its tables are there.
    pub exists: bool,
    /// The applied revisions, oldest first.
    pub entries: Vec<JournalEntry>,
}

impl Journal {
    /// The entry of a revision.
    pub fn entry(&self, id: &RevisionId) -> Option<&JournalEntry> {
        self.entries.iter().find(|entry| entry.id == *id)
    }

    /// The number of the next upgrade.
    pub fn next_batch(&self) -> u64 {
        self.entries
            .iter()
            .map(|entry| entry.batch)
            .max()
            .unwrap_or_default()
            + 1
    }
}

/// Reads the journal of a database; one that is not there is empty.
///
/// # Errors
/// [`JournalError`] where the server refuses, or a row makes no sense.
pub async fn read(session: &mut Session, name: &JournalName) -> Result<Journal, JournalError> {
    let writer = JournalWriter::new(session.dialect(), name, session.default_schema());
    if !exists(session, &writer.name().revision_table())
        .await
        .map_err(unreadable)?
    {
        return Ok(Journal::default());
    }
    let rows = session
        .query(&writer.select_entries())
        .await
        .map_err(unreadable)?;
    let entries = rows.iter().map(read_entry).collect::<Result<_, _>>()?;
    Ok(Journal {
        exists: true,
        entries,
    })
}

/// Reads what the journal says of one revision; its tables must be there.
pub(crate) async fn read_one(
    lock: &mut Lock,
    id: &RevisionId,
) -> Result<Option<JournalEntry>, JournalError> {
    let asked = lock.writer().select_entry(id);
    let rows = lock.session().query(&asked).await.map_err(unreadable)?;
    entry_in(&rows)
}

/// What an answer about one revision says.
pub(crate) fn entry_in(rows: &[Row]) -> Result<Option<JournalEntry>, JournalError> {
    rows.first().map(read_entry).transpose()
}

/// Reads the log of a database, oldest first, each line with its time.
///
/// # Errors
/// [`JournalError`] where the server refuses, or a row makes no sense.
pub async fn read_log(
    session: &mut Session,
    name: &JournalName,
) -> Result<Vec<(Timestamp, LogLine)>, JournalError> {
    let writer = JournalWriter::new(session.dialect(), name, session.default_schema());
    if !exists(session, &writer.name().log_table())
        .await
        .map_err(unreadable)?
    {
        return Ok(Vec::new());
    }
    let rows = session
        .query(&writer.select_log())
        .await
        .map_err(unreadable)?;
    rows.iter().map(read_line).collect()
}

/// Runs statements of a [`JournalWriter`] in one transaction, the tables made where they are missing.
///
/// # Errors
/// [`JournalError`] where the server refuses; nothing is changed then.
pub async fn change(lock: &mut Lock, statements: &[String]) -> Result<(), JournalError> {
    let refused = |source| JournalError::Server {
        what: "change",
        source,
    };
    let create = missing(lock).await?;
    let session = lock.session();
    // Where making a table commits by itself, it comes first.
    let (ground, create) = if session.dialect().has_transactional_ddl() {
        (Vec::new(), create)
    } else {
        (create, Vec::new())
    };
    for statement in &ground {
        session.execute(statement).await.map_err(refused)?;
    }
    let begin = match session.dialect() {
        Dialect::Postgres | Dialect::Mysql => "BEGIN",
        // The write lock at once, for which it waits: a transaction that reads first may never get it.
        Dialect::Sqlite => "BEGIN IMMEDIATE",
    };
    session.execute(begin).await.map_err(refused)?;
    for statement in create.iter().chain(statements) {
        if let Err(source) = session.execute(statement).await {
            // The error before says more than a failure of this one would.
            let _unheard = session.execute("ROLLBACK").await;
            return Err(refused(source));
        }
    }
    session.execute("COMMIT").await.map(drop).map_err(refused)
}

/// What must be run before the journal can be written.
///
/// `IF NOT EXISTS` alone will not do: it asks for the right to create even where nothing is created.
pub(crate) async fn missing(lock: &mut Lock) -> Result<Vec<String>, JournalError> {
    let writer = lock.writer().clone();
    let session = lock.session();
    for table in [writer.name().revision_table(), writer.name().log_table()] {
        if !exists(session, &table).await.map_err(unreadable)? {
            let has_schema = has_schema(session, &writer).await.map_err(unreadable)?;
            return Ok(writer
                .create()
                .into_iter()
                .skip(usize::from(has_schema))
                .collect());
        }
    }
    Ok(Vec::new())
}

/// Whether the first of [`JournalWriter::create`]'s statements, the schema's, is needless.
async fn has_schema(session: &mut Session, writer: &JournalWriter) -> Result<bool, StatementError> {
    let Some(schema) = writer
        .name()
        .schema
        .as_ref()
        .filter(|schema| schema.as_str() != "public")
    else {
        return Ok(false);
    };
    let mut script = Script::new(writer.dialect());
    script
        .keyword("SELECT FROM pg_catalog.pg_namespace WHERE nspname = ")
        .literal(schema.as_str());
    Ok(!session.query(script.as_str()).await?.is_empty())
}

fn unreadable(source: StatementError) -> JournalError {
    JournalError::Server {
        what: "read",
        source,
    }
}

async fn exists(session: &mut Session, table: &QualifiedName) -> Result<bool, StatementError> {
    let asked = ask_presence(session.dialect(), table);
    let rows = session.query(&asked).await?;
    Ok(rows.first().is_some_and(|row| row.get(0).is_some()))
}

/// Asks for something that is there where a table is.
pub(crate) fn ask_presence(dialect: Dialect, table: &QualifiedName) -> String {
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => script.keyword("SELECT to_regclass(").literal(&table.quoted(dialect)).keyword(")"),
        Dialect::Sqlite => script
            .keyword("SELECT max(name) FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(")
            .literal(table.name.as_str())
            .keyword(")"),
        Dialect::Mysql => script
            .keyword("SELECT max(table_name) FROM information_schema.tables WHERE table_schema = database() AND table_name = ")
            .literal(table.name.as_str()),
    };
    script.into_text()
}

/// The columns in the order of [`REVISION_COLUMNS`].
fn read_entry(row: &Row) -> Result<JournalEntry, JournalError> {
    let damaged = |column: usize| damaged(row, column, REVISION_COLUMNS[column].name);
    let number = |column: usize| row.text(column).parse::<u64>().map_err(|_| damaged(column));
    let count = |column: usize| {
        row.text(column)
            .parse::<usize>()
            .map_err(|_| damaged(column))
    };
    let owned = |column: usize| row.get(column).map(str::to_owned);
    let id = |text: &str, column: usize| RevisionId::parse(text).map_err(|_| damaged(column));
    let statements = count(13)?;
    let direction = match row.text(11) {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return Err(damaged(11)),
    };
    let state = match row.text(10) {
        "applied" => State::Applied,
        "partial" | "running" => State::Partial {
            direction,
            done: count(12)?,
            total: statements,
        },
        _ => return Err(damaged(10)),
    };
    Ok(JournalEntry {
        id: id(row.text(0), 0)?,
        parents: row
            .text(1)
            .split_whitespace()
            .map(|text| id(text, 1))
            .collect::<Result<_, _>>()?,
        message: row.text(2).to_owned(),
        up: row.text(3).parse().map_err(|_| damaged(3))?,
        down: row
            .get(4)
            .map(|text| text.parse().map_err(|_| damaged(4)))
            .transpose()?,
        applied_at: Some(Timestamp::parse(row.text(5)).ok_or_else(|| damaged(5))?),
        applied_by: owned(6),
        tool_version: row.text(7).to_owned(),
        duration_ms: number(8)?,
        batch: number(9)?,
        state,
        begun: owned(14).filter(|_| row.text(10) == "running"),
        statements,
        catalog: owned(14).filter(|_| row.text(10) != "running"),
        error: owned(15),
    })
}

fn read_line(row: &Row) -> Result<(Timestamp, LogLine), JournalError> {
    let outcome = match row.text(7) {
        "done" => Outcome::Done,
        "failed" => Outcome::Failed(row.text(8).to_owned()),
        _ => return Err(damaged(row, 7, "outcome")),
    };
    let line = LogLine {
        action: Action::parse(row.text(1)).ok_or_else(|| damaged(row, 1, "action"))?,
        revision: RevisionId::parse(row.text(2)).map_err(|_| damaged(row, 2, "revision"))?,
        by: row.get(4).map(str::to_owned),
        tool_version: row.text(5).to_owned(),
        duration_ms: row
            .text(6)
            .parse()
            .map_err(|_| damaged(row, 6, "duration_ms"))?,
        outcome,
    };
    let at = Timestamp::parse(row.text(3)).ok_or_else(|| damaged(row, 3, "at"))?;
    Ok((at, line))
}

fn damaged(row: &Row, column: usize, name: &'static str) -> JournalError {
    JournalError::Damaged {
        row: row.text(0).to_owned(),
        column: name,
        text: row.text(column).to_owned(),
    }
}
