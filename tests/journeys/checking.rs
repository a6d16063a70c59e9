//! `check`: the three questions, why something differs, and the formats for pipelines.

use insta::assert_snapshot;
use schemist_testkit::{Database, Reader, Sandbox};

use crate::{project, transcript};

/// A database that is behind its models, and has something that nobody wrote a revision for.
fn behind() -> Sandbox {
    let mut sandbox = project(
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT);\n\
         CREATE VIEW shelf AS\n  SELECT id,\n    title\n  FROM book;\n",
    );
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "-- books\nCREATE TABLE book (\n  id INTEGER PRIMARY KEY,\n  title TEXT NOT NULL\n);\n\
         CREATE VIEW shelf AS\n  SELECT id,\n    title\n  FROM book\n  LIMIT 3;\n\
         CREATE TABLE \"100%, ::x\" (id INTEGER);\n",
    );
    sandbox
}

#[test]
fn it_says_what_differs_and_why() {
    assert_snapshot!(transcript(&behind(), &["check", "check --history", "check --database"]), @r#"
    $ schemist check
    create table "100%, ::x"
      declared in models/schema.sql:11
        CREATE TABLE "100%, ::x" (
            "id" INTEGER
        );
    alter table "book"
      column "title" nullable: yes → no
      declared in models/schema.sql:4; live since 111111111111 (2026-11-20, books)
        CREATE TABLE "schemist_new_book" (
            "id" INTEGER PRIMARY KEY,
            "title" TEXT NOT NULL
        );
        -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
        -- hazard not_null_set: rows of table "book" with no "title" make this fail
        INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
        SELECT "id", "title"
        FROM "book";
        DROP TABLE "book";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "schemist_new_book" RENAME TO "book";
        PRAGMA legacy_alter_table = OFF;
    alter view "shelf"
      query:
        the database   the models
            title          title
          FROM book      FROM book
                     >   LIMIT 3
      declared in models/schema.sql:6; live since 111111111111 (2026-11-20, books)
        DROP VIEW "shelf";
        CREATE VIEW "shelf" AS
          SELECT id,
            title
          FROM book
          LIMIT 3;
    --- stderr
    3 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check --history
    create table "100%, ::x"
      declared in models/schema.sql:11
        CREATE TABLE "100%, ::x" (
            "id" INTEGER
        );
    alter table "book"
      column "title" nullable: yes → no
      declared in models/schema.sql:4; live since 111111111111 (2026-11-20, books)
        CREATE TABLE "schemist_new_book" (
            "id" INTEGER PRIMARY KEY,
            "title" TEXT NOT NULL
        );
        -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
        -- hazard not_null_set: rows of table "book" with no "title" make this fail
        INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
        SELECT "id", "title"
        FROM "book";
        DROP TABLE "book";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "schemist_new_book" RENAME TO "book";
        PRAGMA legacy_alter_table = OFF;
    alter view "shelf"
      query:
        the history   the models
            title         title
          FROM book     FROM book
                    >   LIMIT 3
      declared in models/schema.sql:6; live since 111111111111 (2026-11-20, books)
        DROP VIEW "shelf";
        CREATE VIEW "shelf" AS
          SELECT id,
            title
          FROM book
          LIMIT 3;
    --- stderr
    3 differences between the history and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check --database
    --- stderr
    The database is what the history makes (2 objects compared)
    "#);
}

#[test]
fn remarks_land_on_the_lines_of_the_models() {
    assert_snapshot!(transcript(&behind(), &["check --format github", "check --format gitlab"]), @r#"
    $ schemist check --format github
    ::error file=models/schema.sql,line=11,col=1,title=schemist check%3A create table "100%25%2C %3A%3Ax"::table "100%25, :%3Ax" is only in the models
    ::error file=models/schema.sql,line=4,col=3,title=schemist check%3A alter table "book"::table "book" is not the same in the database and the models%0Acolumn "title" nullable: yes → no
    ::error file=models/schema.sql,line=6,col=1,title=schemist check%3A alter view "shelf"::view "shelf" is not the same in the database and the models%0Aquery: AS%0A  SELECT id,%0A    title%0A  FROM book → AS%0A  SELECT id,%0A    title%0A  FROM book%0A  LIMIT 3
    --- stderr
    3 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check --format gitlab
    [
      {
        "check_name": "create-table",
        "description": "table \"100%, ::x\" is only in the models",
        "fingerprint": "33692a0a8a7aca14d266e06b0f2b760138f6138b143795eb57cebbf7bbca418f",
        "location": {
          "lines": {
            "begin": 11
          },
          "path": "models/schema.sql"
        },
        "severity": "major"
      },
      {
        "check_name": "alter-table",
        "description": "table \"book\" is not the same in the database and the models\\ncolumn \"title\" nullable: yes → no",
        "fingerprint": "879576aad8ecaa3f9af636051c3b3dcd6d729c7e2234af7f4d11801aca312da4",
        "location": {
          "lines": {
            "begin": 4
          },
          "path": "models/schema.sql"
        },
        "severity": "major"
      },
      {
        "check_name": "alter-view",
        "description": "view \"shelf\" is not the same in the database and the models\\nquery: AS\\n  SELECT id,\\n    title\\n  FROM book → AS\\n  SELECT id,\\n    title\\n  FROM book\\n  LIMIT 3",
        "fingerprint": "f530f79692f19daf290bafc4665e8c728bb975a37de76feb31d360fa78396f4f",
        "location": {
          "lines": {
            "begin": 6
          },
          "path": "models/schema.sql"
        },
        "severity": "major"
      }
    ]
    --- stderr
    3 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2
    "#);
}

#[test]
fn several_files_are_written_at_once() {
    let mut sandbox = behind();
    let summary = sandbox.project().join("summary.md");
    sandbox.set("GITHUB_STEP_SUMMARY", &summary.display().to_string());
    assert_snapshot!(transcript(&sandbox, &[
        "check -q --format sql --output junit=check.xml --output sarif=check.sarif --output json=check.json",
    ]), @r#"
    $ schemist check -q --format sql --output junit=check.xml --output sarif=check.sarif --output json=check.json
    DROP VIEW "shelf";
    CREATE TABLE "100%, ::x" (
        "id" INTEGER
    );
    CREATE TABLE "schemist_new_book" (
        "id" INTEGER PRIMARY KEY,
        "title" TEXT NOT NULL
    );
    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    -- hazard not_null_set: rows of table "book" with no "title" make this fail
    INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
    SELECT "id", "title"
    FROM "book";
    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;
    CREATE VIEW "shelf" AS
      SELECT id,
        title
      FROM book
      LIMIT 3;
    --- exit code 2
    "#);
    assert_snapshot!(sandbox.read("check.xml"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="schemist check" tests="3" failures="3" errors="0">
      <testsuite name="main" tests="3" failures="3" errors="0">
        <testcase name="create table &quot;100%, ::x&quot;" classname="main" file="models/schema.sql" line="11">
          <failure message="table &quot;100%, ::x&quot; is only in the models" type="create-table">create table &quot;100%, ::x&quot;
      declared in models/schema.sql:11
        CREATE TABLE &quot;100%, ::x&quot; (
            &quot;id&quot; INTEGER
        );</failure>
        </testcase>
        <testcase name="alter table &quot;book&quot;" classname="main" file="models/schema.sql" line="4">
          <failure message="table &quot;book&quot; is not the same in the database and the models" type="alter-table">alter table &quot;book&quot;
      column &quot;title&quot; nullable: yes → no
      declared in models/schema.sql:4; live since 111111111111 (2026-11-20, books)
        CREATE TABLE &quot;schemist_new_book&quot; (
            &quot;id&quot; INTEGER PRIMARY KEY,
            &quot;title&quot; TEXT NOT NULL
        );
        -- hazard table_rewritten: table &quot;book&quot; is written anew with all of its rows, while nobody else can write
        -- hazard not_null_set: rows of table &quot;book&quot; with no &quot;title&quot; make this fail
        INSERT OR ABORT INTO &quot;schemist_new_book&quot; (&quot;id&quot;, &quot;title&quot;)
        SELECT &quot;id&quot;, &quot;title&quot;
        FROM &quot;book&quot;;
        DROP TABLE &quot;book&quot;;
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE &quot;schemist_new_book&quot; RENAME TO &quot;book&quot;;
        PRAGMA legacy_alter_table = OFF;</failure>
        </testcase>
        <testcase name="alter view &quot;shelf&quot;" classname="main" file="models/schema.sql" line="6">
          <failure message="view &quot;shelf&quot; is not the same in the database and the models" type="alter-view">alter view &quot;shelf&quot;
      query:
        the database   the models
            title          title
          FROM book      FROM book
                     &gt;   LIMIT 3
      declared in models/schema.sql:6; live since 111111111111 (2026-11-20, books)
        DROP VIEW &quot;shelf&quot;;
        CREATE VIEW &quot;shelf&quot; AS
          SELECT id,
            title
          FROM book
          LIMIT 3;</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
    assert_snapshot!(sandbox.read("summary.md"), @r#"
    ## main: 3 differences between the database and the models

    ### table "100%, ::x"

    **create table "100%, ::x"**

    declared in models/schema.sql:11

    ```sql
    CREATE TABLE "100%, ::x" (
        "id" INTEGER
    );
    ```

    ### table "book"

    **alter table "book"**

    declared in models/schema.sql:4; live since 111111111111 \(2026-11-20, books\)

    - column "title" nullable: yes → no

    ```sql
    CREATE TABLE "schemist_new_book" (
        "id" INTEGER PRIMARY KEY,
        "title" TEXT NOT NULL
    );
    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    -- hazard not_null_set: rows of table "book" with no "title" make this fail
    INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
    SELECT "id", "title"
    FROM "book";
    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;
    ```

    ### view "shelf"

    **alter view "shelf"**

    declared in models/schema.sql:6; live since 111111111111 \(2026-11-20, books\)

    query:

    ```diff
    --- the database
    +++ the models
    @@ -2,3 +2,4 @@
       SELECT id,
         title
       FROM book
    +  LIMIT 3
    ```

    ```sql
    DROP VIEW "shelf";
    CREATE VIEW "shelf" AS
      SELECT id,
        title
      FROM book
      LIMIT 3;
    ```
    "#);
    assert!(sandbox.read("check.sarif").contains("\"startLine\": 4"));
    assert!(sandbox.read("check.json").contains("\"version\": 1"));
}

#[test]
fn a_format_that_cannot_be_written_fails_first() {
    let sandbox = behind();
    assert_snapshot!(transcript(&sandbox, &[
        "check --output sarif=nowhere/check.sarif",
        "check --output pdf=check.pdf",
        "upgrade --format sarif",
    ]), @"
    $ schemist check --output sarif=nowhere/check.sarif
    --- stderr
    error: cannot write nowhere/check.sarif: No such file or directory (os error 2)
      hint: name a file in a folder that is there and may be written
    --- exit code 1

    $ schemist check --output pdf=check.pdf
    --- stderr
    error: invalid value 'pdf=check.pdf' for '--output <FORMAT=PATH>': `pdf` is none of human, json, sarif, github, gitlab, junit, markdown, sql

    For more information, try '--help'.
    --- exit code 64

    $ schemist upgrade --format sarif
    --- stderr
    error: this command writes human and json alone; its --help says if there is more

    Usage: schemist [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit code 64
    ");
}

#[test]
fn a_check_that_fails_is_told_in_the_file() {
    let sandbox = behind();
    sandbox.write("models/schema.sql", "CREATE TABLE book (;\n");
    let run = sandbox.run(&["check", "--output", "junit=check.xml"]);
    assert_eq!(run.code, Some(1), "{run}");
    let xml = sandbox.read("check.xml");
    assert!(xml.contains("<error message=\"cannot "), "{xml}");
    assert!(xml.contains("failures=\"0\" errors=\"1\""), "{xml}");
}

#[test]
fn what_the_server_prints_otherwise_is_asked_for_once() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE TABLE book (\n  id bigint PRIMARY KEY,\n  state varchar(10) CHECK (state IN ('new', 'old'))\n);\n",
    );
    sandbox.use_database(&database);
    let settings = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("privileges = false\n{settings}"));
    // As a dump of the models makes it: the server stores what it printed, and prints that otherwise.
    database.execute(
        "CREATE TABLE book (id bigint PRIMARY KEY, state varchar(10), CONSTRAINT book_state_check \
         CHECK (((state)::text = ANY ((ARRAY['new'::character varying, 'old'::character varying])::text[]))))",
    );
    let reader = Reader::of(&database, "");
    sandbox.set("DATABASE_URL", reader.url());
    // Who may make no scratch database cannot ask the server.
    let refused = sandbox.run(&["check"]).ends_with(1);
    assert!(refused.stderr.contains("scratch"), "{refused}");
    sandbox.use_database(&database);
    sandbox.run(&["check"]).succeeds();
    sandbox.set("DATABASE_URL", reader.url());
    sandbox.run(&["check"]).succeeds();
    let refused = sandbox.run(&["check", "--no-cache"]).ends_with(1);
    assert!(refused.stderr.contains("scratch"), "{refused}");
    // What is kept hides no difference.
    sandbox.use_database(&database);
    database.execute(
        "ALTER TABLE book DROP CONSTRAINT book_state_check, ADD CONSTRAINT book_state_check CHECK (state IN ('new', 'gone'))",
    );
    let differs = sandbox.run(&["check"]).ends_with(2);
    assert!(differs.stdout.contains("gone"), "{differs}");
}
