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

/// How many locks the statements of one transaction may hold on PostgreSQL. The server has room for
/// max_locks_per_transaction times max_connections, 6,400 by itself, for all of its sessions
/// (<https://www.postgresql.org/docs/current/runtime-config-locks.html>).
const LOCKS: usize = 3200;

/// About how many locks a statement leaves behind until its transaction ends.
fn locks(planned: &PlannedStep) -> usize {
    let locks = planned.object.kind.locks();
    if planned.step.sql.starts_with("DROP ") {
        locks.after
    } else {
        locks.before
    }
}

/// Cuts a plan where the way of running changes, and where a transaction would hold more locks than the
/// server has room for.
///
/// Where one statement needs foreign keys off, the whole plan runs so: it stays one transaction.
pub fn sections(plan: &Plan, dialect: Dialect) -> Vec<Section> {
    let needs_keys_off = plan
        .steps
        .iter()
        .any(|planned| planned.step.atomicity == Atomicity::ForeignKeysOff);
    let mut sections: Vec<Section> = Vec::new();
    let mut held = 0;
    let mut previous = None;
    for planned in &plan.steps {
        let mode = match dialect {
            Dialect::Sqlite if needs_keys_off => SectionMode::ForeignKeysOff,
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql => mode(&planned.step),
        };
        let more = match dialect {
            Dialect::Postgres => locks(planned),
            Dialect::Sqlite | Dialect::Mysql => 0,
        };
        let is_same = previous == Some(mode);
        match sections.last_mut() {
            Some(last) if is_same && (held + more <= LOCKS || goes_on(last, planned)) => {
                last.steps.push(planned.clone());
            }
            _ => {
                held = 0;
                sections.push(Section {
                    mode: match mode {
                        SectionMode::Transaction if is_same => SectionMode::Apart,
                        _ => mode,
                    },
                    steps: vec![planned.clone()],
                });
            }
        }
        held += more;
        previous = Some(mode);
    }
    sections
}

/// Whether a statement is about the object that the last one is about: what one of them sets may hold for
/// its transaction alone.
fn goes_on(section: &Section, planned: &PlannedStep) -> bool {
    let last = section.steps.last();
    last.is_some_and(|last| last.object == planned.object)
}

#[cfg(test)]
mod tests {
    use schemist_catalog::{Kind, ObjectId};
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn step(kind: Kind, name: &str, sql: &str) -> PlannedStep {
        let name = QualifiedName::unqualified(Ident::from_server(name));
        PlannedStep {
            object: ObjectId::new(kind, name),
            step: Step::new(sql),
        }
    }

    fn lengths(steps: Vec<PlannedStep>, dialect: Dialect) -> Vec<usize> {
        let found = sections(&Plan { steps }, dialect);
        assert_eq!(found[0].mode, SectionMode::Transaction);
        let others = &found[1..];
        assert!(
            others
                .iter()
                .all(|section| section.mode == SectionMode::Apart)
        );
        found.iter().map(|section| section.steps.len()).collect()
    }

    #[test]
    fn many_tables_are_made_and_dropped_in_several_transactions() {
        let of = |sql: &str| -> Vec<_> {
            let names = (0..1000).map(|number| format!("t{number}"));
            names.map(|name| step(Kind::Table, &name, sql)).collect()
        };
        let made = of("CREATE TABLE t (id int)");
        assert_eq!(lengths(made.clone(), Dialect::Postgres), [400, 400, 200]);
        assert_eq!(lengths(made.clone(), Dialect::Sqlite), [1000]);
        assert_eq!(lengths(made, Dialect::Mysql), [1000]);
        let dropped = lengths(of("DROP TABLE t"), Dialect::Postgres);
        assert_eq!(dropped.first(), Some(&133));
        assert_eq!(dropped.iter().sum::<usize>(), 1000);
    }

    #[test]
    fn what_is_about_one_object_stays_together() {
        let alter = || step(Kind::Table, "book", "ALTER TABLE book SET LOGGED");
        let others = (0..798).map(|number| step(Kind::View, &format!("v{number}"), "DROP VIEW v"));
        let mut steps: Vec<_> = others.collect();
        steps.extend((0..5).map(|_| alter()));
        steps.push(step(Kind::View, "last", "DROP VIEW last"));
        assert_eq!(lengths(steps, Dialect::Postgres), [803, 1]);
    }
}
