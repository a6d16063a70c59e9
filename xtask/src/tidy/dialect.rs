//! Checks that a new dialect is led through the code by the compiler.

use super::source::{Source, closing};
use super::{Repository, Violation};

/// A wildcard in a `match` whose patterns name dialects.
pub fn wildcards(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &repository.sources {
        for offset in source.word_places("match") {
            let Some(open) = source.code[offset..]
                .find('{')
                .map(|length| offset + length)
            else {
                continue;
            };
            let arms = patterns(source, open);
            if !arms
                .iter()
                .any(|(pattern, _)| pattern.contains("Dialect::"))
            {
                continue;
            }
            let is_wildcard = |pattern: &str| pattern == "_" || pattern.starts_with("_ if");
            let first = arms.iter().find(|(pattern, _)| is_wildcard(pattern));
            if let Some((_, place)) = first {
                found.push(Violation {
                    path: source.path.clone(),
                    line: source.line(*place),
                    why: "a wildcard hides this place from whoever adds a dialect".to_owned(),
                    remedy: "name every dialect".to_owned(),
                });
            }
        }
    }
    found
}

/// The patterns of a `match`, with their places; `open` is its brace.
fn patterns(source: &Source, open: usize) -> Vec<(String, usize)> {
    let code = source.code.as_bytes();
    let end = closing(&source.code, open);
    let mut arms = Vec::new();
    let (mut at, mut start) = (open + 1, open + 1);
    while at < end {
        if code[at..].starts_with(b"=>") {
            let pattern = &source.code[start..at];
            let lead = pattern.len() - pattern.trim_start().len();
            arms.push((pattern.trim().to_owned(), start + lead));
            at = arm_end(source, at + 2, end);
            start = at;
        } else if matches!(code[at], b'{' | b'(' | b'[') {
            at = closing(&source.code, at);
        } else {
            at += 1;
        }
    }
    arms
}

/// The place after an arm's body: its comma, or its block.
fn arm_end(source: &Source, mut at: usize, end: usize) -> usize {
    let code = source.code.as_bytes();
    let body = at + source.code[at..].len() - source.code[at..].trim_start().len();
    if code.get(body) == Some(&b'{') {
        let after = closing(&source.code, body);
        let rest = source.code[after..].trim_start();
        let has_comma = rest.starts_with(',');
        return if has_comma {
            after + source.code[after..].find(',').unwrap_or(0) + 1
        } else {
            after
        };
    }
    while at < end {
        match code[at] {
            b',' => return at + 1,
            b'{' | b'(' | b'[' => at = closing(&source.code, at),
            _ => at += 1,
        }
    }
    end
}

/// Questions for one dialect that a new one would not be asked.
pub fn comparisons(repository: &Repository) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in repository
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        for needle in ["== Dialect::", "!= Dialect::"] {
            for offset in source.places(needle) {
                found.push(Violation {
                    path: source.path.clone(),
                    line: source.line(offset),
                    why: "a comparison hides this place from whoever adds a dialect".to_owned(),
                    remedy: "match on the dialect, or ask for a fact of the product (`has_transactional_ddl`)".to_owned(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Vec<usize> {
        wildcards(&Repository::of(&[("crates/a/src/b.rs", text)]))
            .iter()
            .map(|v| v.line)
            .collect()
    }

    #[test]
    fn a_wildcard_beside_a_dialect_is_found() {
        assert_eq!(
            at("fn a() { match d {\n Dialect::Mysql => f(1, 2),\n _ => {}\n} }"),
            [3]
        );
        assert_eq!(
            at("fn a() { match d {\n Dialect::Mysql => { match x { _ => 1 } }\n _ if b => 2,\n} }"),
            [3]
        );
    }

    #[test]
    fn other_matches_keep_their_wildcards() {
        assert!(
            at("fn a() { match x { Some(1) => Dialect::Mysql, _ => Dialect::Sqlite } }").is_empty()
        );
        assert!(at("fn a() { match d { Dialect::Mysql => match x { 1 => 2, _ => 3 }, Dialect::Sqlite => 4 } }").is_empty());
    }

    #[test]
    fn a_comparison_with_a_dialect_is_found() {
        let repository = Repository::of(&[(
            "crates/a/src/b.rs",
            "fn a() {\n if d == Dialect::Mysql {} }",
        )]);
        assert_eq!(comparisons(&repository).len(), 1);
    }
}
