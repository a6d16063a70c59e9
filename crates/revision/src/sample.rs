//! Files for the tests, and how tests show what is wrong with one.

use std::collections::BTreeSet;

use crate::{
    FileErrors, Header, History, Label, Message, Place, RevisionFile, RevisionId, Timestamp,
};

/// The file of the design.
pub(crate) const ENUM_VALUE: &str = "\
-- schemist revision
-- id: 8d41f6c2a9e0
-- parent: 5b7c0f3e1d22
-- message: allow CONDITION_FAILED block runs
-- created: 2026-11-20T10:12:00Z
-- dialects: postgres, sqlite
-- proven: postgres 15.18, sqlite 3.50.4
-- catalog: postgres15 4f2a90c1 → 91bc03de, sqlite 77d0aa12 → e01f55c9

-- [up postgres, no transaction]
ALTER TYPE \"blockrunstatus\" ADD VALUE 'CONDITION_FAILED' AFTER 'FAILED';

-- [up sqlite, foreign keys off]
-- a text column needs no change

-- [down postgres]
-- hazard enum_value_removed: rows with status CONDITION_FAILED must be mapped first
ALTER TYPE \"blockrunstatus\" RENAME TO \"schemist_blockrunstatus\";
DROP TYPE \"schemist_blockrunstatus\";

-- [down sqlite, foreign keys off]
-- a text column needs no change
";

/// The excerpt, and what the command line would write around it.
pub(crate) fn show(place: &Place, message: &str, remedy: &str) -> String {
    let (line, column) = place.line_column();
    let marked = place.marked();
    format!(
        "{message}\n  {}:{line}:{column}: `{marked}` {}\n  help: {remedy}",
        place.path, place.label
    )
}

/// Everything that is wrong with a file.
pub(crate) fn show_all(errors: &FileErrors) -> String {
    let shown: Vec<String> = errors
        .problems()
        .iter()
        .map(|problem| {
            show(
                &problem.place,
                &problem.error.to_string(),
                &problem.error.remedy(),
            )
        })
        .collect();
    shown.join("\n")
}

/// Reads all of a file and shows what is wrong with it.
pub(crate) fn wrong(text: &str) -> String {
    match RevisionFile::parse("m/a.sql", text).and_then(|file| file.sections().map(<[_]>::len)) {
        Ok(sections) => format!("nothing is wrong with {sections} sections"),
        Err(errors) => show_all(&errors),
    }
}

/// One id.
pub(crate) fn id(text: &str) -> RevisionId {
    RevisionId::parse(text).unwrap()
}

/// Several ids with blanks between.
pub(crate) fn ids(text: &str) -> BTreeSet<RevisionId> {
    text.split_whitespace().map(id).collect()
}

/// Revision files, one a line and one a day: `<id>: <parents> @<label> ><dependency> "<message>`.
pub(crate) fn files(lines: &str) -> Vec<RevisionFile> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let file = |(day, line): (usize, &str)| {
        let (line, message) = line.split_once('"').unwrap_or((line, ""));
        let (name, rest) = line.split_once(':').unwrap_or((line, ""));
        let mut header = Header::new(id(name.trim()));
        header.message = Message::from_text(message);
        header.created = Some(Timestamp::from_unix(
            1_767_225_600 + 86_400 * i64::try_from(day).unwrap(),
        ));
        for word in rest.split_whitespace() {
            match word.split_at(1) {
                ("@", label) => header.labels.push(Label::parse(label).unwrap()),
                (">", dependency) => header.depends_on.push(id(dependency)),
                _ => header.parents.push(id(word)),
            }
        }
        RevisionFile::compose(&format!("m/{day}_{}.sql", header.id), &header, &[]).unwrap()
    };
    lines.enumerate().map(file).collect()
}

/// A history of such files.
pub(crate) fn history(lines: &str) -> History {
    History::build(files(lines)).unwrap()
}

/// The ids of revisions, in their order.
pub(crate) fn names<'a>(files: impl IntoIterator<Item = &'a RevisionFile>) -> String {
    files
        .into_iter()
        .map(|file| file.id().as_str())
        .collect::<Vec<_>>()
        .join(" ")
}
