//! No password in anything that anybody sees: every command, with the right and a wrong one, wherever it stands.
//!
//! The commands are those that the program lists itself, so that a new one without a case here fails.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemist_testkit::{Database, OwnServer, Sandbox};
use tempfile::TempDir;

use crate::help::commands;
use crate::sandbox;

/// What is searched for: a part of every password here, which no escape changes.
const MARK: &str = "m4rk3d";
const RIGHT: &str = "it's-m4rk3d@\"x\\y";
const WRONG: &str = "it's-wr0ng-m4rk3d@\"x\\y";

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY, title varchar(20));\n";

/// Every command, in an order in which most of them have something to do.
const LINES: &[&str] = &[
    "init -C fresh",
    "config",
    "config url",
    "completions bash",
    "man pages",
    "lint --output json=lint.json --fail-on danger",
    "lint --since main",
    "revision --autogenerate -m books",
    "show head",
    "heads",
    "branches",
    "history --check",
    "edit head",
    "upgrade --sql",
    "upgrade --dry-run",
    "upgrade",
    "history -i",
    "history --html history.html",
    "diagram",
    "diagram --live",
    "current",
    "status --list",
    "diagnose --drift --server",
    "diagnose --guide",
    "schema book",
    "schema bok",
    "locks",
    "check --output json=written.json --output markdown=written.md",
    "check --history",
    "check --database",
    "diff database models",
    "verify",
    "review head --live",
    "review head --output json=review.json",
    "rollback --backup",
    "upgrade",
    "revert 111111111111",
    "upgrade",
    "stamp head",
    "stamp --purge base",
    "stamp --purge base --force",
    "stamp head",
    "revision --empty -m more",
    "merge heads -m joined",
    "rebase head --onto base",
    "import alembic elsewhere",
    "import backstage app-config.yaml --dry-run --plugin auth",
    "import backstage app-config.yaml",
    "pull --into pulled",
    "repair",
    "repair --undo",
    "downgrade base --backup=copies/last",
];

/// Enough to see that a password from this place is kept, too.
const SHORT: &[&str] = &[
    "config",
    "current",
    "check",
    "upgrade",
    "rollback --backup",
    "status --format json",
];

/// Where the password stands.
#[derive(Clone, Copy)]
enum Place {
    Url,
    Parts,
    Variable,
    WholeVariable,
    File,
    Program,
    Option,
}

/// A database and the way in.
struct Way {
    client: &'static str,
    address: String,
    user: &'static str,
    database: &'static str,
}

