//! Reading whatever database a session is connected to.

use std::future::{Ready, ready};

use schemist_catalog::Catalog;
use schemist_connect::{Link, Session};

use crate::{Fingerprint, IntrospectError, Scope};

/// What reading came to, where `K` is what is known of some answers.
#[derive(Debug)]
pub enum Found<K> {
    /// The database answers what is known already: nothing was made of it.
    Known(K),
    /// What it holds, and what its answers were.
    Read(Catalog, Fingerprint),
}

impl<K> Found<K> {
    /// The catalog, where nothing was known.
    ///
    /// # Errors
    /// Where there is none, because the answers were known.
    pub fn catalog(self) -> Result<Catalog, IntrospectError> {
        match self {
            Self::Read(catalog, _) => Ok(catalog),
            Self::Known(_) => Err(IntrospectError::unreadable(
                "the database",
                "its answers are taken for known ones",
            )),
        }
    }
}

/// What is known of some answers.
pub type Known<K> = Vec<(Fingerprint, K)>;

/// What is known where nothing is.
pub fn nothing_known() -> Ready<Known<()>> {
    ready(Vec::new())
}

/// Takes what is known of these answers.
pub(crate) fn take<K>(known: Known<K>, fingerprint: Fingerprint) -> Option<K> {
    let mut known = known.into_iter();
    known.find_map(|(answers, what)| (answers == fingerprint).then_some(what))
}

/// Reads the catalog of the database that a session is connected to.
///
/// # Errors
/// What the server refuses, and what its answers leave unclear.
pub async fn read(session: &mut Session, scope: &Scope) -> Result<Catalog, IntrospectError> {
    read_unless(session, scope, nothing_known())
        .await?
        .catalog()
}

/// The same, unless the answers are known: to tell so costs little more than to receive them.
///
/// The server is asked before `known` is waited for, and works meanwhile.
///
/// # Errors
/// What the server refuses, and what its answers leave unclear.
pub async fn read_unless<K>(
    session: &mut Session,
    scope: &Scope,
    known: impl Future<Output = Known<K>>,
) -> Result<Found<K>, IntrospectError> {
    match session.link() {
        Link::Postgres(connection) => crate::postgres::read(connection, scope, known).await,
        Link::Sqlite(connection) => crate::sqlite::read(connection, scope, known).await,
        Link::Mysql(connection) => crate::mysql::read(connection, scope, known).await,
    }
}
