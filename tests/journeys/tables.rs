//! Looking at one table.

use insta::assert_snapshot;
use schemist_testkit::{Database, Reader};

use crate::{project, transcript};

const SHOP: &str = "
    CREATE TYPE mood AS ENUM ('happy', 'sad');
    CREATE TABLE author (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(80) NOT NULL UNIQUE);
    COMMENT ON TABLE author IS 'who writes';
    CREATE TABLE book (
        id serial PRIMARY KEY,
        author_id bigint NOT NULL REFERENCES author ON DELETE CASCADE,
        title text DEFAULT 'untitled' NOT NULL CHECK (title <> ''),
        feels mood
    );
    COMMENT ON COLUMN book.title IS 'as printed';
    CREATE INDEX book_title ON book (lower(title)) WHERE title IS NOT NULL;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER noted BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION note();
    CREATE VIEW titles AS SELECT title FROM book;
    CREATE SCHEMA billing;
    CREATE TABLE billing.book (number integer PRIMARY KEY, book_id integer REFERENCES public.book);";

#[test]
fn a_table_is_shown_with_all_that_stands_on_it() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(SHOP);
    let mut sandbox = project("");
    // Somebody who may only look sees as much.
    let reader = Reader::of(&database, "");
    sandbox.set("DATABASE_URL", reader.url());
    sandbox.hide(reader.name(), "reader");
    assert_snapshot!(transcript(&sandbox, &[
        "schema book",
        "schema author",
        "schema titles",
        "schema book --sql",
    ]), @r#"
    $ schemist schema book
    table book in schema public

      COLUMN     TYPE     NULL  DEFAULT                  NOTES
      id         integer  no    serial from book_id_seq
      author_id  bigint   no
      title      text     no    'untitled'::text         as printed
      feels      mood     yes                            happy | sad

    Keys
      book_pkey  primary key (id)

    Checks
      book_title_check  (title <> ''::text)

    Indexes
      book_title  (lower(title)) where (title IS NOT NULL)

    Foreign keys
      book_author_id_fkey  (author_id) → author (id) on delete cascade

    Referenced by
      book_book_id_fkey  billing.book (book_id)

    Triggers
      noted  BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION note()

    $ schemist schema author
    table author in schema public
    who writes

      COLUMN  TYPE                   NULL  DEFAULT
      id      bigint                 no    identity always
      name    character varying(80)  no

    Keys
      author_pkey      primary key (id)
      author_name_key  unique (name)

    Referenced by
      book_author_id_fkey  book (author_id) on delete cascade

    $ schemist schema titles
    view titles in schema public

      COLUMN  TYPE  NULL  DEFAULT
      title   text

    Query
      SELECT book.title
         FROM book

    $ schemist schema book --sql
    CREATE TABLE "book" (
        "id" serial,
        "author_id" bigint NOT NULL,
        "title" text DEFAULT 'untitled'::text NOT NULL,
        "feels" mood,
        CONSTRAINT "book_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "book_title_check" CHECK ((title <> ''::text))
    );
    COMMENT ON COLUMN "book"."title" IS 'as printed';
    CREATE INDEX "book_title" ON "book" (lower(title)) WHERE (title IS NOT NULL);
    ALTER TABLE "book" ADD CONSTRAINT "book_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE;
    CREATE TRIGGER "noted" BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION note();
    GRANT SELECT ON TABLE "book" TO "reader";
    "#);
    assert_snapshot!(transcript(&sandbox, &[
        "schema billing.book",
        "schema book --schema billing --format json",
        "schema bok",
        "schema book --schema biling",
        "schema schemist_revision",
    ]), @r#"
    $ schemist schema billing.book
    table book in schema billing

      COLUMN   TYPE     NULL  DEFAULT
      number   integer  no
      book_id  integer  yes

    Keys
      book_pkey  primary key (number)

    Foreign keys
      book_book_id_fkey  (book_id) → book (id)

    $ schemist schema book --schema billing --format json
    {
      "checks": [],
      "columns": [
        {
          "collation": null,
          "comment": null,
          "default": null,
          "name": "number",
          "nullable": false,
          "type": "integer",
          "values": []
        },
        {
          "collation": null,
          "comment": null,
          "default": null,
          "name": "book_id",
          "nullable": true,
          "type": "integer",
          "values": []
        }
      ],
      "command": "schema",
      "comment": null,
      "foreign_keys": [
        {
          "comment": null,
          "name": "book_book_id_fkey",
          "text": "(book_id) → book (id)"
        }
      ],
      "indexes": [],
      "keys": [
        {
          "comment": null,
          "name": "book_pkey",
          "text": "primary key (number)"
        }
      ],
      "kind": "table",
      "more": [],
      "name": "book",
      "query": null,
      "referenced_by": [],
      "schema": "billing",
      "sql": "CREATE TABLE \"billing\".\"book\" (\n    \"number\" integer,\n    \"book_id\" integer,\n    CONSTRAINT \"book_pkey\" PRIMARY KEY (\"number\")\n);\nALTER TABLE \"billing\".\"book\" ADD CONSTRAINT \"book_book_id_fkey\" FOREIGN KEY (\"book_id\") REFERENCES \"book\" (\"id\");\n",
      "triggers": [],
      "version": 1
    }

    $ schemist schema bok
    --- stderr
    error: cannot find a table or view bok in the database
      hint: did you mean billing.book, book?
    --- exit code 1

    $ schemist schema book --schema biling
    --- stderr
    error: cannot find a table or view biling.book in the database
      hint: did you mean billing.book, book?
    --- exit code 1

    $ schemist schema schemist_revision
    --- stderr
    error: cannot find a table or view schemist_revision in the database
      hint: there are author, book, billing.book, titles
    --- exit code 1
    "#);
}

#[test]
fn tables_of_sqlite() {
    let sandbox = project("");
    let path = sandbox.project().join("schemist.db");
    sandbox.write("schemist.db", "");
    Database::sqlite_file(&path).execute(
        "CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL UNIQUE) STRICT;
         CREATE TABLE book (id integer PRIMARY KEY, author_id REFERENCES author (id), title text CHECK (title <> ''));
         CREATE TRIGGER noted AFTER INSERT ON book BEGIN SELECT 1; END;",
    );
    assert_snapshot!(transcript(&sandbox, &["schema book", "schema author", "schema AUTHOR -q", "schema other"]), @"
    $ schemist schema book
    table book

      COLUMN     TYPE     NULL  DEFAULT
      id         integer  yes
      author_id           yes
      title      text     yes

    Keys
      (unnamed)  primary key (id)

    Checks
      (unnamed)  title <> ''

    Foreign keys
      (unnamed)  (author_id) → author (id)

    Triggers
      noted  AFTER INSERT ON book BEGIN SELECT 1; END

    $ schemist schema author
    table author

      COLUMN  TYPE     NULL  DEFAULT
      id      integer  yes
      name    text     no

    Keys
      (unnamed)  primary key (id)
      (unnamed)  unique (name)

    Referenced by
      (unnamed)  book (author_id)

    More
      strict  yes

    $ schemist schema AUTHOR -q
    table author

      COLUMN  TYPE     NULL  DEFAULT
      id      integer  yes
      name    text     no

    Keys
      (unnamed)  primary key (id)
      (unnamed)  unique (name)

    Referenced by
      (unnamed)  book (author_id)

    More
      strict  yes

    $ schemist schema other
    --- stderr
    error: cannot find a table or view other in the database
      hint: there are author, book
    --- exit code 1
    ");
}

#[test]
fn tables_of_mysql() {
    let Some(database) = Database::mysql() else {
        return;
    };
    database.execute(
        "CREATE TABLE author (id bigint PRIMARY KEY AUTO_INCREMENT, name varchar(80) UNIQUE);
         CREATE TABLE book (id int PRIMARY KEY, author_id bigint, feels enum('happy', 'sad') COMMENT 'today',
             KEY by_author (author_id), CONSTRAINT written_by FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE);",
    );
    let mut sandbox = project("");
    sandbox.use_database(&database);
    assert_snapshot!(transcript(&sandbox, &["schema book", "schema author"]), @"
    $ schemist schema book
    table book

      COLUMN     TYPE                 NULL  DEFAULT  NOTES
      id         int(11)              no
      author_id  bigint(20)           yes
      feels      enum('happy','sad')  yes            collation utf8mb4_general_ci; today

    Keys
      PRIMARY  primary key (id)

    Indexes
      by_author  (author_id)

    Foreign keys
      written_by  (author_id) → author (id) on delete cascade on update restrict

    More
      engine  InnoDB

    $ schemist schema author
    table author

      COLUMN  TYPE         NULL  DEFAULT         NOTES
      id      bigint(20)   no    auto_increment
      name    varchar(80)  yes                   collation utf8mb4_general_ci

    Keys
      PRIMARY  primary key (id)
      name     unique (name)

    Referenced by
      written_by  book (author_id) on delete cascade on update restrict

    More
      engine  InnoDB
    ");
}
