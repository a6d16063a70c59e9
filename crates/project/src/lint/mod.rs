//! `lint`: what may go wrong with files of SQL, before anybody runs them.
//!
//! A file is read statement by statement ([`source`]), each statement as far as the rules want to know what
//! it does ([`read`]); the rules say what they see ([`rules`]), and [`engine`] makes remarks of it: what
//! comments ignore is left out, the settings say how bad the rest is, and a database how large its tables
//! are.

mod act;
mod baseline;
mod cost;
mod engine;
mod fix;
mod ignore;
mod live;
mod models;
mod new_names;
mod project;
mod read;
mod remark;
mod repair;
mod rules;
mod scene;
mod source;
mod work;
mod write;

#[cfg(test)]
mod tests;

pub use fix::Fix;
pub(crate) use models::in_words as not_deterministic;
pub(crate) use new_names::{NewName, new_names};
pub use remark::{LintReport, Remark, Size};
pub use repair::{Repaired, repair};
pub(crate) use work::of_revision;
pub use work::{Request, Tables, lint, write_baseline};
pub use write::render;
