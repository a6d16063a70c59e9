//! What others run: the jobs for GitLab and the hooks of pre-commit, each script as it stands there, and that the page
//! about them names nothing that is not there.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

use saphyr::{LoadableYamlNode, Yaml};
use schemist_testkit::Sandbox;
use serde_json::{Map, Value};

use crate::databases::revision;
pub(crate) use crate::reviewing::git;
use crate::sandbox;

const AUTHOR: &str = "CREATE TABLE author (id integer PRIMARY KEY);\n";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the repository.
pub(crate) fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap();
    parsed(&text)
}

fn parsed(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    value(&documents[0])
}

fn value(yaml: &Yaml<'_>) -> Value {
    if let Some(mapping) = yaml.as_mapping() {
        let pairs = mapping
            .iter()
            .map(|(key, below)| (key.as_str().unwrap().to_owned(), value(below)));
        return Value::Object(pairs.collect::<Map<_, _>>());
    }
    if let Some(items) = yaml.as_sequence() {
        return Value::Array(items.iter().map(value).collect());
    }
    match (yaml.as_str(), yaml.as_bool(), yaml.as_integer()) {
        (Some(text), ..) => Value::from(text),
        (_, Some(truth), _) => Value::from(truth),
        (.., Some(number)) => Value::from(number),
        _ => Value::Null,
    }
}

/// A folder of programs that come first.
fn programs(sandbox: &Sandbox) -> PathBuf {
    sandbox.project().join("../programs")
}

/// Puts a script among the programs.
pub(crate) fn program(sandbox: &Sandbox, name: &str, script: &str) {
    let path = programs(sandbox).join(name);
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Takes the binary away, and what the machine may have besides.
pub(crate) fn without_schemist(sandbox: &mut Sandbox) {
    let programs = programs(sandbox);
    fs::remove_file(programs.join("schemist")).unwrap();
    sandbox.set("PATH", &format!("{}:/usr/bin:/bin", programs.display()));
}

/// A revision that makes a table, as it is written by hand.
fn written(id: &str, parent: &str, table: &str) -> String {
    format!(
        "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: {table}\n\n-- [up]\n\
         CREATE TABLE {table} (id integer PRIMARY KEY);\n\n-- [down]\nDROP TABLE {table};\n"
    )
}

/// A branch with a second revision, as a pipeline checks it out; nothing is applied.
pub(crate) fn branch() -> Sandbox {
    let mut sandbox = sandbox();
    let programs = programs(&sandbox);
    fs::create_dir(&programs).unwrap();
    symlink(sandbox.binary(), programs.join("schemist")).unwrap();
    let path = sandbox.environment()["PATH"].clone();
    sandbox.set("PATH", &format!("{}:{path}", programs.display()));
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL:-sqlite://schemist.db}\"\n",
    );
    sandbox.write(
        "models/shelf.sql",
        "CREATE TABLE shelf (id integer PRIMARY KEY);\n",
    );
    sandbox.write("migrations/a1.sql", &written("a1", "none", "shelf"));
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "."]);
    git(&sandbox, &["commit", "-q", "-m", "shelves"]);
    git(
        &sandbox,
        &["update-ref", "refs/remotes/origin/main", "HEAD"],
    );
    sandbox.write("models/author.sql", AUTHOR);
    sandbox.write("migrations/b1.sql", &written("b1", "a1", "author"));
    git(&sandbox, &["checkout", "-q", "-b", "authors"]);
    git(&sandbox, &["add", "."]);
    git(&sandbox, &["commit", "-q", "-m", "authors"]);
    sandbox
}

/// Makes everything wrong: the models say more than the history, and a revision by hand drops a table.
pub(crate) fn spoil(sandbox: &Sandbox) {
    sandbox.write(
        "models/author.sql",
        &format!("{AUTHOR}CREATE VIEW v AS SELECT 1 AS one;\n"),
    );
    sandbox.write(
        "migrations/by_hand.sql",
        &revision("c1", "b1", "DROP TABLE author"),
    );
}

fn bash(sandbox: &Sandbox, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = sandbox.command("bash");
    command.args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script]);
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

/// Every job that can run, with what it takes from the one that it extends.
fn jobs() -> Vec<(String, Value)> {
    let file = yaml("ci/gitlab/schemist.yml");
    let jobs = file.as_object().unwrap().iter();
    let jobs = jobs.filter(|(name, _)| !name.starts_with('.'));
    let jobs = jobs.map(|(name, job)| {
        let mut whole = file[job["extends"].as_str().unwrap()].clone();
        let own = job.as_object().unwrap().clone();
        whole.as_object_mut().unwrap().extend(own);
        (name.clone(), whole)
    });
    jobs.collect()
}

