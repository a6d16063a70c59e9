//! What the machine tells a run: variables, folder, clock, chance.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use schemist_revision::{RevisionId, Timestamp};

use crate::error::ProjectError;
use crate::folder::read_text;

/// The surroundings of one run, taken once at its start.
///
/// Nothing prints it: passwords are among its variables.
#[derive(Clone)]
pub struct Environment {
    /// The variables; those that are no Unicode are left out.
    pub variables: BTreeMap<String, String>,
    /// The folder that paths on the command line start from.
    pub folder: PathBuf,
    // Which file a variable was read from, where it was one.
    files: BTreeMap<String, String>,
    clock: Clock,
    ids: Ids,
}

#[derive(Debug, Clone, Copy)]
enum Clock {
    System,
    Fixed(Timestamp),
}

#[derive(Debug, Clone, Copy)]
enum Ids {
    Random,
    Counted,
}

impl Environment {
    /// Takes the surroundings of this process.
    ///
    /// Journeys in tests stop the clock with `SCHEMIST_TEST_CLOCK` and count ids with
    /// `SCHEMIST_TEST_IDS=counter`.
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let clock = variables
            .get("SCHEMIST_TEST_CLOCK")
            .and_then(|text| Timestamp::parse(text))
            .map_or(Clock::System, Clock::Fixed);
        let ids = match variables.get("SCHEMIST_TEST_IDS").map(String::as_str) {
            Some("counter") => Ids::Counted,
            Some(_) | None => Ids::Random,
        };
        Self {
            variables,
            // Where the current folder is gone, relative paths fail with their own message.
            folder: std::env::current_dir().unwrap_or_default(),
            files: BTreeMap::new(),
            clock,
            ids,
        }
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Adds the variables of a file, one `NAME=value` in a line; those that are set already stay.
    ///
    /// # Errors
    /// Where the file cannot be read, or a line of it is none.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ProjectError> {
        let file = self.absolute(path);
        let text = read_text(&file, &self.folder)?;
        let name = path.display().to_string();
        for (name_of, value) in variables_of(&text).map_err(|line| {
            ProjectError::refused(
                format!("read line {line} of {name} as a variable"),
                "write NAME=value, or # before a remark",
            )
        })? {
            if self.variable(&name_of).is_none() {
                self.files.insert(name_of.clone(), name.clone());
                self.variables.insert(name_of, value);
            }
        }
        Ok(())
    }

    /// A variable's name, with the file that it was read from.
    pub fn origin_of(&self, name: &str) -> String {
        match self.files.get(name) {
            Some(file) => format!("{name} in {file}"),
            None => name.to_owned(),
        }
    }

    /// The seconds since 1970, also where the clock stands still for a test.
    #[cfg(feature = "aws")]
    pub(crate) fn real_seconds(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match self.clock {
            Clock::System => Timestamp::from_unix(jiff::Timestamp::now().as_second()),
            Clock::Fixed(time) => time,
        }
    }

    /// A new id, which nobody has taken yet.
    pub fn new_id(&self, is_taken: impl Fn(&RevisionId) -> bool) -> RevisionId {
        let mut number = 0;
        loop {
            number += 1;
            let id = RevisionId::from_random(match self.ids {
                Ids::Random => random(),
                Ids::Counted => counted(number),
            });
            if !is_taken(&id) {
                return id;
            }
        }
    }

    /// The folder for what may be thrown away between runs.
    ///
    /// `SCHEMIST_CACHE_DIR` names another one than the system's.
    pub fn cache_folder(&self) -> PathBuf {
        if let Some(folder) = self.variable("SCHEMIST_CACHE_DIR") {
            return self.absolute(Path::new(folder));
        }
        ProjectDirs::from("", "", "schemist").map_or_else(
            || self.temporary_folder().join("schemist"),
            |folders| folders.cache_dir().to_path_buf(),
        )
    }

    /// The folder for what is to be remembered about a user's choices.
    ///
    /// `SCHEMIST_CONFIG_DIR` names another one than the system's.
    pub fn config_folder(&self) -> PathBuf {
        if let Some(folder) = self.variable("SCHEMIST_CONFIG_DIR") {
            return self.absolute(Path::new(folder));
        }
        ProjectDirs::from("", "", "schemist").map_or_else(
            || self.folder.join(".schemist"),
            |folders| folders.config_dir().to_path_buf(),
        )
    }

    /// The system's folder for temporary files.
    pub fn temporary_folder(&self) -> PathBuf {
        std::env::temp_dir()
    }

    /// Where programs are looked for.
    pub fn path(&self) -> OsString {
        std::env::var_os("PATH").unwrap_or_default()
    }

    /// A path of the command line, made absolute.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// Who runs this, as the journal remembers it.
    pub fn user(&self) -> String {
        ["SCHEMIST_USER", "USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| self.variable(name))
            .unwrap_or("unknown")
            .to_owned()
    }
}

