//! What this process still has to drop or stop, also when it is interrupted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use schemist_connect::{Access, DatabaseUrl, Pins, Session, Terminator};
use schemist_sql::{Dialect, Ident, Script};

use crate::scratch::{Cluster, MysqlFolder, ScratchWarning};

/// Something that must be undone before the process ends.
#[derive(Debug, Clone)]
pub(crate) enum Duty {
    /// A session that may be changing something at this moment.
    End(Terminator),
    /// A database on a server that stays.
    Drop { server: DatabaseUrl, name: Ident },
    /// A server that we started.
    Stop(Cluster),
    /// The same of MariaDB or MySQL.
    StopMysql(MysqlFolder),
}

/// The number by which a duty is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DutyNumber(u64);

#[derive(Debug)]
struct Duties {
    next: u64,
    open: BTreeMap<DutyNumber, Duty>,
}

static DUTIES: Mutex<Duties> = Mutex::new(Duties {
    next: 0,
    open: BTreeMap::new(),
});

fn with_duties<T>(act: impl FnOnce(&mut Duties) -> T) -> T {
    // A panic elsewhere leaves the map whole: every change of it is one call.
    act(&mut DUTIES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Notes a duty before the thing itself is made, so that no moment is left out.
pub(crate) fn take_on(duty: Duty) -> DutyNumber {
    with_duties(|duties| {
        let number = DutyNumber(duties.next);
        duties.next += 1;
        duties.open.insert(number, duty);
        number
    })
}

/// Strikes a duty out; `None` where somebody else took it.
pub(crate) fn strike_out(number: DutyNumber) -> Option<Duty> {
    with_duties(|duties| duties.open.remove(&number))
}

/// Ends every session of this process that changes something, drops every scratch database and stops
/// every server that it made.
///
/// For the way out that passes no destructor: a handler of Ctrl-C calls it from its own thread, with
/// or without a runtime around it.
pub fn sweep() -> Vec<ScratchWarning> {
    let open = with_duties(|duties| std::mem::take(&mut duties.open));
    let mut duties: Vec<_> = open.into_values().collect();
    duties.sort_by_key(turn);
    duties
        .into_iter()
        .filter_map(|duty| fulfil_blocking(duty).err())
        .collect()
}

/// When a duty's turn is: first nobody makes more, then what was made goes, then the ground under it.
const fn turn(duty: &Duty) -> u8 {
    match duty {
        Duty::End(_) => 0,
        Duty::Drop { .. } => 1,
        Duty::Stop(_) | Duty::StopMysql(_) => 2,
    }
}

/// Ends a session on the server when the process is interrupted; with the value, the duty ends.
#[derive(Debug)]
pub(crate) struct Interruptible(DutyNumber);

impl Interruptible {
    /// Takes the duty on for a session.
    pub(crate) fn new(session: &Session) -> Self {
        Self(take_on(Duty::End(session.terminator())))
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        strike_out(self.0);
    }
}

/// Does a duty on a thread and a runtime of its own.
pub(crate) fn fulfil_blocking(duty: Duty) -> Result<(), ScratchWarning> {
    let described = duty.clone();
    let work = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => runtime.block_on(fulfil(duty)),
            Err(error) => Err(failed(&duty, error.to_string())),
        }
    });
    work.join()
        .unwrap_or_else(|_| Err(failed(&described, "the work panicked".to_owned())))
}

async fn fulfil(duty: Duty) -> Result<(), ScratchWarning> {
    match &duty {
        // A session that is gone already was ended by its server.
        Duty::End(terminator) => {
            terminator.terminate();
            Ok(())
        }
        Duty::Stop(cluster) => cluster
            .stop()
            .map_err(|error| failed(&duty, error.to_string())),
        Duty::StopMysql(run) => run.stop().map_err(|error| failed(&duty, error.to_string())),
        Duty::Drop { server, name } => {
            let session = Session::connect(server, &Pins::default(), Access::Write).await;
            let mut session = session.map_err(|error| failed(&duty, error.to_string()))?;
            let dropped = drop_database(&mut session, name).await;
            session.close().await;
            dropped
        }
    }
}

