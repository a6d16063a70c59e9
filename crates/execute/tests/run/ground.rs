//! What these tests share: a database of its own for each, and short ways to write a passage.

use std::time::Duration;

use schemist_connect::{Access, DatabaseUrl, Pins, Session};
use schemist_execute::journal::{self, JournalEntry, JournalName, State};
use schemist_execute::lock::{Lock, LockError};
use schemist_execute::run::{
    Applied, Known, Passage, Repetition, RunError, RunOptions, RunSection, RunStatement, apply,
};
use schemist_execute::scratch::{Scratch, ScratchOptions, ScratchPlace, ScratchServer};
use schemist_revision::{Direction, ForeignKeys, RevisionId, Transaction};
use schemist_sql::Dialect;

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// A database of its own for a test.
pub(crate) enum Ground {
    File(tempfile::TempDir),
    Scratch(Box<(ScratchServer, Scratch)>),
}

impl Ground {
    pub(crate) fn sqlite() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Self::server(Dialect::Postgres, "SCHEMIST_TEST_POSTGRES_URL").await
    }

    pub(crate) async fn mysql() -> Option<Self> {
        Self::server(Dialect::Mysql, "SCHEMIST_TEST_MYSQL_URL").await
    }

    async fn server(dialect: Dialect, variable: &str) -> Option<Self> {
        let Ok(url) = std::env::var(variable) else {
            eprintln!("passed over: {variable} names no server");
            return None;
        };
        let place = ScratchPlace::Url(DatabaseUrl::parse(&url).unwrap());
        let options = ScratchOptions {
            dialect,
            likeness: None,
            default_schema: None,
            template: None,
            started: 3000,
        };
        let mut server = ScratchServer::open(&place, options).await.unwrap();
        let scratch = server.create().await.unwrap();
        Some(Self::Scratch(Box::new((server, scratch))))
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        match self {
            Self::File(folder) => {
                DatabaseUrl::parse(&format!("sqlite://{}/x.db", folder.path().display())).unwrap()
            }
            Self::Scratch(both) => both.1.url().clone(),
        }
    }

    pub(crate) async fn session(&self) -> Session {
        Session::connect(&self.url(), &Pins::default(), Access::Create)
            .await
            .unwrap()
    }

    pub(crate) async fn lock(&self) -> Result<Lock, LockError> {
        Lock::take(
            self.session().await,
            &JournalName::default(),
            Duration::ZERO,
        )
        .await
    }

    pub(crate) async fn ask(&self, sql: &str) -> String {
        let rows = self.session().await.query(sql).await.unwrap();
        rows.iter()
            .map(|row| row.text(0).to_owned())
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(crate) async fn state(&self, id: &str) -> String {
        let journal = journal::read(&mut self.session().await, &JournalName::default())
            .await
            .unwrap();
        let entry = journal.entry(&RevisionId::parse(id).unwrap()).cloned();
        entry.map_or("absent".to_owned(), |entry| {
            let error = entry
                .error
                .map_or(String::new(), |error| format!(" ({error})"));
            format!("{}{error}", entry.state)
        })
    }
}

pub(crate) fn section(transaction: Transaction, statements: &[&str]) -> RunSection {
    let statements = statements.iter().enumerate();
    RunSection {
        transaction,
        foreign_keys: ForeignKeys::On,
        statements: statements
            .map(|(i, sql)| RunStatement {
                sql: (*sql).to_owned(),
                line: 10 + i,
                repetition: Repetition::Unknown,
            })
            .collect(),
    }
}

pub(crate) fn passage(id: &str, direction: Direction, sections: Vec<RunSection>) -> Passage {
    let entry = JournalEntry {
        id: RevisionId::parse(id).unwrap(),
        parents: Vec::new(),
        message: "a test".to_owned(),
        up: "1".repeat(64).parse().unwrap(),
        down: Some("2".repeat(64).parse().unwrap()),
        applied_at: None,
        applied_by: None,
        tool_version: "0.1.0".to_owned(),
        duration_ms: 0,
        batch: 1,
        state: State::Applied,
        begun: None,
        statements: 0,
        catalog: None,
        error: None,
    };
    Passage {
        entry,
        direction,
        sections,
    }
}

pub(crate) fn up(sections: Vec<RunSection>) -> Passage {
    passage("a1", Direction::Up, sections)
}

pub(crate) async fn applied(ground: &Ground, passage: &Passage) -> Result<Applied, RunError> {
    applied_where(ground, passage, Known::Nothing).await
}

pub(crate) async fn applied_where(
    ground: &Ground,
    passage: &Passage,
    known: Known,
) -> Result<Applied, RunError> {
    let mut lock = ground.lock().await.unwrap();
    let done = applied_under(&mut lock, passage, known).await;
    lock.release().await.close().await;
    done
}

pub(crate) async fn applied_under(
    lock: &mut Lock,
    passage: &Passage,
    known: Known,
) -> Result<Applied, RunError> {
    let options = RunOptions {
        lock_timeout: Duration::from_millis(100),
        lock_attempts: 3,
        known,
        ..RunOptions::default()
    };
    apply(lock, passage, &options).await
}

pub(crate) fn told(error: &RunError) -> String {
    let mut lines = vec![format!("cannot {error}")];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        lines.push(error.to_string());
        cause = error.source();
    }
    lines.join("\n")
}

pub(crate) async fn both(test: impl AsyncFn(&Ground)) {
    test(&Ground::sqlite()).await;
    if let Some(ground) = Ground::postgres().await {
        test(&ground).await;
    }
}
