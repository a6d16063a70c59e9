//! Saying where a database is.

use insta::assert_snapshot;

use crate::{project, transcript};

#[test]
fn the_journal_is_set_without_running_anything() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    sandbox.write("empty.db", "");
    assert_snapshot!(transcript(&sandbox, &[
        "stamp head",
        "stamp head --url sqlite://empty.db",
        "stamp head --url sqlite://empty.db",
        "current --url sqlite://empty.db --check-head",
        "check --url sqlite://empty.db",
        "stamp base --url sqlite://empty.db",
        "current --url sqlite://empty.db --check-head",
        "stamp nope --url sqlite://empty.db",
    ]), @r#"
    $ schemist stamp head
    --- stderr
    error: cannot open <project>/schemist.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1

    $ schemist stamp head --url sqlite://empty.db
    --- stderr
    The journal now says that the database is at 111111111111

    $ schemist stamp head --url sqlite://empty.db
    --- stderr
    Nothing to change: the journal says so already

    $ schemist current --url sqlite://empty.db --check-head
    111111111111 2026-11-20 books (head) (base)

    $ schemist check --url sqlite://empty.db
    create table "book"
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist stamp base --url sqlite://empty.db
    --- stderr
    The journal now says that no revision is applied

    $ schemist current --url sqlite://empty.db --check-head
    --- stderr
    No revision is applied
    --- exit code 2

    $ schemist stamp nope --url sqlite://empty.db
    --- stderr
    error: cannot find revision `nope`
      hint: run `schemist history` to see all revisions
    --- exit code 1
    "#);
}
