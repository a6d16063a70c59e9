//! The lock of MySQL and MariaDB: a named one of the server, which ends with its session.

use std::time::{Duration, Instant};

use schemist_connect::{Session, StatementError};
use schemist_sql::{Dialect, Script};

use super::{Holder, Lock, LockError, POLL};
use crate::journal::JournalWriter;

/// Writes the lock's name, which the server makes from the database's: the names are the whole server's.
pub(crate) fn lock_name(script: &mut Script, writer: &JournalWriter) {
    script
        .keyword("concat('schemist_', md5(concat(database(), '.', ")
        .literal(writer.name().revision_table().name.as_str())
        .keyword(")))");
}

impl Lock {
    pub(super) async fn take_named(&mut self, wait: Duration) -> Result<(), LockError> {
        // Polled: a session that waits in the server cannot be interrupted from here.
        let take = self.about_lock("SELECT get_lock(", ", 0)");
        let began = Instant::now();
        loop {
            let rows = self.session.query(&take).await?;
            if rows.first().is_some_and(|row| row.text(0) == "1") {
                break;
            }
            let waited = began.elapsed();
            if waited >= wait {
                return Err(LockError::Held {
                    holder: named_holder(&mut self.session, &self.writer).await?,
                    waited,
                });
            }
            tokio::time::sleep(POLL.min(wait - waited)).await;
        }
        if self.holds_name().await? {
            Ok(())
        } else {
            Err(LockError::Pooler)
        }
    }

    pub(super) async fn holds_name(&mut self) -> Result<bool, StatementError> {
        let asked = self.about_lock("SELECT is_used_lock(", ") = connection_id()");
        let rows = self.session.query(&asked).await?;
        Ok(rows.first().is_some_and(|row| row.text(0) == "1"))
    }

    pub(super) async fn release_name(&mut self) {
        let release = self.about_lock("SELECT release_lock(", ")");
        // What fails here is a session that is gone, and its lock with it.
        let _gone = self.session.query(&release).await;
    }

    fn about_lock(&self, before: &'static str, after: &'static str) -> String {
        about_lock(&self.writer, before, after)
    }
}

/// Who holds it; of other users' sessions the server tells more with the right PROCESS.
pub(super) async fn named_holder(
    session: &mut Session,
    writer: &JournalWriter,
) -> Result<Option<Holder>, StatementError> {
    let asked = about_lock(
        writer,
        "SELECT l.id, coalesce(p.user, 'unknown'), coalesce(p.host, 'unknown'), coalesce(p.command, 'unknown'),
                coalesce(date_format(utc_timestamp() - INTERVAL p.time SECOND, '%Y-%m-%d %H:%i:%sZ'), 'unknown')
         FROM (SELECT is_used_lock(",
        ") AS id) AS l LEFT JOIN information_schema.processlist AS p ON p.id = l.id WHERE l.id IS NOT NULL",
    );
    let rows = session.query(&asked).await?;
    Ok(rows.first().map(Holder::from_row))
}

fn about_lock(writer: &JournalWriter, before: &'static str, after: &'static str) -> String {
    let mut script = Script::new(Dialect::Mysql);
    script.keyword(before);
    lock_name(&mut script, writer);
    script.keyword(after);
    script.into_text()
}
