//! What PostgreSQL tells of those who are at work.

use schemist_connect::{Row, Session, StatementError, without_beginning};

use super::{Activity, Hold, Wait, Worker};

/// Of other users' sessions a role sees no more than that they are there, unless it may read all of them.
const SESSIONS: &str = "SELECT a.pid, coalesce(a.usename::text, a.backend_type, 'unknown'), coalesce(a.application_name, ''),
        coalesce(host(a.client_addr), 'this machine'), coalesce(a.state, ''),
        CASE WHEN a.wait_event_type IN ('Lock', 'LWLock', 'IO', 'IPC', 'Timeout') THEN a.wait_event_type || ' ' || a.wait_event ELSE '' END,
        greatest(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::bigint,
        greatest(extract(epoch FROM clock_timestamp() - a.state_change), 0)::bigint,
        CASE a.query WHEN '<insufficient privilege>' THEN '' ELSE coalesce(left(a.query, 4000), '') END, array_to_string(pg_catalog.pg_blocking_pids(a.pid), ' '),
        coalesce(a.state LIKE 'idle in transaction%', false), coalesce(a.query = '<insufficient privilege>', false)
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
    ORDER BY a.xact_start NULLS LAST, a.pid";

const HOLDS: &str = "SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END, l.pid, l.mode, l.granted
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_class c ON c.oid = l.relation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE l.locktype = 'relation' AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
    ORDER BY 1, 4 DESC, 2, 3";

pub(super) async fn read(session: &mut Session) -> Result<Activity, StatementError> {
    let mut activity = Activity::default();
    let mut hidden = 0_usize;
    for row in session.query(SESSIONS).await? {
        let worker = worker(&row);
        for blocker in row.text(9).split_whitespace() {
            let wait = Wait {
                waiter: worker.process,
                blocker: blocker.parse().unwrap_or_default(),
            };
            // A process that works for another one in parallel is named as often as it holds something.
            if !activity.waits.contains(&wait) {
                activity.waits.push(wait);
            }
        }
        hidden += usize::from(row.text(11) == "t");
        activity.sessions.push(worker);
    }
    let rows = session.query(HOLDS).await?;
    activity.holds = rows.iter().map(hold).collect();
    activity.holds.dedup();
    if hidden > 0 {
        let user = session.query("SELECT quote_ident(current_user)").await?;
        let user = user.first().map_or("", |row| row.text(0));
        let sessions = if hidden == 1 { "session" } else { "sessions" };
        activity.unseen.push(format!(
            "the server does not show what {hidden} {sessions} of other users do: GRANT pg_read_all_stats TO {user}"
        ));
    }
    Ok(activity)
}

fn worker(row: &Row) -> Worker {
    Worker {
        process: row.text(0).parse().unwrap_or_default(),
        user: row.text(1).to_owned(),
        application: row.text(2).to_owned(),
        client: row.text(3).to_owned(),
        state: row.text(4).to_owned(),
        waits_for: row.text(5).to_owned(),
        transaction_seconds: row.text(6).parse().ok(),
        state_seconds: row.text(7).parse().ok(),
        query: without_beginning(row.text(8)).to_owned(),
        is_idle_in_transaction: row.text(10) == "t",
    }
}

fn hold(row: &Row) -> Hold {
    Hold {
        table: row.text(0).to_owned(),
        process: row.text(1).parse().unwrap_or_default(),
        mode: row.text(2).to_owned(),
        is_granted: row.text(3) == "t",
    }
}
