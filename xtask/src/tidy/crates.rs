//! Checks on who uses whom and what.

use super::manifest::{Manifest, Need};
use super::source::Source;
use super::{ARROWS, EFFECTS, EFFECTS_IN, MAY_USE, PURE, Repository, Violation};

/// Arrows between our crates that the table does not have.
pub fn arrows(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for manifest in members(repository) {
        let Some((_, may_use)) = ARROWS
            .iter()
            .find(|(name, _)| *name == manifest.crate_name())
        else {
            found.push(Violation {
                path: manifest.path.clone(),
                line: 1,
                why: "this crate is not in the table of arrows".to_owned(),
                remedy: "add it to ARROWS in xtask/src/tidy.rs and say why in the commit"
                    .to_owned(),
            });
            continue;
        };
        for dependency in &manifest.dependencies {
            let Some(ours) = our_crate(&dependency.name) else {
                continue;
            };
            let is_test_only = dependency.need == Need::Dev;
            if may_use.contains(&ours) || is_test_only {
                continue;
            }
            found.push(Violation {
                path: manifest.path.clone(),
                line: dependency.line,
                why: format!("{} may not use {ours}", manifest.crate_name()),
                remedy: "move the code down, or add the arrow to ARROWS in xtask/src/tidy.rs and say why".to_owned(),
            });
        }
    }
    found
}

/// Packages from outside that are used where the table does not have them.
pub fn packages(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for manifest in members(repository) {
        for dependency in &manifest.dependencies {
            let Some((_, users)) = MAY_USE.iter().find(|(name, _)| *name == dependency.name) else {
                continue;
            };
            if users.contains(&manifest.crate_name()) || dependency.need == Need::Dev {
                continue;
            }
            found.push(Violation {
                path: manifest.path.clone(),
                line: dependency.line,
                why: format!("{} may be used only in {}", dependency.name, users.join(", ")),
                remedy: "ask one of those crates for what you need, or change MAY_USE in xtask/src/tidy.rs and say why"
                    .to_owned(),
            });
        }
    }
    found
}

/// Crates that leave the workspace's lints out.
pub fn lints(repository: &Repository) -> Vec<Violation> {
    let lax = members(repository).filter(|manifest| !manifest.takes_workspace_lints);
    lax.map(|manifest| Violation {
        path: manifest.path.clone(),
        line: 1,
        why: "this crate does not take the workspace's lints".to_owned(),
        remedy: "add `[lints]` with `workspace = true`".to_owned(),
    })
    .collect()
}

/// Features in crates that have no input or output.
pub fn features(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for manifest in members(repository).filter(|manifest| PURE.contains(&manifest.crate_name())) {
        for (_, line) in manifest
            .tables
            .iter()
            .filter(|(table, _)| table == "features")
        {
            found.push(feature(manifest.path.clone(), *line));
        }
    }
    for source in pure_sources(repository) {
        for offset in source.places("cfg(feature") {
            found.push(feature(source.path.clone(), source.line(offset)));
        }
    }
    found
}

fn feature(path: String, line: usize) -> Violation {
    Violation {
        path,
        line,
        why: "a pure crate has no features: writing a dialect's SQL needs none of its drivers"
            .to_owned(),
        remedy: "move what needs the feature to connect, introspect or execute".to_owned(),
    }
}

/// Uses of the outer world below the edges.
pub fn effects(repository: &Repository) -> Vec<Violation> {
    const WORDS: [&str; 9] = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "fs::read",
        "env::var",
        "SystemTime::now",
        "Timestamp::now",
        "Instant::now",
    ];
    let mut found = Vec::new();
    for source in &repository.sources {
        let Some(name) = source.crate_name() else {
            continue;
        };
        let is_excepted = EFFECTS_IN
            .iter()
            .any(|(path, _)| source.path.starts_with(path));
        if EFFECTS.contains(&name) || is_excepted {
            continue;
        }
        for word in WORDS {
            for offset in source.places(word) {
                found.push(Violation {
                    path: source.path.clone(),
                    line: source.line(offset),
                    why: format!("`{word}` reaches outside the program in {name}"),
                    remedy: format!(
                        "take the value as a parameter; {} may ask the system",
                        EFFECTS.join(", ")
                    ),
                });
            }
        }
    }
    found
}

fn members(repository: &Repository) -> impl Iterator<Item = &Manifest> {
    repository
        .manifests
        .iter()
        .filter(|manifest| manifest.path != "Cargo.toml")
}

fn pure_sources(repository: &Repository) -> impl Iterator<Item = &Source> {
    repository
        .sources
        .iter()
        .filter(|source| source.crate_name().is_some_and(|name| PURE.contains(&name)))
}

fn our_crate(package: &str) -> Option<&str> {
    if package == "schemist" {
        Some(package)
    } else {
        package.strip_prefix("schemist-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: Vec<Violation>) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let repository = Repository::of(&[(
            "crates/sql/Cargo.toml",
            "[lints]\nworkspace = true\n[dependencies]\nschemist-catalog.workspace = true\nsqlx.workspace = true\n\
             [dev-dependencies]\nschemist-testkit.workspace = true\n[features]\n",
        )]);
        assert_eq!(
            lines(arrows(&repository)),
            [
                "crates/sql/Cargo.toml:4: sql may not use catalog; move the code down, or add the arrow to ARROWS in \
              xtask/src/tidy.rs and say why"
            ]
        );
        assert_eq!(
            packages(&repository)
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>(),
            [5]
        );
        assert_eq!(
            features(&repository)
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>(),
            [8]
        );
        assert!(lints(&repository).is_empty());
    }

    #[test]
    fn effects_are_found_outside_tests() {
        let text = "//! A.\nuse std::fs;\nfn a() { let _ = Instant::now(); }\n#[cfg(test)]\nmod tests { use std::env; }";
        let at = |path| {
            effects(&Repository::of(&[(path, text)]))
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>()
        };
        assert_eq!(at("crates/diff/src/a.rs"), [2, 3]);
        assert!(at("crates/project/src/a.rs").is_empty());
        assert!(at("crates/execute/src/local.rs").is_empty());
    }
}
