//! The action for GitHub: each step is run as the runner would, on the binary.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use schemist_testkit::Sandbox;
use serde_json::Value;

use crate::pipelines::{branch, git, program, root, spoil, without_schemist, yaml};

/// What a run of the action is given, and what it left.
struct Runner {
    action: Value,
    sandbox: Sandbox,
    folder: PathBuf,
    /// Expressions and what they mean: `inputs.run`, `github.base_ref`, `steps.build.outcome`.
    known: BTreeMap<String, String>,
    has_failed: bool,
}

impl Runner {
    fn new(sandbox: Sandbox, inputs: &[(&str, &str)]) -> Self {
        let action = yaml("ci/github/action.yml");
        let folder = sandbox.project().join("../runner");
        fs::create_dir_all(&folder).unwrap();
        let place = root().join("ci/github").display().to_string();
        let mut known = BTreeMap::from([
            ("github.action_path".to_owned(), place),
            ("github.base_ref".to_owned(), "main".to_owned()),
            ("github.event_name".to_owned(), "pull_request".to_owned()),
            (
                "github.event.pull_request.number".to_owned(),
                "12".to_owned(),
            ),
            ("github.token".to_owned(), "t0ken".to_owned()),
        ]);
        for (name, input) in action["inputs"].as_object().unwrap() {
            let given = inputs.iter().find(|(given, _)| given == name);
            let default = input["default"].as_str().unwrap();
            let value = given.map_or(default, |(_, value)| value).to_owned();
            known.insert(format!("inputs.{name}"), value);
        }
        let unknown = inputs
            .iter()
            .find(|(name, _)| action["inputs"][name].is_null());
        assert_eq!(unknown, None, "there is no such input");
        Self {
            action,
            sandbox,
            folder,
            known,
            has_failed: false,
        }
    }

    /// Runs every step whose condition holds, and gives what each said and how it ended.
    fn run(mut self) -> Finished {
        let mut finished = Finished::default();
        let steps = self.action["runs"]["steps"].as_array().unwrap().clone();
        for step in &steps {
            let id = step["id"].as_str().unwrap_or_default();
            let condition = step["if"].as_str().unwrap_or("success()");
            let holds = self.holds(condition.trim_start_matches("${{").trim_end_matches("}}"));
            // What others wrote is not run here.
            let Some(script) = step["run"].as_str().filter(|_| holds) else {
                self.known
                    .insert(format!("steps.{id}.outcome"), "skipped".to_owned());
                continue;
            };
            let (said, code) = self.step(step, script);
            let outcome = if code == 0 { "success" } else { "failure" };
            self.known
                .insert(format!("steps.{id}.outcome"), outcome.to_owned());
            self.has_failed |= code != 0;
            finished.codes.push((id.to_owned(), code));
            finished.said.insert(id.to_owned(), said);
            for line in self.file("output").lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.known
                    .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
            fs::write(self.folder.join("output"), "").unwrap();
        }
        finished.summary = self.file("summary");
        finished.reports = self
            .value("steps.prepare.outputs.reports")
            .unwrap_or_default()
            .into();
        finished.sandbox = Some(self.sandbox);
        finished
    }

