//! The variables and files that PostgreSQL's own programs read.

use std::fs;
use std::path::PathBuf;

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
        build.fill(part, value, environment.origin_of(name))?;
    }
    if build.lacks(Part::Password) {
        pgpass::fill(environment, build, notes)?;
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
                build.fill(*part, value, format!("{name}:{line}"))?;
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