/// Runs a job, and gives its code and what it wrote where GitLab looks for it.
fn run_job(sandbox: &Sandbox, job: &Value) -> (i32, Vec<String>) {
    let folder = sandbox.project().display().to_string();
    let base = git(sandbox, &["rev-parse", "main"]);
    let variables = job["variables"].as_object().unwrap().iter();
    let variables = variables.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
    let mut variables: Vec<(&str, &str)> = variables.collect();
    variables.extend([
        ("CI", "true"),
        ("GITLAB_CI", "true"),
        ("CI_PROJECT_DIR", folder.as_str()),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim()),
    ]);
    let lines = job["script"].as_array().unwrap().iter();
    let script: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
    let output = bash(sandbox, &script.join("\n"), &variables);
    let artifacts = &job["artifacts"];
    let reports = artifacts["reports"].as_object().into_iter().flatten();
    let paths = artifacts["paths"].as_array().into_iter().flatten();
    let names = reports.map(|(_, name)| name).chain(paths);
    let written = names.map(|name| sandbox.read(name.as_str().unwrap()));
    (output.status.code().unwrap(), written.collect())
}

#[test]
fn the_jobs_for_gitlab_pass_and_fail_and_leave_their_reports() {
    for (is_right, expected) in [(true, [0, 0, 0, 0]), (false, [2, 3, 0, 2])] {
        let sandbox = branch();
        if !is_right {
            spoil(&sandbox);
        }
        let mut codes = Vec::new();
        for (name, job) in jobs() {
            let (code, written) = run_job(&sandbox, &job);
            codes.push(code);
            match name.as_str() {
                "schemist:lint" | "schemist:check" => {
                    let quality: Value = serde_json::from_str(&written[0]).unwrap();
                    let severe = quality.as_array().unwrap().iter();
                    let severe = severe.filter(|remark| remark["severity"] != "info");
                    assert_eq!(severe.count() > 0, code != 0, "{name}: {quality}");
                    assert!(written[1].starts_with("<?xml"), "{}", written[1]);
                }
                "schemist:review" => {
                    assert!(written[0].starts_with("<!doctype html>"));
                    assert!(written[1].contains("| `b1` | author |"), "{}", written[1]);
                    let base = git(&sandbox, &["rev-parse", "main"]);
                    assert!(!written[1].contains(base.trim()), "{}", written[1]);
                }
                _ => assert!(written.is_empty()),
            }
        }
        // check, lint, review, verify
        assert_eq!(codes, expected);
    }
}

/// Runs a hook on the files of git that it is for, and gives its code; `None` where there are none.
fn run_hook(sandbox: &Sandbox, hook: &Value) -> Option<i32> {
    let pattern = hook["files"].as_str().unwrap();
    let files = bash(
        sandbox,
        "git ls-files | { grep -E \"$PATTERN\" || true; }",
        &[("PATTERN", pattern)],
    );
    let files = String::from_utf8(files.stdout).unwrap();
    if files.is_empty() {
        return None;
    }
    let words = shlex::split(hook["entry"].as_str().unwrap()).unwrap();
    let mut command = sandbox.command(&words[0]);
    command.args(&words[1..]);
    if hook["pass_filenames"] != false {
        command.args(files.lines());
    }
    command.output().unwrap().status.code()
}

#[test]
fn the_hooks_stop_what_is_wrong() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let codes = |sandbox: &Sandbox| -> Vec<Option<i32>> {
        let hooks = hooks.as_array().unwrap().iter();
        hooks.map(|hook| run_hook(sandbox, hook)).collect()
    };
    let sandbox = branch();
    assert_eq!(codes(&sandbox), [Some(0), Some(0), Some(0)]);
    spoil(&sandbox);
    git(&sandbox, &["add", "."]);
    assert_eq!(codes(&sandbox), [Some(3), Some(0), Some(2)]);
    sandbox.remove("migrations/by_hand.sql");
    sandbox.write("migrations/other.sql", &written("d1", "a1", "other"));
    git(&sandbox, &["add", "-A"]);
    assert_eq!(codes(&sandbox), [Some(0), Some(5), Some(2)]);
    git(&sandbox, &["rm", "-q", "-r", "-f", "migrations"]);
    assert_eq!(codes(&sandbox)[..2], [None, None]);
}

/// The blocks of a document in a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_page_about_pipelines_names_what_is_there() {
    let inputs = yaml("ci/github/action.yml")["inputs"].clone();
    let hooks = yaml(".pre-commit-hooks.yaml");
    let (mut actions, mut named, mut includes) = (0, 0, 0);
    for block in blocks("docs/ci.md", "yaml") {
        let file = parsed(&block);
        for job in file["jobs"].as_object().into_iter().flatten() {
            for step in job.1["steps"].as_array().unwrap() {
                if step["uses"]
                    .as_str()
                    .is_some_and(|it| it.contains("ci/github"))
                {
                    actions += 1;
                    let given = step["with"].as_object().into_iter().flatten();
                    for (name, _) in given {
                        assert!(!inputs[name].is_null(), "no input is called {name}");
                    }
                }
            }
        }
        for repository in file["repos"].as_array().into_iter().flatten() {
            for hook in repository["hooks"].as_array().unwrap() {
                named += 1;
                let mut known = hooks.as_array().unwrap().iter();
                assert!(known.any(|it| it["id"] == hook["id"]), "{hook}");
            }
        }
        includes += usize::from(block.contains("file: ci/gitlab/schemist.yml"));
    }
    assert!(actions > 0 && named > 0 && includes > 0);
    let text = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    for name in inputs.as_object().unwrap().keys() {
        assert!(
            text.contains(&format!("| `{name}` |")),
            "{name} is not explained"
        );
    }
}
