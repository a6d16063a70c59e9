//! A server of its own for one test: with certificates, rules of its own, or few connections.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use schemist_sql::Dialect;
use tempfile::TempDir;

use crate::database::ask;
use crate::server::{Unavailable, current_test, mysql, note_skipped, postgres};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a server for one test need not do: survive, and use much memory.
const POSTGRES: [&str; 7] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=16MB",
    "lc_messages=C",
    "listen_addresses=127.0.0.1",
];
const MYSQL: [&str; 6] = [
    "--bind-address=127.0.0.1",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-use-native-aio=0",
    "--innodb-buffer-pool-size=16M",
    "--skip-log-bin",
    "--skip-name-resolve=0",
];

/// Ends with its input: so nothing stays behind, not even where the test is killed.
const KEEPER: &str = r#"
folder=$1; signal=$2; shift 2
"$@" >"$folder/log" 2>&1 </dev/null &
server=$!
read -r nothing
kill "-$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// A running server, stopped and removed when it goes out of scope.
pub struct OwnServer {
    dialect: Dialect,
    account: Option<Account>,
    keeper: Child,
    folder: PathBuf,
    port: u16,
}

/// Who the server runs as; a database server refuses to be root.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl OwnServer {
    /// Starts a PostgreSQL server of the same programs as that of this run.
    ///
    /// `rules` is its `pg_hba.conf`; the superuser `postgres` comes in by the socket in any case. In
    /// `settings`, `<folder>` stands for the folder of the files; `data/` is the server's own.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn postgres(settings: &[&str], rules: &str, files: &[(&str, &str)]) -> Option<Self> {
        let Some(programs) = programs_of(Dialect::Postgres) else {
            skip("the programs of the PostgreSQL server of this run are not on this machine");
            return None;
        };
        let (folder, account) = new_folder(files);
        let data = folder.join("data");
        let mut initdb = command(&programs.join("initdb"), account);
        initdb
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ])
            .arg("-D")
            .arg(&data);
        run(&mut initdb);
        let rules = format!("local all postgres trust\n{rules}");
        fs::write(data.join("pg_hba.conf"), rules).expect("the server's rules");
        write_files(&folder, account, in_data(files));
        let port = free_port();
        let mut words = vec![
            programs.join("postgres").display().to_string(),
            "-D".to_owned(),
            data.display().to_string(),
            "-k".to_owned(),
            folder.display().to_string(),
            "-p".to_owned(),
            port.to_string(),
        ];
        let settings = POSTGRES.iter().chain(settings);
        words.extend(settings.flat_map(|setting| {
            let setting = setting.replace("<folder>", &folder.display().to_string());
            ["-c".to_owned(), setting]
        }));
        Some(Self::keep(Dialect::Postgres, folder, account, port, &words))
    }

    /// Starts a MySQL or MariaDB server of the same programs as that of this run, with a user `root`
    /// who comes in by the socket without a password.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn mysql(settings: &[&str], files: &[(&str, &str)]) -> Option<Self> {
        let Some(programs) = programs_of(Dialect::Mysql) else {
            skip("the programs of the MySQL server of this run are not on this machine");
            return None;
        };
        let (folder, account) = new_folder(files);
        let data = folder.join("data");
        let install = programs.join("../bin/mariadb-install-db");
        if install.is_file() {
            let mut make = command(&install, account);
            make.env("TMPDIR", &folder)
                .args([
                    "--no-defaults",
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                ])
                .arg(format!("--datadir={}", data.display()));
            run(&mut make);
        } else {
            let mut make = command(&programs.join("mysqld"), account);
            make.env("TMPDIR", &folder)
                .args(["--no-defaults", "--initialize-insecure"])
                .arg(format!("--datadir={}", data.display()));
            run(&mut make);
        }
        let server = ["mariadbd", "mysqld"]
            .iter()
            .map(|name| programs.join(name))
            .find(|path| path.is_file())
            .expect("the server's program");
        let port = free_port();
        let mut words = vec![
            server.display().to_string(),
            "--no-defaults".to_owned(),
            format!("--datadir={}", data.display()),
            format!("--socket={}", folder.join("socket").display()),
            format!("--pid-file={}", folder.join("pid").display()),
            // A server that starts removes the temporary tables that it finds there.
            format!("--tmpdir={}", folder.display()),
            format!("--port={port}"),
        ];
        let settings = MYSQL.iter().chain(settings);
        words.extend(
            settings.map(|setting| setting.replace("<folder>", &folder.display().to_string())),
        );
        Some(Self::keep(Dialect::Mysql, folder, account, port, &words))
    }

    fn keep(
        dialect: Dialect,
        folder: PathBuf,
        account: Option<Account>,
        port: u16,
        words: &[String],
    ) -> Self {
        let signal = match dialect {
            Dialect::Postgres => "QUIT",
            Dialect::Mysql | Dialect::Sqlite => "KILL",
        };
        let mut keeper = command(Path::new("sh"), account);
        keeper
            .args(["-c", KEEPER, "schemist-test-keeper"])
            .arg(&folder)
            .arg(signal)
            .args(words)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Self {
            dialect,
            account,
            keeper: keeper.spawn().expect("sh"),
            folder,
            port,
        };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&self) {
        let start = Instant::now();
        loop {
            let answer = ask(self.dialect, &self.superuser_url(), "SELECT 1");
            let Err(words) = answer else { return };
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(start.elapsed() < PATIENCE, "no server: {words}\n{log}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder with its files, which only the server may enter unless we are root.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file that the server's user may read into its folder.
    ///
    /// # Panics
    /// Where the system refuses.
    pub fn write(&self, name: &str, text: &str) {
        write_files(&self.folder, self.account, [(name, text)].iter());
    }

    /// A program that is run as the server's user, in its folder.
    pub fn command(&self, program: &str) -> Command {
        let mut command = command(Path::new(program), self.account);
        command.current_dir(&self.folder);
        command
    }

    /// What the server wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The address of the superuser, by the socket.
    pub fn superuser_url(&self) -> String {
        let folder = self.folder.display();
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => {
                format!(
                    "postgres://postgres@localhost:{}/postgres?host={folder}",
                    self.port
                )
            }
            Dialect::Mysql => {
                format!("mysql://root@localhost/mysql?ssl-mode=disabled&socket={folder}/socket")
            }
        }
    }

    /// Asks for rows as the superuser.
    ///
    /// # Panics
    /// Where the server refuses a statement.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        ask(self.dialect, &self.superuser_url(), sql)
            .unwrap_or_else(|words| panic!("{words}\nin: {sql}"))
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ended = self.keeper.wait();
    }
}

