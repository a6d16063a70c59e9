//! PostgreSQL's password file.

use std::fs;
use std::path::{Path, PathBuf};

use schemist_connect::Part;

use super::build::Build;
use crate::environment::Environment;
use crate::error::ProjectError;

/// Takes the password from the file, where a line of it fits.
///
/// <https://www.postgresql.org/docs/current/libpq-pgpass.html>
pub(super) fn fill(
    environment: &Environment,
    build: &mut Build,
    notes: &mut Vec<String>,
) -> Result<(), ProjectError> {
    let path = match (
        environment.variable("PGPASSFILE"),
        environment.variable("HOME"),
    ) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(home)) => PathBuf::from(home).join(".pgpass"),
        (None, None) => return Ok(()),
    };
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    if is_open_to_others(&path) {
        notes.push(format!(
            "{} is passed over, since others may read it; run `chmod 600` on it",
            path.display()
        ));
        return Ok(());
    }
    let part = |part: Part| build.url.part(part);
    let host = match part(Part::Host) {
        Some(host) if !host.starts_with('/') => host,
        Some(_) | None => "localhost".to_owned(),
    };
    let user = part(Part::User).unwrap_or_else(|| environment.user());
    let wanted = [
        host,
        part(Part::Port).unwrap_or_else(|| "5432".to_owned()),
        part(Part::Database).unwrap_or_else(|| user.clone()),
        user,
    ];
    if let Some((line, password)) = password(&text, &wanted) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        build.put(Part::Password, &password, format!("{name}:{line}"))?;
    }
    Ok(())
}

/// The first line that fits: its number and its password.
fn password(text: &str, wanted: &[String; 4]) -> Option<(usize, String)> {
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with('#') {
            continue;
        }
        let fields = fields(line);
        let [host, port, database, user, password] = fields.as_slice() else {
            continue;
        };
        let fits = [host, port, database, user]
            .iter()
            .zip(wanted)
            .all(|(field, wanted)| field.as_str() == "*" || *field == wanted);
        if fits {
            return Some((number, password.clone()));
        }
    }
    None
}

/// Splits at colons that no backslash escapes; the password may hold raw ones.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let count = fields.len();
        let Some(field) = fields.last_mut() else {
            break;
        };
        match c {
            '\\' => field.extend(chars.next()),
            ':' if count < 5 => fields.push(String::new()),
            c => field.push(c),
        }
    }
    fields
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|facts| facts.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let text =
            "# db:5432:shop:app:no\nother:*:*:*:no\ndb:*:shop:app:a\\:b\\\\c:d\n*:*:*:*:last\n";
        let wanted = |host: &str| [host, "5432", "shop", "app"].map(str::to_owned);
        assert_eq!(
            password(text, &wanted("db")),
            Some((3, "a:b\\c:d".to_owned()))
        );
        assert_eq!(password(text, &wanted("x")), Some((4, "last".to_owned())));
        assert_eq!(password("db:1:shop", &wanted("db")), None);
    }
}
