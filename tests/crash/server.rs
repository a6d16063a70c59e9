//! A server of the tests' own, which is stopped in mid-run, as a crash would, and started again.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use schemist_sql::Dialect;
use schemist_testkit::Database;
use tempfile::TempDir;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where distributions put what is not on PATH.
const FOLDERS: &[&str] = &["/usr/sbin", "/usr/bin", "/usr/libexec", "/usr/local/sbin"];

/// A server with its folder.
pub(crate) struct Server {
    dialect: Dialect,
    folder: TempDir,
    program: PathBuf,
    account: Option<Account>,
    process: Mutex<Option<Child>>,
}

/// Who the server runs as where we are root, since PostgreSQL refuses to be.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Server {
    /// Makes a server and starts it; `None` where its programs are not installed.
    pub(crate) fn start_own(dialect: Dialect) -> Option<Self> {
        let program = match dialect {
            Dialect::Postgres => find("postgres")?,
            Dialect::Mysql => find("mariadbd")?,
            Dialect::Sqlite => return None,
        };
        let folder = TempDir::with_prefix("schemist-stopped-").expect("a temporary folder");
        let account = account(folder.path());
        if let Some(account) = account {
            chown(folder.path(), Some(account.user), Some(account.group)).expect("the folder");
        }
        let server = Self {
            dialect,
            folder,
            program,
            account,
            process: Mutex::new(None),
        };
        server.fill();
        server.start();
        Some(server)
    }

    /// Where its data is; gone with the server.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database that servers have from the beginning.
    fn first_url(&self) -> String {
        let folder = self.folder.path().display();
        match self.dialect {
            Dialect::Postgres => {
                format!("postgres://postgres@localhost:5432/postgres?host={folder}")
            }
            Dialect::Mysql | Dialect::Sqlite => {
                format!("mysql://root@localhost/mysql?socket={folder}/socket")
            }
        }
    }

    /// An empty database.
    pub(crate) fn database(&self, name: &str) -> Database {
        let first = self.first_url();
        Database::of_url(&first).execute(&format!("CREATE DATABASE {name}"));
        let old = match self.dialect {
            Dialect::Postgres => "/postgres?",
            Dialect::Mysql | Dialect::Sqlite => "/mysql?",
        };
        let url = first.replacen(old, &format!("/{name}?"), 1);
        Database::of_url(&url)
    }

    /// Runs the server until it answers.
    pub(crate) fn start(&self) {
        let mut process = self.process.lock().unwrap();
        if process.is_some() {
            return;
        }
        let began = Instant::now();
        loop {
            // What a server that was stopped left would be taken for the new one's.
            let _gone = fs::remove_file(self.folder.path().join("data/postmaster.pid"));
            let mut child = self.launch();
            if self.answers(&mut child, began) {
                *process = Some(child);
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "the server does not start: {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops it at once: what it had not written is lost, as in a crash.
    pub(crate) fn stop(&self) {
        let Some(mut child) = self.process.lock().unwrap().take() else {
            return;
        };
        match self.dialect {
            // What `pg_ctl stop -m immediate` does: its sessions end as well, where a kill would leave them.
            Dialect::Postgres => {
                let process = child.id().to_string();
                let asked = Command::new("kill").args(["-QUIT", &process]).status();
                assert!(asked.is_ok_and(|status| status.success()));
            }
            Dialect::Mysql | Dialect::Sqlite => child.kill().expect("it runs"),
        }
        child.wait().expect("it ends");
    }

    fn launch(&self) -> Child {
        let folder = self.folder.path();
        let data = folder.join("data");
        let mut command = self.command(&self.program);
        match self.dialect {
            Dialect::Postgres => {
                command.arg("-D").arg(data).arg("-k").arg(folder);
                for setting in ["listen_addresses=", "fsync=off", "autovacuum=off"] {
                    command.args(["-c", setting]);
                }
            }
            Dialect::Mysql | Dialect::Sqlite => {
                command
                    .arg("--no-defaults")
                    .arg(option("--datadir=", &data))
                    .arg(option("--socket=", &folder.join("socket")))
                    .arg(option("--pid-file=", &folder.join("pid")))
                    .args(["--skip-networking", "--innodb-use-native-aio=0"]);
            }
        }
        let log = File::options()
            .append(true)
            .create(true)
            .open(folder.join("log"));
        let log = log.expect("a log");
        command
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the server's program")
    }

    /// Waits until it answers; `false` where it ended.
    fn answers(&self, child: &mut Child, began: Instant) -> bool {
        while began.elapsed() < PATIENCE {
            if child.try_wait().expect("it is ours").is_some() {
                return false;
            }
            if self.is_ready() {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _gone = child.kill();
        false
    }

    fn is_ready(&self) -> bool {
        let folder = self.folder.path();
        match self.dialect {
            // https://www.postgresql.org/docs/current/storage-file-layout.html: the last line is the state.
            Dialect::Postgres => {
                let file = fs::read_to_string(folder.join("data/postmaster.pid"));
                let file = file.unwrap_or_default();
                file.lines()
                    .nth(7)
                    .is_some_and(|line| line.trim() == "ready")
            }
            // It greets whoever comes.
            Dialect::Mysql | Dialect::Sqlite => UnixStream::connect(folder.join("socket"))
                .is_ok_and(|mut stream| stream.read_exact(&mut [0; 5]).is_ok()),
        }
    }

    /// Makes the folder of its data.
    fn fill(&self) {
        let data = self.folder.path().join("data");
        let beside = |name: &str| self.program.with_file_name(name);
        let mut command = match self.dialect {
            Dialect::Postgres => {
                let mut command = self.command(&beside("initdb"));
                command.arg("-D").arg(&data).args([
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "--no-sync",
                ]);
                command
            }
            Dialect::Mysql | Dialect::Sqlite => {
                let install = find("mariadb-install-db").expect("it comes with the server");
                let mut command = self.command(&install);
                command
                    .arg("--no-defaults")
                    .arg(option("--datadir=", &data))
                    .args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
                command
            }
        };
        let output = command.output().expect("the server's program");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}");
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(account) = self.account {
            command.uid(account.user).gid(account.group);
        }
        command
            .current_dir("/")
            .env_clear()
            .env("LC_ALL", "C")
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn option(name: &str, path: &Path) -> String {
    format!("{name}{}", path.display())
}

/// Finds a program on PATH, or where distributions put it; of PostgreSQL the newest version.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(FOLDERS.iter().map(PathBuf::from));
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let mut found = folders.iter().map(|folder| folder.join(name));
    found.find(|program| program.is_file())
}

/// Somebody else to run as, where the folder that we made belongs to root.
fn account(folder: &Path) -> Option<Account> {
    if fs::metadata(folder).is_ok_and(|found| found.uid() != 0) {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| {
        users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            (fields.first() == Some(name)).then_some(())?;
            Some(Account {
                user: fields.get(2)?.parse().ok()?,
                group: fields.get(3)?.parse().ok()?,
            })
        })
    })
}
