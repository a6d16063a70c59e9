//! What the documents promise of the tests: each that is named is there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The cells of every row of a document's tables, without the heads.
pub(crate) fn rows(document: &str) -> Vec<Vec<String>> {
    let path = root().join("docs").join(document);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
    let lines: Vec<&str> = text.lines().collect();
    let mut rows = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let is_head = lines
            .get(number + 1)
            .is_some_and(|next| next.starts_with("|---"));
        if !line.starts_with('|') || line.starts_with("|---") || is_head {
            continue;
        }
        let cells = line.trim_matches('|').replace("\\|", "\u{0}");
        let cells = cells
            .split('|')
            .map(|cell| cell.trim().replace('\u{0}', "|"));
        rows.push(cells.collect());
    }
    rows
}

/// The texts in backticks, in their order.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Holds that a row of the document is true of what was said.
pub(crate) fn holds(symptom: &str, said: &str) {
    let rows = rows("troubleshooting.md");
    let row = rows.iter().find(|row| row[0].starts_with(symptom));
    let row = row.unwrap_or_else(|| panic!("docs/troubleshooting.md has no row `{symptom}`"));
    for cell in &row[1..] {
        for words in quoted(cell) {
            let mut rest = said;
            // `…` stands for what differs.
            for part in words.split('…').map(str::trim) {
                let at = rest.find(part);
                let at =
                    at.unwrap_or_else(|| panic!("`{words}` of `{symptom}` is not said:\n{said}"));
                rest = &rest[at + part.len()..];
            }
        }
    }
}

/// What a cell names that is not there.
///
/// A cell is a list of places, each with the names of its tests: ``journeys/stamps `what_is_said…` ``; a
/// document alone stands in backticks.
fn missing(cell: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let mut place = String::new();
    for part in cell.split(',').map(str::trim) {
        let (words, name) = match part.split_once('`') {
            Some((words, name)) => (words.trim(), name.trim_end_matches('`')),
            None => (part, ""),
        };
        if !words.is_empty() {
            place = words.to_owned();
        }
        let is_there = match (place.as_str(), name) {
            ("", document) => root().join(document).is_file(),
            // The fixtures of a kind are counted elsewhere.
            ("fixtures of", kind) => root()
                .join("fixtures")
                .join(kind.split('`').next().unwrap_or(kind))
                .is_dir(),
            (place, "") => !texts_of(place).is_empty(),
            (place, name) => is_in(&texts_of(place), place, name),
        };
        if !is_there {
            missing.push(format!("{place} `{name}`"));
        }
    }
    missing
}

/// What stands at a place: the text of its files.
fn texts_of(words: &str) -> String {
    let root = root();
    let (kind, rest) = words.split_once('/').unwrap_or((words, ""));
    let folder = match kind {
        "journeys" => root.join(format!("tests/journeys/{rest}.rs")),
        "tests" => root.join("tests").join(rest),
        crate_name if rest.is_empty() => root.join("crates").join(crate_name),
        _ => root.join(words),
    };
    let mut text = String::new();
    read(&folder, &mut text);
    text
}

fn read(path: &Path, text: &mut String) {
    if path.is_file() {
        text.push_str(&fs::read_to_string(path).unwrap_or_default());
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_source = path.extension().is_none_or(|ending| ending == "rs");
        if is_source && !path.ends_with("target") {
            read(&path, text);
        }
    }
}

/// Whether a test of this name, or of one that begins with it, is there.
fn is_in(texts: &str, place: &str, name: &str) -> bool {
    let beginning = name.trim_end_matches('…');
    if let Some((module, _)) = beginning.split_once("::") {
        let (_, last) = beginning.rsplit_once("::").unwrap_or(("", beginning));
        let of_crate = place.split('/').next().unwrap_or(place);
        let is_module = ["src", "tests"].iter().any(|folder| {
            root()
                .join("crates")
                .join(of_crate)
                .join(folder)
                .join(module)
                .exists()
        });
        return is_module && texts.contains(last);
    }
    let ending = if name.ends_with('…') { "" } else { "(" };
    texts.contains(&format!("fn {beginning}{ending}"))
        || (place.starts_with("tests/") && texts.contains(&format!("\"{beginning}/")))
}

