mod everything;
pub use everything::{Everything, EverythingFeels};
