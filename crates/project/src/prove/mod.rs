//! A revision is run on scratch copies, with rows made up for them, before anybody else runs it.

pub mod bench;
pub mod made_up_rows;
pub(crate) mod made_up_value;
pub(crate) mod measure;
mod proof;
pub mod replay;
pub(crate) mod stand_in;
pub mod verify;

pub use self::proof::{ProofError, Proven, Task, Way, plan_unproven, prove};
pub(crate) use proof::renamed;
