//! A folder with a server in it: made, started, stopped, removed.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use schemist_connect::{Access, DatabaseUrl, Pins, Session};

use super::super::ScratchError;
use super::LocalSettings;
use super::programs::{self, Programs};
use super::user::{self, ServerUser};

/// Where the server listens is a socket in its folder, so the port is only part of a file's name.
const PORT: u16 = 5432;
const SUPERUSER: &str = "postgres";
/// The longest path that a socket may have on every system.
const SOCKET_PATH_BYTES: usize = 100;
pub(super) const START_SECONDS: u64 = 30;

/// The folder of one run, with its server.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: Programs,
    user: Option<ServerUser>,
    // Held as long as the run lives, and freed by the system when it is killed.
    _owner: Arc<File>,
}

/// Removes what killed runs left, and makes the folder of this run.
pub(crate) fn prepare(
    settings: &LocalSettings,
    major: Option<u32>,
) -> Result<Cluster, ScratchError> {
    let programs = programs::find(&settings.path, major)?;
    let (base, user) = base_folder(settings)?;
    // One run at a time from here: the kept cluster is made once, and no folder is seen unlocked.
    let turn =
        File::create(base.join("turn.lock")).map_err(|source| folder_error(&base, source))?;
    turn.lock().map_err(|source| folder_error(&base, source))?;
    remove_leftovers(&base, &programs, user.as_ref());
    let kept = kept_cluster(&base, &programs, user.as_ref())?;
    let folder = new_run_folder(&base, "run-")?;
    let owner =
        File::create(folder.join("owner.lock")).map_err(|source| folder_error(&folder, source))?;
    owner
        .lock()
        .map_err(|source| folder_error(&folder, source))?;
    give(&folder, user.as_ref())?;
    let mut copy = user::command(user.as_ref(), Path::new("cp"));
    run(copy.arg("-a").arg(&kept).arg(folder.join("data")))?;
    Ok(Cluster {
        folder,
        programs,
        user,
        _owner: Arc::new(owner),
    })
}

