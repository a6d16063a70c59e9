//! Ending a session from outside, for Ctrl-C and panics.

use crate::session::{open_mysql, open_postgres};
use crate::url::Target;
use crate::{DatabaseUrl, Link, text};

/// What can end a session from another thread.
///
/// A server goes on with the statement of a client that is gone until it next writes to it, with all
/// its locks; so ending our process is not enough to end a long statement.
#[derive(Debug, Clone)]
pub struct Terminator {
    url: DatabaseUrl,
    process: Option<i64>,
}

impl Terminator {
    pub(crate) const fn of(url: DatabaseUrl, process: Option<i64>) -> Self {
        Self { url, process }
    }

    /// Ends the session on the server, over a connection of its own; returns whether that was done.
    ///
    /// It works without a runtime and inside one, and waits for at most a few seconds.
    pub fn terminate(&self) -> bool {
        let Some(process) = self.process else {
            return false;
        };
        let url = self.url.clone();
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.is_ok_and(|runtime| runtime.block_on(end(&url, process)))
        });
        ending.join().unwrap_or(false)
    }
}

async fn end(url: &DatabaseUrl, process: i64) -> bool {
    let mut ending = schemist_sql::Script::new(url.dialect());
    match &url.0 {
        Target::Postgres(server) => {
            let Ok(mut connection) = open_postgres(url, server).await else {
                return false;
            };
            ending
                .keyword("SELECT pg_terminate_backend(")
                .number(process)
                .keyword(")");
            let link = Link::Postgres(&mut connection);
            text::execute(link, ending.as_str()).await.is_ok()
        }
        Target::Mysql(server) => {
            let Ok(mut connection) = open_mysql(url, server).await else {
                return false;
            };
            ending.keyword("KILL CONNECTION ").number(process);
            let link = Link::Mysql(&mut connection);
            text::execute(link, ending.as_str()).await.is_ok()
        }
        Target::Sqlite(_) => false,
    }
}
