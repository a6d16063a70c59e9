//! Environments, and what must be true before one of them is changed.

use insta::assert_snapshot;

use crate::{project, transcript};

/// A project with two environments, each a file.
fn two(guard: &str) -> schemist_testkit::Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "schemist.toml",
        &format!(
            "[env.dev]\ndatabase.main.url = \"sqlite://dev.db\"\n[env.prod]\ndatabase.main.url = \"sqlite://prod.db\"\n{guard}\n"
        ),
    );
    transcript(&sandbox, &["revision --autogenerate -m books --env dev"]);
    sandbox
}

#[test]
fn every_change_says_first_what_it_does_to_which_database() {
    let sandbox = two("");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --env dev",
        "upgrade --env dev",
        "stamp base --env dev",
        "stamp head --env dev",
        "downgrade base --env dev",
        "upgrade --env prod --quiet",
        "status --env dev --env prod --exit-code",
    ]), @r#"
    $ schemist upgrade --env dev
    --- stderr
    dev, sqlite://<project>/dev.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist upgrade --env dev
    --- stderr
    Nothing to apply: the database is there already

    $ schemist stamp base --env dev
    --- stderr
    dev, sqlite://<project>/dev.db: stamp base
    table "book" is only in the database
    error: cannot stamp the database: it is not an empty database (1 difference, see above)
      hint: stamp the revision that it is at, make it what the files say, or add --force
    --- exit code 2

    $ schemist stamp head --env dev
    --- stderr
    dev, sqlite://<project>/dev.db: stamp head
    Nothing to change: the journal says so already

    $ schemist downgrade base --env dev
    --- stderr
    dev, sqlite://<project>/dev.db: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending

    $ schemist upgrade --env prod --quiet

    $ schemist status --env dev --env prod --exit-code
    DATABASE   RESULT
    main@dev   differences  no-revision, current none, head 111111111111, sqlite://<project>/dev.db
    main@prod  done         up-to-date, current 111111111111, head 111111111111, sqlite://<project>/prod.db
    --- stderr
    2 databases, all done
    --- exit code 2
    "#);
}

#[test]
fn nothing_is_changed_where_it_is_not_what_is_expected() {
    let sandbox = two("expect_database = \"prod\"\nexpect_revision = true\n");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --env prod",
        "upgrade --env prod --expect-revision 111",
        "upgrade --env prod --expect-revision base --expect-database shop",
        "upgrade --env prod --expect-revision base --expect-host db",
        "upgrade --env prod --expect-revision base --url sqlite://dev.db",
        "current --env prod",
        "upgrade --env prod --expect-revision base",
        "downgrade base --env prod --expect-revision base",
        "stamp base --env prod --expect-revision 222",
        "downgrade base --env prod --expect-revision 1111 --expect-database prod",
    ]), @"
    $ schemist upgrade --env prod
    --- stderr
    error: cannot change sqlite://<project>/prod.db: env.prod wants to hear which revision it is at
      hint: run `schemist current`, then add --expect-revision <revision>, or base
    --- exit code 1

    $ schemist upgrade --env prod --expect-revision 111
    --- stderr
    error: cannot change sqlite://<project>/prod.db: --expect-revision says 111, and it is at base
      hint: somebody changed it, or it is another database; nothing was changed
    --- exit code 1

    $ schemist upgrade --env prod --expect-revision base --expect-database shop
    --- stderr
    error: cannot change sqlite://<project>/prod.db: --expect-database expects the database shop, and it is prod
      hint: look at `schemist config`: another url may be set than you think; nothing was changed
    --- exit code 1

    $ schemist upgrade --env prod --expect-revision base --expect-host db
    --- stderr
    error: cannot change sqlite://<project>/prod.db: --expect-host expects the host db, and it is none
      hint: look at `schemist config`: another url may be set than you think; nothing was changed
    --- exit code 1

    $ schemist upgrade --env prod --expect-revision base --url sqlite://dev.db
    --- stderr
    error: cannot change sqlite://<project>/dev.db: env.prod expects the database prod, and it is dev
      hint: look at `schemist config`: another url may be set than you think; nothing was changed
    --- exit code 1

    $ schemist current --env prod
    --- stderr
    error: cannot open <project>/prod.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1

    $ schemist upgrade --env prod --expect-revision base
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist downgrade base --env prod --expect-revision base
    --- stderr
    error: cannot change sqlite://<project>/prod.db: --expect-revision says base, and it is at 111111111111
      hint: somebody changed it, or it is another database; nothing was changed
    --- exit code 1

    $ schemist stamp base --env prod --expect-revision 222
    --- stderr
    prod, sqlite://<project>/prod.db: stamp base
    error: cannot change sqlite://<project>/prod.db: --expect-revision says 222, and it is at 111111111111
      hint: somebody changed it, or it is another database; nothing was changed
    --- exit code 1

    $ schemist downgrade base --env prod --expect-revision 1111 --expect-database prod
    --- stderr
    prod, sqlite://<project>/prod.db: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending
    ");
}

