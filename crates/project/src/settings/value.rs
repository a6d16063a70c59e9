//! Values of settings that mean more than their text.

use std::time::Duration;

use schemist_catalog::Kind;
use schemist_introspect::Pattern;
use schemist_revision::{FILE_NAME, Header, file_name};

use crate::words::nearest;

/// Where scratch databases are made, as the settings say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScratchChoice {
    /// On a server that is started for the run.
    Local,
    /// On the server of the live database.
    Live,
}

/// Whether privileges are compared, as the settings say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivilegesChoice {
    /// They are, whatever the models say.
    Compared,
    /// They stay as they are in the database.
    LeftAlone,
}

/// What becomes of several heads, as the settings say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HeadsPolicy {
    /// One branch is put on top of the other, always.
    Rebase,
    /// They may be joined.
    #[default]
    Merge,
    /// They may be joined where a release has both, so that neither can move.
    MergeReleased,
}

impl HeadsPolicy {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "rebase" => Ok(Self::Rebase),
            "merge" => Ok(Self::Merge),
            "merge-released" => Ok(Self::MergeReleased),
            _ => Err("expected \"rebase\", \"merge\" or \"merge-released\"".to_owned()),
        }
    }
}

/// Whether long results are shown page by page on a terminal.
///
/// Which program does so is told by the environment alone: the settings of a stranger's project start
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paging {
    /// Where they do not fit.
    #[default]
    WhereLong,
    /// Never.
    Never,
}

/// Reads a pattern for objects; where its kind is unknown, the one that was meant is named.
pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|reason| {
        let word = text.split(':').next().unwrap_or_default().trim();
        let more = ["type", "enum", "procedure", "routine"];
        let known = Kind::ALL.iter().map(|kind| kind.word()).chain(more);
        match nearest(word, known) {
            Some(near) => format!("{reason}; did you mean `{near}`?"),
            None => reason,
        }
    })
}

/// Reads a pattern for what is compared.
pub(super) fn included(text: &str) -> Result<Pattern, String> {
    let pattern = pattern(text)?;
    match pattern.follower() {
        None => Ok(pattern),
        Some(kind) => Err(format!(
            "it cannot choose a {}: what stands on a table goes with it, schemas and extensions are always compared; `exclude` leaves out single ones",
            kind.word()
        )),
    }
}

/// How revision files are named.
// Invariant: holds `<id>`, ends with `.sql`, and names no folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl Default for FileName {
    fn default() -> Self {
        Self(FILE_NAME.to_owned())
    }
}

impl FileName {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !text.contains("<id>") {
            return Err("`<id>` is missing".to_owned());
        }
        if !text.ends_with(".sql") {
            return Err("it does not end with `.sql`".to_owned());
        }
        if text.contains(['/', '\\']) {
            return Err("a name holds no `/`".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The name of one revision's file.
    pub fn of(&self, header: &Header) -> String {
        file_name(&self.0, header)
    }
}

/// Reads `3s`, `500ms`, `2min`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    match text[unit..].trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "min" | "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

/// Reads where scratch databases are made.
pub(super) fn scratch(text: &str) -> Result<ScratchChoice, String> {
    match text {
        "local" => Ok(ScratchChoice::Local),
        "live" => Ok(ScratchChoice::Live),
        _ => Err("expected \"local\" or \"live\"; a url belongs in `scratch_url`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_one_file_per_revision() {
        let reason = |template: &str| FileName::parse(template).err().unwrap_or_default();
        assert_eq!(reason("<id>.sql"), "");
        assert_eq!(reason("<slug>.sql"), "`<id>` is missing");
        assert_eq!(reason("<id>.txt"), "it does not end with `.sql`");
        assert_eq!(reason("x/<id>.sql"), "a name holds no `/`");
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(parse_duration("3s"), Some(Duration::from_secs(3)));
        assert_eq!(parse_duration("500 ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("2min"), Some(Duration::from_secs(120)));
        assert_eq!(parse_duration("3"), None);
        assert_eq!(parse_duration("3h"), None);
    }
}
