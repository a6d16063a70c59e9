//! Branches that are put on top of each other, or joined, and what both of them change.

use std::process::Command;

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

const BASE: &str = "CREATE TABLE book (id integer PRIMARY KEY, title text);";

/// A base and two branches, of which the database has the second: 222… adds pages, 333… an author.
fn parted(sandbox: Sandbox) -> Sandbox {
    sandbox.write("models/schema.sql", BASE);
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write(
        "models/schema.sql",
        &BASE.replace("title text", "title text, pages integer"),
    );
    transcript(&sandbox, &["revision --autogenerate -m pages"]);
    let pages = "migrations/2026-11-20_222222222222_pages.sql";
    let aside = sandbox.read(pages);
    sandbox.remove(pages);
    sandbox.write(
        "models/schema.sql",
        &BASE.replace("title text", "title text, author text"),
    );
    transcript(
        &sandbox,
        &[
            "revision --autogenerate --rev-id 333333333333 -m author",
            "upgrade",
        ],
    );
    sandbox.write(pages, &aside);
    sandbox
}

fn git(sandbox: &Sandbox, arguments: &str) {
    let outcome = Command::new("git")
        .arg("-C")
        .arg(sandbox.project())
        .args(["-c", "user.name=ann", "-c", "user.email=ann@example.org"])
        .args(arguments.split_whitespace())
        .output()
        .map(|output| output.status.success());
    assert!(outcome.is_ok_and(|is_done| is_done), "git {arguments}");
}

