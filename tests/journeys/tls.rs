//! Connections to a PostgreSQL server with certificates: who is believed, who is let in, what is said.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use insta::assert_snapshot;
use schemist_testkit::{OwnServer, Sandbox};

use crate::authority::{Authority, Signed};
use crate::documents::holds;
use crate::{project, transcript};

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY);";

/// Who may come in how.
const RULES: &str = "\
hostssl   all app       127.0.0.1/32 scram-sha-256
hostnossl all plain     127.0.0.1/32 scram-sha-256
hostssl   all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-full
";

const USERS: [&str; 5] = [
    "CREATE ROLE app LOGIN PASSWORD 'm4rk3d'",
    "CREATE ROLE plain LOGIN PASSWORD 'm4rk3d'",
    "CREATE ROLE certified LOGIN PASSWORD 'm4rk3d'",
    "CREATE DATABASE shop OWNER app",
    "GRANT ALL ON DATABASE shop TO certified, plain",
];

/// A server with a certificate for `localhost`, and a project beside it with the files of a user.
struct Place {
    server: OwnServer,
    sandbox: Sandbox,
}

impl Place {
    fn new(own: &Signed, authority: &Authority) -> Option<Self> {
        let settings = [
            "ssl=on",
            "ssl_cert_file=<folder>/server.crt",
            "ssl_key_file=<folder>/server.key",
            "ssl_ca_file=<folder>/ca.crt",
        ];
        let files = [
            ("server.crt", own.certificate.as_str()),
            ("server.key", own.key.as_str()),
            ("ca.crt", authority.certificate.as_str()),
        ];
        let server = OwnServer::postgres(&settings, RULES, &files)?;
        for statement in USERS {
            server.rows(statement);
        }
        let mut sandbox = project(BOOKS);
        sandbox.hide(&server.port().to_string(), "<port>");
        let user = authority.sign("certified", &[]);
        let stranger = Authority::new("stranger").sign("certified", &[]);
        let other = authority.sign("somebody", &[]);
        for (name, text) in [
            ("ca.crt", &authority.certificate),
            ("other.crt", &Authority::new("other").certificate),
            ("app.crt", &user.certificate),
            ("app.key", &user.key),
            ("stranger.crt", &stranger.certificate),
            ("stranger.key", &stranger.key),
            ("somebody.crt", &other.certificate),
            ("somebody.key", &other.key),
        ] {
            sandbox.write(name, text);
        }
        Some(Self { server, sandbox })
    }

    /// What `current` says where the settings have this url, without its scheme and password.
    fn said(&self, user: &str, host: &str, parameters: &str) -> String {
        let port = self.server.port();
        let url = format!("postgres://{user}:m4rk3d@{host}:{port}/shop?{parameters}");
        let output = self.sandbox.run(&["current", "--url", &url]);
        assert!(!(output.stdout.clone() + &output.stderr).contains("m4rk3d"));
        let text = output.to_string();
        let (_, rest) = text.split_once('\n').unwrap();
        format!("{user}@{host} {parameters}\n{rest}")
    }
}

fn server_of_localhost(authority: &Authority) -> Signed {
    authority.sign("a server", &["localhost"])
}

#[test]
fn every_mode_connects_where_it_should() {
    let authority = Authority::new("ours");
    let Some(place) = Place::new(&server_of_localhost(&authority), &authority) else {
        return;
    };
    let fine = [
        place.said("app", "localhost", ""),
        place.said("app", "localhost", "sslmode=prefer"),
        place.said("app", "localhost", "sslmode=require"),
        place.said("app", "localhost", "sslmode=verify-full&sslrootcert=ca.crt"),
        place.said("app", "127.0.0.1", "sslmode=verify-ca&sslrootcert=ca.crt"),
        // An authority alone is asked in full; `require` with one asks it for the signature.
        place.said("app", "localhost", "sslrootcert=ca.crt"),
        place.said("app", "127.0.0.1", "sslmode=require&sslrootcert=ca.crt"),
        // Users whom the server lets in without TLS alone, or with it alone.
        place.said("plain", "localhost", "sslmode=disable"),
        place.said("plain", "localhost", "sslmode=prefer"),
        place.said("app", "localhost", "sslmode=allow"),
        place.said("certified", "localhost", "sslcert=app.crt&sslkey=app.key"),
        place.said(
            "certified",
            "localhost",
            "sslmode=verify-full&sslrootcert=ca.crt&sslcert=app.crt&sslkey=app.key",
        ),
    ];
    for said in &fine {
        assert!(
            said.ends_with("\n--- stderr\nNo revision is applied\n"),
            "{said}"
        );
    }
}

