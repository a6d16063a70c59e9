//! From an empty folder to a database that goes up and down.

use insta::assert_snapshot;

use crate::{project, sandbox, transcript};

const BOOKS: &str = "CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL, author_id integer REFERENCES author (id));
";

#[test]
fn a_project_begins_with_three_files() {
    let sandbox = sandbox();
    assert_snapshot!(transcript(&sandbox, &["current", "init", "init", "heads", "current"]), @r#"
    $ schemist current
    --- stderr
    error: cannot find schemist.toml in <project> or a folder above it
      hint: run `schemist init` to start a project here, or name one with -C or -c
    --- exit code 1

    $ schemist init
    --- stderr
    Wrote schemist.toml
    Wrote models/schema.sql
    Wrote migrations/.gitkeep
    Wrote .gitignore
    Declare tables in models/ and then run `schemist revision --autogenerate -m "first tables"`

    $ schemist init
    --- stderr
    error: cannot start a project in <project>: it has a schemist.toml
      hint: edit schemist.toml, or remove it first
    --- exit code 1

    $ schemist heads
    --- stderr
    There is no revision yet

    $ schemist current
    --- stderr
    error: cannot open <project>/schemist.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1
    "#);
    assert_snapshot!(sandbox.read("schemist.toml"), @r#"
    # The settings of schemist. Everything is optional; what stands here are the usual values.

    models = ["models"]                 # files and folders with #[derive(Model)] structs and SQL files
    migrations = "migrations"           # the folder of revision files

    [database.main]
    url = "${DATABASE_URL:-sqlite://schemist.db}"    # ${VAR}, ${VAR:-default}, ${VAR:?message}
    # dialects = ["sqlite", "postgres"] # a revision is written for each of them
    # scratch = "local"                 # try revisions on a server started for it, not on the live one
    # schemas = ["public"]              # what is compared; the first is the default schema
    # exclude = ["audit_*"]             # what is left alone

    # [env.prod]                        # chosen with --env prod
    # protected = true                  # a change asks for the database's name
    # database.main.url = "${PROD_DATABASE_URL}"
    "#);
}

#[test]
fn tables_are_declared_written_applied_and_taken_back() {
    let sandbox = project(BOOKS);
    assert_snapshot!(transcript(&sandbox, &[
        "check",
        "revision --autogenerate -m books",
        "revision --autogenerate -m again",
        "upgrade --dry-run",
        "upgrade",
        "upgrade",
        "check",
        "revision --autogenerate -m again",
        "current -v",
        "downgrade -1",
        "current",
        "downgrade -1",
    ]), @r#"
    $ schemist check
    create table "author"
      declared in models/schema.sql:1
        CREATE TABLE "author" (
            "id" integer PRIMARY KEY,
            "name" text NOT NULL
        );
    create table "book"
      declared in models/schema.sql:2
        CREATE TABLE "book" (
            "id" integer PRIMARY KEY,
            "title" text NOT NULL,
            "author_id" integer REFERENCES "author" ("id")
        );
    --- stderr
    2 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      sqlite create table "author"
      sqlite create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist revision --autogenerate -m again
    --- stderr
    error: cannot start from a database that is not at the head: 1 revision is pending, the next is 111111111111 (books)
      hint: run `schemist upgrade` first
    --- exit code 2

    $ schemist upgrade --dry-run
    would apply 111111111111 (2026-11-20, books)
      CREATE TABLE "author" (
          "id" integer PRIMARY KEY,
          "name" text NOT NULL
      );
      CREATE TABLE "book" (
          "id" integer PRIMARY KEY,
          "title" text NOT NULL,
          "author_id" integer REFERENCES "author" ("id")
      );
    plan 5441de5e62a7a239

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)

    $ schemist revision --autogenerate -m again
    --- stderr
    Nothing to do: the database is what the models say, so no file was written

    $ schemist current -v
    111111111111 2026-11-20 books (head) (base)
      applied 2026-11-20T10:12:00Z by unknown with schemist 0.1.0
    --- stderr
    Database sqlite://<project>/schemist.db

    $ schemist downgrade -1
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending

    $ schemist current
    --- stderr
    No revision is applied

    $ schemist downgrade -1
    --- stderr
    error: cannot follow `-1` past the base: no revision is applied
      hint: write `base` to go down all the way
    --- exit code 1
    "#);
}

#[test]
fn a_change_is_named_and_a_rename_is_told() {
    let sandbox = project(BOOKS);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        &BOOKS
            .replace("title", "name")
            .replace("name text NOT NULL)", "name text NOT NULL, born date)"),
    );
    assert_snapshot!(transcript(&sandbox, &[
        "check",
        "diff database models",
        "revision --autogenerate -m names --rename book.title:name",
        "upgrade",
        "check",
        "history -i",
        "downgrade base",
        "history -i",
    ]), @r#"
    $ schemist check
    alter table "author"
      column "born" is only in the models
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        ALTER TABLE "author" ADD COLUMN "born" date;
    alter table "book"
      column "title" is only in the database
      column "name" is only in the models
      declared in models/schema.sql:2; live since 111111111111 (2026-11-20, books)
        CREATE TABLE "schemist_new_book" (
            "id" integer PRIMARY KEY,
            "name" text NOT NULL,
            "author_id" integer REFERENCES "author" ("id")
        );
        -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
        -- hazard required_column_added: this fails where table "book" has rows, because column "name" gets no value
        INSERT OR ABORT INTO "schemist_new_book" ("id", "author_id")
        SELECT "id", "author_id"
        FROM "book";
        -- hazard column_dropped: column "title" of table "book" is dropped with all of its values
        DROP TABLE "book";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "schemist_new_book" RENAME TO "book";
        PRAGMA legacy_alter_table = OFF;
    --- stderr
    2 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist diff database models
    -- alter table "author"
    -- alter table "book"
    ALTER TABLE "author" ADD COLUMN "born" date;
    CREATE TABLE "schemist_new_book" (
        "id" integer PRIMARY KEY,
        "name" text NOT NULL,
        "author_id" integer REFERENCES "author" ("id")
    );
    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    -- hazard required_column_added: this fails where table "book" has rows, because column "name" gets no value
    INSERT OR ABORT INTO "schemist_new_book" ("id", "author_id")
    SELECT "id", "author_id"
    FROM "book";
    -- hazard column_dropped: column "title" of table "book" is dropped with all of its values
    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;
    --- exit code 2

    $ schemist revision --autogenerate -m names --rename book.title:name
    migrations/2026-11-20_222222222222_names.sql
    --- stderr
      sqlite rename column "title" of table "book" to "name"
      sqlite alter table "author"
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, names) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)

    $ schemist history -i
    ◉  222222222222 2026-11-20 names (head) (current)
    ○  111111111111 2026-11-20 books (base)

    $ schemist downgrade base
    --- stderr
    sqlite://<project>/schemist.db: 222222222222 → base, 2 revisions to take back
    Took back 222222222222 (2026-11-20, names) in <time>
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 2 revisions are pending

    $ schemist history -i
    ○  222222222222 2026-11-20 names (head)
    ○  111111111111 2026-11-20 books (base)
    "#);
    let file = sandbox.read("migrations/2026-11-20_222222222222_names.sql");
    let sections = file
        .split_once("-- [up")
        .map_or("", |(_, sections)| sections);
    assert_snapshot!(sections, @r#"
     sqlite]
    ALTER TABLE "book" RENAME COLUMN "title" TO "name";
    ALTER TABLE "author" ADD COLUMN "born" date;

    -- [down sqlite]
    -- hazard column_dropped: column "born" of table "author" is dropped with all of its values
    ALTER TABLE "author" DROP COLUMN "born";

    ALTER TABLE "book" RENAME COLUMN "name" TO "title";
    "#);
}

