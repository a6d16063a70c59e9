//! What the settings say about an environment: what must be true before anything is changed in it.

use std::fmt;

use schemist_execute::scratch::Protection;

use super::node::{Item, Node, Value};
use super::problem::SettingsProblem;
use super::reader::{Reader, path_of};
use super::template::Template;

/// What guards the databases of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Whether a change asks first.
    pub protection: Protection,
    /// The environment in which a revision must have been applied before.
    pub requires: Option<String>,
    /// The host that must be the one.
    pub host: Option<Template>,
    /// The database that must be the one.
    pub database: Option<Template>,
    /// Whether a change must say where the database stands.
    pub revision: RevisionSaid,
    /// Whether a change must say which plan was looked at.
    pub plan: PlanSaid,
    /// When heavy revisions may be applied.
    pub window: Option<Window>,
}

/// Whether a change must say which revision the database is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionSaid {
    /// It may.
    Freely,
    /// It must.
    Always,
}

/// Whether a change must say which plan was looked at before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanSaid {
    /// It may.
    Freely,
    /// It must.
    Always,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            protection: Protection::Open,
            requires: None,
            host: None,
            database: None,
            revision: RevisionSaid::Freely,
            plan: PlanSaid::Freely,
            window: None,
        }
    }
}

/// A time of the day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    // Minutes since midnight.
    from: u32,
    to: u32,
}

impl Window {
    /// Reads `02:00-04:00 UTC`; the window may go over midnight.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let expected = || "expected a time like \"02:00-04:00 UTC\"".to_owned();
        let text = text.trim();
        let times = text
            .strip_suffix("UTC")
            .ok_or_else(|| "the time has no zone; write \"02:00-04:00 UTC\"".to_owned())?;
        let (from, to) = times.trim().split_once('-').ok_or_else(expected)?;
        let minutes = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':')?;
            let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        };
        let (from, to) = (minutes(from), minutes(to));
        match (from, to) {
            (Some(from), Some(to)) if from != to => Ok(Self { from, to }),
            _ => Err(expected()),
        }
    }

    /// Whether a second since 1970 lies in it.
    pub fn holds(self, unix: i64) -> bool {
        let minute = u32::try_from(unix.rem_euclid(86_400) / 60).unwrap_or_default();
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        let (h, m) = (from / 60, from % 60);
        write!(f, "{h:02}:{m:02}-{:02}:{:02} UTC", to / 60, to % 60)
    }
}

impl Reader<'_> {
    /// Reads a setting that only an environment has.
    pub(super) fn guard(&mut self, guard: &mut Guard, item: &Item, path: &str) {
        let (node, key) = (&item.node, path_of(path, item));
        match item.key.as_str() {
            "protected" => {
                if self.truth(item, path) == Some(true) {
                    guard.protection = Protection::Protected;
                }
            }
            "requires" => guard.requires = self.text(node, key, |text| Ok(text.to_owned())),
            "expect_host" => guard.host = self.template(node, key),
            "expect_database" => guard.database = self.template(node, key),
            "expect_revision" => {
                if self.truth(item, path) == Some(true) {
                    guard.revision = RevisionSaid::Always;
                }
            }
            "expect_plan" => {
                if self.truth(item, path) == Some(true) {
                    guard.plan = PlanSaid::Always;
                }
            }
            _ => guard.window = self.text(node, key, Window::parse),
        }
    }

    /// Complains about every written password, where the settings say that there is none.
    pub(super) fn forbid_passwords(&mut self, root: &Node) {
        let Value::Table(items) = &root.value else {
            return;
        };
        let Some(forbids) = items.iter().find(|item| item.key == "forbid_passwords") else {
            return;
        };
        if self.truth(forbids, "") != Some(true) {
            return;
        }
        for (key, node) in root.passwords() {
            let problem = SettingsProblem::Value {
                key,
                reason: "a password is written here, and `forbid_passwords` is set".to_owned(),
                remedy: "write `${VAR}`, `{ file = \"…\" }` or `{ command = […] }` in its place"
                    .to_owned(),
            };
            self.complain(node.file, node.span, problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_may_go_over_midnight() {
        let holds = |window: &str, hour: i64| Window::parse(window).unwrap().holds(hour * 3600);
        assert!(holds("02:00-04:00 UTC", 3) && !holds("02:00-04:00 UTC", 4));
        assert!(holds("23:00-01:30 UTC", 0) && holds("23:00-01:30 UTC", 23));
        assert!(!holds("23:00-01:30 UTC", 12));
        assert!(Window::parse("02:00-04:00").is_err() && Window::parse("x UTC").is_err());
    }
}
