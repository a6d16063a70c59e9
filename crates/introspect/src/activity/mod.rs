//! Who is at work in a database now, and who waits for whom.

mod mysql;
mod postgres;
mod queue;
mod read;

pub use queue::{Activity, Hold, Wait, Worker};
pub use read::read_activity;
