//! What a reviewer reads of revisions.

use std::process::Command;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const BOOKS: &str = "CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id), title text, old text);
";

const CHANGED: &str = "CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id), title text NOT NULL);
CREATE TABLE tag (name text PRIMARY KEY, book_id integer NOT NULL REFERENCES book (id));
CREATE INDEX tag_book ON tag (book_id);
";

/// Runs git in the project, with nothing of the person's own.
pub(crate) fn git(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(sandbox.project())
        .env("HOME", sandbox.project())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c"])
        .args(["-c", "commit.gpgsign=false"])
        .args(arguments)
        .output();
    let output = output.unwrap_or_else(|error| panic!("git: {error}"));
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", words(&output.stderr));
    words(&output.stdout)
}

/// Commits are called otherwise whenever they are made.
fn hide_commit(sandbox: &mut Sandbox) {
    let commit = git(sandbox, &["rev-parse", "HEAD"]);
    sandbox.hide(&commit[..8], "<commit>");
}

/// A branch that changes what is on main.
fn branch() -> Sandbox {
    let mut sandbox = project(BOOKS);
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "models", "migrations", "schemist.toml"]);
    git(&sandbox, &["commit", "-q", "-m", "books"]);
    hide_commit(&mut sandbox);
    git(&sandbox, &["tag", "v1"]);
    git(&sandbox, &["checkout", "-q", "-b", "tags"]);
    sandbox.write("models/schema.sql", CHANGED);
    transcript(&sandbox, &["revision --autogenerate -m tags"]);
    sandbox
}

#[test]
fn a_branch_is_compared_with_main() {
    let sandbox = branch();
    assert_snapshot!(transcript(&sandbox, &[
        "review --live",
        "review --fail-on danger -q",
        "review v1.. -q",
        "review base..head-1 -q",
        "review nowhere..head",
        "review --output html=missing/review.html",
    ]), @r#"
    $ schemist review --live
    1 revision not on main (since commit <commit>)
      222222222222 2026-11-20 tags — proven on SQLite 3.51.3

    What changes
      alter table "book"
        column "title" nullable: yes → no
        column "old" is only in before
      table "tag"
        create table "tag"
        create index "tag_book"

    Hazards
      danger  column "old" of table "book" is dropped with all of its values (222222222222 up, SQLite line 24; column_dropped)
      danger  table "tag" is dropped with all of its rows (222222222222 down, SQLite line 58; table_dropped)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 up, SQLite line 19; table_rewritten)
      warning rows of table "book" with no "title" make this fail (222222222222 up, SQLite line 19; not_null_set)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 down, SQLite line 48; table_rewritten)

    Lost on the way up
      column "old" of table "book", with its values

    Lost on the way down
      table "tag", with its rows

    How large
      book: 0 rows

    Looked at
      SQLite: run on a scratch database (3.51.3)
      sizes: sqlite://<project>/books.db (SQLite 3.51.3)

    $ schemist review --fail-on danger -q
    1 revision not on main (since commit <commit>)
      222222222222 2026-11-20 tags — proven on SQLite 3.51.3

    What changes
      alter table "book"
        column "title" nullable: yes → no
        column "old" is only in before
      table "tag"
        create table "tag"
        create index "tag_book"

    Hazards
      danger  column "old" of table "book" is dropped with all of its values (222222222222 up, SQLite line 24; column_dropped)
      danger  table "tag" is dropped with all of its rows (222222222222 down, SQLite line 58; table_dropped)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 up, SQLite line 19; table_rewritten)
      warning rows of table "book" with no "title" make this fail (222222222222 up, SQLite line 19; not_null_set)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 down, SQLite line 48; table_rewritten)

    Lost on the way up
      column "old" of table "book", with its values

    Lost on the way down
      table "tag", with its rows

    Looked at
      SQLite: run on a scratch database (3.51.3)
    --- exit code 3

    $ schemist review v1.. -q
    1 revision between v1 and the head
      222222222222 2026-11-20 tags — proven on SQLite 3.51.3

    What changes
      alter table "book"
        column "title" nullable: yes → no
        column "old" is only in before
      table "tag"
        create table "tag"
        create index "tag_book"

    Hazards
      danger  column "old" of table "book" is dropped with all of its values (222222222222 up, SQLite line 24; column_dropped)
      danger  table "tag" is dropped with all of its rows (222222222222 down, SQLite line 58; table_dropped)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 up, SQLite line 19; table_rewritten)
      warning rows of table "book" with no "title" make this fail (222222222222 up, SQLite line 19; not_null_set)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 down, SQLite line 48; table_rewritten)

    Lost on the way up
      column "old" of table "book", with its values

    Lost on the way down
      table "tag", with its rows

    Looked at
      SQLite: run on a scratch database (3.51.3)

    $ schemist review base..head-1 -q
    1 revision between base and head-1
      111111111111 2026-11-20 books — proven on SQLite 3.51.3

    What changes
      create table "author"
      create table "book"

    Hazards
      danger  table "author" is dropped with all of its rows (111111111111 down, SQLite line 25; table_dropped)
      danger  table "book" is dropped with all of its rows (111111111111 down, SQLite line 28; table_dropped)

    Lost on the way down
      table "author", with its rows
      table "book", with its rows

    Looked at
      SQLite: run on a scratch database (3.51.3)

    $ schemist review nowhere..head
    --- stderr
    error: cannot find revision `nowhere`
      hint: run `schemist history` to see all revisions
    --- exit code 1

    $ schemist review --output html=missing/review.html
    --- stderr
    error: cannot write missing/review.html: No such file or directory (os error 2)
      hint: name a file in a folder that is there and may be written
    --- exit code 1
    "#);
}

