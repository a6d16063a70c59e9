//! The server's own programs that write a copy of a database.
//!
//! They log in with files that only we may read: the arguments and the environment of a process are
//! seen by others, and stand in many a log.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use schemist_connect::{Login, Session};
use schemist_sql::Dialect;
use tempfile::NamedTempFile;

use crate::environment::Environment;
use crate::error::ProjectError;
use crate::project::Entry;
use crate::words::without_logins;

/// Lets the server's own program write a copy.
pub(super) fn write(entry: &Entry, session: &Session, path: &Path) -> Result<(), ProjectError> {
    let login = session.url().login();
    let programs: &[&str] = match session.dialect() {
        Dialect::Postgres | Dialect::Sqlite => &["pg_dump"],
        Dialect::Mysql => &["mariadb-dump", "mysqldump"],
    };
    for program in programs {
        let mut files = Files::default();
        let prepared = match session.dialect() {
            Dialect::Postgres | Dialect::Sqlite => pg_dump(&login, path, &mut files),
            Dialect::Mysql => mysql_dump(program, &login, path, &mut files),
        };
        let mut command = prepared.map_err(|source| ProjectError::File {
            what: "write a file with the login for",
            path: (*program).to_owned(),
            source,
        })?;
        let output = inherit(&mut command, &entry.environment)
            .current_dir(&entry.root)
            .stdin(Stdio::null())
            .output();
        let Ok(output) = output else { continue };
        if output.status.success() {
            return Ok(());
        }
        // A half is worse than nothing.
        let _gone = fs::remove_file(path);
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(ProjectError::refused(
            format!("back up with {program}: {}", without_logins(words.trim())),
            "mend what it names; or make a backup yourself and add --no-backup",
        ));
    }
    Err(ProjectError::refused(
        format!("back up: there is no {} on the PATH", programs.join(" or ")),
        "install the server's client programs; or make a backup yourself and add --no-backup",
    ))
}

/// What a program needs of our environment: neither urls nor passwords, whoever put them there.
fn inherit<'c>(command: &'c mut Command, environment: &Environment) -> &'c mut Command {
    const NAMES: [&str; 9] = [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TMPDIR",
        "TZ",
        "LD_LIBRARY_PATH",
    ];
    let said: Vec<_> = command
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
        .collect();
    command.env_clear();
    for (name, value) in &environment.variables {
        let is_kept = NAMES.contains(&name.as_str())
            || name.starts_with("LC_")
            || name.starts_with("KRB5")
            || name.starts_with("DYLD_");
        if is_kept {
            command.env(name, value);
        }
    }
    for (name, value) in said {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

/// Files for one program, gone when it has ended.
#[derive(Default)]
struct Files(Vec<NamedTempFile>);

impl Files {
    /// Writes a text into a file that only we may read, and tells its path.
    fn of_text(&mut self, text: &str) -> io::Result<String> {
        let mut file = NamedTempFile::with_prefix("schemist-")?;
        file.write_all(text.as_bytes())?;
        let path = file.path().display().to_string();
        self.0.push(file);
        Ok(path)
    }

    /// The path of a certificate, which may stand in the settings itself.
    fn of_certificate(&mut self, value: Option<&str>) -> io::Result<Option<String>> {
        match value {
            Some(text) if text.contains("-----BEGIN") => self.of_text(text).map(Some),
            Some(path) => Ok(Some(path.to_owned())),
            None => Ok(None),
        }
    }
}

fn pg_dump(login: &Login<'_>, path: &Path, files: &mut Files) -> io::Result<Command> {
    let mut command = Command::new("pg_dump");
    command
        .args(["--format=custom", "--no-password", "--file"])
        .arg(path);
    let password = login.password.map(|password| {
        // https://www.postgresql.org/docs/current/libpq-pgpass.html
        let password = password.replace('\\', "\\\\").replace(':', "\\:");
        files.of_text(&format!("*:*:*:*:{password}\n"))
    });
    // Without a file, libpq trusts those in the home folder and not those that everybody knows.
    let root = match (login.tls_mode, login.tls_root) {
        ("verify-ca" | "verify-full", None) => Some("system".to_owned()),
        (_, root) => files.of_certificate(root)?,
    };
    let values = [
        ("PGHOST", login.host.map(str::to_owned)),
        ("PGPORT", login.port.map(|port| port.to_string())),
        ("PGUSER", login.user.map(str::to_owned)),
        ("PGDATABASE", login.database.map(str::to_owned)),
        ("PGPASSFILE", password.transpose()?),
        ("PGSSLMODE", Some(login.tls_mode.to_owned())),
        ("PGSSLROOTCERT", root),
        ("PGSSLCERT", files.of_certificate(login.tls_certificate)?),
        ("PGSSLKEY", files.of_certificate(login.tls_key)?),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    Ok(command)
}

fn mysql_dump(
    program: &str,
    login: &Login<'_>,
    path: &Path,
    files: &mut Files,
) -> io::Result<Command> {
    let mut command = Command::new(program);
    if let Some(password) = login.password {
        // https://dev.mysql.com/doc/refman/8.4/en/option-files.html; the option must come first.
        let password = password
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\'', "\\'");
        let file = files.of_text(&format!("[client]\npassword=\"{password}\"\n"))?;
        command.arg(format!("--defaults-extra-file={file}"));
    }
    command.args([
        "--single-transaction",
        "--routines",
        "--events",
        "--triggers",
    ]);
    match login.host {
        Some(socket) if socket.starts_with('/') => command.arg("--socket").arg(socket),
        Some(host) => command.arg("--host").arg(host),
        None => &mut command,
    };
    if let Some(port) = login.port {
        command.arg("--port").arg(port.to_string());
    }
    if let Some(user) = login.user {
        command.arg("--user").arg(user);
    }
    let certificates = [
        ("--ssl-ca", login.tls_root),
        ("--ssl-cert", login.tls_certificate),
        ("--ssl-key", login.tls_key),
    ];
    if login.tls_mode != "disable" {
        for (option, value) in certificates {
            if let Some(value) = files.of_certificate(value.filter(|value| *value != "system"))? {
                command.arg(format!("{option}={value}"));
            }
        }
    }
    command.args(mysql_tls(program, login.tls_mode));
    command.arg("--result-file").arg(path);
    if let Some(database) = login.database {
        command.arg(database);
    }
    Ok(command)
}

/// How much the program insists on TLS: MariaDB's and MySQL's have other words for it.
fn mysql_tls(program: &str, mode: &str) -> Option<&'static str> {
    let version = Command::new(program).arg("--version").output().ok()?;
    let is_mariadb = String::from_utf8_lossy(&version.stdout).contains("MariaDB");
    match (is_mariadb, mode) {
        (true, "disable") => Some("--skip-ssl"),
        (true, "verify-full") => Some("--ssl-verify-server-cert"),
        // With an authority its chain is looked at, which is all that there is to ask for.
        (true, "verify-ca" | "require") => Some("--ssl"),
        (true, _) => None,
        (false, "disable") => Some("--ssl-mode=DISABLED"),
        (false, "require") => Some("--ssl-mode=REQUIRED"),
        (false, "verify-ca") => Some("--ssl-mode=VERIFY_CA"),
        (false, "verify-full") => Some("--ssl-mode=VERIFY_IDENTITY"),
        (false, _) => Some("--ssl-mode=PREFERRED"),
    }
}
