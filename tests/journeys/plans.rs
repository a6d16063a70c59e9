//! What would be run, known again by its hash, and what stands against it.

use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::databases::revision;
use crate::{sandbox, transcript};

/// A database at its first revision, which a second one may leave.
fn books(settings: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        &format!("[database.main]\nurl = \"${{DATABASE_URL:-sqlite://shop.db}}\"\n{settings}\n"),
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id int, isbn text)"),
    );
    sandbox
}

fn hash(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let shown = sandbox.run(arguments);
    let line = shown.stdout.lines().find(|line| line.starts_with("plan "));
    let line = line.unwrap_or_else(|| panic!("{shown}"));
    line.trim_start_matches("plan ").to_owned()
}

#[test]
fn a_plan_is_run_only_as_it_was_looked_at() {
    let mut sandbox = books("");
    let plan = hash(&sandbox, &["upgrade", "--dry-run"]);
    assert_eq!(plan.len(), 16, "{plan}");
    // A remark is no other plan; another statement is.
    let text = sandbox.read("migrations/a1.sql");
    sandbox.write("migrations/a1.sql", &format!("{text}\n-- a remark\n"));
    assert_eq!(plan, hash(&sandbox, &["upgrade", "--dry-run"]));
    sandbox.write("migrations/a1.sql", &text.replace("isbn text", "isbn int"));
    let other = hash(&sandbox, &["upgrade", "--dry-run"]);
    assert_ne!(plan, other);
    sandbox.hide(&plan, "<plan>").hide(&other, "<other plan>");
    assert_snapshot!(transcript(&sandbox, &[
        &format!("upgrade --plan-hash {plan}"),
        &format!("upgrade --dry-run --plan-hash {plan}"),
        "current --version-only",
        &format!("upgrade --plan-hash {other}"),
        &format!("upgrade --plan-hash {other}"),
        "current --version-only",
    ]), @"
    $ schemist upgrade --plan-hash <plan>
    --- stderr
    error: cannot run the plan <plan>: what would be run now is <other plan> (sqlite://<project>/shop.db: base → a1, 1 revision to apply); nothing was changed
      hint: the files or the database changed since somebody looked; run the same command with --dry-run, and look again
    --- exit code 1

    $ schemist upgrade --dry-run --plan-hash <plan>
    would apply a1
      CREATE TABLE book (id int, isbn int);
    plan <other plan>
    --- stderr
    error: cannot run the plan <plan>: what would be run now is <other plan> (sqlite://<project>/shop.db: base → a1, 1 revision to apply); nothing was changed
      hint: the files or the database changed since somebody looked; run the same command with --dry-run, and look again
    --- exit code 1

    $ schemist current --version-only
    none

    $ schemist upgrade --plan-hash <other plan>
    --- stderr
    sqlite://<project>/shop.db: base → a1, 1 revision to apply
    Applied a1 in <time>

    $ schemist upgrade --plan-hash <other plan>
    --- stderr
    error: cannot run the plan <other plan>: nothing would be run now; nothing was changed
      hint: the files or the database changed since somebody looked; run the same command with --dry-run, and look again
    --- exit code 1

    $ schemist current --version-only
    a1
    ");
    let back = hash(&sandbox, &["rollback", "--dry-run"]);
    assert_eq!(back, hash(&sandbox, &["downgrade", "base", "--dry-run"]));
    sandbox.run(&["rollback", "--plan-hash", &back]).succeeds();
    // The same statements from another place are another plan.
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "CREATE TABLE shelf (id int)"),
    );
    assert_ne!("<other plan>", hash(&sandbox, &["upgrade", "--dry-run"]));
    assert_eq!(
        "<other plan>",
        hash(&sandbox, &["upgrade", "a1", "--dry-run"])
    );
}

#[test]
fn an_environment_may_want_a_plan_that_was_looked_at() {
    let mut sandbox = books("[env.prod]\nexpect_plan = true");
    let plan = hash(&sandbox, &["upgrade", "--env", "prod", "--dry-run"]);
    sandbox.hide(&plan, "<plan>");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --env prod",
        "upgrade --env prod --fresh",
        &format!("upgrade --env prod --plan-hash {plan}"),
        "upgrade --env prod",
    ]), @"
    $ schemist upgrade --env prod
    --- stderr
    error: cannot change sqlite://<project>/shop.db: env.prod wants to hear which plan was looked at
      hint: run the same command with --dry-run, read what it would run, then add --plan-hash <hash>
    --- exit code 1

    $ schemist upgrade --env prod --fresh
    --- stderr
    prod, sqlite://<project>/shop.db: make everything that the models say
    error: cannot make a fresh database: this environment wants a plan that was looked at, and there is none of this
      hint: run `schemist upgrade --dry-run`, then `schemist upgrade --plan-hash <hash>`
    --- exit code 1

    $ schemist upgrade --env prod --plan-hash <plan>
    --- stderr
    prod, sqlite://<project>/shop.db: base → a1, 1 revision to apply
    Applied a1 in <time>

    $ schemist upgrade --env prod
    --- stderr
    Nothing to apply: the database is there already
    ");
}

