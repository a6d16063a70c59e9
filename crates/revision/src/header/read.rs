//! Reading a header, and no more of the file than the header.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Span};

use super::value::{CatalogHashes, Header, Key, Message, Proof, ProvenOn};
use super::write::FIRST_LINE;
use crate::id::{BadId, Label, RevisionId};
use crate::near::nearest;
use crate::place::Source;
use crate::problem::{FileProblem, ReadError};
use crate::time::Timestamp;

/// Where a key stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeaderLine {
    /// The line without its end.
    pub(crate) line: Span,
    /// The value alone.
    pub(crate) value: Span,
}

/// What came of reading a header.
pub(crate) struct HeaderRead {
    /// The header; only worth something where nothing is wrong.
    pub(crate) header: Header,
    /// Where each key stands.
    pub(crate) lines: BTreeMap<Key, HeaderLine>,
    /// Where the first line starts that is neither header nor comment; nowhere in a file that is
    /// no revision file.
    pub(crate) body: Option<usize>,
    /// Everything that is wrong.
    pub(crate) problems: Vec<FileProblem>,
}

/// Reads the header of a file, up to the first marker or the first line that is no comment.
pub(crate) fn read(source: &Source) -> HeaderRead {
    let mut reader = Reader {
        source,
        lines: BTreeMap::new(),
        problems: Vec::new(),
    };
    let body = reader.lines();
    let header = match body {
        Some(_) => reader.header(),
        None => Header::new(RevisionId::from_random([0; 6])),
    };
    HeaderRead {
        header,
        lines: reader.lines,
        body,
        problems: reader.problems,
    }
}

/// Whether the text of a line comment, behind its `--`, means to open a section.
pub(crate) fn is_marker(comment: &str) -> bool {
    let Some(inner) = comment.trim().strip_prefix('[') else {
        return false;
    };
    let word = inner
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    inner.ends_with(']') || word.eq_ignore_ascii_case("up") || word.eq_ignore_ascii_case("down")
}

struct Reader<'a> {
    source: &'a Source,
    lines: BTreeMap<Key, HeaderLine>,
    problems: Vec<FileProblem>,
}

/// Whether a blank line has been seen, behind which comments are free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    Header,
    Comments,
}

