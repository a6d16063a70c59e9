//! What can be wrong with the file of a SQLite database, whatever was asked of it.

use crate::StatementError;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTrouble {
    /// Its disk is full.
    Full,
    /// It, or the folder that it is in, may not be written to.
    ReadOnly,
    /// It cannot be opened or made.
    Closed,
    /// It is no database, or one that is encrypted.
    Foreign,
    /// It is damaged.
    Damaged,
}

impl FileTrouble {
    /// Reads it from what SQLite says: <https://www.sqlite.org/rescode.html>.
    pub fn of(error: &StatementError) -> Option<Self> {
        let code = error.code.as_deref().filter(|code| code.len() < 5)?;
        match code.parse::<u32>().ok()? & 0xff {
            8 => Some(Self::ReadOnly),
            11 => Some(Self::Damaged),
            13 => Some(Self::Full),
            14 => Some(Self::Closed),
            26 => Some(Self::Foreign),
            _ => None,
        }
    }

    /// What helps.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Full => {
                "make room on its disk: a table that is written anew needs its size again, and once more for the journal"
            }
            Self::ReadOnly => "let this user write to the file and to the folder that it is in",
            Self::Closed => {
                "see that the path leads to a file, and that this user may read it; for a new one, that its folder is there"
            }
            Self::Foreign => {
                "name a file of SQLite in the url; this one is none, or it is encrypted"
            }
            Self::Damaged => {
                "restore a copy, or save what can be read: sqlite3 damaged.db .recover | sqlite3 new.db"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ServerWords;

    use super::*;

    fn trouble(code: &str) -> Option<FileTrouble> {
        FileTrouble::of(&StatementError::from(ServerWords {
            code: Some(code.to_owned()),
            ..ServerWords::default()
        }))
    }

    #[test]
    fn extended_codes_say_the_same() {
        assert_eq!(trouble("13"), Some(FileTrouble::Full));
        // SQLITE_READONLY_DIRECTORY, SQLITE_CANTOPEN_ISDIR.
        assert_eq!(trouble("1544"), Some(FileTrouble::ReadOnly));
        assert_eq!(trouble("526"), Some(FileTrouble::Closed));
        assert_eq!(trouble("1"), None);
        assert_eq!(trouble("57P01"), None);
    }
}
