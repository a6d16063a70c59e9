//! Models of a database that is there already.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{sandbox, transcript};

#[test]
fn a_postgres_database_becomes_models_and_nothing_differs() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE TYPE mood AS ENUM ('happy', 'sad');
         CREATE SCHEMA shop;
         CREATE TABLE author (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
         CREATE TABLE shop.book (id serial PRIMARY KEY, author_id bigint NOT NULL REFERENCES author ON DELETE CASCADE, feels mood);
         COMMENT ON TABLE shop.book IS 'what is sold';
         CREATE INDEX book_feels ON shop.book (feels) WHERE feels IS NOT NULL;
         CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
         CREATE TRIGGER noted BEFORE INSERT ON shop.book FOR EACH ROW EXECUTE FUNCTION note();
         CREATE VIEW names AS SELECT name FROM author;",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    assert_snapshot!(transcript(&sandbox, &["init", "pull --sql", "check", "pull --sql"]), @r#"
    $ schemist init
    --- stderr
    Wrote schemist.toml
    Wrote models/schema.sql
    Wrote migrations/.gitkeep
    Wrote .gitignore
    Declare tables in models/ and then run `schemist revision --autogenerate -m "first tables"`

    $ schemist pull --sql
    models/functions/note.sql
    models/schemas.sql
    models/tables/author.sql
    models/tables/shop/book.sql
    models/types.sql
    models/views/names.sql
    --- stderr
    Wrote 9 objects into 6 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (9 objects compared)

    $ schemist pull --sql
    --- stderr
    Nothing to write: 6 files say the same already — now run `schemist check`: the database is what the models say
    "#);
    assert_snapshot!(sandbox.read("models/tables/shop/book.sql"), @r#"
    CREATE TABLE "shop"."book" (
        "id" serial,
        "author_id" bigint NOT NULL,
        "feels" mood,
        CONSTRAINT "book_pkey" PRIMARY KEY ("id")
    );
    COMMENT ON TABLE "shop"."book" IS 'what is sold';

    CREATE INDEX "book_feels" ON "shop"."book" ("feels") WHERE (feels IS NOT NULL);

    ALTER TABLE "shop"."book" ADD CONSTRAINT "book_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE CASCADE;

    CREATE TRIGGER "noted" BEFORE INSERT ON shop.book FOR EACH ROW EXECUTE FUNCTION note();
    "#);
    database.execute("ALTER TABLE author ADD age integer");
    assert_snapshot!(transcript(&sandbox, &["pull --sql", "pull --sql --force", "check"]), @"
    $ schemist pull --sql
    --- stderr
    error: cannot write over models/tables/author.sql
      hint: add --force if you mean it, or --into <DIR> for another folder
    --- exit code 1

    $ schemist pull --sql --force
    models/tables/author.sql
    --- stderr
    Wrote 9 objects into 6 files, of which 5 files said the same already — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (9 objects compared)
    ");
    assert_snapshot!(transcript(&sandbox, &[
        "pull --sql --one-file",
        "pull --sql --one-file --into elsewhere",
        "check --models elsewhere",
    ]), @"
    $ schemist pull --sql --one-file
    --- stderr
    error: cannot write beside models/functions/note.sql: it declares things already, which would be there twice
      hint: remove it, add --force if you mean it, or --into <DIR> for another folder
    --- exit code 1

    $ schemist pull --sql --one-file --into elsewhere
    elsewhere/schema.sql
    --- stderr
    Wrote 9 objects into 1 file — name the folder under `models` in the settings, then run `schemist check`

    $ schemist check --models elsewhere
    --- stderr
    The database is what the models say (9 objects compared)
    ");
}

#[test]
fn secrets_are_in_no_file() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE FOREIGN DATA WRAPPER far;
         CREATE SERVER other FOREIGN DATA WRAPPER far OPTIONS (host 'there', password 'hunter2');
         CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (password 'hunter2');",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &["pull --sql", "check"]), @r#"
    $ schemist pull --sql
    models/servers.sql
    --- stderr
    warning: a model holds no secrets: password of server "other" must be set by hand where it says <secret>
    warning: a model holds no secrets: password of user mapping "public" on "other" must be set by hand where it says <secret>
    Wrote 3 objects into 1 file — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (3 objects compared)
    "#);
    assert_snapshot!(sandbox.read("models/servers.sql"), @r#"
    CREATE FOREIGN DATA WRAPPER "far";

    -- What says <secret> here is set by hand in the database, and compared nowhere.
    CREATE SERVER "other" FOREIGN DATA WRAPPER "far" OPTIONS ("host" 'there', "password" '<secret>');

    -- What says <secret> here is set by hand in the database, and compared nowhere.
    CREATE USER MAPPING FOR PUBLIC SERVER "other" OPTIONS ("password" '<secret>');
    "#);
}

#[test]
fn a_mysql_database_becomes_models_and_nothing_differs() {
    let Some(database) = Database::mysql() else {
        return;
    };
    database.execute(
        "CREATE TABLE run (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, status enum('new', 'done') NOT NULL DEFAULT 'new');
         CREATE TABLE step (id int PRIMARY KEY, run_id bigint unsigned, CONSTRAINT step_run FOREIGN KEY (run_id) REFERENCES run (id));
         CREATE VIEW busy AS SELECT id FROM run WHERE status = 'new';
         CREATE TRIGGER started BEFORE INSERT ON run FOR EACH ROW SET NEW.status = 'new';",
    );
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &["pull --sql", "check"]), @"
    $ schemist pull --sql
    models/tables/run.sql
    models/tables/step.sql
    models/views/busy.sql
    --- stderr
    Wrote 5 objects into 3 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (5 objects compared)
    ");
    assert_snapshot!(sandbox.read("models/tables/run.sql"), @"
    CREATE TABLE `run` (
        `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
        `status` enum('new','done') NOT NULL DEFAULT 'new',
        PRIMARY KEY (`id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

    CREATE TRIGGER started BEFORE INSERT ON run FOR EACH ROW SET NEW.status = 'new';
    ");
}

#[test]
fn a_file_of_sqlite_becomes_models_and_nothing_differs() {
    let sandbox = sandbox();
    sandbox.run(&["init", "-q"]).succeeds();
    assert_snapshot!(transcript(&sandbox, &["pull --sql"]), @"
    $ schemist pull --sql
    --- stderr
    error: cannot open <project>/schemist.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1
    ");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE \"Odd/Name\" (id integer PRIMARY KEY AUTOINCREMENT, title text NOT NULL DEFAULT 'a;b');
         CREATE TABLE page (book integer NOT NULL REFERENCES \"Odd/Name\" ON DELETE CASCADE);
         CREATE INDEX page_book ON page (book);
         CREATE TRIGGER turned AFTER INSERT ON page BEGIN UPDATE page SET book = 1; SELECT 1; END;
         CREATE VIEW pages AS SELECT count(*) AS pages FROM page;",
    );
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    assert_snapshot!(transcript(&sandbox, &[
        "pull --sql",
        "pull --sql --into pulled",
        "check --models pulled",
    ]), @"
    $ schemist pull --sql
    --- stderr
    error: cannot write beside models/schema.sql: it declares things already, which would be there twice
      hint: remove it, add --force if you mean it, or --into <DIR> for another folder
    --- exit code 1

    $ schemist pull --sql --into pulled
    pulled/tables/Odd_Name.sql
    pulled/tables/page.sql
    pulled/views/pages.sql
    --- stderr
    Wrote 5 objects into 3 files — name the folder under `models` in the settings, then run `schemist check`

    $ schemist check --models pulled
    --- stderr
    The database is what the models say (5 objects compared)
    ");
    assert_snapshot!(sandbox.read("pulled/tables/page.sql"), @r#"
    CREATE TABLE "page" (
        "book" integer NOT NULL REFERENCES "Odd/Name" ON DELETE CASCADE
    );

    CREATE INDEX "page_book" ON "page" ("book");

    CREATE TRIGGER "turned" AFTER INSERT ON page BEGIN UPDATE page SET book = 1; SELECT 1; END;
    "#);
}
