//! Revisions as git has them: those of a commit, and where a branch began.

use std::path::Path;
use std::process::Command;

use schemist_revision::RevisionFile;

use crate::environment::Environment;
use crate::error::ProjectError;

/// The branches that others work on from, the first that is there counts.
const MAINS: [&str; 5] = [
    "origin/HEAD",
    "origin/main",
    "main",
    "origin/master",
    "master",
];

/// A repository, asked by its program.
pub(super) struct Git<'e> {
    environment: &'e Environment,
    root: &'e Path,
}

/// Where a branch began.
pub(super) struct Beginning {
    /// The branch that it began from.
    pub(super) branch: &'static str,
    /// The commit.
    pub(super) commit: String,
}

impl<'e> Git<'e> {
    pub(super) const fn new(environment: &'e Environment, root: &'e Path) -> Self {
        Self { environment, root }
    }

    fn say(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.root)
            .args(arguments)
            .env("PATH", self.environment.path())
            .env("GIT_OPTIONAL_LOCKS", "0")
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then_some(text)
    }

    /// Where this branch began.
    pub(super) fn beginning(&self) -> Option<Beginning> {
        let branches = MAINS.into_iter();
        let mut found = branches.filter_map(|branch| {
            let commit = self.say(&["merge-base", "HEAD", branch])?;
            Some(Beginning {
                branch,
                commit: commit.trim().to_owned(),
            })
        });
        found.next()
    }

    /// The commit that a name stands for.
    pub(super) fn commit(&self, name: &str) -> Option<String> {
        let found = self.say(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{name}^{{commit}}"),
        ])?;
        Some(found.trim().to_owned())
    }

    /// The revision files of a folder, as they are in a commit.
    ///
    /// # Errors
    /// Where git does not answer, or one of them cannot be read.
    pub(super) fn files(
        &self,
        commit: &str,
        folder: &Path,
    ) -> Result<Vec<RevisionFile>, ProjectError> {
        let failed = |what: &str| {
            ProjectError::refused(
                format!("read {what} as it was in commit {commit}"),
                "see that the whole history is there: `git fetch --unshallow`",
            )
        };
        let folder = folder.to_string_lossy();
        let listed = self.say(&[
            "ls-tree",
            "-z",
            "--name-only",
            commit,
            &format!("{folder}/"),
        ]);
        let listed = listed.ok_or_else(|| failed(&folder))?;
        let paths = listed.split('\0').filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.ends_with(".sql") && !name.starts_with('.')
        });
        let mut files = Vec::new();
        for path in paths {
            let text = self.say(&["show", &format!("{commit}:./{path}")]);
            let text = text.ok_or_else(|| failed(path))?;
            // What is wrong with a file of then is not for now.
            files.extend(RevisionFile::parse(path, &text));
        }
        Ok(files)
    }
}
