//! A database that stands for many: bounded, stopped in the middle, gone on with.
#![cfg(unix)]
#![expect(
    clippy::expect_used,
    reason = "a test ends where its surroundings fail"
)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command};

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::databases::revision;
use crate::sandbox;

/// How many schemas there are, and how many of them are worked on at once.
const SCHEMAS: usize = 60;
const JOBS: usize = 3;

fn fleet(database: &Database) -> Sandbox {
    let schemas = (1..=SCHEMAS).map(|number| format!("CREATE SCHEMA tenant_{number:02};"));
    database.execute(&schemas.collect::<String>());
    let mut sandbox = sandbox();
    sandbox.use_database(database);
    sandbox.write(
        "schemist.toml",
        &format!(
            "[database.tenants]\nurl = \"${{DATABASE_URL}}\"\npool = {{ max = {JOBS} }}\n\
             each = \"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant\\\\_%' ORDER BY 1\"\n"
        ),
    );
    // Each revision leaves a mark, and looks at how many sessions of ours there are.
    sandbox.write(
        "migrations/a1.sql",
        &revision(
            "a1",
            "none",
            "CREATE TABLE seen AS SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'schemist%'",
        ),
    );
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "INSERT INTO seen SELECT 0 FROM pg_sleep(0.02)"),
    );
    sandbox
}

/// Reads what a run says until it is so far.
fn wait_until(running: &mut Child, said: &str) -> BufReader<ChildStderr> {
    let mut errors = BufReader::new(running.stderr.take().expect("its stderr"));
    let mut told = String::new();
    loop {
        let mut line = String::new();
        let count = errors.read_line(&mut line).expect("it can be read");
        assert!(count > 0, "it never said {said}:\n{told}");
        told.push_str(&line);
        if line.contains(said) {
            return errors;
        }
    }
}

fn signal(running: &Child, name: &str) {
    let ended = Command::new("kill")
        .args([name, &running.id().to_string()])
        .status();
    assert!(ended.is_ok_and(|status| status.success()));
}

fn upgraded(database: &Database) -> usize {
    let count = database.rows("SELECT count(*) FROM pg_tables WHERE tablename = 'seen'");
    count[0].parse().expect("a number")
}

#[test]
fn a_fleet_is_stopped_and_goes_on_and_is_summed_up() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let sandbox = fleet(&database);

    let mut running = sandbox.start(&["upgrade"]);
    let mut errors = wait_until(&mut running, "6 of 60 databases");
    signal(&running, "-INT");
    let mut rest = String::new();
    errors.read_to_string(&mut rest).expect("it can be read");
    assert_eq!(running.wait().expect("it ends").code(), Some(130));
    assert!(
        rest.contains("of 60 databases; run the same command again for the others"),
        "{rest}"
    );
    let first = upgraded(&database);
    assert!((6..SCHEMAS).contains(&first), "{first}");

    let mut running = sandbox.start(&["upgrade"]);
    let errors = wait_until(&mut running, "24 of 60 databases");
    running.kill().expect("it runs");
    running.wait().expect("it ends");
    drop(errors);
    let second = upgraded(&database);
    assert!((first..SCHEMAS).contains(&second), "{first} {second}");

    assert_snapshot!(sandbox.run(&["upgrade"]), @"
    $ schemist upgrade
    RESULT     DATABASES
    done       60
    --- stderr
    3 of 60 databases
    6 of 60 databases
    9 of 60 databases
    12 of 60 databases
    15 of 60 databases
    18 of 60 databases
    21 of 60 databases
    24 of 60 databases
    27 of 60 databases
    30 of 60 databases
    33 of 60 databases
    36 of 60 databases
    39 of 60 databases
    42 of 60 databases
    45 of 60 databases
    48 of 60 databases
    51 of 60 databases
    54 of 60 databases
    57 of 60 databases
    60 of 60 databases
    60 databases, all done
    ");
    // Each statement's effect is there once, and never were there many sessions.
    let each: Vec<String> = (1..=SCHEMAS)
        .map(|number| {
            format!("SELECT count(*) AS rows, max(sessions) AS most FROM tenant_{number:02}.seen")
        })
        .collect();
    let all = each.join(" UNION ALL ");
    let wrong = database.rows(&format!("SELECT count(*) FROM ({all}) s WHERE rows <> 2"));
    assert_eq!(wrong, ["0"]);
    // What was killed may have had its sessions for a moment longer.
    let most = database.rows(&format!("SELECT max(most) FROM ({all}) s"));
    let most: usize = most[0].parse().expect("a number");
    assert!((1..=2 * JOBS).contains(&most), "{most}");

    sandbox
        .run(&["downgrade", "a1", "-q", "-n", "tenants/tenant_07"])
        .succeeds();
    database.execute("DROP TABLE tenant_09.schemist_revision");
    assert_snapshot!(sandbox.run(&["status", "-q"]), @"
    $ schemist status -q
    RESULT               DATABASES
    done    behind       1
    done    no-revision  1
    done    up-to-date   58

    DATABASE           RESULT
    tenants/tenant_07  done    behind, current a1, head b2, <url>
    tenants/tenant_09  done    no-revision, current none, head b2, <url>
    ");
    assert_snapshot!(sandbox.run(&["current", "--version-only", "-q"]), @"
    $ schemist current --version-only -q
    RESULT        DATABASES
    done    a1    1
    done    b2    58
    done    none  1

    DATABASE           RESULT
    tenants/tenant_07  done    a1
    tenants/tenant_09  done    none
    ");
    let json = sandbox.run(&["status", "--format", "json"]).succeeds();
    assert_eq!(json.matches("\"name\": \"tenants/").count(), SCHEMAS);
    let list = sandbox.run(&["status", "-v"]).succeeds();
    assert_eq!(list.lines().count(), SCHEMAS + 1, "{list}");
    // What is the same in all of them is shown once.
    let plan = sandbox.run(&["downgrade", "base", "--dry-run", "-q"]);
    assert_snapshot!(blur_plan(&plan.to_string()), @"
    $ schemist downgrade base --dry-run -q
    tenants/tenant_07:
    would take back a1
      SELECT 1;
    plan <hash>
    tenants/tenant_01 and 57 more:
    would take back b2
      SELECT 1;
    would take back a1
      SELECT 1;
    plan <hash>
    RESULT     DATABASES
    done       60
    ");
}

/// The text without the hash of a plan.
fn blur_plan(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("plan ") {
        Some((before, hash)) if hash.len() == 16 => format!("{before}plan <hash>"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
