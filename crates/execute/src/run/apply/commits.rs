//! Where every statement commits by itself: what is noted before each, and asked after a crash.

use std::time::Duration;

use schemist_sql::{Dialect, Script};

use super::super::definition::{self, Came};
use super::super::error::Failure;
use super::super::passage::{RunStatement, first_word};
use super::{Running, Stop};
use crate::journal::{self, JournalEntry, State};

impl Running<'_> {
    /// Gives the session the settings that statements before the place of resuming made.
    pub(super) async fn set_again(&mut self, resumed_at: usize) -> Result<(), Failure> {
        let dialect = self.lock.writer().dialect();
        if dialect.has_transactional_ddl() {
            return Ok(());
        }
        let passage = self.passage;
        let statements = passage
            .sections
            .iter()
            .flat_map(|section| &section.statements);
        for statement in statements.take(resumed_at) {
            if first_word(dialect, &statement.sql) == "set" {
                let set = self.lock.session().execute(&statement.sql).await;
                set.map_err(|source| Failure::Server {
                    what: "set again what the session had",
                    source,
                })?;
            }
        }
        Ok(())
    }

    /// Tells whether an earlier try ran a statement that commits by itself; else notes that it begins.
    pub(super) async fn ran_before(
        &mut self,
        index: usize,
        statement: &RunStatement,
    ) -> Result<bool, Stop> {
        let unseen = |source| Failure::Server {
            what: "look at what the statement changes",
            source,
        };
        if let Some(before) = self.begun.take() {
            let came = definition::compare(self.lock.session(), &statement.sql, &before).await;
            match came.map_err(unseen)? {
                Came::Through => return Ok(true),
                Came::Nowhere => {}
                Came::Unknown => {
                    let table = self.lock.writer().name().revision_table();
                    return Err(Stop::Failed(Failure::MayHaveRun {
                        table: table.quoted(Dialect::Mysql),
                        id: self.passage.entry.id.clone(),
                        index,
                        line: statement.line,
                    }));
                }
            }
        }
        let seen = definition::look(self.lock.session(), &statement.sql).await;
        let entry = JournalEntry {
            state: State::Partial {
                direction: self.passage.direction,
                done: index,
                total: self.passage.total(),
            },
            begun: Some(seen.map_err(unseen)?),
            statements: self.passage.total(),
            duration_ms: self.milliseconds(),
            ..self.passage.entry.clone()
        };
        let begins = self.lock.writer().put(&entry);
        journal::change(self.lock, &begins).await?;
        Ok(false)
    }

    /// Whole seconds, of a lock on a table's definition and of one on a row.
    pub(super) async fn set_mysql_timeouts(&mut self, lock_timeout: Duration) -> Result<(), Stop> {
        let seconds = lock_timeout.as_secs().max(1);
        let statement = self.options.statement_timeout.unwrap_or_default().as_secs();
        let mut script = Script::new(Dialect::Mysql);
        script.keyword("SET lock_wait_timeout = ").number(seconds);
        script
            .keyword(", innodb_lock_wait_timeout = ")
            .number(seconds);
        // MySQL has a limit for reading alone.
        script
            .keyword(" /*M! , max_statement_time = ")
            .number(statement)
            .keyword(" */");
        self.server(script.as_str(), "set a timeout").await
    }
}