#[test]
fn what_is_protected_is_named_and_never_generated_from() {
    let sandbox = two("protected = true\n");
    transcript(&sandbox, &["upgrade --env dev"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id integer PRIMARY KEY, title text);",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m titles --env prod",
        "upgrade --env prod",
        "upgrade --env prod --confirm dev",
        "upgrade --env prod --confirm prod",
    ]), @"
    $ schemist revision --autogenerate -m titles --env prod
    --- stderr
    error: cannot write a revision from sqlite://<project>/prod.db: prod is protected
      hint: write it in another environment, and apply it here with `schemist upgrade`
    --- exit code 1

    $ schemist upgrade --env prod
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
      111111111111 (2026-11-20, books)
    error: cannot change sqlite://<project>/prod.db: it is protected, and nobody is there to ask
      hint: add --confirm prod if you mean it
    --- exit code 1

    $ schemist upgrade --env prod --confirm dev
    --- stderr
    error: cannot change sqlite://<project>/prod.db: that is not its name
      hint: add --confirm prod if you mean it
    --- exit code 1

    $ schemist upgrade --env prod --confirm prod
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>
    ");
}

#[test]
fn a_revision_is_seen_by_the_environment_before() {
    let sandbox = two("requires = \"dev\"\n");
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --env prod",
        "upgrade --env prod --force-untested",
        "downgrade base --env prod",
        "upgrade --env dev",
        "upgrade --env prod",
    ]), @"
    $ schemist upgrade --env prod
    --- stderr
    error: cannot apply 111111111111: dev (sqlite://<project>/dev.db) has not seen it
      hint: run `schemist upgrade --env dev` and test there first, or add --force-untested
    --- exit code 1

    $ schemist upgrade --env prod --force-untested
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist downgrade base --env prod
    --- stderr
    prod, sqlite://<project>/prod.db: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending

    $ schemist upgrade --env dev
    --- stderr
    dev, sqlite://<project>/dev.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist upgrade --env prod
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>
    ");
}

#[test]
fn heavy_revisions_wait_for_their_hour() {
    let sandbox = two("maintenance_window = \"02:00-04:00 UTC\"\n");
    assert_snapshot!(transcript(&sandbox, &["upgrade --env prod"]), @"
    $ schemist upgrade --env prod
    --- stderr
    prod, sqlite://<project>/prod.db: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>
    ");
    sandbox.write("migrations/2.sql", "-- schemist revision\n-- id: b2\n-- parent: 111111111111\n\n-- [up]\n-- hazard check_added: reads every row\nCREATE TABLE a (x int);\n\n-- [down]\nDROP TABLE a;\n");
    assert_snapshot!(transcript(&sandbox, &["upgrade --env prod", "upgrade --env prod --any-hour"]), @"
    $ schemist upgrade --env prod
    --- stderr
    error: cannot run revision b2 now: it is heavy (check_added), and heavy ones are run 02:00-04:00 UTC here
      hint: wait for that time, or add --any-hour
    --- exit code 1

    $ schemist upgrade --env prod --any-hour
    --- stderr
    prod, sqlite://<project>/prod.db: 111111111111 → b2, 1 revision to apply
    Applied b2 in <time>
    ");
    let mut sandbox = two("maintenance_window = \"02:00-04:00\"\n");
    assert_snapshot!(transcript(&sandbox, &["upgrade --env prod"]), @r#"
    $ schemist upgrade --env prod
    --- stderr
    error: cannot take the value of `env.prod.maintenance_window`: the time has no zone; write "02:00-04:00 UTC"
     --> schemist.toml:5:22
      |
    5 | maintenance_window = "02:00-04:00"
      |                      ^^^^^^^^^^^^^ the time has no zone; write "02:00-04:00 UTC"
      hint: correct the value
    --- exit code 1
    "#);
    sandbox.set("SCHEMIST_TEST_CLOCK", "2026-11-20T03:00:00Z");
    assert_eq!(sandbox.run(&["heads"]).code, Some(1));
}
