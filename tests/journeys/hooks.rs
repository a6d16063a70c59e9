//! Programs that are run before and after changes.

use insta::assert_snapshot;
use schemist_testkit::Sandbox;

use crate::databases::revision;
use crate::{sandbox, transcript};

/// Two revisions, and hooks.
fn with_hooks(hooks: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        &format!("[database.main]\nurl = \"sqlite://shop.db\"\n{hooks}\n"),
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id int)"),
    );
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "CREATE TABLE shelf (id int)"),
    );
    sandbox
}

#[test]
fn a_hook_is_asked_for_once_and_told_about_the_run() {
    let sandbox = with_hooks(
        "[hooks]\nbefore_upgrade = [\"sh\", \"-c\", \"env | grep SCHEMIST_HOOK | sort\"]\n\
         after_revision = [\"sh\", \"-c\", \"echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_DIRECTION $SCHEMIST_HOOK_RESULT\"]\n\
         after_upgrade = [[\"echo\", \"restart\"], [\"sh\", \"-c\", \"echo $SCHEMIST_HOOK_REVISIONS $SCHEMIST_HOOK_RESULT\"]]\n\
         before_downgrade = [\"sh\", \"-c\", \"echo down to $SCHEMIST_HOOK_TO\"]",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade",
        "current --version-only",
        "upgrade --trust",
        "upgrade",
        "downgrade -1 --trust",
    ]), @r#"
    $ schemist upgrade
    --- stderr
    error: cannot run `sh -c env | grep SCHEMIST_HOOK | sort` as a hook: nobody said yet that it may be run, and nobody is there to ask
     --> schemist.toml:4:19
      |
    4 | before_upgrade = ["sh", "-c", "env | grep SCHEMIST_HOOK | sort"]
      |                   ^^^^ this program
      hint: look at it, then add --trust; it is asked once for each program
    --- exit code 1

    $ schemist current --version-only
    none

    $ schemist upgrade --trust
    --- stderr
    sqlite://<project>/shop.db: base → b2, 2 revisions to apply
    Running before_upgrade: sh -c env | grep SCHEMIST_HOOK | sort
      SCHEMIST_HOOK=before_upgrade
      SCHEMIST_HOOK_DATABASE=main
      SCHEMIST_HOOK_DIRECTION=up
      SCHEMIST_HOOK_ENVIRONMENT=
      SCHEMIST_HOOK_FROM=base
      SCHEMIST_HOOK_REVISIONS=a1 b2
      SCHEMIST_HOOK_TO=b2
      SCHEMIST_HOOK_URL=sqlite://<project>/shop.db
    Applied a1 in <time>
    Running after_revision: sh -c echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_DIRECTION $SCHEMIST_HOOK_RESULT
      a1 up done
    Applied b2 in <time>
    Running after_revision: sh -c echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_DIRECTION $SCHEMIST_HOOK_RESULT
      b2 up done
    Running after_upgrade: echo restart
      restart
    Running after_upgrade: sh -c echo $SCHEMIST_HOOK_REVISIONS $SCHEMIST_HOOK_RESULT
      a1 b2 done

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist downgrade -1 --trust
    --- stderr
    sqlite://<project>/shop.db: b2 → a1, 1 revision to take back
    Running before_downgrade: sh -c echo down to $SCHEMIST_HOOK_TO
      down to a1
    Took back b2 in <time>
    Running after_revision: sh -c echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_DIRECTION $SCHEMIST_HOOK_RESULT
      b2 down done
    The database is at a1 now; 1 revision is pending
    "#);
}

#[test]
fn a_hook_is_never_given_a_secret() {
    let mut sandbox = with_hooks("[hooks]\nafter_upgrade = [\"sh\", \"-c\", \"env > told\"]");
    let url = "postgres://shop:geheim-1@db.example.com/shop";
    sandbox
        .set("DATABASE_URL", url)
        .set("PGPASSWORD", "geheim-2")
        .set("ANOTHER", "host=db password=geheim-3")
        .set("DEPLOYED_BY", "anna");
    sandbox.run(&["upgrade", "--trust"]).succeeds();
    let told = sandbox.read("told");
    assert!(!told.contains("geheim"), "{told}");
    assert!(told.contains("DEPLOYED_BY=anna"), "{told}");
    assert!(told.contains("SCHEMIST_HOOK_RESULT=done"), "{told}");
}

