//! Models of a database that is there already, as structs.

use std::path::Path;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{sandbox, transcript};

/// Where the pulled projects are that the crate `schemist` compiles in its tests.
const COMPILED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemist/tests");

/// Holds every struct that was written equal to what is compiled there.
#[expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]
pub(crate) fn hold_compiled(sandbox: &Sandbox, folder: &str) {
    let kept = Path::new(COMPILED).join(folder);
    let pulled: Vec<String> = sandbox
        .files("models")
        .into_iter()
        .filter(|file| file.ends_with(".rs"))
        .collect();
    assert!(!pulled.is_empty(), "no struct was written");
    let names: Vec<&str> = pulled
        .iter()
        .filter_map(|file| file.rsplit('/').next())
        .collect();
    let is_written = std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always");
    if is_written {
        std::fs::create_dir_all(&kept).unwrap();
    }
    for name in &names {
        let text = sandbox.read(&format!("models/{name}"));
        let file = kept.join(name);
        if is_written {
            std::fs::write(&file, &text).unwrap();
        }
        let known = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            known == text,
            "{} is behind: run the tests with INSTA_UPDATE=always",
            file.display()
        );
    }
    let others = std::fs::read_dir(&kept).unwrap();
    let others = others.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut gone = others.filter(|name| !names.contains(&name.as_str()));
    assert_eq!(gone.next(), None, "a file in {folder} is pulled no more");
}

