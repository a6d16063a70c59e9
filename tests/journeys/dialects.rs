//! One history for several dialects.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox, Server, mysql, postgres};

use crate::{sandbox, transcript};

const STRUCTS: &str = "
#[derive(Model)]
pub struct Run {
    #[column(primary_key)]
    pub id: i64,
    pub status: RunStatus,
}

#[derive(DbEnum)]
#[db_enum(rename_all = \"snake_case\")]
pub enum RunStatus { New, Failed, Done }
";

/// One database of each dialect.
struct Databases {
    postgres: Database,
    sqlite: Database,
    mysql: Database,
    servers: (Server, Server),
}

impl Databases {
    fn new() -> Option<Self> {
        Some(Self {
            postgres: Database::postgres()?,
            sqlite: Database::sqlite(),
            mysql: Database::mysql()?,
            servers: (postgres().ok()?, mysql().ok()?),
        })
    }

    fn each(&self) -> [(&'static str, &Database); 3] {
        [
            ("postgres", &self.postgres),
            ("sqlite", &self.sqlite),
            ("mysql", &self.mysql),
        ]
    }
}

/// A project with these dialects, whose own database is that of SQLite.
fn project(databases: &Databases, dialects: &str, model: (&str, &str)) -> Sandbox {
    let mut sandbox = sandbox();
    let (postgres, mysql) = &databases.servers;
    let settings = settings(dialects)
        .replace("<postgres>", &postgres.url)
        .replace("<mysql>", &mysql.url);
    sandbox.write("schemist.toml", &settings);
    sandbox.write(model.0, model.1);
    sandbox.use_database(&databases.sqlite);
    for (dialect, database) in databases.each() {
        sandbox.hide(database.url(), &format!("<{dialect}>"));
        // Messages name a file without what its url says behind a `?`.
        if let Some((path, _)) = database.url().split_once("?mode") {
            sandbox.hide(path, &format!("<{dialect}>"));
        }
        let version = match dialect {
            "postgres" => "SHOW server_version",
            "sqlite" => "SELECT sqlite_version()",
            _ => "SELECT substring_index(version(), '-', 1)",
        };
        let version = database.rows(version).remove(0);
        let version = version.split(' ').next().unwrap_or_default();
        sandbox.hide(
            &format!("{dialect} {version}"),
            &format!("{dialect} <version>"),
        );
    }
    sandbox
}

fn settings(dialects: &str) -> String {
    format!(
        "models = [\"models\"]\n[database.main]\nurl = \"${{DATABASE_URL}}\"\ndialects = [{dialects}]\n\
         scratch_url = [\"<postgres>\", \"<mysql>\"]\n"
    )
}

const ALL: &str = "\"sqlite\", \"postgres\", \"mysql\"";

/// The file of the newest revision.
fn newest(sandbox: &Sandbox) -> String {
    let files = sandbox.files("migrations");
    let name = files.last().map_or("none", String::as_str);
    sandbox.read(&format!("migrations/{name}"))
}

/// The sections of the newest revision.
fn sections(sandbox: &Sandbox) -> String {
    let text = newest(sandbox);
    let start = text.find("\n-- [").unwrap_or_default();
    text[start..].trim().to_owned()
}

/// What the newest revision's header says of dialects.
fn header(sandbox: &Sandbox) -> String {
    let text = sandbox.shown(&newest(sandbox));
    let keys = ["-- dialects", "-- proven", "-- not_atomic"];
    let is_told = |line: &&str| keys.iter().any(|key| line.starts_with(key));
    let lines: Vec<_> = text.lines().filter(is_told).collect();
    lines.join("\n")
}

#[test]
fn an_enum_value_has_three_parts_in_one_file() {
    let Some(databases) = Databases::new() else {
        return;
    };
    let sandbox = project(&databases, ALL, ("models/run.rs", STRUCTS));
    transcript(&sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    sandbox.write(
        "models/run.rs",
        &STRUCTS.replace("Failed,", "Failed, ConditionFailed,"),
    );
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate -m conditions"]), @r#"
    $ schemist revision --autogenerate -m conditions
    migrations/2026-11-20_222222222222_conditions.sql
    --- stderr
      postgres alter enum type "runstatus"
      sqlite alter table "run"
      mysql alter table "run"
    warning: hazard table_rewritten: table "run" is locked while what it holds is copied
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(header(&sandbox), @"
    -- dialects: postgres, sqlite, mysql
    -- proven: postgres <version>, sqlite <version>, mysql <version>
    -- not_atomic: up postgres
    ");
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up postgres, no transaction]
    ALTER TYPE "runstatus" ADD VALUE 'condition_failed' AFTER 'failed';

    -- [up sqlite, foreign keys off]
    CREATE TABLE "schemist_new_run" (
        "id" INTEGER PRIMARY KEY NOT NULL,
        "status" TEXT NOT NULL CHECK ("status" IN ('new', 'failed', 'condition_failed', 'done'))
    );

    -- hazard table_rewritten: table "run" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_run" ("id", "status")
    SELECT "id", "status"
    FROM "run";

    DROP TABLE "run";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_run" RENAME TO "run";
    PRAGMA legacy_alter_table = OFF;

    -- [up mysql]
    -- hazard table_rewritten: table "run" is locked while what it holds is copied
    ALTER TABLE `run` MODIFY COLUMN `status` enum('new','failed','condition_failed','done') NOT NULL;

    -- [down postgres]
    DO $schemist$
    DECLARE
        held bigint;
    BEGIN
        SELECT count(*) INTO held FROM "run" WHERE "status"::text IN ('condition_failed');
        IF held > 0 THEN
            RAISE EXCEPTION '% rows of "run" hold a value of "status" that is removed: condition_failed', held
                USING ERRCODE = 'check_violation', HINT = 'Give these rows another value first: UPDATE "run" SET "status" = … WHERE "status"::text IN (''condition_failed'');';
        END IF;
    END
    $schemist$;

    -- hazard enum_value_removed: rows that hold condition_failed must be mapped first
    ALTER TYPE "runstatus" RENAME TO "schemist_old_runstatus";

    CREATE TYPE "runstatus" AS ENUM ('new', 'failed', 'done');

    -- hazard table_rewritten: table "run" is locked and written anew while column "status" becomes runstatus
    -- locks "run": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "run" ALTER COLUMN "status" TYPE runstatus USING "status"::text::runstatus;

    DROP TYPE "schemist_old_runstatus";

    -- [down sqlite, foreign keys off]
    CREATE TABLE "schemist_new_run" (
        "id" INTEGER PRIMARY KEY NOT NULL,
        "status" TEXT NOT NULL CHECK ("status" IN ('new', 'failed', 'done'))
    );

    -- hazard table_rewritten: table "run" is written anew with all of its rows, while nobody else can write
    -- hazard enum_value_removed: rows of table "run" that hold 'condition_failed' make this fail and must be mapped first
    INSERT OR ABORT INTO "schemist_new_run" ("id", "status")
    SELECT "id", "status"
    FROM "run";

    DROP TABLE "run";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_run" RENAME TO "run";
    PRAGMA legacy_alter_table = OFF;

    -- [down mysql]
    -- hazard enum_value_removed: rows of table "run" that hold 'condition_failed' make this fail and must be mapped first
    -- hazard table_rewritten: table "run" is locked while what it holds is copied
    ALTER TABLE `run` MODIFY COLUMN `status` enum('new','failed','done') NOT NULL;
    "#);
    for (_, database) in databases.each() {
        let url = database.url();
        sandbox.run(&["upgrade", "--url", url]).succeeds();
        sandbox.run(&["check", "--url", url]).succeeds();
        database.execute("INSERT INTO run VALUES (1, 'condition_failed')");
        // Nothing is lost: the way down stops at the row.
        let refused = sandbox.run(&["downgrade", "-1", "--url", url]);
        assert_ne!(refused.code, Some(0), "{refused}");
        assert!(
            refused.stderr.contains("the server refuses this")
                || refused.stderr.contains("rows stand against it"),
            "{refused}"
        );
        assert_eq!(
            database.rows("SELECT status FROM run"),
            ["condition_failed"]
        );
        database.execute("UPDATE run SET status = 'failed'");
        sandbox.run(&["downgrade", "-1", "--url", url]).succeeds();
        assert_eq!(database.rows("SELECT status FROM run"), ["failed"]);
        sandbox.run(&["upgrade", "--url", url]).succeeds();
        sandbox.run(&["check", "--url", url]).succeeds();
    }
    assert_snapshot!(transcript(&sandbox, &["verify", "verify head"]), @"
    $ schemist verify
    postgres <version>: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    sqlite <version>: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    mysql <version>: 2 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say

    $ schemist verify head
    postgres <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; the head is what the models say
    sqlite <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; the head is what the models say
    mysql <version>: 222222222222 with made-up rows up in <time>, down in <time>, up again in <time>; the head is what the models say
    ");
}

#[test]
fn plain_text_needs_nothing_for_a_new_value() {
    let Some(databases) = Databases::new() else {
        return;
    };
    let sandbox = project(&databases, ALL, ("models/run.rs", STRUCTS));
    let settings = sandbox.read("schemist.toml") + "enum_checks = false\n";
    sandbox.write("schemist.toml", &settings);
    transcript(&sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    sandbox.write(
        "models/run.rs",
        &STRUCTS.replace("Failed,", "Failed, ConditionFailed,"),
    );
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate -m conditions"]), @r#"
    $ schemist revision --autogenerate -m conditions
    migrations/2026-11-20_222222222222_conditions.sql
    --- stderr
      postgres alter enum type "runstatus"
      mysql alter table "run"
    warning: hazard table_rewritten: table "run" is locked while what it holds is copied
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
    let text = sections(&sandbox);
    let (up, _) = text.split_once("\n-- [down").unwrap();
    assert_snapshot!(up, @r#"
    -- [up postgres, no transaction]
    ALTER TYPE "runstatus" ADD VALUE 'condition_failed' AFTER 'failed';

    -- [up sqlite]
    -- SQLite needs nothing here

    -- [up mysql]
    -- hazard table_rewritten: table "run" is locked while what it holds is copied
    ALTER TABLE `run` MODIFY COLUMN `status` enum('new','failed','condition_failed','done') NOT NULL;
    "#);
}

#[test]
fn a_dialect_comes_later() {
    let Some(databases) = Databases::new() else {
        return;
    };
    let model = "CREATE TABLE book (id integer PRIMARY KEY, title varchar(100) NOT NULL);\n";
    let two = "\"sqlite\", \"postgres\"";
    let sandbox = project(&databases, two, ("models/book.sql", model));
    let postgres = databases.postgres.url();
    transcript(
        &sandbox,
        &[
            "revision --autogenerate -m books",
            "revision --empty -m titles",
            "upgrade",
        ],
    );
    let titles = sandbox.files("migrations").pop().unwrap();
    let titles = format!("migrations/{titles}");
    let text = sandbox
        .read(&titles)
        .replace("[up]", "[up]\nUPDATE book SET title = 'x';");
    sandbox.write(
        &titles,
        &text.replace("[down]", "[down]\n-- nothing to take back"),
    );
    sandbox.run(&["upgrade", "--url", postgres]).succeeds();
    sandbox.run(&["upgrade"]).succeeds();
    let settings = sandbox.read("schemist.toml").replace(two, ALL);
    sandbox.write("schemist.toml", &settings);
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate --dialect mysql -m mysql"]), @r#"
    $ schemist revision --autogenerate --dialect mysql -m mysql
    migrations/2026-11-20_333333333333_mysql.sql
    --- stderr
      mysql create table "book"
    Wrote revision 333333333333 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(header(&sandbox), @"
    -- dialects: postgres, sqlite, mysql
    -- proven: mysql <version>
    ");
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up mysql]
    CREATE TABLE `book` (
        `id` int(11) NOT NULL,
        `title` varchar(100) NOT NULL,
        PRIMARY KEY (`id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

    -- [up postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone

    -- [down mysql]
    -- hazard table_dropped: table "book" is dropped with all of its rows
    DROP TABLE `book`;

    -- [down postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone
    "#);
    let upgrade = |database: &Database| sandbox.run(&["upgrade", "--url", database.url()]);
    assert_snapshot!(upgrade(&databases.mysql), @"
    $ schemist upgrade --url <mysql>
    --- stderr
    <mysql>: base → 333333333333, 3 revisions to apply
    Passed over 111111111111 (2026-11-20, books): it is not for MySQL/MariaDB
    Passed over 222222222222 (2026-11-20, titles): it is not for MySQL/MariaDB
    Applied 333333333333 (2026-11-20, mysql) in <time>
    ");
    assert_snapshot!(upgrade(&databases.postgres), @"
    $ schemist upgrade --url <postgres>
    --- stderr
    <postgres>: 222222222222 → 333333333333, 1 revision to apply
    Applied 333333333333 (2026-11-20, mysql) in <time>
    ");
    for (_, database) in databases.each() {
        upgrade(database).succeeds();
        let check = ["check", "--url", database.url()];
        sandbox.run(&check).succeeds();
    }
    sandbox.write("models/book.sql", &model.replace("100", "200"));
    sandbox
        .run(&["revision", "--autogenerate", "-m", "longer"])
        .succeeds();
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up postgres]
    -- locks "book": ACCESS EXCLUSIVE
    ALTER TABLE "book" ALTER COLUMN "title" TYPE character varying(200);

    -- [up sqlite, foreign keys off]
    CREATE TABLE "schemist_new_book" (
        "id" integer PRIMARY KEY,
        "title" varchar(200) NOT NULL
    );

    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
    SELECT "id", "title"
    FROM "book";

    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;

    -- [up mysql]
    ALTER TABLE `book` MODIFY COLUMN `title` varchar(200) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;

    -- [down postgres]
    -- hazard table_rewritten: table "book" is locked and written anew while column "title" becomes character varying(100)
    -- locks "book": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "book" ALTER COLUMN "title" TYPE character varying(100);

    -- [down sqlite, foreign keys off]
    CREATE TABLE "schemist_new_book" (
        "id" integer PRIMARY KEY,
        "title" varchar(100) NOT NULL
    );

    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_book" ("id", "title")
    SELECT "id", "title"
    FROM "book";

    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;

    -- [down mysql]
    -- hazard type_changed: values of column "title" of table "book" that do not fit varchar(100) make this fail
    -- hazard table_rewritten: table "book" is locked while what it holds is copied
    ALTER TABLE `book` MODIFY COLUMN `title` varchar(100) NOT NULL;
    "#);
    assert_snapshot!(transcript(&sandbox, &["verify"]), @"
    $ schemist verify
    postgres <version>: 4 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    sqlite <version>: 4 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    mysql <version>: 2 of 4 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    ");
}

#[test]
fn a_dialect_begins_with_what_is_there() {
    let Some(databases) = Databases::new() else {
        return;
    };
    let model = "CREATE TABLE book (id integer PRIMARY KEY);\n";
    let two = "\"sqlite\", \"postgres\"";
    let sandbox = project(&databases, two, ("models/book.sql", model));
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let settings = sandbox.read("schemist.toml").replace(two, ALL);
    sandbox.write("schemist.toml", &settings);
    databases
        .mysql
        .execute("CREATE TABLE book (id integer PRIMARY KEY)");
    let url = databases.mysql.url();
    assert_snapshot!(sandbox.run(&["revision", "--baseline", "-m", "mysql", "--url", url]), @r#"
    $ schemist revision --baseline -m mysql --url <mysql>
    migrations/2026-11-20_222222222222_mysql.sql
    --- stderr
    <mysql>: stamp 222222222222
      mysql create table "book"
    Wrote revision 222222222222 and stamped it: the database is there already
    "#);
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up mysql]
    CREATE TABLE `book` (
        `id` int(11) NOT NULL,
        PRIMARY KEY (`id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

    -- [up postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone

    -- [down mysql]
    -- hazard table_dropped: table "book" is dropped with all of its rows
    DROP TABLE `book`;

    -- [down postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone
    "#);
    assert_snapshot!(sandbox.run(&["upgrade", "--url", url]), @"
    $ schemist upgrade --url <mysql>
    --- stderr
    Nothing to apply: the database is there already
    ");
    assert_snapshot!(sandbox.run(&["check", "--url", url]), @"
    $ schemist check --url <mysql>
    --- stderr
    The database is what the models say (1 object compared)
    ");
    assert_snapshot!(sandbox.run(&["revision", "--baseline", "-m", "mysql", "--url", url]), @"
    $ schemist revision --baseline -m mysql --url <mysql>
    --- stderr
    error: cannot write a baseline: there are revisions for MySQL/MariaDB already
      hint: leave out --baseline; a baseline is the first revision
    --- exit code 1
    ");
}

#[test]
fn what_one_dialect_has_is_nothing_for_the_others() {
    let Some(databases) = Databases::new() else {
        return;
    };
    let model = "CREATE TABLE book (id integer PRIMARY KEY, price integer);\n";
    let sandbox = project(&databases, ALL, ("models/book.sql", model));
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/prices.postgres.sql",
        "CREATE MATERIALIZED VIEW prices AS SELECT sum(price) AS total FROM book;\n",
    );
    let view =
        "-- @dialect sqlite, mysql\nCREATE VIEW dear AS SELECT id FROM book WHERE price > 100;\n";
    sandbox.write("models/dear.sql", view);
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate --dialect postgres -m prices"]), @r#"
    $ schemist revision --autogenerate --dialect postgres -m prices
    migrations/2026-11-20_222222222222_prices.sql
    --- stderr
      postgres create materialized view "prices"
    Wrote revision 222222222222 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up postgres]
    -- hazard materialized_view_filled: materialized view "prices" is filled by its query, which takes as long as the query does
    CREATE MATERIALIZED VIEW "prices" AS
    SELECT sum(book.price) AS total
       FROM book;

    -- [up sqlite, mysql]
    -- this revision is for PostgreSQL alone

    -- [down postgres]
    DROP MATERIALIZED VIEW "prices";

    -- [down sqlite, mysql]
    -- this revision is for PostgreSQL alone
    "#);
    assert_snapshot!(transcript(&sandbox, &["upgrade", "revision --autogenerate -m dear"]), @r#"
    $ schemist upgrade
    --- stderr
    <sqlite>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, prices) in <time>

    $ schemist revision --autogenerate -m dear
    migrations/2026-11-20_333333333333_dear.sql
    --- stderr
      sqlite create view "dear"
      mysql create view "dear"
    Wrote revision 333333333333 — read it, then run `schemist upgrade`
    "#);
    assert_snapshot!(header(&sandbox), @"
    -- dialects: postgres, sqlite, mysql
    -- proven: postgres <version>, sqlite <version>, mysql <version>
    ");
    assert_snapshot!(sections(&sandbox), @r#"
    -- [up postgres]
    -- PostgreSQL needs nothing here

    -- [up sqlite]
    CREATE VIEW "dear" AS SELECT id FROM book WHERE price > 100;

    -- [up mysql]
    CREATE VIEW `dear` AS
    select `book`.`id` AS `id` from `book` where `book`.`price` > 100;

    -- [down postgres]
    -- PostgreSQL needs nothing here

    -- [down sqlite]
    DROP VIEW "dear";

    -- [down mysql]
    DROP VIEW `dear`;
    "#);
    assert_snapshot!(transcript(&sandbox, &["upgrade", "verify", "revision --empty -m rows --dialect mysql"]), @"
    $ schemist upgrade
    --- stderr
    <sqlite>: 222222222222 → 333333333333, 1 revision to apply
    Applied 333333333333 (2026-11-20, dear) in <time>

    $ schemist verify
    postgres <version>: 3 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    sqlite <version>: 3 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say
    mysql <version>: 3 revisions up in <time>, down in <time>, up again in <time>; the head is what the models say

    $ schemist revision --empty -m rows --dialect mysql
    migrations/2026-11-20_444444444444_rows.sql
    --- stderr
    Wrote revision 444444444444
    Fill in its sections: `schemist edit 444444444444`
    ");
    assert_snapshot!(sections(&sandbox), @"
    -- [up mysql]


    -- [up postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone

    -- [down mysql]


    -- [down postgres, sqlite]
    -- this revision is for MySQL/MariaDB alone
    ");
}
