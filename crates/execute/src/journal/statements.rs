//! The journal's SQL, as text: a script that is written and a session that runs say the same.

use schemist_revision::RevisionId;
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::entry::{Action, JournalEntry, JournalName, LogLine, Outcome, State};

/// Writes the statements of one journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalWriter {
    dialect: Dialect,
    name: JournalName,
}

impl JournalWriter {
    /// Takes the journal's place; `default_schema` is that of the session or the script.
    pub fn new(dialect: Dialect, name: &JournalName, default_schema: Option<&Ident>) -> Self {
        Self {
            dialect,
            name: name.in_schema(dialect, default_schema),
        }
    }

    /// The dialect that is written.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Where the journal is, with its schema named.
    pub const fn name(&self) -> &JournalName {
        &self.name
    }

    /// Makes the tables where they are missing.
    pub fn create(&self) -> Vec<String> {
        let mut statements = Vec::new();
        if let Some(schema) = self
            .name
            .schema
            .as_ref()
            .filter(|schema| schema.as_str() != "public")
        {
            let mut script = self.script();
            script.keyword("CREATE SCHEMA IF NOT EXISTS ").ident(schema);
            statements.push(script.into_text());
        }
        statements.push(self.create_table(&self.name.revision_table(), REVISION_COLUMNS));
        statements.push(self.create_table(&self.name.log_table(), LOG_COLUMNS));
        statements
    }

