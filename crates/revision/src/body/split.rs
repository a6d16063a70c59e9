//! Finding the sections: markers are seen by the lexer, never inside a string, body or comment.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Span, Token, TokenKind, tokens};

use super::marker::{self, Marker};
use super::section::Section;
use crate::header::is_marker;
use crate::place::Source;
use crate::problem::{FileProblem, ReadError};

/// Cuts the text behind the header into sections.
///
/// Each stretch is read by the lexers of all dialects that it may be for; where they disagree on
/// what is a marker, that is a problem and not a guess.
pub(crate) fn split(
    source: &Source,
    body: usize,
    listed: &BTreeSet<Dialect>,
) -> (Vec<Section>, Vec<FileProblem>) {
    let mut problems = Vec::new();
    let every: BTreeSet<Dialect> = if listed.is_empty() {
        Dialect::ALL.into()
    } else {
        listed.clone()
    };
    let mut sections: Vec<Section> = Vec::new();
    let mut found = stretch(source, body, &every, &mut problems);
    if let Some(text) = found.text {
        problems.push(FileProblem::new(source, text, ReadError::TextBeforeSection));
    }
    while let Some(comment) = found.marker {
        let marker = marker::read(source, comment, &mut problems);
        let unlisted = marker.dialects.difference(&every);
        problems.extend(
            unlisted.map(|it| FileProblem::new(source, comment, ReadError::UnlistedSection(*it))),
        );
        found = stretch(source, comment.end, lexers(&marker, &every), &mut problems);
        let end = found.marker.map_or(source.text.len(), |next| {
            line_start(&source.text, next.start)
        });
        let span = Span::new(comment.end, end.max(comment.end));
        sections.push(Section {
            marker,
            marker_span: comment,
            span,
            source: source.clone(),
        });
    }
    (sections, problems)
}

/// The dialects whose lexers read a section.
fn lexers<'a>(marker: &'a Marker, every: &'a BTreeSet<Dialect>) -> &'a BTreeSet<Dialect> {
    if marker.dialects.is_empty() {
        every
    } else {
        &marker.dialects
    }
}

/// What stands between one marker and the next.
#[derive(Clone, Copy, Default)]
struct Stretch {
    /// The rest of the first line that says anything to a database.
    text: Option<Span>,
    /// The comment that is the next marker.
    marker: Option<Span>,
}

fn stretch(
    source: &Source,
    start: usize,
    lexers: &BTreeSet<Dialect>,
    problems: &mut Vec<FileProblem>,
) -> Stretch {
    let mut readings: Vec<(Dialect, Stretch)> = Vec::new();
    let mut unclosed = None;
    for dialect in lexers {
        let (reading, open) = read(&source.text, start, *dialect);
        readings.push((*dialect, reading));
        unclosed = unclosed.or(open);
    }
    let first = readings
        .iter()
        .filter_map(|(_, reading)| reading.marker)
        .min();
    let sees = |reading: &Stretch| reading.marker == first;
    if let Some(place) = first.filter(|_| !readings.iter().all(|(_, reading)| sees(reading))) {
        let names = |wanted: bool| {
            readings
                .iter()
                .filter(|(_, it)| sees(it) == wanted)
                .map(|(name, _)| *name)
                .collect()
        };
        let error = ReadError::AmbiguousMarker {
            marker: names(true),
            text: names(false),
        };
        problems.push(FileProblem::new(source, place, error));
        // What follows would be read wrongly by one or the other.
        return Stretch::default();
    }
    if let Some((span, error)) = unclosed {
        problems.push(FileProblem::new(source, span, error));
    }
    let text = readings
        .iter()
        .filter_map(|(_, reading)| reading.text)
        .min();
    Stretch {
        text,
        marker: first,
    }
}