#[test]
fn odd_names_of_postgres_become_rust_that_compiles() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE SCHEMA shop;
         CREATE TYPE mood AS ENUM ('happy', 'SAD', 'so-so', '', 'Self', '1st');
         CREATE TYPE shop.\"State\" AS ENUM ('OPEN', 'IN_WORK', 'DONE');
         CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
         CREATE TABLE authors (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             name text NOT NULL UNIQUE,
             mail email,
             boss bigint REFERENCES authors ON DELETE SET NULL,
             favourite integer,
             born date, seen timestamptz NOT NULL DEFAULT now(), wakes time, local timestamp(3),
             balance numeric(10,2) NOT NULL DEFAULT 0, data jsonb NOT NULL DEFAULT '{}', old json,
             picture bytea, key uuid NOT NULL DEFAULT gen_random_uuid(), tags text[] NOT NULL DEFAULT '{}',
             moods mood[], found tsvector, code char(3), flag boolean NOT NULL DEFAULT true,
             small smallint, ratio real, share double precision,
             CHECK (balance >= 0), CONSTRAINT named_check CHECK (small > -1 AND ratio < share)
         );
         COMMENT ON TABLE authors IS 'who writes';
         COMMENT ON COLUMN authors.name IS E'as it is printed,\nwith accents';
         CREATE TABLE books (
             id serial PRIMARY KEY, author_id bigint NOT NULL REFERENCES authors ON DELETE CASCADE,
             state shop.\"State\" NOT NULL DEFAULT 'OPEN', title varchar(100) COLLATE \"C\" NOT NULL,
             slug text GENERATED ALWAYS AS (lower(title)) STORED
         );
         ALTER TABLE authors ADD FOREIGN KEY (favourite) REFERENCES books DEFERRABLE INITIALLY DEFERRED;
         CREATE INDEX ON books (title DESC NULLS LAST, state) WHERE state <> 'DONE';
         CREATE INDEX by_lower ON books (lower(title) text_pattern_ops, author_id);
         CREATE UNIQUE INDEX ON books (slug) INCLUDE (state);
         CREATE TABLE shop.books (\"type\" text, \"Self\" text, \"fn\" integer, \"two words\" text, \"Größe\" integer,
             \"名前\" text, \"1st\" integer, \"Id\" integer, id integer, \"name\" text, \"unique\" text, UNIQUE (\"unique\", name));
         CREATE TABLE \"Option\" (a integer, b integer, PRIMARY KEY (b, a));
         CREATE TABLE \"2 fast\" (a integer, b integer, \"ID\" integer,
             FOREIGN KEY (b, a) REFERENCES \"Option\" ON UPDATE CASCADE);
         CREATE TABLE \"with.dot\" (id integer PRIMARY KEY REFERENCES books);
         CREATE TABLE event (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
         CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         CREATE TABLE kept (id integer PRIMARY KEY, body text) WITH (fillfactor = 70);
         ALTER TABLE kept ALTER body SET STORAGE EXTERNAL;
         ALTER TABLE kept ADD CONSTRAINT late CHECK (id > 0) NOT VALID;
         CREATE TABLE child (extra text) INHERITS (kept);
         CREATE TABLE empty ();
         CREATE VIEW names AS SELECT name FROM authors;",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "comments = true");
    assert_snapshot!(transcript(&sandbox, &["pull", "check", "pull"]), @"
    $ schemist pull
    models/authors.rs
    models/books.rs
    models/enums.rs
    models/event.rs
    models/kept.rs
    models/mod.rs
    models/option_row.rs
    models/schemas.sql
    models/shop_books.rs
    models/table2_fast.rs
    models/tables/child.sql
    models/tables/empty.sql
    models/tables/event.sql
    models/tables/kept.sql
    models/tables/with_dot.sql
    models/types.sql
    models/views/names.sql
    --- stderr
    columns of these types are `String` in Rust, which has nothing like them: tsvector
    The structs need these crates: `cargo add schemist chrono rust_decimal serde_json uuid`
    Wrote 24 objects into 17 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (24 objects compared)

    $ schemist pull
    --- stderr
    columns of these types are `String` in Rust, which has nothing like them: tsvector
    The structs need these crates: `cargo add schemist chrono rust_decimal serde_json uuid`
    Nothing to write: 17 files say the same already — now run `schemist check`: the database is what the models say
    ");
    assert_snapshot!(sandbox.read("models/tables/kept.sql"), @r#"
    ALTER TABLE "kept" ALTER COLUMN "body" SET STORAGE EXTERNAL;
    ALTER TABLE "kept" ADD CONSTRAINT "late" CHECK ((id > 0)) NOT VALID;
    ALTER TABLE "kept" SET (fillfactor=70);
    "#);
    hold_compiled(&sandbox, "pulled/postgres");
}

#[test]
fn tables_of_mysql_become_structs_and_nothing_differs() {
    let Some(database) = Database::mysql() else {
        return;
    };
    database.execute(
        "CREATE TABLE run (
             id bigint unsigned AUTO_INCREMENT PRIMARY KEY, status enum('new', 'in work', 'done') NOT NULL DEFAULT 'new',
             note varchar(30) CHARACTER SET latin1, size int NOT NULL DEFAULT -1, done tinyint(1) NOT NULL DEFAULT 0,
             data json, made timestamp NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp, gone timestamp NULL,
             cost decimal(8,2) COMMENT 'in euros', raw binary(16), `type` text, KEY by_size (size DESC, status),
             UNIQUE KEY one (note), FULLTEXT KEY words (`type`), KEY part (`type`(10))
         ) COMMENT 'what is run';
         CREATE TABLE step (
             id int PRIMARY KEY, run_id bigint unsigned, other bigint unsigned,
             CONSTRAINT step_run FOREIGN KEY (run_id) REFERENCES run (id) ON DELETE CASCADE,
             CONSTRAINT step_other FOREIGN KEY (other) REFERENCES run (id) ON DELETE NO ACTION, CHECK (id > 0)
         );
         CREATE TABLE old (id int PRIMARY KEY) ENGINE=MyISAM DEFAULT CHARSET=latin1;
         CREATE VIEW busy AS SELECT id FROM run WHERE status = 'new';",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &["pull --singular", "check"]), @r#"
    $ schemist pull --singular
    models/mod.rs
    models/old.rs
    models/run.rs
    models/step.rs
    models/tables/run.sql
    models/views/busy.sql
    --- stderr
    comments of the database are `comment = "…"`; with `comments = true` in the settings they are documentation
    The structs need these crates: `cargo add schemist chrono rust_decimal serde_json uuid`
    Wrote 6 objects into 6 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (6 objects compared)
    "#);
    assert_snapshot!(sandbox.read("models/tables/run.sql"), @r"
    ALTER TABLE `run`
        ADD KEY `part` (`type`(10)),
        ADD FULLTEXT KEY `words` (`type`);
    ");
    hold_compiled(&sandbox, "pulled/mysql");
}

#[test]
fn a_file_of_sqlite_becomes_structs_and_nothing_differs() {
    let sandbox = sandbox();
    sandbox.run(&["init", "-q"]).succeeds();
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE authors (id integer PRIMARY KEY AUTOINCREMENT, name varchar(20) NOT NULL COLLATE NOCASE UNIQUE, mood text NOT NULL DEFAULT 'sad' CHECK (mood IN ('happy', 'sad')));
         CREATE TABLE pages (id INTEGER PRIMARY KEY, author integer NOT NULL REFERENCES authors ON DELETE CASCADE, body, at DATETIME DEFAULT CURRENT_TIMESTAMP, done BOOLEAN NOT NULL DEFAULT 0, CHECK (length(body) > 0));
         CREATE TABLE keyed (a TEXT, b TEXT, up TEXT AS (upper(a)) VIRTUAL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
         CREATE TABLE odd (id INTEGER NOT NULL ON CONFLICT IGNORE, x TEXT UNIQUE ON CONFLICT REPLACE);
         CREATE INDEX pages_author_idx ON pages (author);
         CREATE INDEX late ON pages (lower(body), at DESC) WHERE done;
         CREATE VIEW many AS SELECT count(*) AS pages FROM pages;",
    );
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.remove("models/schema.sql");
    assert_snapshot!(transcript(&sandbox, &["pull", "check"]), @r"
    $ schemist pull
    models/authors.rs
    models/keyed.rs
    models/mod.rs
    models/pages.rs
    models/tables/odd.sql
    models/views/many.sql
    --- stderr
    The structs need these crates: `cargo add schemist chrono`
    Wrote 7 objects into 6 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (7 objects compared)
    ");
    hold_compiled(&sandbox, "pulled/sqlite");
    assert_snapshot!(transcript(
        &sandbox,
        &[
            "pull --one-file --into one --sqlx --time time --derive serde::Serialize,Hash --singular --rename pages.body:text --rename authors:Writer",
            "check --models one",
            "pull --into two --case keep --time jiff",
            "check --models two",
            "pull --into three --rename page:Leaf",
            "pull --into three --rename pages:1st",
            "pull --into three --rename pages:Authors",
            "pull --into three --rename pages.body:id",
            "pull --into three --rename pages",
            "pull --into three --derive not-a-path",
            "pull --into three --sql --sqlx",
            "pull --into four --sql",
        ]
    ), @"
    $ schemist pull --one-file --into one --sqlx --time time --derive serde::Serialize,Hash --singular --rename pages.body:text --rename authors:Writer
    one/schema.rs
    one/schema.sql
    --- stderr
    The structs need these crates: `cargo add schemist time`
    sqlx reads them with these features, beside those of your runtime: `cargo add sqlx --features sqlite,time`
    Wrote 7 objects into 2 files — name the folder under `models` in the settings, then run `schemist check`

    $ schemist check --models one
    --- stderr
    The database is what the models say (7 objects compared)

    $ schemist pull --into two --case keep --time jiff
    two/authors.rs
    two/keyed.rs
    two/mod.rs
    two/pages.rs
    two/tables/odd.sql
    two/views/many.sql
    --- stderr
    The structs need these crates: `cargo add schemist jiff`
    Wrote 7 objects into 6 files — name the folder under `models` in the settings, then run `schemist check`

    $ schemist check --models two
    --- stderr
    The database is what the models say (7 objects compared)

    $ schemist pull --into three --rename page:Leaf
    --- stderr
    error: cannot call `page` `Leaf`: no table, column or enum of that name becomes a part of a struct; did you mean `pages`?
      hint: name a table, a table.column or a type as the database has it: `--rename book.type:kind`
    --- exit code 1

    $ schemist pull --into three --rename pages:1st
    --- stderr
    error: cannot call `pages` `1st`: that is no name in Rust
      hint: choose a name that begins with a letter and holds letters, digits and `_`
    --- exit code 1

    $ schemist pull --into three --rename pages:Authors
    --- stderr
    error: cannot call `pages` `Authors`: something else has that name
      hint: choose another name
    --- exit code 1

    $ schemist pull --into three --rename pages.body:id
    --- stderr
    error: cannot call `pages.body` `id`: something else has that name
      hint: choose another name
    --- exit code 1

    $ schemist pull --into three --rename pages
    --- stderr
    error: invalid value 'pages' for '--rename <NAME:NEW>': write what it is called and what it is to be called: book.type:kind

    For more information, try '--help'.
    --- exit code 64

    $ schemist pull --into three --derive not-a-path
    --- stderr
    error: cannot derive `not-a-path`: that is no path to a derive
      hint: name it as Rust does: `--derive serde::Serialize`
    --- exit code 1

    $ schemist pull --into three --sql --sqlx
    --- stderr
    error: the argument '--sql' cannot be used with '--sqlx'

    Usage: schemist pull --into <DIR> --sql

    For more information, try '--help'.
    --- exit code 64

    $ schemist pull --into four --sql
    four/tables/authors.sql
    four/tables/keyed.sql
    four/tables/odd.sql
    four/tables/pages.sql
    four/views/many.sql
    --- stderr
    Wrote 7 objects into 5 files — name the folder under `models` in the settings, then run `schemist check`
    ");
    assert_snapshot!(sandbox.read("one/schema.rs"), @r#"
    use schemist::{DbEnum, Model};

    #[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, sqlx::Type, serde::Serialize, Hash)]
    #[sqlx(rename_all = "lowercase")]
    pub enum WriterMood {
        Happy,
        Sad,
    }

    #[derive(Debug, Clone, Model, sqlx::FromRow, serde::Serialize, Hash)]
    #[model(table = "authors")]
    pub struct Writer {
        #[column(primary_key, nullable, autoincrement)]
        pub id: i64,
        #[column(type = "varchar(20)", unique, collate = "NOCASE")]
        pub name: String,
        #[column(default = "'sad'")]
        pub mood: WriterMood,
    }

    #[derive(Debug, Clone, Model, sqlx::FromRow, serde::Serialize, Hash)]
    #[model(strict)]
    #[model(without_rowid)]
    #[model(primary_key(a, b))]
    pub struct Keyed {
        pub a: String,
        pub b: String,
        #[column(generated("upper(a)", virtual))]
        pub up: Option<String>,
    }

    #[derive(Debug, Clone, Model, sqlx::FromRow, serde::Serialize, Hash)]
    #[model(table = "pages")]
    #[model(
        index(name = "late", where = "done", expressions("lower(body)"), columns(at desc))
    )]
    #[model(check("length(body) > 0"))]
    pub struct Page {
        #[column(primary_key, nullable)]
        pub id: i64,
        #[column(index, references("authors", on_delete = "cascade"))]
        pub author: i64,
        #[column(type = "")]
        #[sqlx(rename = "body")]
        pub text: Option<Vec<u8>>,
        #[column(default = "CURRENT_TIMESTAMP")]
        pub at: Option<time::PrimitiveDateTime>,
        #[column(default = 0)]
        pub done: bool,
    }
    "#);
}

#[test]
fn structs_of_one_dialect_serve_a_project_of_several() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE TABLE book (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, title varchar(50) NOT NULL DEFAULT 'x'::varchar,
             pages integer NOT NULL CHECK (pages > 0));
         CREATE INDEX ON book (pages);
         CREATE INDEX fat ON book (pages) WHERE pages > 500;
         CREATE VIEW fat_books AS SELECT id FROM book WHERE pages > 500;",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\ndialects = [\"postgres\", \"sqlite\"]",
    );
    assert_snapshot!(transcript(&sandbox, &["pull", "check"]), @r"
    $ schemist pull
    models/book.rs
    models/mod.rs
    models/views/fat_books.postgres.sql
    --- stderr
    Wrote 4 objects into 3 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (4 objects compared)
    ");
    let revision = [
        "revision",
        "--autogenerate",
        "-m",
        "first",
        "--dialect",
        "sqlite",
    ];
    sandbox.run(&revision).succeeds();
    assert_snapshot!(sandbox.read("models/book.rs"), @r#"
    use schemist::Model;

    #[derive(Debug, Clone, Model)]
    #[model(check(postgres = "pages > 0"))]
    pub struct Book {
        #[column(primary_key, identity)]
        pub id: i64,
        #[column(
            type(postgres = "character varying(50)"),
            default(postgres = "'x'::character varying")
        )]
        pub title: String,
        #[column(
            index,
            index(name = "fat", where(postgres = "pages > 500"), dialect = "postgres")
        )]
        pub pages: i32,
    }
    "#);
}