#[test]
fn a_branch_is_put_on_top_of_the_other_and_the_database_goes_along() {
    let sandbox = parted(project(BASE));
    let file = "migrations/2026-11-20_333333333333_author.sql";
    assert_snapshot!(transcript(&sandbox, &[
        "status",
        "rebase 333 --onto 222",
        "history -i",
        "status --exit-code",
        "upgrade",
        "history --check",
        "rebase 333 --onto 222",
        "rebase 222 --onto 333",
        "rebase 111 --onto 333",
        "rebase base --onto 333",
        "rebase nope --onto 333",
    ]), @r#"
    $ schemist status
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   333333333333
    Head      222222222222 333333333333
    State     diverged: the files went different ways: cannot choose between 2 heads, which part at 111111111111 (2026-11-20, books): 222222222222 (2026-11-20, pages) and 333333333333 (2026-11-20, author)
    Action    put the branch that no other database has on top: `schemist rebase 333333333333 --onto 222222222222`, or join both: `schemist merge heads`

    $ schemist rebase 333 --onto 222
    migrations/2026-11-20_333333333333_author.sql
    --- stderr
    warning: both branches change table "book" (222222222222: column "pages" is only in 222222222222; 333333333333: column "author" is only in 333333333333)
    sqlite://<project>/schemist.db: take the branch back, and apply it again
    sqlite://<project>/schemist.db: 333333333333 → 111111111111, 1 revision to take back
    Took back 333333333333 (2026-11-20, author) in <time>
    The database is at 111111111111 now; 2 revisions are pending
    sqlite://<project>/schemist.db: 111111111111 → 333333333333, 2 revisions to apply
    Applied 222222222222 (2026-11-20, pages) in <time>
    Applied 333333333333 (2026-11-20, author) in <time>
    Put 1 revision on top of 222222222222

    $ schemist history -i
    ◉  333333333333 2026-11-20 author (head) (current)
    ○  222222222222 2026-11-20 pages
    ○  111111111111 2026-11-20 books (base)

    $ schemist status --exit-code
    Database  sqlite://<project>/schemist.db (SQLite 3.51.3)
    Current   333333333333
    Head      333333333333
    State     up-to-date: nothing is pending

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist history --check
    --- stderr
    Nothing is wrong with 3 revisions

    $ schemist rebase 333 --onto 222
    --- stderr
    error: cannot put 333333333333 on top of 222222222222: it is there already
      hint: `schemist history` draws the history
    --- exit code 5

    $ schemist rebase 222 --onto 333
    --- stderr
    error: cannot put 222222222222 on top of 333333333333: 333333333333 comes after it already
      hint: name a revision of the other branch; `schemist history` draws both
    --- exit code 5

    $ schemist rebase 111 --onto 333
    --- stderr
    error: cannot put 111111111111 on top of 333333333333: 333333333333 comes after it already
      hint: name a revision of the other branch; `schemist history` draws both
    --- exit code 5

    $ schemist rebase base --onto 333
    --- stderr
    error: cannot rebase the base: it is no revision
      hint: name a revision of the branch, and one of the other branch
    --- exit code 5

    $ schemist rebase nope --onto 333
    --- stderr
    error: cannot find revision `nope`
      hint: run `schemist history` to see all revisions
    --- exit code 1
    "#);
    assert_snapshot!(sandbox.read(file), @r#"
    -- schemist revision
    -- id: 333333333333
    -- parent: 222222222222
    -- message: author
    -- created: 2026-11-20T10:12:00Z
    -- dialects: sqlite
    -- proven: sqlite 3.51.3
    -- catalog: sqlite 2cd89787 → a2a46869

    -- [up sqlite]
    ALTER TABLE "book" ADD COLUMN "author" text;

    -- [down sqlite]
    -- hazard column_dropped: column "author" of table "book" is dropped with all of its values
    ALTER TABLE "book" DROP COLUMN "author";
    "#);
}

#[test]
fn the_database_stays_where_the_branch_is_not_applied_or_nobody_wants_it() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(BASE);
    sandbox.use_database(&database);
    let sandbox = parted(sandbox);
    assert_snapshot!(transcript(&sandbox, &[
        "rebase 222 --onto 333",
        "status",
        "upgrade",
    ]), @r#"
    $ schemist rebase 222 --onto 333
    migrations/2026-11-20_222222222222_pages.sql
    --- stderr
    warning: both branches change table "book" (333333333333: column "author" is only in 333333333333; 222222222222: column "pages" is only in 222222222222)
    Put 1 revision on top of 333333333333

    $ schemist status
    Database  <url> (PostgreSQL 15.18)
    Current   333333333333
    Head      222222222222
    State     behind: 1 revision is pending: 222222222222 (2026-11-20, pages)
    Action    `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 333333333333 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, pages) in <time>
    "#);
}

#[test]
fn what_fails_in_the_new_order_changes_no_file() {
    let sandbox = parted(project(BASE));
    let pages = "migrations/2026-11-20_222222222222_pages.sql";
    let text = sandbox
        .read(pages)
        .replace("\"pages\" integer", "\"author\" text");
    sandbox.write(pages, &text);
    let before = sandbox.read("migrations/2026-11-20_333333333333_author.sql");
    assert_snapshot!(transcript(&sandbox, &[
        "rebase 333 --onto 222",
        "history",
        "rebase 333 --onto 222 --unproven --no-database",
        "history",
    ]), @r#"
    $ schemist rebase 333 --onto 222
    --- stderr
    warning: both branches change table "book" (222222222222: column "author" is only in 222222222222; 333333333333: column "author" is only in 333333333333)
    error: cannot replay revision 333333333333 on a scratch database
      --> migrations/2026-11-20_333333333333_author.sql:11:1
       |
    11 | ALTER TABLE "book" ADD COLUMN "author" text;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: run statement 1 on line 11
      because: duplicate column name: author
    --- exit code 1

    $ schemist history
    ○  333333333333 2026-11-20 author (head)
    │ ○  222222222222 2026-11-20 pages (head)
    ├─╯
    ○  111111111111 2026-11-20 books (base) (branch point)

    $ schemist rebase 333 --onto 222 --unproven --no-database
    migrations/2026-11-20_333333333333_author.sql
    --- stderr
    Put 1 revision on top of 222222222222

    $ schemist history
    ○  333333333333 2026-11-20 author (head)
    ○  222222222222 2026-11-20 pages
    ○  111111111111 2026-11-20 books (base)
    "#);
    let after = sandbox.read("migrations/2026-11-20_333333333333_author.sql");
    assert!(
        before.contains("-- proven: sqlite")
            && after.contains("-- proven: no (rebased with --unproven)")
    );
    assert!(!after.contains("-- catalog:"));
}

#[test]
fn what_a_release_has_does_not_move() {
    let sandbox = parted(project(BASE));
    git(&sandbox, "init -q");
    git(
        &sandbox,
        "add migrations/2026-11-20_111111111111_books.sql migrations/2026-11-20_333333333333_author.sql",
    );
    git(&sandbox, "commit -q -m first");
    git(&sandbox, "tag v1.0");
    let settings = sandbox.read("schemist.toml");
    let with = |policy: &str| {
        sandbox.write(
            "schemist.toml",
            &format!("heads = \"{policy}\"\n{settings}"),
        );
    };
    let moved = transcript(&sandbox, &["rebase 333 --onto 222"]);
    with("rebase");
    let rebase = transcript(&sandbox, &["merge heads"]);
    with("merge-released");
    let one = transcript(&sandbox, &["merge heads"]);
    git(&sandbox, "add migrations");
    git(&sandbox, "commit -q -m second");
    git(&sandbox, "tag v1.1");
    let both = transcript(
        &sandbox,
        &["merge heads -m both", "history", "rebase 333 --onto 222"],
    );
    with("join");
    let wrong = transcript(&sandbox, &["heads"]);
    assert_snapshot!([moved, rebase, one, both, wrong].join("\n"), @r#"
    $ schemist rebase 333 --onto 222
    --- stderr
    error: cannot move 333333333333 (2026-11-20, author): it is in the release v1.0, so that databases elsewhere may have it in its old place
      hint: move the other branch: `schemist rebase 222222222222 --onto 333333333333`, join both: `schemist merge heads`, or add --force
    --- exit code 5

    $ schemist merge heads
    --- stderr
    error: cannot merge: the settings say `heads = "rebase"`, so one branch is put on top of the other
      hint: run `schemist rebase 333333333333 --onto 222222222222`
    --- exit code 5

    $ schemist merge heads
    --- stderr
    error: cannot merge: the settings say `heads = "merge-released"`, and no git tag has the branch of 222222222222, which can therefore move
      hint: run `schemist rebase 222222222222 --onto 333333333333`
    --- exit code 5

    $ schemist merge heads -m both
    migrations/2026-11-20_444444444444_both.sql
    --- stderr
    Wrote revision 444444444444
    warning: both branches change table "book" (222222222222: column "pages" is only in 222222222222; 333333333333: column "author" is only in 333333333333)

    $ schemist history
    ○    444444444444 2026-11-20 both (head) (merge)
    ├─╮
    │ ○  333333333333 2026-11-20 author
    ○ │  222222222222 2026-11-20 pages
    ├─╯
    ○  111111111111 2026-11-20 books (base) (branch point)

    $ schemist rebase 333 --onto 222
    --- stderr
    error: cannot put 333333333333 on top of 222222222222: 444444444444 (2026-11-20, both) joins its branch with another
      hint: take the merge back first, where it is applied nowhere: remove its file
    --- exit code 5

    $ schemist heads
    --- stderr
    error: cannot take the value of `heads`: expected "rebase", "merge" or "merge-released"
     --> schemist.toml:1:9
      |
    1 | heads = "join"
      |         ^^^^^^ expected "rebase", "merge" or "merge-released"
      hint: correct the value
    --- exit code 1
    "#);
}
