//! How the program ends: the one list of its codes.

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Clean or done.
    Done,
    /// Something went wrong.
    Error,
    /// There are differences.
    Differences,
    /// There is a hazard.
    Hazard,
    /// The lock was not got.
    Lock,
    /// The history is wrong.
    History,
    /// The command was typed wrong.
    Usage,
}

impl Exit {
    /// All of them, by their codes.
    pub const ALL: [Self; 7] = [
        Self::Done,
        Self::Error,
        Self::Differences,
        Self::Hazard,
        Self::Lock,
        Self::History,
        Self::Usage,
    ];

    /// The number that the system gets.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Differences => 2,
            Self::Hazard => 3,
            Self::Lock => 4,
            Self::History => 5,
            Self::Usage => 64,
        }
    }

    /// What it means, in a line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "clean, or done",
            Self::Error => "an error",
            Self::Differences => "something differs, or is to be run",
            Self::Hazard => {
                "a hazard is as bad as was asked for, or rows stand against a statement"
            }
            Self::Lock => {
                "the lock was not got, a statement ran out of time, or somebody else is connected"
            }
            Self::History => "the history is invalid",
            Self::Usage => "what was typed makes no sense: an unknown command or option",
        }
    }
}
