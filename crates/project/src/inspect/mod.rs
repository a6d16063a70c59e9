//! How a database stands, read without changing it.

pub mod diagnose;
pub mod drift;
pub(crate) mod guide;
pub mod history_check;
pub mod locks;
pub mod portrait;
pub(crate) mod server_check;
pub(crate) mod standing;
pub mod status;
pub(crate) mod ways;
