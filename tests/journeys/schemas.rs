//! The default schema that a url names, and renames that are typed with and without a schema.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

#[test]
fn the_search_path_of_the_url_names_the_default_schema() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("CREATE SCHEMA app; CREATE TABLE public.elsewhere (id integer)");
    let mut sandbox = project(
        "CREATE TABLE tome (id bigint PRIMARY KEY);
         CREATE TABLE public.elsewhere (id integer);
         CREATE VIEW all_tomes AS SELECT id FROM tome;",
    );
    // The address may say something behind a `?` already, such as the socket's folder.
    let sign = if database.url().contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!("{}{sign}options=-c%20search_path%3Dapp", database.url());
    sandbox
        .hide(&url, "<url>")
        .hide(database.url(), "<url>")
        .set("DATABASE_URL", &url);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m tomes",
        "upgrade",
        "check",
    ]), @r#"
    $ schemist revision --autogenerate -m tomes
    migrations/2026-11-20_111111111111_tomes.sql
    --- stderr
      postgres create table "tome"
      postgres create view "all_tomes"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, tomes) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (4 objects compared)
    "#);
    let tables = "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('app', 'public') ORDER BY 1";
    assert_snapshot!(database.rows(tables).join(", "), @"app.schemist_log, app.schemist_revision, app.tome, public.elsewhere");
    sandbox.write("schemist.toml", "schemas = [\"public\", \"app\"]\n");
    assert_snapshot!(transcript(&sandbox, &["check"]), @r#"
    $ schemist check
    drop schema "app"
        DROP SCHEMA "app";
    create table "tome"
      declared in models/schema.sql:1
        CREATE TABLE "tome" (
            "id" bigint,
            CONSTRAINT "tome_pkey" PRIMARY KEY ("id")
        );
    drop table "app"."tome"
        -- hazard table_dropped: table "app"."tome" is dropped with all of its rows
        DROP TABLE "app"."tome";
    create view "all_tomes"
      declared in models/schema.sql:3
        CREATE VIEW "all_tomes" AS
        SELECT tome.id
           FROM tome;
    drop view "app"."all_tomes"
        DROP VIEW "app"."all_tomes";
    --- stderr
    note: 1 revision not applied yet: run `schemist upgrade`
    5 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2
    "#);
}

#[test]
fn renames_are_typed_with_their_schema_and_their_kind() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE SCHEMA shop;
         CREATE TYPE mood AS ENUM ('sad', 'glad');
         CREATE TABLE shop.tome (id bigint PRIMARY KEY, name text, mood mood);
         CREATE TABLE loan (tome bigint CONSTRAINT of_tome REFERENCES shop.tome);
         CREATE VIEW best AS SELECT id FROM shop.tome;",
    );
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m tomes", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE SCHEMA store;
         CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE TABLE store.book (id bigint PRIMARY KEY, title text, mood mood);
         CREATE TABLE loan (tome bigint CONSTRAINT of_book REFERENCES store.book);
         CREATE VIEW top AS SELECT id FROM store.book;",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m no --rename view:tome:book",
        "revision --autogenerate -m books --rename schema:shop:store --rename shop.tome:book --rename store.book.name:title --rename view:best:top --rename constraint:loan.of_tome:of_book --rename public.mood.glad:happy",
        "upgrade",
        "check",
        "downgrade -1",
    ]), @r#"
    $ schemist revision --autogenerate -m no --rename view:tome:book
    --- stderr
    error: cannot rename view:tome:book: no live name fits that the models lack, or the new one is not in the models
      hint: name it as `table:new`, `table.column:new` or `type.value:new`, by the live name before the colon
    --- exit code 1

    $ schemist revision --autogenerate -m books --rename schema:shop:store --rename shop.tome:book --rename store.book.name:title --rename view:best:top --rename constraint:loan.of_tome:of_book --rename public.mood.glad:happy
    migrations/2026-11-20_222222222222_books.sql
    --- stderr
      postgres rename schema "shop" to "store"
      postgres rename table "store"."tome" to "book"
      postgres rename view "best" to "top"
      postgres rename column "name" of table "store"."book" to "title"
      postgres rename foreign key "of_tome" on "loan" to "of_book"
      postgres rename value 'glad' of enum type "mood" to 'happy'
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, books) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (6 objects compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, books) in <time>
    The database is at 111111111111 now; 1 revision is pending
    "#);
    let file = sandbox.read("migrations/2026-11-20_222222222222_books.sql");
    let up: Vec<_> = file
        .lines()
        .filter(|line| line.contains("RENAME"))
        .collect();
    assert_snapshot!(up.join("\n"), @r#"
    ALTER SCHEMA "shop" RENAME TO "store";
    ALTER TABLE "store"."tome" RENAME TO "book";
    ALTER VIEW "best" RENAME TO "top";
    ALTER TABLE "store"."book" RENAME COLUMN "name" TO "title";
    ALTER TABLE "loan" RENAME CONSTRAINT "of_tome" TO "of_book";
    ALTER TYPE "mood" RENAME VALUE 'glad' TO 'happy';
    ALTER TYPE "mood" RENAME VALUE 'happy' TO 'glad';
    ALTER TABLE "loan" RENAME CONSTRAINT "of_book" TO "of_tome";
    ALTER TABLE "store"."book" RENAME COLUMN "title" TO "name";
    ALTER VIEW "top" RENAME TO "best";
    ALTER TABLE "store"."book" RENAME TO "tome";
    ALTER SCHEMA "store" RENAME TO "shop";
    "#);
}

#[test]
fn what_looks_like_a_rename_is_named() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE TYPE mood AS ENUM ('sad', 'glad');
         CREATE TYPE size AS ENUM ('s', 'l');
         CREATE TABLE book (id bigint, name text);
         CREATE TABLE tome (id bigint);",
    );
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE TYPE length AS ENUM ('s', 'l');
         CREATE TABLE book (id bigint, title text);
         CREATE TABLE volume (id bigint);",
    );
    let told = sandbox
        .run(&["revision", "--autogenerate", "-m", "other"])
        .to_string();
    let notes: Vec<_> = told
        .lines()
        .filter(|line| line.starts_with("note"))
        .collect();
    assert_snapshot!(notes.join("\n"), @r#"
    note: column "name" of table "book" is dropped and "title" added; if that is a rename: --rename book.name:title
    note: enum type "size" is dropped and "length" made; if that is a rename: --rename size:length
    note: table "tome" is dropped and "volume" made; if that is a rename: --rename tome:volume
    note: value 'glad' of enum type "mood" is dropped and 'happy' added; if that is a rename: --rename mood.glad:happy
    "#);
}