/// Reads with one lexer up to the next marker, or up to something that is never closed.
fn read(text: &str, start: usize, dialect: Dialect) -> (Stretch, Option<(Span, ReadError)>) {
    let rest = &text[start..];
    let mut found = Stretch::default();
    for Token { kind, span } in tokens(dialect, rest) {
        let place = Span::new(start + span.start, start + span.end);
        match kind {
            TokenKind::Space => {}
            TokenKind::Comment => {
                let is_line = place.slice(text).strip_prefix("--").is_some_and(is_marker);
                if is_line
                    && text[line_start(text, place.start)..place.start]
                        .trim()
                        .is_empty()
                {
                    found.marker = Some(place);
                    return (found, None);
                }
            }
            TokenKind::Unclosed(what) => {
                let line = place
                    .slice(text)
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .trim_end();
                let span = Span::new(place.start, place.start + line.len());
                found.text = found.text.or(Some(span));
                return (found, Some((span, ReadError::Unclosed { what, dialect })));
            }
            _ => {
                let line = text[place.start..]
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .trim_end();
                found.text = found
                    .text
                    .or(Some(Span::new(place.start, place.start + line.len())));
            }
        }
    }
    (found, None)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::RevisionFile;
    use crate::sample::wrong;

    fn sections(body: &str) -> String {
        let file = RevisionFile::parse(
            "m/a.sql",
            &format!("-- schemist revision\n-- id: a\n\n{body}"),
        )
        .unwrap();
        let shown: Vec<String> = file
            .sections()
            .unwrap()
            .iter()
            .map(|it| format!("{}\n{}", it.marker, it.text()))
            .collect();
        shown.join("\n=====\n")
    }

    fn wrong_body(body: &str) -> String {
        wrong(&format!("-- schemist revision\n-- id: a\n\n{body}"))
    }

    #[test]
    fn a_marker_within_a_string_a_body_or_a_comment_is_text() {
        assert_snapshot!(sections("\
-- [up postgres]
SELECT '
-- [down]
', $$
-- [down]
$$ /*
-- [down]
*/, 1 -- [down]
-- see [1]
-- [ ] not done yet
-- [DOWN  pg ,MySQL, New  Transaction]
  -- [up sqlite]
SELECT [
-- [down]
]"), @"
        -- [up postgres]
        SELECT '
        -- [down]
        ', $$
        -- [down]
        $$ /*
        -- [down]
        */, 1 -- [down]
        -- see [1]
        -- [ ] not done yet
        =====
        -- [down postgres, mysql, new transaction]

        =====
        -- [up sqlite]
        SELECT [
        -- [down]
        ]
        ");
    }

    #[test]
    fn a_section_for_all_is_read_in_every_way_that_it_may_be_for() {
        assert_snapshot!(wrong_body("-- [up]\nSELECT $$\n-- [down]\n$$;\n"), @"
        sqlite and mysql would read a section marker here, postgres would not
          m/a.sql:6:1: `-- [down]` a marker or not?
          help: name the dialects of the section above, as in `-- [up postgres]`, so that it is read in their way
        ");
        assert_snapshot!(wrong("-- schemist revision\n-- id: a\n-- dialects: postgres\n\n-- [up]\nSELECT $$\n-- [down]\n$$;\n"), @"nothing is wrong with 1 sections");
    }

    #[test]
    fn what_is_never_closed_does_not_swallow_the_rest_in_silence() {
        assert_snapshot!(wrong_body("-- [up postgres]\nSELECT 'it;\n-- [down]\nSELECT 2;\n"), @"
        nothing closes the string
          m/a.sql:5:8: `'it;` opened here
          help: close it before the section ends
        ");
        assert_snapshot!(wrong_body("-- [up]\nSELECT 'it\\'s';\n-- [down]\nSELECT 2;\n"), @"
        mysql would read a section marker here, postgres and sqlite would not
          m/a.sql:6:1: `-- [down]` a marker or not?
          help: name the dialects of the section above, as in `-- [up postgres]`, so that it is read in their way
        ");
    }

    #[test]
    fn wrong_markers() {
        assert_snapshot!(wrong_body("\
-- [upp postgres]
-- [up postgers, no transactions, whatever]
-- [up, no transaction, new transaction]
-- [down postgres, foreign keys off]
-- [down, foreign keys off]
-- [down postgres
-- [down postgres] and more
-- [up sqlite, sqlite,]
-- [Notes]
"), @"
        unknown section `upp`
          m/a.sql:4:5: `upp` did you mean `up`?
          help: write `-- [up …]` or `-- [down …]`; a comment must not begin with `[` and end with `]`
        unknown section option `postgers`
          m/a.sql:5:8: `postgers` did you mean `postgres`?
          help: use a dialect, `no transaction`, `new transaction` or `foreign keys off`, with commas between
        unknown section option `no transactions`
          m/a.sql:5:18: `no transactions` did you mean `no transaction`?
          help: use a dialect, `no transaction`, `new transaction` or `foreign keys off`, with commas between
        unknown section option `whatever`
          m/a.sql:5:35: `whatever` neither a dialect nor an option
          help: use a dialect, `no transaction`, `new transaction` or `foreign keys off`, with commas between
        a section is both `no transaction` and `new transaction`
          m/a.sql:6:25: `new transaction` keep one of the two
          help: `no transaction` runs each statement on its own, `new transaction` begins another one
        `foreign keys off` stands on a section that is not for sqlite or mysql alone
          m/a.sql:7:20: `foreign keys off` nothing to switch off
          help: write `-- [up sqlite, foreign keys off]`, and a section of its own for postgres
        `foreign keys off` stands on a section that is not for sqlite or mysql alone
          m/a.sql:8:11: `foreign keys off` nothing to switch off
          help: write `-- [up sqlite, foreign keys off]`, and a section of its own for postgres
        a section marker does not end with `]`
          m/a.sql:9:1: `-- [down postgres` expected `]` at the end of the line
          help: write the marker alone on its line: `-- [up postgres, no transaction]`
        a section marker does not end with `]`
          m/a.sql:10:1: `-- [down postgres] and more` expected `]` at the end of the line
          help: write the marker alone on its line: `-- [up postgres, no transaction]`
        `sqlite` is listed twice
          m/a.sql:11:16: `sqlite` the second one
          help: remove one of the two
        unknown section `Notes`
          m/a.sql:12:5: `Notes` not `up` or `down`
          help: write `-- [up …]` or `-- [down …]`; a comment must not begin with `[` and end with `]`
        ");
    }

    #[test]
    fn a_section_that_would_never_be_used() {
        assert_snapshot!(wrong("-- schemist revision\n-- id: a\n-- dialects: sqlite\n\n-- [up mysql]\n"), @"
        a section is for mysql, which `dialects` does not list
          m/a.sql:5:1: `-- [up mysql]` would never be used
          help: add mysql to `-- dialects:`, or remove the section
        ");
    }

    #[test]
    fn text_before_the_first_section() {
        assert_snapshot!(wrong_body("-- fine\n/* fine */\nCREATE TABLE a (x int); -- not fine\n-- [up]\n"), @"
        text stands before the first section
          m/a.sql:6:1: `CREATE TABLE a (x int); -- not fine` belongs to no section
          help: put `-- [up]` above it
        ");
        assert_snapshot!(wrong_body("CREATE TABLE a (x int);\n"), @"
        text stands before the first section
          m/a.sql:4:1: `CREATE TABLE a (x int);` belongs to no section
          help: put `-- [up]` above it
        ");
    }
}
