//! What the statements of a plan lock and write anew, as the server shows it while they run.

use std::collections::BTreeMap;

use schemist_catalog::TableLock;
use schemist_connect::{Session, StatementError};
use schemist_sql::{Dialect, Ident, LockMode, QualifiedName, Script};

/// The tables that are there before a plan runs.
const TABLES: &str = "SELECT c.oid, n.nspname, c.relname, c.relfilenode, \
    (SELECT min(i.inhparent) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

/// Locks of our own for which others wait, on tables that are still there: whoever uses one that is dropped has
/// worse to fear. What is made by the plan has higher numbers than what was there.
const LOCKS: &str = "SELECT l.relation, l.mode, c.relfilenode \
    FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm') \
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted \
    AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') \
    AND l.relation <= ";

/// A table that was there before.
#[derive(Debug)]
struct Known {
    name: QualifiedName,
    /// The file of its rows.
    file: String,
    /// The table of which it is a partition.
    parent: Option<u32>,
}

/// Looks at the locks of a session after each statement.
#[derive(Debug)]
pub struct Meter {
    known: BTreeMap<u32, Known>,
    /// What the transaction holds since its earlier statements.
    held: BTreeMap<u32, LockMode>,
}

impl Meter {
    /// Notes what is there; `None` where nothing can be measured, or nothing is there to be locked.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn start(session: &mut Session) -> Result<Option<Self>, StatementError> {
        match session.dialect() {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return Ok(None),
        }
        let default_schema = session.default_schema().cloned();
        let mut known = BTreeMap::new();
        for row in session.query(TABLES).await? {
            let Ok(number) = row.text(0).parse() else {
                continue;
            };
            let schema = Ident::from_server(row.text(1));
            let name = Ident::from_server(row.text(2));
            let name = if default_schema.as_ref() == Some(&schema) {
                QualifiedName::unqualified(name)
            } else {
                QualifiedName {
                    schema: Some(schema),
                    name,
                }
            };
            let table = Known {
                name,
                file: row.text(3).to_owned(),
                parent: row.get(4).and_then(|parent| parent.parse().ok()),
            };
            known.insert(number, table);
        }
        let meter = Self {
            known,
            held: BTreeMap::new(),
        };
        Ok((!meter.known.is_empty()).then_some(meter))
    }

    /// Forgets what was held: a transaction ended.
    pub fn end_transaction(&mut self) {
        self.held.clear();
    }

    /// What the last statement locked that was not locked so before, and what it wrote anew.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn read(&mut self, session: &mut Session) -> Result<Vec<TableLock>, StatementError> {
        let Some(last) = self.known.keys().next_back() else {
            return Ok(Vec::new());
        };
        let mut script = Script::new(Dialect::Postgres);
        script.keyword(LOCKS).number(i64::from(*last));
        let mut news: BTreeMap<u32, (LockMode, bool)> = BTreeMap::new();
        for row in session.query(script.as_str()).await? {
            let (Ok(number), Some(mode)) = (
                row.text(0).parse::<u32>(),
                LockMode::from_server(row.text(1)),
            ) else {
                continue;
            };
            let (Some(known), Some(file)) = (self.known.get_mut(&number), row.get(2)) else {
                continue;
            };
            let is_rewritten = file != known.file;
            file.clone_into(&mut known.file);
            let new = news.entry(number).or_insert((mode, false));
            *new = (new.0.max(mode), new.1 || is_rewritten);
        }
        Ok(self.told(news))
    }

    /// What is new; a partition is told with its parent where that is locked as much.
    fn told(&mut self, mut news: BTreeMap<u32, (LockMode, bool)>) -> Vec<TableLock> {
        let rewritten: Vec<u32> = news
            .iter()
            .filter(|(_, (_, is_rewritten))| *is_rewritten)
            .map(|(number, _)| *number)
            .collect();
        for number in rewritten {
            let mut parent = self.known.get(&number).and_then(|table| table.parent);
            while let Some(above) = parent {
                if let Some(new) = news.get_mut(&above) {
                    new.1 = true;
                }
                parent = self.known.get(&above).and_then(|table| table.parent);
            }
        }
        let mut told = Vec::new();
        for (number, (mode, is_rewritten)) in &news {
            let Some(table) = self.known.get(number) else {
                continue;
            };
            let parent = table.parent.and_then(|parent| news.get(&parent));
            let is_told_above = parent.is_some_and(|(above, _)| above >= mode);
            let is_known = self.held.get(number).is_some_and(|held| held >= mode);
            if !is_told_above && (!is_known || *is_rewritten) {
                told.push(TableLock {
                    table: table.name.clone(),
                    mode: *mode,
                    is_rewritten: *is_rewritten,
                });
            }
        }
        for (number, (mode, _)) in news {
            let held = self.held.entry(number).or_insert(mode);
            *held = mode.max(*held);
        }
        told.sort_by(|one, other| one.table.cmp(&other.table));
        told
    }
}