#[test]
fn a_hook_that_fails_before_stops_and_one_after_is_told() {
    let sandbox = with_hooks(
        "[hooks]\nbefore_upgrade = [\"false\"]\n[env.late.hooks]\nbefore_upgrade = []\nafter_upgrade = [\"sh\", \"-c\", \"echo no; exit 3\"]\n\
         [env.each.hooks]\nbefore_upgrade = []\nbefore_revision = [\"sh\", \"-c\", \"test $SCHEMIST_HOOK_REVISION = a1\"]\n\
         [env.none.hooks]\nbefore_upgrade = [\"no-such-program\"]",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --trust",
        "current --version-only",
        "upgrade --env none --trust",
        "upgrade --env each --trust",
        "current --version-only",
        "upgrade --env late --trust",
        "current --version-only",
        "upgrade --env late",
    ]), @r#"
    $ schemist upgrade --trust
    --- stderr
    sqlite://<project>/shop.db: base → b2, 2 revisions to apply
    Running before_upgrade: false
    error: cannot run the hook before_upgrade (`false`): it ended with 1; nothing was changed
     --> schemist.toml:4:19
      |
    4 | before_upgrade = ["false"]
      |                   ^^^^^^^ this program
      hint: mend what it complains about, or add --no-hooks
    --- exit code 1

    $ schemist current --version-only
    none

    $ schemist upgrade --env none --trust
    --- stderr
    none, sqlite://<project>/shop.db: base → b2, 2 revisions to apply
    Running before_upgrade: no-such-program
    error: cannot run the hook before_upgrade (`no-such-program`): No such file or directory (os error 2); nothing was changed
      --> schemist.toml:12:19
       |
    12 | before_upgrade = ["no-such-program"]
       |                   ^^^^^^^^^^^^^^^^^ this program
      hint: mend what it complains about, or add --no-hooks
    --- exit code 1

    $ schemist upgrade --env each --trust
    --- stderr
    each, sqlite://<project>/shop.db: base → b2, 2 revisions to apply
    Running before_revision: sh -c test $SCHEMIST_HOOK_REVISION = a1
    Applied a1 in <time>
    Running before_revision: sh -c test $SCHEMIST_HOOK_REVISION = a1
    error: cannot run the hook before_revision (`sh -c test $SCHEMIST_HOOK_REVISION = a1`): it ended with 1; b2 was not begun
      --> schemist.toml:10:20
       |
    10 | before_revision = ["sh", "-c", "test $SCHEMIST_HOOK_REVISION = a1"]
       |                    ^^^^ this program
      hint: mend what it complains about, then run `schemist upgrade` again for what is left, or add --no-hooks
    --- exit code 1

    $ schemist current --version-only
    a1

    $ schemist upgrade --env late --trust
    --- stderr
    late, sqlite://<project>/shop.db: a1 → b2, 1 revision to apply
    Applied b2 in <time>
    Running after_upgrade: sh -c echo no; exit 3
      no
    error: cannot run the hook after_upgrade (`sh -c echo no; exit 3`): it ended with 3; what was run stays, and the journal has it
     --> schemist.toml:7:18
      |
    7 | after_upgrade = ["sh", "-c", "echo no; exit 3"]
      |                  ^^^^ this program
      hint: run it by hand once it is mended: nothing is left to run that would run it again
    --- exit code 1

    $ schemist current --version-only
    b2

    $ schemist upgrade --env late
    --- stderr
    Nothing to apply: the database is there already
    "#);
}

#[test]
fn hooks_after_a_run_that_failed_are_told_so() {
    let sandbox = with_hooks(
        "[hooks]\nafter_revision = [\"sh\", \"-c\", \"echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_RESULT\"]\n\
         after_upgrade = [\"sh\", \"-c\", \"echo $SCHEMIST_HOOK_REVISIONS $SCHEMIST_HOOK_RESULT; exit 1\"]",
    );
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "CREATE TABL shelf (id int)"),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --trust"]), @r#"
    $ schemist upgrade --trust
    --- stderr
    sqlite://<project>/shop.db: base → b2, 2 revisions to apply
    Applied a1 in <time>
    Running after_revision: sh -c echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_RESULT
      a1 done
    Running after_revision: sh -c echo $SCHEMIST_HOOK_REVISION $SCHEMIST_HOOK_RESULT
      b2 failed
    Running after_upgrade: sh -c echo $SCHEMIST_HOOK_REVISIONS $SCHEMIST_HOOK_RESULT; exit 1
      a1 failed
    warning: cannot run the hook after_upgrade (`sh -c echo $SCHEMIST_HOOK_REVISIONS $SCHEMIST_HOOK_RESULT; exit 1`): it ended with 1; what was run stays, and the journal has it
    error: cannot apply revision b2: statement 1 on line 6 fails
     --> migrations/b2.sql:6:1
      |
    6 | CREATE TABL shelf (id int);
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: near "TABL": syntax error
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    --- exit code 1
    "#);
}

#[test]
fn plans_and_scripts_name_hooks_and_run_none() {
    let sandbox = with_hooks("[hooks]\nbefore_upgrade = [\"touch\", \"ran\"]\nafter_revison = []");
    assert_snapshot!(transcript(&sandbox, &["upgrade --dry-run"]), @"
    $ schemist upgrade --dry-run
    --- stderr
    error: cannot understand the setting `hooks.after_revison`
     --> schemist.toml:5:1
      |
    5 | after_revison = []
      | ^^^^^^^^^^^^^ did you mean `after_revision`?
      hint: write `after_revision`, or remove the line
    --- exit code 1
    ");
    let sandbox = with_hooks(
        "[hooks]\nbefore_upgrade = [\"touch\", \"ran\"]\nafter_upgrade = [\"touch\", \"ran\"]",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --dry-run", "upgrade --dry-run --no-hooks"]), @"
    $ schemist upgrade --dry-run
    would apply a1
      CREATE TABLE book (id int);
    would apply b2
      CREATE TABLE shelf (id int);
    would run before_upgrade: touch ran
    would run after_upgrade: touch ran
    plan 6a7bcc86d36f2032

    $ schemist upgrade --dry-run --no-hooks
    would apply a1
      CREATE TABLE book (id int);
    would apply b2
      CREATE TABLE shelf (id int);
    plan 6a7bcc86d36f2032
    ");
    let script = sandbox.run(&["upgrade", "--sql"]);
    assert_snapshot!(script.stderr, @"
    note: the script does not run before_upgrade: touch ran
    note: the script does not run after_upgrade: touch ran
    ");
    assert!(!script.stdout.contains("ran"), "{}", script.stdout);
    assert!(sandbox.files("").iter().all(|name| name != "ran"));
}