#[test]
fn every_test_that_the_table_of_other_tools_names_is_there() {
    let rows = rows("from-other-tools.md");
    assert!(rows.len() > 80, "{}", rows.len());
    let wrong = rows.iter().flat_map(|row| {
        let cell = row.last().map_or("", String::as_str);
        missing(cell)
            .into_iter()
            .map(move |what| format!("{}: {what}", row[0]))
    });
    // A file of tests is no answer to what one of them shows.
    let unnamed = rows.iter().filter(|row| {
        let cell = row.last().map_or("", String::as_str);
        cell.split(',').any(|part| quoted(part).is_empty())
    });
    let unnamed = unnamed.map(|row| format!("{}: which test?", row[0]));
    let wrong: Vec<String> = wrong.chain(unnamed).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_there_is_missed() {
    for (cell, expected) in [
        ("journeys/stamps", &[][..]),
        ("journeys/stamps `what_the_journal_says…`", &[]),
        (
            "journeys/stamps `what_the_journal_says`",
            &["journeys/stamps `what_the_journal_says`"],
        ),
        (
            "journeys/nothing, journeys/stamps",
            &["journeys/nothing ``"],
        ),
        ("`docs/databases.md`", &[]),
        ("`docs/nothing.md`", &[" `docs/nothing.md`"]),
    ] {
        assert_eq!(missing(cell), expected, "{cell}");
    }
}

/// A row that no test holds is no promise.
#[test]
fn every_row_is_held_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/journeys");
    let texts = fs::read_dir(folder).unwrap().flatten();
    let texts = texts.map(|entry| fs::read_to_string(entry.path()).unwrap_or_default());
    let text = texts.collect::<Vec<_>>().concat().replace("\\\"", "\"");
    let rows = rows("troubleshooting.md");
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        assert_eq!(row.len(), 3, "{row:?}");
        assert!(
            !quoted(&row[1]).is_empty() && !quoted(&row[2]).is_empty(),
            "{row:?}"
        );
        let held = text.split("holds(").skip(1).any(|rest| {
            let words = rest.trim_start().trim_start_matches('"');
            let length = words.find("\",").unwrap_or(0);
            length > 0 && row[0].starts_with(&words[..length])
        });
        assert!(held, "no test holds `{}`", row[0]);
    }
}

/// The quick start is typed as it stands there, and says what is shown there.
#[test]
fn the_readme_shows_what_is_said() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let block = |fence: &str| {
        let (_, rest) = text.split_once(fence).unwrap();
        rest.split_once("\n```").unwrap().0
    };
    let sandbox = crate::sandbox();
    let rust = block("```rust\n");
    let compiled = include_str!("../../crates/schemist/tests/pulled/rows/readme/book.rs");
    assert_eq!(
        rust,
        compiled.trim_end(),
        "a row is read into another struct"
    );
    sandbox.write("src/book.rs", rust);
    let mut steps = 0;
    for step in block("```console\n$ ").split("\n$ ") {
        let shown: Vec<&str> = step.lines().collect();
        let typed = shown[0].replace("8d41f6c2a9e0", "111111111111");
        let words = shlex::split(&typed).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = if words[0] == "schemist" {
            let output = sandbox.run(&words[1..]).ends_with(0);
            output.stdout + &output.stderr
        } else {
            let output = sandbox.command(words[0]).args(&words[1..]).output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let said = said.replace("111111111111", "8d41f6c2a9e0");
        assert_eq!(said.trim_end(), shown[1..].join("\n"), "{}", shown[0]);
        steps += 1;
    }
    assert!(steps > 4, "{steps}");
}