/// Ends every session in a scratch database, and waits for a moment until they are gone.
///
/// `DROP DATABASE` ends them too, but then looks again only after a tenth of a second.
async fn end_sessions(session: &mut Session, name: &Ident) {
    match session.dialect() {
        Dialect::Postgres => {}
        Dialect::Mysql => return kill_sessions(session, name).await,
        Dialect::Sqlite => return,
    }
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword(
            "SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = ",
        )
        .literal(name.as_str());
    for _ in 0..50 {
        match session.query(script.as_str()).await {
            Ok(ended) if ended.is_empty() => return,
            Ok(_) => tokio::time::sleep(Duration::from_millis(2)).await,
            // Whoever may not do this may still drop the database.
            Err(_) => return,
        }
    }
}

/// Ends every session in a scratch database of MySQL, whose locks on tables would hold up dropping it.
async fn kill_sessions(session: &mut Session, name: &Ident) {
    let mut script = Script::new(Dialect::Mysql);
    script
        .keyword(
            "SELECT id FROM information_schema.processlist WHERE id <> connection_id() AND db = ",
        )
        .literal(name.as_str());
    for row in session.query(script.as_str()).await.unwrap_or_default() {
        let Ok(process) = row.text(0).parse::<i64>() else {
            continue;
        };
        let mut kill = Script::new(Dialect::Mysql);
        kill.keyword("KILL CONNECTION ").number(process);
        // It may be gone by itself.
        let _gone = session.execute(kill.as_str()).await;
    }
}

/// Drops a scratch database, ending whoever is connected to it.
pub(crate) async fn drop_database(
    session: &mut Session,
    name: &Ident,
) -> Result<(), ScratchWarning> {
    let mut script = Script::new(session.dialect());
    script.keyword("DROP DATABASE IF EXISTS ").ident(name);
    match session.dialect() {
        Dialect::Postgres => script.keyword(" WITH (FORCE)"),
        Dialect::Sqlite | Dialect::Mysql => &mut script,
    };
    end_sessions(session, name).await;
    let mut dropped = session.execute(script.as_str()).await;
    // object_in_use, in spite of FORCE: the database holds subscriptions.
    if dropped
        .as_ref()
        .is_err_and(|error| error.code.as_deref() == Some("55006"))
    {
        drop_subscriptions(session, name).await;
        dropped = session.execute(script.as_str()).await;
    }
    dropped
        .map(drop)
        .map_err(|error| ScratchWarning::NotDropped {
            name: name.as_str().to_owned(),
            place: session.url().redacted(),
            reason: error.to_string(),
        })
}

/// Drops the subscriptions in a scratch database, which never connected; what fails shows later.
async fn drop_subscriptions(session: &Session, name: &Ident) {
    let url = session.url().with_database(name.as_str());
    let Ok(mut inside) = Session::connect(&url, &Pins::default(), Access::Write).await else {
        return;
    };
    let asked = "SELECT subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
                 WHERE d.datname = current_database()";
    for row in inside.query(asked).await.unwrap_or_default() {
        let subscription = Ident::from_server(row.text(0));
        for end in [" DISABLE", " SET (slot_name = NONE)"] {
            let mut script = Script::new(Dialect::Postgres);
            script
                .keyword("ALTER SUBSCRIPTION ")
                .ident(&subscription)
                .keyword(end);
            let _shows_later = inside.execute(script.as_str()).await;
        }
        let mut script = Script::new(Dialect::Postgres);
        script.keyword("DROP SUBSCRIPTION ").ident(&subscription);
        let _shows_later = inside.execute(script.as_str()).await;
    }
    inside.close().await;
}

fn failed(duty: &Duty, reason: String) -> ScratchWarning {
    match duty {
        Duty::Drop { server, name } => ScratchWarning::NotDropped {
            name: name.as_str().to_owned(),
            place: server.redacted(),
            reason,
        },
        Duty::End(_) => ScratchWarning::NotEnded { reason },
        Duty::StopMysql(run) => ScratchWarning::NotStopped {
            folder: PathBuf::from(run.folder()),
            reason,
        },
        Duty::Stop(cluster) => ScratchWarning::NotStopped {
            folder: PathBuf::from(cluster.folder()),
            reason,
        },
    }
}
