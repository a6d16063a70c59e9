//! What statements were seen to lock while their revision was proven.

use insta::assert_snapshot;
use schemist_testkit::Database;
use serde_json::Value;

use crate::{project, transcript};

const BEFORE: &str = "CREATE TABLE author (id bigint PRIMARY KEY, name text);
CREATE TABLE book (id bigint PRIMARY KEY, title text, pages integer);
CREATE TABLE sale (day date, n integer) PARTITION BY RANGE (day);
CREATE TABLE sale_2025 PARTITION OF sale FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
";

const AFTER: &str = "CREATE TABLE author (id bigint PRIMARY KEY, name text, born date);
CREATE TABLE book (id bigint PRIMARY KEY, title text, pages bigint, author_id bigint REFERENCES author);
CREATE TABLE sale (day date, n bigint) PARTITION BY RANGE (day);
CREATE TABLE sale_2025 PARTITION OF sale FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shelf (id bigint PRIMARY KEY, book_id bigint REFERENCES book);
CREATE INDEX book_title ON book (title);
";

#[test]
fn locks_and_rewrites_stand_above_their_statements() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(BEFORE);
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let first = sandbox.read("migrations/2026-11-20_111111111111_books.sql");
    let (up, _) = first.split_once("-- [down").unwrap_or_default();
    assert!(
        !up.contains("-- locks"),
        "what is new locks nobody: {first}"
    );

    sandbox.write("models/schema.sql", AFTER);
    transcript(&sandbox, &["revision --autogenerate -m shelves"]);
    let file = sandbox.read("migrations/2026-11-20_222222222222_shelves.sql");
    let (_, sections) = file.split_once("\n\n").unwrap_or_default();
    assert_snapshot!(sections, @r#"
    -- [up postgres]
    -- locks "author": ACCESS EXCLUSIVE
    ALTER TABLE "author" ADD COLUMN "born" date;

    -- hazard table_rewritten: table "book" is locked and written anew while column "pages" becomes bigint
    -- locks "book": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "book" ALTER COLUMN "pages" TYPE bigint;

    ALTER TABLE "book" ADD COLUMN "author_id" bigint;

    -- hazard table_rewritten: table "sale" is locked and written anew while column "n" becomes bigint
    -- locks "sale": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "sale" ALTER COLUMN "n" TYPE bigint;

    CREATE TABLE "shelf" (
        "id" bigint,
        "book_id" bigint,
        CONSTRAINT "shelf_pkey" PRIMARY KEY ("id")
    );

    ALTER TABLE "book" ADD CONSTRAINT "book_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author" ("id") NOT VALID;
    ALTER TABLE "shelf" ADD CONSTRAINT "shelf_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book" ("id");

    -- [up postgres, no transaction]
    CREATE INDEX CONCURRENTLY "book_title" ON "book" ("title");

    -- [up postgres]
    -- hazard foreign_key_added: rows of table "book" that refer to nothing make this fail
    ALTER TABLE "book" VALIDATE CONSTRAINT "book_author_id_fkey";

    -- [down postgres]
    -- locks "author": ACCESS EXCLUSIVE
    -- locks "book": ACCESS EXCLUSIVE
    ALTER TABLE "book" DROP CONSTRAINT "book_author_id_fkey";

    -- locks "shelf": ACCESS EXCLUSIVE
    ALTER TABLE "shelf" DROP CONSTRAINT "shelf_book_id_fkey";

    -- hazard table_rewritten: table "book" is locked and written anew while column "pages" becomes integer
    -- locks "book": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "book" ALTER COLUMN "pages" TYPE integer;

    -- hazard table_rewritten: table "sale" is locked and written anew while column "n" becomes integer
    -- locks "sale": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "sale" ALTER COLUMN "n" TYPE integer;

    -- hazard column_dropped: column "born" of table "author" is dropped with all of its values
    ALTER TABLE "author" DROP COLUMN "born";

    -- hazard column_dropped: column "author_id" of table "book" is dropped with all of its values
    ALTER TABLE "book" DROP COLUMN "author_id";

    -- hazard table_dropped: table "shelf" is dropped with all of its rows
    DROP TABLE "shelf";

    -- [down postgres, no transaction]
    DROP INDEX CONCURRENTLY "book_title";
    "#);

    let shown = sandbox.run(&["show", "--format", "json"]);
    let value: Value = serde_json::from_str(&shown.stdout).unwrap_or_default();
    let ways = &value["revisions"][0]["ways"];
    assert_eq!(ways[0]["direction"], "up");
    let locks: Vec<&Value> = ways[0]["statements"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|statement| statement["locks"].get(0))
        .collect();
    assert!(
        locks.iter().any(|lock| lock["is_rewritten"] == true),
        "{value:#}"
    );
    assert!(
        locks.iter().all(|lock| lock["source"] == "measured"),
        "{value:#}"
    );

    // What a comment says of locks is no part of the statements.
    transcript(&sandbox, &["upgrade"]);
    let path = "migrations/2026-11-20_222222222222_shelves.sql";
    let silent: Vec<_> = file
        .lines()
        .filter(|line| !line.starts_with("-- locks"))
        .collect();
    sandbox.write(path, &(silent.join("\n") + "\n"));
    assert_snapshot!(transcript(&sandbox, &["check", "history --check"]), @"
    $ schemist check
    --- stderr
    The database is what the models say (8 objects compared)

    $ schemist history --check
    --- stderr
    Nothing is wrong with 2 revisions
    ");
}