    fn create_table(&self, table: &QualifiedName, columns: &[Column]) -> String {
        let mut script = self.script();
        script
            .keyword("CREATE TABLE IF NOT EXISTS ")
            .name(table)
            .keyword(" (");
        for (i, column) in columns.iter().enumerate() {
            script.keyword(if i == 0 { "\n    " } else { ",\n    " });
            script
                .ident(&Ident::from_server(column.name))
                .keyword(" ")
                .keyword(match self.dialect {
                    Dialect::Postgres => column.postgres,
                    Dialect::Sqlite => column.sqlite,
                    Dialect::Mysql => column.mysql,
                });
        }
        script.keyword("\n)").keyword(match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => "",
            // Whatever the database's own are: an identifier is not compared as words of a language.
            Dialect::Mysql => " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        });
        script.into_text()
    }

    /// Writes an entry in place of the one that may be there.
    pub fn put(&self, entry: &JournalEntry) -> Vec<String> {
        vec![self.delete(&entry.id), self.insert(entry)]
    }

    /// Writes an entry that must not be there yet.
    pub fn insert(&self, entry: &JournalEntry) -> String {
        let parents: Vec<_> = entry.parents.iter().map(RevisionId::as_str).collect();
        let (state, direction, done) = match entry.state {
            State::Applied => ("applied", "up", entry.statements),
            State::Partial {
                direction, done, ..
            } if entry.begun.is_some() => ("running", direction.name(), done),
            State::Partial {
                direction, done, ..
            } => ("partial", direction.name(), done),
        };
        let mut row = self.row(&self.name.revision_table());
        row.text("id", entry.id.as_str());
        row.text("parents", &parents.join(" "));
        row.text("message", &entry.message);
        row.text("up_checksum", entry.up.as_str());
        row.optional("down_checksum", entry.down.as_ref().map(|sum| sum.as_str()));
        match entry.applied_at {
            Some(at) => row.text("applied_at", &self.time(&at.to_string())),
            None => row.expression("applied_at", self.now()),
        }
        self.who(&mut row, "applied_by", entry.applied_by.as_deref());
        row.text("tool_version", &entry.tool_version);
        row.number("duration_ms", entry.duration_ms.into());
        row.number("batch", entry.batch.into());
        row.text("state", state);
        row.text("direction", direction);
        row.number("statements_done", done as i128);
        row.number("statements_total", entry.statements as i128);
        let hash = entry.begun.as_deref().or(entry.catalog.as_deref());
        row.optional("catalog_hash", hash);
        row.optional("error", entry.error.as_deref());
        row.finish()
    }

    /// Removes the entry of a revision.
    pub fn delete(&self, id: &RevisionId) -> String {
        let mut script = self.script();
        script
            .keyword("DELETE FROM ")
            .name(&self.name.revision_table());
        script
            .keyword(" WHERE ")
            .ident(&Ident::from_server("id"))
            .keyword(" = ")
            .literal(id.as_str());
        script.into_text()
    }

    /// Removes every entry, as `stamp --purge` does; the log stays.
    pub fn purge(&self) -> String {
        let mut script = self.script();
        script
            .keyword("DELETE FROM ")
            .name(&self.name.revision_table());
        script.into_text()
    }

    /// Notes the hash of the catalog that a revision left.
    pub fn note_catalog(&self, id: &RevisionId, hash: &str) -> String {
        let mut script = self.script();
        script.keyword("UPDATE ").name(&self.name.revision_table());
        script
            .keyword(" SET ")
            .ident(&Ident::from_server("catalog_hash"))
            .keyword(" = ")
            .literal(hash);
        script
            .keyword(" WHERE ")
            .ident(&Ident::from_server("id"))
            .keyword(" = ")
            .literal(id.as_str());
        script.into_text()
    }

    /// Notes why a revision was cut short.
    pub fn note_error(&self, id: &RevisionId, error: &str) -> String {
        let mut script = self.script();
        script.keyword("UPDATE ").name(&self.name.revision_table());
        script
            .keyword(" SET ")
            .ident(&Ident::from_server("error"))
            .keyword(" = ")
            .literal(error);
        script
            .keyword(" WHERE ")
            .ident(&Ident::from_server("id"))
            .keyword(" = ")
            .literal(id.as_str());
        script.into_text()
    }

    /// Adds a line to the log.
    pub fn log(&self, line: &LogLine) -> String {
        let (outcome, error) = match &line.outcome {
            Outcome::Done => ("done", None),
            Outcome::Failed(error) => ("failed", Some(error.as_str())),
        };
        let mut row = self.row(&self.name.log_table());
        row.text("action", line.action.name());
        row.text("revision", line.revision.as_str());
        row.expression("at", self.now());
        self.who(&mut row, "by", line.by.as_deref());
        row.text("tool_version", &line.tool_version);
        row.number("duration_ms", line.duration_ms.into());
        row.text("outcome", outcome);
        row.optional("error", error);
        row.finish()
    }

    /// Reads all entries, oldest first; the columns are those of [`JournalWriter::put`] in order.
    pub(super) fn select_entries(&self) -> String {
        let mut script = self.select(&self.name.revision_table(), REVISION_COLUMNS);
        script
            .keyword(" ORDER BY ")
            .ident(&Ident::from_server("batch"))
            .keyword(", ");
        script.ident(&Ident::from_server("applied_at"));
        script.into_text()
    }

    /// Reads one entry.
    pub(crate) fn select_entry(&self, id: &RevisionId) -> String {
        let mut script = self.select(&self.name.revision_table(), REVISION_COLUMNS);
        script
            .keyword(" WHERE ")
            .ident(&Ident::from_server("id"))
            .keyword(" = ")
            .literal(id.as_str());
        script.into_text()
    }

    /// Reads the log, oldest first.
    pub(super) fn select_log(&self) -> String {
        let mut script = self.select(&self.name.log_table(), LOG_COLUMNS);
        script
            .keyword(" ORDER BY ")
            .ident(&Ident::from_server("number"));
        script.into_text()
    }

    fn select(&self, table: &QualifiedName, columns: &[Column]) -> Script {
        let mut script = self.script();
        script.keyword("SELECT ");
        for (i, column) in columns.iter().enumerate() {
            let name = Ident::from_server(column.name);
            script.keyword(if i == 0 { "" } else { ", " });
            match (column.kind, self.dialect) {
                (Kind::Time, Dialect::Postgres) => {
                    script.keyword("to_char(").ident(&name);
                    script.keyword(" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
                }
                (Kind::Time, Dialect::Mysql) => script
                    .keyword("date_format(")
                    .ident(&name)
                    .keyword(", '%Y-%m-%dT%H:%i:%sZ')"),
                (Kind::Time, Dialect::Sqlite)
                | (Kind::Plain, Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql) => {
                    script.ident(&name)
                }
            };
        }
        script.keyword(" FROM ").name(table);
        script
    }

    fn row(&self, table: &QualifiedName) -> Row {
        let mut columns = self.script();
        columns.keyword("INSERT INTO ").name(table).keyword(" (");
        let mut values = self.script();
        values.keyword(")\nVALUES (");
        Row {
            columns,
            values,
            is_empty: true,
        }
    }

    fn who(&self, row: &mut Row, column: &'static str, who: Option<&str>) {
        match (who, self.dialect) {
            (Some(who), _) => row.text(column, who),
            (None, Dialect::Postgres) => row.expression(column, "session_user"),
            (None, Dialect::Mysql) => row.expression(column, "user()"),
            // SQLite knows no users.
            (None, Dialect::Sqlite) => row.text(column, "a script"),
        }
    }

    const fn now(&self) -> &'static str {
        match self.dialect {
            // Not now(), which is when the transaction began.
            Dialect::Postgres => "clock_timestamp()",
            Dialect::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
            Dialect::Mysql => "utc_timestamp(6)",
        }
    }

    /// A time as the dialect takes it.
    fn time(&self, text: &str) -> String {
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => text.to_owned(),
            Dialect::Mysql => text.trim_end_matches('Z').replace('T', " "),
        }
    }

