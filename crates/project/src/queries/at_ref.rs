//! Files of another state of the repository, as git has them.

use std::path::Path;

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::git::{Git, Trouble};

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
    let git = Git::new(environment, root);
    let failed = |trouble: Trouble| refused(place, &trouble.told());
    let commit = format!("{place}^{{commit}}");
    git.ask(&["rev-parse", "--verify", "--quiet", &commit])
        .map_err(|trouble| match trouble {
            Trouble::Git(words) if words.is_empty() => refused(place, "git knows no such ref"),
            trouble => failed(trouble),
        })?;
    let arguments = ["ls-tree", "-r", "-z", "--name-only", place, "--", path];
    let listed = git.ask(&arguments).map_err(failed)?;
    let mut files = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let object = format!("{place}:./{name}");
        let text = git.ask(&["show", &object]).map_err(failed)?;
        files.push((name.to_owned(), text));
    }
    Ok(files)
}

fn refused(place: &str, why: &str) -> ProjectError {
    ProjectError::refused(
        format!("read the queries of {place}: {why}"),
        "name a commit, tag or branch of this repository: `git log --oneline` lists commits",
    )
}
