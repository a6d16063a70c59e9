//! The way up and down on MySQL and MariaDB.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::{project, transcript};

const BEFORE: &str = "
CREATE VIEW busy AS SELECT id FROM run WHERE status = 'new';
CREATE TABLE step (id int PRIMARY KEY, run_id bigint unsigned, CONSTRAINT step_run FOREIGN KEY (run_id) REFERENCES run (id));
CREATE TABLE run (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, status enum('new', 'done') NOT NULL DEFAULT 'new');
";

#[test]
fn tables_and_an_enum_go_up_and_down() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let mut sandbox = project(BEFORE);
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    database.execute("INSERT INTO run VALUES (7, 'done'); INSERT INTO step VALUES (1, 7)");
    sandbox.write(
        "models/schema.sql",
        &BEFORE.replace("'new', 'done'", "'new', 'failed', 'done'"),
    );
    assert_snapshot!(transcript(&sandbox, &[
        "check",
        "revision --autogenerate -m failed",
        "upgrade",
        "check",
        "downgrade -1",
        "current",
    ]), @r#"
    $ schemist check
    alter table "run"
      column "status" data type: enum('new','done') → enum('new','failed','done')
      declared in models/schema.sql:4; live since 111111111111 (2026-11-20, runs)
        -- hazard table_rewritten: table "run" is locked while what it holds is copied
        ALTER TABLE `run` MODIFY COLUMN `status` enum('new','failed','done') NOT NULL DEFAULT 'new';
    --- stderr
    1 difference between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2

    $ schemist revision --autogenerate -m failed
    migrations/2026-11-20_222222222222_failed.sql
    --- stderr
      mysql alter table "run"
    warning: hazard table_rewritten: table "run" is locked while what it holds is copied
    Wrote revision 222222222222 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, failed) in <time>

    $ schemist check
    --- stderr
    The database is what the models say (4 objects compared)

    $ schemist downgrade -1
    --- stderr
    <url>: 222222222222 → 111111111111, 1 revision to take back
    Took back 222222222222 (2026-11-20, failed) in <time>
    The database is at 111111111111 now; 1 revision is pending

    $ schemist current
    111111111111 2026-11-20 runs (base)
    "#);
    assert_eq!(
        database.rows("SELECT run.id, status FROM run JOIN step ON run_id = run.id"),
        ["7 | done"]
    );
    transcript(&sandbox, &["upgrade", "downgrade base"]);
    assert_eq!(
        database.rows("SHOW TABLES"),
        ["schemist_log", "schemist_revision"]
    );
}

#[test]
fn a_statement_that_fails_is_where_the_next_run_goes_on() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let mut sandbox = project("CREATE TABLE run (id int PRIMARY KEY, note text);");
    sandbox.use_database(&database);
    transcript(&sandbox, &["revision --autogenerate -m runs", "upgrade"]);
    database.execute("INSERT INTO run VALUES (1, NULL)");
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE run (id int PRIMARY KEY, note text NOT NULL);\nCREATE TABLE extra (id int PRIMARY KEY);\n",
    );
    transcript(&sandbox, &["revision --autogenerate -m notes"]);
    assert_snapshot!(transcript(&sandbox, &["upgrade --no-preflight", "current"]), @"
    $ schemist upgrade --no-preflight
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    error: cannot apply revision 222222222222: statement 2 on line 17 fails
      --> migrations/2026-11-20_222222222222_notes.sql:17:1
       |
    17 | ALTER TABLE `run` MODIFY COLUMN `note` text NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
      because: Data truncated for column 'note' at row 1
      now: 1 of 2 statements are kept, and the journal says partial 1/2
      hint: mend what the server names, then run `schemist upgrade` again: it goes on after statement 1
    --- exit code 1

    $ schemist current
    111111111111 2026-11-20 runs (base)
    --- stderr
    warning: revision 222222222222 is partial 1/2
    ");
    database.execute("UPDATE run SET note = ''");
    assert_snapshot!(transcript(&sandbox, &["upgrade", "check"]), @"
    $ schemist upgrade
    --- stderr
    <url>: 111111111111 → 222222222222, 1 revision to apply
    Applied 222222222222 (2026-11-20, notes) from statement 2 on in <time>

    $ schemist check
    --- stderr
    The database is what the models say (2 objects compared)
    ");
}