#[test]
fn what_is_wrong_with_certificates_is_named_with_what_to_type() {
    let authority = Authority::new("ours");
    let Some(place) = Place::new(&server_of_localhost(&authority), &authority) else {
        return;
    };
    place.sandbox.write("empty.crt", "\n");
    let said = [
        place.said(
            "app",
            "localhost",
            "sslmode=verify-full&sslrootcert=other.crt",
        ),
        place.said("app", "localhost", "sslmode=verify-full"),
        place.said("app", "127.0.0.1", "sslmode=verify-full&sslrootcert=ca.crt"),
        place.said(
            "app",
            "localhost",
            "sslmode=verify-ca&sslrootcert=missing.crt",
        ),
        place.said(
            "app",
            "localhost",
            "sslmode=verify-ca&sslrootcert=empty.crt",
        ),
        place.said("app", "localhost", "sslmode=disable"),
        place.said("plain", "localhost", "sslmode=require"),
        place.said("certified", "localhost", "sslmode=require"),
        place.said(
            "certified",
            "localhost",
            "sslcert=stranger.crt&sslkey=stranger.key",
        ),
        place.said(
            "certified",
            "localhost",
            "sslcert=somebody.crt&sslkey=somebody.key",
        ),
        place.said(
            "certified",
            "localhost",
            "sslcert=app.crt&sslkey=somebody.key",
        ),
        place.said("certified", "localhost", "sslcert=app.crt"),
        place.said("certified", "localhost", "sslcert=app.crt&sslkey=app.crt"),
    ]
    .join("\n");
    holds("certificate verify failed", &said);
    holds("server certificate for", &said);
    holds("no pg_hba.conf entry", &said);
    holds("password authentication failed", &said);
    assert_snapshot!(said, @r#"
    app@localhost sslmode=verify-full&sslrootcert=other.crt
    --- stderr
    error: cannot connect to postgres://app:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
      because: invalid peer certificate: UnknownIssuer
      hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1

    app@localhost sslmode=verify-full
    --- stderr
    error: cannot connect to postgres://app:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
      because: invalid peer certificate: UnknownIssuer
      hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1

    app@127.0.0.1 sslmode=verify-full&sslrootcert=ca.crt
    --- stderr
    error: cannot connect to postgres://app:***@127.0.0.1:<port>/shop with TLS: the server's certificate is for other names
      because: invalid peer certificate: certificate not valid for name "127.0.0.1"; certificate is only valid for DnsName("localhost")
      hint: connect by a name that is in it (as subjectAltName); or write `sslmode=verify-ca`, which does not ask for the name
    --- exit code 1

    app@localhost sslmode=verify-ca&sslrootcert=missing.crt
    --- stderr
    error: cannot read the certificate of the server's authority from <project>/missing.crt
      because: No such file or directory (os error 2)
      hint: correct the path (`ssl = { ca, cert, key }` in the settings, `sslrootcert`, `sslcert`, `sslkey` in the url); `schemist config` shows where it comes from
    --- exit code 1

    app@localhost sslmode=verify-ca&sslrootcert=empty.crt
    --- stderr
    error: cannot read the certificate of the server's authority from <project>/empty.crt
      because: there is no certificate in PEM form in it
      hint: correct the path (`ssl = { ca, cert, key }` in the settings, `sslrootcert`, `sslcert`, `sslkey` in the url); `schemist config` shows where it comes from
    --- exit code 1

    app@localhost sslmode=disable
    --- stderr
    error: cannot connect to postgres://app:***@localhost:<port>/shop: the server does not let this user in like this
      because: no pg_hba.conf entry for host "127.0.0.1", user "app", database "shop", no encryption
      hint: correct user and database; where the server (pg_hba.conf, `REQUIRE SSL`) wants TLS, write `sslmode=require`, where it wants none, `sslmode=disable`, and where it wants a certificate, `ssl = { cert = "app.crt", key = "app.key" }`
    --- exit code 1

    plain@localhost sslmode=require
    --- stderr
    error: cannot connect to postgres://plain:***@localhost:<port>/shop: the server does not let this user in like this
      because: no pg_hba.conf entry for host "127.0.0.1", user "plain", database "shop", SSL encryption
      hint: correct user and database; where the server (pg_hba.conf, `REQUIRE SSL`) wants TLS, write `sslmode=require`, where it wants none, `sslmode=disable`, and where it wants a certificate, `ssl = { cert = "app.crt", key = "app.key" }`
    --- exit code 1

    certified@localhost sslmode=require
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop: the server does not let this user in like this
      because: connection requires a valid client certificate
      hint: correct user and database; where the server (pg_hba.conf, `REQUIRE SSL`) wants TLS, write `sslmode=require`, where it wants none, `sslmode=disable`, and where it wants a certificate, `ssl = { cert = "app.crt", key = "app.key" }`
    --- exit code 1

    certified@localhost sslcert=stranger.crt&sslkey=stranger.key
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop with TLS: the server does not take what we show
      because: received fatal alert: UnknownCA
      hint: name a certificate that the server's authority signed: `ssl = { cert = "app.crt", key = "app.key" }` in the settings, or `?sslcert=app.crt&sslkey=app.key` in the url
    --- exit code 1

    certified@localhost sslcert=somebody.crt&sslkey=somebody.key
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop: the server refuses this user or password
      because: password authentication failed for user "certified"
      hint: correct user and password in the url, for PostgreSQL also in PGPASSWORD or in ~/.pgpass
    --- exit code 1

    certified@localhost sslcert=app.crt&sslkey=somebody.key
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop with TLS: our certificate and its key do not belong together
      because: keys may not be consistent: KeyMismatch
      hint: name the key that the certificate was made for
    --- exit code 1

    certified@localhost sslcert=app.crt
    --- stderr
    error: cannot show a certificate of ours to the server: its key is not named
      hint: name both: `ssl = { cert = "app.crt", key = "app.key" }`, or `?sslcert=app.crt&sslkey=app.key`
    --- exit code 1

    certified@localhost sslcert=app.crt&sslkey=app.crt
    --- stderr
    error: cannot read our certificate's key from <project>/app.crt
      because: there is no private key in PEM form in it
      hint: correct the path (`ssl = { ca, cert, key }` in the settings, `sslrootcert`, `sslcert`, `sslkey` in the url); `schemist config` shows where it comes from
    --- exit code 1
    "#);
}

#[test]
fn a_certificate_that_is_too_old_and_a_server_without_any() {
    let authority = Authority::new("ours");
    let old = authority.sign_expired("a server", &["localhost"]);
    let Some(place) = Place::new(&old, &authority) else {
        return;
    };
    // When it ended differs from run to run.
    let of_old = place.said("app", "localhost", "sslmode=verify-ca&sslrootcert=ca.crt");
    let of_old: Vec<&str> = of_old
        .lines()
        .filter(|line| !line.contains("because: "))
        .collect();
    let hasty = Authority::new("localhost");
    let Some(place) = Place::new(&hasty.itself(), &hasty) else {
        return;
    };
    let of_hasty = place.said("app", "localhost", "sslmode=verify-full&sslrootcert=ca.crt");
    let Some(server) = OwnServer::postgres(&[], "host all all 127.0.0.1/32 trust\n", &[]) else {
        return;
    };
    let mut sandbox = project(BOOKS);
    sandbox.hide(&server.port().to_string(), "<port>");
    let url = |mode: &str| {
        format!(
            "postgres://postgres@localhost:{}/postgres{mode}",
            server.port()
        )
    };
    sandbox.set("DATABASE_URL", &url(""));
    let preferred = transcript(&sandbox, &["current"]);
    sandbox.set("PGSSLMODE", "require");
    let required = transcript(&sandbox, &["current"]);
    holds("server does not support SSL", &required);
    // A socket of this machine needs none, whatever is wanted elsewhere.
    sandbox.set("DATABASE_URL", &server.superuser_url());
    let socket = transcript(&sandbox, &["current"]);
    assert_snapshot!([of_old.join("\n"), of_hasty, preferred, required, socket].join("\n"), @"
    app@localhost sslmode=verify-ca&sslrootcert=ca.crt
    --- stderr
    error: cannot connect to postgres://app:***@localhost:<port>/shop with TLS: the server's certificate is not valid now
      hint: renew it at the server; or set the clock of this machine right
    --- exit code 1
    app@localhost sslmode=verify-full&sslrootcert=ca.crt
    --- stderr
    error: cannot connect to postgres://app:***@localhost:<port>/shop with TLS: the server's certificate is that of an authority
      because: invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))
      hint: let the server have a certificate of its own that the authority signs: one with CA:FALSE; until then `sslmode=require` without a file
    --- exit code 1

    $ schemist current
    --- stderr
    No revision is applied

    $ schemist current
    --- stderr
    error: cannot connect to postgres://postgres@localhost:<port>/postgres with TLS: the server offers none
      hint: switch it on at the server (PostgreSQL: `ssl = on`); or write `sslmode=prefer`, where the network is to be trusted
    --- exit code 1

    $ schemist current
    --- stderr
    No revision is applied
    ");
}

