//! What operators of other tools look up in tables: each situation is made, and what is said then names the
//! cause, the place and what to type.
//!
//! A row of `docs/troubleshooting.md` is held by the test that makes its situation: what stands in backticks in it
//! is said.

use std::process::Command;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::databases::revision;
use crate::documents::holds;
use crate::{project, sandbox, transcript};

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text);";

/// Books, and an index on their titles that is pending.
fn with_index() -> Sandbox {
    let sandbox = project(BOOKS);
    sandbox.write(
        "migrations/1.sql",
        &revision("a1b2c3", "none", BOOKS.trim_end_matches(';')),
    );
    sandbox.run(&["upgrade"]).succeeds();
    sandbox.write(
        "migrations/2.sql",
        &revision(
            "d4e5f6",
            "a1b2c3",
            "CREATE INDEX book_title ON book (title)",
        )
        .replace("SELECT 1;", "DROP INDEX book_title;"),
    );
    sandbox
}

fn database(sandbox: &Sandbox) -> Database {
    Database::sqlite_file(&sandbox.project().join("schemist.db"))
}

#[test]
fn a_revision_that_no_file_has() {
    let sandbox = with_index();
    sandbox.run(&["upgrade"]).succeeds();
    sandbox.remove("migrations/2.sql");
    let said = transcript(
        &sandbox,
        &["upgrade", "status", "stamp --purge a1b2c3 --force"],
    );
    holds("Can't locate revision", &said);
    holds("Migration file not found", &said);
    assert_snapshot!(said, @"
    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision d4e5f6 is applied, but it is in no file
      hint: bring its file back (git pull, git log --all -S d4e5f6), or say where the database stands: `schemist stamp --purge <revision>`
    --- exit code 5

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d4e5f6
    Head      a1b2c3
    State     ahead: the database is ahead of the files: it has revision d4e5f6 that no file has
    Action    bring the file back: git pull, or find it with `git log --all -S d4e5f6`; or go back from a version of the project that has it

    $ schemist stamp --purge a1b2c3 --force
    --- stderr
    sqlite://<project>/schemist.db: stamp a1b2c3
    The journal now says that the database is at a1b2c3
    ");
}

#[test]
fn a_file_in_the_middle_that_is_missing() {
    let sandbox = with_index();
    sandbox.run(&["upgrade"]).succeeds();
    sandbox.remove("migrations/1.sql");
    let said = transcript(&sandbox, &["upgrade", "status"]);
    holds("The migration directory is corrupt", &said);
    assert_snapshot!(said, @"
    $ schemist upgrade
    --- stderr
    error: cannot read the history: revision d4e5f6 comes after a1b2c3, which is in no file
     --> migrations/2.sql:3:12
      |
    3 | -- parent: a1b2c3
      |            ^^^^^^ no file has this id
      hint: bring the file of a1b2c3 back (git log --all -S a1b2c3), or name another revision in the header
    --- exit code 5

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d4e5f6
    Head      none
    State     missing-files: the folder is not whole: the file of a1b2c3 is missing, which is applied and which d4e5f6 comes after
    Action    bring the file back: git pull, or find it with `git log --all -S a1b2c3`
    ");
}

#[test]
fn a_revision_that_is_typed_wrong_or_belongs_to_another_database() {
    let sandbox = with_index();
    let typed = transcript(&sandbox, &["upgrade d4e5f7", "show d4e"]);
    holds("Cannot locate revision 'X': a typo", &typed);
    let sandbox = crate::sandbox();
    sandbox.write("schemist.toml", "[defaults]\ndirectory = \"data\"\n[database.manager]\nmigrations = \"manager\"\n[database.appproxy]\nmigrations = \"appproxy\"\n");
    sandbox.write("data/.keep", "");
    sandbox.write(
        "manager/m.sql",
        &revision("aaaa11", "none", "CREATE TABLE a (x int)"),
    );
    sandbox.write(
        "appproxy/p.sql",
        &revision("bbbb22", "none", "CREATE TABLE b (x int)"),
    );
    let other = transcript(&sandbox, &["upgrade bbbb22", "upgrade bbbb22 -n appproxy"]);
    holds("Cannot locate revision 'X': the wrong component", &other);
    assert_snapshot!([typed, other].join("\n"), @"
    $ schemist upgrade d4e5f7
    --- stderr
    error: cannot find revision `d4e5f7`
      hint: did you mean d4e5f6?
    --- exit code 1

    $ schemist show d4e
    d4e5f6 (head)
    migrations/2.sql

    -- schemist revision
    -- id: d4e5f6
    -- parent: a1b2c3

    -- [up]
    CREATE INDEX book_title ON book (title);

    -- [down]
    DROP INDEX book_title;

    $ schemist upgrade bbbb22
    --- stderr
    error: cannot find revision bbbb22 of manager: bbbb22 belongs to appproxy
      hint: add -n appproxy
    --- exit code 1

    $ schemist upgrade bbbb22 -n appproxy
    --- stderr
    sqlite://<project>/data/appproxy.sqlite: base → bbbb22, 1 revision to apply
    Applied bbbb22 in <time>
    ");
}

#[test]
fn a_database_that_is_behind() {
    let sandbox = with_index();
    let said = transcript(
        &sandbox,
        &[
            "revision --autogenerate -m next",
            "status",
            "current --check-head",
        ],
    );
    holds("Target database is not up to date", &said);
    assert_snapshot!(said, @"
    $ schemist revision --autogenerate -m next
    --- stderr
    error: cannot start from a database that is not at the head: 1 revision is pending, the next is d4e5f6
      hint: run `schemist upgrade` first
    --- exit code 2

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6
    State     behind: 1 revision is pending: d4e5f6
    Action    `schemist upgrade`

    $ schemist current --check-head
    a1b2c3 (base)
    --- exit code 2
    ");
}

#[test]
fn several_heads() {
    let sandbox = with_index();
    sandbox.write(
        "migrations/3.sql",
        &revision("e7f8a9", "a1b2c3", "CREATE TABLE author (id integer)"),
    );
    let said = transcript(&sandbox, &["upgrade", "status", "history --check"]);
    holds("Multiple heads detected", &said);
    assert_snapshot!(said, @"
    $ schemist upgrade
    --- stderr
    error: cannot choose between 2 heads, which part at a1b2c3: d4e5f6 and e7f8a9
      hint: put the branch that no other database has on top: `schemist rebase e7f8a9 --onto d4e5f6`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6 e7f8a9
    State     diverged: the files went different ways: cannot choose between 2 heads, which part at a1b2c3: d4e5f6 and e7f8a9
    Action    put the branch that no other database has on top: `schemist rebase e7f8a9 --onto d4e5f6`, or join both: `schemist merge heads`

    $ schemist history --check
    --- stderr
    error: cannot choose between 2 heads, which part at a1b2c3: d4e5f6 and e7f8a9
      hint: put the branch that no other database has on top: `schemist rebase e7f8a9 --onto d4e5f6`, or join both: `schemist merge heads`
    --- exit code 5
    ");
}

#[test]
fn what_a_statement_wants_is_not_there_or_there_already() {
    let sandbox = with_index();
    // A migration of the past made it already, and another one dropped it.
    database(&sandbox).execute("CREATE INDEX book_title ON book (title)");
    let there = transcript(&sandbox, &["upgrade", "schema book", "stamp d4e5f6"]);
    holds("index \"…\" already exists", &there);
    database(&sandbox).execute("DROP INDEX book_title");
    let gone = transcript(
        &sandbox,
        &["rollback", "diagnose --drift", "stamp d4e5f6-1", "status"],
    );
    holds("index \"…\" does not exist", &gone);
    assert_snapshot!([there, gone].join("\n"), @r#"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: a1b2c3 → d4e5f6, 1 revision to apply
    warning: this database was changed after revision a1b2c3 (its catalog was fbaff206 and is b0a0ce0d); it is not what revision d4e5f6 was proven on; `schemist diagnose --drift` names what differs
    error: cannot apply revision d4e5f6: statement 1 on line 6 fails
     --> migrations/2.sql:6:1
      |
    6 | CREATE INDEX book_title ON book (title);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: index book_title already exists
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist upgrade` again; where all of the change is there already: `schemist stamp d4e5f6`
    --- exit code 1

    $ schemist schema book
    table book

      COLUMN  TYPE     NULL  DEFAULT
      id      integer  yes
      title   text     yes

    Keys
      (unnamed)  primary key (id)

    Indexes
      book_title  (title)

    $ schemist stamp d4e5f6
    --- stderr
    sqlite://<project>/schemist.db: stamp d4e5f6
    The journal now says that the database is at d4e5f6

    $ schemist rollback
    --- stderr
    sqlite://<project>/schemist.db: d4e5f6 → a1b2c3, 1 revision to take back
    warning: this database was changed after revision d4e5f6 (its catalog was b0a0ce0d and is fbaff206); `schemist diagnose --drift` names what differs
    error: cannot take back revision d4e5f6: statement 1 on line 9 fails
     --> migrations/2.sql:9:1
      |
    9 | DROP INDEX book_title;
      | ^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: no such index: book_title
      now: 0 of 1 statements are kept, and the journal says applied
      hint: nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist downgrade` again; where all of the change is gone already: `schemist stamp d4e5f6-1`
    --- exit code 1

    $ schemist diagnose --drift
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d4e5f6
    Head      d4e5f6
    State     drifted: the database is not what revision d4e5f6 left (its catalog was b0a0ce0d and is fbaff206)
    Action    `schemist diagnose --drift` names what differs

    Drift against the files at d4e5f6
      index "book_title" is missing in the database

    Recommended
      - declare what should stay in the models, and undo the rest: `schemist revision --autogenerate --from live|history`
      - `schemist diagnose --guide` leads through it step by step

    $ schemist stamp d4e5f6-1
    --- stderr
    sqlite://<project>/schemist.db: stamp d4e5f6-1
    The journal now says that the database is at a1b2c3

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6
    State     behind: 1 revision is pending: d4e5f6
    Action    `schemist upgrade`
    "#);
}

#[test]
fn a_journal_that_was_lost() {
    let sandbox = with_index();
    sandbox.run(&["upgrade"]).succeeds();
    database(&sandbox).execute("DROP TABLE schemist_revision; DROP TABLE schemist_log");
    let said = transcript(&sandbox, &["status", "upgrade", "stamp head", "status"]);
    holds("The version table is missing or wrong", &said);
    assert_snapshot!(said, @"
    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   none
    Head      d4e5f6
    State     no-revision: nothing is applied, 2 revisions are pending, the next is a1b2c3
    Action    `schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → d4e5f6, 2 revisions to apply
    error: cannot apply revision a1b2c3: statement 1 on line 6 fails
     --> migrations/1.sql:6:1
      |
    6 | CREATE TABLE book (id integer PRIMARY KEY, title text);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: table book already exists
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist upgrade` again; where all of the change is there already: `schemist stamp a1b2c3`
    --- exit code 1

    $ schemist stamp head
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    The journal now says that the database is at d4e5f6

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d4e5f6
    Head      d4e5f6
    State     up-to-date: nothing is pending
    ");
}

#[test]
fn a_stamp_that_would_hide_a_difference() {
    let sandbox = with_index();
    let said = transcript(
        &sandbox,
        &["stamp head", "stamp head --force", "diagnose --drift"],
    );
    holds("Stamping hides drift", &said);
    assert_snapshot!(said, @r#"
    $ schemist stamp head
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    index "book_title" is missing in the database
    error: cannot stamp the database: it is not what the files say at d4e5f6 (1 difference, see above)
      hint: stamp the revision that it is at, make it what the files say, or add --force
    --- exit code 2

    $ schemist stamp head --force
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    The journal now says that the database is at d4e5f6

    $ schemist diagnose --drift
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   d4e5f6
    Head      d4e5f6
    State     up-to-date: nothing is pending

    Drift against the files at d4e5f6
      index "book_title" is missing in the database

    Recommended
      - declare what should stay in the models, and undo the rest: `schemist revision --autogenerate --from live|history`
    "#);
}

#[test]
fn a_run_that_was_cut_short() {
    let sandbox = with_index();
    let text = sandbox.read("migrations/2.sql");
    sandbox.write(
        "migrations/2.sql",
        &text.replace(
            "\n\n-- [down]",
            "\n\n-- [up, new transaction]\nINSERT INTO missing VALUES (1);\n\n-- [down]",
        ),
    );
    let said = transcript(
        &sandbox,
        &["upgrade", "status", "repair", "repair --undo", "status"],
    );
    holds("A failed migration left half of it", &said);
    assert_snapshot!(said, @"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: a1b2c3 → d4e5f6, 1 revision to apply
    error: cannot apply revision d4e5f6: statement 2 on line 9 fails
     --> migrations/2.sql:9:1
      |
    9 | INSERT INTO missing VALUES (1);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: no such table: missing
      now: 1 of 2 statements are kept, and the journal says partial 1/2
      hint: mend what the server names, then run `schemist upgrade` again: it goes on after statement 1
    --- exit code 1

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6
    State     half-applied: revision d4e5f6 is half applied (partial 1/2): line 9: no such table: missing
    Action    `schemist upgrade d4e5f6` goes on with it

    $ schemist repair
    revision d4e5f6 is half applied (partial 1/2)
      the statement on line 9 failed: INSERT INTO missing VALUES (1)
      because: line 9: no such table: missing
      schemist upgrade d4e5f6              go on; it asks where nothing tells what ran
      schemist repair --undo               back to what was there before
      schemist repair --mark-applied       you did the rest by hand
      schemist repair --mark-rolled-back   you took it back by hand
    --- exit code 2

    $ schemist repair --undo
    --- stderr
    sqlite://<project>/schemist.db: undo what was cut short
    Undid d4e5f6: 1 statement brought the database back

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6
    State     behind: 1 revision is pending: d4e5f6
    Action    `schemist upgrade`
    ");
}

#[test]
fn rows_without_a_parent() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let models = "CREATE TABLE author (id integer PRIMARY KEY);\nCREATE TABLE book (id integer PRIMARY KEY, author integer);\n";
    let mut sandbox = project(models);
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    database.execute("INSERT INTO book VALUES (7, 99), (8, 99)");
    sandbox.write(
        "models/schema.sql",
        &models.replace("author integer", "author integer REFERENCES author (id)"),
    );
    let said = transcript(&sandbox, &["revision --autogenerate -m author", "upgrade"]);
    holds("Foreign key constraint violation", &said);
    assert_snapshot!(said, @r#"
    $ schemist revision --autogenerate -m author
    migrations/2026-11-20_222222222222_author.sql
    --- stderr
      postgres create foreign key "book_author_fkey" on "book"
    warning: hazard foreign_key_added: rows of table "book" that refer to nothing make this fail
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    error: cannot apply revision 222222222222: rows stand against it, and nothing was run
      --> migrations/2026-11-20_222222222222_author.sql:14:1
       |
    14 | ALTER TABLE "book" ADD CONSTRAINT "book_author_fkey" FOREIGN KEY ("author") REFERENCES "author" ("id") NOT VALID;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of table "book" point at nothing in table "author", by ("author"): 2 (99, …)
      hint: mend these rows, or write into the revision what mends them, then run `schemist upgrade` again; --no-preflight runs it without asking
    --- exit code 3
    "#);
}

#[test]
fn a_bad_release_is_taken_back() {
    let sandbox = with_index();
    sandbox.run(&["upgrade"]).succeeds();
    let said = transcript(&sandbox, &["rollback --dry-run", "rollback", "diagnose"]);
    holds("The latest migration is bad", &said);
    assert_snapshot!(said, @"
    $ schemist rollback --dry-run
    would take back d4e5f6
      DROP INDEX book_title;
    plan 4e94ce17f11bf5ec

    $ schemist rollback
    --- stderr
    sqlite://<project>/schemist.db: d4e5f6 → a1b2c3, 1 revision to take back
    Took back d4e5f6 in <time>
    The database is at a1b2c3 now; 1 revision is pending

    $ schemist diagnose
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   a1b2c3
    Head      d4e5f6
    State     behind: 1 revision is pending: d4e5f6
    Action    `schemist upgrade`

    Pending
      REVISION  MESSAGE  FILE
      d4e5f6             migrations/2.sql
    ");
}

#[test]
fn the_wrong_database() {
    let sandbox = with_index();
    let said = transcript(
        &sandbox,
        &[
            "upgrade --expect-database shop",
            "upgrade --expect-revision d4e5f6",
        ],
    );
    holds("DEV and PROD are mixed up", &said);
    assert_snapshot!(said, @"
    $ schemist upgrade --expect-database shop
    --- stderr
    error: cannot change sqlite://<project>/schemist.db: --expect-database expects the database shop, and it is schemist
      hint: look at `schemist config`: another url may be set than you think; nothing was changed
    --- exit code 1

    $ schemist upgrade --expect-revision d4e5f6
    --- stderr
    error: cannot change sqlite://<project>/schemist.db: --expect-revision says d4e5f6, and it is at a1b2c3
      hint: somebody changed it, or it is another database; nothing was changed
    --- exit code 1
    ");
}

#[test]
fn two_components_in_one_place() {
    let sandbox = sandbox();
    sandbox.write("schemist.toml", "[database.auth]\nurl = \"sqlite://one.db\"\nmigrations = \"auth\"\n[database.catalog]\nurl = \"sqlite://one.db\"\nmigrations = \"catalog\"\n");
    let said = transcript(&sandbox, &["status --all"]);
    holds("Two plugins share a database", &said);
    assert_snapshot!(said, @r#"
    $ schemist status --all
    --- stderr
    error: cannot tell auth and catalog apart: both keep their journal in <project>/one.db "schemist_revision"
      hint: give one of them a journal of its own: `journal = "catalog"` in [database.catalog]
    --- exit code 1
    "#);
}

#[test]
fn a_password_that_git_keeps() {
    let sandbox = project(BOOKS);
    sandbox.write("schemist.toml", "[database.main]\nurl = \"sqlite://a.db\"\n[env.prod]\ndatabase.main.url = \"postgres://app:marked@db/shop\"\n");
    for words in [&["init", "-q"][..], &["add", "schemist.toml"]] {
        let git = Command::new("git")
            .args(words)
            .current_dir(sandbox.project())
            .output();
        assert!(git.is_ok_and(|output| output.status.success()));
    }
    let said = transcript(&sandbox, &["config url", "upgrade"]);
    holds("A password stands in a file that is committed", &said);
    assert_snapshot!(said, @r#"
    $ schemist config url
    sqlite://<project>/a.db

    $ schemist upgrade
    --- stderr
    warning: a password stands in schemist.toml:4 (`env.prod.database.main.url`), which git keeps; write `${VAR}`, `{ file = "…" }` or `{ command = […] }` in its place, and change the password
    Nothing to apply: the database is there already
    "#);
}