impl Reader<'_> {
    fn report(&mut self, span: Span, error: ReadError) {
        self.problems
            .push(FileProblem::new(self.source, span, error));
    }

    /// Finds the keys and the start of the body.
    fn lines(&mut self) -> Option<usize> {
        let text = &*self.source.text;
        let mut at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let first = line_at(text, at);
        if is_first_line(first.slice(text)) {
            at = after(text, first);
        } else {
            self.report(first, ReadError::NotARevision);
            return None;
        }
        let mut zone = Zone::Header;
        while at < text.len() {
            let line = line_at(text, at);
            let trimmed = line.slice(text).trim();
            let Some(comment) = trimmed.strip_prefix("--") else {
                if !trimmed.is_empty() {
                    break;
                }
                zone = Zone::Comments;
                at = after(text, line);
                continue;
            };
            if is_marker(comment) {
                break;
            }
            self.comment(line, zone);
            at = after(text, line);
        }
        Some(at)
    }

    /// Takes one line comment of the header, or above the first section.
    fn comment(&mut self, line: Span, zone: Zone) {
        let text = &*self.source.text;
        let whole = line.slice(text);
        let dashes = line.start + whole.len() - whole.trim_start().len();
        let content = trimmed(text, Span::new(dashes + 2, line.end));
        let colon = content.slice(text).find(':');
        let word = content.slice(text)[..colon.unwrap_or(0)].trim_end();
        let key = Key::from_name(word);
        match (zone, key, colon) {
            (Zone::Header, Some(key), Some(colon)) => {
                let value = trimmed(text, Span::new(content.start + colon + 1, line.end));
                match self.lines.entry(key) {
                    Entry::Vacant(entry) => {
                        entry.insert(HeaderLine { line, value });
                    }
                    Entry::Occupied(_) => {
                        self.report(trimmed(text, line), ReadError::DuplicateKey(key));
                    }
                }
            }
            (Zone::Header, None, Some(_))
                if !word.is_empty() && !word.contains(char::is_whitespace) =>
            {
                let near = nearest(word, Key::ALL.map(Key::name)).and_then(Key::from_name);
                let span = Span::new(content.start, content.start + word.len());
                self.report(
                    span,
                    ReadError::UnknownKey {
                        key: word.to_owned(),
                        near,
                    },
                );
            }
            (Zone::Header, ..) if content.is_empty() || is_first_line(whole) => {}
            (Zone::Header, ..) => self.report(trimmed(text, line), ReadError::HeaderLine),
            (Zone::Comments, Some(key), _) => {
                self.report(trimmed(text, line), ReadError::KeyAfterHeader(key))
            }
            (Zone::Comments, None, _) => {}
        }
    }

    fn header(&mut self) -> Header {
        let id = self
            .own_id()
            .unwrap_or_else(|| RevisionId::from_random([0; 6]));
        let is_base = self.is_one_of(Key::Parent, &["none"]);
        let is_reversible = self.is_one_of(Key::Irreversible, &["no", "false"]);
        Header {
            id,
            parents: if is_base {
                Vec::new()
            } else {
                self.ids(Key::Parent, RevisionId::parse)
            },
            message: self.message(Key::Message).unwrap_or_default(),
            created: self.created(),
            labels: self.ids(Key::Labels, Label::parse),
            depends_on: self.ids(Key::DependsOn, RevisionId::parse),
            dialects: self.dialects(),
            proven: self.proof(),
            catalog: self.catalog(),
            not_atomic: self.message(Key::NotAtomic),
            irreversible: self.message(Key::Irreversible).filter(|_| !is_reversible),
        }
    }

    fn own_id(&mut self) -> Option<RevisionId> {
        if let Some(value) = self.value(Key::Id) {
            return self.id(Key::Id, value, RevisionId::parse);
        }
        let first_line = line_at(&self.source.text, 0);
        let span = self
            .lines
            .get(&Key::Id)
            .map_or(first_line, |found| found.line);
        self.report(span, ReadError::MissingKey(Key::Id));
        None
    }

    /// The value of a key, not empty.
    fn value(&self, key: Key) -> Option<Span> {
        self.lines
            .get(&key)
            .map(|found| found.value)
            .filter(|value| !value.is_empty())
    }

    /// Whether the value is one of these words for nothing.
    fn is_one_of(&self, key: Key, words: &[&str]) -> bool {
        self.value(key)
            .is_some_and(|value| words.contains(&value.slice(&self.source.text)))
    }

    /// The parts of a value between its commas; a part may be empty.
    fn items(&self, key: Key) -> Vec<Span> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let text = &*self.source.text;
        let mut items = Vec::new();
        let mut start = value.start;
        for part in value.slice(text).split(',') {
            items.push(trimmed(text, Span::new(start, start + part.len())));
            start += part.len() + 1;
        }
        items
    }

    fn id<T>(&mut self, key: Key, span: Span, parse: fn(&str) -> Result<T, BadId>) -> Option<T> {
        match parse(span.slice(&self.source.text)) {
            Ok(id) => Some(id),
            Err(source) => {
                self.report(span, ReadError::Id { key, source });
                None
            }
        }
    }

    fn ids<T: PartialEq>(&mut self, key: Key, parse: fn(&str) -> Result<T, BadId>) -> Vec<T> {
        let mut ids = Vec::new();
        for span in self.items(key) {
            let Some(id) = self.id(key, span, parse) else {
                continue;
            };
            if ids.contains(&id) {
                self.report(
                    span,
                    ReadError::Repeated(span.slice(&self.source.text).to_owned()),
                );
            } else {
                ids.push(id);
            }
        }
        ids
    }

    fn message(&self, key: Key) -> Option<Message> {
        self.value(key)
            .map(|value| Message::from_text(value.slice(&self.source.text)))
    }

    fn created(&mut self) -> Option<Timestamp> {
        let span = self.value(Key::Created)?;
        let text = span.slice(&self.source.text);
        let time = Timestamp::parse(text);
        if time.is_none() {
            self.report(span, ReadError::Date(text.to_owned()));
        }
        time
    }

    fn dialect(&mut self, span: Span) -> Option<Dialect> {
        let word = span.slice(&self.source.text);
        let dialect = word.parse().ok();
        if dialect.is_none() {
            let near = nearest(word, Dialect::ALL.map(Dialect::name));
            self.report(
                span,
                ReadError::UnknownDialect {
                    word: word.to_owned(),
                    near,
                },
            );
        }
        dialect
    }

    fn dialects(&mut self) -> BTreeSet<Dialect> {
        let items = self.items(Key::Dialects);
        items
            .into_iter()
            .filter_map(|span| self.dialect(span))
            .collect()
    }

    fn proof(&mut self) -> Proof {
        let Some(value) = self.value(Key::Proven) else {
            return Proof::No(None);
        };
        let text = &*self.source.text;
        if let Some(rest) = value.slice(text).strip_prefix("no")
            && (rest.is_empty() || rest.starts_with([' ', ',', '(']))
        {
            let reason = rest.trim_matches([' ', ',', ':']);
            let reason = reason
                .strip_prefix('(')
                .and_then(|inner| inner.strip_suffix(')'))
                .unwrap_or(reason);
            return Proof::No((!reason.trim().is_empty()).then(|| Message::from_text(reason)));
        }
        let mut servers = Vec::new();
        for span in self.items(Key::Proven) {
            let item = span.slice(text);
            let Some((word, version)) = item.split_once(char::is_whitespace) else {
                self.report(span, ReadError::Proof(item.to_owned()));
                continue;
            };
            if let Some(dialect) = self.dialect(Span::new(span.start, span.start + word.len())) {
                servers.push(ProvenOn {
                    dialect,
                    version: Message::from_text(version),
                });
            }
        }
        Proof::On(servers)
    }

    fn catalog(&mut self) -> Vec<CatalogHashes> {
        let mut pairs = Vec::new();
        for span in self.items(Key::Catalog) {
            let item = span.slice(&self.source.text);
            let words: Vec<&str> = item.split_whitespace().collect();
            match words[..] {
                [server, before, "→" | "->", after] => pairs.push(CatalogHashes {
                    server: server.to_owned(),
                    before: before.to_owned(),
                    after: after.to_owned(),
                }),
                _ => self.report(span, ReadError::Catalog(item.to_owned())),
            }
        }
        pairs
    }
}