#[test]
fn settings_and_variables_name_the_files() {
    let authority = Authority::new("ours");
    let Some(mut place) = Place::new(&server_of_localhost(&authority), &authority) else {
        return;
    };
    let port = place.server.port();
    let sandbox = &mut place.sandbox;
    sandbox.set("DB_PASSWORD", "m4rk3d");
    let key = sandbox.read("app.key");
    sandbox.set("APP_KEY", &key);
    let parts = format!(
        "client = \"pg\"\nhost = \"localhost\"\nport = {port}\nuser = \"certified\"\npassword = \"${{DB_PASSWORD}}\"\ndatabase = \"shop\"\n"
    );
    let with = |ssl: &str| format!("[database.main]\n{parts}ssl = {ssl}\n");
    // Paths start from the settings' folder, wherever the command is run; a text may stand in the path's place.
    sandbox.write(
        "schemist.toml",
        &with(
            "{ mode = \"verify-full\", ca = \"ca.crt\", cert = \"app.crt\", key = \"${APP_KEY}\" }",
        ),
    );
    let shown = transcript(sandbox, &["current", "config", "current -C models"]);
    assert!(!shown.contains("PRIVATE KEY"), "{shown}");
    sandbox.write("schemist.toml", &with("{ mode = \"verify-ca\", ca = { file = \"other.crt\" }, cert = \"app.crt\", key = \"app.key\" }"));
    let wrong = transcript(sandbox, &["current"]);
    sandbox.write("schemist.toml", &format!("[database.main]\n{parts}"));
    for (name, file) in [
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", "ca.crt"),
        ("PGSSLCERT", "app.crt"),
        ("PGSSLKEY", "app.key"),
        ("PGSSLCRL", "x"),
    ] {
        sandbox.set(name, file);
    }
    let variables = transcript(sandbox, &["current", "config"]);
    // The widths of columns depend on where the folder is.
    let said = [shown, wrong, variables].join("\n");
    let lines = said.lines().map(|line| match line.trim_start() {
        words if line.starts_with(' ') => words.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => line.to_owned(),
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    $ schemist current
    --- stderr
    No revision is applied

    $ schemist config
    main  postgres://certified:***@localhost:<port>/shop  (schemist.toml:3)
    host localhost schemist.toml:3
    port <port> schemist.toml:4
    user certified schemist.toml:5
    password *** schemist.toml:6, from DB_PASSWORD
    database shop schemist.toml:7
    ssl.mode verify-full schemist.toml:8
    ssl.ca <project>/ca.crt schemist.toml:8
    ssl.cert <project>/app.crt schemist.toml:8
    ssl.key *** schemist.toml:8, from APP_KEY
    schema public usual
    settings
    database.main.client pg schemist.toml:2
    database.main.host localhost schemist.toml:3
    database.main.port <port> schemist.toml:4
    database.main.user certified schemist.toml:5
    database.main.password ${DB_PASSWORD} schemist.toml:6
    database.main.database shop schemist.toml:7
    database.main.ssl.mode verify-full schemist.toml:8
    database.main.ssl.ca ca.crt schemist.toml:8
    database.main.ssl.cert app.crt schemist.toml:8
    database.main.ssl.key *** schemist.toml:8

    $ schemist current -C models
    --- stderr
    No revision is applied

    $ schemist current
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
    because: invalid peer certificate: UnknownIssuer
    hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1

    $ schemist current
    --- stderr
    No revision is applied

    $ schemist config
    main  postgres://certified:***@localhost:<port>/shop  (schemist.toml:3)
    host localhost schemist.toml:3
    port <port> schemist.toml:4
    user certified schemist.toml:5
    password *** schemist.toml:6, from DB_PASSWORD
    database shop schemist.toml:7
    ssl.mode verify-full PGSSLMODE
    ssl.ca <project>/ca.crt PGSSLROOTCERT
    ssl.cert <project>/app.crt PGSSLCERT
    ssl.key <project>/app.key PGSSLKEY
    schema public usual
    settings
    database.main.client pg schemist.toml:2
    database.main.host localhost schemist.toml:3
    database.main.port <port> schemist.toml:4
    database.main.user certified schemist.toml:5
    database.main.password ${DB_PASSWORD} schemist.toml:6
    database.main.database shop schemist.toml:7
    --- stderr
    warning: PGSSLCRL is passed over
    "#);
}

#[test]
fn the_files_of_the_home_folder_are_taken_as_psql_takes_them() {
    let authority = Authority::new("ours");
    let Some(mut place) = Place::new(&server_of_localhost(&authority), &authority) else {
        return;
    };
    let sandbox = &mut place.sandbox;
    for (name, file) in [
        ("root.crt", "other.crt"),
        ("postgresql.crt", "app.crt"),
        ("postgresql.key", "app.key"),
    ] {
        let text = sandbox.read(file);
        sandbox.write(&format!("../home/.postgresql/{name}"), &text);
    }
    let by_taste = place.said("certified", "localhost", "");
    let in_full = place.said("certified", "localhost", "sslmode=verify-full");
    assert_snapshot!([by_taste, in_full].join("\n"), @r#"
    certified@localhost 
    --- stderr
    No revision is applied

    certified@localhost sslmode=verify-full
    --- stderr
    error: cannot connect to postgres://certified:***@localhost:<port>/shop with TLS: the server's certificate is signed by nobody that is known here
      because: invalid peer certificate: UnknownIssuer
      hint: name the file with the certificate of whoever signed the server's: `ssl = { ca = "ca.crt" }` in the settings, `?sslrootcert=ca.crt` in the url, or PGSSLROOTCERT
    --- exit code 1
    "#);
}

#[test]
fn a_copy_is_made_with_the_same_certificates() {
    let authority = Authority::new("ours");
    let Some(mut place) = Place::new(&server_of_localhost(&authority), &authority) else {
        return;
    };
    place
        .server
        .rows("ALTER ROLE certified PASSWORD 'm4:r\\k3d'; ALTER ROLE certified SUPERUSER");
    let port = place.server.port();
    let sandbox = &mut place.sandbox;
    sandbox.set("DATABASE_URL", &format!("postgres://certified:m4:r%5Ck3d@localhost:{port}/shop?sslmode=verify-full&sslrootcert=ca.crt&sslcert=app.crt&sslkey=app.key"));
    std::fs::set_permissions(
        sandbox.project().join("app.key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    let said = transcript(
        sandbox,
        &[
            "revision --autogenerate -m books",
            "upgrade",
            "rollback --backup=copy.dump",
        ],
    );
    assert_snapshot!(said, @r#"
    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      postgres create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    postgres://certified:***@localhost:<port>/shop: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist rollback --backup=copy.dump
    --- stderr
    postgres://certified:***@localhost:<port>/shop: 111111111111 → base, 1 revision to take back
    Backed up to <project>/copy.dump; `pg_restore --clean --if-exists --dbname <url> <project>/copy.dump` brings it back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending
    "#);
    let copy = std::fs::read(sandbox.project().join("copy.dump")).unwrap();
    assert!(copy.starts_with(b"PGDMP"));
}
