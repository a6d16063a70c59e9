//! What holds for every file, tried on a file that was damaged in every way we can think of.

use crate::sample::ENUM_VALUE;
use crate::{Direction, FileErrors, Header, RevisionFile};

/// The file cut off at every place at either end, and with every character replaced or left out.
fn damaged() -> Vec<String> {
    let mut texts = Vec::new();
    for (at, c) in ENUM_VALUE.char_indices() {
        let (before, after) = (&ENUM_VALUE[..at], &ENUM_VALUE[at + c.len_utf8()..]);
        texts.push(before.to_owned());
        texts.push(after.to_owned());
        texts.extend(
            ["", "→", "[", "'", "-", ":", ",", "\n", "\r\n"]
                .map(|with| format!("{before}{with}{after}")),
        );
    }
    texts
}

/// Every place must be shown, so its span must be one of whole characters.
fn look_at(errors: &FileErrors) {
    assert!(!errors.problems().is_empty());
    for problem in errors.problems() {
        let (line, column) = problem.place.line_column();
        assert!(
            line > 0 && column > 0 && problem.place.marked().len() <= problem.place.source.len()
        );
        assert!(!problem.error.remedy().is_empty());
    }
}

#[test]
fn a_damaged_file_is_read_or_explained() {
    let (mut read, mut explained) = (0, 0);
    for text in damaged() {
        let file = match RevisionFile::parse("a.sql", &text) {
            Ok(file) => file,
            Err(errors) => {
                look_at(&errors);
                explained += 1;
                continue;
            }
        };
        read += 1;
        match file.sections() {
            Ok(sections) => {
                let covered: usize = sections
                    .iter()
                    .map(|it| it.marker_span.len() + it.span.len())
                    .sum();
                assert!(covered <= text.len());
            }
            Err(errors) => look_at(&errors),
        }
        for dialect in schemist_sql::Dialect::ALL {
            for direction in [Direction::Up, Direction::Down] {
                if let Err(error) = file.checksum(dialect, direction) {
                    assert!(!error.places().is_empty() && !error.remedy().is_empty());
                }
            }
        }
    }
    assert!(read > 1_000 && explained > 1_000, "{read} {explained}");
}

#[test]
fn an_edited_header_reads_as_it_was_meant_and_the_body_stays() {
    let whole = RevisionFile::parse("a.sql", ENUM_VALUE).unwrap();
    let bare = Header::new(whole.id().clone());
    for text in damaged() {
        let Ok(file) = RevisionFile::parse("a.sql", &text) else {
            continue;
        };
        for header in [whole.header(), &bare, file.header()] {
            let edited = file.with_header(header);
            let again = RevisionFile::parse("a.sql", edited.to_text()).unwrap();
            assert_eq!(again.header(), header, "{text}");
            let Ok(sections) = file.sections() else {
                continue;
            };
            if header.dialects == file.header().dialects {
                assert_eq!(again.sections().unwrap(), sections, "{text}");
            }
        }
        assert_eq!(file.with_header(file.header()).to_text(), text);
    }
}
