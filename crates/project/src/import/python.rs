//! The history of Alembic, whose files are programs: `alembic.ini`, and of each file what it says of itself.

use std::path::{Path, PathBuf};

use schemist_revision::{RevisionId, Timestamp, Transaction};

use super::found::{Found, FoundRevision, id_of};
use super::sql_files::{entries, name_of};
use crate::error::ProjectError;
use crate::folder::{read_text, shown};

/// Reads `alembic.ini`, a folder with one in it, the folder of the scripts, or that of the versions.
pub(super) fn alembic(place: &Path, root: &Path) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    let ini = if place.is_file() {
        Some(place.to_path_buf())
    } else {
        Some(place.join("alembic.ini")).filter(|path| path.is_file())
    };
    let folders = match &ini {
        Some(path) => {
            let text = read_text(path, root)?;
            let here = path.parent().unwrap_or(root);
            found.places.push(shown(path, root));
            found.url = setting(&text, "sqlalchemy.url", here).map(|url| of_sqlalchemy(&url));
            let folders = folders(&text, here);
            if folders.is_empty() {
                return Err(ProjectError::refused(
                    format!(
                        "find Alembic's files: {} has no script_location",
                        shown(path, root)
                    ),
                    "name the folder of the versions itself",
                ));
            }
            folders
        }
        None if place.join("versions").is_dir() => vec![place.join("versions")],
        None => vec![place.to_path_buf()],
    };
    for folder in folders {
        found.places.push(shown(&folder, root));
        for path in entries(&folder, root)? {
            let name = name_of(&path);
            if !name.ends_with(".py") || name == "__init__.py" {
                continue;
            }
            let text = read_text(&path, root)?;
            match step(&text, &shown(&path, root))? {
                Some(step) => found.revisions.push(step),
                None => found.notes.push(format!(
                    "passed over: {} names no revision",
                    shown(&path, root)
                )),
            }
        }
    }
    Ok(found)
}

/// A url as ours are written: SQLAlchemy's `sqlite:///x` is relative, and `sqlite:////x` absolute.
fn of_sqlalchemy(url: &str) -> String {
    match url.strip_prefix("sqlite:///") {
        Some(path) => format!("sqlite://{path}"),
        None => url.to_owned(),
    }
}

/// The folders of version files that the settings name.
fn folders(text: &str, here: &Path) -> Vec<PathBuf> {
    if let Some(several) = setting(text, "version_locations", here) {
        let names = several.split([' ', '\n', ',', ';', ':']);
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        return names.map(|name| here.join(name)).collect();
    }
    let place = setting(text, "script_location", here);
    place
        .map(|place| here.join(place).join("versions"))
        .into_iter()
        .collect()
}

/// The value of a key in the section `[alembic]`; `%%` is `%`, and `%(here)s` the file's own folder.
fn setting(text: &str, key: &str, here: &Path) -> Option<String> {
    let mut is_ours = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            is_ours = line == "[alembic]";
        }
        if !is_ours || line.starts_with(['#', ';']) {
            continue;
        }
        let Some((name, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        if name.trim() == key {
            let value = value
                .trim()
                .replace("%(here)s", &here.display().to_string());
            return Some(value.replace("%%", "%")).filter(|value| !value.is_empty());
        }
    }
    None
}

/// What a file says of itself: `revision`, `down_revision`, and the text at its top.
fn step(text: &str, path: &str) -> Result<Option<FoundRevision>, ProjectError> {
    let Some(id) = assigned(text, "revision").and_then(|value| strings(value).into_iter().next())
    else {
        return Ok(None);
    };
    let parents = assigned(text, "down_revision")
        .map(strings)
        .unwrap_or_default();
    let parents: Result<Vec<RevisionId>, ProjectError> =
        parents.iter().map(|parent| id_of(parent)).collect();
    let top = docstring(text);
    let message = top.lines().map(str::trim).find(|line| !line.is_empty());
    let created = top.lines().find_map(|line| {
        let date = line.trim().strip_prefix("Create Date:")?.trim();
        Timestamp::parse(date).or_else(|| Timestamp::parse(date.get(..19)?))
    });
    Ok(Some(FoundRevision {
        id: id_of(&id)?,
        version: id,
        parents: parents?,
        message: message.unwrap_or_default().to_owned(),
        created,
        up: None,
        down: None,
        transaction: Transaction::Same,
        path: path.to_owned(),
    }))
}

/// What stands behind the first `<name> =` or `<name>: <type> =` at the start of a line, up to the end of
/// the line, or of the parentheses that it opens.
fn assigned<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix(name).filter(|rest| {
            rest.trim_start().starts_with('=') || rest.trim_start().starts_with(':')
        });
        if let Some((_, value)) = rest.and_then(|rest| rest.split_once('=')) {
            let start = at + line.len() - value.len();
            let value = &text[start..];
            let opens = value.trim_start().starts_with(['(', '[']);
            let end = if opens {
                value.find([')', ']'])
            } else {
                value.find('\n')
            };
            return Some(&value[..end.unwrap_or(value.len())]);
        }
        at += line.len();
    }
    None
}

/// The texts in quotes of a value, without what is behind a `#`.
fn strings(value: &str) -> Vec<String> {
    value.lines().flat_map(strings_of_line).collect()
}

fn strings_of_line(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line.split('#').next().unwrap_or(line);
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = &rest[at..=at];
        let inner = &rest[at + 1..];
        let Some(end) = inner.find(quote) else { break };
        found.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    found
}

/// The text at the top of a file.
fn docstring(text: &str) -> &str {
    for quotes in ["\"\"\"", "'''"] {
        if let Some((_, rest)) = text.split_once(quotes) {
            return rest.split(quotes).next().unwrap_or_default();
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_comes_after() {
        let text = "\"\"\"add books\n\nRevision ID: 39d36f1dab73\nCreate Date: 2023-09-13 11:40:41.123456\n\n\"\"\"\nfrom alembic import op\n\nrevision: str = '39d36f1dab73'\ndown_revision: Union[str, None] = (\n    \"a1\",  # one\n    'b2',\n)\nbranch_labels = None\n";
        let step = step(text, "x.py").unwrap().unwrap();
        assert_eq!(step.version, "39d36f1dab73");
        assert_eq!(step.message, "add books");
        assert_eq!(step.created.unwrap().to_string(), "2023-09-13T11:40:41Z");
        let parents: Vec<&str> = step.parents.iter().map(|id| id.as_str()).collect();
        assert_eq!(parents, ["a1", "b2"]);
        assert_eq!(strings("None"), Vec::<String>::new());
    }

    #[test]
    fn the_settings_have_escapes() {
        let text = "[loggers]\nsqlalchemy.url = no\n[alembic]\nscript_location = %(here)s/mig\n# sqlalchemy.url = no\nsqlalchemy.url = postgresql+psycopg2://me:p%%40ss@db/shop\n";
        let here = Path::new("/srv");
        let url = setting(text, "sqlalchemy.url", here);
        assert_eq!(
            url.as_deref(),
            Some("postgresql+psycopg2://me:p%40ss@db/shop")
        );
        assert_eq!(folders(text, here), [Path::new("/srv/mig/versions")]);
    }
}
