//! What a day's work asks of scripts.

use std::process::Command;

use insta::assert_snapshot;
use schemist_testkit::Sandbox;

use crate::databases::revision;
use crate::{project, sandbox, transcript};

#[test]
fn the_version_alone_needs_no_files() {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://shop.db\"\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id int)"),
    );
    assert_snapshot!(transcript(&sandbox, &["current --version-only", "upgrade -q"]), @"
    $ schemist current --version-only
    none

    $ schemist upgrade -q
    ");
    sandbox.remove("migrations/a1.sql");
    assert_snapshot!(transcript(&sandbox, &[
        "current --version-only",
        "current --version-only --format json",
    ]), @r#"
    $ schemist current --version-only
    a1

    $ schemist current --version-only --format json
    {
      "command": "current",
      "current": [
        {
          "id": "a1"
        }
      ],
      "database": "sqlite://<project>/shop.db",
      "version": 1
    }
    "#);
}

#[test]
fn after_pulling_the_status_says_whether_to_upgrade() {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://shop.db\"\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id int)"),
    );
    let codes = [
        "status --exit-code",
        "upgrade",
        "status --exit-code",
        "upgrade",
    ]
    .map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        sandbox.run(&words).code
    });
    assert_eq!(codes, [Some(2), Some(0), Some(0), Some(0)]);
}

fn git(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(sandbox.project())
        .output();
    let output = output.unwrap_or_else(|error| panic!("git: {error}"));
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn no_command_leaves_anything_for_git() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox
        .run(&["revision", "--autogenerate", "-m", "books", "-q"])
        .succeeds();
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "all"]);
    for line in [
        "upgrade --dry-run",
        "upgrade",
        "check",
        "status",
        "diagnose --drift --guide",
        "history -i",
        "schema book",
        "locks",
        "config",
        "downgrade base --backup",
        "stamp base",
    ] {
        let words: Vec<&str> = line.split_whitespace().collect();
        sandbox.run(&words).succeeds();
        assert_eq!(git(&sandbox, &["status", "--porcelain"]), "", "{line}");
    }
}
