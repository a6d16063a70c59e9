//! `lint`: what a person and a pipeline read before anybody runs a statement.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::reviewing::git;
use crate::{project, transcript};

/// A revision that somebody wrote by hand.
fn revision(id: &str, parent: &str, head: &str, up: &str) -> String {
    let parent = if parent.is_empty() {
        String::new()
    } else {
        format!("-- parent: {parent}\n")
    };
    format!(
        "-- schemist revision\n-- id: {id}\n{parent}-- message: {id}\n{head}\n-- [up]\n{up}\n-- [down]\n"
    )
}

fn with_revisions(all: &[(&str, &str, &str, &str)]) -> Sandbox {
    let mut sandbox = project("CREATE TABLE book (id INTEGER PRIMARY KEY, old TEXT);\n");
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    for (id, parent, head, up) in all {
        sandbox.write(
            &format!("migrations/{id}.sql"),
            &revision(id, parent, head, up),
        );
    }
    sandbox
}

const DROP: &str = "DROP TABLE book;\n";

/// What comments ignore, whom they reach, and what is wrong with them.
#[test]
fn comments_ignore_what_they_name_and_say_why() {
    for (head, up, said) in [
        ("", DROP, &["table_dropped: "][..]),
        (
            "",
            "-- ignore table_dropped: empty\nDROP TABLE book;\n",
            &[],
        ),
        ("\n-- ignore table_dropped: empty\n", DROP, &[]),
        (
            "",
            "-- ignore table_dropped: empty\nDROP TABLE book;\nDROP TABLE shelf;\n",
            &["table_dropped: table \"shelf\""],
        ),
        (
            "",
            "-- ignore table_dropped\nDROP TABLE book;\n",
            &["ignore_without_reason: ", "table_dropped: "],
        ),
        (
            "",
            "-- ignore column_dropped: gone\nDROP TABLE book;\n",
            &[
                "unused_ignore: there is no column_dropped here",
                "table_dropped: ",
            ],
        ),
        (
            "",
            "-- ignore table_droped: empty\nDROP TABLE book;\n",
            &[
                "unknown_ignore: there is no hazard table_droped; did you mean table_dropped?",
                "table_dropped: ",
            ],
        ),
    ] {
        let sandbox = with_revisions(&[("a1", "", head, up)]);
        let settings = sandbox.read("schemist.toml");
        let settings = format!("{settings}\n[lint]\ndrop_reaches_children = \"off\"\n");
        sandbox.write("schemist.toml", &settings);
        let said_all = sandbox.run(&["lint", "--format", "github"]).to_string();
        let lines: Vec<&str> = said_all
            .lines()
            .filter(|line| line.starts_with("::"))
            .collect();
        assert_eq!(lines.len(), said.len(), "{head}{up}: {said_all}");
        let human = sandbox.run(&["lint"]).to_string();
        for words in said {
            let (code, sentence) = words.split_once(": ").unwrap_or((words, ""));
            assert!(
                lines.iter().any(|line| line.contains(&format!("({code})"))),
                "{code}: {said_all}"
            );
            assert!(human.contains(sentence), "{words}: {human}");
        }
    }
}

