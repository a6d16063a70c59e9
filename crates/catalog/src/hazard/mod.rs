//! What can go wrong when a statement runs: every hazard has one entry in a table, and the page about
//! them is written from it.
//!
//! A file holds what belongs together. A hazard that has no entry cannot be made.

pub mod clients;
mod ground;
pub mod locks;
pub mod loss;
pub mod mysql;
pub mod replication;
pub mod rights;
pub mod rows;
mod rule;
pub mod sqlite;
pub mod style;
pub mod text;

pub use ground::{GROUND, ground};
pub use rule::{
    Elsewhere, Example, FAMILIES, Family, HazardRule, Standing, Subject, Work, hazard_rules,
};
