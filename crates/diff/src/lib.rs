//! Comparing two catalogs, and ordering what takes one to the other.
//!
//! It stands apart because nothing in it knows what the objects are: it asks each of them how it changes
//! and whom that disturbs, and orders the answers by what depends on what. It does no input or output,
//! and it deliberately writes no SQL of its own.

mod compare;
mod kin;
mod mention;
mod order;
mod plan;
mod response;
mod section;

pub use compare::{Change, compare};
pub use order::OrderError;
pub use plan::{Plan, PlannedStep, plan};
pub use section::{Section, SectionMode, sections};
