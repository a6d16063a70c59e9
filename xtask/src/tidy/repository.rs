//! The repository's files as the checks see them.

use std::fs;
use std::io;
use std::path::Path;

use super::manifest::Manifest;
use super::source::Source;

/// Folders that hold nothing written by a person.
const PASSED_OVER: [&str; 3] = ["target", ".git", "node_modules"];

/// Every file of the repository that is text.
#[derive(Default)]
pub struct Repository {
    /// The `.rs` files.
    pub sources: Vec<Source>,
    /// The `Cargo.toml` files.
    pub manifests: Vec<Manifest>,
    /// Every text file: its path from the root and its text.
    pub texts: Vec<(String, String)>,
}

impl Repository {
    /// Reads the files below a folder, sorted by path.
    ///
    /// # Errors
    /// What the system said, where a folder or a file cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut paths = Vec::new();
        collect(root, "", &mut paths)?;
        paths.sort();
        let mut repository = Self::default();
        for path in paths {
            let bytes = fs::read(root.join(&path))?;
            if let Ok(text) = String::from_utf8(bytes) {
                repository.add(&path, text);
            }
        }
        Ok(repository)
    }

    /// Builds a repository out of a few files, for the tests of the checks.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let mut repository = Self::default();
        for (path, text) in files {
            repository.add(path, (*text).to_owned());
        }
        repository
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts
            .iter()
            .find(|(known, _)| known == path)
            .map(|(_, text)| text.as_str())
    }

    fn add(&mut self, path: &str, text: String) {
        // Programs that must not compile are data of the derives' tests, and so is what the binary wrote.
        let is_data = path.contains("/tests/ui/") || path.contains("/tests/pulled/");
        if path.ends_with(".rs") && !is_data {
            self.sources.push(Source::parse(path, &text));
        }
        if path.ends_with("Cargo.toml") {
            self.manifests.push(Manifest::parse(path, &text));
        }
        self.texts.push((path.to_owned(), text));
    }
}

fn collect(root: &Path, below: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let kind = entry.file_type()?;
        if kind.is_dir() && !PASSED_OVER.contains(&name.as_str()) {
            collect(root, &path, paths)?;
        } else if kind.is_file() && name != ".git" {
            paths.push(path);
        }
    }
    Ok(())
}
