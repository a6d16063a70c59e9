//! A throw-away MariaDB or MySQL server in a temporary folder, kept like the one of PostgreSQL.

use std::env;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::programs::{apt_get, may_install};
use crate::server::{PATIENCE, account, last_lines, new_folder};

/// Where the programs are beside PATH.
const FOLDERS: [&str; 7] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/libexec",
    "/usr/local/sbin",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
    "/usr/local/opt/mariadb/bin",
];

/// The server is killed in the end: nothing in its folder is to survive. So is the folder for temporary
/// tables its own: a server that starts removes what it finds in it.
const KEEPER: &str = r#"
folder=$1; server=$2; install=$3; shift 3
export TMPDIR="$folder"
end() { rm -rf "$folder"; exit; }
if [ -n "$install" ]; then
    "$install" --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal \
        --skip-test-db >"$folder/log" 2>&1 </dev/null
else
    "$server" --no-defaults --initialize-insecure --datadir="$folder/data" >"$folder/log" 2>&1 </dev/null
fi || {
    echo install >"$folder/failed"
    read -r nothing
    end
}
"$server" --no-defaults --datadir="$folder/data" --socket="$folder/socket" \
    --pid-file="$folder/pid" "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
read -r nothing
kill -KILL "$server" 2>/dev/null
wait "$server"
end
"#;

/// What a server for tests need not do: survive, and listen to others.
const SETTINGS: [&str; 7] = [
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-use-native-aio=0",
    "--innodb-buffer-pool-size=64M",
    "--sync-binlog=0",
    "--max-connections=100",
    "--event-scheduler=OFF",
];

/// What is said where no server can be had.
const REMEDY: &str = "no MariaDB or MySQL server for the tests: `mariadbd` and `mysqld` are neither on PATH nor in the usual folders
  install it          sudo apt-get install mariadb-server    (Debian, Ubuntu)
                      brew install mariadb                   (macOS)
  or name a server    SCHEMIST_TEST_MYSQL_URL=mysql://root@host/mysql cargo xtask test
  or do without       cargo xtask test --without mysql";

/// The server's program, and the one that makes its folder; MySQL's server does that itself.
struct Programs {
    server: PathBuf,
    install: Option<PathBuf>,
}

impl Programs {
    fn find() -> Option<Self> {
        let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>());
        let mut folders = on_path.unwrap_or_default();
        folders.extend(FOLDERS.iter().map(PathBuf::from));
        let find = |name: &str| {
            let mut paths = folders.iter().map(|folder| folder.join(name));
            paths.find(|path| path.is_file())
        };
        if let (Some(server), Some(install)) = (find("mariadbd"), find("mariadb-install-db")) {
            return Some(Self {
                server,
                install: Some(install),
            });
        }
        find("mysqld").map(|server| Self {
            server,
            install: None,
        })
    }

    fn find_or_install() -> Result<Self, String> {
        if let Some(programs) = Self::find() {
            return Ok(programs);
        }
        if !may_install() {
            return Err(REMEDY.to_owned());
        }
        eprintln!("Installing MariaDB, which the tests need: apt-get install mariadb-server");
        apt_get(&["update", "--quiet"], REMEDY)?;
        let install = [
            "install",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            "mariadb-server",
        ];
        apt_get(&install, REMEDY)?;
        Self::find().ok_or_else(|| REMEDY.to_owned())
    }
}

/// A running server, killed and removed when it goes out of scope.
pub struct Server {
    keeper: Child,
    folder: PathBuf,
}

impl Server {
    /// Finds or installs the programs, makes a folder and starts a server in it.
    ///
    /// # Errors
    /// What failed, with the server's own words or what helps.
    pub fn start() -> Result<Self, String> {
        let programs = Programs::find_or_install()?;
        eprintln!("Starting {}", programs.server.display());
        let mut server = Self::launch(&programs)?;
        server
            .wait_until_ready()
            .map_err(|words| format!("cannot start {}: {words}", programs.server.display()))?;
        Ok(server)
    }

    fn launch(programs: &Programs) -> Result<Self, String> {
        let account = account()?;
        let folder =
            new_folder().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
        let install = programs.install.as_deref().unwrap_or(Path::new(""));
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "schemist-test-keeper"])
            .arg(&folder)
            .arg(&programs.server)
            .arg(install)
            .args(SETTINGS);
        keeper
            .current_dir(&folder)
            .env("HOME", &folder)
            .env("TMPDIR", &folder)
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
        Ok(Self { keeper, folder })
    }

    /// The address for tests: the superuser comes in by the socket without a password.
    pub fn url(&self) -> String {
        format!(
            "mysql://root@localhost/mysql?socket={}",
            self.folder.join("socket").display()
        )
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            if log.contains("ready for connections") && self.folder.join("socket").exists() {
                return Ok(());
            }
            let has_ended = matches!(self.keeper.try_wait(), Ok(Some(_)));
            if log.contains("Aborting") || self.folder.join("failed").exists() || has_ended {
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
