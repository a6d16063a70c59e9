//! Fixtures: a sentence, the dialects, the SQL before and the SQL after.
//!
//! ```sql
//! -- A label in the middle keeps its place, and the way down swaps the type.
//! -- dialects: postgres
//! -- [before]
//! CREATE TYPE mood AS ENUM ('sad', 'happy');
//! -- [after]
//! CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
//! ```
//!
//! Rows that must be the same after every way stand between the two, as `INSERT`s under `-- [rows]`.
//! Tablespaces are no part of a declaration: `-- tablespaces: schemist_spare` makes one on the server.
//! What only some versions of PostgreSQL have says so: `-- dialects: postgres from 18`, or `until 14`.

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use schemist_sql::Dialect;

use crate::Ownership;

/// One file of `fixtures/<kind>/<case>.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// The folder: a kind of object.
    pub kind: String,
    /// The file's name without its ending: what the case is about.
    pub case: String,
    /// Why it exists.
    pub why: String,
    /// The dialects it runs on.
    pub dialects: Vec<Dialect>,
    /// Whether owners are compared: `-- owners: compared`.
    pub ownership: Ownership,
    /// The tablespaces that its server has to have: no declaration can make one.
    pub tablespaces: Vec<String>,
    /// The versions of PostgreSQL that know what is in it.
    pub versions: RangeInclusive<u32>,
    /// The schema that a database has.
    pub before: String,
    /// Statements that put rows into it, which every way must keep; often none.
    pub rows: String,
    /// The schema that is declared.
    pub after: String,
    /// The folder that the file is in, for its snapshots.
    pub folder: PathBuf,
}

/// The versions of PostgreSQL that every run of all tests has, the first one whose plans are in the snapshots.
const USUAL: [u32; 2] = [15, 18];

