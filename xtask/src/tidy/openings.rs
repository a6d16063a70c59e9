//! Checks on how crates and modules begin, and on what `lib.rs` and `mod.rs` hold.

use super::source::Source;
use super::{Repository, Violation};

/// `mod.rs` files that hold logic, each with its reason.
const WITH_LOGIC: &[(&str, &str)] = &[(
    "crates/cli/src/commands/mod.rs",
    "the list of commands and their dispatch",
)];

/// Files that do not open with what they are.
pub fn sentences(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in repository.sources.iter().filter(|source| is_ours(source)) {
        let opening: Vec<&str> = source
            .text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(str::trim)
            .collect();
        let first: Vec<&str> = opening
            .iter()
            .copied()
            .take_while(|line| !line.is_empty())
            .collect();
        let sentence = first.join(" ");
        if sentence.is_empty() {
            found.push(opening_missing(
                source,
                "this file does not open with what it is",
            ));
        } else if !sentence.ends_with(['.', ':', '?'])
            || !sentence.starts_with(|c: char| c.is_uppercase() || "`#".contains(c))
        {
            found.push(opening_missing(source, "the opening is not a sentence"));
        } else if source.path.ends_with("/src/lib.rs")
            && opening.iter().filter(|line| !line.is_empty()).count() < 3
        {
            found.push(opening_missing(
                source,
                "the crate does not say why it is apart and what it does not do",
            ));
        }
    }
    found
}

fn opening_missing(source: &Source, why: &str) -> Violation {
    Violation {
        path: source.path.clone(),
        line: 1,
        why: why.to_owned(),
        remedy: "begin with `//!`: a sentence for a module; for a crate also why it is apart and what it leaves out"
            .to_owned(),
    }
}

fn is_ours(source: &Source) -> bool {
    source.path.starts_with("crates/")
        || source.path.starts_with("xtask/")
        || source.path.starts_with("tests/")
}

/// Functions in files that only re-export and explain.
pub fn logic(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.sources {
        let is_list = source.path.ends_with("/src/lib.rs") || source.path.ends_with("/mod.rs");
        let is_excepted = WITH_LOGIC.iter().any(|(path, _)| *path == source.path);
        if !is_list || is_excepted || !source.path.starts_with("crates/") {
            continue;
        }
        for offset in source.word_places("fn") {
            if is_macro_entry(source, offset) || is_type_or_declaration(source, offset) {
                continue;
            }
            found.push(Violation {
                path: source.path.clone(),
                line: source.line(offset),
                why: "lib.rs and mod.rs re-export and explain; they hold no logic".to_owned(),
                remedy: "move the function to a module of its own".to_owned(),
            });
        }
    }
    found
}

/// Entries of procedural macros must stand at the crate's root.
fn is_macro_entry(source: &Source, offset: usize) -> bool {
    let item_start = source.code[..offset].rfind(['}', ';']).unwrap_or(0);
    source.code[item_start..offset].contains("#[proc_macro")
}

/// Whether this `fn` is a pointer's type or a method without a body.
fn is_type_or_declaration(source: &Source, offset: usize) -> bool {
    let after = source.code[offset + 2..].trim_start();
    if after.starts_with('(') {
        return true;
    }
    after
        .find(['{', ';'])
        .is_none_or(|end| after.as_bytes()[end] == b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_is_a_sentence() {
        let at = |text| sentences(&Repository::of(&[("crates/a/src/b.rs", text)])).len();
        assert_eq!(at("//! How a table is\n//! written.\n\n//! More"), 0);
        assert_eq!(at("//! tables\n"), 1);
        assert_eq!(at("use a;\n"), 1);
    }

    #[test]
    fn logic_in_a_list_of_modules_is_found() {
        let at = |path, text| logic(&Repository::of(&[(path, text)])).len();
        assert_eq!(
            at(
                "crates/a/src/lib.rs",
                "mod b;\npub use b::c;\ntrait D { fn e(&self); }"
            ),
            0
        );
        assert_eq!(at("crates/a/src/lib.rs", "fn c() {}"), 1);
        assert_eq!(
            at("crates/a/src/b/mod.rs", "impl A { pub fn c(&self) {} }"),
            1
        );
        assert_eq!(
            at(
                "crates/derive/src/lib.rs",
                "#[proc_macro_derive(Model)]\npub fn model(a: T) -> T { b(a) }"
            ),
            0
        );
    }
}
