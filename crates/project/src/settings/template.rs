//! Values with variables of the environment in them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemist_revision::Place;

use super::problem::{SettingsError, SettingsErrors, SettingsProblem};

/// A text with `${VAR}`, `${VAR:-default}` or `${VAR:?message}` in it; `$${` is `${` itself.
///
/// It is resolved when it is used, so that a command which needs no url needs no secret either.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    pub(super) key: String,
    pub(super) text: String,
    pub(super) place: Place,
    // The folder of the file that it stands in.
    pub(super) folder: Arc<Path>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may be a password.
        write!(f, "Template({} at {})", self.key, self.origin())
    }
}

impl Template {
    /// Puts the variables' values in.
    ///
    /// # Errors
    /// Where a variable without a default is not set, or a `${` is not closed.
    pub fn resolve(&self, variables: &BTreeMap<String, String>) -> Result<String, SettingsErrors> {
        let mut result = String::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find("${") {
            if let Some(before) = rest[..at].strip_suffix('$') {
                result.push_str(before);
                result.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            result.push_str(&rest[..at]);
            let Some(length) = rest[at..].find('}') else {
                return Err(self.broken("a `${` is not closed"));
            };
            result.push_str(&self.value_of(&rest[at + 2..at + length], variables)?);
            rest = &rest[at + length + 1..];
        }
        result.push_str(rest);
        Ok(result)
    }

    fn value_of(
        &self,
        words: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<String, SettingsErrors> {
        let (name, otherwise) = words.split_once(':').map_or((words, None), |(name, rest)| {
            (name, Some(rest.split_at(rest.len().min(1))))
        });
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(self.broken(&format!("`{name}` is no name of a variable")));
        }
        // As in a shell, `:` makes an empty value count as none.
        let value = variables.get(name);
        let message = match (otherwise, value) {
            (None, Some(value)) => return Ok(value.clone()),
            (Some(("-" | "?", _)), Some(value)) if !value.is_empty() => return Ok(value.clone()),
            (Some(("-", default)), _) => return Ok(default.to_owned()),
            (Some(("?", message)), _) => Some(message.to_owned()),
            (None, None) => None,
            (Some(_), _) => return Err(self.broken("after `:` comes `-` or `?`")),
        };
        Err(self.error(SettingsProblem::Variable {
            key: self.key.clone(),
            variable: name.to_owned(),
            message: message.filter(|message| !message.is_empty()),
        }))
    }

    fn broken(&self, reason: &str) -> SettingsErrors {
        self.error(SettingsProblem::Template {
            key: self.key.clone(),
            reason: reason.to_owned(),
        })
    }

    fn error(&self, problem: SettingsProblem) -> SettingsErrors {
        let error = SettingsError {
            place: Some(Place {
                label: problem.label(),
                ..self.place.clone()
            }),
            problem,
        };
        error.into()
    }

    /// The key, with the tables that it is in.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The text as it is written.
    pub(crate) fn written(&self) -> &str {
        &self.text
    }

    /// The variables that it names.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find("${") {
            let is_escaped = rest[..at].ends_with('$');
            rest = &rest[at + 2..];
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
            if !is_escaped && !name.is_empty() {
                names.push(name);
            }
        }
        names
    }

    /// A path that starts from the folder of the file in which it is written.
    pub fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }

    /// The file and the line, for people.
    pub fn origin(&self) -> String {
        let (line, _) = self.place.line_column();
        format!("{}:{line}", self.place.path)
    }

    /// Where it is written, with something to say beside it.
    pub fn place(&self, label: impl Into<String>) -> Place {
        Place {
            label: label.into(),
            ..self.place.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use schemist_sql::Span;

    use super::*;
    use crate::settings::SettingsFile;

    fn resolved(text: &str) -> String {
        let variables = BTreeMap::from([
            ("HOST".to_owned(), "db".to_owned()),
            ("EMPTY".to_owned(), String::new()),
        ]);
        let place = SettingsFile::new(PathBuf::from("s.toml"), text).place(Span::new(0, 1), "");
        let template = Template {
            key: "url".to_owned(),
            text: text.to_owned(),
            place,
            folder: Path::new("").into(),
        };
        match template.resolve(&variables) {
            Ok(text) => text,
            Err(errors) => format!("cannot {errors}; {}", errors.errors()[0].problem.remedy()),
        }
    }

    #[test]
    fn variables_defaults_and_messages() {
        let texts = [
            "${HOST}/x",
            "a${EMPTY}b",
            "a${EMPTY:-c}b",
            "${NO:-}",
            "$${HOST} $HOST",
            "${NO}",
            "${EMPTY:?set it in .env}",
            "${NO:+x}",
            "${HOST",
            "${a b}",
        ];
        insta::assert_snapshot!(texts.map(resolved).join("\n"), @"
        db/x
        ab
        acb

        ${HOST} $HOST
        cannot resolve `url`: the variable NO is not set; run `export NO=…`, or write a default: `${NO:-default}`
        cannot resolve `url`: the variable EMPTY is not set; set it in .env
        cannot resolve `url`: after `:` comes `-` or `?`; write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, and `$${` for the characters themselves
        cannot resolve `url`: a `${` is not closed; write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, and `$${` for the characters themselves
        cannot resolve `url`: `a b` is no name of a variable; write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`, and `$${` for the characters themselves
        ");
    }
}
