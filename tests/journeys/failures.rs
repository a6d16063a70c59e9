//! Statements that fail, databases that cannot be reached, changes that must be confirmed.

use insta::assert_snapshot;

use crate::{project, sandbox, transcript};

fn failing(option: &str) -> schemist_testkit::Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "migrations/a.sql",
        &format!(
            "-- schemist revision\n-- id: a1\n-- message: fails\n\n-- [up]\nCREATE TABLE book (id integer PRIMARY KEY);\n{option}\
             INSERT INTO missing\n  VALUES (1);\n\n-- [down]\nDROP TABLE book;\n"
        ),
    );
    sandbox
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    assert_snapshot!(transcript(&failing(""), &["upgrade", "current", "upgrade --format json"]), @r#"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    error: cannot apply revision a1: statement 2 on line 7 fails
     --> migrations/a.sql:7:1
      |
    7 | / INSERT INTO missing
    8 | |   VALUES (1);
      | |____________^ the server refuses this
      because: no such table: missing
      now: 0 of 2 statements are kept, and the journal says not applied
      hint: nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist upgrade` again; where all of the change is there already: `schemist stamp a1`
    --- exit code 1

    $ schemist current
    --- stderr
    No revision is applied

    $ schemist upgrade --format json
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    {
      "errors": [
        {
          "because": [
            "no such table: missing"
          ],
          "hint": "nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist upgrade` again; where all of the change is there already: `schemist stamp a1`",
          "message": "cannot apply revision a1: statement 2 on line 7 fails",
          "now": "0 of 2 statements are kept, and the journal says not applied",
          "places": [
            {
              "column": 1,
              "label": "the server refuses this",
              "line": 7,
              "path": "migrations/a.sql"
            }
          ]
        }
      ],
      "exit": 1,
      "version": 1
    }
    --- exit code 1
    "#);
}

#[test]
fn a_revision_that_is_cut_short_holds_up_the_rest() {
    let sandbox = failing("\n-- [up, new transaction]\n");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade",
        "current",
        "downgrade base",
        "revision --autogenerate -m x",
    ]), @"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    error: cannot apply revision a1: statement 2 on line 9 fails
      --> migrations/a.sql:9:1
       |
     9 | / INSERT INTO missing
    10 | |   VALUES (1);
       | |____________^ the server refuses this
      because: no such table: missing
      now: 1 of 2 statements are kept, and the journal says partial 1/2
      hint: mend what the server names, then run `schemist upgrade` again: it goes on after statement 1
    --- exit code 1

    $ schemist current
    --- stderr
    warning: revision a1 is partial 1/2
    No revision is applied

    $ schemist downgrade base
    --- stderr
    error: cannot take anything back: revision a1 is half applied (partial 1/2)
      hint: run `schemist upgrade a1` to finish it, or `schemist repair --undo` to take back what there is of it
    --- exit code 1

    $ schemist revision --autogenerate -m x
    --- stderr
    error: cannot start from a database that is half-way: revision a1 is partial 1/2
      hint: run `schemist upgrade` to finish it first
    --- exit code 1
    ");
    let text = sandbox.read("migrations/a.sql");
    sandbox.write("migrations/a.sql", &text.replace("missing", "book"));
    assert_snapshot!(transcript(&sandbox, &["upgrade"]), @"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    error: cannot apply revision a1: cannot resume: the file was edited after partial 1/2
      now: the journal says partial 1/2
      hint: take the edit back; or, where what was run is still the same, run `schemist repair --accept-edits`; or run `schemist repair --undo`
    --- exit code 1
    ");
}

