//! A MariaDB or MySQL server in a folder: made, started, killed, removed.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use schemist_connect::{Access, DatabaseUrl, Pins, Session};

use super::super::ScratchError;
use super::LocalSettings;
use super::cluster::{
    START_SECONDS, base_folder, folder_error, give, is_orphaned, new_run_folder, run, tail,
};
use super::user::{self, ServerUser};

/// What the folders of runs begin with.
const RUN: &str = "mysql-run-";

/// Where distributions put the programs.
const FOLDERS: &[&str] = &[
    "/usr/sbin",
    "/usr/bin",
    "/usr/libexec",
    "/usr/local/sbin",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
    "/usr/local/opt/mariadb/bin",
    "/usr/local/opt/mysql/bin",
];

/// Names the folder for temporary tables. A server that starts removes what is left of them there, also
/// those of another server of the same user that is at work.
const TEMPORARY: &str = "TMPDIR";

/// Nothing here has to survive, and nobody else may connect.
const SERVER_SETTINGS: &[&str] = &[
    "--skip-networking",
    "--skip-log-bin",
    "--event-scheduler=OFF",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-use-native-aio=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--max-connections=30",
];

/// The folder of one run, with its server.
#[derive(Debug, Clone)]
pub(crate) struct MysqlFolder {
    folder: PathBuf,
    server: PathBuf,
    user: Option<ServerUser>,
    // Held as long as the run lives, and freed by the system when it is killed.
    _owner: Arc<File>,
}

/// The server's program, and the one that makes its folder; MySQL's server does that itself.
struct Programs {
    server: PathBuf,
    install: Option<PathBuf>,
    version: String,
}

/// Removes what killed runs left, and makes the folder of this run.
pub(crate) fn prepare(settings: &LocalSettings) -> Result<MysqlFolder, ScratchError> {
    let programs = find(&settings.path)?;
    let (base, user) = base_folder(settings)?;
    // One run at a time from here: the kept folder is made once, and no folder is seen unlocked.
    let turn =
        File::create(base.join("turn.lock")).map_err(|source| folder_error(&base, source))?;
    turn.lock().map_err(|source| folder_error(&base, source))?;
    remove_leftovers(&base);
    let kept = kept_folder(&base, &programs, user.as_ref())?;
    let folder = new_run_folder(&base, RUN)?;
    let owner =
        File::create(folder.join("owner.lock")).map_err(|source| folder_error(&folder, source))?;
    owner
        .lock()
        .map_err(|source| folder_error(&folder, source))?;
    give(&folder, user.as_ref())?;
    let mut copy = user::command(user.as_ref(), Path::new("cp"));
    run(copy.arg("-a").arg(&kept).arg(folder.join("data")))?;
    Ok(MysqlFolder {
        folder,
        server: programs.server,
        user,
        _owner: Arc::new(owner),
    })
}