#[test]
fn what_a_program_reads_is_json() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    assert_snapshot!(transcript(&sandbox, &[
        "check --format json",
        "revision --autogenerate -m books --format json",
        "upgrade --format json",
        "current --format json",
        "upgrade nope --format json",
    ]), @r#"
    $ schemist check --format json
    {
      "changes": [
        {
          "declared": {
            "column": 1,
            "line": 1,
            "path": "models/schema.sql"
          },
          "details": [],
          "fingerprint": "d6e446fc92da3b6d18d1ed2c9018316f78b4b90e211efe0a10e005904c9f6586",
          "group": "table \"book\"",
          "kind": "table",
          "object": "table \"book\"",
          "since": null,
          "statements": [
            {
              "hazards": [],
              "sql": "CREATE TABLE \"book\" (\n    \"id\" integer PRIMARY KEY\n)"
            }
          ],
          "verb": "create"
        }
      ],
      "command": "check",
      "dialect": "sqlite",
      "is_clean": false,
      "name": "main",
      "notes": [],
      "objects": 0,
      "question": "models",
      "sides": {
        "after": "the models",
        "before": "the database"
      },
      "statements": [
        {
          "hazards": [],
          "sql": "CREATE TABLE \"book\" (\n    \"id\" integer PRIMARY KEY\n)"
        }
      ],
      "version": 1
    }
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m books --format json
    {
      "command": "revision",
      "dialects": [
        {
          "changes": [
            {
              "details": [],
              "kind": "table",
              "object": "table \"book\"",
              "verb": "create"
            }
          ],
          "dialect": "sqlite",
          "renames": []
        }
      ],
      "hazards": [],
      "id": "111111111111",
      "notes": [],
      "parents": [],
      "path": "migrations/2026-11-20_111111111111_books.sql",
      "version": 1
    }
    --- stderr
      sqlite create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade --format json
    {
      "command": "upgrade",
      "revisions": [
        {
          "created": "2026-11-20T10:12:00Z",
          "id": "111111111111",
          "message": "books",
          "path": "migrations/2026-11-20_111111111111_books.sql"
        }
      ],
      "version": 1
    }
    --- stderr
    sqlite://<project>/schemist.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist current --format json
    {
      "command": "current",
      "current": [
        {
          "applied_at": "2026-11-20T10:12:00Z",
          "applied_by": "unknown",
          "children": [],
          "created": "2026-11-20T10:12:00Z",
          "depends_on": [],
          "id": "111111111111",
          "is_base": true,
          "is_branch_point": false,
          "is_current": true,
          "is_head": true,
          "is_merge": false,
          "is_partial": false,
          "labels": [],
          "message": "books",
          "parents": [],
          "path": "migrations/2026-11-20_111111111111_books.sql"
        }
      ],
      "database": "sqlite://<project>/schemist.db",
      "is_at_head": true,
      "version": 1
    }

    $ schemist upgrade nope --format json
    --- stderr
    {
      "errors": [
        {
          "because": [],
          "hint": "run `schemist history` to see all revisions",
          "message": "cannot find revision `nope`",
          "now": null,
          "places": []
        }
      ],
      "exit": 1,
      "version": 1
    }
    --- exit code 1
    "#);
}

#[test]
fn a_database_that_has_tables_begins_with_a_baseline() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(
        &sandbox,
        &[
            "revision --autogenerate -m books",
            "upgrade",
            "stamp base --force",
        ],
    );
    for file in sandbox.files("migrations") {
        if file.ends_with(".sql") {
            std::fs::remove_file(sandbox.project().join("migrations").join(file)).unwrap();
        }
    }
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m nothing",
        "revision --baseline -m legacy",
        "current",
        "check",
    ]), @r#"
    $ schemist revision --autogenerate -m nothing
    --- stderr
    Nothing to do: the database is what the models say, so no file was written

    $ schemist revision --baseline -m legacy
    migrations/2026-11-20_111111111111_legacy.sql
    --- stderr
    sqlite://<project>/schemist.db: stamp 111111111111
      sqlite create table "book"
    Wrote revision 111111111111 and stamped it: the database is there already

    $ schemist current
    111111111111 2026-11-20 legacy (head) (base)

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)
    "#);
}
