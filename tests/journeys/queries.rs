//! The queries of the application: which of them do not work, and which a revision breaks.

use std::process::Command;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{sandbox, transcript};

/// What sqlx keeps of a query.
fn data(db_name: &str, query: &str) -> String {
    let query = query.replace('"', "\\\"");
    format!(
        "{{\n  \"db_name\": \"{db_name}\",\n  \"query\": \"{query}\",\n  \"describe\": {{\n    \"columns\": [],\n    \"parameters\": {{ \"Left\": [] }},\n    \"nullable\": []\n  }},\n  \"hash\": \"0a\"\n}}\n"
    )
}

/// Runs git in the project, as nobody in particular.
#[expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]
fn git(sandbox: &Sandbox, words: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=nobody",
            "-c",
            "user.email=nobody@localhost",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(words)
        .current_dir(sandbox.project())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The hazards of the newest revision file.
fn hazards(sandbox: &Sandbox) -> String {
    let files = sandbox.files("migrations");
    let newest = files.iter().rfind(|file| file.ends_with(".sql"));
    let text = newest.map_or_else(String::new, |file| {
        sandbox.read(&format!("migrations/{file}"))
    });
    let lines = text.lines().filter(|line| line.contains("_running_query"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_rename_on_postgres_breaks_the_deployed_code() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "queries = [\".sqlx\", \"sql\"]");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL, pages integer NOT NULL);",
    );
    sandbox.write(
        ".sqlx/query-0a.json",
        &data("PostgreSQL", "SELECT id, title FROM book WHERE id = $1"),
    );
    sandbox.write(
        ".sqlx/query-0b.json",
        &data("PostgreSQL", "SELECT pages FROM book"),
    );
    sandbox.write(
        ".sqlx/query-0c.json",
        &data("MySQL", "SELECT `id` FROM other"),
    );
    sandbox.write("sql/all.sql", "-- every book\nSELECT * FROM book;\n\nINSERT INTO book (id, title, pages) VALUES ($1, $2, $3);\n");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    assert_snapshot!(transcript(&sandbox, &["check", "verify --queries"]), @r#"
    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist verify --queries
    postgres 15.18: 1 revision up in <time>, down in <time>, up again in <time>; the head is what the models say
    "#);
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "."]);
    git(&sandbox, &["commit", "-q", "-m", "deployed"]);
    // The code of tomorrow has the new names.
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, name text NOT NULL, pages bigint);",
    );
    sandbox.write(
        ".sqlx/query-0a.json",
        &data("PostgreSQL", "SELECT id, name FROM book WHERE id = $1"),
    );
    sandbox.write("sql/all.sql", "SELECT name FROM book;\n");
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m names --rename book.title:name --queries-from HEAD",
    ]), @r#"
    $ schemist revision --autogenerate -m names --rename book.title:name --queries-from HEAD
    migrations/2026-11-20_222222222222_names.sql
    --- stderr
      postgres rename column "title" of table "book" to "name"
      postgres alter table "book"
    warning: hazard breaks_running_query: the query at HEAD:.sqlx/query-0a.json:3 works no more (column "title" does not exist); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision
    warning: hazard breaks_running_query: the query at HEAD:sql/all.sql:4 works no more (column "title" of relation "book" does not exist); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision
    warning: hazard table_rewritten: table "book" is locked and written anew while column "pages" becomes bigint
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(hazards(&sandbox), @r#"
    -- hazard breaks_running_query: the query at HEAD:.sqlx/query-0a.json:3 works no more (column "title" does not exist); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision
    -- hazard breaks_running_query: the query at HEAD:sql/all.sql:4 works no more (column "title" of relation "book" does not exist); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision
    -- hazard changes_running_query: the query at HEAD:.sqlx/query-0b.json:3 gives something else: its column "pages" is INT8 instead of INT4, its column "pages" may be NULL now
    -- hazard changes_running_query: the query at HEAD:sql/all.sql:2 gives something else: it has no column "title" any more, its column "pages" is INT8 instead of INT4, its column "pages" may be NULL now
    "#);
    sandbox.write("sql/old.sql", "SELECT title FROM book;\n");
    assert_snapshot!(transcript(&sandbox, &["check", "check --history --format github", "verify --queries"]), @r#"
    $ schemist check
    alter table "book"
      column "title" is only in the database
      column "pages" data type: integer → bigint
      column "pages" nullable: no → yes
      column "name" is only in the models
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        -- hazard table_rewritten: table "book" is locked and written anew while column "pages" becomes bigint
        ALTER TABLE "book" ALTER COLUMN "pages" TYPE bigint;
        -- hazard required_column_added: this fails where table "book" has rows, because column "name" gets no value; `backfill` gives it one
        ALTER TABLE "book" ADD COLUMN "name" text NOT NULL;
        ALTER TABLE "book" ALTER COLUMN "pages" DROP NOT NULL;
        -- hazard column_dropped: column "title" of table "book" is dropped with all of its values
        ALTER TABLE "book" DROP COLUMN "title";
    break query sql/old.sql:1
      column "title" does not exist
      declared in sql/old.sql:1
    --- stderr
    note: 1 revision not applied yet: run `schemist upgrade`
    note: the query at .sqlx/query-0a.json:3 does not work on the database yet: column "name" does not exist
    note: the query at sql/all.sql:1 does not work on the database yet: column "name" does not exist
    1 difference between the database and the models, and 1 query does not work with the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist check --history --format github
    ::error file=sql/old.sql,line=1,col=1,title=schemist check%3A break query sql/old.sql%3A1::query sql/old.sql:1 does not work with the models%0Acolumn "title" does not exist
    --- stderr
    1 query does not work with the models
    hint: correct them, or what they are read from: `cargo sqlx prepare` writes .sqlx anew
    --- exit code 2

    $ schemist verify --queries
    postgres 15.18: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
      the query at sql/old.sql:1 does not work: column "title" does not exist
    --- exit code 2
    "#);
}

#[test]
fn a_dropped_column_of_mysql_breaks_a_query() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "queries = [\".sqlx\"]");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id int PRIMARY KEY, title text, pages int NOT NULL);",
    );
    sandbox.write(
        ".sqlx/query-0a.json",
        &data("MySQL", "SELECT id, title FROM book WHERE id = ?"),
    );
    sandbox.write(
        ".sqlx/query-0b.json",
        &data("MySQL", "SELECT pages FROM book"),
    );
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id int PRIMARY KEY, pages int);",
    );
    transcript(&sandbox, &["revision --autogenerate -m titles"]);
    assert_snapshot!(hazards(&sandbox), @r#"
    -- hazard breaks_running_query: the query at .sqlx/query-0a.json:3 works no more (Unknown column 'title' in 'SELECT'); expand and contract: deploy code that does without it first, and drop it in a later revision
    -- hazard changes_running_query: the query at .sqlx/query-0b.json:3 gives something else: its column "pages" may be NULL now
    "#);
}

