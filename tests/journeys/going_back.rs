//! Taking revisions back: the last, a batch, one alone, everything; with a copy first, and where it stops.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, transcript};

/// Three revisions, the second of which the third does not need.
fn three() -> Sandbox {
    let sandbox = project("CREATE TABLE c (id integer PRIMARY KEY);");
    for (id, parent) in [
        ("a", ""),
        ("b", "-- parent: a1\n"),
        ("c", "-- parent: b1\n"),
    ] {
        sandbox.write(
            &format!("migrations/{id}.sql"),
            &format!(
                "-- schemist revision\n-- id: {id}1\n{parent}-- message: table {id}\n\n-- [up]\nCREATE TABLE {id} (id integer PRIMARY KEY);\n\n-- [down]\nDROP TABLE {id};\n"
            ),
        );
    }
    sandbox
}

#[test]
fn the_last_revision_the_last_batch_and_everything() {
    let sandbox = three();
    assert_snapshot!(transcript(&sandbox, &[
        "migrate --revision a1",
        "upgrade",
        "rollback",
        "rollback --dry-run",
        "upgrade",
        "rollback --batch",
        "upgrade",
        "rollback --revision -1",
        "rollback a1",
        "rollback --everything",
        "rollback --everything",
        "rollback",
    ]), @"
    $ schemist migrate --revision a1
    --- stderr
    sqlite://<project>/schemist.db: base → a1, 1 revision to apply
    Applied a1 (table a) in <time>

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: a1 → c1, 2 revisions to apply
    Applied b1 (table b) in <time>
    Applied c1 (table c) in <time>

    $ schemist rollback
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending

    $ schemist rollback --dry-run
    would take back b1 (table b)
      DROP TABLE b;
    plan cd2406e574076061

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: b1 → c1, 1 revision to apply
    Applied c1 (table c) in <time>

    $ schemist rollback --batch
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: b1 → c1, 1 revision to apply
    Applied c1 (table c) in <time>

    $ schemist rollback --revision -1
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending

    $ schemist rollback a1
    --- stderr
    sqlite://<project>/schemist.db: b1 → a1, 1 revision to take back
    Took back b1 (table b) in <time>
    The database is at a1 now; 2 revisions are pending

    $ schemist rollback --everything
    --- stderr
    sqlite://<project>/schemist.db: a1 → base, 1 revision to take back
    Took back a1 (table a) in <time>
    The database is at base now; 3 revisions are pending

    $ schemist rollback --everything
    --- stderr
    Nothing to take back: the database is there already

    $ schemist rollback
    --- stderr
    error: cannot follow `-1` past the base: no revision is applied
      hint: write `base` to go down all the way
    --- exit code 1
    ");
}

#[test]
fn one_revision_alone_and_what_is_then_missing() {
    let sandbox = three();
    transcript(&sandbox, &["upgrade"]);
    assert_snapshot!(transcript(&sandbox, &[
        "revert b1",
        "revert b1 --force",
        "down b1",
        "upgrade",
        "upgrade --missing --dry-run",
        "upgrade --missing",
        "revert c1",
    ]), @"
    $ schemist revert b1
    --- stderr
    error: cannot take back b1 (table b) alone: what came after it is applied (c1)
      hint: take all of it back: `schemist downgrade b1-1`; or, where they need nothing of it, add --force, and bring it back later with `schemist upgrade --missing`
    --- exit code 1

    $ schemist revert b1 --force
    --- stderr
    sqlite://<project>/schemist.db: c1 → a1 c1, 1 revision to take back
    Took back b1 (table b) in <time>
    The database is at a1 c1 now; 1 revision is pending

    $ schemist down b1
    --- stderr
    error: cannot take back b1: it is not applied
      hint: run `schemist history` to see what is
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot go on from where the database stands: revision b1 (table b) was passed over: c1 came after it
      hint: apply it with `schemist upgrade --missing`; or go down below it and up again: `schemist downgrade b1-1`, or say that it is applied: `schemist stamp b1`
    --- exit code 5

    $ schemist upgrade --missing --dry-run
    would apply b1 (table b)
      CREATE TABLE b (id integer PRIMARY KEY);
    plan 4f25aa26f82aaaa6

    $ schemist upgrade --missing
    --- stderr
    sqlite://<project>/schemist.db: a1 c1 → c1, 1 revision to apply
    Applied b1 (table b) in <time>

    $ schemist revert c1
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending
    ");
}

#[test]
fn an_irreversible_revision_stops_the_way_down() {
    let sandbox = three();
    let text = sandbox.read("migrations/b.sql");
    sandbox.write(
        "migrations/b.sql",
        &text.replace(
            "-- message: table b\n",
            "-- message: table b\n-- irreversible: the old rows are gone\n",
        ),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade", "downgrade base", "current", "downgrade -1"]), @"
    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: base → c1, 3 revisions to apply
    Applied a1 (table a) in <time>
    Applied b1 (table b) in <time>
    Applied c1 (table c) in <time>

    $ schemist downgrade base
    --- stderr
    error: cannot take revision b1 back: the old rows are gone
     --> migrations/b.sql:5:18
      |
    5 | -- irreversible: the old rows are gone
      |                  ^^^^^^^^^^^^^^^^^^^^^ the revision says so here
      hint: restore a backup, or write a `down` section and remove `irreversible` from the header
    --- exit code 1

    $ schemist current
    c1 table c (head)

    $ schemist downgrade -1
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending
    ");
}

#[test]
fn a_copy_is_made_first() {
    let sandbox = three();
    transcript(&sandbox, &["upgrade"]);
    assert_snapshot!(transcript(&sandbox, &[
        "downgrade -1 --backup",
        "downgrade -1 --backup=kept.db",
        "downgrade -1 --backup=kept.db",
    ]), @"
    $ schemist downgrade -1 --backup
    --- stderr
    sqlite://<project>/schemist.db: c1 → b1, 1 revision to take back
    Backed up to <project>/backups/main_20261120T101200Z.db; `cp <project>/backups/main_20261120T101200Z.db <database>` brings it back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending

    $ schemist downgrade -1 --backup=kept.db
    --- stderr
    sqlite://<project>/schemist.db: b1 → a1, 1 revision to take back
    Backed up to <project>/kept.db; `cp <project>/kept.db <database>` brings it back
    Took back b1 (table b) in <time>
    The database is at a1 now; 2 revisions are pending

    $ schemist downgrade -1 --backup=kept.db
    --- stderr
    sqlite://<project>/schemist.db: a1 → base, 1 revision to take back
    error: cannot back up to <project>/kept.db: it is there already
      hint: name another file, or a folder, after --backup
    --- exit code 1
    ");
    assert_eq!(sandbox.files("backups"), ["main_20261120T101200Z.db"]);
    let copy = format!(
        "current --url sqlite://{}",
        sandbox
            .project()
            .join("backups/main_20261120T101200Z.db")
            .display()
    );
    let words: Vec<&str> = copy.split(' ').collect();
    assert_eq!(sandbox.run(&words).succeeds(), "c1 table c (head)\n");
}

#[test]
fn a_server_is_copied_by_its_own_program() {
    for (database, program) in [
        (Database::postgres(), "pg_dump"),
        (Database::mysql(), "mariadb-dump"),
    ] {
        let Some(database) = database else { continue };
        let is_there = std::process::Command::new(program)
            .arg("--version")
            .output();
        if is_there.is_err() {
            continue;
        }
        let mut sandbox = three();
        sandbox.use_database(&database);
        sandbox.run(&["upgrade"]).succeeds();
        let output = sandbox
            .run(&["downgrade", "-1", "--backup=copy"])
            .ends_with(0);
        assert!(output.stderr.contains("\nBacked up to"), "{output}");
        assert!(output.stderr.contains("Took back c1"), "{output}");
        let copy = std::fs::read(sandbox.project().join("copy")).unwrap();
        assert!(copy.len() > 1000);
    }
}

#[test]
fn a_protected_database_goes_back_with_a_copy_or_a_word() {
    let sandbox = three();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://x.db\"\n\n[env.prod]\nprotected = true\n",
    );
    transcript(&sandbox, &["upgrade"]);
    assert_snapshot!(transcript(&sandbox, &[
        "rollback --env prod --confirm x",
        "rollback --env prod --confirm x --no-backup",
        "rollback --env prod --confirm x --backup",
    ]), @"
    $ schemist rollback --env prod --confirm x
    --- stderr
    prod, sqlite://<project>/x.db: c1 → b1, 1 revision to take back
    error: cannot take anything back without a backup: this database is protected
      hint: add --backup to make one now, or --no-backup where you have one
    --- exit code 1

    $ schemist rollback --env prod --confirm x --no-backup
    --- stderr
    prod, sqlite://<project>/x.db: c1 → b1, 1 revision to take back
    Took back c1 (table c) in <time>
    The database is at b1 now; 1 revision is pending

    $ schemist rollback --env prod --confirm x --backup
    --- stderr
    prod, sqlite://<project>/x.db: b1 → a1, 1 revision to take back
    Backed up to <project>/backups/main_20261120T101200Z.db; `cp <project>/backups/main_20261120T101200Z.db <database>` brings it back
    Took back b1 (table b) in <time>
    The database is at a1 now; 2 revisions are pending
    ");
}
