//! Dumps, recognised by their head.

use schemist_sql::{Dialect, Statement};

use crate::source::DumpTool;

/// Says which program wrote a file, where it is a dump.
pub(crate) fn recognise(
    dialect: Dialect,
    text: &str,
    statements: &[Statement],
) -> Option<DumpTool> {
    let first = statements.first()?;
    let head = &text[..first.span.start];
    match dialect {
        // `-- PostgreSQL database dump`, also behind pg_dumpall's own head.
        Dialect::Postgres => head
            .contains("-- PostgreSQL database")
            .then_some(DumpTool::PgDump),
        Dialect::Sqlite => {
            let mut words = statements.iter().map(|statement| {
                statement
                    .text(text)
                    .split_whitespace()
                    .collect::<String>()
                    .to_ascii_uppercase()
            });
            let is_dump =
                words.next()? == "PRAGMAFOREIGN_KEYS=OFF" && words.next()?.starts_with("BEGIN");
            is_dump.then_some(DumpTool::Sqlite3)
        }
        Dialect::Mysql => {
            let marks = [
                "-- MySQL dump",
                "-- MariaDB dump",
                "enable the sandbox mode",
            ];
            marks
                .iter()
                .any(|mark| head.contains(mark))
                .then_some(DumpTool::Mysqldump)
        }
    }
}
