//! Checks on the shape of files, parameters and imports.

use super::source::{Source, closing};
use super::{LONGEST_FILE, Repository, Violation};

fn violation(source: &Source, offset: usize, why: &str, remedy: &str) -> Violation {
    Violation {
        path: source.path.clone(),
        line: source.line(offset),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// Files that are too long.
pub fn length(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.sources {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            found.push(Violation {
                path: source.path.clone(),
                line: LONGEST_FILE + 1,
                why: format!("{lines} lines, where {LONGEST_FILE} are the most"),
                remedy: "give one of its reasons to exist a file of its own".to_owned(),
            });
        }
    }
    found
}

/// Parameters whose meaning cannot be read at the call.
pub fn boolean_parameters(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in repository
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        for offset in source.word_places("fn") {
            let Some(length) = source.code[offset..].find(['(', '{', ';']) else {
                continue;
            };
            let open = offset + length;
            if source.code.as_bytes()[open] != b'(' {
                continue;
            }
            // The standard library's own trait, which turns the boolean into a word.
            if source.code[offset..open].ends_with(" from") {
                continue;
            }
            let parameters = &source.code[open..closing(&source.code, open)];
            if parameters.contains(": bool") || parameters.contains(": &bool") {
                found.push(violation(
                    source,
                    offset,
                    "a boolean parameter says nothing at the call",
                    "take an enum with two names",
                ));
            }
        }
    }
    found
}

/// Imports that do not say what they import.
pub fn glob_imports(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.sources {
        for offset in source.word_places("use") {
            let Some(length) = source.code[offset..].find(';') else {
                continue;
            };
            if source.code[offset..offset + length].contains("::*") {
                found.push(violation(
                    source,
                    offset,
                    "a glob import outside tests",
                    "name what is imported",
                ));
            }
        }
    }
    found
}

/// Maps whose order changes from run to run.
pub fn unordered_maps(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in repository
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        for word in ["HashMap", "HashSet"] {
            for offset in source.word_places(word) {
                found.push(violation(
                    source,
                    offset,
                    "same input, same bytes out: this has no order",
                    "use BTreeMap or BTreeSet",
                ));
            }
        }
    }
    found
}

/// SQL that is made by filling a text's holes.
pub fn interpolated_sql(repository: &Repository) -> Vec<Violation> {
    const VERBS: [&str; 12] = [
        "CREATE ", "ALTER ", "DROP ", "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "COMMENT ",
        "SET ", "PRAGMA ", "GRANT ", "REVOKE ",
    ];
    let mut found = Vec::new();
    for source in repository
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        for name in ["format!(", "write!(", "writeln!("] {
            for offset in source.places(name) {
                let end = closing(&source.code, offset + name.len() - 1);
                let text = source.text[offset + name.len()..end].trim_start();
                let Some(quote) = text.find('"') else {
                    continue;
                };
                let inside = &text[quote + 1..];
                let until = inside.find('"').unwrap_or(inside.len());
                let is_sql = VERBS.iter().any(|verb| inside.starts_with(verb));
                if is_sql && inside[..until].contains('{') {
                    found.push(violation(
                        source,
                        offset,
                        "a value is pasted into SQL",
                        "write it with schemist_sql::Script: ident(), literal(), keyword()",
                    ));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(find: fn(&Repository) -> Vec<Violation>, text: &str) -> Vec<usize> {
        find(&Repository::of(&[("crates/a/src/b.rs", text)]))
            .iter()
            .map(|v| v.line)
            .collect()
    }

    #[test]
    fn a_long_file_is_found() {
        assert!(at(length, &"\n".repeat(600)).is_empty());
        assert_eq!(at(length, &"\n".repeat(601)), [601]);
    }

    #[test]
    fn a_boolean_parameter_is_found() {
        assert_eq!(at(boolean_parameters, "fn a<T>(b: u8,\n c: bool) {}"), [1]);
        assert!(
            at(
                boolean_parameters,
                "fn a(b: u8) -> bool { let c: bool = true; c }"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_glob_import_is_found_outside_tests() {
        let text = "use a::b;\nuse c::{d, e::*};\n#[cfg(test)]\nmod tests { use super::*; }";
        assert_eq!(at(glob_imports, text), [2]);
    }

    #[test]
    fn a_map_without_an_order_is_found() {
        assert_eq!(
            at(unordered_maps, "// HashMap\nuse std::collections::HashMap;"),
            [2]
        );
    }

    #[test]
    fn a_value_pasted_into_sql_is_found() {
        assert_eq!(
            at(
                interpolated_sql,
                "fn a() { format!(\"DROP TABLE {name}\"); }"
            ),
            [1]
        );
        assert!(
            at(
                interpolated_sql,
                "fn a() { format!(\"cannot drop {name}\"); f(\"DROP TABLE a\"); }"
            )
            .is_empty()
        );
    }
}
