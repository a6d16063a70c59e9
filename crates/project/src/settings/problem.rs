//! What can be wrong with the settings, each with its place and its remedy.

use std::fmt;

use schemist_revision::Place;

use crate::words::list;

/// Everything that is wrong with the settings.
// Invariant: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsErrors(Vec<SettingsError>);

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// What it is.
    pub problem: SettingsProblem,
    /// Where it is; none where nothing is written.
    pub place: Option<Place>,
}

/// A reason why settings cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsProblem {
    /// The file is no TOML.
    #[error("read the settings: {0}")]
    Syntax(String),
    /// A key that means nothing there.
    #[error("understand the setting `{key}`")]
    UnknownKey {
        /// The key, with the tables that it is in.
        key: String,
        /// The key that was probably meant.
        near: Option<&'static str>,
        /// All keys that mean something there.
        known: &'static [&'static str],
    },
    /// A value of the wrong kind, or one that means nothing.
    #[error("take the value of `{key}`: {reason}")]
    Value {
        /// The key, with the tables that it is in.
        key: String,
        /// What is wrong with it.
        reason: String,
        /// What to write.
        remedy: String,
    },
    /// A variable that is not set and has no default.
    #[error("resolve `{key}`: the variable {variable} is not set")]
    Variable {
        /// The key, with the tables that it is in.
        key: String,
        /// The variable.
        variable: String,
        /// What the settings say about it.
        message: Option<String>,
    },
    /// A `${` that cannot be understood.
    #[error("resolve `{key}`: {reason}")]
    Template {
        /// The key, with the tables that it is in.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A database that the settings do not name.
    #[error("find the database `{name}` in the settings")]
    UnknownDatabase {
        /// The name.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// An environment that the settings do not name.
    #[error("find the environment `{name}` in the settings")]
    UnknownEnvironment {
        /// The name.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
        /// The names that there are.
        known: Vec<String>,
    },
}

impl SettingsProblem {
    /// Says what to write beside the marked part of the file.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Syntax(_) => "here".to_owned(),
            Self::UnknownKey {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            Self::UnknownKey { near: None, .. } => "no such setting".to_owned(),
            Self::Value { reason, .. } | Self::Template { reason, .. } => reason.clone(),
            Self::Variable { variable, .. } => format!("{variable} is not set"),
            Self::UnknownDatabase { .. } | Self::UnknownEnvironment { .. } => String::new(),
        }
    }

    /// Says what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Syntax(_) => "mend the line; strings stand in double quotes".to_owned(),
            Self::UnknownKey {
                near: Some(near), ..
            } => format!("write `{near}`, or remove the line"),
            Self::UnknownKey { known, .. } => {
                let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
                format!("use one of {}", list(&known))
            }
            Self::Value { remedy, .. } => remedy.clone(),
            Self::Variable {
                message: Some(message),
                ..
            } => message.clone(),
            Self::Variable { variable, .. } => {
                format!(
                    "run `export {variable}=…`, or write a default: `${{{variable}:-default}}`"
                )
            }
            Self::Template { .. } => {
                "write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, and `$${` for the characters themselves".to_owned()
            }
            Self::UnknownDatabase { near, known, .. } => meant("[database.<name>]", near, known),
            Self::UnknownEnvironment { near, known, .. } => meant("[env.<name>]", near, known),
        }
    }
}

fn meant(table: &str, near: &Option<String>, known: &[String]) -> String {
    match (near, known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => format!("add `{table}` to schemist.toml"),
        (None, known) => format!("use {}, or add `{table}`", list(known)),
    }
}

impl SettingsErrors {
    pub(crate) fn from_errors(errors: Vec<SettingsError>) -> Option<Self> {
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// The errors; there is at least one.
    pub fn errors(&self) -> &[SettingsError] {
        &self.0
    }
}

impl From<SettingsProblem> for SettingsErrors {
    fn from(problem: SettingsProblem) -> Self {
        Self(vec![SettingsError {
            problem,
            place: None,
        }])
    }
}

impl From<SettingsError> for SettingsErrors {
    fn from(error: SettingsError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for SettingsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else {
            return Ok(());
        };
        first.problem.fmt(f)?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}

impl std::error::Error for SettingsErrors {}
