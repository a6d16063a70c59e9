//! Each exit code that the page about them promises is seen.

use std::collections::BTreeSet;
use std::fs::File;
use std::thread;
use std::time::Duration;

use schemist_testkit::{Database, Sandbox};

use crate::documents::rows;
use crate::sandbox;

/// Keeps a transaction open for longer than two commands take.
const LONG: &str = "SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT i FROM n)";

const BOOK: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text);";

/// A revision with these statements.
fn revision(id: &str, parent: &str, up: &str, down: &str) -> String {
    format!(
        "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n\n-- [up]\n{up}\n\n-- [down]\n{down}\n"
    )
}

/// Two revisions are applied and a third is not; rows stand in the way of it, and in the way back.
fn project() -> (Sandbox, Database) {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://schemist.db\"\n",
    );
    sandbox.write("models/book.sql", BOOK);
    let unique = "CREATE UNIQUE INDEX only ON book (title);";
    for (id, parent, up, down) in [
        ("a1", "none", BOOK, "DROP TABLE book;"),
        ("b1", "a1", "CREATE INDEX titles ON book (title);", unique),
        (
            "c1",
            "b1",
            &format!("-- hazard index_locks: book\n{unique}"),
            "DROP INDEX only;",
        ),
    ] {
        sandbox.write(
            &format!("migrations/{id}.sql"),
            &revision(id, parent, up, down),
        );
    }
    sandbox.run(&["upgrade", "b1", "-q"]).succeeds();
    let database = Database::sqlite_file(&sandbox.project().join("schemist.db"));
    database.execute("INSERT INTO book VALUES (1, 'a'), (2, 'a')");
    (sandbox, database)
}

/// Runs lines, each with the code that it must end with.
fn hold(sandbox: &Sandbox, lines: &[(&str, u8)], seen: &mut BTreeSet<(String, u8)>) {
    for (line, code) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words).ends_with(i32::from(*code));
        assert!(
            *code == 0 || !output.stderr.is_empty() || !output.stdout.is_empty(),
            "{line}"
        );
        seen.insert((words[0].to_owned(), *code));
    }
}

/// What needs a server, since SQLite does not tell who applies revisions.
const ON_A_SERVER: [(&str, u8); 2] = [("status", 4), ("diagnose", 4)];

#[test]
fn every_code_of_the_page_is_seen() {
    let (sandbox, database) = project();
    let mut seen = BTreeSet::new();
    sandbox.write("changes.sql", "DROP TABLE book;\n");
    hold(
        &sandbox,
        &[
            ("heads", 0),
            ("show nothing", 1),
            ("hedas", 64),
            ("revision --autogenerate -m more", 2),
            ("check", 2),
            ("diff database models", 2),
            ("verify", 2),
            ("status --exit-code", 2),
            ("diagnose --exit-code", 2),
            ("current --check-head", 2),
            ("stamp head", 2),
            ("lint changes.sql", 3),
            ("review base..head --fail-on notice", 3),
            ("upgrade", 3),
            ("downgrade -1", 3),
            ("rollback", 3),
            ("revert b1", 3),
        ],
        &mut seen,
    );
    let open = File::open(sandbox.project().join("schemist.db")).unwrap();
    hold(
        &sandbox,
        &[
            ("upgrade --require-idle", 4),
            ("downgrade -1 --require-idle", 4),
            ("rollback --require-idle", 4),
            ("revert b1 --require-idle", 4),
        ],
        &mut seen,
    );
    drop(open);
    for line in [
        ("stamp a1 --force --lock-wait 50ms", 4),
        ("repair --accept-edits --lock-wait 50ms", 4),
    ] {
        thread::scope(|scope| {
            scope.spawn(|| database.execute(&format!("BEGIN IMMEDIATE; {LONG}; COMMIT")));
            thread::sleep(Duration::from_millis(100));
            hold(&sandbox, &[line], &mut seen);
        });
    }
    database.execute("CREATE TABLE stray (id integer)");
    hold(&sandbox, &[("upgrade --expect-catalog", 2)], &mut seen);
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id integer);", "SELECT 1;"),
    );
    hold(&sandbox, &[("repair", 2)], &mut seen);
    sandbox.write(
        "migrations/d1.sql",
        &revision("d1", "b1", "SELECT 1;", "SELECT 1;"),
    );
    hold(
        &sandbox,
        &[
            ("heads --check", 5),
            ("history --check", 5),
            ("status --exit-code", 5),
            ("diagnose --exit-code", 5),
        ],
        &mut seen,
    );
    let rows = rows("exit-codes.md");
    let (general, own): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.len() == 2);
    let promised = own
        .iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].parse().unwrap()));
    let on_a_server = ON_A_SERVER.map(|(name, code)| (name.to_owned(), code));
    let own_seen = seen.iter().filter(|(_, code)| (2..=5).contains(code));
    let expected: BTreeSet<(String, u8)> = promised.collect();
    let held: BTreeSet<(String, u8)> = own_seen.cloned().chain(on_a_server).collect();
    assert_eq!(held, expected);
    for row in general {
        let code: u8 = row[0].parse().unwrap();
        assert!(seen.iter().any(|(_, it)| *it == code), "{code}");
    }
}

/// What reads the revision files, and cannot do without them.
const READERS: &[&str] = &[
    "heads",
    "history",
    "history --check",
    "branches",
    "show a1",
    "current",
    "status --exit-code",
    "diagnose --exit-code",
    "upgrade",
    "upgrade --sql",
    "upgrade --dry-run",
    "upgrade --fresh",
    "downgrade base",
    "downgrade --to-files migrations",
    "rollback",
    "revert a1",
    "stamp head",
    "repair",
    "check --history",
    "diff a1 head",
    "verify",
    "review base..head",
    "lint",
    "revision --empty -m more",
    "revision --autogenerate -m more",
    "merge heads",
    "rebase a1 --onto base",
    "edit a1",
];

#[test]
fn a_file_that_cannot_be_read_ends_with_5_wherever_it_is_read() {
    let (sandbox, _database) = project();
    sandbox.write(
        "migrations/d1.sql",
        "-- schemist revision\n-- id: d1\n-- prent: c1\n\n-- [up]\nSELECT 1;\n",
    );
    for line in READERS {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words).ends_with(5);
        let said = output.stdout.clone() + &output.stderr;
        assert!(
            said.contains("unknown header key `prent`") && said.contains("migrations/d1.sql"),
            "{output}"
        );
    }
    for line in ["check", "diff database models", "schema book", "config"] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let code = sandbox.run(&words).code;
        assert!(matches!(code, Some(0 | 2)), "{line}: {code:?}");
    }
}

#[test]
fn whoever_applies_revisions_is_seen_by_the_code() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "SELECT pg_sleep(5);", "SELECT 1;"),
    );
    let mut upgrade = sandbox.start(&["upgrade"]);
    let mut tries = 0;
    while sandbox.run(&["status", "--exit-code"]).code != Some(4) {
        tries += 1;
        assert!(tries < 100, "nobody got the lock");
        thread::sleep(Duration::from_millis(50));
    }
    let guided = sandbox.run(&["diagnose", "--exit-code"]);
    upgrade.kill().unwrap();
    upgrade.wait().unwrap();
    assert_eq!(guided.code, Some(4), "{guided}");
}
