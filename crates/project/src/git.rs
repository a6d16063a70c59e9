//! What git knows of a project: revisions of a commit, where a branch began, and which files changed since.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use schemist_revision::RevisionFile;

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::words::without_logins;

/// The branches that others work on from, the first that is there counts.
const MAINS: [&str; 5] = [
    "origin/HEAD",
    "origin/main",
    "main",
    "origin/master",
    "master",
];

/// A repository, asked by its program.
pub(crate) struct Git<'e> {
    environment: &'e Environment,
    root: &'e Path,
}

/// Why git does not say what it was asked for.
pub(crate) enum Trouble {
    /// It does not run.
    None(io::Error),
    /// It says this, without the logins of the addresses in it.
    Git(String),
}

/// Where a branch began.
pub(crate) struct Beginning {
    /// The branch that it began from.
    pub(crate) branch: &'static str,
    /// The commit.
    pub(crate) commit: String,
}

impl Trouble {
    /// What is wrong, for a sentence.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::None(error) => format!("git does not run ({error})"),
            Self::Git(words) => format!("git says: {words}"),
        }
    }
}

impl<'e> Git<'e> {
    pub(crate) const fn new(environment: &'e Environment, root: &'e Path) -> Self {
        Self { environment, root }
    }

    fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new("git")
            .arg("-C")
            .arg(self.root)
            .args(arguments)
            .env("PATH", self.environment.path())
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .output()
    }

    fn say(&self, arguments: &[&str]) -> Option<String> {
        let output = self.run(arguments).ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then_some(text)
    }

    /// What git answers.
    ///
    /// # Errors
    /// Where it does not.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, Trouble> {
        let output = self.run(arguments).map_err(Trouble::None)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        // It names the address of a repository that it cannot reach, as that was written.
        let words = String::from_utf8_lossy(&output.stderr);
        Err(Trouble::Git(without_logins(words.trim())))
    }

    /// Where this branch began.
    pub(crate) fn beginning(&self) -> Option<Beginning> {
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
    pub(crate) fn commit(&self, name: &str) -> Option<String> {
        let found = self.say(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{name}^{{commit}}"),
        ])?;
        Some(found.trim().to_owned())
    }

    /// The files of the project that are not as they were where this branch left a ref, and those that git does not
    /// know yet; what git ignores is none of them.
    ///
    /// # Errors
    /// Where there is no git, no repository or no such ref.
    pub(crate) fn changed_since(&self, name: &str) -> Result<BTreeSet<PathBuf>, ProjectError> {
        let refused = || {
            ProjectError::refused(
                format!(
                    "find what changed since {name}: git knows no such commit, branch or tag here"
                ),
                "`git log --oneline` lists commits; a pipeline fetches them all with `git fetch --unshallow`",
            )
        };
        let commit = self.commit(name).ok_or_else(refused)?;
        let beginning = self
            .say(&["merge-base", "HEAD", &commit])
            .ok_or_else(refused)?;
        let changed = [
            "diff",
            "--name-only",
            "-z",
            "--relative",
            beginning.trim(),
            "--",
            ".",
        ];
        let unknown = [
            "ls-files",
            "--others",
            "--exclude-standard",
            "-z",
            "--",
            ".",
        ];
        let mut found = BTreeSet::new();
        for arguments in [&changed[..], &unknown[..]] {
            let listed = self.say(arguments).ok_or_else(refused)?;
            let names = listed.split('\0').filter(|name| !name.is_empty());
            found.extend(names.map(|name| self.root.join(name)));
        }
        Ok(found)
    }

    /// The revision files of a folder, as they are in a commit.
    ///
    /// # Errors
    /// Where git does not answer, or one of them cannot be read.
    pub(crate) fn files(
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
