//! Connections to a MySQL or MariaDB server with certificates.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use insta::assert_snapshot;
use schemist_testkit::{OwnServer, Sandbox};

use crate::authority::Authority;
use crate::{project, transcript};

const USERS: [&str; 5] = [
    "CREATE DATABASE shop",
    "CREATE USER app IDENTIFIED BY 'm4rk3d' REQUIRE SSL",
    "CREATE USER certified IDENTIFIED BY 'm4rk3d' REQUIRE X509",
    "GRANT ALL ON shop.* TO app",
    "GRANT ALL ON *.* TO certified",
];

/// A server with a certificate for `localhost`, and a project beside it with the files of a user.
fn place() -> Option<(OwnServer, Sandbox)> {
    let authority = Authority::new("ours");
    let own = authority.sign("a server", &["localhost"]);
    let settings = [
        "--ssl-cert=<folder>/server.crt",
        "--ssl-key=<folder>/server.key",
        "--ssl-ca=<folder>/ca.crt",
    ];
    let files = [
        ("server.crt", own.certificate.as_str()),
        ("server.key", own.key.as_str()),
        ("ca.crt", authority.certificate.as_str()),
    ];
    let server = OwnServer::mysql(&settings, &files)?;
    for statement in USERS {
        server.rows(statement);
    }
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.hide(&server.port().to_string(), "<port>");
    let user = authority.sign("certified", &[]);
    for (name, text) in [
        ("ca.crt", &authority.certificate),
        ("other.crt", &Authority::new("other").certificate),
        ("app.crt", &user.certificate),
        ("app.key", &user.key),
    ] {
        sandbox.write(name, text);
    }
    Some((server, sandbox))
}

fn said(server: &OwnServer, sandbox: &Sandbox, user: &str, host: &str, parameters: &str) -> String {
    let port = server.port();
    let url = format!("mysql://{user}:m4rk3d@{host}:{port}/shop?{parameters}");
    let output = sandbox.run(&["current", "--url", &url]);
    assert!(!(output.stdout.clone() + &output.stderr).contains("m4rk3d"));
    let text = output.to_string();
    let (_, rest) = text.split_once('\n').unwrap();
    format!("{user}@{host} {parameters}\n{rest}")
}

