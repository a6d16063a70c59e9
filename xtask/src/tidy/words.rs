//! Checks on the words in the code.

use super::{Repository, Violation};

/// Endings that say nothing about what a type is.
const EMPTY_ENDINGS: [&str; 7] = [
    "Manager", "Handler", "Helper", "Helpers", "Util", "Utils", "Info",
];

/// Kinds of object that are named in diff.
pub fn kinds_in_diff(repository: &Repository) -> Vec<Violation> {
    let list = repository
        .text("crates/catalog/src/object/mod.rs")
        .unwrap_or_default();
    let modules = list
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let kinds: Vec<String> = modules.map(camel_case).collect();
    let mut found = Vec::new();
    for source in repository
        .sources
        .iter()
        .filter(|source| source.crate_name() == Some("diff"))
    {
        for kind in &kinds {
            // `Kind::Name` is found below, also where the kind has another name than its module.
            let alone = |offset: &usize| !source.code[..*offset].ends_with("Kind::");
            for offset in source.word_places(kind).into_iter().filter(alone) {
                found.push(Violation {
                    path: source.path.clone(),
                    line: source.line(offset),
                    why: format!("diff names the kind `{kind}`"),
                    remedy: ASK_THE_OBJECT.to_owned(),
                });
            }
        }
        for offset in source.word_places("Kind::") {
            let name = &source.code[offset + "Kind::".len()..];
            if name.starts_with("ALL") {
                continue;
            }
            found.push(Violation {
                path: source.path.clone(),
                line: source.line(offset),
                why: "diff names one kind".to_owned(),
                remedy: ASK_THE_OBJECT.to_owned(),
            });
        }
    }
    found
}

const ASK_THE_OBJECT: &str =
    "ask the object what it needs; what is special about a kind is in its file in catalog";

fn camel_case(module: &str) -> String {
    let mut name = String::new();
    for word in module.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// Types whose names do not say what they are.
pub fn names(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.sources {
        for word in ["struct", "enum", "trait", "type"] {
            for offset in source.word_places(word) {
                let rest = source.code[offset + word.len()..].trim_start();
                let name = rest
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default();
                if EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending))
                    || name.ends_with("Data")
                {
                    found.push(Violation {
                        path: source.path.clone(),
                        line: source.line(offset),
                        why: format!("`{name}` does not say what it is"),
                        remedy: "use the domain's word".to_owned(),
                    });
                }
            }
        }
    }
    found
}

/// Marks of work left to do that nobody can follow.
pub fn left_to_do(repository: &Repository) -> Vec<Violation> {
    let mark = concat!("TO", "DO");
    let mut found = Vec::new();
    for source in &repository.sources {
        for (offset, _) in source.comments.match_indices(mark) {
            let after = &source.comments[offset + mark.len()..];
            let digits = after.trim_start_matches(['(', '#', ' ']);
            if !digits.starts_with(|c: char| c.is_ascii_digit()) {
                found.push(Violation {
                    path: source.path.clone(),
                    line: source.line(offset),
                    why: "work left to do without a number".to_owned(),
                    remedy: "do it, or write the number of its issue".to_owned(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_named_in_diff_is_found() {
        let repository = Repository::of(&[
            (
                "crates/catalog/src/object/mod.rs",
                "mod comment;\npub mod table;\npub mod foreign_key;\n",
            ),
            (
                "crates/diff/src/order.rs",
                "// Table\nfn a(n: NodeTable) {\n Kind::Enum; Kind::ALL;\n Object::ForeignKey }",
            ),
        ]);
        let found: Vec<String> = kinds_in_diff(&repository)
            .iter()
            .map(|v| format!("{} {}", v.line, v.why))
            .collect();
        assert_eq!(
            found,
            [
                "4 diff names the kind `ForeignKey`",
                "3 diff names one kind"
            ]
        );
    }

    #[test]
    fn empty_names_are_found() {
        let text = "struct TableInfo;\nstruct Information;\nenum SqlHelper {}";
        let repository = Repository::of(&[("crates/a/src/b.rs", text)]);
        assert_eq!(
            names(&repository)
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>(),
            [1, 3]
        );
    }

    #[test]
    fn work_left_to_do_carries_a_number() {
        let mark = concat!("TO", "DO");
        let text = format!("// {mark}(#12) a\n// {mark} b\n");
        let repository = Repository::of(&[("crates/a/src/b.rs", &text)]);
        assert_eq!(
            left_to_do(&repository)
                .iter()
                .map(|v| v.line)
                .collect::<Vec<_>>(),
            [2]
        );
    }
}
