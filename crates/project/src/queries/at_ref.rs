//! Files of another state of the repository, as git has them.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::environment::Environment;
use crate::error::ProjectError;

/// The files below a path at a git ref, each with its path from `root` and its text.
///
/// # Errors
/// Where there is no git, no repository, or no such ref or path.
pub(super) fn files(
    environment: &Environment,
    root: &Path,
    place: &str,
    path: &str,
) -> Result<Vec<(String, String)>, ProjectError> {
    // A ref that begins with a dash would be an option.
    if place.starts_with('-') || place.is_empty() {
        return Err(refused(place, "no git ref begins with a dash"));
    }
    let commit = format!("{place}^{{commit}}");
    git(
        environment,
        root,
        &["rev-parse", "--verify", "--quiet", &commit],
    )
    .map_err(|error| match error {
        Trouble::Git(words) if words.is_empty() => refused(place, "git knows no such ref"),
        trouble => trouble.told(place),
    })?;
    let listed = git(
        environment,
        root,
        &["ls-tree", "-r", "-z", "--name-only", place, "--", path],
    )
    .map_err(|trouble| trouble.told(place))?;
    let mut files = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let object = format!("{place}:./{name}");
        let text =
            git(environment, root, &["show", &object]).map_err(|trouble| trouble.told(place))?;
        files.push((name.to_owned(), text));
    }
    Ok(files)
}

enum Trouble {
    /// It does not run.
    None(std::io::Error),
    /// It says this.
    Git(String),
}

impl Trouble {
    fn told(&self, place: &str) -> ProjectError {
        match self {
            Self::None(error) => refused(place, &format!("git does not run ({error})")),
            Self::Git(words) => refused(place, &format!("git says: {words}")),
        }
    }
}

fn refused(place: &str, why: &str) -> ProjectError {
    ProjectError::refused(
        format!("read the queries of {place}: {why}"),
        "name a commit, tag or branch of this repository: `git log --oneline` lists commits",
    )
}

fn git(environment: &Environment, root: &Path, arguments: &[&str]) -> Result<String, Trouble> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .env("PATH", environment.path())
        .stdin(Stdio::null())
        .output()
        .map_err(Trouble::None)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Trouble::Git(
        String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    ))
}