/// Where the programs of the server of this run are, if that is this machine.
fn programs_of(dialect: Dialect) -> Option<PathBuf> {
    let folders = match dialect {
        Dialect::Postgres => {
            let url = available(postgres())?;
            ask(
                dialect,
                &url,
                "SELECT setting FROM pg_config WHERE name = 'BINDIR'",
            )
            .ok()?
        }
        Dialect::Mysql => {
            let url = available(mysql())?;
            let base = ask(dialect, &url, "SELECT @@basedir").ok()?.pop()?;
            ["sbin", "libexec", "bin"]
                .map(|folder| format!("{base}/{folder}"))
                .to_vec()
        }
        Dialect::Sqlite => Vec::new(),
    };
    let mut folders = folders.into_iter().map(PathBuf::from);
    folders.find(|folder| {
        ["postgres", "mariadbd", "mysqld"]
            .iter()
            .any(|program| folder.join(program).is_file())
    })
}

fn available(server: Result<crate::Server, Unavailable>) -> Option<String> {
    match server {
        Ok(server) => Some(server.url),
        Err(unavailable) => {
            note_skipped(&current_test(), &unavailable);
            None
        }
    }
}

fn skip(reason: &str) {
    note_skipped(&current_test(), &Unavailable::Knowingly(reason.to_owned()));
}

/// A folder with files that the server may read and nobody else.
fn new_folder(files: &[(&str, &str)]) -> (PathBuf, Option<Account>) {
    let folder = TempDir::with_prefix_in("schemist-own-", "/tmp")
        .expect("a folder")
        .keep();
    let account = account(&folder);
    give(&folder, account);
    let files = files.iter().filter(|(name, _)| !name.starts_with("data/"));
    write_files(&folder, account, files);
    (folder, account)
}

/// The files for the folder that the server makes first.
fn in_data<'f>(files: &'f [(&'f str, &'f str)]) -> impl Iterator<Item = &'f (&'f str, &'f str)> {
    files.iter().filter(|(name, _)| name.starts_with("data/"))
}

fn write_files<'f>(
    folder: &Path,
    account: Option<Account>,
    files: impl Iterator<Item = &'f (&'f str, &'f str)>,
) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file for the server");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its rights");
        give(&path, account);
    }
}

fn give(path: &Path, account: Option<Account>) {
    if let Some(account) = account {
        chown(path, Some(account.user), Some(account.group)).expect("root gives files away");
    }
}

/// The account of a server where we are root.
fn account(folder: &Path) -> Option<Account> {
    if fs::metadata(folder).expect("our folder").uid() != 0 {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
        Some(Account {
            user: numbers.next()??,
            group: numbers.next()??,
        })
    };
    ["postgres", "nobody"].into_iter().find_map(find)
}

fn command(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").process_group(0);
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}

fn run(command: &mut Command) {
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{words}{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}
