//! What the settings leave out of every comparison, on both sides.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

const MODELS: &str = "
CREATE TYPE kind AS ENUM ('small', 'large');
CREATE TABLE billing_item (id bigint PRIMARY KEY, kind kind NOT NULL);
CREATE INDEX by_kind ON billing_item (kind);
CREATE TABLE audit_entry (id bigint PRIMARY KEY, item bigint REFERENCES billing_item);
CREATE VIEW billing_audit AS SELECT id FROM audit_entry;
CREATE VIEW billing_old AS SELECT id FROM billing_item;
CREATE FUNCTION half(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n / 2';
";

#[test]
fn what_is_excluded_is_neither_made_nor_missed_nor_dropped() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(MODELS);
    sandbox.use_database(&database);
    database.execute(
        "CREATE SCHEMA tmp;
         CREATE TABLE tmp.left_over (id integer);
         CREATE TABLE audit_other (id integer);
         CREATE FUNCTION pg_own() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    );
    sandbox.write(
        "schemist.toml",
        "exclude = [\"audit_*\", \"view:*_old\", \"function:pg_*\", \"schema:tmp\"]\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m items",
        "upgrade",
        "check -v",
        "downgrade base",
    ]), @r#"
    $ schemist revision --autogenerate -m items
    migrations/2026-11-20_111111111111_items.sql
    --- stderr
      postgres create enum type "kind"
      postgres create table "billing_item"
      postgres create index "by_kind"
      postgres create function "half"(integer)
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, items) in <time>

    $ schemist check -v
    --- stderr
    note: not managed: function "pg_own"() (excluded by the settings)
    note: not managed: schema "tmp" (excluded by the settings)
    note: not managed: table "audit_entry" (excluded by the settings)
    note: not managed: table "audit_other" (excluded by the settings)
    note: not managed: table "schemist_log" (belongs to schemist)
    note: not managed: table "schemist_revision" (belongs to schemist)
    note: not managed: view "billing_audit" (depends on table "audit_entry" (excluded by the settings))
    note: not managed: view "billing_old" (excluded by the settings)
    The database is what the models say (4 objects compared)

    $ schemist downgrade base
    --- stderr
    <url>: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, items) in <time>
    The database is at base now; 1 revision is pending
    "#);
    let live = database.rows("SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname ~ '^(audit|left)'").join(", ");
    assert_snapshot!(live, @"audit_other, left_over");
}

#[test]
fn only_what_is_included_is_compared_with_what_stands_on_it() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(MODELS);
    sandbox.use_database(&database);
    database.execute("CREATE TABLE of_somebody_else (id integer)");
    sandbox.write(
        "schemist.toml",
        "include = [\"billing_*\", \"type:kind\"]\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m items",
        "upgrade",
        "check -v",
    ]), @r#"
    $ schemist revision --autogenerate -m items
    migrations/2026-11-20_111111111111_items.sql
    --- stderr
      postgres create enum type "kind"
      postgres create table "billing_item"
      postgres create index "by_kind"
      postgres create view "billing_old"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, items) in <time>

    $ schemist check -v
    --- stderr
    note: not managed: function "half"(integer) (not included by the settings)
    note: not managed: table "audit_entry" (not included by the settings)
    note: not managed: table "of_somebody_else" (not included by the settings)
    note: not managed: table "schemist_log" (belongs to schemist)
    note: not managed: table "schemist_revision" (belongs to schemist)
    note: not managed: view "billing_audit" (depends on table "audit_entry" (not included by the settings))
    The database is what the models say (4 objects compared)
    "#);
    sandbox.write("schemist.toml", "include = [\"index:by_*\", \"tabel:a\"]\n");
    assert_snapshot!(transcript(&sandbox, &["check"]), @r#"
    $ schemist check
    --- stderr
    error: cannot take the value of `include`: it cannot choose a index: what stands on a table goes with it, schemas and extensions are always compared; `exclude` leaves out single ones
     --> schemist.toml:1:12
      |
    1 | include = ["index:by_*", "tabel:a"]
      |            ^^^^^^^^^^^^ it cannot choose a index: what stands on a table goes with it, schemas and extensions are always compared; `exclude` leaves out single ones
    error: cannot take the value of `include`: expected a kind of object before the colon, found `tabel`; did you mean `table`?
     --> schemist.toml:1:26
      |
    1 | include = ["index:by_*", "tabel:a"]
      |                          ^^^^^^^^^ expected a kind of object before the colon, found `tabel`; did you mean `table`?
      hint: correct the value
    --- exit code 1
    "#);
}

#[test]
fn sqlite_leaves_out_the_same() {
    let sandbox = project(
        "CREATE TABLE billing_item (id integer PRIMARY KEY);
         CREATE INDEX by_id ON billing_item (id);
         CREATE TABLE audit_entry (id integer PRIMARY KEY);
         CREATE VIEW billing_old AS SELECT id FROM billing_item;",
    );
    sandbox.write(
        "schemist.toml",
        "include = [\"billing_*\"]\nexclude = [\"view:*_old\"]\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m items",
        "upgrade",
        "check -v",
    ]), @r#"
    $ schemist revision --autogenerate -m items
    migrations/2026-11-20_111111111111_items.sql
    --- stderr
      sqlite create table "billing_item"
      sqlite create index "by_id"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, items) in <time>

    $ schemist check -v
    --- stderr
    note: not managed: table "audit_entry" not included by the settings
    note: not managed: table "schemist_log" belongs to schemist
    note: not managed: table "schemist_revision" belongs to schemist
    note: not managed: view "billing_old" excluded by the settings
    The database is what the models say (2 objects compared)
    "#);
}

#[test]
fn every_file_below_the_models_counts_and_what_is_passed_over_is_named() {
    let sandbox = project("");
    let book =
        "#[derive(Model)]\npub struct Book {\n    #[column(primary_key)]\n    pub id: i64,\n}\n";
    sandbox.write("models/book.rs", book);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    // Nobody imports it, and no `mod` line names it.
    sandbox.write(
        "models/deep/shelf.rs",
        "#[derive(Model)]\npub struct Shelf {\n    #[column(primary_key)]\n    pub id: i64,\n}\n\n\
         #[cfg(feature = \"labels\")]\n#[derive(Model)]\npub struct Label {\n    #[column(primary_key)]\n    pub id: i64,\n}\n",
    );
    let told = transcript(&sandbox, &["check -v"]);
    sandbox.remove("models/deep/shelf.rs");
    sandbox.remove("models/book.rs");
    // What is in the database and in no file any more would be dropped, and that is said.
    let gone = transcript(&sandbox, &["revision --autogenerate -m less"]);
    assert_snapshot!(told + &gone, @r#"
    $ schemist check -v
    create table "shelf"
      declared in models/deep/shelf.rs:2
        CREATE TABLE "shelf" (
            "id" INTEGER PRIMARY KEY NOT NULL
        );
    --- stderr
    note: passed over: `Label` at models/deep/shelf.rs:9 (it is under `cfg(feature="labels")`; `features` in the settings switches features on)
    note: not managed: table "schemist_log" belongs to schemist
    note: not managed: table "schemist_revision" belongs to schemist
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2
    $ schemist revision --autogenerate -m less
    migrations/2026-11-20_222222222222_less.sql
    --- stderr
      sqlite drop table "book"
    warning: hazard table_dropped: table "book" is dropped with all of its rows
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
}
