//! What a lint tells, and how bad it is here: `[lint]`.

use std::collections::BTreeMap;

use schemist_catalog::Severity;
use schemist_catalog::hazard::{HazardRule, hazard_rules};

use super::node::{Item, Value};
use super::reader::{Reader, path_of};
use crate::words::nearest;

/// How bad a hazard is in this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintLevel {
    /// It is not told.
    Off,
    /// It is this bad.
    At(Severity),
}

/// What the settings say to a lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintSettings {
    /// Hazards that are told otherwise than usual.
    pub levels: BTreeMap<String, LintLevel>,
    /// The file of what was there before.
    pub baseline: Option<String>,
    /// From how many rows on a table counts as large.
    pub large_table: u64,
}

impl Default for LintSettings {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            baseline: None,
            large_table: 100_000,
        }
    }
}

impl Reader<'_> {
    /// Reads `[lint]`: a code and its level in a line, and what is about all of them.
    pub(super) fn lint(&mut self, settings: &mut LintSettings, item: &Item, path: &str) {
        let path = path_of(path, item);
        let Value::Table(items) = &item.node.value else {
            return self.wrong(&item.node, path, "a table");
        };
        for item in items {
            let key = path_of(&path, item);
            match item.key.as_str() {
                "baseline" => {
                    settings.baseline = self.text(&item.node, key, |text| Ok(text.to_owned()));
                }
                "large_table" => match item.node.value {
                    Value::Integer(rows) if rows >= 0 => {
                        settings.large_table = rows.unsigned_abs();
                    }
                    _ => self.wrong(&item.node, key, "a number of rows"),
                },
                code if HazardRule::of(code).is_some() => {
                    if let Some(level) = self.text(&item.node, key, level) {
                        settings.levels.insert(code.to_owned(), level);
                    }
                }
                code => {
                    let near = nearest(
                        code,
                        hazard_rules()
                            .map(|rule| rule.code)
                            .chain(["baseline", "large_table"]),
                    );
                    let remedy = near.map_or_else(
                        || "the codes stand in docs/hazards.md".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let reason = "there is no hazard of that code".to_owned();
                    self.value(&item.node, key, reason, remedy);
                }
            }
        }
    }
}

fn level(text: &str) -> Result<LintLevel, String> {
    if text == "off" {
        return Ok(LintLevel::Off);
    }
    let mut all = Severity::ALL.into_iter();
    let found = all.find(|severity| severity.word() == text);
    found.map(LintLevel::At).ok_or_else(|| {
        let known = ["off"].into_iter().chain(Severity::ALL.map(Severity::word));
        let near = nearest(text, known)
            .map(|near| format!("; did you mean \"{near}\"?"))
            .unwrap_or_default();
        format!("expected \"off\", \"notice\", \"warning\" or \"danger\"{near}")
    })
}
