//! Histories that went different ways: putting one branch on top of the other, and naming what both change.

mod carry;
mod conflict;
mod plan;
mod prove;
mod released;

pub use carry::{Along, Carry, Prepared, Rebased, Released, Request, Rigour, carry_out, prepare};
pub use conflict::{Conflict, conflicts, merge_conflicts};
pub use plan::Move;
pub(crate) use released::{Release, released_in};
