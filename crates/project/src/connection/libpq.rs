//! The variables and files that PostgreSQL's own programs read.

use std::fs;
use std::path::{Path, PathBuf};

use schemist_connect::Part;

use super::build::Build;
use super::pgpass;
use crate::environment::Environment;
use crate::error::ProjectError;

/// <https://www.postgresql.org/docs/current/libpq-envars.html>
const VARIABLES: [(&str, Part); 13] = [
    ("PGHOSTADDR", Part::Host),
    ("PGHOST", Part::Host),
    ("PGPORT", Part::Port),
    ("PGUSER", Part::User),
    ("PGPASSWORD", Part::Password),
    ("PGDATABASE", Part::Database),
    ("PGSSLMODE", Part::TlsMode),
    ("PGREQUIRESSL", Part::TlsMode),
    ("PGSSLROOTCERT", Part::TlsRoot),
    ("PGSSLCERT", Part::TlsCertificate),
    ("PGSSLKEY", Part::TlsKey),
    ("PGCONNECT_TIMEOUT", Part::ConnectTimeout),
    ("PGOPTIONS", Part::Options),
];

/// The same in a service file.
const KEYWORDS: [(&str, Part); 12] = [
    ("hostaddr", Part::Host),
    ("host", Part::Host),
    ("port", Part::Port),
    ("user", Part::User),
    ("password", Part::Password),
    ("dbname", Part::Database),
    ("sslmode", Part::TlsMode),
    ("sslrootcert", Part::TlsRoot),
    ("sslcert", Part::TlsCertificate),
    ("sslkey", Part::TlsKey),
    ("connect_timeout", Part::ConnectTimeout),
    ("options", Part::Options),
];

/// The variable by which libpq alone would find a database, if one is set.
pub(super) fn names_a_database(environment: &Environment) -> Option<&'static str> {
    ["PGSERVICE", "PGDATABASE"]
        .into_iter()
        .find(|name| environment.variable(name).is_some())
}

/// Fills what is open as libpq would: the service, the variables, the password file.
pub(super) fn fill(
    environment: &Environment,
    build: &mut Build,
    notes: &mut Vec<String>,
) -> Result<(), ProjectError> {
    if let Some(service) = environment.variable("PGSERVICE") {
        of_service(environment, service, build)?;
    }
    for (name, part) in VARIABLES {
        let Some(value) = environment.variable(name) else {
            continue;
        };
        let value = match (name, value) {
            ("PGREQUIRESSL", "1") => "require",
            ("PGREQUIRESSL", _) => continue,
            (_, value) => value,
        };
        let value = path_or_word(environment, part, value);
        build.fill(part, &value, environment.origin_of(name))?;
    }
    for name in PASSED_OVER {
        if environment.variable(name).is_some() {
            notes.push(format!("{name} is passed over"));
        }
    }
    usual_files(environment, build)?;
    if build.lacks(Part::Password) {
        pgpass::fill(environment, build, notes)?;
    }
    Ok(())
}

/// Variables that make libpq refuse more than we do.
const PASSED_OVER: [&str; 5] = [
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGREQUIREAUTH",
    "PGCHANNELBINDING",
    "PGTARGETSESSIONATTRS",
];

/// Files of certificates start from where the command is run.
fn path_or_word(environment: &Environment, part: Part, value: &str) -> String {
    let is_path = part.is_path() && value != "system" && !value.contains("-----BEGIN");
    if is_path {
        let path = environment.absolute(Path::new(value));
        return path.display().to_string();
    }
    value.to_owned()
}

/// The files in the home folder that libpq takes where none is named.
///
/// <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-FILE-USAGE>
fn usual_files(environment: &Environment, build: &mut Build) -> Result<(), ProjectError> {
    let Some(home) = environment.variable("HOME") else {
        return Ok(());
    };
    let folder = Path::new(home).join(".postgresql");
    let mut fill = |part, name: &str| {
        let path = folder.join(name);
        if path.is_file() {
            let origin = format!("~/.postgresql/{name}");
            build.fill(part, &path.display().to_string(), origin)?;
        }
        Ok::<(), ProjectError>(())
    };
    fill(Part::TlsCertificate, "postgresql.crt")?;
    fill(Part::TlsKey, "postgresql.key")?;
    // Where nobody says how much TLS is wanted, an authority alone must not decide it.
    if !build.lacks(Part::TlsMode) {
        let path = folder.join("root.crt");
        if path.is_file() {
            let path = path.display().to_string();
            build.fill(Part::TlsRoot, &path, "~/.postgresql/root.crt")?;
        }
    }
    Ok(())
}

fn of_service(
    environment: &Environment,
    service: &str,
    build: &mut Build,
) -> Result<(), ProjectError> {
    let mut files = Vec::new();
    match (
        environment.variable("PGSERVICEFILE"),
        environment.variable("HOME"),
    ) {
        (Some(path), _) => files.push(PathBuf::from(path)),
        (None, Some(home)) => files.push(PathBuf::from(home).join(".pg_service.conf")),
        (None, None) => {}
    }
    if let Some(folder) = environment.variable("PGSYSCONFDIR") {
        files.push(PathBuf::from(folder).join("pg_service.conf"));
    }
    for path in &files {
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        let Some(settings) = section(&text, service) else {
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (line, keyword, value) in settings {
            if let Some((_, part)) = KEYWORDS.iter().find(|(known, _)| *known == keyword) {
                let value = path_or_word(environment, *part, value);
                build.fill(*part, &value, format!("{name}:{line}"))?;
            }
        }
        return Ok(());
    }
    let paths: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Err(ProjectError::refused(
        format!("find the service `{service}` that PGSERVICE names"),
        match paths.as_slice() {
            [] => "name the file with PGSERVICEFILE".to_owned(),
            paths => format!(
                "add [{service}] to {}, or unset PGSERVICE",
                paths.join(" or ")
            ),
        },
    ))
}

/// The lines of one service: number, keyword, value.
fn section<'t>(text: &'t str, service: &str) -> Option<Vec<(usize, &'t str, &'t str)>> {
    let mut found = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            if found.is_some() {
                break;
            }
            if name == service {
                found = Some(Vec::new());
            }
            continue;
        }
        if let (Some(settings), Some((key, value))) = (&mut found, line.split_once('='))
            && !line.starts_with('#')
        {
            settings.push((number, key.trim(), value.trim()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_one_section_of_its_file() {
        let text = "[a]\nhost=x\n# c=d\n[shop]\nhost = db\nport=6543\n\n[b]\nhost=y\n";
        assert_eq!(
            section(text, "shop"),
            Some(vec![(5, "host", "db"), (6, "port", "6543")])
        );
        assert_eq!(section(text, "none"), None);
    }
}
