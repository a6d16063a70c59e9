//! One scratch database.

use schemist_connect::{DatabaseUrl, Session};
use schemist_sql::Ident;

use super::ScratchWarning;
use crate::duty::{self, DutyNumber};

/// A database of our own; dropped by [`Scratch::close`], and else when the value is.
#[derive(Debug)]
pub struct Scratch {
    /// The session in it, pinned.
    pub session: Session,
    url: DatabaseUrl,
    // `None` where ending the session is enough: in memory, and on a server that goes away as a whole.
    duty: Option<(Ident, DutyNumber)>,
}

impl Scratch {
    pub(super) const fn new(
        session: Session,
        url: DatabaseUrl,
        duty: Option<(Ident, DutyNumber)>,
    ) -> Self {
        Self { session, url, duty }
    }

    /// Where it is, for another session in it.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Its name on the server; `None` in memory and on a local server.
    pub fn name(&self) -> Option<&Ident> {
        self.duty.as_ref().map(|(name, _)| name)
    }

    /// Drops it.
    ///
    /// # Errors
    /// A warning with its name where it is still there.
    pub fn close(mut self) -> Result<(), ScratchWarning> {
        self.fulfil()
    }

    fn fulfil(&mut self) -> Result<(), ScratchWarning> {
        let Some((_, number)) = self.duty.take() else {
            return Ok(());
        };
        match duty::strike_out(number) {
            Some(duty) => duty::fulfil_blocking(duty),
            None => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whoever wants to hear of a failure calls `close`; the next run tries again.
        let _unheard = self.fulfil();
    }
}
