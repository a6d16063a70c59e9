//! The settings of a project: `schemist.toml`, read whole, with every mistake named at its place.

mod connection;
mod file;
mod guard;
mod hooks;
mod lint;
mod listing;
mod many;
mod node;
mod problem;
mod read;
mod reader;
mod template;
#[cfg(test)]
mod tests;
mod value;

pub use connection::{ConnectionSettings, Program, SecretSource, ValueSource};
pub use file::SettingsFile;
pub use guard::{Guard, PlanSaid, RevisionSaid, Window};
pub use hooks::{HookPoint, HookPrograms};
pub use lint::{LintLevel, LintSettings};
pub use listing::{Listed, Written, environment_names, listing, written_passwords};
pub use many::{Division, Each, Existence, Pool};
pub use problem::{SettingsError, SettingsErrors, SettingsProblem};
pub use read::{DatabaseSettings, Settings};
pub use schemist_catalog::Forms;
pub use template::Template;
pub use value::{FileName, HeadsPolicy, Paging, PrivilegesChoice, ScratchChoice, parse_duration};
