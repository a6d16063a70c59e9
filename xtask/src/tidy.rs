//! The invariants of the repository that a program can check: one check each.
//!
//! A new arrow between crates, or a new place for a dependency, is a design decision: it edits a table
//! here and says why in the commit.

mod crates;
mod dialect;
mod manifest;
mod openings;
mod papers;
mod repository;
mod shape;
mod source;
mod words;

use std::fmt;

pub use repository::Repository;

/// Which of our crates each crate may use. Arrows point down only.
pub const ARROWS: &[(&str, &[&str])] = &[
    ("sql", &[]),
    ("attribute", &[]),
    ("catalog", &["sql"]),
    ("connect", &["sql"]),
    ("revision", &["sql"]),
    ("diff", &["catalog", "sql"]),
    ("model", &["attribute", "catalog", "sql"]),
    ("introspect", &["catalog", "connect", "sql"]),
    // A statement outside a transaction is probed by its object's definition, which introspect reads.
    (
        "execute",
        &["catalog", "connect", "introspect", "revision", "sql"],
    ),
    (
        "project",
        &[
            "catalog",
            "connect",
            "diff",
            "execute",
            "introspect",
            "model",
            "revision",
            "sql",
        ],
    ),
    ("cli", &["project"]),
    ("derive", &["attribute"]),
    ("schemist", &["derive", "execute"]),
    ("testkit", &["catalog", "connect", "sql"]),
    (
        "tests",
        &[
            "catalog",
            "connect",
            "diff",
            "execute",
            "introspect",
            "model",
            "project",
            "revision",
            "sql",
            "testkit",
        ],
    ),
    ("xtask", &[]),
];

/// Which crates may use a package from outside.
pub const MAY_USE: &[(&str, &[&str])] = &[
    (
        "sqlx",
        &[
            "connect",
            "introspect",
            "execute",
            "schemist",
            "testkit",
            "project",
            "cli",
            "tests",
        ],
    ),
    (
        "tokio",
        &[
            "connect",
            "introspect",
            "execute",
            "schemist",
            "testkit",
            "project",
            "cli",
            "tests",
        ],
    ),
    ("sqlparser", &["model", "introspect", "project"]),
    ("syn", &["attribute", "model", "derive"]),
    ("quote", &["attribute", "model", "derive"]),
    ("proc-macro2", &["attribute", "model", "derive"]),
    // Structs of a database are written as people write them.
    ("prettyplease", &["model"]),
    ("pluralizer", &["model"]),
    ("petgraph", &["diff", "execute", "revision"]),
    ("clap", &["cli", "xtask"]),
    ("clap_complete", &["cli", "xtask"]),
    ("clap_mangen", &["cli", "xtask"]),
    ("ctrlc", &["xtask"]),
    // Clock, randomness and folders of the user.
    ("jiff", &["project", "cli", "testkit"]),
    ("getrandom", &["project", "cli", "testkit"]),
    ("directories", &["project", "cli", "testkit"]),
    // Why a handshake failed is told by its error alone; certificates for servers of tests.
    ("rustls", &["connect"]),
    ("rcgen", &[]),
    // A throw-away server needs a folder of its own.
    (
        "tempfile",
        &["execute", "project", "cli", "testkit", "tests", "xtask"],
    ),
];

/// Crates without input or output, and without features.
pub const PURE: &[&str] = &["sql", "catalog", "diff", "revision"];

/// Crates that may touch files, the environment, the clock and randomness.
pub const EFFECTS: &[&str] = &["project", "cli", "testkit"];

/// Files outside those crates that may, each with its reason.
pub const EFFECTS_IN: &[(&str, &str)] = &[
    (
        "crates/execute/src/",
        "a throw-away server is started from programs and a folder; statements are timed",
    ),
    (
        "crates/connect/src/tls.rs",
        "certificates are files; the driver would call a missing one a server that is gone",
    ),
];

/// The longest `.rs` file, in lines.
pub const LONGEST_FILE: usize = 600;

/// A place that breaks an invariant.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the repository's root.
    pub path: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}; {}",
            self.path, self.line, self.why, self.remedy
        )
    }
}

/// One invariant: its sentence and its check.
pub struct Check {
    /// The invariant.
    pub sentence: &'static str,
    /// Finds what breaks it.
    pub find: fn(&Repository) -> Vec<Violation>,
}

const fn check(sentence: &'static str, find: fn(&Repository) -> Vec<Violation>) -> Check {
    Check { sentence, find }
}

/// Every invariant.
pub const CHECKS: &[Check] = &[
    check("arrows between crates point down", crates::arrows),
    check("a package is used only where it may be", crates::packages),
    check("crates take the workspace's lints", crates::lints),
    check("pure crates have no features", crates::features),
    check(
        "files, environment, clock and randomness stay at the edges",
        crates::effects,
    ),
    check("a file has at most 600 lines", shape::length),
    check("no boolean parameters", shape::boolean_parameters),
    check("no glob imports outside tests", shape::glob_imports),
    check("no maps without an order", shape::unordered_maps),
    check("SQL text is made by Script", shape::interpolated_sql),
    check(
        "crates and modules open with what they are",
        openings::sentences,
    ),
    check("lib.rs and mod.rs hold no logic", openings::logic),
    check("Dialect is matched without a wildcard", dialect::wildcards),
    check("Dialect is never asked with ==", dialect::comparisons),
    check("diff names no kind of object", words::kinds_in_diff),
    check("names say the domain's word", words::names),
    check("work left to do carries a number", words::left_to_do),
    check("no machine's paths", papers::machine_paths),
    check("the changelog has an Unreleased part", papers::changelog),
    check(
        "generated files say so in their first line",
        papers::generated,
    ),
    check("fixtures belong to a kind", papers::fixtures),
    check("journeys are all listed", papers::journeys),
];

/// What breaks the invariants of the repository, one paragraph for each; empty where all hold.
pub fn report(repository: &Repository) -> String {
    let mut report = String::new();
    for check in CHECKS {
        let found = (check.find)(repository);
        if !found.is_empty() {
            report.push_str(&format!("{}:\n", check.sentence));
        }
        for violation in found {
            report.push_str(&format!("  {violation}\n"));
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_its_invariants() {
        let repository = Repository::read(&crate::root()).unwrap();
        let report = report(&repository);
        assert!(report.is_empty(), "\n{report}");
    }
}
