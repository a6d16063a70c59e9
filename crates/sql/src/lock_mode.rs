//! The locks that PostgreSQL puts on tables, from the weakest to the strongest.

use std::fmt;

/// A lock on a table of PostgreSQL: <https://www.postgresql.org/docs/current/explicit-locking.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Reading rows.
    AccessShare,
    /// Locking rows.
    RowShare,
    /// Writing rows.
    RowExclusive,
    /// Changes of the schema and vacuum wait.
    ShareUpdateExclusive,
    /// Writes wait.
    Share,
    /// Writes wait, and so does another lock of this kind.
    ShareRowExclusive,
    /// All but plain reads wait.
    Exclusive,
    /// Everybody waits.
    AccessExclusive,
}

impl LockMode {
    /// Every lock, from the weakest.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];

    /// Its words in `LOCK TABLE … IN … MODE`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Reads its words.
    pub fn parse(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.words() == words)
    }

    /// Reads its name in `pg_locks`: `AccessExclusiveLock`.
    pub fn from_server(name: &str) -> Option<Self> {
        let name = name.strip_suffix("Lock")?;
        let is_name = |mode: &Self| {
            let letters = mode.words().bytes().filter(|letter| *letter != b' ');
            letters.eq(name.bytes().map(|letter| letter.to_ascii_uppercase()))
        };
        Self::ALL.into_iter().find(is_name)
    }

    /// Whether others cannot read or cannot write while it is held.
    pub fn keeps_others_waiting(self) -> bool {
        self >= Self::Share
    }

    /// What waits for it, in words.
    pub const fn who_waits(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive => "nobody but changes of it",
            Self::ShareUpdateExclusive => "other changes of it and vacuum",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writes",
            Self::AccessExclusive => "reads and writes",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_the_servers_names_are_read_back() {
        for mode in LockMode::ALL {
            assert_eq!(LockMode::parse(mode.words()), Some(mode));
        }
        let seen = LockMode::from_server("ShareUpdateExclusiveLock");
        assert_eq!(seen, Some(LockMode::ShareUpdateExclusive));
        assert_eq!(LockMode::from_server("SIReadLock"), None);
        assert!(LockMode::Share.keeps_others_waiting());
        assert!(!LockMode::ShareUpdateExclusive.keeps_others_waiting());
    }
}
