//! The settings of a project: `schemist.toml`, read whole, with every mistake named at its place.

mod file;
mod node;
mod problem;
mod read;
mod template;
#[cfg(test)]
mod tests;
mod value;

pub use file::SettingsFile;
pub use problem::{SettingsError, SettingsErrors, SettingsProblem};
pub use read::{DatabaseSettings, Settings};
pub use schemist_catalog::Forms;
pub use template::Template;
pub use value::{FileName, PrivilegesChoice, ScratchChoice, parse_duration};
