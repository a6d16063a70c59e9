//! What only looks writes nothing: not to the database, and not for want of rights.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;
use schemist_sql::Dialect;
use schemist_testkit::{Database, Reader, Sandbox, mysql, postgres};

use crate::{project, transcript};

const SHOP: &str = "CREATE TABLE author (id integer PRIMARY KEY, name varchar(20));\n\
    CREATE TABLE book (id integer PRIMARY KEY, author integer REFERENCES author (id), title varchar(20));\n\
    CREATE VIEW titles AS SELECT id, title FROM book;\n";

/// Every command that promises to look alone.
const LOOKS: &[&str] = &[
    "current",
    "heads",
    "history",
    "history -i",
    "status",
    "status --list --exit-code",
    "status --all",
    "schema book",
    "schema titles --sql",
    "locks",
    "locks --table book",
    "diagnose",
    "diagnose --server",
    "diagnose --guide",
    "diagnose --drift",
    "check",
    "check --database",
    "check --history",
    "diff database models",
    "diagram --live",
];

/// Everything that a database holds, rows and all.
fn everything(database: &Database) -> String {
    match database.dialect() {
        Dialect::Postgres | Dialect::Sqlite => {
            let output = Command::new("pg_dump").arg(database.url()).output();
            let output = output.unwrap_or_else(|error| panic!("pg_dump: {error}"));
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            // A word that is new in every dump.
            let lines = text.lines().filter(|line| {
                !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        Dialect::Mysql => {
            let tables = database.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1");
            let held = tables.iter().map(|table| {
                format!(
                    "{table}: {}",
                    database.rows(&format!("SELECT * FROM {table}")).join("; ")
                )
            });
            held.collect::<Vec<_>>().join("\n")
        }
    }
}

/// A shop with one revision applied and one pending, seen by somebody who may only read.
fn shop(
    database: &Database,
    scratch: &str,
    reader: impl FnOnce(&Database) -> Reader,
) -> (Sandbox, Reader) {
    let mut sandbox = project(SHOP);
    sandbox.use_database(database);
    // That somebody may read is no difference here.
    sandbox.write(
        "schemist.toml",
        &format!("[database.main]\nscratch_url = \"{scratch}\"\nprivileges = false\n"),
    );
    transcript(&sandbox, &["revision --autogenerate -m shop", "upgrade"]);
    database.execute("INSERT INTO author VALUES (1, 'Ann'); INSERT INTO book VALUES (1, 1, 'One')");
    sandbox.write(
        "models/schema.sql",
        &SHOP.replace("name varchar(20)", "name varchar(40)"),
    );
    sandbox
        .run(&["revision", "--autogenerate", "-m", "names"])
        .succeeds();
    let reader = reader(database);
    sandbox.set("DATABASE_URL", reader.url());
    (sandbox, reader)
}

/// Runs what looks, and holds that it ended as it should and that nothing is otherwise afterwards.
fn look(database: &Database, sandbox: &Sandbox) -> String {
    let before = everything(database);
    let mut ends = String::new();
    for line in LOOKS {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words);
        let first = output
            .stderr
            .lines()
            .find(|line| line.starts_with("error"))
            .unwrap_or_default();
        ends.push_str(&format!(
            "{line}: {:?} {first}\n",
            output.code.unwrap_or(-1)
        ));
    }
    let after = everything(database);
    assert!(before == after, "{before}\n--- and afterwards\n{after}");
    // What would write says that it may not, and leaves nothing either.
    let refused = sandbox.run(&["upgrade"]);
    assert_ne!(refused.code, Some(0), "{refused}");
    assert!(before == everything(database), "{refused}");
    ends
}

#[test]
fn a_role_of_postgres_that_may_only_read_sees_everything() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let (sandbox, _reader) = shop(&database, &postgres().unwrap().url, |database| {
        Reader::of(database, "")
    });
    assert_snapshot!(look(&database, &sandbox), @"
        current: 0 
        heads: 0 
        history: 0 
        history -i: 0 
        status: 0 
        status --list --exit-code: 2 
        status --all: 0 
        schema book: 0 
        schema titles --sql: 0 
        locks: 0 
        locks --table book: 0 
        diagnose: 0 
        diagnose --server: 0 
        diagnose --guide: 0 
        diagnose --drift: 0 
        check: 2 
        check --database: 0 
        check --history: 0 
        diff database models: 2 
        diagram --live: 0
        ");
}

#[test]
fn a_user_of_mysql_who_may_only_read_sees_everything() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let (sandbox, _reader) = shop(&database, &mysql().unwrap().url, Reader::of_mysql);
    assert_snapshot!(look(&database, &sandbox), @"
    current: 0 
    heads: 0 
    history: 0 
    history -i: 0 
    status: 0 
    status --list --exit-code: 2 
    status --all: 0 
    schema book: 0 
    schema titles --sql: 0 
    locks: 0 
    locks --table book: 0 
    diagnose: 0 
    diagnose --server: 0 
    diagnose --guide: 0 
    diagnose --drift: 0 
    check: 2 
    check --database: 0 
    check --history: 0 
    diff database models: 2 
    diagram --live: 0
    ");
}

#[test]
fn a_file_that_is_looked_at_stays_as_it_is() {
    let sandbox = project(SHOP);
    transcript(&sandbox, &["revision --autogenerate -m shop", "upgrade"]);
    let file = sandbox.project().join("schemist.db");
    let before = fs::read(&file).unwrap();
    for line in LOOKS {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run(&words);
        assert_eq!(output.code, Some(0), "{output}");
    }
    assert!(before == fs::read(&file).unwrap());
    assert!(
        !sandbox
            .files(".")
            .iter()
            .any(|name| name.ends_with("-wal") || name.ends_with("-journal"))
    );
}
