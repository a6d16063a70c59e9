//! Saying where a database is.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

#[test]
fn the_journal_is_set_without_running_anything() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    sandbox.write("there.db", "");
    Database::sqlite_file(&sandbox.project().join("there.db"))
        .execute("CREATE TABLE book (id integer PRIMARY KEY)");
    assert_snapshot!(transcript(&sandbox, &[
        "stamp head",
        "stamp head --url sqlite://there.db",
        "stamp head --url sqlite://there.db",
        "current --url sqlite://there.db --check-head",
        "status --url sqlite://there.db --exit-code",
        "check --url sqlite://there.db",
        "stamp base --url sqlite://there.db",
        "stamp base --force --url sqlite://there.db",
        "current --url sqlite://there.db --check-head",
        "stamp nope --url sqlite://there.db",
    ]), @r#"
    $ schemist stamp head
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    error: cannot open <project>/schemist.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1

    $ schemist stamp head --url sqlite://there.db
    --- stderr
    sqlite://<project>/there.db: stamp head
    The journal now says that the database is at 111111111111

    $ schemist stamp head --url sqlite://there.db
    --- stderr
    sqlite://<project>/there.db: stamp head
    Nothing to change: the journal says so already

    $ schemist current --url sqlite://there.db --check-head
    111111111111 2026-11-20 books (head) (base)

    $ schemist status --url sqlite://there.db --exit-code
    Database  sqlite://<project>/there.db (SQLite 3.51.3)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending

    $ schemist check --url sqlite://there.db
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist stamp base --url sqlite://there.db
    --- stderr
    sqlite://<project>/there.db: stamp base
    table "book" is only in the database
    error: cannot stamp the database: it is not an empty database (1 difference, see above)
      hint: stamp the revision that it is at, make it what the files say, or add --force
    --- exit code 2

    $ schemist stamp base --force --url sqlite://there.db
    --- stderr
    sqlite://<project>/there.db: stamp base
    The journal now says that no revision is applied

    $ schemist current --url sqlite://there.db --check-head
    --- stderr
    No revision is applied
    --- exit code 2

    $ schemist stamp nope --url sqlite://there.db
    --- stderr
    sqlite://<project>/there.db: stamp nope
    error: cannot find revision `nope`
      hint: run `schemist history` to see all revisions
    --- exit code 1
    "#);
}

#[test]
fn a_database_that_is_not_at_the_revision_is_shown_and_refused() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    database.execute(
        "CREATE TABLE book (id bigint PRIMARY KEY, title text); CREATE TABLE other (id integer)",
    );
    let before = database.rows("SELECT count(*) FROM pg_class");
    assert_snapshot!(transcript(&sandbox, &["stamp head"]), @r#"
    $ schemist stamp head
    --- stderr
    <url>: stamp head
    table "book" differs
      column "id" data type: integer → bigint
      column "title" nullable: no → yes
    table "other" is only in the database
    error: cannot stamp the database: it is not what the files say at 111111111111 (2 differences, see above)
      hint: stamp the revision that it is at, make it what the files say, or add --force
    --- exit code 2
    "#);
    assert_eq!(database.rows("SELECT count(*) FROM pg_class"), before);
    database.execute(
        "DROP TABLE other; ALTER TABLE book ALTER id TYPE integer, ALTER title SET NOT NULL",
    );
    assert_snapshot!(transcript(&sandbox, &["stamp head", "status"]), @"
    $ schemist stamp head
    --- stderr
    <url>: stamp head
    The journal now says that the database is at 111111111111

    $ schemist status
    Database  <url> (PostgreSQL 15.18)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending
    ");
}

#[test]
fn what_the_journal_says_and_no_file_has_goes_with_purge() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let file = "migrations/2026-11-20_111111111111_books.sql";
    let text = sandbox.read(file);
    sandbox.remove(file);
    sandbox.write(
        "migrations/1.sql",
        &text.replace("111111111111", "8d41f6c2a9e0"),
    );
    assert_snapshot!(transcript(&sandbox, &[
        "status",
        "upgrade",
        "stamp head",
        "stamp --purge head",
        "status --list",
    ]), @"
    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   111111111111
    Head      8d41f6c2a9e0
    State     unknown-revision: revision 111111111111 (books) is applied, but no file has it, and nothing in the files leads to it
    Action    see that folder and database belong together; bring the file back: git pull, or find it with `git log --all -S 111111111111`, or say where the database stands: `schemist stamp --purge <revision>`

    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision 111111111111 is applied, but it is in no file
      hint: bring its file back (git pull, git log --all -S 111111111111), or say where the database stands: `schemist stamp --purge <revision>`
    --- exit code 5

    $ schemist stamp head
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    error: cannot go on from where the database stands: revision 111111111111 is applied, but it is in no file
      hint: bring its file back (git pull, git log --all -S 111111111111), or say where the database stands: `schemist stamp --purge <revision>`
    --- exit code 5

    $ schemist stamp --purge head
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    The journal now says that the database is at 8d41f6c2a9e0

    $ schemist status --list
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   8d41f6c2a9e0
    Head      8d41f6c2a9e0
    State     up-to-date: nothing is pending

    Completed: 1
      REVISION      BATCH  APPLIED AT            CHECKSUM  MESSAGE
      8d41f6c2a9e0  2      2026-11-20T10:12:00Z  ok        books
    Pending: 0
    ");
}
