//! What an operator meets at night: servers that are silent, full, gone, or of another kind.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, OwnServer};

use crate::documents::holds;
use crate::{project, transcript};

pub(crate) const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY, title varchar(20));";

/// A port on which everybody who connects gets this answer, or none; it stays until the test ends.
fn listener(answer: Option<&'static str>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let Some(answer) = answer else {
                silent.push(stream);
                continue;
            };
            let mut asked = [0; 64];
            let _asked = stream.read(&mut asked);
            let _told = stream.write_all(answer.as_bytes());
        }
    });
    port
}

/// What commands say of a url; its port is hidden.
pub(crate) fn said(url: &str, port: u16, commands: &[&str]) -> String {
    let mut sandbox = project(BOOKS);
    sandbox.set("DATABASE_URL", url);
    sandbox.hide(&port.to_string(), "<port>");
    transcript(&sandbox, commands)
}

#[test]
fn a_server_that_is_not_there() {
    let refused = said("postgres://app:m4rk3d@localhost:1/shop", 5432, &["upgrade"]);
    holds("Cannot connect (connection refused", &refused);
    // No packet comes back from there; some networks say so at once.
    let nowhere = said(
        "postgres://app@192.0.2.1/shop?connect_timeout=1",
        5432,
        &["status"],
    );
    let is_told = [
        "no answer within",
        "the host cannot be reached",
        "no server accepts",
    ];
    assert!(
        is_told.iter().any(|words| nowhere.contains(words)),
        "{nowhere}"
    );
    let named = said("postgres://app@nowhere.invalid/shop", 5432, &["status"]);
    assert!(named.contains("the host cannot be reached"), "{named}");
    holds("The host's name leads nowhere", &named);
    assert_snapshot!(refused, @"
    $ schemist upgrade
    --- stderr
    error: cannot connect to postgres://app:***@localhost:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1
    ");
}

#[test]
fn a_server_that_says_nothing_or_something_else() {
    let silent = listener(None);
    let of_postgres = said(
        &format!("postgres://app:m4rk3d@127.0.0.1:{silent}/shop?connect_timeout=1"),
        silent,
        &["upgrade"],
    );
    let of_mysql = said(
        &format!("mysql://app:m4rk3d@127.0.0.1:{silent}/shop?connect_timeout=1"),
        silent,
        &["status"],
    );
    holds("The server accepts and says nothing", &of_postgres);
    let web = listener(Some(
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
    ));
    let http = said(
        &format!("postgres://app:m4rk3d@127.0.0.1:{web}/shop"),
        web,
        &["upgrade"],
    );
    holds("Something else listens on the port", &http);
    let closes = listener(Some(""));
    let closed = said(
        &format!("postgres://app:m4rk3d@127.0.0.1:{closes}/shop"),
        closes,
        &["status"],
    );
    holds("The connection is closed without an answer", &closed);
    // A driver of one product at the port of the other.
    let greets = listener(Some("\x4a\0\0\0\x0a8.4.0\0"));
    let other = said(
        &format!("postgres://app:m4rk3d@127.0.0.1:{greets}/shop"),
        greets,
        &["status"],
    );
    assert_snapshot!([of_postgres, of_mysql, http, closed, other].join("\n"), @"
    $ schemist upgrade
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:<port>/shop: no answer within <time>
      hint: check host and port; `?connect_timeout=60` in the url waits longer
    --- exit code 1

    $ schemist status
    --- stderr
    error: cannot connect to mysql://app:***@127.0.0.1:<port>/shop: no answer within <time>
      hint: check host and port; `?connect_timeout=60` in the url waits longer
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:<port>/shop: what answers there is no server of this kind
      because: unexpected response from SSLRequest: 0x48
      hint: correct the port in the url: PostgreSQL listens on 5432 as a rule, MySQL and MariaDB on 3306
    --- exit code 1

    $ schemist status
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:<port>/shop: the server closed the connection without an answer
      because: unexpected end of file
      hint: see what the server's log says, and whether it is the right port; a proxy in between closes what it cannot pass on
    --- exit code 1

    $ schemist status
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:<port>/shop: what answers there is no server of this kind
      because: unexpected response from SSLRequest: 0x4a
      hint: correct the port in the url: PostgreSQL listens on 5432 as a rule, MySQL and MariaDB on 3306
    --- exit code 1
    ");
}

#[test]
fn a_mariadb_that_is_full() {
    let Some(server) = OwnServer::mysql(&[], &[]) else {
        return;
    };
    server.rows("CREATE DATABASE shop");
    server.rows("CREATE USER app IDENTIFIED BY '' WITH MAX_CONNECTIONS_PER_HOUR 1");
    server.rows("GRANT ALL ON shop.* TO app");
    let port = server.port();
    assert_snapshot!(said(&format!("mysql://app@127.0.0.1:{port}/shop"), port, &["current", "current"]), @"
    $ schemist current
    --- stderr
    No revision is applied

    $ schemist current
    --- stderr
    error: cannot connect to mysql://app@127.0.0.1:<port>/shop: the server takes no more connections
      because: User 'app' has exceeded the 'max_connections_per_hour' resource (current value: 1)
      hint: run it again once others have gone: `SELECT * FROM pg_stat_activity`, in MySQL `SHOW PROCESSLIST`, shows who is there; fewer at once: `--jobs 1`
    --- exit code 1
    ");
}

#[test]
fn whoever_holds_a_table_stops_a_rollback() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(BOOKS);
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let output = thread::scope(|scope| {
        scope.spawn(|| database.execute("BEGIN; SELECT * FROM book; SELECT pg_sleep(3); COMMIT"));
        thread::sleep(Duration::from_millis(300));
        sandbox.run(&[
            "rollback",
            "--lock-timeout",
            "1500ms",
            "--lock-attempts",
            "1",
        ])
    });
    let said = output.ends_with(4).to_string();
    holds("A rollback waits for locks", &said);
}