/// Reads every fixture below a folder, sorted by kind and case.
///
/// # Errors
/// The file and what is wrong with it; the folder may be missing.
pub fn fixtures(folder: &Path) -> Result<Vec<Fixture>, String> {
    let mut found = Vec::new();
    for kind in entries(folder)? {
        for path in entries(&kind)? {
            if path.extension().is_none_or(|ending| ending != "sql") {
                continue;
            }
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            found.push(Fixture::parse(&path, &text)?);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let paths: io::Result<Vec<PathBuf>> =
        fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths = paths.map_err(|error| format!("{}: {error}", folder.display()))?;
    paths.sort();
    Ok(paths)
}

/// The part of the file that a line belongs to.
enum Part {
    Head,
    Before,
    Rows,
    After,
}

impl Fixture {
    /// Reads one file's text.
    ///
    /// # Errors
    /// The place and what is wrong there.
    pub fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let name = |part: Option<&std::ffi::OsStr>| {
            part.unwrap_or_default().to_string_lossy().into_owned()
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let mut fixture = Self {
            kind: name(folder.file_name()),
            case: name(path.file_stem()),
            why: String::new(),
            dialects: Vec::new(),
            ownership: Ownership::default(),
            tablespaces: Vec::new(),
            versions: 0..=u32::MAX,
            before: String::new(),
            rows: String::new(),
            after: String::new(),
            folder,
        };
        let mut part = Part::Head;
        for (number, line) in (1..).zip(text.lines()) {
            let wrong = |what: &str| format!("{}:{number}: {what}", path.display());
            part = match (part, line.trim_end()) {
                (Part::Head, "-- [before]") => Part::Before,
                (Part::Before, "-- [rows]") => Part::Rows,
                (Part::Before | Part::Rows, "-- [after]") => Part::After,
                (_, "-- [before]" | "-- [rows]" | "-- [after]") => {
                    return Err(wrong("one `-- [before]`, then one `-- [after]`"));
                }
                (Part::Head, line) => {
                    fixture.read_head(line).map_err(|what| wrong(&what))?;
                    Part::Head
                }
                (Part::Before, line) => {
                    fixture.before.extend([line, "\n"]);
                    Part::Before
                }
                (Part::Rows, line) => {
                    fixture.rows.extend([line, "\n"]);
                    Part::Rows
                }
                (Part::After, line) => {
                    fixture.after.extend([line, "\n"]);
                    Part::After
                }
            };
        }
        let missing = match part {
            Part::Head | Part::Before | Part::Rows => Some("no `-- [after]`"),
            Part::After if fixture.dialects.is_empty() => Some("no `-- dialects:`"),
            Part::After if !fixture.why.ends_with('.') => {
                Some("the first lines are not a sentence that says why it exists")
            }
            Part::After => None,
        };
        missing.map_or(Ok(fixture), |what| {
            Err(format!("{}: {what}", path.display()))
        })
    }

    fn read_head(&mut self, line: &str) -> Result<(), String> {
        let Some(words) = line.strip_prefix("--").map(str::trim) else {
            return if line.is_empty() {
                Ok(())
            } else {
                Err("SQL before `-- [before]`".to_owned())
            };
        };
        if words == "owners: compared" {
            self.ownership = Ownership::Told;
            return Ok(());
        }
        if let Some(list) = words.strip_prefix("tablespaces:") {
            let names = list.split(',').map(|name| name.trim().to_owned());
            self.tablespaces = names.collect();
            return Ok(());
        }
        let Some(list) = words.strip_prefix("dialects:") else {
            if !self.dialects.is_empty() {
                return Err("the sentence stands before `-- dialects:`".to_owned());
            }
            let space = if self.why.is_empty() { "" } else { " " };
            self.why.extend([space, words]);
            return Ok(());
        };
        for word in list.split(',') {
            let mut words = word.split_whitespace();
            let dialect: Dialect = words
                .next()
                .unwrap_or_default()
                .parse()
                .map_err(|error: schemist_sql::UnknownDialect| error.to_string())?;
            self.dialects.push(dialect);
            let told = (
                words.next(),
                words.next().and_then(|number| number.parse().ok()),
            );
            match (told, dialect) {
                ((None, _), Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql) => {}
                ((Some("from"), Some(first)), Dialect::Postgres) => {
                    self.versions = first..=u32::MAX
                }
                ((Some("until"), Some(last)), Dialect::Postgres) => self.versions = 0..=last,
                (_, Dialect::Postgres | Dialect::Sqlite | Dialect::Mysql) => {
                    return Err(format!("no versions that can be told: `{}`", word.trim()));
                }
            }
        }
        Ok(())
    }

    /// The version of PostgreSQL whose plan is in the snapshot: on the others, what differs comes from the
    /// server, and the laws are held alone.
    pub fn reference_version(&self) -> u32 {
        let usual = USUAL.iter().find(|version| self.versions.contains(version));
        *usual.unwrap_or_else(|| self.versions.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Fixture, String> {
        Fixture::parse(Path::new("fixtures/view/a.sql"), text)
    }

    #[test]
    fn a_fixture_is_a_sentence_dialects_and_two_schemas() {
        let fixture = parse("-- It is\n-- so.\n-- dialects: postgres, sqlite\n\n-- [before]\n-- [after]\nSELECT 1;\n").unwrap();
        assert_eq!(
            (
                fixture.kind.as_str(),
                fixture.case.as_str(),
                fixture.why.as_str()
            ),
            ("view", "a", "It is so.")
        );
        assert_eq!(fixture.dialects, [Dialect::Postgres, Dialect::Sqlite]);
        assert_eq!(
            (fixture.before.as_str(), fixture.after.as_str()),
            ("", "SELECT 1;\n")
        );
        let with_rows =
            parse("-- A.\n-- dialects: sqlite\n-- [before]\n-- [rows]\nSELECT 2;\n-- [after]\n");
        assert_eq!(with_rows.unwrap().rows, "SELECT 2;\n");
    }

    #[test]
    fn versions_of_postgres_are_told() {
        let read = |list: &str| {
            let text = format!("-- A.\n-- dialects: {list}\n-- [before]\n-- [after]\n");
            parse(&text).map(|fixture| (fixture.versions.clone(), fixture.reference_version()))
        };
        assert_eq!(read("postgres, sqlite"), Ok((0..=u32::MAX, 15)));
        assert_eq!(read("postgres from 16"), Ok((16..=u32::MAX, 18)));
        assert_eq!(read("sqlite, postgres until 14"), Ok((0..=14, 14)));
        assert_eq!(
            read("sqlite from 3"),
            Err("fixtures/view/a.sql:2: no versions that can be told: `sqlite from 3`".to_owned())
        );
    }

    #[test]
    fn nothing_else_is_in_a_fixture() {
        let wrong = |text| parse(text).unwrap_err();
        assert_eq!(
            wrong("SELECT 1;\n"),
            "fixtures/view/a.sql:1: SQL before `-- [before]`"
        );
        assert_eq!(
            wrong("-- A.\n-- dialects: oracle\n"),
            "fixtures/view/a.sql:2: unknown dialect `oracle`; known are postgres, sqlite and mysql"
        );
        assert_eq!(
            wrong("-- [after]\n"),
            "fixtures/view/a.sql:1: one `-- [before]`, then one `-- [after]`"
        );
        assert_eq!(
            wrong("-- A.\n-- [before]\n-- [after]\n"),
            "fixtures/view/a.sql: no `-- dialects:`"
        );
        assert_eq!(
            wrong("-- dialects: mysql\n-- [before]\n-- [after]\n"),
            "fixtures/view/a.sql: the first lines are not a sentence that says why it exists"
        );
        assert_eq!(
            wrong("-- A.\n-- [before]\n"),
            "fixtures/view/a.sql: no `-- [after]`"
        );
    }
}
