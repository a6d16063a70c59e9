//! Revision files and the history that they form.
//!
//! It stands apart because a history must be readable with nothing else at hand: no database, no
//! settings, no clock. Files come in as text and go out as text; ids and times are passed in. It
//! deliberately does not run SQL, does not know what a statement means, and guesses nothing: a
//! history that is wrong is named, with what to do about it.

mod body;
mod checksum;
mod draw;
mod file;
mod header;
mod history;
mod id;
#[cfg(test)]
mod laws;
mod name;
mod near;
mod place;
mod problem;
#[cfg(test)]
mod sample;
mod target;
mod time;
mod usage;

pub use body::{
    Comment, Direction, ForeignKeys, LockSource, Marker, Section, SectionStatement, StatementLock,
    Transaction,
};
pub use checksum::{BadChecksum, Checksum};
pub use draw::{Drawing, Glyphs, Mark, Station, Strand, draw, marks, stations, summary};
pub use file::RevisionFile;
pub use header::{CatalogHashes, Header, Key, Message, Proof, ProvenOn};
pub use history::{AppliedError, AppliedErrors, History, HistoryError, HistoryErrors, Mention};
pub use id::{BadId, Label, RevisionId};
pub use name::{FILE_NAME, file_name};
pub use place::Place;
pub use problem::{FileErrors, FileProblem, ReadError};
pub use target::{Point, Range, Target, TargetError};
pub use time::Timestamp;
pub use usage::UseError;
