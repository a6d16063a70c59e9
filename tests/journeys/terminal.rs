//! What is seen on a terminal: colours, pages, tables that fit.

use schemist_testkit::{Sandbox, Terminal};
use unicode_width::UnicodeWidthStr;

use crate::{project, transcript};

/// How many columns and lines a usual terminal has.
const USUAL: (u16, u16) = (100, 24);

/// A project with a revision that is longer than a terminal, in an environment that says nothing of colours.
fn long() -> Sandbox {
    let columns: Vec<String> = (0..40).map(|i| format!("  c{i} text")).collect();
    let mut sandbox = project(&format!("CREATE TABLE wide (\n{}\n);", columns.join(",\n")));
    transcript(&sandbox, &["revision --autogenerate -m wide"]);
    sandbox.unset("NO_COLOR").set("TERM", "xterm");
    sandbox
}

fn on_terminal(sandbox: &Sandbox, arguments: &[&str]) -> (String, Option<i32>) {
    Terminal::start(sandbox, USUAL, arguments).end()
}

/// A pager that notes what it was given.
fn noting(sandbox: &Sandbox, name: &str) -> String {
    let script = format!("#!/bin/sh\ncat > {name}.seen\necho shown by {name}\n");
    pager(sandbox, name, &script)
}

#[expect(clippy::expect_used, reason = "a test ends where the system refuses")]
fn pager(sandbox: &Sandbox, name: &str, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    sandbox.write(name, script);
    let path = sandbox.project().join(name);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("a program");
    path.display().to_string()
}

#[test]
fn colours_are_for_terminals() {
    let mut sandbox = long();
    let show = ["show", "--no-pager"];
    let (shown, code) = on_terminal(&sandbox, &show);
    assert_eq!(code, Some(0));
    assert!(shown.contains("\x1b[34mCREATE\x1b[0m"), "{shown}");
    assert!(shown.contains("\x1b[1m-- [up sqlite]\x1b[0m"), "{shown}");
    let plain = sandbox.run(&show).succeeds();
    assert!(!plain.contains('\x1b'), "{plain}");
    assert!(
        sandbox
            .run(&["show", "--color", "always"])
            .succeeds()
            .contains('\x1b')
    );
    let (shown, _) = on_terminal(&sandbox, &["--color=never", "show", "--no-pager"]);
    assert!(!shown.contains('\x1b'), "{shown}");
    for (name, value, is_coloured) in [
        ("NO_COLOR", "1", false),
        ("CLICOLOR", "0", false),
        ("CLICOLOR", "1", true),
        ("TERM", "dumb", false),
    ] {
        let kept = sandbox.environment().get(name).cloned();
        sandbox.set(name, value);
        let (shown, _) = on_terminal(&sandbox, &show);
        assert_eq!(
            shown.contains('\x1b'),
            is_coloured,
            "{name}={value}: {shown}"
        );
        match kept {
            Some(kept) => sandbox.set(name, &kept),
            None => sandbox.unset(name),
        };
    }
    sandbox.set("CLICOLOR_FORCE", "1");
    assert!(sandbox.run(&["show"]).succeeds().contains('\x1b'));
    let json = sandbox.run(&["show", "--format", "json"]).succeeds();
    assert!(!json.contains('\x1b'), "{json}");
}

#[test]
fn mistakes_have_colours_as_they_are_asked_for() {
    let sandbox = long();
    let (shown, code) = on_terminal(&sandbox, &["upgrad"]);
    assert!(shown.contains('\x1b') && code == Some(64), "{shown}");
    let (shown, _) = on_terminal(&sandbox, &["upgrad", "--color", "never"]);
    assert!(!shown.contains('\x1b'), "{shown}");
    let (shown, _) = on_terminal(&sandbox, &["show", "haed"]);
    assert!(shown.contains("\x1b[1m\x1b[91merror"), "{shown}");
    let piped = sandbox.run(&["upgrad", "--color=always"]);
    assert!(piped.stderr.contains('\x1b'), "{piped}");
}

