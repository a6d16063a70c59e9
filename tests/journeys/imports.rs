//! Coming from another tool.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

/// A project with a SQLite file in which these statements were run.
fn with_database(models: &str, sql: &str) -> Sandbox {
    let sandbox = project(models);
    sandbox.write("schemist.db", "");
    Database::sqlite_file(&sandbox.project().join("schemist.db")).execute(sql);
    sandbox
}

fn alembic_file(id: &str, parent: &str, message: &str) -> String {
    format!(
        "\"\"\"{message}\n\nRevision ID: {id}\nRevises: {parent}\nCreate Date: 2023-09-13 11:40:41.123456\n\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = '{id}'\ndown_revision = {parent}\nbranch_labels = None\n\n\ndef upgrade():\n    op.create_table('book')\n"
    )
}

#[test]
fn alembic_ids_and_its_table_are_read_and_the_schema_becomes_the_first_revision() {
    let sandbox = with_database(
        "CREATE TABLE book (id integer PRIMARY KEY);",
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);
         INSERT INTO alembic_version VALUES ('39d36f1dab73');
         CREATE TABLE book (id integer PRIMARY KEY);",
    );
    sandbox.write("old/env.py", "");
    sandbox.write(
        "old/versions/a.py",
        &alembic_file("8971f24c1f50", "None", "initial"),
    );
    sandbox.write(
        "old/versions/b.py",
        &alembic_file("39d36f1dab73", "'8971f24c1f50'", "books"),
    );
    sandbox.write(
        "old/versions/c.py",
        &alembic_file("d5b54a5a6d72", "\"39d36f1dab73\"", "authors"),
    );
    sandbox.write("old/versions/__init__.py", "");
    sandbox.write(
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/old\nsqlalchemy.url = sqlite:///schemist.db\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "import alembic alembic.ini --dry-run",
        "import alembic old --format json",
        "revision --baseline --rev-id 39d36f1dab73 -m books",
        "status",
        "check -v",
        "import alembic models",
        "import rails db",
    ]), @r#"
    $ schemist import alembic alembic.ini --dry-run
    ○  d5b54a5a6d72 2023-09-13 authors (head)
    ◉  39d36f1dab73 2023-09-13 books (current)
    ○  8971f24c1f50 2023-09-13 initial (base)
    --- stderr
    Alembic has 3 revisions
    The database sqlite://<project>/schemist.db (from sqlalchemy.url): its version table ends with 39d36f1dab73
    note: the files of Alembic are programs: only ids and order were read, no statement
    Next: `schemist revision --baseline --rev-id 39d36f1dab73 -m "books"` takes the schema as it is for the first revision, under the same id

    $ schemist import alembic old --format json
    {
      "applied": [
        "39d36f1dab73"
      ],
      "command": "import",
      "current": [
        "39d36f1dab73"
      ],
      "database": "sqlite://<project>/schemist.db",
      "database_from": "the project's settings",
      "notes": [],
      "places": [
        "old/versions"
      ],
      "revisions": [
        {
          "children": [
            "39d36f1dab73"
          ],
          "created": "2023-09-13T11:40:41Z",
          "depends_on": [],
          "id": "8971f24c1f50",
          "is_base": true,
          "is_branch_point": false,
          "is_current": false,
          "is_head": false,
          "is_merge": false,
          "labels": [],
          "message": "initial",
          "parents": [],
          "path": "old/versions/a.py"
        },
        {
          "children": [
            "d5b54a5a6d72"
          ],
          "created": "2023-09-13T11:40:41Z",
          "depends_on": [],
          "id": "39d36f1dab73",
          "is_base": false,
          "is_branch_point": false,
          "is_current": true,
          "is_head": false,
          "is_merge": false,
          "labels": [],
          "message": "books",
          "parents": [
            "8971f24c1f50"
          ],
          "path": "old/versions/b.py"
        },
        {
          "children": [],
          "created": "2023-09-13T11:40:41Z",
          "depends_on": [],
          "id": "d5b54a5a6d72",
          "is_base": false,
          "is_branch_point": false,
          "is_current": false,
          "is_head": true,
          "is_merge": false,
          "labels": [],
          "message": "authors",
          "parents": [
            "39d36f1dab73"
          ],
          "path": "old/versions/c.py"
        }
      ],
      "tool": "alembic",
      "version": 1,
      "written": []
    }
    --- stderr
    Alembic has 3 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): its version table ends with 39d36f1dab73
    note: the files of Alembic are programs: only ids and order were read, no statement
    Next: `schemist revision --baseline --rev-id 39d36f1dab73 -m "books"` takes the schema as it is for the first revision, under the same id

    $ schemist revision --baseline --rev-id 39d36f1dab73 -m books
    migrations/2026-11-20_39d36f1dab73_books.sql
    --- stderr
    sqlite://<project>/schemist.db: stamp 39d36f1dab73
      sqlite create table "book"
    Wrote revision 39d36f1dab73 and stamped it: the database is there already

    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   39d36f1dab73
    Head      39d36f1dab73
    State     up-to-date: nothing is pending

    $ schemist check -v
    --- stderr
    note: not managed: table "alembic_version" belongs to Alembic
    note: not managed: table "schemist_log" belongs to schemist
    note: not managed: table "schemist_revision" belongs to schemist
    The database is what the models say (1 object compared)

    $ schemist import alembic models
    --- stderr
    error: cannot find a history of Alembic in models
      hint: name its folder of migrations, for Alembic also its alembic.ini
    --- exit code 1

    $ schemist import rails db
    --- stderr
    error: invalid value 'rails' for '<TOOL>': `rails` is none of alembic, knex, sqlx, diesel, refinery, backstage

    For more information, try '--help'.
    --- exit code 64
    "#);
    // The other tool may stay in use: its table is left alone.
    let database = Database::sqlite_file(&sandbox.project().join("schemist.db"));
    assert_eq!(
        database.rows("SELECT version_num FROM alembic_version"),
        ["39d36f1dab73"]
    );
}