#[test]
fn what_stands_against_a_plan_is_told_before() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox =
        books("[env.prod]\nprotected = true\nmaintenance_window = \"02:00-04:00 UTC\"");
    sandbox.use_database(&database);
    sandbox.run(&["upgrade"]).succeeds();
    database.execute("INSERT INTO book VALUES (1, NULL), (2, '7'), (3, 'seven'), (4, 'eight')");
    sandbox.write(
        "migrations/b2.sql",
        &revision(
            "b2",
            "a1",
            "ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer",
        ),
    );
    sandbox.write(
        "migrations/c3.sql",
        "-- schemist revision\n-- id: c3\n-- parent: b2\n\n-- [up]\nCREATE TABLE shelf (id int);\nALTER TABLE shelf ADD UNIQUE (id);\n-- hazard not_null_set: rows with no \"isbn\" make this fail\nALTER TABLE book ALTER COLUMN isbn SET NOT NULL;\nDROP TABLE book;\n\n-- [down]\nSELECT 1;\n",
    );
    let plan = hash(&sandbox, &["upgrade", "--dry-run"]);
    sandbox.hide(&plan, "<plan>");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --dry-run",
        "upgrade --dry-run --no-preflight",
        "upgrade b2 --dry-run --env prod --expect-revision base",
        "downgrade base --dry-run --env prod",
    ]), @r#"
    $ schemist upgrade --dry-run
    would apply b2
      ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer;
    would apply c3
      CREATE TABLE shelf (id int);
      ALTER TABLE shelf ADD UNIQUE (id);
      hazard not_null_set: rows with no "isbn" make this fail
      ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
      DROP TABLE book;
    plan <plan>
    --- stderr
    warning: c3: rows of table book are lost with it: 4
    error: cannot apply revision b2: rows stand against it, and nothing was run
     --> migrations/b2.sql:6:1
      |
    6 | ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values of isbn in table book cannot be converted: invalid input syntax for type integer: "seven": 2 (eight, seven)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    error: cannot apply revision c3: rows stand against it, and nothing was run
     --> migrations/c3.sql:9:1
      |
    9 | ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of table book have no isbn: 1
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3

    $ schemist upgrade --dry-run --no-preflight
    would apply b2
      ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer;
    would apply c3
      CREATE TABLE shelf (id int);
      ALTER TABLE shelf ADD UNIQUE (id);
      hazard not_null_set: rows with no "isbn" make this fail
      ALTER TABLE book ALTER COLUMN isbn SET NOT NULL;
      DROP TABLE book;
    plan <plan>

    $ schemist upgrade b2 --dry-run --env prod --expect-revision base
    would apply b2
      ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer;
    plan 323054cce1e3eeae
    --- stderr
    error: cannot change <url>: --expect-revision says base, and it is at a1
      hint: somebody changed it, or it is another database; nothing was changed
    error: cannot apply revision b2: rows stand against it, and nothing was run
     --> migrations/b2.sql:6:1
      |
    6 | ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ values of isbn in table book cannot be converted: invalid input syntax for type integer: "seven": 2 (eight, seven)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 1

    $ schemist downgrade base --dry-run --env prod
    would take back a1
      SELECT 1;
    plan 21b21e545ad640ad
    --- stderr
    error: cannot take anything back without a backup: this database is protected
      hint: add --backup to make one now, or --no-backup where you have one
    --- exit code 1
    "#);
    let json = sandbox.run(&["upgrade", "b2", "--dry-run", "--format", "json"]);
    assert_snapshot!(json.ends_with(3).stdout.replace(&plan, ""), @r#"
    {
      "command": "upgrade",
      "hooks": [],
      "is_dry_run": true,
      "obstacles": [
        {
          "errors": [
            {
              "because": [],
              "hint": "mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking",
              "message": "cannot apply revision b2: rows stand against it, and nothing was run",
              "now": null,
              "places": [
                {
                  "column": 1,
                  "label": "values of isbn in table book cannot be converted: invalid input syntax for type integer: \"seven\": 2 (eight, seven)",
                  "line": 6,
                  "path": "migrations/b2.sql"
                }
              ]
            }
          ],
          "exit": 3,
          "version": 1
        }
      ],
      "plan_hash": "323054cce1e3eeae",
      "revisions": [
        {
          "created": null,
          "id": "b2",
          "message": "",
          "path": "migrations/b2.sql",
          "statements": [
            {
              "hazards": [],
              "locks": [],
              "sql": "ALTER TABLE book ALTER COLUMN isbn TYPE integer USING isbn::integer"
            }
          ]
        }
      ],
      "version": 1,
      "warnings": []
    }
    "#);
    // Nothing was asked or changed that would show.
    assert_eq!(database.rows("SELECT count(*) FROM book"), ["4"]);
}

