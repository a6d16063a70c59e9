//! Models of a live database: what is there already becomes the files that declare it.
//!
//! The statements are those that would make the database anew, so that comparing the two is clean at once.

mod layout;
mod text;
mod work;

pub use layout::Layout;
pub use work::{Existing, Pulled, Request, declaring, pull};