#[test]
fn a_url_with_escapes_is_read_and_never_shown() {
    let sandbox = project("");
    sandbox.write(
        "old/versions/a.py",
        &alembic_file("8971f24c1f50", "None", "initial"),
    );
    sandbox.write(
        "alembic.ini",
        "[alembic]\nscript_location = old\nsqlalchemy.url = postgresql+psycopg2://me:s3%%40cret@127.0.0.1:1/shop\n",
    );
    let outcome = sandbox.run(&["import", "alembic", "alembic.ini"]);
    assert!(!outcome.to_string().contains("cret"), "{outcome}");
    assert_snapshot!(outcome, @"
    $ schemist import alembic alembic.ini
    ○  8971f24c1f50 2023-09-13 initial (head) (base)
    --- stderr
    Alembic has 1 revision
    The database postgres://me:***@127.0.0.1:1/shop (from sqlalchemy.url): its version table was not read
    note: the version table was not read: cannot connect to postgres://me:***@127.0.0.1:1/shop: no server accepts connections there
    note: the files of Alembic are programs: only ids and order were read, no statement
    Next: see where the database is, then `schemist upgrade`, `schemist stamp` or `schemist revision --baseline`
    ");
}

#[test]
fn knex_names_and_its_lock_are_read() {
    let sandbox = with_database(
        "",
        "CREATE TABLE knex_migrations (id integer PRIMARY KEY, name text, batch integer, migration_time text);
         INSERT INTO knex_migrations VALUES (1, '20191206163423_init.js', 1, ''), (2, '20200101000000_gone.js', 1, '');
         CREATE TABLE knex_migrations_lock (\"index\" integer PRIMARY KEY, is_locked integer);
         INSERT INTO knex_migrations_lock VALUES (1, 1);",
    );
    sandbox.write("migrate/20191206163423_init.js", "exports.up = 1;");
    sandbox.write("migrate/20200807120600_entity.js", "exports.up = 1;");
    assert_snapshot!(transcript(&sandbox, &["import knex migrate"]), @"
    $ schemist import knex migrate
    ○  20200807120600_entity 2020-08-07 entity (head)
    ◉  20191206163423_init 2019-12-06 init (base) (current)
    --- stderr
    Knex has 2 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): its version table ends with 20200101000000_gone.js
    note: Knex holds its own lock (knex_migrations_lock): see that none of its runs is under way
    note: 20200101000000_gone.js is applied, but it is in no file: bring its file first (git pull, or git log --all -S 20200101000000_gone.js)
    note: the files of Knex are programs: only ids and order were read, no statement
    Next: see where the database is, then `schemist upgrade`, `schemist stamp` or `schemist revision --baseline`
    ");
}

#[test]
fn histories_of_sql_become_revision_files() {
    let sandbox = with_database(
        "CREATE TABLE book (id integer PRIMARY KEY, title text);",
        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, success boolean);
         INSERT INTO _sqlx_migrations VALUES (20230102030405, 'books', 1);
         CREATE TABLE book (id integer PRIMARY KEY);",
    );
    sandbox.write(
        "sqlx/20230102030405_create_books.up.sql",
        "CREATE TABLE book (id integer PRIMARY KEY);\n",
    );
    sandbox.write(
        "sqlx/20230102030405_create_books.down.sql",
        "DROP TABLE book;\n",
    );
    sandbox.write(
        "sqlx/20230201000000_titles.sql",
        "-- no-transaction\nALTER TABLE book ADD COLUMN title text;\n",
    );
    sandbox.write("sqlx/notes.sql", "");
    assert_snapshot!(transcript(&sandbox, &[
        "import sqlx sqlx --dry-run",
        "import sqlx sqlx",
        "stamp 20230102030405",
        "upgrade",
        "check",
        "import sqlx sqlx",
    ]), @"
    $ schemist import sqlx sqlx --dry-run
    ○  20230201000000 2023-02-01 titles (head)
    ◉  20230102030405 2023-01-02 create books (base) (current)
    --- stderr
    sqlx has 2 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): its version table ends with 20230102030405
    note: passed over: notes.sql has no version
    Next: `schemist stamp 20230102030405`, which first shows how the database differs from these files

    $ schemist import sqlx sqlx
    ○  20230201000000 2023-02-01 titles (head)
    ◉  20230102030405 2023-01-02 create books (base) (current)
    --- stderr
    sqlx has 2 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): its version table ends with 20230102030405
    note: passed over: notes.sql has no version
    Wrote migrations/2023-01-02_20230102030405_create_books.sql
    Wrote migrations/2023-02-01_20230201000000_titles.sql
    Next: `schemist stamp 20230102030405`, which first shows how the database differs from these files

    $ schemist stamp 20230102030405
    --- stderr
    sqlite://<project>/schemist.db: stamp 20230102030405
    The journal now says that the database is at 20230102030405

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: 20230102030405 → 20230201000000, 1 revision to apply
    Applied 20230201000000 (2023-02-01, titles) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist import sqlx sqlx
    --- stderr
    error: cannot take over the history of sqlx: there are revisions already
      hint: give the imported ones a folder of their own: --migrations <folder>
    --- exit code 5
    ");
    let written = sandbox.files("migrations");
    assert_snapshot!(written.iter().map(|file| sandbox.read(&format!("migrations/{file}"))).collect::<Vec<_>>().join("\n"), @"
    -- schemist revision
    -- id: 20230102030405
    -- parent: none
    -- message: create books
    -- created: 2023-01-02T03:04:05Z
    -- dialects: sqlite
    -- proven: no (imported from sqlx)

    -- [up sqlite]
    CREATE TABLE book (id integer PRIMARY KEY);

    -- [down sqlite]
    DROP TABLE book;

    -- schemist revision
    -- id: 20230201000000
    -- parent: 20230102030405
    -- message: titles
    -- created: 2023-02-01T00:00:00Z
    -- dialects: sqlite
    -- proven: no (imported from sqlx)
    -- irreversible: sqlx had no way down

    -- [up sqlite, no transaction]
    -- no-transaction
    ALTER TABLE book ADD COLUMN title text;
    ");
}

#[test]
fn folders_of_diesel_and_files_of_refinery() {
    let diesel = project("CREATE TABLE book (id integer PRIMARY KEY);");
    diesel.write(
        "old/2023-01-02-030405_create_books/up.sql",
        "CREATE TABLE book (id integer PRIMARY KEY);\n",
    );
    diesel.write(
        "old/2023-01-02-030405_create_books/down.sql",
        "DROP TABLE book;\n",
    );
    diesel.write(
        "old/2023-01-03-000000_index/up.sql",
        "CREATE INDEX by_id ON book (id);\n",
    );
    diesel.write(
        "old/2023-01-03-000000_index/down.sql",
        "DROP INDEX by_id;\n",
    );
    diesel.write(
        "old/2023-01-03-000000_index/metadata.toml",
        "run_in_transaction = false\n",
    );
    let of_diesel = transcript(&diesel, &["import diesel old", "upgrade", "downgrade base"]);
    let refinery = with_database(
        "CREATE TABLE book (id integer PRIMARY KEY);",
        "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255))",
    );
    refinery.write(
        "old/V1__books.sql",
        "CREATE TABLE book (id integer PRIMARY KEY);\n",
    );
    refinery.write("old/V2__rows.rs", "pub fn migration() {}\n");
    refinery.write("old/V10__more.sql", "CREATE INDEX by_id ON book (id);\n");
    let of_refinery = transcript(
        &refinery,
        &["import refinery old", "upgrade", "downgrade -1"],
    );
    assert_snapshot!([of_diesel, of_refinery].join("\n"), @"
    $ schemist import diesel old
    ○  20230103000000 2023-01-03 index (head)
    ○  20230102030405 2023-01-02 create books (base)
    --- stderr
    Diesel has 2 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): nothing is applied
    Wrote migrations/2023-01-02_20230102030405_create_books.sql
    Wrote migrations/2023-01-03_20230103000000_index.sql
    Next: `schemist upgrade`

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → 20230103000000, 2 revisions to apply
    Applied 20230102030405 (2023-01-02, create books) in <time>
    Applied 20230103000000 (2023-01-03, index) in <time>

    $ schemist downgrade base
    --- stderr
    sqlite://<project>/schemist.db: 20230103000000 → base, 2 revisions to take back
    Took back 20230103000000 (2023-01-03, index) in <time>
    Took back 20230102030405 (2023-01-02, create books) in <time>
    The database is at base now; 2 revisions are pending

    $ schemist import refinery old
    ○  v10 more (head)
    ○  v1 books (base)
    --- stderr
    Refinery has 2 revisions
    The database sqlite://<project>/schemist.db (from the project's settings): nothing is applied
    note: V2__rows.rs is a program: write what it does into the revision before by hand
    Wrote migrations/v1_books.sql
    Wrote migrations/v10_more.sql
    Next: `schemist upgrade`

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → v10, 2 revisions to apply
    Applied v1 (books) in <time>
    Applied v10 (more) in <time>

    $ schemist downgrade -1
    --- stderr
    error: cannot take revision v10 back: Refinery had no way down
     --> migrations/v10_more.sql:7:18
      |
    7 | -- irreversible: Refinery had no way down
      |                  ^^^^^^^^^^^^^^^^^^^^^^^^ the revision says so here
      hint: restore a backup, or write a `down` section and remove `irreversible` from the header
    --- exit code 1
    ");
}
