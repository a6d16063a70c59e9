//! Whether others may have a revision already: git's tags tell.

use std::path::Path;
use std::process::Command;

use crate::environment::Environment;

/// Whether a file is in a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// It is in none, or nobody knows.
    None,
    /// It is in this one, by the name of its tag.
    In(String),
}

/// Asks git for a tag that has the file as it was added.
pub(crate) fn released_in(environment: &Environment, root: &Path, path: &str) -> Release {
    let git = |arguments: &[&str]| -> Option<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .env("PATH", environment.path())
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let added = git(&["log", "--diff-filter=A", "--format=%H", "-1", "--", path]);
    let Some(commit) = added.filter(|commit| !commit.is_empty()) else {
        return Release::None;
    };
    let tags = git(&["tag", "--contains", &commit]).unwrap_or_default();
    match tags.lines().next() {
        Some(tag) => Release::In(tag.to_owned()),
        None => Release::None,
    }
}
