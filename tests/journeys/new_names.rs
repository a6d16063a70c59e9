//! What gets another name in a revision that somebody wrote by hand: a review tells it from a drop and a new one.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

#[test]
fn what_gets_another_name_is_neither_dropped_nor_made() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE TYPE mood AS ENUM ('happy', 'sad');\n\
         CREATE TABLE author (id bigint PRIMARY KEY, name text);\n\
         CREATE TABLE book (id bigint PRIMARY KEY, author bigint REFERENCES author, title text, feels mood);\n\
         CREATE INDEX book_title ON book (title);\n\
         CREATE VIEW titles AS SELECT title FROM book;\n\
         CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM book;\n\
         CREATE SEQUENCE counter;\n\
         CREATE DOMAIN mail AS text;\n\
         CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n",
    );
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    sandbox.write(
        "migrations/b2.sql",
        "-- schemist revision\n-- id: b2\n-- parent: 111111111111\n-- message: names\n-- dialects: postgres\n\
         -- irreversible: names stay\n\n-- [up]\n\
         ALTER INDEX book_title RENAME TO book_by_title;\n\
         ALTER TABLE titles RENAME TO all_titles;\n\
         ALTER MATERIALIZED VIEW counted RENAME TO how_many;\n\
         ALTER SEQUENCE counter RENAME TO count_up;\n\
         ALTER TYPE mood RENAME TO feeling;\n\
         ALTER TYPE feeling RENAME VALUE 'sad' TO 'blue';\n\
         ALTER DOMAIN mail RENAME TO address;\n\
         ALTER FUNCTION one() RENAME TO single;\n\
         ALTER TABLE book RENAME CONSTRAINT book_author_fkey TO book_writer;\n\
         ALTER TABLE author RENAME CONSTRAINT author_pkey TO author_key;\n\
         CREATE SCHEMA shop;\n\
         ALTER TABLE author SET SCHEMA shop;\n",
    );
    assert_snapshot!(transcript(&sandbox, &["review b2"]), @r#"
    $ schemist review b2
    1 revision named b2
      b2 names — not proven

    What changes
      index "book_by_title"
        rename index "book_title"
          to index "book_by_title"
      view "all_titles"
        rename view "titles"
          to view "all_titles"
      materialized view "how_many"
        rename materialized view "counted"
          to materialized view "how_many"
      sequence "count_up"
        rename sequence "counter"
          to sequence "count_up"
      enum type "feeling"
        rename enum type "mood"
          to enum type "feeling"
        rename value 'sad' of enum type "feeling"
          to 'blue'
      domain "address"
        rename domain "mail"
          to domain "address"
      function "single"()
        rename function "one"()
          to function "single"()
      foreign key "book_writer" on "book"
        rename foreign key "book_author_fkey" on "book"
          to foreign key "book_writer" on "book"
      create schema "shop"
      table "shop"."author"
        rename table "author"
          to schema "shop"
        alter table "shop"."author"
          primary key name: author_pkey → author_key

    Hazards
      danger  programs that run know table "titles" by this name (b2 up, PostgreSQL line 10; table_renamed)
      danger  programs that run know table "counted" by this name (b2 up, PostgreSQL line 11; table_renamed)
      danger  programs that run know sequence "counter" by this name (b2 up, PostgreSQL line 12; table_renamed)
      danger  programs that run know type "mood" by this name (b2 up, PostgreSQL line 13; table_renamed)
      danger  programs that run know value 'sad' of type "feeling" by this name (b2 up, PostgreSQL line 14; enum_value_renamed)
      danger  programs that run know function "one" by this name (b2 up, PostgreSQL line 16; table_renamed)
      danger  programs that run know table "author" by this name (b2 up, PostgreSQL line 20; table_renamed)
      notice  reads and writes of table "book" wait while this waits for its lock (b2 up, PostgreSQL line 17; brief_lock)
      notice  reads and writes of table "author" wait while this waits for its lock (b2 up, PostgreSQL line 18; brief_lock)

    Lost on the way down
      revision b2 has no way back: names stay

    Looked at
      PostgreSQL: run on a scratch database (15.18)
    "#);
    sandbox.write(
        "migrations/c3.sql",
        "-- schemist revision\n-- id: c3\n-- parent: b2\n-- message: schema\n-- dialects: postgres\n\
         -- irreversible: names stay\n\n-- [up]\n\
         ALTER SCHEMA shop RENAME TO store;\n",
    );
    assert_snapshot!(transcript(&sandbox, &["review c3"]), @r#"
    $ schemist review c3
    1 revision named c3
      c3 schema — not proven

    What changes
      schema "store"
        rename schema "shop"
          to schema "store"

    Hazards
      danger  programs that run know schema "shop" by this name (c3 up, PostgreSQL line 9; table_renamed)

    Lost on the way down
      revision c3 has no way back: names stay

    Looked at
      PostgreSQL: run on a scratch database (15.18)
    "#);
}
