//! Files into which results are written beside the terminal.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use schemist_project::ProjectError;

use crate::run::Run;

/// A file that was opened before the work, so that one that cannot be written fails at once.
pub struct Outlet {
    path: PathBuf,
    shown: String,
    file: File,
    fate: Fate,
}

/// What becomes of the file where nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It was there before.
    Stays,
    /// It was made for this.
    Goes,
}

impl Outlet {
    /// Opens a file, and leaves what is in it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn open(shown: &str, run: &Run) -> Result<Self, ProjectError> {
        let path = run.environment.absolute(Path::new(shown));
        let fate = if path.exists() {
            Fate::Stays
        } else {
            Fate::Goes
        };
        let mut options = OpenOptions::new();
        let opened = options.write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| unwritten(shown, &error))?;
        Ok(Self {
            path,
            shown: shown.to_owned(),
            file,
            fate,
        })
    }

    /// Writes a text in place of what was in the file.
    ///
    /// # Errors
    /// Where that fails.
    pub fn write(mut self, text: &str) -> Result<(), ProjectError> {
        self.fate = Fate::Stays;
        let is_plain = self.file.metadata().is_ok_and(|it| it.is_file());
        let written = if is_plain {
            let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
            emptied.and_then(|()| self.file.write_all(text.as_bytes()))
        } else {
            self.file.write_all(text.as_bytes())
        };
        written.map_err(|error| unwritten(&self.shown, &error))
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        if self.fate == Fate::Goes {
            // An empty file in the way harms nobody.
            let _left = fs::remove_file(&self.path);
        }
    }
}

fn unwritten(path: &str, error: &std::io::Error) -> ProjectError {
    ProjectError::refused(
        format!("write {path}: {error}"),
        "name a file in a folder that is there and may be written",
    )
}

/// Adds to the summary of the job, where GitHub asks for one.
pub fn add_summary(run: &Run, markdown: &str) {
    let Some(path) = run.environment.variable("GITHUB_STEP_SUMMARY") else {
        return;
    };
    let file = OpenOptions::new().append(true).create(true).open(path);
    if let Err(error) = file.and_then(|mut file| file.write_all(markdown.as_bytes())) {
        let sentence = format!("the summary of the job cannot be written to {path}: {error}");
        run.ui.warning(&sentence);
    }
}