#[test]
fn databases_that_cannot_be_reached() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "not.db",
        "this is no database, whatever its name says, and it is long enough to tell",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "current --url postgres://me:secret@localhost:1/shop",
        "current --url sqlite://gone.db",
        "current --url sqlite://not.db",
        "current --url shop",
        "current --url mysql://me:secret@localhost:1/shop",
        "current --url mysql://me:secret@localhost",
        "current --url postgres://me:se/cret@localhost/shop",
    ]), @"
    $ schemist current --url postgres://me:secret@localhost:1/shop
    --- stderr
    error: cannot connect to postgres://me:***@localhost:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1

    $ schemist current --url sqlite://gone.db
    --- stderr
    error: cannot open <project>/gone.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1

    $ schemist current --url sqlite://not.db
    --- stderr
    error: cannot open <project>/not.db
      because: file is not a database
      hint: name a file of SQLite in the url; this one is none, or it is encrypted
    --- exit code 1

    $ schemist current --url shop
    --- stderr
    error: cannot use --url as a database's url
      because: read the database's url: it names no scheme; write `sqlite://path` or `postgres://user@host/database`
      hint: write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`
    --- exit code 1

    $ schemist current --url mysql://me:secret@localhost:1/shop
    --- stderr
    error: cannot connect to mysql://me:***@localhost:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1

    $ schemist current --url mysql://me:secret@localhost
    --- stderr
    error: cannot read the database's url: it names no database; write `mysql://user@host/database`
      hint: write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`
    --- exit code 1

    $ schemist current --url postgres://me:se/cret@localhost/shop
    --- stderr
    error: cannot use --url as a database's url
      because: read the database's url: its password holds `/`, `?` or `#`, which must be written as `%2F`, `%3F` or `%23`
      hint: write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`
    --- exit code 1
    ");
}

#[test]
fn models_that_cannot_be_compiled() {
    let sandbox = project(
        "CREATE TABLE book (id integer PRIMARY KEY);\nCREATE INDEX title ON boook (title);\n",
    );
    assert_snapshot!(transcript(&sandbox, &["check"]), @"
    $ schemist check
    --- stderr
    error: cannot compile the models: no such table: main.boook
     --> models/schema.sql:2:1
      |
    2 | CREATE INDEX title ON boook (title);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ refused here
    --- exit code 1
    ");
    sandbox.write("models/schema.sql", "CREATE TABLE book (id integer);\nATTACH 'x' AS y;\nCREATE TABLE IF NOT EXISTS book (id integer);\n");
    sandbox.write("models/book.rs", "#[derive(Model)]\nstruct Author {\n    #[column(primry_key)]\n    id: i64,\n    born: Dat,\n}\n");
    assert_snapshot!(transcript(&sandbox, &["check"]), @r#"
    $ schemist check
    --- stderr
    error: cannot read this attribute: unknown key in `#[column(…)]`: `primry_key`; did you mean `primary_key`? known are `name`, `type`, `primary_key`, `identity`, `serial`, `autoincrement`, `unique`, `index`, `references`, `default`, `nullable`, `not_null`, `check`, `generated`, `collate`, `renamed_from`, `backfill`, `comment`, `skip`
     --> models/book.rs:3:14
      |
    3 |     #[column(primry_key)]
      |              ^^^^^^^^^^ here
    error: cannot take `ATTACH 'x' AS y` into a declaration: it reaches outside of the database that is declared
     --> models/schema.sql:2:1
      |
    2 | ATTACH 'x' AS y;
      | ^^^^^^^^^^^^^^^ not in a declaration
      hint: remove it: databases, roles and servers are set up by those who run them
    error: cannot declare table "book" twice
     --> models/schema.sql:3:1
      |
    1 | CREATE TABLE book (id integer);
      | ------------------------------ the first one
    2 | ATTACH 'x' AS y;
    3 | CREATE TABLE IF NOT EXISTS book (id integer);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the second one
      hint: remove one of the two: statements are loaded in no fixed order
    --- exit code 1
    "#);
}

#[test]
fn a_protected_database_is_named_before_it_changes() {
    let sandbox = failing("-- ");
    sandbox.write("schemist.toml", "[env.prod]\nprotected = true\n");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --env prod",
        "upgrade --env prod --confirm other",
        "upgrade --env prod --confirm schemist --dry-run",
    ]), @"
    $ schemist upgrade --env prod
    --- stderr
    prod, sqlite://<project>/schemist.db: base → a1, 1 revision to apply
      a1 (fails)
    error: cannot change sqlite://<project>/schemist.db: it is protected, and nobody is there to ask
      hint: add --confirm schemist if you mean it
    --- exit code 1

    $ schemist upgrade --env prod --confirm other
    --- stderr
    error: cannot change sqlite://<project>/schemist.db: that is not its name
      hint: add --confirm schemist if you mean it
    --- exit code 1

    $ schemist upgrade --env prod --confirm schemist --dry-run
    would apply a1 (fails)
      CREATE TABLE book (id integer PRIMARY KEY);
      VALUES (1);
    plan 608c423c79880674
    ");
}

#[test]
fn commands_that_are_typed_wrong() {
    assert_snapshot!(transcript(&sandbox(), &[
        "upgrad",
        "upgrade --lock-wait 3",
        "revision -m x",
        "revision --autogenerate",
        "downgrade",
        "upgrade a:b:c",
    ]), @"
    $ schemist upgrad
    --- stderr
    error: unrecognized subcommand 'upgrad'

      tip: some similar subcommands exist: 'downgrade', 'upgrade'

    Usage: schemist [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit code 64

    $ schemist upgrade --lock-wait 3
    --- stderr
    error: invalid value '3' for '--lock-wait <TIME>': write a number with a unit: <time>, <time>, 5min

    For more information, try '--help'.
    --- exit code 64

    $ schemist revision -m x
    --- stderr
    error: the following required arguments were not provided:
      <--autogenerate|--empty|--baseline|--complete <REVISION>>

    Usage: schemist revision [OPTIONS]
               <--autogenerate|--empty|--baseline|--complete <REVISION>>

    For more information, try '--help'.
    --- exit code 64

    $ schemist revision --autogenerate
    --- stderr
    error: the following required arguments were not provided:
      --message <TEXT>

    Usage: schemist revision [OPTIONS]
               <--autogenerate|--empty|--baseline|--complete <REVISION>>

    For more information, try '--help'.
    --- exit code 64

    $ schemist downgrade
    --- stderr
    error: the following required arguments were not provided:
      <REVISION>

    Usage: schemist downgrade <REVISION>

    For more information, try '--help'.
    --- exit code 64

    $ schemist upgrade a:b:c
    --- stderr
    error: invalid value 'a:b:c' for '[REVISION]': cannot read `a:b:c` as a revision; write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range

    For more information, try '--help'.
    --- exit code 64
    ");
}

#[cfg(unix)]
#[test]
fn a_revision_that_cannot_be_written_leaves_nothing() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    // A file in the place of the folder stops root too.
    std::fs::remove_dir_all(sandbox.project().join("migrations")).unwrap();
    sandbox.write(
        "schemist.toml",
        "migrations = \"models/schema.sql/migrations\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["revision --empty -m x"]), @"
    $ schemist revision --empty -m x
    --- stderr
    error: cannot read models/schema.sql/migrations
      because: Not a directory (os error 20)
      hint: check the path, here and in schemist.toml
    --- exit code 1
    ");
    assert_eq!(sandbox.files("models"), ["schema.sql"]);
}
