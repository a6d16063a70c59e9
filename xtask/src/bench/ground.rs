//! Where everything is measured: a folder, the programs, and servers that are started when they are needed.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::alembic::Alembic;
use crate::programs::Programs;
use crate::{mariadb, server};

/// Whether other tools are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peers {
    /// They are, where they can be had.
    Measured,
    /// They are not.
    LeftOut,
}

/// The ground.
pub struct Ground {
    folder: tempfile::TempDir,
    binary: PathBuf,
    /// Where what is installed and what was measured is kept.
    pub kept: PathBuf,
    /// How often each contestant runs.
    pub runs: usize,
    /// How many tables the usual schema has.
    pub tables: usize,
    peers: Peers,
    postgres: OnceCell<Result<Postgres, String>>,
    mysql: OnceCell<Result<Mysql, String>>,
    alembic: OnceCell<Result<Alembic, String>>,
}

impl Ground {
    /// Nothing is started yet.
    ///
    /// # Errors
    /// Where no folder can be made.
    pub fn new(
        binary: PathBuf,
        kept: PathBuf,
        runs: usize,
        tables: usize,
        peers: Peers,
    ) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("schemist-bench-").tempdir();
        Ok(Self {
            folder: folder.map_err(cannot_write)?,
            binary,
            kept,
            runs,
            tables,
            peers,
            postgres: OnceCell::new(),
            mysql: OnceCell::new(),
            alembic: OnceCell::new(),
        })
    }

    /// The folder for all that is thrown away.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program that is measured.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// A server of PostgreSQL.
    ///
    /// # Errors
    /// Why there is none.
    pub fn postgres(&self) -> Result<&Postgres, String> {
        let started = self.postgres.get_or_init(Postgres::start);
        started.as_ref().map_err(Clone::clone)
    }

    /// A server of MariaDB or MySQL.
    ///
    /// # Errors
    /// Why there is none.
    pub fn mysql(&self) -> Result<&Mysql, String> {
        let started = self.mysql.get_or_init(|| {
            let server = mariadb::Server::start()?;
            Ok(Mysql { server })
        });
        started.as_ref().map_err(Clone::clone)
    }

    /// Alembic.
    ///
    /// # Errors
    /// Why it is not measured.
    pub fn alembic(&self) -> Result<&Alembic, String> {
        let found = self.alembic.get_or_init(|| match self.peers {
            Peers::Measured => Alembic::find_or_install(&self.kept.join("alembic")),
            Peers::LeftOut => Err("it was left out".to_owned()),
        });
        found
            .as_ref()
            .map_err(|reason| format!("Alembic was not measured: {reason}"))
    }

    /// Whether other tools are measured.
    pub const fn peers(&self) -> Peers {
        self.peers
    }

    /// Makes a project of ours: settings, and the models as one file of SQL.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn project(&self, name: &str, models: &str) -> Result<Project, String> {
        self.project_of(name, &[("schema.sql".to_owned(), models.to_owned())], "")
    }

    /// Makes a project of ours, with these files as models, and more settings for the database.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn project_of(
        &self,
        name: &str,
        models: &[(String, String)],
        settings: &str,
    ) -> Result<Project, String> {
        let folder = self.folder().join(name);
        for part in ["models", "migrations", "cache"] {
            fs::create_dir_all(folder.join(part)).map_err(cannot_write)?;
        }
        for (file, text) in models {
            fs::write(folder.join("models").join(file), text).map_err(cannot_write)?;
        }
        let settings = format!("[database.main]\nurl = \"${{BENCH_URL}}\"\n{settings}");
        fs::write(folder.join("schemist.toml"), settings).map_err(cannot_write)?;
        Ok(Project {
            folder,
            binary: self.binary.clone(),
        })
    }
}

/// A project of ours.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its folder.
    pub folder: PathBuf,
    binary: PathBuf,
}

impl Project {
    /// A command in it, on the database at a url.
    pub fn command(&self, url: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("BENCH_URL", url)
            .env("SCHEMIST_CACHE_DIR", self.folder.join("cache"));
        command
    }

    /// Runs a command in it, unmeasured.
    ///
    /// # Errors
    /// Where it fails.
    pub fn run(&self, url: &str, arguments: &[&str]) -> Result<(), String> {
        finish(&mut self.command(url, arguments))
    }

    /// Forgets what was compiled.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn forget(&self) -> Result<(), String> {
        empty(&self.folder.join("cache"))
    }

    /// Forgets which databases were found to be what the models say; what was compiled stays.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn forget_databases(&self) -> Result<(), String> {
        let kept = fs::read_dir(self.folder.join("cache/catalogs")).map_err(cannot_write)?;
        let paths = kept.flatten().map(|entry| entry.path());
        let is_database = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "alike");
        for path in paths.filter(is_database) {
            fs::remove_file(path).map_err(cannot_write)?;
        }
        Ok(())
    }

    /// Removes all revisions.
    ///
    /// # Errors
    /// Where they cannot be removed.
    pub fn without_revisions(&self) -> Result<(), String> {
        empty(&self.folder.join("migrations"))
    }
}

