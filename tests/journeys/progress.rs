//! How far long work is: drawn on a terminal, lines elsewhere.
#![cfg(target_os = "linux")]

use schemist_testkit::{Database, Sandbox};

use crate::databases::revision;
use crate::sandbox;

/// The bytes that move the cursor or erase a line.
const ESCAPE: char = '\u{1b}';

fn many(revisions: usize) -> Sandbox {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://shop.db\"\n",
    );
    for number in 1..=revisions {
        let parent = match number {
            1 => "none".to_owned(),
            _ => format!("r{:02}", number - 1),
        };
        let id = format!("r{number:02}");
        sandbox.write(
            &format!("migrations/{id}.sql"),
            &revision(&id, &parent, &format!("CREATE TABLE t{number} (id int)")),
        );
    }
    sandbox
}

/// What a terminal shows in the end: lines that were drawn over are gone.
fn seen(written: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in written.replace("\r\n", "\n").split('\n') {
        // A gauge begins its line again and again; what comes after the last erasure stays.
        let last = line.rsplit(['\r']).next().unwrap_or_default();
        let mut shown = String::new();
        let mut characters = last.chars();
        while let Some(c) = characters.next() {
            if c == ESCAPE {
                characters.by_ref().find(char::is_ascii_alphabetic);
                continue;
            }
            shown.push(c);
        }
        lines.push(shown);
    }
    lines.join("\n")
}

#[test]
fn a_terminal_shows_how_far_an_upgrade_is_and_keeps_its_lines() {
    let sandbox = many(12);
    let written = sandbox.run_on_terminal(&["upgrade"]);
    assert!(written.contains("Applying "), "{written:?}");
    assert!(written.contains(" of 12 ["), "{written:?}");
    // No colours: only movements and erasures.
    assert!(!written.contains("\u{1b}[3"), "{written:?}");
    let seen = seen(&written);
    let applied: Vec<&str> = seen
        .lines()
        .filter(|line| line.starts_with("Applied "))
        .collect();
    assert_eq!(applied.len(), 12, "{seen}\n{written:?}");
    assert!(applied[0].starts_with("Applied r01"), "{seen}");
    assert!(applied[11].starts_with("Applied r12"), "{seen}");
    assert!(!seen.contains(" of 12 ["), "{seen}");
}

#[test]
fn nothing_is_drawn_quietly_or_elsewhere() {
    let sandbox = many(3);
    let written = sandbox.run_on_terminal(&["upgrade", "r01", "--quiet"]);
    assert_eq!(written, "");
    let output = sandbox.run(&["upgrade"]);
    assert!(!output.stderr.contains(ESCAPE), "{output}");
    assert!(!output.stderr.contains(" of 3 ["), "{output}");
}

#[test]
fn batches_say_how_far_they_are() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write(
        "migrations/a1.sql",
        "-- schemist revision\n-- id: a1\n\n-- [up, no transaction]\n-- repeatable\n\
         DO $$ BEGIN FOR i IN 0..3 LOOP\n\
         PERFORM set_config('application_name', format('schemist: page %s of %s', i * 100, 400), true);\n\
         PERFORM pg_sleep(0.8); COMMIT; END LOOP; END $$;\n\n-- [down]\nSELECT 1;\n",
    );
    let output = sandbox.run(&["upgrade", "--migrations", "migrations"]);
    assert_eq!(output.code, Some(0), "{output}");
    assert!(
        output.stderr.contains("a1: statement 1 of 1 page ") && output.stderr.contains(" of 400, "),
        "{output}"
    );
    assert!(output.stderr.contains("75 %"), "{output}");
}
