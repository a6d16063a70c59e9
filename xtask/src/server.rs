//! A throw-away PostgreSQL server in a temporary folder.
//!
//! A small shell process keeps the server: it makes the cluster, starts the server, and waits for the
//! end of its input. That end comes when the task ends, however it ends; then it stops the server and
//! removes the folder. So nothing is left behind, not even where the task is killed.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::programs::Programs;

/// How long a server may take until it answers.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How much memory must be free before a server's files are put there: two gigabytes.
const ROOM_IN_MEMORY: u64 = 2 * 1024 * 1024;

/// How often another port is tried.
const ATTEMPTS: usize = 3;

const KEEPER: &str = r#"
folder=$1; bin=$2; shift 2
end() { rm -rf "$folder"; exit; }
"$bin/initdb" -D "$folder/data" -U postgres --encoding=UTF8 --locale=C \
    --auth-local=trust --auth-host=scram-sha-256 --no-sync >"$folder/log" 2>&1 </dev/null || {
    echo initdb >"$folder/failed"
    read -r nothing
    end
}
"$bin/postgres" -D "$folder/data" -c "unix_socket_directories=$folder" "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
read -r nothing
kill -INT "$server" 2>/dev/null
wait "$server"
end
"#;

/// What a server for tests need not do: survive.
const SETTINGS: [&str; 8] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "max_wal_size=128MB",
    "max_connections=100",
    "listen_addresses=127.0.0.1",
];

/// A running server, stopped and removed when it goes out of scope.
pub struct Server {
    keeper: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Makes a cluster and starts it; another port is tried where the first was taken meanwhile.
    ///
    /// # Errors
    /// What failed, with the server's own words.
    pub fn start(programs: &Programs) -> Result<Self, String> {
        let mut failure = String::new();
        for _ in 0..ATTEMPTS {
            let mut server = Self::launch(programs)?;
            match server.wait_until_ready() {
                Ok(()) => return Ok(server),
                Err(words) => failure = words,
            }
            if !failure.contains("could not bind") {
                break;
            }
        }
        Err(format!(
            "cannot start a PostgreSQL server from {}: {failure}",
            programs.folder.display()
        ))
    }

    fn launch(programs: &Programs) -> Result<Self, String> {
        let account = account()?;
        let folder =
            new_folder().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
        let port = free_port().map_err(|error| format!("cannot find a free port: {error}"))?;
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "schemist-test-keeper"])
            .arg(&folder)
            .arg(&programs.folder);
        for setting in SETTINGS {
            keeper.args(["-c", setting]);
        }
        keeper.args(["-p", &port.to_string()]);
        keeper
            .current_dir(&folder)
            .env("HOME", &folder)
            .env("LC_ALL", "C");
        keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Ctrl-C in the terminal is for the tests; the keeper ends when its input does.
        keeper.process_group(0);
        if let Some(account) = account {
            chown(&folder, Some(account.user), Some(account.group)).map_err(|error| {
                format!("cannot give {} to the server: {error}", folder.display())
            })?;
            keeper.uid(account.user).gid(account.group);
        }
        let keeper = keeper
            .spawn()
            .map_err(|error| format!("cannot start sh: {error}"))?;
        Ok(Self {
            keeper,
            folder,
            port,
        })
    }

    /// The address for tests; the superuser comes in by the socket without a password.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost:{}/postgres?host={}",
            self.port,
            self.folder.display()
        )
    }

    /// Its folder, with the socket and the log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its port, which is in the socket's name.
    pub const fn port(&self) -> u16 {
        self.port
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            // https://www.postgresql.org/docs/current/storage-file-layout.html: the last line is the state.
            let state =
                fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if state
                .lines()
                .nth(7)
                .is_some_and(|line| line.trim() == "ready")
            {
                return Ok(());
            }
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let has_ended = matches!(self.keeper.try_wait(), Ok(Some(_)));
            if log.contains("FATAL:") || self.folder.join("failed").exists() || has_ended {
                return Err(last_lines(&log));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("no answer within {} s", PATIENCE.as_secs()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if self.keeper.wait().is_err() || self.folder.exists() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The account that a server runs under where we are root, which it refuses.
pub struct Account {
    /// Its number.
    pub user: u32,
    /// The number of its group.
    pub group: u32,
}

/// The account for a server; `None` where our own will do.
///
/// # Errors
/// What helps, where we are root and there is no other account.
pub fn account() -> Result<Option<Account>, String> {
    let probe = tempfile::tempfile().and_then(|file| file.metadata());
    let is_root = probe
        .map_err(|error| format!("cannot make a temporary file: {error}"))?
        .uid()
        == 0;
    if !is_root {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = ["postgres", "nobody"]
        .iter()
        .find_map(|name| account_in(&accounts, name));
    found.map(Some).ok_or_else(|| {
        "a database server does not run as root, and there is no account `postgres` or `nobody`; run the tests as another user"
            .to_owned()
    })
}

fn account_in(accounts: &str, name: &str) -> Option<Account> {
    let line = accounts
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let mut number = || fields.next()?.parse().ok();
    Some(Account {
        user: number()?,
        group: number()?,
    })
}

/// A folder in memory where there is room, else in the usual place, with a path short enough for a
/// socket's. In memory a test's database is made ten times as fast.
pub fn new_folder() -> io::Result<PathBuf> {
    const LONGEST: usize = 60;
    let usual = std::env::temp_dir();
    let memory = Path::new("/dev/shm");
    let base = if free_kilobytes(memory).is_some_and(|free| free >= ROOM_IN_MEMORY) {
        memory.to_path_buf()
    } else if usual.as_os_str().len() > LONGEST {
        PathBuf::from("/tmp")
    } else {
        usual
    };
    Ok(tempfile::Builder::new()
        .prefix("schemist-test-")
        .tempdir_in(base)?
        .keep())
}

/// What is free on a folder's disk, in the words of `df`.
fn free_kilobytes(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    table
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The end of what a server said.
pub fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_by_its_whole_name() {
        let accounts =
            "postgresql:x:1:2::/:/bin/sh\npostgres:x:101:104:PostgreSQL:/var/lib:/bin/bash\n";
        let account = account_in(accounts, "postgres").unwrap();
        assert_eq!((account.user, account.group), (101, 104));
        assert!(account_in(accounts, "nobody").is_none());
    }
}
