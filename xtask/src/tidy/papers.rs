//! Checks on files that are not code.

use super::{Repository, Violation};

/// Files that a task writes.
pub const GENERATED: &[&str] = &[
    "docs/commands.md",
    "docs/exit-codes.md",
    "docs/kinds.md",
    "docs/types.md",
];

fn violation(path: &str, line: usize, why: &str, remedy: &str) -> Violation {
    Violation {
        path: path.to_owned(),
        line,
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// A home that is the same on every machine which has it.
const SHARED_HOME: &str = "/home/linuxbrew/";

/// Paths that exist on one machine only.
pub fn machine_paths(repository: &Repository) -> Vec<Violation> {
    let prefixes = [
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
    ];
    let mut found = Vec::new();
    for (path, text) in &repository.texts {
        for (number, line) in (1..).zip(text.lines()) {
            let names_one = prefixes.iter().any(|prefix| {
                line.match_indices(prefix).any(|(at, _)| {
                    if line[at..].starts_with(SHARED_HOME) {
                        return false;
                    }
                    let before = line[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || ".-_*>}/".contains(c))
                })
            });
            if names_one {
                found.push(violation(
                    path,
                    number,
                    "a path of one machine",
                    "write it relative to the repository",
                ));
            }
        }
    }
    found
}

/// A changelog without a place for the next change.
pub fn changelog(repository: &Repository) -> Vec<Violation> {
    let has_part = repository
        .text("CHANGELOG.md")
        .is_some_and(|text| text.lines().any(|line| line == "## [Unreleased]"));
    if has_part {
        return Vec::new();
    }
    vec![violation(
        "CHANGELOG.md",
        1,
        "no Unreleased part",
        "add `## [Unreleased]` above the latest version",
    )]
}

/// Generated files that do not say so.
pub fn generated(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for path in GENERATED {
        let Some(text) = repository.text(path) else {
            continue;
        };
        let first = text.lines().next().unwrap_or_default();
        if !first.to_lowercase().contains("generated") {
            found.push(violation(
                path,
                1,
                "this generated file does not say so in its first line",
                "begin it with a comment that says what generates it",
            ));
        }
    }
    found
}

/// Folders of fixtures that belong to no kind of object.
pub fn fixtures(repository: &Repository) -> Vec<Violation> {
    let mut found: Vec<Violation> = Vec::new();
    for (path, _) in &repository.texts {
        let Some((kind, file)) = path
            .strip_prefix("fixtures/")
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        let kind_file = format!("crates/catalog/src/object/{kind}.rs");
        let kind_folder = format!("crates/catalog/src/object/{kind}/mod.rs");
        let is_known =
            repository.text(&kind_file).is_some() || repository.text(&kind_folder).is_some();
        if !is_known
            && found
                .last()
                .is_none_or(|last| !last.path.starts_with(&format!("fixtures/{kind}/")))
        {
            found.push(violation(
                path,
                1,
                &format!("no kind of object is called {kind}"),
                "name the folder like the kind's file in crates/catalog/src/object",
            ));
        }
        let is_snapshot_alone = file
            .strip_suffix(".snap")
            .and_then(|stem| stem.rsplit_once('.'))
            .is_some_and(|(case, _)| {
                repository
                    .text(&format!("fixtures/{kind}/{case}.sql"))
                    .is_none()
            });
        if is_snapshot_alone {
            found.push(violation(
                path,
                1,
                "this snapshot has no fixture",
                "delete it, or bring the fixture back",
            ));
        }
    }
    found
}

/// Journeys that no test runs.
pub fn journeys(repository: &Repository) -> Vec<Violation> {
    const LIST: &str = "tests/journeys/main.rs";
    let list = repository.text(LIST).unwrap_or_default();
    let mut found = Vec::new();
    for (path, _) in &repository.texts {
        let Some(file) = path.strip_prefix("tests/journeys/") else {
            continue;
        };
        let module = file
            .strip_suffix("/mod.rs")
            .or_else(|| file.strip_suffix(".rs"));
        let Some(module) = module.filter(|module| *module != "main" && !module.contains('/'))
        else {
            continue;
        };
        if !list.lines().any(|line| line == format!("mod {module};")) {
            found.push(violation(
                path,
                1,
                "no test runs this file",
                &format!("add `mod {module};` to {LIST}"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!(
            "a\n{}me/someone/x\nhttps://example.org/ho{}\n",
            "/ho", "me/x"
        );
        let repository = Repository::of(&[("docs/a.md", &text)]);
        assert_eq!(
            machine_paths(&repository)
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>(),
            [2]
        );
    }

    #[test]
    fn the_changelog_has_a_place_for_the_next_change() {
        assert_eq!(changelog(&Repository::of(&[])).len(), 1);
        assert!(
            changelog(&Repository::of(&[(
                "CHANGELOG.md",
                "# Changes\n\n## [Unreleased]\n"
            )]))
            .is_empty()
        );
    }

    #[test]
    fn a_generated_file_says_so() {
        assert_eq!(
            generated(&Repository::of(&[("docs/commands.md", "# Commands\n")])).len(),
            1
        );
    }

    #[test]
    fn fixtures_and_snapshots_belong_somewhere() {
        let repository = Repository::of(&[
            ("crates/catalog/src/object/view.rs", "//! A."),
            ("fixtures/view/a.sql", ""),
            ("fixtures/view/a.postgres.snap", ""),
            ("fixtures/view/b.postgres.snap", ""),
            ("fixtures/vieuw/a.sql", ""),
        ]);
        let paths: Vec<String> = fixtures(&repository).into_iter().map(|v| v.path).collect();
        assert_eq!(
            paths,
            ["fixtures/view/b.postgres.snap", "fixtures/vieuw/a.sql"]
        );
    }

    #[test]
    fn a_journey_that_nobody_lists_is_found() {
        let repository = Repository::of(&[
            ("tests/journeys/main.rs", "//! A.\n\nmod check;\n"),
            ("tests/journeys/check.rs", ""),
            ("tests/journeys/stamp.rs", ""),
        ]);
        let paths: Vec<String> = journeys(&repository).into_iter().map(|v| v.path).collect();
        assert_eq!(paths, ["tests/journeys/stamp.rs"]);
    }
}