#[test]
fn long_results_are_shown_page_by_page() {
    let mut sandbox = long();
    let pager = noting(&sandbox, "own");
    sandbox.set("PAGER", &pager);
    let (shown, code) = on_terminal(&sandbox, &["check"]);
    assert_eq!(code, Some(2), "{shown}");
    // What is said beside the results comes after the last page.
    let (before, after) = shown.split_once("shown by own\n").unwrap();
    assert!(!before.contains("wide"), "{shown}");
    assert!(after.contains("1 difference"), "{shown}");
    let seen = sandbox.read("own.seen");
    assert!(
        seen.contains("c39") && seen.contains("\x1b[34mCREATE"),
        "{seen}"
    );
    assert!(!seen.contains("1 difference"), "{seen}");
}

#[test]
fn pages_are_for_terminals_and_long_results_alone() {
    let mut sandbox = long();
    let pager = noting(&sandbox, "own");
    sandbox.set("PAGER", &pager);
    sandbox.run(&["show"]).succeeds();
    for arguments in [
        &["heads"][..],
        &["show", "--no-pager"],
        &["--no-pager", "show"],
        &["show", "--format", "json"],
        &["init"],
    ] {
        let (shown, _) = on_terminal(&sandbox, arguments);
        assert!(!shown.contains("shown by"), "{arguments:?}: {shown}");
    }
    for (name, value) in [
        ("TERM", "dumb"),
        ("PAGER", ""),
        ("PAGER", "cat"),
        ("SCHEMIST_PAGER", ""),
    ] {
        let kept = sandbox.environment().get(name).cloned();
        sandbox.set(name, value);
        let (shown, _) = on_terminal(&sandbox, &["show"]);
        assert!(
            shown.contains("c39") && !shown.contains("shown by"),
            "{name}: {shown}"
        );
        match kept {
            Some(kept) => sandbox.set(name, &kept),
            None => sandbox.unset(name),
        };
    }
    let settings = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("pager = false\n{settings}"));
    let (shown, _) = on_terminal(&sandbox, &["show"]);
    assert!(
        shown.contains("c39") && !shown.contains("shown by"),
        "{shown}"
    );
    sandbox.write("schemist.toml", &format!("pager = \"less\"\n{settings}"));
    let complaint = sandbox.run(&["show"]).ends_with(1);
    assert!(complaint.stderr.contains("true or false"), "{complaint}");
}

#[test]
fn the_own_variable_comes_first_and_may_have_arguments() {
    let mut sandbox = long();
    sandbox.set("PAGER", "false");
    sandbox.set("SCHEMIST_PAGER", "sh -c 'wc -l > \"own words.seen\"'");
    let (shown, code) = on_terminal(&sandbox, &["show"]);
    assert_eq!((shown.as_str(), code), ("", Some(0)));
    assert!(
        sandbox
            .read("own words.seen")
            .trim()
            .parse::<usize>()
            .unwrap()
            > 40
    );
}

#[test]
fn a_pager_that_is_missing_is_told_and_nothing_is_lost() {
    let mut sandbox = long();
    sandbox.set("PAGER", "no-such-pager -x");
    let (shown, code) = on_terminal(&sandbox, &["show"]);
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("the pager `no-such-pager -x` of PAGER cannot be started"),
        "{shown}"
    );
    assert!(shown.contains("c39"), "{shown}");
}

#[test]
fn who_quits_early_has_seen_enough() {
    let mut sandbox = long();
    // Ends without reading: what is longer than a pipe would be a broken one.
    let tables: Vec<String> = (0..3000)
        .map(|i| format!("CREATE TABLE t{i} (id integer PRIMARY KEY, long_name text NOT NULL);"))
        .collect();
    sandbox.write("models/many.sql", &tables.join("\n"));
    let quitter = pager(&sandbox, "quitter", "#!/bin/sh\nhead -n 1\nexit 7\n");
    sandbox.set("PAGER", &quitter);
    let (shown, code) = on_terminal(&sandbox, &["check"]);
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("3001 differences"), "{shown}");
    assert!(!shown.contains("error"), "{shown}");
}

