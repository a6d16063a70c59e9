//! Rust source as code alone, as comments alone, and with its tests marked.

use std::ops::Range;

/// One `.rs` file.
///
/// `code` and `comments` have the length of `text`: what does not belong to them is blank, so that an
/// offset means the same place in all three.
pub struct Source {
    /// The path from the repository's root, with `/` between its parts.
    pub path: String,
    /// The file as it is.
    pub text: String,
    /// The file without comments and without the insides of strings and characters.
    pub code: String,
    /// The file's comments.
    pub comments: String,
    tests: Vec<Range<usize>>,
}

impl Source {
    /// Reads a file's text.
    pub fn parse(path: &str, text: &str) -> Self {
        let (code, comments) = separate(text);
        let tests = if is_test_file(path) {
            std::iter::once(0..text.len() + 1).collect()
        } else {
            test_items(&code)
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            comments,
            tests,
        }
    }

    /// The crate's folder name where the file is in `crates/<name>/src`.
    pub fn crate_name(&self) -> Option<&str> {
        self.path
            .strip_prefix("crates/")?
            .split_once("/src/")
            .map(|(name, _)| name)
    }

    /// Whether the place belongs to a test.
    pub fn is_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&offset))
    }

    /// The line of a place, counted from one.
    pub fn line(&self, offset: usize) -> usize {
        self.text.as_bytes()[..offset]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1
    }

    /// Every place outside tests where the code holds this text.
    pub fn places(&self, needle: &str) -> Vec<usize> {
        let found = self.code.match_indices(needle).map(|(offset, _)| offset);
        found.filter(|offset| !self.is_test(*offset)).collect()
    }

    /// Every place outside tests where the code holds this text as whole words.
    pub fn word_places(&self, word: &str) -> Vec<usize> {
        let is_apart = |offset: &usize| {
            let before = self.code[..*offset].chars().next_back();
            let after = self.code[*offset + word.len()..]
                .chars()
                .next()
                .filter(|_| word.ends_with(char::is_alphanumeric));
            ![before, after]
                .into_iter()
                .flatten()
                .any(|c| c.is_alphanumeric() || c == '_')
        };
        self.places(word).into_iter().filter(is_apart).collect()
    }
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.starts_with("tests/")
        || path.contains("/tests/")
        || path.contains("/benches/")
}

/// The places of the items under `#[cfg(test)]`.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    for (start, marker) in code.match_indices("#[cfg(test)]") {
        let rest = &code[start + marker.len()..];
        let Some(first) = rest.find(['{', ';']) else {
            continue;
        };
        let open = start + marker.len() + first;
        let end = if code.as_bytes()[open] == b';' {
            open + 1
        } else {
            closing(code, open)
        };
        items.push(start..end);
    }
    items
}

/// The place after the bracket that closes the one at `open`.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (offset, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return offset + 1;
        }
    }
    code.len()
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Comment,
    Text,
}

/// Splits a file into its code and its comments.
fn separate(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let mut code = vec![b' '; bytes.len()];
    let mut comments = code.clone();
    let mut at = 0;
    while at < bytes.len() {
        let (part, end) = next_part(text, at);
        for offset in at..end {
            let byte = bytes[offset];
            let is_code = part == Part::Code
                || (part == Part::Text && (byte == b'"' && (offset == at || offset + 1 == end)));
            if byte == b'\n' || (is_code && byte.is_ascii()) {
                code[offset] = byte;
            }
            if byte == b'\n' || (part == Part::Comment && byte.is_ascii()) {
                comments[offset] = byte;
            }
        }
        at = end;
    }
    let plain = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (plain(code), plain(comments))
}

/// What begins at `at`, and where it ends.
fn next_part(text: &str, at: usize) -> (Part, usize) {
    let rest = &text.as_bytes()[at..];
    if rest.starts_with(b"//") {
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
        return (Part::Comment, at + length);
    }
    if rest.starts_with(b"/*") {
        return (Part::Comment, at + block_comment(rest));
    }
    if rest[0] == b'"' {
        return (Part::Text, at + quoted(rest));
    }
    if rest[0] == b'\'' {
        return match character(&text[at..]) {
            Some(length) => (Part::Text, at + length),
            None => (Part::Code, at + 1),
        };
    }
    let follows_word = text.as_bytes()[..at]
        .last()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if !follows_word && let Some(length) = raw_string(rest) {
        return (Part::Text, at + length);
    }
    (Part::Code, at + 1)
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a character literal; `None` where the quote begins a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    if inside.starts_with('\\') {
        let end = inside[2..].find('\'')?;
        return Some(1 + 2 + end + 1);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8() + 2)
}

/// The length of a raw string; `None` where none begins here.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let prefix = [b"r".as_slice(), b"br", b"cr"].into_iter().find(|prefix| {
        rest.starts_with(prefix) && matches!(rest.get(prefix.len()), Some(b'"' | b'#'))
    })?;
    let hashes = rest[prefix.len()..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let open = prefix.len() + hashes;
    if rest.get(open) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'"'];
    end.resize(hashes + 1, b'#');
    let inside = &rest[open + 1..];
    let length = inside
        .windows(end.len())
        .position(|window| window == end.as_slice())?;
    Some(open + 1 + length + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_leave_the_code() {
        let source = Source::parse(
            "a.rs",
            "let a = \"x // y\"; // why é\nlet b = r#\"\"{\"#; /* /* } */ */ let c = '{'; let d: &'a u8;",
        );
        assert_eq!(source.code.len(), source.text.len());
        assert_eq!(
            source.code.split_whitespace().collect::<Vec<_>>().join(" "),
            "let a = \" \"; let b = ; let c = ; let d: &'a u8;"
        );
        assert_eq!(
            source
                .comments
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            "// why /* /* } */ */"
        );
    }

    #[test]
    fn tests_are_known_by_their_attribute_and_by_their_file() {
        let source = Source::parse(
            "crates/a/src/b.rs",
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}",
        );
        let is_test = |needle| source.is_test(source.text.find(needle).unwrap());
        assert_eq!(["fn a", "fn b", "fn c"].map(is_test), [false, true, false]);
        assert!(Source::parse("crates/a/tests/b.rs", "fn a() {}").is_test(0));
    }
}
