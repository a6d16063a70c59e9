//! Which statements run in one transaction.

use schemist_catalog::{Atomicity, Step};
use schemist_sql::Dialect;

use crate::{Plan, PlannedStep};

/// How a section runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionMode {
    /// In one transaction.
    Transaction,
    /// In one transaction, which begins after what stands before it is committed.
    Apart,
    /// Statement by statement, outside transactions.
    NoTransaction,
    /// In one transaction, with foreign keys off around it.
    ForeignKeysOff,
}

/// Statements that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// How they run.
    pub mode: SectionMode,
    /// The statements.
    pub steps: Vec<PlannedStep>,
}

const fn mode(step: &Step) -> SectionMode {
    match step.atomicity {
        Atomicity::Transactional => SectionMode::Transaction,
        Atomicity::Apart => SectionMode::Apart,
        Atomicity::Alone => SectionMode::NoTransaction,
        Atomicity::ForeignKeysOff => SectionMode::ForeignKeysOff,
    }
}

/// Cuts a plan where the way of running changes.
///
/// Where one statement needs foreign keys off, the whole plan runs so: it stays one transaction.
pub fn sections(plan: &Plan, dialect: Dialect) -> Vec<Section> {
    let needs_keys_off = plan
        .steps
        .iter()
        .any(|planned| planned.step.atomicity == Atomicity::ForeignKeysOff);
    let mut sections: Vec<Section> = Vec::new();
    for planned in &plan.steps {
        let mode = match dialect {
            Dialect::Sqlite if needs_keys_off => SectionMode::ForeignKeysOff,
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => mode(&planned.step),
        };
        match sections.last_mut() {
            Some(last) if last.mode == mode => last.steps.push(planned.clone()),
            _ => sections.push(Section {
                mode,
                steps: vec![planned.clone()],
            }),
        }
    }
    sections
}
