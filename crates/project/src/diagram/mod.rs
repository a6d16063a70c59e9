//! Tables and their foreign keys as a picture: what is in it, where it stands, and the forms in which it is written.
//!
//! Everything here is text from catalogs; only `work` asks a database.

mod choose;
mod dot;
mod figure;
mod format;
mod label;
mod layout;
mod mermaid;
mod order;
mod route;
#[cfg(test)]
mod sample;
mod svg;
mod work;

pub(crate) use figure::shown_name;
pub use figure::{Diagram, Entity, Fate, KeyRole, Link, Row};
pub use format::{DiagramFormat, render};
pub(crate) use svg::{STYLE, inline};
pub use work::{Drawn, Request, Subject, diagram};
