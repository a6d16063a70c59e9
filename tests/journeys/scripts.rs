//! Upgrades and downgrades as scripts.

use insta::assert_snapshot;

use crate::{project, transcript};

/// The script without the head that every script has, and without checksums.
fn own_part(script: &str) -> String {
    let body = script
        .split_once("\n-- up ")
        .or_else(|| script.split_once("\n-- down "));
    let lines = body.map_or("", |(_, body)| body).lines();
    let short = lines.map(|line| match line.split_once("VALUES") {
        Some(_) => "VALUES …".to_owned(),
        None => line.to_owned(),
    });
    short.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_range_needs_no_database() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    let up = sandbox.run(&["upgrade", "base:head", "--sql"]).succeeds();
    assert_snapshot!(own_part(&up), @r#"
    111111111111: books
    BEGIN IMMEDIATE;
    CREATE TABLE "book" (
        "id" integer PRIMARY KEY
    );
    INSERT INTO "schemist_revision" ("id", "parents", "message", "up_checksum", "down_checksum", "applied_at", "applied_by", "tool_version", "duration_ms", "batch", "state", "direction", "statements_done", "statements_total", "catalog_hash", "error")
    VALUES …
    INSERT INTO "schemist_log" ("action", "revision", "at", "by", "tool_version", "duration_ms", "outcome", "error")
    VALUES …
    COMMIT;
    "#);
    let down = sandbox.run(&["downgrade", "head:base", "--sql"]).succeeds();
    assert_snapshot!(own_part(&down), @r#"
    111111111111: books
    PRAGMA foreign_keys = OFF;
    BEGIN IMMEDIATE;
    DROP TABLE "book";
    CREATE TEMP TABLE "schemist_check" ("broken_references" INTEGER CHECK ("broken_references" = 0));
    INSERT INTO temp."schemist_check" SELECT count(*) FROM pragma_foreign_key_check;
    DROP TABLE temp."schemist_check";
    DELETE FROM "schemist_revision" WHERE "id" = '111111111111';
    INSERT INTO "schemist_log" ("action", "revision", "at", "by", "tool_version", "duration_ms", "outcome", "error")
    VALUES …
    COMMIT;
    PRAGMA foreign_keys = ON;
    "#);
    assert_eq!(
        sandbox.files("."),
        [".gitignore", "migrations", "models", "schemist.toml"]
    );
}

#[test]
fn a_dialect_without_sections_has_no_script() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    let text = sandbox.read("migrations/2026-11-20_111111111111_books.sql");
    sandbox.write(
        "migrations/2026-11-20_111111111111_books.sql",
        &text.replace("-- dialects: sqlite", "-- dialects: sqlite, postgres"),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade base:head --sql --dialect postgres"]), @"
    $ schemist upgrade base:head --sql --dialect postgres
    --- stderr
    error: cannot use revision 111111111111: it has no section `up` for postgres
     --> migrations/2026-11-20_111111111111_books.sql:6:14
      |
    6 | -- dialects: sqlite, postgres
      |              ^^^^^^^^^^^^^^^^ no section `up` for postgres
      hint: run `schemist revision --complete 111111111111 --dialect postgres` if it is the head, write a section `-- [up postgres]`, or list in `dialects` only what the revision serves
    --- exit code 1
    ");
}