    fn step(&self, step: &Value, script: &str) -> (String, i32) {
        assert_eq!(step["shell"], "bash", "{step}");
        let path = self.sandbox.environment()["PATH"].clone();
        let added = self.file("path").lines().collect::<Vec<_>>().join(":");
        let mut command = self.sandbox.command("bash");
        command
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script])
            .env("PATH", format!("{added}:{path}"))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_REPOSITORY", "ann/shop")
            .env("GITHUB_WORKSPACE", self.sandbox.project())
            .env("GITHUB_OUTPUT", self.folder.join("output"))
            .env("GITHUB_PATH", self.folder.join("path"))
            .env("GITHUB_STEP_SUMMARY", self.folder.join("summary"))
            .env("RUNNER_TEMP", &self.folder);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, self.filled(value.as_str().unwrap()));
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (said, output.status.code().unwrap())
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    /// A text with its expressions replaced.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, further) = after.split_once("}}").unwrap();
            filled.push_str(before);
            filled.push_str(&self.value(expression.trim()).unwrap_or_default());
            rest = further;
        }
        filled + rest
    }

    /// What an expression means; an output that was not written is empty.
    fn value(&self, expression: &str) -> Option<String> {
        if let Some(text) = expression.strip_prefix('\'') {
            return Some(text.trim_end_matches('\'').to_owned());
        }
        let value = self.known.get(expression)?.clone();
        Some(if value.contains("${{") {
            self.filled(&value)
        } else {
            value
        })
    }

    /// Whether a condition holds: terms with `&&` between them.
    fn holds(&self, condition: &str) -> bool {
        let is_any = condition.contains("cancelled()") || condition.contains("success()");
        // Without one that says otherwise, a step waits for all before it to end well.
        (is_any || !self.has_failed) && condition.split("&&").all(|term| self.is_true(term.trim()))
    }

    fn is_true(&self, term: &str) -> bool {
        let value = |text: &str| self.value(text.trim()).unwrap_or_default();
        if let Some((one, other)) = term.split_once("==") {
            return value(one) == value(other);
        }
        if let Some((one, other)) = term.split_once("!=") {
            return value(one) != value(other);
        }
        if let Some(words) = term.strip_prefix("contains(") {
            let (whole, part) = words.trim_end_matches(')').split_once(',').unwrap();
            return value(whole).contains(&value(part));
        }
        match term {
            "!cancelled()" => true,
            "success()" => !self.has_failed,
            other => panic!("what does `{other}` mean?"),
        }
    }
}

#[derive(Default)]
struct Finished {
    codes: Vec<(String, i32)>,
    said: BTreeMap<String, String>,
    summary: String,
    reports: PathBuf,
    sandbox: Option<Sandbox>,
}

impl Finished {
    fn codes(&self) -> Vec<(&str, i32)> {
        let codes = self.codes.iter();
        codes.map(|(id, code)| (id.as_str(), *code)).collect()
    }

    fn report(&self, name: &str) -> String {
        let path = self.reports.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// A `gh` that writes down what it is asked for, and knows a comment where it is told of one.
const GH: &str = "#!/bin/sh
echo \"$*\" >> gh.log
case \"$*\" in
  *--paginate*) echo \"$KNOWN\" ;;
  *) for word; do case \"$word\" in body=@*) cp \"${word#body=@}\" comment.md ;; esac; done ;;
esac
exit ${GH_ENDS:-0}
";

#[test]
fn a_branch_that_is_right_passes_and_becomes_a_comment() {
    let sandbox = branch();
    program(&sandbox, "gh", GH);
    let done = Runner::new(sandbox, &[("comment", "true")]).run();
    let all = ["prepare", "look", "build", "lint", "check", "verify"];
    let all = all.iter().chain(&["review", "comment"]);
    let all: Vec<_> = all.map(|id| (*id, 0)).collect();
    assert_eq!(done.codes(), all, "{:#?}", done.said);
    for name in ["sarif/lint.sarif", "sarif/check.sarif"] {
        let sarif: Value = serde_json::from_str(&done.report(name)).unwrap();
        assert_eq!(sarif["version"], "2.1.0");
    }
    assert!(done.report("review.html").starts_with("<!doctype html>"));
    for heading in ["### schemist verify", "1 revision between origin/main"] {
        assert!(
            done.summary.contains(heading),
            "{heading}: {}",
            done.summary
        );
    }
    let sandbox = done.sandbox.as_ref().unwrap();
    assert!(
        sandbox
            .read("gh.log")
            .contains("POST repos/ann/shop/issues/12/comments")
    );
    let comment = sandbox.read("comment.md");
    let (mark, text) = comment.split_once('\n').unwrap();
    assert!(mark.starts_with("<!-- schemist review "), "{mark}");
    assert_eq!(text, done.report("review.md"));
}

#[test]
fn a_comment_is_written_anew_and_one_that_may_not_be_is_told() {
    for (known, ends, expected) in [
        ("7", "0", "PATCH repos/ann/shop/issues/comments/7"),
        ("", "1", "POST repos/ann/shop/issues/12/comments"),
    ] {
        let mut sandbox = branch();
        program(&sandbox, "gh", GH);
        sandbox.set("KNOWN", known).set("GH_ENDS", ends);
        let inputs = [("run", "review"), ("comment", "true")];
        let done = Runner::new(sandbox, &inputs).run();
        assert_eq!(done.codes().last(), Some(&("comment", 0)));
        let asked = done.sandbox.as_ref().unwrap().read("gh.log");
        assert!(asked.contains(expected), "{asked}");
        assert_eq!(done.said["comment"].contains("::warning::"), ends == "1");
    }
}

