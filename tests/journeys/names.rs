//! Names: those that the settings give, those that nobody gives, and odd ones.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const STRUCTS: &str = r#"
#[derive(Model)]
#[model(unique(title, maker_id), index(title), check("id > 0"))]
pub struct Part {
    #[column(primary_key)]
    pub id: i64,
    pub title: String,
    #[column(references(Maker))]
    pub maker_id: i64,
}

#[derive(Model)]
pub struct Maker {
    #[column(primary_key)]
    pub id: i64,
}
"#;

const NAMING: &str = "[naming]
primary_key = \"pk_{table}\"
unique = \"uq_{table}_{columns}\"
foreign_key = \"fk_{table}_{columns}_{target}\"
index = \"ix_{table}_{columns}\"
check = \"ck_{table}_{n}\"
";

/// The statements of a revision's way up.
fn up(sandbox: &Sandbox, path: &str) -> String {
    let text = sandbox.read(path);
    let sections = text.split("\n-- [").map(str::trim);
    let up: Vec<_> = sections
        .filter(|section| section.starts_with("up"))
        .collect();
    up.join("\n")
}

#[test]
fn templates_name_what_structs_leave_out() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("");
    sandbox.use_database(&database);
    sandbox.write("models/part.rs", STRUCTS);
    transcript(&sandbox, &["revision --autogenerate -m parts", "upgrade"]);
    sandbox.write("schemist.toml", NAMING);
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m names",
        "upgrade",
        "check",
        "downgrade -1",
    ]), @r#"
    $ schemist revision --autogenerate -m names
    migrations/2026-11-20_222222222222_names.sql
    --- stderr
      postgres alter table "maker"
      postgres alter table "part"
      postgres create index "ix_part_title"
      postgres drop index "part_title_idx"
      postgres create foreign key "fk_part_maker_id_maker" on "part"
      postgres drop foreign key "part_maker_id_fkey" on "part"
    warning: hazard foreign_key_added: rows of table "part" that refer to nothing make this fail
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, names) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (4 objects compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, names) in <time>
    The database is at 111111111111 now; 1 revision is pending
    "#);
    sandbox.write(
        "schemist.toml",
        "[naming]\nunique = \"uq_{columns}\"\nidx = \"i\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["check"]), @r#"
    $ schemist check
    --- stderr
    error: cannot take the value of `naming.unique`: `{table}` is missing: two tables would get the same name
     --> schemist.toml:2:10
      |
    2 | unique = "uq_{columns}"
      |          ^^^^^^^^^^^^^^ `{table}` is missing: two tables would get the same name
      hint: correct the value
    error: cannot understand the setting `naming.idx`
     --> schemist.toml:3:1
      |
    3 | idx = "i"
      | ^^^ no such setting
      hint: use one of `primary_key`, `unique`, `foreign_key`, `index` and `check`
    --- exit code 1
    "#);
    sandbox.write("schemist.toml", "");
    // Names that nobody gave are not compared, whatever they are.
    database.execute("ALTER TABLE part RENAME CONSTRAINT part_title_maker_id_key TO of_somebody; ALTER TABLE part RENAME CONSTRAINT part_maker_id_fkey TO somewhere");
    assert_snapshot!(transcript(&sandbox, &["check"]), @"
    $ schemist check
    --- stderr
    note: 1 revision not applied yet: run `schemist upgrade`
    The database is what the models say (4 objects compared)
    ");
}

#[test]
fn odd_names_go_up_and_down() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let long = "n".repeat(63);
    let models = format!(
        "CREATE SCHEMA \"Odd \"\"Schema\"\"\";
         CREATE TYPE \"Odd \"\"Schema\"\"\".\"select\" AS ENUM ('it''s', 'a \"b\"', 'ß');
         CREATE TABLE \"user\" (\"order\" bigint PRIMARY KEY, \"a.b\" text NOT NULL, \"Größe €\" integer CHECK (\"Größe €\" > 0), \"{long}\" integer UNIQUE);
         CREATE TABLE \"Odd \"\"Schema\"\"\".\"книга\" (\"名前\" \"Odd \"\"Schema\"\"\".\"select\" DEFAULT 'it''s', \"say \"\"hi\"\"\" bigint REFERENCES \"user\", \"back\\slash\" serial);
         CREATE INDEX \"{long}i\" ON \"user\" (\"{long}\", lower(\"a.b\"));
         CREATE VIEW \"View.1\" AS SELECT \"order\" AS \"group by\", \"{long}\" FROM \"user\";
         CREATE FUNCTION \"Half Of\"(\"in\" integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 / 2';
         CREATE FUNCTION \"touch;\"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER \"on 'it'\" BEFORE UPDATE OF \"a.b\" ON \"user\" FOR EACH ROW EXECUTE FUNCTION \"touch;\"();
         COMMENT ON COLUMN \"user\".\"a.b\" IS 'it''s a \"dot\"';"
    )
    .replace(&format!("{long}i"), &format!("{}i", "n".repeat(62)));
    let mut sandbox = project(&models);
    sandbox.use_database(&database);
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m odd",
        "upgrade",
        "check",
        "downgrade base",
        "upgrade",
        "check",
    ]), @r#"
    $ schemist revision --autogenerate -m odd
    migrations/2026-11-20_111111111111_odd.sql
    --- stderr
      postgres create schema "Odd ""Schema"""
      postgres create enum type "Odd ""Schema"""."select"
      postgres create sequence "Odd ""Schema"""."книга_back\slash_seq"
      postgres create table "user"
      postgres create table "Odd ""Schema"""."книга"
      postgres create index "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnni"
      postgres create foreign key "книга_say ""hi""_fkey" on "Odd ""Schema"""."книга"
      postgres create view "View.1"
      postgres create function "Half Of"(integer)
      postgres create function "touch;"()
      postgres create trigger "on 'it'" on "user"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, odd) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (11 objects compared)

    $ schemist downgrade base
    --- stderr
    <url>: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, odd) in <time>
    The database is at base now; 1 revision is pending

    $ schemist upgrade
    --- stderr
    <url>: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, odd) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (11 objects compared)
    "#);
    let other = models
        .replace("\"Größe €\" integer", "\"Größe €\" bigint")
        .replace("'ß'", "'ß', 'ß2'")
        .replace("\"a.b\"", "\"c.d\"")
        .replace("\"c.d\" text", "\n-- @renamed from \"a.b\"\n\"c.d\" text");
    sandbox.write("models/schema.sql", &other);
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m other",
        "upgrade",
        "check",
        "downgrade -1",
    ]), @r#"
    $ schemist revision --autogenerate -m other
    migrations/2026-11-20_222222222222_other.sql
    --- stderr
      postgres rename column "a.b" of table "user" to "c.d"
      postgres alter enum type "Odd ""Schema"""."select"
      postgres alter table "user"
    warning: hazard table_rewritten: table "user" is locked and written anew while column "Größe €" becomes bigint
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, other) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (11 objects compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, other) in <time>
    The database is at 111111111111 now; 1 revision is pending
    "#);
    assert_snapshot!(up(&sandbox, &sandbox_file(&sandbox, "other")), @r#"
    up postgres]
    -- locks "user": ACCESS EXCLUSIVE
    ALTER TABLE "user" RENAME COLUMN "a.b" TO "c.d";
    up postgres, no transaction]
    ALTER TYPE "Odd ""Schema"""."select" ADD VALUE 'ß2' AFTER 'ß';
    up postgres]
    -- hazard table_rewritten: table "user" is locked and written anew while column "Größe €" becomes bigint
    -- locks "user": ACCESS EXCLUSIVE, rewrites it
    ALTER TABLE "user" ALTER COLUMN "Größe €" TYPE bigint;
    "#);
}

/// The path of the revision whose name ends like this.
fn sandbox_file(sandbox: &Sandbox, slug: &str) -> String {
    let files = sandbox.files("migrations");
    let found = files
        .iter()
        .find(|file| file.ends_with(&format!("{slug}.sql")));
    // A file that is not there fails the test where it is read.
    format!("migrations/{}", found.map_or("missing", String::as_str))
}
