//! A pooler in the way, and a disk without room.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{OwnServer, Unavailable, note_skipped};
use tempfile::TempDir;

use crate::at_night::BOOKS;
use crate::databases::revision;
use crate::documents::holds;
use crate::roles::role;
use crate::{project, transcript};

/// pgbouncer before a server, which gives each transaction to the connection that is free.
struct Pooler {
    process: Child,
    port: u16,
}

impl Pooler {
    fn start(server: &OwnServer) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]
            .into_iter()
            .find(|path| Path::new(path).is_file());
        let Some(program) = program else {
            let reason = "there is no pgbouncer on this machine".to_owned();
            note_skipped(
                "what is said through pgbouncer",
                &Unavailable::Knowingly(reason),
            );
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let settings = format!(
            "[databases]\nshop = host=127.0.0.1 port={} user=app\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\n",
            server.port()
        );
        server.write("pooler.ini", &settings);
        let process = server
            .command(program)
            .arg("pooler.ini")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Self { process, port };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(pooler);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("pgbouncer does not listen");
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _ended = self.process.wait();
    }
}

#[test]
fn a_pooler_in_transaction_mode_is_refused() {
    let Some((server, mut sandbox)) = role(&[]) else {
        return;
    };
    let Some(pooler) = Pooler::start(&server) else {
        return;
    };
    sandbox.hide(&pooler.port.to_string(), "<pooler>");
    sandbox.set(
        "DATABASE_URL",
        &format!("postgres://app@127.0.0.1:{}/shop", pooler.port),
    );
    sandbox.write(
        "migrations/1.sql",
        &revision("a1", "none", "CREATE TABLE book (id integer)"),
    );
    let said = transcript(&sandbox, &["status", "upgrade"]);
    holds("A pooler in transaction mode", &said);
    assert_snapshot!(said, @"
    $ schemist status
    Database  postgres://app@127.0.0.1:<pooler>/shop (PostgreSQL 15.18)
    Current   none
    Head      a1
    State     no-revision: nothing is applied, 1 revision is pending: a1
    Action    `schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`

    $ schemist upgrade
    --- stderr
    error: cannot get the lock: a transaction pooler stands before the server, which breaks locks and settings; connect to the server itself, or to a pool in session mode
      hint: name the server itself in the url
    --- exit code 1
    ");
}

/// A disk with little room, for whoever may make one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = TempDir::with_prefix("schemist-disk-").unwrap();
        let made = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=600k", "tmpfs"])
            .arg(folder.path())
            .output();
        if made.is_ok_and(|made| made.status.success()) {
            return Some(Self(folder));
        }
        let reason = "only root may make a small disk".to_owned();
        note_skipped(
            "what is said where the disk is full",
            &Unavailable::Knowingly(reason),
        );
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_disk_that_is_full_is_told_and_the_next_run_goes_on() {
    let Some(disk) = SmallDisk::new() else {
        return;
    };
    let mut sandbox = project(BOOKS);
    let folder = disk.0.path().display().to_string();
    sandbox.hide(&folder, "<disk>");
    sandbox.set("DATABASE_URL", &format!("sqlite://{folder}/shop.db"));
    sandbox.write(
        "migrations/1.sql",
        &revision(
            "a1",
            "none",
            "CREATE TABLE book (id integer PRIMARY KEY, title text)",
        ),
    );
    sandbox.run(&["upgrade"]).succeeds();
    let rows = "INSERT INTO book WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i, hex(zeroblob(1000)) FROM n";
    sandbox.write("migrations/2.sql", &revision("b2", "a1", rows));
    let filler = disk.0.path().join("filler");
    fs::write(&filler, vec![0; 350 * 1024]).unwrap();
    let full = transcript(&sandbox, &["upgrade", "status"]);
    holds("The disk is full while a revision is applied", &full);
    fs::remove_file(filler).unwrap();
    let room = transcript(&sandbox, &["upgrade", "check --database"]);
    assert_snapshot!([full, room].join("\n"), @"
    $ schemist upgrade
    --- stderr
    sqlite://<disk>/shop.db: a1 → b2, 1 revision to apply
    error: cannot apply revision b2: cannot commit
      because: database or disk is full
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: make room on its disk: a table that is written anew needs its size again, and once more for the journal; then run `schemist upgrade` again
    --- exit code 1

    $ schemist status
    Database  sqlite://<disk>/shop.db (SQLite 3.51.3)
    Current   a1
    Head      b2
    State     behind: 1 revision is pending: b2
    Action    `schemist upgrade`

    $ schemist upgrade
    --- stderr
    sqlite://<disk>/shop.db: a1 → b2, 1 revision to apply
    Applied b2 in <time>

    $ schemist check --database
    --- stderr
    The database is what the history makes (1 object compared)
    ");
}
