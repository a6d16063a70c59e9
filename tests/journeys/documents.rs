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
    let wrong: Vec<String> = wrong.collect();
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