fn is_first_line(line: &str) -> bool {
    line.split_whitespace().eq(FIRST_LINE.split_whitespace())
}

/// The line that starts here, without its end.
fn line_at(text: &str, start: usize) -> Span {
    let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    let line = &text[start..end];
    Span::new(start, start + line.strip_suffix('\r').unwrap_or(line).len())
}

/// Where the line after this one starts.
fn after(text: &str, line: Span) -> usize {
    text[line.end..]
        .find('\n')
        .map_or(text.len(), |i| line.end + i + 1)
}

fn trimmed(text: &str, span: Span) -> Span {
    let part = span.slice(text);
    let start = span.start + part.len() - part.trim_start().len();
    Span::new(start, start + part.trim().len())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::sample::wrong;
    use crate::{Header, RevisionFile};

    fn header(lines: &str) -> Header {
        let file = RevisionFile::parse(
            "a.sql",
            &format!("-- schemist revision\n-- id: a\n{lines}\n"),
        )
        .unwrap();
        file.header().clone()
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = "\
-- schemist revision
-- id: head
-- parnet: 5b7c0f3e1d22
-- parent: 5b7c0f3e1d22,, x y
-- created: yesterday
-- dialects: postgers, oracle
-- proven: postgres
-- catalog: postgres15 4f2a90c1
-- depends_on: b, b
-- colour: red
-- created: 2026-11-20T10:12:00Z
-- and so on

-- labels: late
SELECT 1;
-- [up]
";
        assert_snapshot!(wrong(text), @"
        header key `id` holds a bad id
          m/a.sql:2:8: `head` a word of the target grammar
          help: choose another word
        unknown header key `parnet`
          m/a.sql:3:4: `parnet` did you mean `parent`?
          help: use one of id, parent, message, created, labels, depends_on, dialects, proven, catalog, not_atomic and irreversible
        header key `parent` holds a bad id
          m/a.sql:4:25: `` nothing is here
          help: write letters, digits, `_`, `.` and `-`, and no `-` at the start
        header key `parent` holds a bad id
          m/a.sql:4:27: `x y` holds ' '
          help: write letters, digits, `_`, `.` and `-`, and no `-` at the start
        `yesterday` is no date
          m/a.sql:5:13: `yesterday` expected a date like 2026-11-20T10:12:00Z
          help: write the time in UTC as 2026-11-20T10:12:00Z
        unknown dialect `postgers`
          m/a.sql:6:14: `postgers` did you mean `postgres`?
          help: use one of postgres, sqlite and mysql
        unknown dialect `oracle`
          m/a.sql:6:24: `oracle` not a dialect
          help: use one of postgres, sqlite and mysql
        `postgres` names no dialect with its version
          m/a.sql:7:12: `postgres` expected a dialect and a version
          help: write `-- proven: postgres 15.18`, or `-- proven: no`
        `postgres15 4f2a90c1` is no `<server> <hash before> → <hash after>`
          m/a.sql:8:13: `postgres15 4f2a90c1` expected a server and two hashes
          help: write `-- catalog: postgres15 4f2a90c1 → 91bc03de`, or remove the line
        `b` is listed twice
          m/a.sql:9:19: `b` the second one
          help: remove one of the two
        unknown header key `colour`
          m/a.sql:10:4: `colour` not a key of the header
          help: use one of id, parent, message, created, labels, depends_on, dialects, proven, catalog, not_atomic and irreversible
        header key `created` is given twice
          m/a.sql:11:1: `-- created: 2026-11-20T10:12:00Z` the second one
          help: keep one `created` line; several values stand on it with commas between
        a header line is no `-- key: value`
          m/a.sql:12:1: `-- and so on` expected `-- key: value`
          help: write `-- key: value`, or leave a blank line between header and comments
        header key `labels` stands behind the end of the header
          m/a.sql:14:1: `-- labels: late` the blank line above ends the header
          help: move the line up, above the first blank line
        text stands before the first section
          m/a.sql:15:1: `SELECT 1;` belongs to no section
          help: put `-- [up]` above it
        ");
    }

    #[test]
    fn a_file_of_another_kind_is_told_so() {
        assert_snapshot!(wrong("CREATE TABLE a (x int);\n"), @"
        the file does not begin with `-- schemist revision`
          m/a.sql:1:1: `CREATE TABLE a (x int);` expected `-- schemist revision`
          help: make `-- schemist revision` the first line, or move the file out of the migrations folder
        ");
        assert_snapshot!(wrong(""), @"
        the file does not begin with `-- schemist revision`
          m/a.sql:1:1: `` expected `-- schemist revision`
          help: make `-- schemist revision` the first line, or move the file out of the migrations folder
        ");
        assert_snapshot!(wrong("-- schemist revision\n-- message: a\n"), @"
        the header has no `id`
          m/a.sql:1:1: `-- schemist revision` `id` belongs below this line
          help: add `-- id: <twelve hexadecimal digits>`
        ");
    }

    #[test]
    fn a_header_may_say_little() {
        assert_snapshot!(header("").to_text(), @"
        -- schemist revision
        -- id: a
        -- parent: none
        -- proven: no
        ");
        assert_snapshot!(header("--parent:none\n--\n--   message:   two: and a half  \n-- created: 2026-11-20\n\n-- a comment: of any kind").to_text(), @"
        -- schemist revision
        -- id: a
        -- parent: none
        -- message: two: and a half
        -- created: 2026-11-20T00:00:00Z
        -- proven: no
        ");
    }

    #[test]
    fn a_header_may_say_everything() {
        let all = "\
-- parent: b, c
-- message: it's — done
-- created: 2026-11-20 12:12:00+02:00
-- labels: billing
-- depends_on: d
-- dialects: sqlite, pg
-- proven: no (the server has no right to create a database)
-- catalog: postgres15 4f2a90c1 -> 91bc03de
-- irreversible: the column's values are gone";
        assert_snapshot!(header(all).to_text(), @"
        -- schemist revision
        -- id: a
        -- parent: b, c
        -- message: it's — done
        -- created: 2026-11-20T10:12:00Z
        -- labels: billing
        -- depends_on: d
        -- dialects: postgres, sqlite
        -- proven: no (the server has no right to create a database)
        -- catalog: postgres15 4f2a90c1 → 91bc03de
        -- irreversible: the column's values are gone
        ");
    }
}
