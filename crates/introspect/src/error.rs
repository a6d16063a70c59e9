//! What can go wrong while a database is read.

/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IntrospectError {
    /// The server refused a query, or the connection broke.
    #[error("read the {what} of the database")]
    Query {
        /// What was being read, in words: `tables`, `indexes`.
        what: &'static str,
        /// What the driver says.
        #[source]
        source: sqlx::Error,
    },
    /// The server returned something that we do not understand.
    #[error("understand {what}: {reason}")]
    Unreadable {
        /// What it is, with its name: `table "book"`.
        what: String,
        /// Where understanding ends.
        reason: String,
    },
}

impl IntrospectError {
    /// A function that wraps what the driver says while `what` is read.
    pub(crate) fn query(what: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Query { what, source }
    }

    /// Something that the server returned and that we do not understand.
    pub(crate) fn unreadable(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unreadable {
            what: what.into(),
            reason: reason.into(),
        }
    }
}