#[test]
fn ctrl_c_is_the_pagers() {
    let mut sandbox = long();
    // What is written while a terminal interrupts is thrown away, unless it is told to keep it.
    let script = "#!/bin/sh\nstty noflsh < /dev/tty\ntrap 'echo interrupted' INT\ncat > /dev/null\necho ready\n\
                  until read key < /dev/tty; do :; done\necho key $key\n";
    let patient = pager(&sandbox, "patient", script);
    sandbox.set("PAGER", &patient);
    let mut terminal = Terminal::start(&sandbox, USUAL, &["check"]);
    terminal.wait_for("ready").press("\x03");
    terminal.wait_for("interrupted").press("q\r");
    let (shown, code) = terminal.end();
    assert!(shown.contains("key q"), "{shown}");
    assert!(shown.contains("1 difference"), "{shown}");
    assert_eq!(code, Some(2), "{shown}");
    // A pager that ends on Ctrl-C ends nothing else.
    let mortal =
        "#!/bin/sh\nstty noflsh < /dev/tty\ncat > /dev/null\necho ready\nread key < /dev/tty\n";
    let mortal = pager(&sandbox, "mortal", mortal);
    sandbox.set("PAGER", &mortal);
    let mut terminal = Terminal::start(&sandbox, USUAL, &["check"]);
    terminal.wait_for("ready").press("\x03");
    let (shown, code) = terminal.end();
    assert!(shown.contains("1 difference") && code == Some(2), "{shown}");
}

#[test]
fn tables_fit_a_narrow_terminal() {
    let mut sandbox = project(
        "CREATE TABLE \"本の題名\" (\n  \"とても長い列の名前です\" varchar(200) NOT NULL DEFAULT '無題',\n  \
         \"👩‍👩‍👧\" text,\n  \"cafe\u{301}\" integer CHECK (\"cafe\u{301}\" > 0)\n);\n\
         CREATE VIEW \"棚\" AS SELECT 'とても長い文字列がここにあります' AS a;",
    );
    transcript(&sandbox, &["revision --autogenerate -m 本", "upgrade"]);
    sandbox.set("PAGER", "");
    let fits = |arguments: &[&str]| {
        let (shown, code) = Terminal::start(&sandbox, (40, 24), arguments).end();
        assert!(shown.contains("本"), "{shown}");
        for line in shown.lines() {
            assert!(line.width() <= 40, "{arguments:?}: {line}\n{shown}");
        }
        (shown, code)
    };
    let (shown, _) = fits(&["schema", "本の題名"]);
    insta::assert_snapshot!(shown, @r#"
    table 本の題名

      COLUMN       TYPE        NULL  DEFAULT
      とても長い   varchar(20  no    '無題'
      列の名前で   0)
      す
      👩‍👩‍👧           text        yes
      café         integer     yes

    Checks
      (unnamed)  "café" > 0
    "#);
    fits(&["status", "--list", "-q"]);
    sandbox.write(
        "models/schema.sql",
        "CREATE VIEW \"棚\" AS\n  SELECT 'もっと長い文字列がここにあるはずです'\n  AS \"本\";",
    );
    let (shown, _) = Terminal::start(&sandbox, (40, 24), &["check"]).end();
    let beside = shown.split_once("query:\n").map_or("", |(_, it)| it);
    let beside = beside.split_once("  declared").map_or("", |(it, _)| it);
    assert!(beside.lines().count() > 2, "{shown}");
    for line in beside.lines() {
        assert!(line.width() <= 40, "{line}\n{shown}");
    }
}

#[test]
fn options_for_every_command_stand_before_and_after_it() {
    let sandbox = long();
    sandbox.write("other/schemist.toml", "models = [\"models\"]\n");
    for (option, value) in [
        ("--format", "json"),
        ("--color", "never"),
        ("-C", "."),
        ("-c", "schemist.toml"),
        ("-n", "main"),
        ("--url", "sqlite://schemist.db"),
        ("--migrations", "migrations"),
        ("--models", "models"),
        ("--jobs", "2"),
    ] {
        let before = sandbox.run(&[option, value, "heads"]).succeeds();
        let after = sandbox.run(&["heads", option, value]).succeeds();
        assert_eq!(before, after);
        assert!(before.contains("wide"), "{before}");
    }
    for option in ["-q", "-v", "--yes", "--no-cache", "--no-pager", "--trust"] {
        let before = sandbox.run(&[option, "heads"]).succeeds();
        assert_eq!(before, sandbox.run(&["heads", option]).succeeds());
    }
}