impl Way {
    fn url(&self, password: &str) -> String {
        let password: String = password
            .bytes()
            .map(|byte| match byte {
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect();
        let Self {
            client,
            address,
            user,
            database,
        } = self;
        format!("{client}://{user}:{password}@{address}/{database}")
    }

    /// Puts a password there, and says what is typed for it.
    fn place(&self, sandbox: &mut Sandbox, place: Place, password: &str) -> Vec<String> {
        let (host, port) = self.address.split_once(':').unwrap();
        let parts = format!(
            "client = \"{}\"\nhost = \"{host}\"\nport = {port}\nuser = \"{}\"\ndatabase = \"{}\"\n",
            self.client, self.user, self.database
        );
        let mut typed = Vec::new();
        let escaped = password.replace('\\', "\\\\").replace('"', "\\\"");
        let settings = match place {
            Place::Url => format!("url = \"{}\"\n", self.url(password)),
            Place::Parts => format!("{parts}password = \"{escaped}\"\n"),
            Place::Variable => {
                sandbox.set("SECRET", password);
                format!("{parts}password = \"${{SECRET}}\"\n")
            }
            Place::WholeVariable => {
                sandbox.set("DATABASE_URL", &self.url(password));
                String::new()
            }
            Place::File => {
                sandbox.write("../home/secret", &format!("{password}\n"));
                format!("{parts}password = {{ file = \"../home/secret\" }}\n")
            }
            Place::Program => {
                sandbox.write("../home/secret", &format!("{password}\n"));
                typed.push("--trust".to_owned());
                format!("{parts}password = {{ command = [\"cat\", \"../home/secret\"] }}\n")
            }
            Place::Option => {
                typed.extend(["--url".to_owned(), self.url(password)]);
                String::new()
            }
        };
        sandbox.write("schemist.toml", &format!("[database.main]\n{settings}"));
        typed
    }
}

/// Programs on the way to the real ones, which write down how they were started.
struct Witness {
    folder: TempDir,
}

impl Witness {
    fn new(sandbox: &mut Sandbox) -> Self {
        let folder = TempDir::with_prefix("schemist-witness-").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let seen = folder.path().join("seen");
        fs::write(&seen, "").unwrap();
        fs::set_permissions(&seen, fs::Permissions::from_mode(0o666)).unwrap();
        let path = std::env::var("PATH").unwrap();
        for name in ["pg_dump", "mariadb-dump", "mysqldump", "git", "true"] {
            let mut real = std::env::split_paths(&path).map(|folder| folder.join(name));
            let Some(real) = real.find(|path| path.is_file()) else {
                continue;
            };
            let wrapper = folder.path().join(name);
            let text = format!(
                "#!/bin/sh\n{{ echo \"{name} $*\"; tr '\\0' '\\n' </proc/$$/environ; }} >>{}\nexec {} \"$@\"\n",
                seen.display(),
                real.display()
            );
            fs::write(&wrapper, text).unwrap();
            fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        }
        sandbox.set("PATH", &format!("{}:{path}", folder.path().display()));
        Self { folder }
    }

    /// What it saw of these programs.
    fn seen(&self) -> String {
        fs::read_to_string(self.folder.path().join("seen")).unwrap()
    }
}

/// Runs lines in a project of its own, and searches everything that comes of it; returns what was said.
fn search(way: &Way, place: Place, password: &str, lines: &[&str], options: &[&str]) -> String {
    let mut sandbox = sandbox();
    let witness = Witness::new(&mut sandbox);
    sandbox.set("EDITOR", "true");
    let typed = way.place(&mut sandbox, place, password);
    sandbox.write("models/schema.sql", BOOKS);
    sandbox.write("fresh/.keep", "");
    sandbox.write(
        "elsewhere/1_a.py",
        "revision = 'a1'\ndown_revision = None\n",
    );
    sandbox.write(
        "app-config.yaml",
        &format!(
            "backend:\n  database:\n    client: pg\n    connection: '{}'\n",
            way.url(MARK)
        ),
    );
    let mut said = String::new();
    for line in lines {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if !line.starts_with("init") {
            words.extend(typed.iter().map(String::as_str));
        }
        if !words.contains(&"--format") {
            words.extend(options);
        }
        let output = sandbox.run(&words);
        let shown = output.stdout.clone() + &output.stderr;
        assert!(!shown.contains(MARK), "{output}");
        said.push_str(&format!("{line}: {:?}\n{shown}", output.code));
    }
    // What the test itself wrote.
    let ours = ["schemist.toml", "secret", "app-config.yaml"];
    let root = sandbox.project().parent().unwrap().to_path_buf();
    for file in files_below(&root) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let holds = fs::read(&file).is_ok_and(|bytes| holds_mark(&bytes));
        assert!(
            !holds || ours.contains(&name.as_str()),
            "{}",
            file.display()
        );
        assert!(
            !file.display().to_string().contains(MARK),
            "{}",
            file.display()
        );
    }
    // `git` inherits what we have; the others get no more than they need.
    let is_inherited = matches!(place, Place::Variable | Place::WholeVariable);
    let seen = witness.seen();
    let mut program = "";
    for line in seen.lines() {
        if let Some(name) = ["pg_dump", "mariadb-dump", "mysqldump", "git", "true"]
            .into_iter()
            .find(|name| line.starts_with(&format!("{name} ")))
        {
            program = name;
        }
        let may_have_it = is_inherited && matches!(program, "git" | "true");
        assert!(may_have_it || !line.contains(MARK), "{program}: {line}");
    }
    said
}

fn holds_mark(bytes: &[u8]) -> bool {
    bytes
        .windows(MARK.len())
        .any(|window| window == MARK.as_bytes())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn postgres() -> Option<(OwnServer, Way)> {
    let server = OwnServer::postgres(&[], "host all all 127.0.0.1/32 scram-sha-256\n", &[])?;
    server.rows("CREATE ROLE app LOGIN CREATEDB PASSWORD 'it''s-m4rk3d@\"x\\y'");
    server.rows("CREATE DATABASE shop OWNER app");
    let way = Way {
        client: "postgres",
        address: format!("127.0.0.1:{}", server.port()),
        user: "app",
        database: "shop",
    };
    Some((server, way))
}

fn mysql() -> Option<(OwnServer, Way)> {
    let server = OwnServer::mysql(&[], &[])?;
    server.rows("CREATE DATABASE shop");
    server.rows("CREATE USER app IDENTIFIED BY 'it''s-m4rk3d@\"x\\\\y'");
    server.rows("GRANT ALL ON *.* TO app");
    let way = Way {
        client: "mysql",
        address: format!("127.0.0.1:{}", server.port()),
        user: "app",
        database: "shop",
    };
    Some((server, way))
}

/// What was meant to succeed did, so that the search looked at more than refusals.
fn assert_ran(said: &str, lines: &[&str]) {
    for line in lines {
        assert!(
            said.contains(&format!("{line}: Some(0)")),
            "{line} in\n{said}"
        );
    }
}

const RAN: &[&str] = &[
    "init -C fresh",
    "diff database models",
    "revert 111111111111",
    "import backstage app-config.yaml --dry-run --plugin auth",
    "revision --autogenerate -m books",
    "upgrade",
    "current",
    "status --list",
    "diagnose --drift --server",
    "schema book",
    "check --output json=written.json --output markdown=written.md",
    "verify",
    "rollback --backup",
    "stamp head",
    "pull --into pulled",
    "downgrade base --backup=copies/last",
];

#[test]
fn every_command_has_a_case() {
    let help = sandbox().run(&["--help"]).succeeds();
    let listed: BTreeSet<String> = commands(&help).into_iter().collect();
    let cases = LINES
        .iter()
        .filter_map(|line| line.split_whitespace().next());
    let cases: BTreeSet<String> = cases.map(str::to_owned).collect();
    let missing: Vec<_> = listed.symmetric_difference(&cases).collect();
    assert!(
        missing.is_empty(),
        "no case, or no such command: {missing:?}"
    );
}

#[test]
fn every_command_on_postgres_with_the_right_password() {
    let Some((server, way)) = postgres() else {
        return;
    };
    let said = search(&way, Place::Url, RIGHT, LINES, &["-v"]);
    assert_ran(&said, RAN);
    let journal = server.folder();
    assert!(
        !holds_mark(server.log().as_bytes()),
        "the server's log in {}",
        journal.display()
    );
    let url = server.superuser_url().replace("/postgres?", "/shop?");
    assert_no_mark_in(&Database::of_url(&url));
}

#[test]
fn every_command_on_postgres_as_json() {
    let Some((_server, way)) = postgres() else {
        return;
    };
    let said = search(&way, Place::Parts, RIGHT, LINES, &["--format", "json"]);
    assert_ran(&said, RAN);
}

#[test]
fn every_command_on_postgres_with_a_wrong_password() {
    let Some((_server, way)) = postgres() else {
        return;
    };
    let said = search(&way, Place::Parts, WRONG, LINES, &["-v"]);
    assert!(
        said.contains("the server refuses this user or password"),
        "{said}"
    );
    search(&way, Place::Url, WRONG, LINES, &["--format", "json"]);
}

#[test]
fn every_place_of_a_password_on_postgres() {
    let Some((_server, way)) = postgres() else {
        return;
    };
    for place in [
        Place::Variable,
        Place::WholeVariable,
        Place::File,
        Place::Program,
        Place::Option,
    ] {
        let said = search(&way, place, RIGHT, SHORT, &["-v"]);
        assert_ran(&said, &["current", "upgrade"]);
        let said = search(&way, place, WRONG, SHORT, &["-v"]);
        assert!(
            said.contains("the server refuses this user or password"),
            "{said}"
        );
    }
}

#[test]
fn every_command_on_mysql() {
    let Some((server, way)) = mysql() else { return };
    let said = search(&way, Place::Url, RIGHT, LINES, &["-v"]);
    assert_ran(&said, RAN);
    let url = server.superuser_url().replace("/mysql?", "/shop?");
    assert_no_mark_in(&Database::of_url(&url));
    let said = search(&way, Place::Parts, WRONG, LINES, &["-v"]);
    assert!(
        said.contains("the server refuses this user or password"),
        "{said}"
    );
}

#[test]
fn every_place_of_a_password_on_mysql() {
    let Some((_server, way)) = mysql() else {
        return;
    };
    for place in [
        Place::Variable,
        Place::WholeVariable,
        Place::File,
        Place::Program,
        Place::Option,
    ] {
        let said = search(&way, place, RIGHT, SHORT, &["--format", "json"]);
        assert_ran(&said, &["current", "upgrade"]);
        search(&way, place, WRONG, SHORT, &["-v"]);
    }
}

/// The journal says nothing, either.
fn assert_no_mark_in(database: &Database) {
    for table in ["schemist_revision", "schemist_log"] {
        let rows = database.rows(&format!("SELECT * FROM {table}"));
        assert!(!rows.join("\n").contains(MARK), "{table}: {rows:#?}");
    }
}

/// A SQLite project whose other dialect is proven on a server.
#[test]
fn the_server_of_scratch_databases_is_not_shown() {
    let Some((_server, way)) = postgres() else {
        return;
    };
    for password in [RIGHT, WRONG] {
        let sandbox = sandbox();
        sandbox.write("models/schema.sql", BOOKS);
        sandbox.write(
            "schemist.toml",
            &format!(
                "[database.main]\nurl = \"sqlite://shop.db\"\ndialects = [\"sqlite\", \"postgres\"]\nscratch_url = [\"{}\"]\n",
                way.url(password)
            ),
        );
        for line in LINES {
            let mut words: Vec<&str> = line.split_whitespace().collect();
            words.push("-v");
            let output = sandbox.run(&words);
            assert!(
                !(output.stdout.clone() + &output.stderr).contains(MARK),
                "{output}"
            );
        }
    }
}

/// A url in the wrong place is not repeated, either.
#[test]
fn what_is_typed_in_the_wrong_place_is_not_shown() {
    let sandbox = sandbox();
    let url = "postgres://app:m4rk3d@localhost:1/shop";
    for words in [
        vec!["upgrade", url],
        vec!["current", url],
        vec!["--ulr", url, "current"],
        vec!["upgrade", "--lock-wait", url],
        vec![url],
        vec!["current", "--url", "postgres://app:m4rk3d@[/shop"],
        vec!["current", "-n", url],
        vec!["current", "-c", url],
        vec!["show", url],
        vec!["schema", url],
        vec!["import", "alembic", url],
        vec!["downgrade", "--to-files", url],
        vec!["current", "--env", url],
        vec!["current", "--env-file", url],
    ] {
        let output = sandbox.run(&words);
        assert!(
            !(output.stdout.clone() + &output.stderr).contains(MARK),
            "{output}"
        );
        assert_ne!(output.code, Some(0), "{output}");
    }
}

/// A way that ends in the middle shows nothing, and neither does a program of the settings that fails.
#[test]
fn git_keeps_the_settings_and_still_nothing_is_shown() {
    let Some((_server, way)) = postgres() else {
        return;
    };
    let mut sandbox = sandbox();
    way.place(&mut sandbox, Place::Parts, RIGHT);
    sandbox.write("models/schema.sql", BOOKS);
    let git = |words: &[&str]| {
        Command::new("git")
            .args(words)
            .current_dir(sandbox.project())
            .output()
            .unwrap()
    };
    assert!(git(&["init", "-q"]).status.success());
    assert!(git(&["add", "."]).status.success());
    let mut warned = false;
    for line in SHORT {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words);
        let said = output.stdout.clone() + &output.stderr;
        assert!(!said.contains(MARK), "{output}");
        warned |= said.contains("a password stands in schemist.toml");
    }
    assert!(warned);
}

/// Git names the address of a repository that it cannot reach, as it was written into git's own settings.
#[test]
fn what_git_says_is_shown_without_logins() {
    let mut sandbox = sandbox();
    sandbox.write(
        "bin/git",
        "#!/bin/sh\necho \"fatal: unable to access 'https://anna:m4rk3d@example.com/shop/'\" >&2\nexit 128\n",
    );
    let folder = sandbox.project().join("bin");
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    sandbox.set("PATH", &format!("{}:{path}", folder.display()));
    sandbox.write(
        "schemist.toml",
        "models = [\"models\"]\nqueries = [\".sqlx\"]\n[database.main]\nurl = \"sqlite://shop.db\"\n",
    );
    sandbox.write("models/schema.sql", BOOKS);
    for line in [
        "downgrade --to-files v1",
        "revision --autogenerate -m books --queries-from v1",
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words).ends_with(1);
        let shown = output.stdout.clone() + &output.stderr;
        assert!(!shown.contains(MARK), "{output}");
        let address = "git says: fatal: unable to access 'https://anna:***@example.com/shop/'";
        assert!(shown.contains(address), "{output}");
    }
    for line in ["review", "lint --since main", "status --list", "config"] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words);
        assert!(!output.to_string().contains(MARK), "{output}");
    }
}
