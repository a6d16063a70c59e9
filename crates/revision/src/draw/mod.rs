//! The history as a drawing of lines and dots, the newest revision first.

mod lanes;
mod marks;
mod row;
mod stations;

pub use lanes::{Drawing, draw};
pub use marks::{Mark, marks, summary};
pub use row::Glyphs;
pub use stations::{Station, Strand, stations};