#[test]
fn a_comment_for_a_pull_request() {
    let sandbox = branch();
    assert_snapshot!(transcript(&sandbox, &["review --format markdown"]), @r#"
    $ schemist review --format markdown
    ## main: 1 revision not on main \(since commit <commit>\)

    **Hazards:** 2 × danger, 3 × warning

    | Revision | Message | Proof |
    |---|---|---|
    | `222222222222` | tags | proven on SQLite 3.51.3 |

    ### What changes

    - alter table "book"
      - column "title" nullable: yes → no
      - column "old" is only in before
    - **table "tag"**
      - create table "tag"
      - create index "tag\_book"

    ### Hazards

    | | What | Where |
    |---|---|---|
    | **danger** | column "old" of table "book" is dropped with all of its values (`column_dropped`) | `222222222222` up, SQLite line 24 |
    | **danger** | table "tag" is dropped with all of its rows (`table_dropped`) | `222222222222` down, SQLite line 58 |
    | **warning** | table "book" is written anew with all of its rows, while nobody else can write (`table_rewritten`) | `222222222222` up, SQLite line 19 |
    | **warning** | rows of table "book" with no "title" make this fail (`not_null_set`) | `222222222222` up, SQLite line 19 |
    | **warning** | table "book" is written anew with all of its rows, while nobody else can write (`table_rewritten`) | `222222222222` down, SQLite line 48 |

    ### Lost on the way up

    - column "old" of table "book", with its values

    ### Lost on the way down

    - table "tag", with its rows

    <details><summary><code>222222222222</code> for SQLite: 8 up, 8 down</summary>

    <table><tr><th>Up</th><th>Down</th></tr><tr valign="top"><td>

    ```sql
    -- [foreign keys off]
    CREATE TABLE "schemist_new_book" (
        "id" integer PRIMARY KEY,
        "author_id" integer NOT NULL REFERENCES "author" ("id"),
        "title" text NOT NULL
    );
    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    -- hazard not_null_set: rows of table "book" with no "title" make this fail
    INSERT OR ABORT INTO "schemist_new_book" ("id", "author_id", "title")
    SELECT "id", "author_id", "title"
    FROM "book";
    -- hazard column_dropped: column "old" of table "book" is dropped with all of its values
    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;
    CREATE TABLE "tag" (
        "name" text PRIMARY KEY,
        "book_id" integer NOT NULL REFERENCES "book" ("id")
    );
    CREATE INDEX "tag_book" ON "tag" ("book_id");
    ```

    </td><td>

    ```sql
    -- [foreign keys off]
    DROP INDEX "tag_book";
    CREATE TABLE "schemist_new_book" (
        "id" integer PRIMARY KEY,
        "author_id" integer NOT NULL REFERENCES "author" ("id"),
        "title" text,
        "old" text
    );
    -- hazard table_rewritten: table "book" is written anew with all of its rows, while nobody else can write
    INSERT OR ABORT INTO "schemist_new_book" ("id", "author_id", "title")
    SELECT "id", "author_id", "title"
    FROM "book";
    DROP TABLE "book";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "schemist_new_book" RENAME TO "book";
    PRAGMA legacy_alter_table = OFF;
    -- hazard table_dropped: table "tag" is dropped with all of its rows
    DROP TABLE "tag";
    ```

    </td></tr></table>
    </details>

    <details><summary>Diagram of the tables that are touched</summary>

    ```mermaid
    erDiagram
        author {
            integer id PK
            text name
        }
        book {
            integer id PK
            integer author_id FK
            text title "changed"
            text old "null, removed"
        }
        tag {
            text name PK "added"
            integer book_id FK "added"
        }
        author ||--o{ book : "author_id"
        book ||--o{ tag : "book_id (added)"
    ```

    </details>
    "#);
}

#[test]
fn nothing_to_review_and_nobody_to_ask() {
    let mut sandbox = branch();
    git(&sandbox, &["add", "migrations"]);
    git(&sandbox, &["commit", "-q", "-m", "tags"]);
    hide_commit(&mut sandbox);
    git(&sandbox, &["checkout", "-q", "-B", "main"]);
    assert_snapshot!(transcript(&sandbox, &["review", "review head --dialect sqlite -q"]), @r#"
    $ schemist review
    --- stderr
    There is nothing to review: 0 revisions not on main (since commit <commit>)

    $ schemist review head --dialect sqlite -q
    1 revision named head
      222222222222 2026-11-20 tags — proven on SQLite 3.51.3

    What changes
      alter table "book"
        column "title" nullable: yes → no
        column "old" is only in before
      table "tag"
        create table "tag"
        create index "tag_book"

    Hazards
      danger  column "old" of table "book" is dropped with all of its values (222222222222 up, SQLite line 24; column_dropped)
      danger  table "tag" is dropped with all of its rows (222222222222 down, SQLite line 58; table_dropped)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 up, SQLite line 19; table_rewritten)
      warning rows of table "book" with no "title" make this fail (222222222222 up, SQLite line 19; not_null_set)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 down, SQLite line 48; table_rewritten)

    Lost on the way up
      column "old" of table "book", with its values

    Lost on the way down
      table "tag", with its rows

    Looked at
      SQLite: run on a scratch database (3.51.3)
    "#);
    let alone = project(BOOKS);
    assert_snapshot!(transcript(&alone, &["review"]), @"
    $ schemist review
    --- stderr
    error: cannot find what is new: git knows neither main nor master here, or the revisions are outside of the repository
      hint: name the revisions: `schemist review <from>..<to>`, such as head-1..head
    --- exit code 1
    ");
}

#[test]
fn an_edit_of_what_is_on_main_and_a_statement_that_is_refused() {
    let sandbox = branch();
    let mut files = sandbox.files("migrations");
    files.retain(|file| file.ends_with(".sql"));
    let first = format!("migrations/{}", files[0]);
    let text = sandbox
        .read(&first)
        .replace("\"old\" text", "\"older\" text");
    sandbox.write(&first, &text);
    let second = format!("migrations/{}", files[1]);
    let text = sandbox.read(&second).replace(
        "-- [up sqlite",
        "-- [up sqlite, new transaction]\nDROP TABLE nowhere;\n\n-- [up sqlite",
    );
    sandbox.write(&second, &text);
    assert_snapshot!(transcript(&sandbox, &["review"]), @r#"
    $ schemist review
    2 revisions not on main (since commit <commit>)
      111111111111 2026-11-20 books — proven on SQLite 3.51.3
      222222222222 2026-11-20 tags — proven on SQLite 3.51.3

    What changes
      create table "author"
      table "book"
        create table "book"
        drop table "book"
      drop table "nowhere"
      table "schemist_new_book"
        create table "schemist_new_book"
        alter table "schemist_new_book"
      table "tag"
        create table "tag"
        create index "tag_book"

    Hazards
      danger  table "author" is dropped with all of its rows (111111111111 down, SQLite line 25; table_dropped)
      danger  table "book" is dropped with all of its rows (111111111111 down, SQLite line 28; table_dropped)
      danger  column "old" of table "book" is dropped with all of its values (222222222222 up, SQLite line 27; column_dropped)
      danger  table "tag" is dropped with all of its rows (222222222222 down, SQLite line 61; table_dropped)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 up, SQLite line 22; table_rewritten)
      warning rows of table "book" with no "title" make this fail (222222222222 up, SQLite line 22; not_null_set)
      warning table "book" is written anew with all of its rows, while nobody else can write (222222222222 down, SQLite line 51; table_rewritten)

    Lost on the way up
      column "old" of table "book" is dropped with all of its values

    Lost on the way down
      table "author" is dropped with all of its rows
      table "book" is dropped with all of its rows
      table "tag" is dropped with all of its rows

    Looked at
      SQLite: cannot replay revision 222222222222 on a scratch database (migrations/2026-11-20_222222222222_tags.sql:11): run statement 1 on line 11: no such table: nowhere
    --- stderr
    warning: SQLite: cannot replay revision 222222222222 on a scratch database (migrations/2026-11-20_222222222222_tags.sql:11): run statement 1 on line 11: no such table: nowhere
    note: revision 111111111111 is not new: its statements were edited; who has applied it already will not get the edit
    --- exit code 1
    "#);
}

#[test]
fn one_document_and_one_page() {
    let sandbox = branch();
    let text = sandbox
        .run(&["review", "--format", "json", "--html", "review.html"])
        .succeeds();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["command"], "review");
    assert_eq!(document["revisions"][0]["message"], "tags");
    assert_eq!(document["looks"][0]["dialect"], "sqlite");
    let page = sandbox.read("review.html");
    assert!(page.contains("Content-Security-Policy"));
    for part in [
        "id=\"changes\"",
        "id=\"hazards\"",
        "id=\"losses\"",
        "id=\"diagram\"",
        "id=\"statements\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

/// What a server says of how large a table is, after a column came.
fn sizes(database: &Database) {
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(database);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let models = "CREATE TABLE book (id bigint PRIMARY KEY, title varchar(20));";
    sandbox.write("models/schema.sql", models);
    sandbox
        .run(&["revision", "--autogenerate", "-m", "title"])
        .succeeds();
    let text = sandbox.run(&["review", "head", "--live"]).succeeds();
    let line = text.lines().find(|line| line.starts_with("  book: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(line.ends_with(" kB") || line.ends_with(" bytes"), "{line}");
    assert!(
        text.contains("run on a scratch database") && text.contains("alter table \"book\""),
        "{text}"
    );
}

#[test]
fn how_large_tables_are_on_postgres() {
    let Some(database) = Database::postgres() else {
        return;
    };
    sizes(&database);
}

#[test]
fn how_large_tables_are_on_mysql() {
    let Some(database) = Database::mysql() else {
        return;
    };
    sizes(&database);
}

/// A revision that somebody wrote by hand is read by the rules; what it renames is no loss; and queries of the code
/// that is deployed while it runs are told file by file.
#[test]
fn names_rules_and_queries_of_the_deployed_code_are_told() {
    let mut sandbox = project(
        "CREATE TABLE book (id integer PRIMARY KEY, title text, old text);\n\
         CREATE TABLE shelf (id integer PRIMARY KEY, name text);\n",
    );
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    let settings = sandbox.read("schemist.toml");
    sandbox.write(
        "schemist.toml",
        &format!("queries = [\"queries\"]\n{settings}"),
    );
    sandbox.write(
        "queries/books.sql",
        "SELECT id, old FROM book;\n\nSELECT title FROM book;\n",
    );
    sandbox.write("queries/shelves.sql", "SELECT name FROM shelf;\n");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(
        &sandbox,
        &["add", "models", "migrations", "schemist.toml", "queries"],
    );
    git(&sandbox, &["commit", "-q", "-m", "books"]);
    hide_commit(&mut sandbox);
    git(&sandbox, &["checkout", "-q", "-b", "names"]);
    sandbox.write("queries/shelves.sql", "SELECT name FROM rack;\n");
    sandbox.write("queries/books.sql", "SELECT id, called FROM book;\n");
    sandbox.write(
        "migrations/b2.sql",
        "-- schemist revision\n-- id: b2\n-- parent: 111111111111\n-- message: names\n\n-- [up]\n\
         ALTER TABLE shelf RENAME TO rack;\nALTER TABLE book RENAME COLUMN title TO called;\n\
         ALTER TABLE book DROP COLUMN old;\n\n-- [down]\nALTER TABLE book ADD COLUMN old text;\n\
         ALTER TABLE book RENAME COLUMN called TO title;\nALTER TABLE rack RENAME TO shelf;\n",
    );
    assert_snapshot!(transcript(&sandbox, &["review"]), @r#"
    $ schemist review
    1 revision not on main (since commit <commit>)
      b2 names — not proven

    What changes
      table "rack"
        rename table "shelf"
          to table "rack"
      table "book"
        rename column "title" of table "book"
          to "called"
        alter table "book"
          column "old" is only in before

    Hazards
      danger  programs that run know table "shelf" by this name (b2 up, SQLite line 7; table_renamed)
      danger  programs that run know column "called" of table "book" as "title" (b2 up, SQLite line 8; column_renamed)
      danger  column "old" of table "book" is dropped with all of its values (b2 up, SQLite line 9; column_dropped)
      notice  programs that run know column "title" of table "book" as "called" (b2 down, SQLite line 13; column_renamed)
      notice  programs that run know table "rack" by this name (b2 down, SQLite line 14; table_renamed)

    Queries of the deployed code
      <commit>:queries/books.sql
        danger  line 1: works no more (no such column: old); expand and contract: deploy code that does without it first, and drop it in a later revision (b2)
        danger  line 3: works no more (no such column: title); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision (b2)
      <commit>:queries/shelves.sql
        danger  line 1: works no more (no such table: shelf); expand and contract: add the new name beside the old one (a column that a trigger keeps equal, or a view of the old name), deploy code that uses it, and drop the old one in a later revision (b2)

    Lost on the way up
      column "old" of table "book", with its values

    Looked at
      SQLite: run on a scratch database (3.51.3)
    "#);
    let page = sandbox
        .run(&["review", "-q", "--format", "html"])
        .succeeds();
    assert!(
        page.contains("id=\"queries\"") && page.contains("renamed"),
        "{page}"
    );
    let markdown = sandbox
        .run(&["review", "-q", "--format", "markdown"])
        .succeeds();
    assert!(
        markdown.contains("### Queries of the deployed code"),
        "{markdown}"
    );
    // The working copy has moved on already: named as the deployed code, nothing of it breaks that did not before.
    let own = sandbox.run(&["review", "111111111111..", "-q"]).succeeds();
    assert!(!own.contains("Queries of"), "{own}");
}
