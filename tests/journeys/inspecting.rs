//! Looking at a database without changing it: how it stands, and what to do about it.

use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use schemist_testkit::{Database, Dump, Ownership, Reader, Sandbox};

use crate::{project, transcript};

const BODY: &str = "\n-- [up]\nSELECT 1;\n\n-- [down]\nSELECT 1;\n";

fn revision(id: &str, parent: &str) -> String {
    format!("-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: step {id}\n{BODY}")
}

/// Three revisions in a row, the first two applied.
fn two_of_three() -> Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write("migrations/1.sql", &revision("a1", "none"));
    sandbox.write("migrations/2.sql", &revision("b2", "a1"));
    sandbox.write("migrations/3.sql", &revision("c3", "b2"));
    transcript(&sandbox, &["upgrade b2"]);
    sandbox
}

#[test]
fn a_new_project_and_a_new_database() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    assert_snapshot!(transcript(&sandbox, &[
        "status",
        "revision --autogenerate -m books",
        "status",
        "status --exit-code -q",
        "upgrade",
        "status --list --exit-code",
    ]), @r#"
    $ schemist status
    Database  sqlite://<project>/schemist.db (no file yet)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      sqlite create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist status
    Database  sqlite://<project>/schemist.db (no file yet)
    Current   none
    Head      111111111111
    State     no-revision: nothing is applied, 1 revision is pending: 111111111111 (2026-11-20, books)
    Action    `schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`

    $ schemist status --exit-code -q
    Database  sqlite://<project>/schemist.db (no file yet)
    Current   none
    Head      111111111111
    State     no-revision: nothing is applied, 1 revision is pending: 111111111111 (2026-11-20, books)
    Action    `schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`
    --- exit code 2

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist status --list --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending

    Completed: 1
      REVISION      BATCH  APPLIED AT            CHECKSUM  MESSAGE
      111111111111  1      2026-11-20T10:12:00Z  ok        books
    Pending: 0
    "#);
}

