//! Which revisions other files know: those of a folder, or of another state of the repository.

use std::collections::BTreeSet;
use std::path::Path;

use schemist_revision::{RevisionFile, RevisionId};

use crate::error::ProjectError;
use crate::folder::MigrationsFolder;
use crate::git::Git;
use crate::project::Entry;

/// The revisions of a folder; where there is no such folder, of the project's own at a git ref.
///
/// # Errors
/// Where it is neither, or the files cannot be read.
pub fn known_at(entry: &Entry, place: &str) -> Result<BTreeSet<RevisionId>, ProjectError> {
    let path = entry.environment.absolute(Path::new(place));
    let files = if path.is_dir() {
        MigrationsFolder::new(path, entry.root.clone()).read()?
    } else {
        at_ref(entry, place)?
    };
    Ok(files.iter().map(|file| file.id().clone()).collect())
}

fn at_ref(entry: &Entry, place: &str) -> Result<Vec<RevisionFile>, ProjectError> {
    let refused = |why: &str| {
        ProjectError::refused(
            format!("find the files of {place}: it is no folder, and {why}"),
            "name a folder of revision files, or a commit, tag or branch of this repository",
        )
    };
    // A ref that begins with a dash would be an option.
    if place.starts_with('-') {
        return Err(refused("no git ref begins with a dash"));
    }
    let folder = entry.folder()?.path().to_path_buf();
    let git = Git::new(&entry.environment, &folder);
    let ask = |arguments: &[&str]| {
        git.ask(arguments)
            .map_err(|trouble| refused(&trouble.told()))
    };
    let listed = ask(&["ls-tree", "-z", "--name-only", place, "./"])?;
    let mut files = Vec::new();
    for name in listed.split('\0').filter(|name| name.ends_with(".sql")) {
        let text = ask(&["show", &format!("{place}:./{name}")])?;
        let file = RevisionFile::parse(&format!("{place}:{name}"), &text);
        files.push(file.map_err(|errors| ProjectError::Revisions(vec![errors]))?);
    }
    Ok(files)
}
