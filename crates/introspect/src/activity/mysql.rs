//! What MySQL and MariaDB tell of those who are at work.

use std::collections::BTreeMap;

use schemist_connect::{Flavour, Row, Session, StatementError};

use super::{Activity, Hold, Wait, Worker};

const SESSIONS: &str = "SELECT id, user, host, command, time, coalesce(state, ''), coalesce(left(info, 4000), '')
    FROM information_schema.processlist WHERE db = database() AND id <> connection_id() ORDER BY time DESC, id";

/// The open transactions; the question asks for the right PROCESS.
const TRANSACTIONS: &str =
    "SELECT trx_mysql_thread_id, timestampdiff(SECOND, trx_started, now()), coalesce(trx_query, '')
    FROM information_schema.innodb_trx ORDER BY 1";

/// Who waits for a row of whom.
const ROW_WAITS_OF_MARIADB: &str = "SELECT DISTINCT r.trx_mysql_thread_id, b.trx_mysql_thread_id
    FROM information_schema.innodb_lock_waits w
    JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id
    JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id";
const ROW_WAITS_OF_MYSQL: &str = "SELECT DISTINCT r.processlist_id, b.processlist_id
    FROM performance_schema.data_lock_waits w
    JOIN performance_schema.threads r ON r.thread_id = w.requesting_thread_id
    JOIN performance_schema.threads b ON b.thread_id = w.blocking_thread_id";

/// Who has the definition of a table, and who wants it: a plugin of MariaDB tells the former.
const DEFINITIONS_OF_MARIADB: &str = "SELECT table_name, thread_id, lock_mode, 't' FROM information_schema.metadata_lock_info
    WHERE table_schema = database() AND table_name <> '' AND thread_id <> connection_id() ORDER BY 1, 2, 3";
const DEFINITIONS_OF_MYSQL: &str = "SELECT m.object_name, t.processlist_id, m.lock_type, CASE m.lock_status WHEN 'GRANTED' THEN 't' ELSE 'f' END
    FROM performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id
    WHERE m.object_type = 'TABLE' AND m.object_schema = database() AND t.processlist_id <> connection_id() ORDER BY 1, 4 DESC, 2, 3";

pub(super) async fn read(session: &mut Session) -> Result<Activity, StatementError> {
    let mut activity = Activity::default();
    let flavour = session.version().flavour;
    let rows = session.query(SESSIONS).await?;
    activity.sessions = rows.iter().map(worker).collect();
    match session.query(TRANSACTIONS).await {
        Ok(rows) => mark_transactions(&mut activity, &rows),
        Err(_) => activity.unseen.push(
            "other users' sessions and open transactions: GRANT PROCESS ON *.* TO this user"
                .to_owned(),
        ),
    }
    let (row_waits, definitions) = match flavour {
        Flavour::MariaDb => (ROW_WAITS_OF_MARIADB, DEFINITIONS_OF_MARIADB),
        Flavour::Namesake => (ROW_WAITS_OF_MYSQL, DEFINITIONS_OF_MYSQL),
    };
    match session.query(row_waits).await {
        Ok(rows) => activity.waits.extend(rows.iter().map(|row| Wait {
            waiter: number(row, 0),
            blocker: number(row, 1),
        })),
        Err(_) => activity
            .unseen
            .push("who waits for rows of whom: the server does not tell this user".to_owned()),
    }
    match session.query(definitions).await {
        Ok(rows) => activity.holds = rows.iter().map(hold).collect(),
        Err(_) => activity.unseen.push(match flavour {
            Flavour::MariaDb => "who holds the definition of which table: an administrator's INSTALL SONAME 'metadata_lock_info' lets MariaDB tell".to_owned(),
            Flavour::Namesake => "who holds the definition of which table: GRANT SELECT ON performance_schema.* TO this user".to_owned(),
        }),
    }
    add_definition_waits(&mut activity);
    activity.waits.sort();
    activity.waits.dedup();
    Ok(activity)
}

fn number(row: &Row, column: usize) -> i64 {
    row.text(column).parse().unwrap_or_default()
}

fn worker(row: &Row) -> Worker {
    let command = row.text(3);
    Worker {
        process: number(row, 0),
        user: row.text(1).to_owned(),
        client: row.text(2).to_owned(),
        state: if command == "Sleep" { "idle" } else { "active" }.to_owned(),
        waits_for: match row.text(5) {
            state if state.starts_with("Waiting") => state.to_owned(),
            _ => String::new(),
        },
        state_seconds: row.text(4).parse().ok(),
        query: row.text(6).to_owned(),
        ..Worker::default()
    }
}

fn hold(row: &Row) -> Hold {
    Hold {
        table: row.text(0).to_owned(),
        process: number(row, 1),
        mode: row.text(2).to_owned(),
        is_granted: row.text(3) == "t",
    }
}

fn mark_transactions(activity: &mut Activity, rows: &[Row]) {
    let open: BTreeMap<i64, &Row> = rows.iter().map(|row| (number(row, 0), row)).collect();
    for worker in &mut activity.sessions {
        let Some(row) = open.get(&worker.process) else {
            continue;
        };
        worker.transaction_seconds = row.text(1).parse().ok();
        if worker.state == "idle" {
            worker.state = "idle in transaction".to_owned();
            worker.is_idle_in_transaction = true;
        }
    }
}

/// Who wants a table's definition waits for all who hold it; where nobody tells who does, for all whose
/// transactions are open longer.
fn add_definition_waits(activity: &mut Activity) {
    let wanting: Vec<(i64, Option<String>)> = activity
        .sessions
        .iter()
        .filter(|worker| worker.waits_for.contains("metadata lock"))
        .map(|worker| (worker.process, None))
        .chain(
            activity
                .holds
                .iter()
                .filter(|hold| !hold.is_granted)
                .map(|hold| (hold.process, Some(hold.table.clone()))),
        )
        .collect();
    let mut found = Vec::new();
    for (waiter, table) in wanting {
        let query = activity
            .worker(waiter)
            .map_or_else(String::new, |worker| worker.query.to_lowercase());
        let holders = activity.holds.iter().filter(|hold| {
            hold.is_granted
                && hold.process != waiter
                && match &table {
                    Some(table) => *table == hold.table,
                    None => query.contains(&hold.table.to_lowercase()),
                }
        });
        let mut blockers: Vec<i64> = holders.map(|hold| hold.process).collect();
        if blockers.is_empty() && activity.holds.is_empty() {
            let open = activity.sessions.iter().filter(|worker| {
                worker.process != waiter
                    && worker.transaction_seconds.is_some()
                    && !worker.waits_for.contains("metadata lock")
            });
            blockers = open.map(|worker| worker.process).collect();
        }
        found.extend(blockers.into_iter().map(|blocker| Wait { waiter, blocker }));
    }
    activity.waits.extend(found);
}