/// The baseline, what is new since a commit, and several heads.
#[test]
fn a_project_that_is_there_already_is_told_what_is_new() {
    let sandbox = with_revisions(&[("a1", "", "", DROP)]);
    sandbox.write(
        "schemist.toml",
        &format!(
            "{}\n[lint]\nbaseline = \"known.json\"\n",
            sandbox.read("schemist.toml")
        ),
    );
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "models", "migrations", "schemist.toml"]);
    git(&sandbox, &["commit", "-q", "-m", "one"]);
    git(
        &sandbox,
        &[
            "remote",
            "add",
            "origin",
            "https://ann:pw-of-git@example.com/x.git",
        ],
    );
    assert_snapshot!(
        transcript(&sandbox, &["lint -q", "lint --write-baseline", "lint", "lint --since main"]),
        @r#"
            $ schemist lint -q
            warning: drop_reaches_children: rows of other tables that refer to table "book" are deleted or emptied where their foreign keys say so
             --> migrations/a1.sql:6:1
              |
            6 | DROP TABLE book;
              | ^^^^^^^^^^^^^^^ DROP TABLE deletes the rows of others
              instead: Put it in a section with `foreign keys off`.
            danger: table_dropped: table "book" is dropped with all of its rows
             --> migrations/a1.sql:6:1
              |
            6 | DROP TABLE book;
              | ^^^^^^^^^^^^^^^ a table goes with its rows
              instead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
            --- exit code 3

            $ schemist lint --write-baseline
            --- stderr
            Wrote known.json — it knows 2 remarks

            $ schemist lint
            --- stderr
            Nothing to remark (1 statement in 1 file; 2 in the baseline)

            $ schemist lint --since main
            --- stderr
            Nothing to remark (0 statements in 0 files)
            "#
    );
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "", "DROP TABLE shelf;\n"),
    );
    sandbox.write(
        "migrations/c3.sql",
        &revision("c3", "a1", "", "SELECT 1;\n"),
    );
    let said = transcript(
        &sandbox,
        &[
            "lint --since main",
            "lint migrations/a1.sql",
            "lint --since nothing",
            "lint --since main --write-baseline",
        ],
    );
    assert!(!said.contains("pw-of-git"), "{said}");
    assert_snapshot!(said, @r#"
    $ schemist lint --since main
    warning: drop_reaches_children: rows of other tables that refer to table "shelf" are deleted or emptied where their foreign keys say so
     --> migrations/b2.sql:7:1
      |
    7 | DROP TABLE shelf;
      | ^^^^^^^^^^^^^^^^ DROP TABLE deletes the rows of others
      instead: Put it in a section with `foreign keys off`.
    danger: table_dropped: table "shelf" is dropped with all of its rows
     --> migrations/b2.sql:7:1
      |
    7 | DROP TABLE shelf;
      | ^^^^^^^^^^^^^^^^ a table goes with its rows
      instead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    danger: several_heads: the history has 2 heads: b2, c3
     --> migrations/b2.sql:2:8
      |
    2 | -- id: b2
      |        ^^ the history has several heads
      instead: `schemist rebase` puts one on top of the other; `schemist merge` joins them.
    danger: several_heads: the history has 2 heads: b2, c3
     --> migrations/c3.sql:2:8
      |
    2 | -- id: c3
      |        ^^ the history has several heads
      instead: `schemist rebase` puts one on top of the other; `schemist merge` joins them.
    --- stderr
    3 dangers, 1 warning (2 statements in 2 files)
    --- exit code 3

    $ schemist lint migrations/a1.sql
    --- stderr
    Nothing to remark (1 statement in 1 file; 2 in the baseline)

    $ schemist lint --since nothing
    --- stderr
    error: cannot find what changed since nothing: git knows no such commit, branch or tag here
      hint: `git log --oneline` lists commits; a pipeline fetches them all with `git fetch --unshallow`
    --- exit code 1

    $ schemist lint --since main --write-baseline
    --- stderr
    error: the argument '--since <REF>' cannot be used with '--write-baseline'

    Usage: schemist lint --since <REF> [FILE]...

    For more information, try '--help'.
    --- exit code 64
    "#);
}

/// A code that nobody knows is met with the one that was meant.
#[test]
fn levels_are_corrected() {
    let sandbox = with_revisions(&[("a1", "", "", DROP)]);
    let settings = sandbox.read("schemist.toml");
    for (line, said) in [
        ("table_droped = \"off\"", "did you mean `table_dropped`?"),
        ("basline = \"x.json\"", "did you mean `baseline`?"),
        ("table_dropped = \"dangr\"", "did you mean \"danger\"?"),
    ] {
        sandbox.write("schemist.toml", &format!("{settings}\n[lint]\n{line}\n"));
        let run = sandbox.run(&["lint"]).ends_with(1).to_string();
        assert!(run.contains(said), "{line}: {run}");
    }
}