const SLEEPERS: &str =
    "FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND datname = current_database()";

/// Waits until so many sessions sleep.
fn wait_for(database: &Database, sleepers: &str) {
    while database.rows(&format!("SELECT count(*) {SLEEPERS}")) != [sleepers] {
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn nobody_else_may_be_connected_where_that_is_wanted() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = books("");
    sandbox.use_database(&database);
    sandbox.hide("127.0.0.1", "this machine");
    thread::scope(|scope| {
        scope.spawn(|| {
            let ended = database.try_execute("SELECT pg_sleep(60)");
            assert!(ended.is_err(), "it was ended");
        });
        wait_for(&database, "1");
        let refusals = [
            ["upgrade", "--require-idle"].as_slice(),
            &["upgrade", "--require-idle", "--dry-run"],
        ]
        .map(|arguments| sandbox.run(arguments));
        database.execute(&format!("SELECT pg_terminate_backend(pid) {SLEEPERS}"));
        wait_for(&database, "0");
        for refused in refusals {
            let refused = refused.ends_with(4);
            let words = "--require-idle wants nobody else in <url>, and there is process";
            assert!(refused.stderr.contains(words), "{refused}");
        }
    });
    let current = sandbox.run(&["current", "--version-only"]);
    assert_eq!(current.succeeds(), "none\n");
    sandbox.run(&["upgrade", "--require-idle"]).succeeds();
}

#[cfg(target_os = "linux")]
#[test]
fn a_sqlite_file_that_another_process_has_open_is_not_idle() {
    let sandbox = books("");
    sandbox.run(&["upgrade"]).succeeds();
    let file = std::fs::File::open(sandbox.project().join("shop.db")).expect("the database");
    let mut other = std::process::Command::new("sleep")
        .arg("60")
        .stdin(file)
        .spawn()
        .expect("a process");
    let refused = sandbox.run(&["rollback", "--require-idle"]).ends_with(4);
    let number = format!("process {} (sleep)", other.id());
    assert!(refused.stderr.contains(&number), "{refused}");
    other.kill().expect("it sleeps");
    other.wait().expect("it ends");
    sandbox.run(&["rollback", "--require-idle"]).succeeds();
}
