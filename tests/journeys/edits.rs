//! Revision files that people touch: broken, edited, gone, copied.

use insta::assert_snapshot;

use crate::{project, transcript};

const FIRST: &str = "migrations/2026-11-20_111111111111_books.sql";

fn applied() -> schemist_testkit::Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox
}

#[test]
fn broken_files_are_shown_where_they_break() {
    let sandbox = applied();
    sandbox.write(
        "migrations/b.sql",
        "-- schemist revision\n-- id: b2\n-- paren: 111111111111\n\nSELECT 1;\n-- [upp]\n",
    );
    sandbox.write("migrations/c.sql", "SELECT 1;\n");
    assert_snapshot!(transcript(&sandbox, &["heads"]), @"
    $ schemist heads
    --- stderr
    error: cannot read migrations/b.sql: unknown header key `paren`
     --> migrations/b.sql:3:4
      |
    3 | -- paren: 111111111111
      |    ^^^^^ did you mean `parent`?
      hint: use one of id, parent, message, created, labels, depends_on, dialects, proven, catalog, not_atomic and irreversible
    error: cannot read migrations/b.sql: text stands before the first section
     --> migrations/b.sql:5:1
      |
    5 | SELECT 1;
      | ^^^^^^^^^ belongs to no section
      hint: put `-- [up]` above it
    error: cannot read migrations/b.sql: unknown section `upp`
     --> migrations/b.sql:6:5
      |
    6 | -- [upp]
      |     ^^^ did you mean `up`?
      hint: write `-- [up …]` or `-- [down …]`; a comment must not begin with `[` and end with `]`
    error: cannot read migrations/c.sql: the file does not begin with `-- schemist revision`
     --> migrations/c.sql:1:1
      |
    1 | SELECT 1;
      | ^^^^^^^^^ expected `-- schemist revision`
      hint: make `-- schemist revision` the first line, or move the file out of the migrations folder
    --- exit code 5
    ");
    sandbox.write(
        "migrations/b.sql",
        "-- schemist revision\n-- id: b2\n-- parent: 11111111111\n\n-- [up]\nSELECT 1;\n",
    );
    sandbox.write(
        "migrations/c.sql",
        "-- schemist revision\n-- id: c3\n-- parent: c3\n\n-- [up]\nSELECT 1;\n",
    );
    assert_snapshot!(transcript(&sandbox, &["heads"]), @"
    $ schemist heads
    --- stderr
    error: cannot read the history: revision b2 comes after 11111111111, which is in no file
     --> migrations/b.sql:3:12
      |
    3 | -- parent: 11111111111
      |            ^^^^^^^^^^^ no file has this id
      hint: did you mean 111111111111? Correct the header, or bring the file of 11111111111 back (git log --all -S 11111111111)
    error: cannot read the history: revisions come after themselves: c3 → c3
     --> migrations/c.sql:3:12
      |
    3 | -- parent: c3
      |            ^^ comes after c3
      hint: correct the parent of one of them: only what was written before can come before
    --- exit code 5
    ");
}

#[test]
fn an_applied_revision_that_was_edited() {
    let sandbox = applied();
    let text = sandbox.read(FIRST);
    sandbox.write(FIRST, &text.replace("\"id\" integer", "\"id\" bigint"));
    assert_snapshot!(transcript(&sandbox, &["upgrade", "repair --accept-edits", "upgrade"]), @"
    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision 111111111111 was edited after it was applied: its checksum for sqlite was e056744a and is 9795c8f2
     --> migrations/2026-11-20_111111111111_books.sql:2:8
      |
    2 | -- id: 111111111111
      |        ^^^^^^^^^^^^ edited
      hint: take the edit back and put it into a new revision, or accept it: `schemist repair --accept-edits`
    --- exit code 5

    $ schemist repair --accept-edits
    --- stderr
    sqlite://<project>/schemist.db: accept the files as they are
    Accepted 111111111111 (2026-11-20, books) as it is now

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already
    ");
    sandbox.write(
        FIRST,
        &text.replace("CREATE", "-- a comment is no edit\nCREATE"),
    );
    sandbox
        .run(&["stamp", "--purge", "current", "-q"])
        .succeeds();
    sandbox.write(FIRST, &text);
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already
    ");
}

#[test]
fn an_applied_revision_that_is_gone() {
    let sandbox = applied();
    std::fs::remove_file(sandbox.project().join(FIRST)).unwrap();
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade",
        "current",
        "downgrade base",
        "stamp head",
        "stamp --purge head --force",
        "current",
    ]), @"
    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision 111111111111 is applied, but it is in no file
      hint: bring its file back (git pull, git log --all -S 111111111111), or say where the database stands: `schemist stamp --purge <revision>`
    --- exit code 5

    $ schemist current
    111111111111 (in no file)

    $ schemist downgrade base
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

    $ schemist stamp --purge head --force
    --- stderr
    sqlite://<project>/schemist.db: stamp head
    The journal now says that no revision is applied

    $ schemist current
    --- stderr
    No revision is applied
    ");
}

#[test]
fn a_copy_of_a_revision() {
    let sandbox = applied();
    sandbox.write("migrations/copy.sql", &sandbox.read(FIRST));
    assert_snapshot!(transcript(&sandbox, &["current"]), @"
    $ schemist current
    --- stderr
    error: cannot read the history: revision 111111111111 stands in 2 files
     --> migrations/2026-11-20_111111111111_books.sql:2:8
      |
    2 | -- id: 111111111111
      |        ^^^^^^^^^^^^ this id is used twice
      |
     ::: migrations/copy.sql:2:8
      |
    2 | -- id: 111111111111
      |        ^^^^^^^^^^^^ this id is used twice
      hint: remove the copy, or give one of the two a new id and name it as parent where 111111111111 was meant
    --- exit code 5
    ");
}

#[cfg(unix)]
#[test]
fn an_editor_is_started_and_what_it_breaks_is_told() {
    let mut sandbox = applied();
    assert_snapshot!(transcript(&sandbox, &["edit"]), @"
    $ schemist edit
    --- stderr
    error: cannot open an editor: neither VISUAL nor EDITOR is set
      hint: run `export EDITOR=vi` first
    --- exit code 1
    ");
    sandbox.set("EDITOR", "sed -i s/^--.\\[up/--.[uq/");
    assert_snapshot!(transcript(&sandbox, &["edit", "edit base"]), @r#"
    $ schemist edit
    --- stderr
    error: cannot read migrations/2026-11-20_111111111111_books.sql: text stands before the first section
      --> migrations/2026-11-20_111111111111_books.sql:11:1
       |
    11 | CREATE TABLE "book" (
       | ^^^^^^^^^^^^^^^^^^^^^ belongs to no section
      hint: put `-- [up]` above it
    --- exit code 5

    $ schemist edit base
    --- stderr
    error: cannot edit the base: it has no file
      hint: name a revision: `schemist edit head`
    --- exit code 1
    "#);
}