/// Starts the server and opens a session in its database `postgres`.
pub(crate) async fn start(cluster: &Cluster) -> Result<Session, ScratchError> {
    let folder = &cluster.folder;
    let log = folder.join("log");
    let out = File::create(&log).map_err(|source| folder_error(&log, source))?;
    let err = out
        .try_clone()
        .map_err(|source| folder_error(&log, source))?;
    let mut server = user::command(
        cluster.user.as_ref(),
        &cluster.programs.folder.join("postgres"),
    );
    server
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        .arg("-p")
        .arg(PORT.to_string());
    for setting in SERVER_SETTINGS {
        server.arg("-c").arg(setting);
    }
    let started = server.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
    let mut server = started.map_err(|source| folder_error(&cluster.programs.folder, source))?;

    let url = DatabaseUrl::postgres_socket(&folder.to_string_lossy(), PORT, SUPERUSER, "postgres");
    let began = Instant::now();
    loop {
        let refused = match Session::connect(&url, &Pins::default(), Access::Write).await {
            Ok(session) => return Ok(session),
            Err(error) => error,
        };
        if server.try_wait().ok().flatten().is_some() {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            return Err(ScratchError::Program {
                program: "postgres".to_owned(),
                output: tail(&said),
            });
        }
        if began.elapsed() > Duration::from_secs(START_SECONDS) {
            return Err(refused.into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Nothing here has to survive, and nobody else may connect.
const SERVER_SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=30",
    "shared_buffers=32MB",
    // Thousands of objects in one transaction, of either side of a comparison.
    "max_locks_per_transaction=1024",
    "lc_messages=C",
    "logging_collector=off",
];

impl Cluster {
    /// The folder with everything in it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops the server and removes its folder.
    pub(crate) fn stop(&self) -> Result<(), ScratchError> {
        stop_in(&self.folder, &self.programs, self.user.as_ref())
    }
}

fn stop_in(
    folder: &Path,
    programs: &Programs,
    user: Option<&ServerUser>,
) -> Result<(), ScratchError> {
    let data = folder.join("data");
    if data.join("postmaster.pid").exists() {
        let mut stop = user::command(user, &programs.folder.join("pg_ctl"));
        let stopped = run(stop
            .arg("stop")
            .arg("-m")
            .arg("immediate")
            .arg("-w")
            .arg("-D")
            .arg(&data));
        // The file of a server that was killed stays behind; a running one keeps its socket locked.
        if stopped.is_err() && folder.join(format!(".s.PGSQL.{PORT}")).exists() && is_running(&data)
        {
            return stopped;
        }
    }
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(folder_error(folder, source))
        }
        _ => Ok(()),
    }
}

/// Whether the process that a data folder names is alive; where the system does not tell, it is.
fn is_running(data: &Path) -> bool {
    let pid_file = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let process = pid_file
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    // Empty for a process that ended and was not buried yet.
    let words = std::fs::read(Path::new("/proc").join(process).join("cmdline")).unwrap_or_default();
    !Path::new("/proc/self").exists() || !words.is_empty()
}

/// The folder for all runs, which only the server's user and we may enter.
pub(super) fn base_folder(
    settings: &LocalSettings,
) -> Result<(PathBuf, Option<ServerUser>), ScratchError> {
    let cache = settings.cache.join("local");
    std::fs::create_dir_all(&cache).map_err(|source| folder_error(&cache, source))?;
    let owner = std::fs::metadata(&cache)
        .map_err(|source| folder_error(&cache, source))?
        .uid();
    let user = user::for_owner(owner)?;
    let longest = cache
        .join("run-0123456789-00")
        .join(format!(".s.PGSQL.{PORT}"));
    if user.is_none() && longest.as_os_str().len() <= SOCKET_PATH_BYTES {
        return Ok((cache, None));
    }
    // Root's own folders are closed to the server's user.
    let uid = user.as_ref().map_or(owner, |user| user.uid);
    let base = settings.temporary.join(format!("schemist-{owner}-{uid}"));
    match DirBuilder::new().mode(0o700).create(&base) {
        Ok(()) => give(&base, user.as_ref())?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(source) => return Err(folder_error(&base, source)),
    }
    let found = std::fs::symlink_metadata(&base).map_err(|source| folder_error(&base, source))?;
    if !found.is_dir() || found.uid() != uid || found.mode() & 0o077 != 0 {
        return Err(ScratchError::ForeignFolder(base));
    }
    Ok((base, user))
}

/// Runs `initdb` where that was not done for this version yet.
fn kept_cluster(
    base: &Path,
    programs: &Programs,
    user: Option<&ServerUser>,
) -> Result<PathBuf, ScratchError> {
    let kept = base.join(format!("postgres-{}", programs.version));
    if kept.join("PG_VERSION").exists() {
        return Ok(kept);
    }
    let unfinished = base.join(format!("unfinished-{}", programs.version));
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(|source| folder_error(&unfinished, source))?;
    }
    let mut initdb = user::command(user, &programs.folder.join("initdb"));
    initdb.arg("-D").arg(&unfinished).args([
        "-U",
        SUPERUSER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]);
    run(initdb.args(["--no-sync", "--wal-segsize=1"]))?;
    std::fs::rename(&unfinished, &kept).map_err(|source| folder_error(&kept, source))?;
    Ok(kept)
}

pub(super) fn new_run_folder(base: &Path, prefix: &str) -> Result<PathBuf, ScratchError> {
    let process = std::process::id();
    for n in 0..100 {
        let folder = base.join(format!("{prefix}{process}-{n}"));
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(folder_error(&folder, source)),
        }
    }
    Err(folder_error(
        base,
        io::Error::from(io::ErrorKind::AlreadyExists),
    ))
}

/// Stops and removes what killed runs left; what resists is tried again by the next run.
fn remove_leftovers(base: &Path, programs: &Programs, user: Option<&ServerUser>) {
    let Ok(entries) = base.read_dir() else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let is_run = folder
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("run-"));
        if is_run && is_orphaned(&folder) {
            let _tried_again = stop_in(&folder, programs, user);
        }
    }
}

pub(super) fn is_orphaned(folder: &Path) -> bool {
    match File::open(folder.join("owner.lock")) {
        Ok(owner) => owner.try_lock().is_ok(),
        // Killed before it could lock, since we hold the turn.
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

pub(super) fn give(path: &Path, user: Option<&ServerUser>) -> Result<(), ScratchError> {
    let Some(user) = user else { return Ok(()) };
    chown(path, Some(user.uid), Some(user.gid)).map_err(|source| folder_error(path, source))
}

pub(super) fn run(command: &mut Command) -> Result<(), ScratchError> {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Err(ScratchError::Program {
                program,
                output: tail(&String::from_utf8_lossy(&said)),
            })
        }
        Err(error) => Err(ScratchError::Program {
            program,
            output: error.to_string(),
        }),
    }
}

/// The last lines of what a program said.
pub(super) fn tail(said: &str) -> String {
    let lines: Vec<_> = said.trim().lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

pub(super) fn folder_error(path: &Path, source: io::Error) -> ScratchError {
    ScratchError::Folder {
        path: path.to_owned(),
        source,
    }
}