#[test]
fn certificates_are_asked_as_far_as_the_mode_says() {
    let Some((server, mut sandbox)) = place() else {
        return;
    };
    let ask =
        |user: &str, host: &str, parameters: &str| said(&server, &sandbox, user, host, parameters);
    for (user, host, parameters) in [
        ("app", "localhost", ""),
        ("app", "localhost", "ssl-mode=REQUIRED"),
        ("app", "localhost", "ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.crt"),
        ("app", "127.0.0.1", "ssl-mode=VERIFY_CA&ssl-ca=ca.crt"),
        ("app", "localhost", "sslrootcert=ca.crt"),
        (
            "certified",
            "localhost",
            "sslmode=verify-full&sslrootcert=ca.crt&sslcert=app.crt&sslkey=app.key",
        ),
    ] {
        let said = ask(user, host, parameters);
        assert!(
            said.ends_with("\n--- stderr\nNo revision is applied\n"),
            "{said}"
        );
    }
    assert_snapshot!([
        ask("app", "localhost", "ssl-mode=VERIFY_IDENTITY&ssl-ca=other.crt"),
        ask("app", "localhost", "sslmode=verify-ca"),
        ask("app", "127.0.0.1", "ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.crt"),
        ask("app", "localhost", "sslmode=verify-ca&ssl-ca=missing.crt"),
        ask("app", "localhost", "sslmode=disable"),
        ask("certified", "localhost", "sslmode=require"),
    ].join("\n"), @r#"
    app@localhost ssl-mode=VERIFY_IDENTITY&ssl-ca=other.crt
    --- stderr
    error: cannot connect to mysql://app:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
      because: invalid peer certificate: UnknownIssuer
      hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1

    app@localhost sslmode=verify-ca
    --- stderr
    error: cannot connect to mysql://app:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
      because: invalid peer certificate: UnknownIssuer
      hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1

    app@127.0.0.1 ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.crt
    --- stderr
    error: cannot connect to mysql://app:***@127.0.0.1:<port>/shop with TLS: the server's certificate is for other names
      because: invalid peer certificate: certificate not valid for name "127.0.0.1"; certificate is only valid for DnsName("localhost")
      hint: connect by a name that is in it (as subjectAltName); or write `sslmode=verify-ca`, which does not ask for the name
    --- exit code 1

    app@localhost sslmode=verify-ca&ssl-ca=missing.crt
    --- stderr
    error: cannot read the certificate of the server's authority from <project>/missing.crt
      because: No such file or directory (os error 2)
      hint: correct the path (`ssl = { ca, cert, key }` in the settings, `sslrootcert`, `sslcert`, `sslkey` in the url); `schemist config` shows where it comes from
    --- exit code 1

    app@localhost sslmode=disable
    --- stderr
    error: cannot connect to mysql://app:***@localhost:<port>/shop: the server refuses this user or password
      because: Access denied for user 'app'@'localhost' (using password: YES)
      hint: correct user and password in the url; a user who REQUIREs SSL wants `sslmode=require`, one who REQUIREs X509 `ssl = { cert = "app.crt", key = "app.key" }`
    --- exit code 1

    certified@localhost sslmode=require
    --- stderr
    error: cannot connect to mysql://certified:***@localhost:<port>/shop: the server refuses this user or password
      because: Access denied for user 'certified'@'localhost' (using password: YES)
      hint: correct user and password in the url; a user who REQUIREs SSL wants `sslmode=require`, one who REQUIREs X509 `ssl = { cert = "app.crt", key = "app.key" }`
    --- exit code 1
    "#);
    // The program that copies logs in the same way.
    server.rows("ALTER USER certified IDENTIFIED BY 'm4\"r\\\\k3#d'");
    let port = server.port();
    sandbox.set("DATABASE_URL", &format!("mysql://certified:m4%22r%5Ck3%23d@localhost:{port}/shop?sslmode=verify-full&sslrootcert=ca.crt&sslcert=app.crt&sslkey=app.key"));
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate -m books", "upgrade", "rollback --backup=copy.sql"]), @r#"
    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      mysql create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    mysql://certified:***@localhost:<port>/shop: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist rollback --backup=copy.sql
    --- stderr
    mysql://certified:***@localhost:<port>/shop: 111111111111 → base, 1 revision to take back
    Backed up to <project>/copy.sql; `mariadb <database> < <project>/copy.sql` brings it back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending
    "#);
    assert!(sandbox.read("copy.sql").contains("CREATE TABLE `book`"));
}

#[test]
fn a_server_without_tls_is_told() {
    let Some(server) = OwnServer::mysql(&["--skip-ssl"], &[]) else {
        return;
    };
    server.rows("CREATE USER app IDENTIFIED BY 'm4rk3d'");
    server.rows("CREATE DATABASE shop");
    server.rows("GRANT ALL ON shop.* TO app");
    let mut sandbox = project("");
    sandbox.hide(&server.port().to_string(), "<port>");
    assert_snapshot!([
        said(&server, &sandbox, "app", "localhost", ""),
        said(&server, &sandbox, "app", "localhost", "sslmode=require"),
    ].join("\n"), @"
    app@localhost 
    --- stderr
    No revision is applied

    app@localhost sslmode=require
    --- stderr
    error: cannot connect to mysql://app:***@localhost:<port>/shop with TLS: the server offers none
      hint: switch it on at the server (PostgreSQL: `ssl = on`); or write `sslmode=prefer`, where the network is to be trusted
    --- exit code 1
    ");
}