/// Starts the server and opens a session in its database `mysql`.
pub(crate) async fn start(run: &MysqlFolder) -> Result<Session, ScratchError> {
    let folder = &run.folder;
    let log = folder.join("log");
    let out = File::create(&log).map_err(|source| folder_error(&log, source))?;
    let err = out
        .try_clone()
        .map_err(|source| folder_error(&log, source))?;
    let socket = folder.join("socket");
    let mut server = user::command(run.user.as_ref(), &run.server);
    server
        .env(TEMPORARY, folder)
        .arg("--no-defaults")
        .arg(option("--datadir=", &folder.join("data")))
        .arg(option("--socket=", &socket))
        .arg(option("--pid-file=", &pid_file(folder)))
        .args(SERVER_SETTINGS);
    let started = server.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
    let mut server = started.map_err(|source| folder_error(&run.server, source))?;

    let url = DatabaseUrl::mysql_socket(&socket.to_string_lossy(), "root", "mysql");
    let began = Instant::now();
    loop {
        let refused = match Session::connect(&url, &Pins::default(), Access::Write).await {
            Ok(session) => return Ok(session),
            Err(error) => error,
        };
        if server.try_wait().ok().flatten().is_some() {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            return Err(ScratchError::Program {
                program: "mariadbd".to_owned(),
                output: tail(&said),
            });
        }
        if began.elapsed() > Duration::from_secs(START_SECONDS) {
            return Err(refused.into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl MysqlFolder {
    /// The folder with everything in it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Kills the server and removes its folder.
    pub(crate) fn stop(&self) -> Result<(), ScratchError> {
        stop_in(&self.folder)
    }
}

/// Nothing of it is to survive, so that it need not end in order.
fn stop_in(folder: &Path) -> Result<(), ScratchError> {
    let process = std::fs::read_to_string(pid_file(folder)).unwrap_or_default();
    let process = process.trim();
    if is_server_in(folder, process) {
        run(Command::new("kill").arg("-KILL").arg(process))?;
        let began = Instant::now();
        while is_server_in(folder, process) && began.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(folder_error(folder, source))
        }
        _ => Ok(()),
    }
}

/// Whether a process is the server in this folder: a number may have been given to another one.
fn is_server_in(folder: &Path, process: &str) -> bool {
    if process.is_empty() || !process.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let words = if Path::new("/proc/self").exists() {
        // Empty for a process that ended and was not buried yet.
        std::fs::read(Path::new("/proc").join(process).join("cmdline")).unwrap_or_default()
    } else {
        let mut ps = Command::new("ps");
        let asked = ps.args(["-o", "args=", "-p", process]).output();
        asked.map(|output| output.stdout).unwrap_or_default()
    };
    String::from_utf8_lossy(&words).contains(&*folder.to_string_lossy())
}

fn pid_file(folder: &Path) -> PathBuf {
    folder.join("pid")
}

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(path);
    option
}

fn remove_leftovers(base: &Path) {
    let Ok(entries) = base.read_dir() else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let is_run = folder
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(RUN));
        if is_run && is_orphaned(&folder) {
            let _tried_again = stop_in(&folder);
        }
    }
}

/// Makes the system tables where that was not done for this version yet.
fn kept_folder(
    base: &Path,
    programs: &Programs,
    user: Option<&ServerUser>,
) -> Result<PathBuf, ScratchError> {
    let kept = base.join(format!("mysql-{}", programs.version));
    if kept.exists() {
        return Ok(kept);
    }
    let unfinished = base.join(format!("unfinished-mysql-{}", programs.version));
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(|source| folder_error(&unfinished, source))?;
    }
    let data = option("--datadir=", &unfinished);
    match &programs.install {
        Some(install) => {
            let mut command = user::command(user, install);
            command.env(TEMPORARY, base).arg("--no-defaults").arg(&data);
            run(command.args(["--auth-root-authentication-method=normal", "--skip-test-db"]))?;
        }
        None => {
            let mut command = user::command(user, &programs.server);
            run(command
                .env(TEMPORARY, base)
                .arg("--no-defaults")
                .arg("--initialize-insecure")
                .arg(&data))?;
        }
    }
    std::fs::rename(&unfinished, &kept).map_err(|source| folder_error(&kept, source))?;
    Ok(kept)
}

fn find(path: &OsStr) -> Result<Programs, ScratchError> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    folders.extend(FOLDERS.iter().map(PathBuf::from));
    folders.retain(|folder| folder.is_absolute());
    let look = |name: &str| {
        let mut paths = folders.iter().map(|folder| folder.join(name));
        paths.find(|path| path.is_file())
    };
    let (server, install) = match (look("mariadbd"), look("mariadb-install-db")) {
        (Some(server), Some(install)) => (Some(server), Some(install)),
        _ => (look("mysqld"), None),
    };
    let missing = || ScratchError::NoPrograms {
        wanted: "MariaDB or MySQL".to_owned(),
        found: Vec::new(),
    };
    let server = server.ok_or_else(missing)?;
    let output = Command::new(&server).arg("--version").output();
    let said = output.map_err(|source| folder_error(&server, source))?;
    // "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)"
    let version = String::from_utf8_lossy(&said.stdout)
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned);
    Ok(Programs {
        server,
        install,
        version: version.ok_or_else(missing)?,
    })
}
