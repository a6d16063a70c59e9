//! Asking whatever server a session is connected to.

use schemist_connect::{Session, StatementError};
use schemist_sql::Dialect;

use super::{Activity, mysql, postgres};

/// Asks who is at work in the database of a session.
///
/// # Errors
/// [`StatementError`] where the server refuses what everybody may ask.
pub async fn read_activity(session: &mut Session) -> Result<Activity, StatementError> {
    match session.dialect() {
        Dialect::Postgres => postgres::read(session).await,
        Dialect::Mysql => mysql::read(session).await,
        Dialect::Sqlite => Ok(Activity {
            unseen: vec![
                "SQLite locks its file as a whole and keeps no list of who uses it".to_owned(),
            ],
            ..Activity::default()
        }),
    }
}