/// The database says what is small, and safe forms are written where they make the same schema.
#[test]
fn a_database_is_asked_and_safe_forms_are_proven() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("CREATE TABLE book (id bigint PRIMARY KEY, pages integer)");
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY, pages integer);\n");
    sandbox.use_database(&database);
    let head = "-- dialects: postgres\n";
    let index = "CREATE INDEX book_pages ON book (pages);\n";
    let table = "CREATE TABLE book (id bigint PRIMARY KEY, pages integer);\n";
    sandbox.write("migrations/a1.sql", &revision("a1", "", head, table));
    sandbox.write("migrations/b2.sql", &revision("b2", "a1", head, index));
    assert_snapshot!(
        transcript(&sandbox, &["lint migrations/b2.sql", "lint --live migrations/b2.sql", "lint --fix"]),
        @r#"
    $ schemist lint migrations/b2.sql
    warning: index_built_in_place: writes to table "book" wait while the index is built
     --> migrations/b2.sql:8:1
      |
    8 | CREATE INDEX book_pages ON book (pages);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes wait while an index is built
      note: locks "book": SHARE (by rule, not measured)
      instead: CREATE INDEX CONCURRENTLY in a section with `no transaction`. For a partitioned table: on each partition, then `ON ONLY` on the parent and ATTACH PARTITION.
    --- stderr
    1 warning (1 statement in 1 file)
    hint: `schemist lint --fix` writes the safe forms of some of these

    $ schemist lint --live migrations/b2.sql
    notice: index_built_in_place: writes to table "book" wait while the index is built
     --> migrations/b2.sql:8:1
      |
    8 | CREATE INDEX book_pages ON book (pages);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes wait while an index is built
      note: locks "book": SHARE (by rule, not measured)
      note: table "book" has about 0 rows, 8192 bytes
      instead: CREATE INDEX CONCURRENTLY in a section with `no transaction`. For a partitioned table: on each partition, then `ON ONLY` on the parent and ATTACH PARTITION.
    --- stderr
    1 notice (1 statement in 1 file)
    hint: `schemist lint --fix` writes the safe forms of some of these

    $ schemist lint --fix
    --- stderr
    migrations/b2.sql:8: build the index CONCURRENTLY
    Wrote migrations/b2.sql — it makes the same schema as before
    Nothing to remark (2 statements in 2 files)
    "#
    );
    let written = sandbox.read("migrations/b2.sql");
    for words in ["no transaction]", "CREATE INDEX CONCURRENTLY"] {
        assert!(written.contains(words), "{written}");
    }
}