    const fn script(&self) -> Script {
        Script::new(self.dialect)
    }
}

impl Action {
    /// Reads the word in the log.
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Upgrade, Self::Downgrade, Self::Stamp, Self::Repair]
            .into_iter()
            .find(|action| action.name() == word)
    }
}

/// A row under construction.
struct Row {
    columns: Script,
    values: Script,
    is_empty: bool,
}

impl Row {
    fn column(&mut self, name: &'static str) -> &mut Script {
        let comma = if self.is_empty { "" } else { ", " };
        self.is_empty = false;
        self.columns.keyword(comma).ident(&Ident::from_server(name));
        self.values.keyword(comma)
    }

    fn text(&mut self, column: &'static str, value: &str) {
        self.column(column).literal(value);
    }

    fn optional(&mut self, column: &'static str, value: Option<&str>) {
        match value {
            Some(value) => self.text(column, value),
            None => self.expression(column, "NULL"),
        }
    }

    fn number(&mut self, column: &'static str, value: i128) {
        self.column(column).number(value);
    }

    fn expression(&mut self, column: &'static str, words: &'static str) {
        self.column(column).keyword(words);
    }

    fn finish(mut self) -> String {
        self.columns.expression(self.values.keyword(")").as_str());
        self.columns.into_text()
    }
}

/// A column of the journal, with its type in each dialect.
pub(super) struct Column {
    pub(super) name: &'static str,
    kind: Kind,
    postgres: &'static str,
    sqlite: &'static str,
    mysql: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Time,
}

const fn key(name: &'static str) -> Column {
    let (postgres, sqlite, mysql) = (
        "text PRIMARY KEY",
        "TEXT PRIMARY KEY NOT NULL",
        "varchar(255) PRIMARY KEY",
    );
    Column {
        name,
        kind: Kind::Plain,
        postgres,
        sqlite,
        mysql,
    }
}

const fn counter(name: &'static str) -> Column {
    let postgres = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
    Column {
        name,
        kind: Kind::Plain,
        postgres,
        sqlite: "INTEGER PRIMARY KEY",
        mysql: "bigint AUTO_INCREMENT PRIMARY KEY",
    }
}

const fn text(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Plain,
        postgres: "text NOT NULL",
        sqlite: "TEXT NOT NULL",
        mysql: "longtext NOT NULL",
    }
}

const fn optional(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Plain,
        postgres: "text",
        sqlite: "TEXT",
        mysql: "longtext",
    }
}

const fn number(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Plain,
        postgres: "bigint NOT NULL",
        sqlite: "INTEGER NOT NULL",
        mysql: "bigint NOT NULL",
    }
}

const fn time(name: &'static str) -> Column {
    let postgres = "timestamp with time zone NOT NULL";
    Column {
        name,
        kind: Kind::Time,
        postgres,
        sqlite: "TEXT NOT NULL",
        mysql: "datetime(6) NOT NULL",
    }
}

pub(super) const REVISION_COLUMNS: &[Column] = &[
    key("id"),
    text("parents"),
    text("message"),
    text("up_checksum"),
    optional("down_checksum"),
    time("applied_at"),
    text("applied_by"),
    text("tool_version"),
    number("duration_ms"),
    number("batch"),
    text("state"),
    text("direction"),
    number("statements_done"),
    number("statements_total"),
    optional("catalog_hash"),
    optional("error"),
];