#[test]
fn each_step_says_what_is_wrong_whatever_failed_before() {
    let sandbox = branch();
    spoil(&sandbox);
    let done = Runner::new(sandbox, &[]).run();
    let expected = [
        ("prepare", 0),
        ("look", 0),
        ("build", 0),
        ("lint", 3),
        ("check", 2),
        ("verify", 2),
        ("review", 0),
    ];
    assert_eq!(done.codes(), expected, "{:#?}", done.said);
    assert!(
        done.said["lint"].contains("::error file=migrations/by_hand.sql,line="),
        "{}",
        done.said["lint"]
    );
    assert!(
        done.said["check"].contains("file=models/author.sql,line="),
        "{}",
        done.said["check"]
    );
    // Whatever a name holds, the runner takes no line of a report for a command of its own.
    for id in ["verify", "review"] {
        assert!(done.said[id].lines().all(|line| line.starts_with("| ")));
    }
}

#[test]
fn the_database_is_named_by_the_environment() {
    let sandbox = branch();
    sandbox.run(&["upgrade", "-q"]).succeeds();
    let done = Runner::new(sandbox, &[("run", "check"), ("against", "database")]).run();
    assert_eq!(done.codes().last(), Some(&("check", 0)), "{:#?}", done.said);
    let mut sandbox = branch();
    sandbox.set("DATABASE_URL", "sqlite://empty.db");
    sandbox.write("empty.db", "");
    let done = Runner::new(sandbox, &[("run", "check"), ("against", "database")]).run();
    assert_eq!(done.codes().last(), Some(&("check", 2)), "{:#?}", done.said);
}

#[test]
fn what_is_given_is_text_and_never_code() {
    let mut sandbox = branch();
    for (name, value, expected) in [
        ("run", "lint; touch pwned", ("prepare", 64)),
        ("run", "lint $(touch pwned)", ("prepare", 64)),
        ("against", "$(touch pwned)", ("prepare", 64)),
        ("project", "\"; touch pwned; \"", ("review", 1)),
        ("project", "$(touch pwned)`touch pwned`", ("review", 1)),
        ("fail-on", "danger; touch pwned", ("review", 0)),
    ] {
        let inputs = [(name, value), ("run", "lint review")];
        let mut done = Runner::new(sandbox, &inputs).run();
        assert_eq!(done.codes().last(), Some(&expected), "{:#?}", done.said);
        assert!(done.codes().iter().any(|(_, code)| *code != 0), "{value}");
        sandbox = done.sandbox.take().unwrap();
        assert!(!sandbox.files("").contains(&"pwned".to_owned()), "{value}");
    }
    let action = yaml("ci/github/action.yml");
    for step in action["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
    let inputs = action["inputs"].as_object().unwrap();
    assert!(!inputs.keys().any(|name| name.contains("url")));
}

#[test]
fn a_branch_that_git_does_not_know_is_told_with_what_to_do() {
    let sandbox = branch();
    git(&sandbox, &["update-ref", "-d", "refs/remotes/origin/main"]);
    let done = Runner::new(sandbox, &[("run", "review")]).run();
    assert_eq!(done.codes().last(), Some(&("review", 1)));
    assert!(done.said["review"].contains("fetch-depth: 0"));
}

/// Where the program is not there, it is built from the repository that the action stands in.
#[test]
fn the_program_is_built_where_it_is_missing() {
    let mut sandbox = branch();
    let binary = sandbox.binary().display().to_string();
    let cargo = format!(
        "#!/bin/sh\necho \"$*\" >> cargo.log\nwhile [ \"$1\" != --root ]; do shift; done\n\
         mkdir -p \"$2/bin\" && ln -s '{binary}' \"$2/bin/schemist\"\n"
    );
    program(&sandbox, "cargo", &cargo);
    without_schemist(&mut sandbox);
    let done = Runner::new(sandbox, &[("run", "lint")]).run();
    assert_eq!(done.codes().last(), Some(&("lint", 0)), "{:#?}", done.said);
    let asked = done.sandbox.as_ref().unwrap().read("cargo.log");
    let source = root().join("ci/github/../../crates/cli");
    assert!(
        asked.starts_with(&format!(
            "install --quiet --locked --path {}",
            source.display()
        )),
        "{asked}"
    );
}