/// The variables of a file, or the number of the line that is none.
fn variables_of(text: &str) -> Result<Vec<(String, String)>, usize> {
    let mut variables = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(number)?;
        let (name, value) = (name.trim(), value.trim());
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(number);
        }
        let quoted = |quote: char| value.strip_prefix(quote)?.split_once(quote);
        let value = match (quoted('"'), quoted('\'')) {
            (Some((inside, _)), _) => inside.replace("\\n", "\n"),
            (None, Some((inside, _))) => inside.to_owned(),
            (None, None) => value.split(" #").next().unwrap_or(value).trim().to_owned(),
        };
        variables.push((name.to_owned(), value));
    }
    Ok(variables)
}

fn random() -> [u8; 6] {
    let mut bytes = [0; 6];
    if getrandom::fill(&mut bytes).is_err() {
        // A system without chance still has a clock that moves.
        let nanoseconds = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
        bytes.copy_from_slice(&nanoseconds[..6]);
    }
    bytes
}

/// The n-th id of a journey: `111111111111`, `222222222222`, …, so that one letter names it.
fn counted(number: u64) -> [u8; 6] {
    let [low, high, ..] = number.to_le_bytes();
    if number < 16 {
        return [low * 0x11; 6];
    }
    [0xf0 | (low >> 4), low, high, 0, 0, 0]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_that_are_taken_are_passed_over() {
        for ids in [Ids::Counted, Ids::Random] {
            let environment = Environment {
                ids,
                ..Environment::of_process()
            };
            let mut taken = BTreeSet::new();
            for _ in 0..40 {
                let id = environment.new_id(|id| taken.contains(id));
                assert!(taken.insert(id));
            }
        }
        assert_eq!(RevisionId::from_random(counted(2)).as_str(), "222222222222");
    }

    #[test]
    fn a_file_of_variables_has_quotes_and_remarks() {
        let text = "# no\nA=1 # one\nexport B = \"x # y\"\n\nC='$A'\nD=\nE=a=b#c\n";
        let read = variables_of(text).unwrap();
        let read: Vec<String> = read.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(read, ["A=1", "B=x # y", "C=$A", "D=", "E=a=b#c"]);
        assert_eq!(variables_of("A=1\nnonsense\n"), Err(2));
    }

    #[test]
    fn a_variable_names_the_cache_folder() {
        let cache = |folder: &str| {
            let variables = [("SCHEMIST_CACHE_DIR".to_owned(), folder.to_owned())].into();
            let folder = PathBuf::from("/project");
            let environment = Environment {
                variables,
                folder,
                ..Environment::of_process()
            };
            environment.cache_folder()
        };
        assert_eq!(cache("kept"), Path::new("/project/kept"));
        assert_eq!(cache("/kept"), Path::new("/kept"));
        assert_ne!(cache(""), Path::new("/project"));
    }
}
