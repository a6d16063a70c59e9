//! What the program says about itself: completions, pages of the manual, and what was meant.
//!
//! That each command has help that fits is held where the commands are listed.

use schemist_testkit::Sandbox;

use crate::{project, sandbox, transcript};

/// The commands that the program lists.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let (_, list) = help.split_once("Start:\n").unwrap_or_default();
    let (list, _) = list
        .split_once("Options for every command:")
        .unwrap_or_default();
    let lines = list.lines().filter_map(|line| line.strip_prefix("  "));
    lines
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// What bash would offer for the last of these words.
#[expect(clippy::expect_used, reason = "a test ends where its shell fails")]
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let script = "PATH=\"$1:$PATH\"; source <(schemist completions bash) || exit 1; shift\n\
                  COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9\n\
                  _clap_complete_schemist schemist \"${@: -1}\" \"${@: -2:1}\"\n\
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    let folder = sandbox.binary().parent().expect("the binary's folder");
    let output = sandbox
        .command("bash")
        .args(["-c", script, "bash"])
        .arg(folder)
        .args(words)
        .output()
        .expect("bash");
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && complaints.is_empty(),
        "{complaints}"
    );
    let text = String::from_utf8(output.stdout).expect("words");
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn completions_are_for_every_shell() {
    let sandbox = sandbox();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&["completions", shell]).succeeds();
        assert!(script.contains("SCHEMIST_COMPLETE"), "{shell}: {script}");
    }
}

#[test]
fn bash_completes_what_the_project_has() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books"]);
    let branch = [
        "revision",
        "--empty",
        "-m",
        "billing starts",
        "--label",
        "billing",
    ];
    sandbox.run(&branch).succeeds();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://main.db\"\n[database.archive]\nurl = \"sqlite://archive.db\"\n\
         migrations = \"old\"\n[env.production]\n[env.staging]\n",
    );
    sandbox
        .run(&["revision", "--empty", "-m", "old", "-n", "archive"])
        .succeeds();
    for (words, expected) in [
        (&["schemist", "upg"][..], &["upgrade"][..]),
        (&["schemist", "upgrade", "--dry"], &["--dry-run"]),
        (&["schemist", "check", "--format", "s"], &["sarif", "sql"]),
        (&["schemist", "show", "2"], &["222222222222"]),
        (&["schemist", "downgrade", "b"], &["base", "billing"]),
        (
            &["schemist", "show", "-n", "archive", "1"],
            &["111111111111"],
        ),
        (&["schemist", "-n", "archive", "show", "2"], &[]),
        (&["schemist", "status", "-n", ""], &["main", "archive"]),
        (
            &["schemist", "status", "--env", ""],
            &["production", "staging"],
        ),
        (&["schemist", "diff", "mod"], &["models"]),
    ] {
        let mut offered = offered(&sandbox, words);
        offered.retain(|word| !word.is_empty());
        let mut expected = expected.to_vec();
        offered.sort();
        expected.sort_unstable();
        assert_eq!(offered, expected, "{words:?}");
    }
    // Where there is no project, what needs none is completed, and nothing is complained of.
    sandbox.remove("schemist.toml");
    let words = offered(&sandbox, &["schemist", "show", "h"]);
    assert_eq!(words, ["head", "heads"]);
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let sandbox = sandbox();
    sandbox.run(&["man", "target/man"]).succeeds();
    let help = sandbox.run(&["--help"]).succeeds();
    let commands = commands(&help);
    assert!(commands.len() > 25, "{help}");
    for name in commands {
        let page = sandbox.read(&format!("target/man/schemist-{name}.1"));
        assert!(page.contains(&format!(".TH schemist-{name} 1")), "{page}");
        assert!(page.contains("Examples:"), "{page}");
    }
    sandbox.write("file", "");
    insta::assert_snapshot!(transcript(&sandbox, &["man file"]), @"
    $ schemist man file
    --- stderr
    error: cannot write pages into <project>/file: File exists (os error 17)
      hint: name a folder that may be written
    --- exit code 1
    ");
}

#[test]
fn what_was_meant_is_named() {
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    let branch = ["revision", "--empty", "-m", "bill", "--label", "billing"];
    sandbox.run(&branch).succeeds();
    let settings = sandbox.read("schemist.toml") + "[env.prod]\n";
    sandbox.write("schemist.toml", &settings);
    sandbox.write("key.toml", &format!("modles = []\n{settings}"));
    sandbox.write("kind.toml", &format!("exclude = [\"tabel:a\"]\n{settings}"));
    sandbox.set("SCHEMIST_ENV", "");
    for (words, meant) in [
        ("upgrad", "'upgrade'"),
        ("upgrade --dryrun", "'--dry-run'"),
        ("heads --format jsn", "'json'"),
        ("check --format sariff", "'sarif'"),
        ("check --output sariff=a", "did you mean `sarif`?"),
        ("heads --color nevr", "'never'"),
        ("-c key.toml heads", "did you mean `models`?"),
        ("-c kind.toml heads", "did you mean `table`?"),
        ("-n mian heads", "did you mean `main`?"),
        ("--env prd heads", "did you mean `prod`?"),
        ("show haed", "did you mean `head`?"),
        ("show 111111111112", "did you mean 111111111111"),
        ("show biling@head", "did you mean billing?"),
        ("upgrade curent", "did you mean `current`?"),
        ("diff modls database", "did you mean `models`?"),
        ("schema boook", "did you mean book?"),
        ("import alembc old", "did you mean `alembic`?"),
        ("completions bsh", "'bash'"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let run = sandbox.run(&words);
        assert_ne!(run.code, Some(0), "{run}");
        assert!(run.stderr.contains(meant), "{meant}: {run}");
    }
    insta::assert_snapshot!(transcript(&sandbox, &["-C nowhere heads"]), @"
    $ schemist -C nowhere heads
    --- stderr
    error: cannot work in nowhere: there is no such folder
      hint: correct -C, or make the folder first
    --- exit code 1
    ");
}
