//! Looking at a statement from another session while it runs: whom it waits for, and how far a build is.

use std::cell::RefCell;
use std::fmt;
use std::time::Duration;

use schemist_connect::{Access, DatabaseUrl, Pins, Session, StatementError, without_beginning};
use schemist_sql::{Dialect, Script, without_secrets};

/// How long a statement runs before anybody looks.
const PATIENCE: Duration = Duration::from_millis(700);

/// How often is looked then.
const PERIOD: Duration = Duration::from_millis(500);

/// A session that a statement waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Its process on the server.
    pub process: i64,
    /// Its user.
    pub user: String,
    /// What it calls itself, or where it comes from.
    pub application: String,
    /// What it runs, or ran last.
    pub query: String,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process,
            user,
            application,
            query,
        } = self;
        write!(f, "process {process} of user {user} ({application})")?;
        if query.is_empty() {
            return Ok(());
        }
        write!(f, ": {query}")
    }
}

/// What is seen of a statement that takes its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// It waits for others.
    Waits(Vec<Blocker>),
    /// It builds an index, fills rows, or copies a table.
    Builds {
        /// What the server does of it, in its words.
        phase: String,
        /// How much of that is done, in percent, where the server says.
        percent: Option<u64>,
    },
}

/// Runs statements as one message and looks at them meanwhile; returns with their end whom they waited for last.
///
/// Somebody looks before it has waited for as long as it may.
pub(super) async fn execute(
    session: &mut Session,
    statements: &[String],
    lock_timeout: Duration,
    tell: &mut dyn FnMut(Sight),
) -> (Result<(), (usize, StatementError)>, Vec<Blocker>) {
    let dialect = session.dialect();
    let Some(process) = session.process() else {
        // SQLite says nothing of others.
        return (session.execute_each(statements).await, Vec::new());
    };
    let url = session.url().clone();
    let last = RefCell::new(Vec::new());
    let looking = async {
        tokio::time::sleep(PATIENCE.min(lock_timeout / 2)).await;
        look(&url, dialect, process, &last, tell).await;
        // Whoever cannot look waits all the same.
        std::future::pending::<()>().await;
    };
    let done = tokio::select! {
        biased;
        done = session.execute_each(statements) => done,
        () = looking => return (Ok(()), Vec::new()),
    };
    (done, last.into_inner())
}

async fn look(
    url: &DatabaseUrl,
    dialect: Dialect,
    process: i64,
    last: &RefCell<Vec<Blocker>>,
    tell: &mut dyn FnMut(Sight),
) {
    let Ok(mut session) = Session::connect(url, &Pins::default(), Access::Read).await else {
        return;
    };
    let mut told = None;
    loop {
        let Ok(blockers) = blockers(&mut session, dialect, process).await else {
            return;
        };
        let sight = if blockers.is_empty() {
            build(&mut session, dialect, process).await
        } else {
            Some(Sight::Waits(blockers.clone()))
        };
        if !blockers.is_empty() {
            *last.borrow_mut() = blockers;
        }
        if sight.is_some() && sight != told {
            told.clone_from(&sight);
            if let Some(sight) = sight {
                tell(sight);
            }
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn blockers(
    session: &mut Session,
    dialect: Dialect,
    process: i64,
) -> Result<Vec<Blocker>, StatementError> {
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => script
            .keyword("SELECT a.pid, coalesce(a.usename, 'unknown'), coalesce(nullif(a.application_name, ''), host(a.client_addr), 'this machine'), left(a.query, 240) FROM unnest(pg_blocking_pids(")
            .number(process)
            .keyword(")) AS b(pid) JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid ORDER BY a.pid LIMIT 5"),
        // Who holds the lock on a definition only a plugin tells: whoever else is in the database may be.
        Dialect::Mysql => script
            .keyword("SELECT p.id, p.user, p.host, left(coalesce(p.info, ''), 120) FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id WHERE p.db = database() AND p.id NOT IN (connection_id(), ")
            .number(process)
            .keyword(") AND EXISTS (SELECT 1 FROM information_schema.processlist w WHERE w.id = ")
            .number(process)
            .keyword(" AND (w.state LIKE 'Waiting for%lock' OR EXISTS (SELECT 1 FROM information_schema.innodb_trx o WHERE o.trx_mysql_thread_id = w.id AND o.trx_state = 'LOCK WAIT'))) ORDER BY t.trx_id IS NULL, p.id LIMIT 5"),
        Dialect::Sqlite => return Ok(Vec::new()),
    };
    let rows = session.query(script.as_str()).await?;
    Ok(rows
        .iter()
        .map(|row| Blocker {
            process: row.text(0).parse().unwrap_or_default(),
            user: row.text(1).to_owned(),
            application: row.text(2).to_owned(),
            query: shortened(dialect, row.text(3)),
        })
        .collect())
}

/// What is shown of a query.
fn shortened(dialect: Dialect, query: &str) -> String {
    let query: String = without_beginning(query).chars().take(120).collect();
    without_secrets(dialect, &query).replace('\n', " ")
}

/// How far long work is, by the server's own view.
async fn build(session: &mut Session, dialect: Dialect, process: i64) -> Option<Sight> {
    let mut script = Script::new(dialect);
    match dialect {
        Dialect::Postgres => script
            .keyword(
                "SELECT phase, CASE WHEN blocks_total > 0 THEN 100 * blocks_done / blocks_total
                        WHEN tuples_total > 0 THEN 100 * tuples_done / tuples_total
                        WHEN lockers_total > 0 THEN 100 * lockers_done / lockers_total END
                 FROM pg_catalog.pg_stat_progress_create_index WHERE pid = ",
            )
            .number(process)
            // Batches of ours say in the session's name how far they are.
            .keyword(
                " UNION ALL SELECT substr(application_name, 11), 100 * split_part(application_name, ' ', 3)::bigint
                    / greatest(split_part(application_name, ' ', 5)::bigint, 1)
                 FROM pg_catalog.pg_stat_activity WHERE application_name ~ '^schemist: page [0-9]+ of [0-9]+$' AND pid = ",
            )
            .number(process),
        // MariaDB alone has these columns.
        Dialect::Mysql => script
            .keyword(
                "SELECT concat(state, ', stage ', stage, ' of ', max_stage), floor(progress)
                 FROM information_schema.processlist WHERE max_stage > 0 AND id = ",
            )
            .number(process),
        Dialect::Sqlite => return None,
    };
    let rows = session.query(script.as_str()).await.ok()?;
    let row = rows.first()?;
    Some(Sight::Builds {
        phase: row.text(0).to_owned(),
        percent: row.get(1).and_then(|text| text.parse().ok()),
    })
}