fn empty(folder: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder).map_err(cannot_write)?;
    fs::create_dir_all(folder).map_err(cannot_write)
}

/// A running PostgreSQL.
pub struct Postgres {
    server: server::Server,
    folder: PathBuf,
    /// Its release.
    pub version: String,
}

impl Postgres {
    fn start() -> Result<Self, String> {
        let programs = Programs::find_or_install()?;
        let server = server::Server::start(&programs)?;
        let mut postgres = Self {
            server,
            folder: programs.folder,
            version: String::new(),
        };
        let version = said(
            postgres
                .psql("postgres")
                .args(["-Atc", "SHOW server_version"]),
        )?;
        version.trim().clone_into(&mut postgres.version);
        Ok(postgres)
    }

    /// Where a database is, in our words.
    pub fn url(&self, database: &str) -> String {
        let (host, port) = (self.server.folder().display(), self.server.port());
        format!("postgres://postgres@localhost:{port}/{database}?host={host}")
    }

    /// Where a database is, in the words of SQLAlchemy with a driver.
    pub fn alchemy(&self, driver: &str, database: &str) -> String {
        let (host, port) = (self.server.folder().display(), self.server.port());
        format!("postgresql{driver}://postgres@/{database}?host={host}&port={port}")
    }

    /// One of the programs that come with the server, with the way to it.
    pub fn program(&self, name: &str) -> Command {
        let beside = self.folder.join(name);
        let mut command = if beside.is_file() {
            Command::new(beside)
        } else {
            Command::new(name)
        };
        command.arg("-h").arg(self.server.folder()).args([
            "-p",
            &self.server.port().to_string(),
            "-U",
            "postgres",
        ]);
        command
    }

    /// `psql` in a database, which stops at the first error.
    pub fn psql(&self, database: &str) -> Command {
        let mut command = self.program("psql");
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database]);
        command
    }

    /// Makes a database anew.
    ///
    /// # Errors
    /// In the server's words.
    pub fn make(&self, database: &str) -> Result<(), String> {
        let drop = format!("DROP DATABASE IF EXISTS {database}");
        let make = format!("CREATE DATABASE {database}");
        finish(self.psql("postgres").args(["-c", &drop, "-c", &make]))
    }

    /// Runs a file in a database.
    ///
    /// # Errors
    /// In the server's words.
    pub fn load(&self, database: &str, file: &Path) -> Result<(), String> {
        finish(self.psql(database).arg("-f").arg(file))
    }

    /// Asks for a text.
    ///
    /// # Errors
    /// In the server's words.
    pub fn ask(&self, database: &str, sql: &str) -> Result<String, String> {
        let answer = said(self.psql(database).args(["-Atc", sql]))?;
        Ok(answer.trim().to_owned())
    }

    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        self.server.folder().join("log")
    }
}

/// A running MariaDB or MySQL.
pub struct Mysql {
    server: mariadb::Server,
}

impl Mysql {
    /// Where a database is, in our words.
    pub fn url(&self, database: &str) -> String {
        let socket = self.server.socket();
        format!(
            "mysql://root@localhost/{database}?socket={}",
            socket.display()
        )
    }

    /// Where a database is, in the words of SQLAlchemy.
    pub fn alchemy(&self, database: &str) -> String {
        let socket = self.server.socket();
        format!(
            "mysql+pymysql://root@localhost/{database}?unix_socket={}",
            socket.display()
        )
    }

    /// The client in a database.
    pub fn client(&self, database: &str) -> Command {
        let mut command = Command::new("mariadb");
        command
            .args(["--no-defaults", "-u", "root", "-S"])
            .arg(self.server.socket())
            .arg(database);
        command
    }

    /// Makes a database with a schema in it.
    ///
    /// # Errors
    /// In the server's words.
    pub fn make(&self, database: &str, ddl: &Path) -> Result<(), String> {
        let make = format!("CREATE OR REPLACE DATABASE {database}");
        finish(self.client("mysql").args(["-e", &make]))?;
        let source = format!("source {}", ddl.display());
        finish(self.client(database).args(["-e", &source]))
    }

    /// Its release.
    ///
    /// # Errors
    /// In the server's words.
    pub fn version(&self) -> Result<String, String> {
        let answer = said(self.client("mysql").args(["-Ne", "SELECT version()"]))?;
        Ok(answer.trim().to_owned())
    }
}

/// Writes a text into the folder.
///
/// # Errors
/// Where it cannot be written.
pub fn put(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(cannot_write)?;
    Ok(path)
}

/// Runs a command to its end, unmeasured.
///
/// # Errors
/// Where it fails, in its own words.
pub fn finish(command: &mut Command) -> Result<(), String> {
    said(command).map(drop)
}

/// The same, and takes what it writes.
///
/// # Errors
/// Where it fails, in its own words.
pub fn said(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.map_err(|error| format!("cannot start {:?}: {error}", command.get_program()))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed:\n{}", words.trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What is said where a file cannot be written.
pub fn cannot_write(error: std::io::Error) -> String {
    format!("cannot write what is measured: {error}")
}