#[test]
fn behind_and_all_that_is_known_of_each_revision() {
    let sandbox = two_of_three();
    assert_snapshot!(transcript(&sandbox, &["status --list --exit-code", "status --format json"]), @r#"
    $ schemist status --list --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      c3
    State     behind: 1 revision is pending: c3 (step c3)
    Action    `schemist upgrade`

    Completed: 2
      REVISION  BATCH  APPLIED AT            CHECKSUM  MESSAGE
      a1        1      2026-11-20T10:12:00Z  ok        step a1
      b2        1      2026-11-20T10:12:00Z  ok        step b2
    Pending: 1
      REVISION  MESSAGE  FILE
      c3        step c3  migrations/3.sql
    --- exit code 2

    $ schemist status --format json
    {
      "action": "`schemist upgrade`",
      "command": "status",
      "completed": [
        {
          "applied_at": "2026-11-20T10:12:00Z",
          "applied_by": "unknown",
          "batch": 1,
          "checksum": "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd",
          "has_file": true,
          "id": "a1",
          "is_edited": false,
          "message": "step a1",
          "parents": [],
          "state": "applied",
          "tool_version": "0.1.0"
        },
        {
          "applied_at": "2026-11-20T10:12:00Z",
          "applied_by": "unknown",
          "batch": 1,
          "checksum": "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd",
          "has_file": true,
          "id": "b2",
          "is_edited": false,
          "message": "step b2",
          "parents": [
            "a1"
          ],
          "state": "applied",
          "tool_version": "0.1.0"
        }
      ],
      "current": [
        "b2"
      ],
      "database": "sqlite://<project>/schemist.db",
      "drift": {
        "is_seen": false
      },
      "findings": [
        {
          "action": "`schemist upgrade`",
          "says": "1 revision is pending: c3 (step c3)",
          "state": "behind"
        }
      ],
      "heads": [
        "c3"
      ],
      "lock": {
        "is_held": false
      },
      "name": "main",
      "pending": [
        {
          "created": null,
          "id": "c3",
          "message": "step c3",
          "path": "migrations/3.sql"
        }
      ],
      "server": "SQLite 3.51.3",
      "state": "behind",
      "version": 1
    }
    "#);
}

#[test]
fn a_change_beside_the_revisions_is_seen_without_a_scratch_database() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let database = sandbox.project().join("schemist.db");
    Database::sqlite_file(&database).execute("CREATE TABLE by_hand (id integer)");
    assert_snapshot!(transcript(&sandbox, &["status --exit-code"]), @"
    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      111111111111
    State     drifted: the database is not what revision 111111111111 left (its catalog was 977b52ec and is 954c279c)
    Action    `schemist diagnose --drift` names what differs
    --- exit code 2
    ");
}

#[test]
fn files_that_went_or_changed_after_they_were_applied() {
    let sandbox = two_of_three();
    sandbox.remove("migrations/1.sql");
    let below = transcript(&sandbox, &["status --exit-code --list"]);
    sandbox.write(
        "migrations/1.sql",
        &revision("a1", "none").replace("SELECT 1", "SELECT 2"),
    );
    let edited = transcript(&sandbox, &["status --exit-code"]);
    sandbox.write("migrations/1.sql", &revision("a1", "none"));
    sandbox.remove("migrations/2.sql");
    sandbox.remove("migrations/3.sql");
    let ahead = transcript(&sandbox, &["status --exit-code"]);
    sandbox.write("migrations/3.sql", &revision("c3", "a1"));
    let diverged = transcript(&sandbox, &["status --exit-code"]);
    sandbox.remove("migrations/1.sql");
    sandbox.write("migrations/3.sql", &revision("b3", "none"));
    let unknown = transcript(&sandbox, &["status --exit-code"]);
    assert_snapshot!([below, edited, ahead, diverged, unknown].join("\n"), @"
    $ schemist status --exit-code --list
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      none
    State     missing-files: the folder is not whole: the file of a1 (step a1) is missing, which is applied and which b2 comes after
    Action    bring the file back: git pull, or find it with `git log --all -S a1`

    Completed: 2
      REVISION  BATCH  APPLIED AT            CHECKSUM  MESSAGE
      a1        1      2026-11-20T10:12:00Z  no file   step a1
      b2        1      2026-11-20T10:12:00Z  no file   step b2
    Pending: 0
    --- exit code 5

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      c3
    State     edited-files: revision a1 was edited after it was applied: its checksum for sqlite was b4e04978 and is a41109d2
    Action    take the edit back and put it into a new revision, or accept it: `schemist repair --accept-edits`
    State     behind: 1 revision is pending: c3 (step c3)
    Action    `schemist upgrade`
    --- exit code 5

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      a1
    State     ahead: the database is ahead of the files: it has revision b2 (step b2) that no file has
    Action    bring the file back: git pull, or find it with `git log --all -S b2`; or go back from a version of the project that has it
    --- exit code 2

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      c3
    State     diverged: the database and the files went different ways: it has b2 (step b2) that no file has, and lacks c3 (step c3)
    Action    bring the file back: git pull, or find it with `git log --all -S b2`, then `schemist rebase c3 --onto b2`
    --- exit code 5

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      b3
    State     unknown-revision: revision a1 (step a1) is applied, but no file has it, and nothing in the files leads to it
    Action    see that folder and database belong together; bring the file back: git pull, or find it with `git log --all -S a1`, or say where the database stands: `schemist stamp --purge <revision>`
    State     unknown-revision: revision b2 (step b2) is applied, but no file has it, and nothing in the files leads to it
    Action    did you mean b3? Else see that folder and database belong together; bring the file back: git pull, or find it with `git log --all -S b2`, or say where the database stands: `schemist stamp --purge <revision>`
    --- exit code 5
    ");
}

#[test]
fn histories_that_part_and_gaps() {
    let sandbox = two_of_three();
    sandbox.write("migrations/4.sql", &revision("d4", "b2"));
    let parted = transcript(&sandbox, &["status --exit-code"]);
    sandbox.remove("migrations/4.sql");
    sandbox.write("migrations/2.sql", &revision("b2", "m0"));
    sandbox.write("migrations/4.sql", &revision("m0", "a1"));
    let gap = transcript(&sandbox, &["status --exit-code"]);
    sandbox.write("migrations/4.sql", &revision("m0", "c3"));
    let circle = transcript(&sandbox, &["status --exit-code"]);
    assert_snapshot!([parted, gap, circle].join("\n"), @"
    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      c3 d4
    State     diverged: the files went different ways: cannot choose between 2 heads, which part at b2 (step b2): c3 (step c3) and d4 (step d4)
    Action    put the branch that no other database has on top: `schemist rebase d4 --onto c3`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1 b2
    Head      c3
    State     out-of-order: revision m0 (step m0) was passed over: b2 came after it
    Action    apply it with `schemist upgrade --missing`; or go down below it and up again: `schemist downgrade m0-1`, or say that it is applied: `schemist stamp m0`
    --- exit code 5

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   b2
    Head      none
    State     broken-history: the files form no history: revisions come after themselves: b2 → c3 → m0 → b2
    Action    `schemist history --check` shows where, and what to do
    --- exit code 5
    ");
}

#[test]
fn a_revision_that_was_cut_short() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = two_of_three();
    sandbox.use_database(&database);
    let parts = "-- [up]\nCREATE TABLE book (id int);\n\n-- [up, new transaction]\nSELECT 1 / 0;\n\n-- [down]\nSELECT 1;\n";
    let third = revision("c3", "b2").replace(BODY, &format!("\n{parts}"));
    sandbox.write("migrations/3.sql", &third);
    let failed = sandbox.run(&["upgrade"]);
    assert_eq!(failed.code, Some(1), "{failed}");
    assert_snapshot!(transcript(&sandbox, &["status --exit-code"]), @"
    $ schemist status --exit-code
    Database  <url> (PostgreSQL 15.18)
    Current   b2
    Head      c3
    State     half-applied: revision c3 is half applied (partial 1/2): line 10: division by zero
    Action    `schemist upgrade c3` goes on with it
    --- exit code 2
    ");
}

#[test]
fn a_role_that_may_only_read_is_enough_and_nothing_changes() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = two_of_three();
    sandbox.use_database(&database);
    let dump = || Dump::of(&database, Ownership::Told).map(|dump| dump.statements);
    let empty = dump();
    assert_eq!(sandbox.run(&["status"]).code, Some(0));
    assert_eq!(dump(), empty);
    transcript(&sandbox, &["upgrade"]);
    let reader = Reader::of(&database, "");
    sandbox.hide(&reader.redacted_url(), "<reader's url>");
    let everything = || {
        let objects = database.rows("SELECT oid::regclass, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1");
        let journal = database.rows("SELECT *, xmin FROM schemist_revision ORDER BY id");
        (dump(), objects, journal)
    };
    let before = everything();
    sandbox.set("DATABASE_URL", reader.url());
    assert_snapshot!(transcript(&sandbox, &["status --exit-code"]), @"
    $ schemist status --exit-code
    Database  <reader's url> (PostgreSQL 15.18)
    Current   c3
    Head      c3
    State     up-to-date: nothing is pending
    ");
    for command in ["status --list", "current", "history -i"] {
        let words: Vec<&str> = command.split_whitespace().collect();
        sandbox.run(&words).succeeds();
    }
    assert_eq!(everything(), before);
    database.execute(&format!(
        "REVOKE SELECT ON schemist_revision FROM {}",
        reader.name()
    ));
    assert_snapshot!(transcript(&sandbox, &["status"]), @"
    $ schemist status
    --- stderr
    error: cannot read the journal
      because: permission denied for table schemist_revision
      hint: to look is enough: GRANT SELECT ON schemist_revision, schemist_log TO this user
    --- exit code 1
    ");
}

#[test]
fn somebody_is_applying() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = two_of_three();
    sandbox.use_database(&database);
    let third = revision("c3", "b2").replace("SELECT 1", "SELECT pg_sleep(4)");
    sandbox.write("migrations/3.sql", &third);
    transcript(&sandbox, &["upgrade b2"]);
    let seen = thread::scope(|scope| {
        scope.spawn(|| sandbox.run(&["upgrade"]).succeeds());
        for _ in 0..40 {
            let status = sandbox.run(&["status", "--exit-code"]);
            if status.code == Some(4) {
                return status.stdout;
            }
            thread::sleep(Duration::from_millis(50));
        }
        String::new()
    });
    assert!(
        seen.contains("State     locked: the lock is held by user "),
        "{seen}"
    );
    assert!(
        seen.contains("`schemist locks` shows what it waits for"),
        "{seen}"
    );
}

#[test]
fn an_upgrade_says_before_it_runs_that_the_database_was_changed_beside_it() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, title text);",
    );
    transcript(&sandbox, &["revision --autogenerate -m titles"]);
    let database = Database::sqlite_file(&sandbox.project().join("schemist.db"));
    let proven = transcript(&sandbox, &["upgrade --expect-catalog", "downgrade -1"]);
    database.execute("CREATE TABLE by_hand (id integer)");
    let changed = transcript(
        &sandbox,
        &[
            "upgrade --expect-catalog",
            "upgrade",
            "status",
            "downgrade -1",
            "status",
            "upgrade -q",
        ],
    );
    // What is only here must not come into a revision for everybody.
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, title text, pages integer);",
    );
    let stopped = transcript(&sandbox, &["revision --autogenerate -m pages"]);
    database.execute("DROP TABLE by_hand");
    let mended = transcript(&sandbox, &["status"]);
    database.execute("CREATE TABLE by_hand (id integer)");
    sandbox.write("migrations/9.sql", &revision("d9", "222222222222"));
    sandbox.write("other.db", "");
    let by_hand = transcript(
        &sandbox,
        &[
            "upgrade --expect-catalog",
            "upgrade -q",
            "status",
            "upgrade 111111111111 -q --url sqlite://other.db",
            "upgrade --expect-catalog --url sqlite://other.db",
        ],
    );
    assert_snapshot!([proven, changed, stopped, mended, by_hand].join("\n"), @r#"
    $ schemist upgrade --expect-catalog
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, titles) in <time>

    $ schemist downgrade -1
    --- stderr
    sqlite://<project>/schemist.db: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, titles) in <time>
    The database is at 111111111111 now; 1 revision is pending

    $ schemist upgrade --expect-catalog
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → 222222222222, 1 revision to apply
    error: cannot run 222222222222: this database was changed after revision 111111111111 (its catalog was 977b52ec and is 954c279c); it is not what revision 222222222222 (2026-11-20, titles) was proven on
      hint: `schemist diagnose --drift` names what differs
    --- exit code 2

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → 222222222222, 1 revision to apply
    warning: this database was changed after revision 111111111111 (its catalog was 977b52ec and is 954c279c); it is not what revision 222222222222 (2026-11-20, titles) was proven on; `schemist diagnose --drift` names what differs
    Applied 222222222222 (2026-11-20, titles) in <time>

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   222222222222
    Head      222222222222
    State     drifted: the database is not what revision 222222222222 left (its catalog was fbaff206 and is 0167582d)
    Action    `schemist diagnose --drift` names what differs

    $ schemist downgrade -1
    --- stderr
    sqlite://<project>/schemist.db: 222222222222 → 111111111111, 1 revision to take back
    warning: this database was changed after revision 222222222222 (its catalog was fbaff206 and is 0167582d); `schemist diagnose --drift` names what differs
    Took back 222222222222 (2026-11-20, titles) in <time>
    The database is at 111111111111 now; 1 revision is pending

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      222222222222
    State     behind: 1 revision is pending: 222222222222 (2026-11-20, titles)
    Action    `schemist upgrade`
    State     drifted: the database is not what revision 111111111111 left (its catalog was 977b52ec and is 954c279c)
    Action    `schemist diagnose --drift` names what differs

    $ schemist upgrade -q
    --- stderr
    warning: this database was changed after revision 111111111111 (its catalog was 977b52ec and is 954c279c); it is not what revision 222222222222 (2026-11-20, titles) was proven on; `schemist diagnose --drift` names what differs

    $ schemist revision --autogenerate -m pages
    --- stderr
    error: cannot start from the live database: it is not what the history says
      because: table "by_hand" is only in the database
      hint: choose: --from live takes the database as it is, --from history leaves the difference alone; or undo it in the database first
    --- exit code 2

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   222222222222
    Head      222222222222
    State     up-to-date: nothing is pending

    $ schemist upgrade --expect-catalog
    --- stderr
    sqlite://<project>/schemist.db: 222222222222 → d9, 1 revision to apply
    error: cannot run d9: this database was changed after revision 222222222222 (its catalog was fbaff206 and is 0167582d); it is not what revision d9 (step d9) was proven on
      hint: `schemist diagnose --drift` names what differs
    --- exit code 2

    $ schemist upgrade -q
    --- stderr
    warning: this database was changed after revision 222222222222 (its catalog was fbaff206 and is 0167582d); it is not what revision d9 (step d9) was proven on; `schemist diagnose --drift` names what differs

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d9
    Head      d9
    State     up-to-date: nothing is pending

    $ schemist upgrade 111111111111 -q --url sqlite://other.db

    $ schemist upgrade --expect-catalog --url sqlite://other.db
    --- stderr
    sqlite://<project>/other.db: 111111111111 → d9, 2 revisions to apply
    Applied 222222222222 (2026-11-20, titles) in <time>
    Applied d9 (step d9) in <time>
    "#);
}

#[test]
fn who_may_do_what_is_no_drift_where_the_models_do_not_speak_of_it() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("");
    sandbox.remove("models/schema.sql");
    sandbox.write(
        "models/lib.rs",
        "#[derive(schemist::Model)]\npub struct Book {\n    #[column(primary_key)]\n    pub id: i64,\n}\n",
    );
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    database.execute("GRANT SELECT ON book TO pg_monitor");
    let granted = sandbox.run(&["status", "--exit-code"]).ends_with(0);
    assert!(granted.stdout.contains("up-to-date"), "{granted}");
    database.execute("ALTER TABLE book ADD title text");
    let altered = sandbox.run(&["status", "--exit-code"]).ends_with(2);
    assert!(altered.stdout.contains("State     drifted"), "{altered}");
}
