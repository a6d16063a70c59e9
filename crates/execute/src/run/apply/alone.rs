//! Statements outside transactions: the journal takes part in those that are one by themselves, and says of the others that they begin.

use schemist_revision::ForeignKeys;
use schemist_sql::Dialect;

use super::super::error::Failure;
use super::super::manner::{Manner, manner};
use super::super::passage::{Repetition, RunStatement, Unit};
use super::super::{index, probe};
use super::{Running, Stop};
use crate::journal::{self, JournalEntry, State};

/// What the journal notes of a statement that begins where its trace is looked for afterwards.
const BEGUN: &str = "begun";

impl Running<'_> {
    pub(super) async fn run_alone(&mut self, unit: &Unit<'_>) -> Result<(), Stop> {
        let Some(statement) = unit.statements.first() else {
            return Ok(());
        };
        let dialect = self.lock.writer().dialect();
        if !dialect.has_transactional_ddl() {
            return self.run_committing(unit, statement).await;
        }
        match manner(dialect, statement) {
            Manner::Joined => match self.run_transaction(unit, ForeignKeys::On).await {
                Err(Stop::Failed(failure)) if wants_no_transaction(&failure) => {
                    let manner = match statement.repetition {
                        Repetition::Harmless => Manner::Repeatable,
                        Repetition::Unknown => Manner::Untold,
                    };
                    self.run_apart(unit, statement, &manner).await
                }
                ran => ran,
            },
            manner => self.run_apart(unit, statement, &manner).await,
        }
    }

    /// Runs a statement that no transaction may hold.
    async fn run_apart(
        &mut self,
        unit: &Unit<'_>,
        statement: &RunStatement,
        manner: &Manner,
    ) -> Result<(), Stop> {
        self.check_ground().await?;
        let dialect = self.lock.writer().dialect();
        let builds = index::concurrent_build(dialect, &statement.sql);
        let timeout = if index::is_concurrent(dialect, &statement.sql) {
            self.options.concurrent_lock_timeout
        } else {
            self.options.lock_timeout
        };
        self.set_timeouts("SET ", timeout).await?;
        let was_run = match (self.begun.take(), manner) {
            (None, _) | (Some(_), Manner::Repeatable) => false,
            (Some(_), Manner::Traced(trace)) => probe::was_run(self.lock.session(), trace).await?,
            (Some(_), Manner::Untold | Manner::Joined) => {
                return Err(may_have_run(unit, statement).into());
            }
        };
        if let Some(build) = &builds {
            index::drop_invalid(self.lock.session(), build).await?;
        }
        if !was_run {
            self.note_begin(unit.first, BEGUN.to_owned()).await?;
            self.send(unit.first, statement)
                .await
                .map_err(|stop| match (manner, stop) {
                    // It may have committed a part of its work.
                    (Manner::Untold, Stop::Crowded(failure)) => Stop::Failed(failure),
                    (_, stop) => stop,
                })?;
        }
        let statements = self.journal_statements(unit.end());
        Ok(journal::change(self.lock, &statements).await?)
    }

    /// Runs a statement where every definition commits by itself.
    async fn run_committing(
        &mut self,
        unit: &Unit<'_>,
        statement: &RunStatement,
    ) -> Result<(), Stop> {
        self.check_ground().await?;
        self.set_timeouts("SET ", self.options.lock_timeout).await?;
        if !self.ran_before(unit, statement).await? {
            self.send(unit.first, statement).await?;
        }
        let statements = self.journal_statements(unit.end());
        Ok(journal::change(self.lock, &statements).await?)
    }

    /// Notes that a statement begins, so that the next try asks whether it ran.
    pub(super) async fn note_begin(&mut self, index: usize, seen: String) -> Result<(), Stop> {
        let entry = JournalEntry {
            state: State::Partial {
                direction: self.passage.direction,
                done: index,
                total: self.passage.total(),
            },
            begun: Some(seen),
            statements: self.passage.total(),
            catalog: None,
            error: None,
            duration_ms: self.milliseconds(),
            ..self.passage.entry.clone()
        };
        let begins = self.lock.writer().put(&entry);
        journal::change(self.lock, &begins).await?;
        self.is_noted = true;
        Ok(())
    }

    /// Whether a statement that failed may have left traces outside the journal's transaction.
    pub(super) fn leaves_traces(&self, index: usize) -> bool {
        let dialect = self.lock.writer().dialect();
        let units = self.passage.units(dialect);
        let unit = units
            .iter()
            .find(|unit| unit.first == index && unit.is_alone());
        let statement = unit.and_then(|unit| unit.statements.first());
        statement.is_some_and(|statement| match dialect {
            Dialect::Mysql => true,
            Dialect::Postgres | Dialect::Sqlite => manner(dialect, statement) != Manner::Joined,
        })
    }
}

/// What is told where nothing tells whether a statement ran.
pub(super) fn may_have_run(unit: &Unit<'_>, statement: &RunStatement) -> Failure {
    Failure::MayHaveRun {
        index: unit.first,
        line: statement.line,
    }
}

/// `active_sql_transaction`: the statement was refused before it did anything.
fn wants_no_transaction(failure: &Failure) -> bool {
    matches!(failure, Failure::Statement { source, .. } if source.code.as_deref() == Some("25001"))
}
