//! Blanks out what makes a parser read more of a Rust file than is asked for, so that every place in it stays.

use std::ops::Range;

use crate::source::Comments;

/// The file without what Rust passes over at its start, and with documentation that nobody asks for as plain
/// comments: it is a good part of a file of models, and each line of it would become five tokens.
pub(super) fn blanked(text: &str, comments: Comments) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    blank(&mut bytes, 0..mark);
    // `#![…]` is an attribute of the file, and no line for a shell.
    if text[mark..].starts_with("#!") && !text[mark + 2..].trim_start().starts_with('[') {
        blank(&mut bytes, 0..text.find('\n').unwrap_or(text.len()));
    }
    match comments {
        Comments::Written => {
            for mark in documentation(&bytes) {
                blank(&mut bytes, mark..mark + 1);
            }
        }
        Comments::Documentation => {}
    }
    // Whole characters were replaced.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in &mut bytes[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// The third sign of each comment that is documentation, which makes it that.
///
/// See <https://doc.rust-lang.org/reference/comments.html>, and
/// <https://doc.rust-lang.org/reference/tokens.html> for what else may hold the signs of a comment.
fn documentation(bytes: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    let is_sign = |byte: &u8| matches!(byte, b'/' | b'"' | b'\'');
    while let Some(next) = bytes[at..].iter().position(is_sign) {
        at += next;
        let rest = &bytes[at..];
        let length = match rest {
            [b'/', b'/', ..] => {
                let is_documentation = match rest {
                    [_, _, b'/', after @ ..] => after.first() != Some(&b'/'),
                    _ => rest.get(2) == Some(&b'!'),
                };
                found.extend(is_documentation.then_some(at + 2));
                let end = rest.iter().position(|byte| *byte == b'\n');
                end.unwrap_or(rest.len())
            }
            [b'/', b'*', ..] => {
                let is_documentation = match rest {
                    [_, _, b'*', after @ ..] => !matches!(after.first(), Some(b'*' | b'/')),
                    _ => rest.get(2) == Some(&b'!'),
                };
                found.extend(is_documentation.then_some(at + 2));
                block_comment(rest)
            }
            [b'"', ..] => match hashes_of_raw(&bytes[..at]) {
                Some(hashes) => raw(rest, hashes),
                None => quoted(rest, b'"'),
            },
            [b'\'', ..] => character_or_lifetime(rest),
            _ => 1,
        };
        at += length;
    }
    found
}

/// The length of a comment that may hold others.
fn block_comment(bytes: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < bytes.len() {
        let step = match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of what begins with a quotation mark and ends with the same, unless that is escaped.
fn quoted(bytes: &[u8], mark: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == mark => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `'a'` and `'\''` are characters, `'a` is a lifetime.
fn character_or_lifetime(bytes: &[u8]) -> usize {
    if bytes.get(1) == Some(&b'\\') {
        return quoted(bytes, b'\'');
    }
    // A character has one to four bytes, those behind its first are no first ones of others.
    let mut after = 2;
    while bytes.get(after).is_some_and(|byte| byte & 0xc0 == 0x80) {
        after += 1;
    }
    if bytes.get(after) == Some(&b'\'') {
        after + 1
    } else {
        1
    }
}

/// How many signs `#` stand between a quotation mark and the word that makes a raw string of it.
fn hashes_of_raw(before: &[u8]) -> Option<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let last = |bytes: &[u8], is: &dyn Fn(&u8) -> bool| {
        bytes.iter().rev().take_while(|byte| is(byte)).count()
    };
    let hashes = last(before, &|byte| *byte == b'#');
    let before = &before[..before.len() - hashes];
    let word = &before[before.len() - last(before, &is_word)..];
    matches!(word, b"r" | b"br" | b"cr").then_some(hashes)
}

/// The length of a raw string from its quotation mark on.
fn raw(bytes: &[u8], hashes: usize) -> usize {
    let mut at = 1;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'"') {
        at += next + 1;
        let closing = bytes[at..].iter().take(hashes);
        if closing.filter(|byte| **byte == b'#').count() == hashes {
            return at + hashes;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use insta::assert_snapshot;
    use proc_macro2::{Delimiter, TokenStream, TokenTree};

    use super::*;

    #[test]
    fn only_documentation_is_made_a_comment() {
        let source = r####"//! of the file
//// none
/***/ /**/ /*** none */ /*! inner */
/* one /* in */ another */ struct A<'a> { // plain
    /// é of the field
    #[column(check("a // b /* c \" // d"), default = r#"'" // e'"#)]
    r#type: &'a str, b: char = '"', c: char = '\'', d: u8 = b'"', e: char = 'é', // last
}
const F: &[u8] = br"\"; /** g */ const H: &str = c"// i""####;
        assert_snapshot!(blanked(source, Comments::Written), @r####"
        //  of the file
        //// none
        /***/ /**/ /*** none */ /*  inner */
        /* one /* in */ another */ struct A<'a> { // plain
            //  é of the field
            #[column(check("a // b /* c \" // d"), default = r#"'" // e'"#)]
            r#type: &'a str, b: char = '"', c: char = '\'', d: u8 = b'"', e: char = 'é', // last
        }
        const F: &[u8] = br"\"; /*  g */ const H: &str = c"// i"
        "####);
        assert_eq!(blanked(source, Comments::Documentation), source);
    }

    #[test]
    fn what_has_no_end_is_left_to_the_parser() {
        for source in [
            "'",
            "'\\",
            "\"a",
            "r#\"a\"",
            "/* a /* b */",
            "r",
            "b'",
            "'é",
            "/",
        ] {
            assert_eq!(blanked(source, Comments::Written).len(), source.len());
        }
    }

    /// The tokens without documentation.
    fn tokens(source: &str) -> String {
        let tokens: TokenStream = source.parse().unwrap();
        undocumented(tokens).to_string()
    }

    fn undocumented(tokens: TokenStream) -> TokenStream {
        let mut kept: Vec<TokenTree> = Vec::new();
        for token in tokens {
            let TokenTree::Group(group) = token else {
                kept.push(token);
                continue;
            };
            let inner = undocumented(group.stream());
            let first = inner.clone().into_iter().next();
            let is_documentation = group.delimiter() == Delimiter::Bracket
                && first.is_some_and(|first| first.to_string() == "doc");
            if is_documentation {
                let is_sign = |token: &TokenTree| matches!(token.to_string().as_str(), "#" | "!");
                while kept.last().is_some_and(is_sign) {
                    kept.pop();
                }
            } else {
                kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
            }
        }
        kept.into_iter().collect()
    }

    #[test]
    fn the_files_of_this_repository_keep_their_tokens() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![folder.clone(), folder.join("../../sql/src")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let source = std::fs::read_to_string(&path).unwrap();
                    let blanked = blanked(&source, Comments::Written);
                    assert_eq!(tokens(&blanked), tokens(&source), "{}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }
}
