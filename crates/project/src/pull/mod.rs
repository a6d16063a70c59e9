//! Models of a live database: what is there already becomes the files that declare it.
//!
//! The statements are those that would make the database anew, so that comparing the two is clean at once.

mod layout;
mod structs;
mod text;
mod work;

pub use layout::Layout;
pub use schemist_model::structs::{Choices, FieldCase, Number, Sqlx, Times};
pub use structs::{declaring, declaring_structs};
pub use work::{Existing, Form, Pulled, Request, pull};