#[test]
fn a_history_that_cannot_be_read_is_told_with_everything_else() {
    let mut sandbox = project("CREATE TABLE book (id INTEGER PRIMARY KEY);\n");
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    sandbox.write("migrations/a.sql", "DROP TABLE book;\n");
    sandbox.write(
        "migrations/b.sql",
        "-- schemist revision\n-- id: b2\n-- wrong: 1\n\n-- [up]\nDROP TABLE book;\n",
    );
    sandbox.write(
        "migrations/c.sql",
        "-- schemist revision\n-- id: c3\n-- parent: d4\n\n-- [up]\nDROP TABLE book;\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "lint --format github --output sarif=one.sarif",
        "lint --fix --format github",
    ]), @r#"
    $ schemist lint --format github --output sarif=one.sarif
    ::error file=migrations/b.sql,line=3,col=4,title=schemist lint%3A the history cannot be read (history_broken)::cannot read migrations/b.sql: unknown header key `wrong`; use one of id, parent, message, created, labels, depends_on, dialects, proven, catalog, not_atomic and irreversible%0Ainstead: Correct what the sentence names; a file that is no revision belongs in another folder.
    ::error file=migrations/a.sql,line=1,col=1,title=schemist lint%3A a table goes with its rows (table_dropped)::table "book" is dropped with all of its rows%0Ainstead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    ::notice file=migrations/c.sql,line=1,col=1,title=schemist lint%3A a revision that cannot be undone (no_way_down)::the revision has no section down, and does not say why%0Ainstead: Write the way down, or say `-- irreversible: <why>` in the header.
    ::warning file=migrations/c.sql,line=6,col=1,title=schemist lint%3A DROP TABLE deletes the rows of others (drop_reaches_children)::rows of other tables that refer to table "book" are deleted or emptied where their foreign keys say so%0Ainstead: Put it in a section with `foreign keys off`.
    ::error file=migrations/c.sql,line=6,col=1,title=schemist lint%3A a table goes with its rows (table_dropped)::table "book" is dropped with all of its rows%0Ainstead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    ::error file=migrations/a.sql,line=1,col=1,title=schemist lint%3A the history cannot be read (history_broken)::cannot read migrations/a.sql: the file does not begin with `-- schemist revision`; make `-- schemist revision` the first line, or move the file out of the migrations folder%0Ainstead: Correct what the sentence names; a file that is no revision belongs in another folder.
    --- stderr
    4 dangers, 1 warning, 1 notice (2 statements in 3 files)
    --- exit code 5

    $ schemist lint --fix --format github
    ::error file=migrations/b.sql,line=3,col=4,title=schemist lint%3A the history cannot be read (history_broken)::cannot read migrations/b.sql: unknown header key `wrong`; use one of id, parent, message, created, labels, depends_on, dialects, proven, catalog, not_atomic and irreversible%0Ainstead: Correct what the sentence names; a file that is no revision belongs in another folder.
    ::error file=migrations/a.sql,line=1,col=1,title=schemist lint%3A a table goes with its rows (table_dropped)::table "book" is dropped with all of its rows%0Ainstead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    ::notice file=migrations/c.sql,line=1,col=1,title=schemist lint%3A a revision that cannot be undone (no_way_down)::the revision has no section down, and does not say why%0Ainstead: Write the way down, or say `-- irreversible: <why>` in the header.
    ::warning file=migrations/c.sql,line=6,col=1,title=schemist lint%3A DROP TABLE deletes the rows of others (drop_reaches_children)::rows of other tables that refer to table "book" are deleted or emptied where their foreign keys say so%0Ainstead: Put it in a section with `foreign keys off`.
    ::error file=migrations/c.sql,line=6,col=1,title=schemist lint%3A a table goes with its rows (table_dropped)::table "book" is dropped with all of its rows%0Ainstead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    ::error file=migrations/a.sql,line=1,col=1,title=schemist lint%3A the history cannot be read (history_broken)::cannot read migrations/a.sql: the file does not begin with `-- schemist revision`; make `-- schemist revision` the first line, or move the file out of the migrations folder%0Ainstead: Correct what the sentence names; a file that is no revision belongs in another folder.
    --- stderr
    warning: nothing is fixed: a revision is proven on its history, which cannot be read
    4 dangers, 1 warning, 1 notice (2 statements in 3 files)
    --- exit code 5
    "#);
    sandbox.remove("migrations/a.sql");
    sandbox.remove("migrations/b.sql");
    assert_snapshot!(transcript(&sandbox, &["lint --format github"]), @r#"
    $ schemist lint --format github
    ::notice file=migrations/c.sql,line=1,col=1,title=schemist lint%3A a revision that cannot be undone (no_way_down)::the revision has no section down, and does not say why%0Ainstead: Write the way down, or say `-- irreversible: <why>` in the header.
    ::warning file=migrations/c.sql,line=6,col=1,title=schemist lint%3A DROP TABLE deletes the rows of others (drop_reaches_children)::rows of other tables that refer to table "book" are deleted or emptied where their foreign keys say so%0Ainstead: Put it in a section with `foreign keys off`.
    ::error file=migrations/c.sql,line=6,col=1,title=schemist lint%3A a table goes with its rows (table_dropped)::table "book" is dropped with all of its rows%0Ainstead: Look whether it is empty and whether anything still reads it. Rename it first and drop it a release later, so that a mistake can be taken back.
    ::error file=migrations/c.sql,line=3,col=12,title=schemist lint%3A the history cannot be read (history_broken)::cannot read the history: revision c3 comes after d4, which is in no file; bring the file of d4 back (git log --all -S d4), or name another revision in the header%0Ainstead: Correct what the sentence names; a file that is no revision belongs in another folder.
    --- stderr
    2 dangers, 1 warning, 1 notice (1 statement in 1 file)
    --- exit code 5
    "#);
    assert_snapshot!(transcript(&sandbox, &[
        "lint --format github --since nowhere --output json=lint.json --output junit=lint.xml",
    ]), @"
    $ schemist lint --format github --since nowhere --output json=lint.json --output junit=lint.xml
    ::error title=schemist lint%3A lint::cannot find what changed since nowhere: git knows no such commit, branch or tag here
    --- stderr
    error: cannot find what changed since nowhere: git knows no such commit, branch or tag here
      hint: `git log --oneline` lists commits; a pipeline fetches them all with `git fetch --unshallow`
    --- exit code 1
    ");
    assert_snapshot!(sandbox.read("lint.json"), @r#"
    {
      "command": "lint",
      "counts": {
        "danger": 0,
        "notice": 0,
        "warning": 0
      },
      "errors": [
        {
          "message": "cannot find what changed since nowhere: git knows no such commit, branch or tag here"
        }
      ],
      "files": 0,
      "ignored": 0,
      "in_baseline": 0,
      "notes": [],
      "remarks": [],
      "statements": 0,
      "version": 1
    }
    "#);
    assert_snapshot!(sandbox.read("lint.xml"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="schemist lint" tests="1" failures="0" errors="1">
      <testsuite name="lint" tests="1" failures="0" errors="1">
        <testcase name="lint" classname="lint">
          <error message="cannot find what changed since nowhere: git knows no such commit, branch or tag here" type="failed"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn what_changes_by_the_day_is_named_wherever_it_is_declared() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = project(
        "CREATE TABLE book (\n    id bigint PRIMARY KEY,\n    at timestamptz DEFAULT 'now'\n);\n",
    );
    sandbox.use_database(&database);
    assert_snapshot!(transcript(&sandbox, &["revision --autogenerate -m one", "upgrade -q", "check"]), @r#"
    $ schemist revision --autogenerate -m one
    migrations/2026-11-20_111111111111_one.sql
    --- stderr
    note: models/schema.sql:1: the default 'now' of column "at" is the moment at which this runs, for ever (not_deterministic)
      postgres create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade -q

    $ schemist check
    --- stderr
    note: models/schema.sql:1: the default 'now' of column "at" is the moment at which this runs, for ever (not_deterministic)
    The database is what the models say (1 object compared)
    "#);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id bigint PRIMARY KEY);\n\n-- ignore not_deterministic: the day of the import\n\
         CREATE TABLE page (at timestamptz DEFAULT 'now');\n\nCREATE TABLE line (at timestamptz DEFAULT 'now');\n",
    );
    let settings = sandbox.read("schemist.toml");
    let settings = format!("{settings}\n[lint]\nnot_deterministic = \"danger\"\n");
    sandbox.write("schemist.toml", &settings);
    let said = sandbox
        .run(&["lint", "-q", "--format", "github"])
        .ends_with(3);
    let lines: Vec<&str> = said
        .stdout
        .lines()
        .filter(|line| line.contains("not_deterministic"))
        .collect();
    assert!(
        matches!(lines[..], [line] if line.starts_with("::error file=models/schema.sql,line=6,")),
        "{said}"
    );
}
