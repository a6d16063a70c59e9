//! What a reviewer reads: revisions with their statements, what they change, what they risk and what they lose.

mod change;
mod compiled;
mod human;
mod json;
mod live;
mod loss;
mod markdown;
mod queries;
mod renames;
mod report;
mod rules;
mod select;
mod sheet;
#[cfg(test)]
mod tests;
mod work;

pub(crate) use human::{look as look_in_words, size as size_in_words};
pub use json::fields;
pub(crate) use queries::by_file;
pub use report::{
    Alert, ChangeGroup, Look, Loss, OneChange, Review, ReviewFormat, TableSize, render,
};
pub use sheet::{OfQuery, Proven, Sheet, Stated, Stretch, Told, Way, Ways};
pub use work::{Request, Sizes, review};