#[test]
fn a_rebuilt_table_of_sqlite_breaks_only_what_it_lacks() {
    let sandbox = sandbox();
    sandbox.run(&["init", "-q"]).succeeds();
    sandbox.write(
        "schemist.toml",
        "queries = [\".sqlx\"]\n[database.main]\nurl = \"sqlite://a.db\"",
    );
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, pages INTEGER NOT NULL);",
    );
    sandbox.write(
        ".sqlx/query-0a.json",
        &data("SQLite", "SELECT id, title FROM book WHERE id = ?"),
    );
    sandbox.write(
        ".sqlx/query-0b.json",
        &data("SQLite", "SELECT pages FROM book"),
    );
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id INTEGER PRIMARY KEY, pages INTEGER CHECK (pages > 0));",
    );
    assert_snapshot!(transcript(&sandbox, &["check", "revision --autogenerate -m titles"]), @r#"
    $ schemist check
    alter table "book"
      column "title" is only in the database
      column "pages" nullable: no → yes
      check (pages > 0) is only in the models
      declared in models/schema.sql:1; live since 111111111111 (2026-11-20, books)
        CREATE TABLE "schemist_new_book" (
            "id" INTEGER PRIMARY KEY,
            "pages" INTEGER CHECK (pages > 0)
        );
        -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
        -- hazard check_added: table "book" is scanned, and rows that break the condition make this fail
        INSERT OR ABORT INTO "schemist_new_book" ("id", "pages")
        SELECT "id", "pages"
        FROM "book";
        -- hazard column_dropped: column "title" of table "book" is dropped with all of its values
        DROP TABLE "book";
        PRAGMA legacy_alter_table = ON;
        ALTER TABLE "schemist_new_book" RENAME TO "book";
        PRAGMA legacy_alter_table = OFF;
    break query .sqlx/query-0a.json:3
      no such column: title
      declared in .sqlx/query-0a.json:3
    --- stderr
    1 difference between the database and the models, and 1 query does not work with the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m titles
    migrations/2026-11-20_222222222222_titles.sql
    --- stderr
      sqlite alter table "book"
    warning: hazard column_dropped: column "title" of table "book" is dropped with all of its values
    warning: hazard breaks_running_query: the query at .sqlx/query-0a.json:3 works no more (no such column: title); expand and contract: deploy code that does without it first, and drop it in a later revision
    warning: hazard check_added: table "book" is scanned, and rows that break the condition make this fail
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(hazards(&sandbox), @r#"
    -- hazard breaks_running_query: the query at .sqlx/query-0a.json:3 works no more (no such column: title); expand and contract: deploy code that does without it first, and drop it in a later revision
    -- hazard changes_running_query: the query at .sqlx/query-0b.json:3 gives something else: its column "pages" may be NULL now
    "#);
}

#[test]
fn queries_that_cannot_be_read_are_told() {
    let sandbox = sandbox();
    sandbox.run(&["init", "-q"]).succeeds();
    let settings = |queries: &str| {
        sandbox.write(
            "schemist.toml",
            &format!("{queries}\n[database.main]\nurl = \"sqlite://a.db\""),
        );
    };
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id INTEGER PRIMARY KEY);",
    );
    let mut told = Vec::new();
    settings("queries = [\".sqlx\"]");
    told.push(transcript(&sandbox, &["check --history"]));
    sandbox.write(".sqlx/query-0a.json", "{");
    told.push(transcript(&sandbox, &["check --history"]));
    sandbox.write(".sqlx/query-0a.json", &data("Oracle", "SELECT 1"));
    told.push(transcript(&sandbox, &["check --history"]));
    sandbox.write(".sqlx/query-0a.json", &data("SQLite", "SELECT 1"));
    told.push(transcript(
        &sandbox,
        &["revision --autogenerate -m a --queries-from HEAD"],
    ));
    git(&sandbox, &["init", "-q"]);
    told.push(transcript(
        &sandbox,
        &[
            "revision --autogenerate -m a --queries-from HEAD",
            "revision --autogenerate -m a --queries-from -x",
        ],
    ));
    git(&sandbox, &["add", "models"]);
    git(&sandbox, &["commit", "-q", "-m", "first"]);
    told.push(transcript(
        &sandbox,
        &[
            "revision --autogenerate -m a --queries-from HEAD",
            "revision --autogenerate -m a --queries-from v9",
        ],
    ));
    settings("");
    told.push(transcript(
        &sandbox,
        &["revision --autogenerate -m a --queries-from HEAD"],
    ));
    settings("queries = \".sqlx\"");
    told.push(transcript(&sandbox, &["check --history"]));
    assert_snapshot!(told.join("\n"), @r#"
    $ schemist check --history
    --- stderr
    error: cannot find queries in .sqlx: there is no such file or folder
      hint: correct `queries` in the settings, or make it: `cargo sqlx prepare` writes .sqlx
    --- exit code 1

    $ schemist check --history
    --- stderr
    error: cannot read the query in .sqlx/query-0a.json: EOF while parsing an object at line 1 column 1
      hint: write it anew: `cargo sqlx prepare`
    --- exit code 1

    $ schemist check --history
    --- stderr
    error: cannot read the query in .sqlx/query-0a.json: its db_name is `Oracle`, which is none of PostgreSQL, SQLite and MySQL
      hint: write it anew: `cargo sqlx prepare`
    --- exit code 1

    $ schemist revision --autogenerate -m a --queries-from HEAD
    --- stderr
    error: cannot read the queries of HEAD: git says: fatal: not a git repository (or any of the parent directories): .git
      hint: name a commit, tag or branch of this repository: `git log --oneline` lists commits
    --- exit code 1

    $ schemist revision --autogenerate -m a --queries-from HEAD
    --- stderr
    error: cannot read the queries of HEAD: git knows no such ref
      hint: name a commit, tag or branch of this repository: `git log --oneline` lists commits
    --- exit code 1

    $ schemist revision --autogenerate -m a --queries-from -x
    --- stderr
    error: unexpected argument '-x' found

    Usage: schemist revision [OPTIONS]
               <--autogenerate|--empty|--baseline|--complete <REVISION>>

    For more information, try '--help'.
    --- exit code 64

    $ schemist revision --autogenerate -m a --queries-from HEAD
    --- stderr
    error: cannot find queries in .sqlx at HEAD: there are none
      hint: are they committed? sqlx keeps them in .sqlx: `cargo sqlx prepare`
    --- exit code 1

    $ schemist revision --autogenerate -m a --queries-from v9
    --- stderr
    error: cannot read the queries of v9: git knows no such ref
      hint: name a commit, tag or branch of this repository: `git log --oneline` lists commits
    --- exit code 1

    $ schemist revision --autogenerate -m a --queries-from HEAD
    --- stderr
    error: cannot find the queries of the deployed code: the settings name none
      hint: write `queries = [".sqlx"]` into schemist.toml
    --- exit code 1

    $ schemist check --history
    --- stderr
    error: cannot take the value of `queries`: expected a list of texts, found a text
     --> schemist.toml:1:11
      |
    1 | queries = ".sqlx"
      |           ^^^^^^^ expected a list of texts, found a text
      hint: write a list of texts
    --- exit code 1
    "#);
}
