//! Names, labels and comments that try to be more than text, in every form in which something is written.

use schemist_testkit::{Database, Sandbox};
use serde_json::Value;

use crate::project;

/// What a terminal, a shell of a pipeline, Markdown, HTML, XML and JSON would each take for their own.
const HOSTILE: &str =
    "a\u{1b}[31m\u{7}\n::error::%0A##[error]|`b` <script>alert(1)</script>]]>'\u{202e}\\";

/// Every form: the words of the command, and what reads it.
const FORMS: &[(&str, Reader)] = &[
    ("check", Reader::Terminal),
    ("check --format json", Reader::Json),
    ("check --format sarif", Reader::Json),
    ("check --format github", Reader::Github),
    ("check --format gitlab", Reader::Json),
    ("check --format junit", Reader::Xml),
    ("check --format markdown", Reader::Markdown),
    ("lint", Reader::Terminal),
    ("lint --format json", Reader::Json),
    ("lint --format sarif", Reader::Json),
    ("lint --format github", Reader::Github),
    ("lint --format gitlab", Reader::Json),
    ("lint --format junit", Reader::Xml),
    ("lint --format markdown", Reader::Markdown),
    ("review head", Reader::Terminal),
    ("review head --format json", Reader::Json),
    ("review head --format markdown", Reader::Markdown),
    ("review head --format html", Reader::Html),
    ("diagram --format mermaid", Reader::Text),
    ("diagram --format dot", Reader::Text),
    ("diagram --format svg", Reader::Xml),
    ("show head", Reader::Terminal),
    ("history", Reader::Terminal),
];

/// Who reads a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Terminal,
    Text,
    Json,
    Xml,
    Github,
    Markdown,
    Html,
}

/// Holds that what was written is what its reader expects, and nothing else.
fn hold(words: &str, reader: Reader, text: &str) {
    let is_plain = |c: char| !c.is_control() || c == '\n' || c == '\t';
    let odd = text.chars().find(|c| !is_plain(*c));
    assert!(odd.is_none(), "{words}: {odd:?}\n{text}");
    assert!(
        text.contains("alert(1)") || text.contains("alert\\(1\\)"),
        "{words}: {text}"
    );
    match reader {
        Reader::Terminal => {
            assert!(!text.contains('\u{202e}'), "{words}: {text}");
            hold_no_command(words, text);
        }
        Reader::Text => {
            assert!(
                !text.lines().any(|line| line.starts_with("::")),
                "{words}: {text}"
            );
        }
        Reader::Json => {
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{words}: {error}"));
        }
        Reader::Xml => {
            assert!(
                !text.contains("<script") && !text.contains("]]>"),
                "{words}: {text}"
            );
        }
        Reader::Github => {
            for line in text.lines() {
                let (command, rest) = line.split_at(2);
                assert_eq!(command, "::", "{words}: {line}");
                let (head, message) = rest.split_once("::").unwrap_or((rest, ""));
                let verb = head.split(' ').next().unwrap_or(head);
                assert!(
                    ["error", "warning", "notice"].contains(&verb),
                    "{words}: {line}"
                );
                assert!(!message.contains("::"), "{words}: {line}");
            }
        }
        Reader::Markdown => {
            let tables = text.lines().filter(|line| line.starts_with("| "));
            for row in tables {
                let bars = row.replace("\\|", "").matches('|').count();
                assert!((4..=6).contains(&bars), "{words}: {row}");
            }
            let code = text.split("```").step_by(2).collect::<String>();
            assert!(!code.contains("<script"), "{words}: {text}");
        }
        Reader::Html => {
            assert!(!text.contains("<script>alert"), "{words}");
        }
    }
}

/// Holds that the log of a pipeline takes no line for a command.
fn hold_no_command(words: &str, text: &str) {
    let mut lines = text.lines();
    let command = lines.find(|line| line.trim_start().starts_with("::") || line.contains("##["));
    assert_eq!(command, None, "{words}");
}

fn hold_form(sandbox: &Sandbox, words: &str, reader: Reader) {
    let run = sandbox.run(&words.split(' ').collect::<Vec<_>>());
    hold(words, reader, &run.stdout);
    let plain = run.stderr.chars().all(|c| !c.is_control() || c == '\n');
    assert!(plain, "{words:?}: {}", run.stderr);
    hold_no_command(words, &run.stderr);
}

/// The name in double quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[test]
fn no_name_of_sqlite_is_more_than_text() {
    let table = quoted(HOSTILE);
    let models = format!(
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, {table} TEXT);\n\
         CREATE TABLE other (id INTEGER PRIMARY KEY, a INTEGER REFERENCES {table} (id));\n"
    );
    let mut sandbox = project(&models);
    sandbox.set("DATABASE_URL", "sqlite://books.db");
    sandbox.set("GITHUB_ACTIONS", "true");
    sandbox
        .run(&["revision", "--autogenerate", "-m", "one"])
        .succeeds();
    sandbox.run(&["upgrade"]).succeeds();
    sandbox.write(
        "models/schema.sql",
        &format!(
            "CREATE TABLE {} (id INTEGER PRIMARY KEY);\n",
            quoted(&format!("{HOSTILE}2"))
        ),
    );
    sandbox
        .run(&["revision", "--autogenerate", "-m", HOSTILE])
        .succeeds();
    for (words, reader) in FORMS {
        hold_form(&sandbox, words, *reader);
    }
}

#[test]
fn no_name_label_or_comment_of_postgres_is_more_than_text() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let name = quoted("a\u{1b}[31m\n::error::##[error]|`b` <script>alert(1)</script>]]>'");
    // A table has a type of its name.
    let label = quoted("a\n::error::%0A <script>alert(1)</script>");
    let literal = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('\'', "''");
        format!("E'{text}'")
    };
    // A label has no more than 63 bytes.
    let value = literal("a\u{7}\n::error::##[error]<script>alert(1)</script>'\u{202e}\\");
    let comment = literal(HOSTILE);
    let models = format!(
        "CREATE TYPE {label} AS ENUM ({value});\n\
         CREATE TABLE {name} (id bigint PRIMARY KEY, {name} {label});\n\
         COMMENT ON TABLE {name} IS {comment};\n"
    );
    let mut sandbox = project(&models);
    sandbox.use_database(&database);
    sandbox.set("GITHUB_ACTIONS", "true");
    sandbox
        .run(&["revision", "--autogenerate", "-m", HOSTILE])
        .succeeds();
    // A review has a server run what it says; once is enough for all of its forms.
    for (words, reader) in FORMS {
        if !words.starts_with("review") {
            hold_form(&sandbox, words, *reader);
        }
    }
    let forms = [
        ("json", Reader::Json),
        ("markdown", Reader::Markdown),
        ("html", Reader::Html),
    ];
    let mut words = "review head".to_owned();
    for (form, _) in forms {
        words.push_str(&format!(" --output {form}=review.{form}"));
    }
    hold_form(&sandbox, &words, Reader::Terminal);
    for (form, reader) in forms {
        hold(form, reader, &sandbox.read(&format!("review.{form}")));
    }
}