pub(super) const LOG_COLUMNS: &[Column] = &[
    counter("number"),
    text("action"),
    text("revision"),
    time("at"),
    text("by"),
    text("tool_version"),
    number("duration_ms"),
    text("outcome"),
    optional("error"),
];

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_revision::{Checksum, Direction};

    use super::*;

    fn entry() -> JournalEntry {
        let sum: Checksum = "0".repeat(64).parse().unwrap();
        JournalEntry {
            id: RevisionId::parse("8d41").unwrap(),
            parents: vec![
                RevisionId::parse("5b7c").unwrap(),
                RevisionId::parse("77d0").unwrap(),
            ],
            message: "it's done".to_owned(),
            up: sum,
            down: None,
            applied_at: None,
            applied_by: None,
            tool_version: "0.1.0".to_owned(),
            duration_ms: 12,
            batch: 3,
            state: State::Partial {
                direction: Direction::Up,
                done: 1,
                total: 2,
            },
            begun: None,
            statements: 2,
            catalog: None,
            error: None,
        }
    }

    #[test]
    fn the_tables_are_a_format() {
        let schema = Ident::parse("app").unwrap();
        let writer = JournalWriter::new(Dialect::Postgres, &JournalName::default(), Some(&schema));
        assert_snapshot!(writer.create().join(";\n"), @r#"
        CREATE SCHEMA IF NOT EXISTS "app";
        CREATE TABLE IF NOT EXISTS "app"."schemist_revision" (
            "id" text PRIMARY KEY,
            "parents" text NOT NULL,
            "message" text NOT NULL,
            "up_checksum" text NOT NULL,
            "down_checksum" text,
            "applied_at" timestamp with time zone NOT NULL,
            "applied_by" text NOT NULL,
            "tool_version" text NOT NULL,
            "duration_ms" bigint NOT NULL,
            "batch" bigint NOT NULL,
            "state" text NOT NULL,
            "direction" text NOT NULL,
            "statements_done" bigint NOT NULL,
            "statements_total" bigint NOT NULL,
            "catalog_hash" text,
            "error" text
        );
        CREATE TABLE IF NOT EXISTS "app"."schemist_log" (
            "number" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            "action" text NOT NULL,
            "revision" text NOT NULL,
            "at" timestamp with time zone NOT NULL,
            "by" text NOT NULL,
            "tool_version" text NOT NULL,
            "duration_ms" bigint NOT NULL,
            "outcome" text NOT NULL,
            "error" text
        )
        "#);
        let name = JournalName::parse("ops.audit").unwrap();
        let writer = JournalWriter::new(Dialect::Sqlite, &name, None);
        assert_snapshot!(writer.create().join(";\n"), @r#"
        CREATE TABLE IF NOT EXISTS "audit_revision" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "parents" TEXT NOT NULL,
            "message" TEXT NOT NULL,
            "up_checksum" TEXT NOT NULL,
            "down_checksum" TEXT,
            "applied_at" TEXT NOT NULL,
            "applied_by" TEXT NOT NULL,
            "tool_version" TEXT NOT NULL,
            "duration_ms" INTEGER NOT NULL,
            "batch" INTEGER NOT NULL,
            "state" TEXT NOT NULL,
            "direction" TEXT NOT NULL,
            "statements_done" INTEGER NOT NULL,
            "statements_total" INTEGER NOT NULL,
            "catalog_hash" TEXT,
            "error" TEXT
        );
        CREATE TABLE IF NOT EXISTS "audit_log" (
            "number" INTEGER PRIMARY KEY,
            "action" TEXT NOT NULL,
            "revision" TEXT NOT NULL,
            "at" TEXT NOT NULL,
            "by" TEXT NOT NULL,
            "tool_version" TEXT NOT NULL,
            "duration_ms" INTEGER NOT NULL,
            "outcome" TEXT NOT NULL,
            "error" TEXT
        )
        "#);
    }

    #[test]
    fn an_entry_replaces_the_one_before() {
        let writer = JournalWriter::new(Dialect::Postgres, &JournalName::default(), None);
        assert_snapshot!(writer.put(&entry()).join(";\n"), @r#"
        DELETE FROM "public"."schemist_revision" WHERE "id" = '8d41';
        INSERT INTO "public"."schemist_revision" ("id", "parents", "message", "up_checksum", "down_checksum", "applied_at", "applied_by", "tool_version", "duration_ms", "batch", "state", "direction", "statements_done", "statements_total", "catalog_hash", "error")
        VALUES ('8d41', '5b7c 77d0', 'it''s done', '0000000000000000000000000000000000000000000000000000000000000000', NULL, clock_timestamp(), session_user, '0.1.0', 12, 3, 'partial', 'up', 1, 2, NULL, NULL)
        "#);
    }

    #[test]
    fn a_log_line_is_only_added() {
        let writer = JournalWriter::new(Dialect::Sqlite, &JournalName::default(), None);
        let line = LogLine {
            action: Action::Downgrade,
            revision: entry().id,
            by: Some("ann".to_owned()),
            tool_version: "0.1.0".to_owned(),
            duration_ms: 7,
            outcome: Outcome::Failed("no such table: t".to_owned()),
        };
        assert_snapshot!(writer.log(&line), @r#"
        INSERT INTO "schemist_log" ("action", "revision", "at", "by", "tool_version", "duration_ms", "outcome", "error")
        VALUES ('downgrade', '8d41', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'ann', '0.1.0', 7, 'failed', 'no such table: t')
        "#);
    }
}
