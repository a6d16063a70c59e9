//! Sessions, and the queues that they stand in.

/// What goes on in a database, as far as its server tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Everybody who is connected to it, but the session that asks.
    pub sessions: Vec<Worker>,
    /// Who waits for whom.
    pub waits: Vec<Wait>,
    /// Who has, or wants, which table.
    pub holds: Vec<Hold>,
    /// What could not be seen, and what would help.
    pub unseen: Vec<String>,
}

/// Somebody who is connected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worker {
    /// The process or thread on the server.
    pub process: i64,
    /// The database user.
    pub user: String,
    /// What they call themselves.
    pub application: String,
    /// Where they connect from.
    pub client: String,
    /// What they do, in the server's words: `active`, `idle in transaction`.
    pub state: String,
    /// What they wait for, in the server's words.
    pub waits_for: String,
    /// For how many seconds their transaction is open; `None` where there is none, or the server does not
    /// tell.
    pub transaction_seconds: Option<u64>,
    /// For how many seconds they are in this state.
    pub state_seconds: Option<u64>,
    /// The statement that they run, or ran last.
    pub query: String,
    /// Whether they hold a transaction open and do nothing in it.
    pub is_idle_in_transaction: bool,
}

/// That one waits for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wait {
    /// Who waits.
    pub waiter: i64,
    /// For whom; 0 is a transaction that was prepared and left.
    pub blocker: i64,
}

/// That somebody has, or wants, a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold {
    /// The table, with its schema where it has one.
    pub table: String,
    /// Who.
    pub process: i64,
    /// The kind of lock, in the server's words.
    pub mode: String,
    /// Whether they have it, rather than wait for it.
    pub is_granted: bool,
}

impl Activity {
    /// The session of this process.
    pub fn worker(&self, process: i64) -> Option<&Worker> {
        self.sessions
            .iter()
            .find(|worker| worker.process == process)
    }

    /// Those who wait for this process, and for nobody who waits for it already.
    pub fn waiters(&self, blocker: i64) -> Vec<i64> {
        let waits = self.waits.iter().filter(|wait| wait.blocker == blocker);
        waits.map(|wait| wait.waiter).collect()
    }

    /// Those whom somebody waits for, and who wait for nobody: where a queue begins.
    pub fn roots(&self) -> Vec<i64> {
        let waiting = |process: i64| self.waits.iter().any(|wait| wait.waiter == process);
        let mut roots: Vec<i64> = self.waits.iter().map(|wait| wait.blocker).collect();
        roots.sort_unstable();
        roots.dedup();
        let all = roots.clone();
        roots.retain(|process| !waiting(*process));
        if roots.is_empty() {
            // All wait for each other: the server will end one of them.
            return all.into_iter().take(1).collect();
        }
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(pairs: &[(i64, i64)]) -> Activity {
        let wait = |(waiter, blocker): &(i64, i64)| Wait {
            waiter: *waiter,
            blocker: *blocker,
        };
        Activity {
            waits: pairs.iter().map(wait).collect(),
            ..Activity::default()
        }
    }

    #[test]
    fn queues_begin_with_those_who_wait_for_nobody() {
        let activity = waits(&[(2, 1), (3, 2), (4, 1), (6, 5)]);
        assert_eq!(activity.roots(), [1, 5]);
        assert_eq!(activity.waiters(1), [2, 4]);
        assert_eq!(waits(&[(1, 2), (2, 1)]).roots(), [1]);
        assert!(waits(&[]).roots().is_empty());
    }
}
