//! Where every statement commits by itself: what is noted before each, and asked after a crash.

use std::time::Duration;

use schemist_sql::{Dialect, Script};

use super::super::definition::{self, Came};
use super::super::error::Failure;
use super::super::passage::{Repetition, RunStatement, Unit, first_word};
use super::alone::may_have_run;
use super::{Running, Stop};

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
        unit: &Unit<'_>,
        statement: &RunStatement,
    ) -> Result<bool, Stop> {
        let unseen = |source| Failure::Server {
            what: "look at what the statement changes",
            source,
        };
        if let Some(before) = self.begun.take() {
            let came = definition::compare(self.lock.session(), &statement.sql, &before).await;
            match (came.map_err(unseen)?, statement.repetition) {
                (Came::Through, _) => return Ok(true),
                (Came::Nowhere, _) | (Came::Unknown, Repetition::Harmless) => {}
                (Came::Unknown, Repetition::Unknown) => {
                    return Err(may_have_run(unit, statement).into());
                }
            }
        }
        let seen = definition::look(self.lock.session(), &statement.sql).await;
        self.note_begin(unit.first, seen.map_err(unseen)?).await?;
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
