//! Revision files of a long history: a line with a branch that is joined again now and then.

use schemist_revision::RevisionFile;

/// The paths and the texts.
pub fn texts(revisions: usize) -> Vec<(String, String)> {
    (0..revisions)
        .map(|number| (format!("migrations/{number:012x}.sql"), text(number)))
        .collect()
}

/// The files.
pub fn files(revisions: usize) -> Vec<RevisionFile> {
    let texts = texts(revisions);
    let read = texts
        .iter()
        .map(|(path, text)| RevisionFile::parse(path, text));
    read.filter_map(Result::ok).collect()
}

fn text(number: usize) -> String {
    // Of every ten, the second and third come after the first, and the fourth joins them.
    let parents = match (number, number % 10) {
        (0, _) => "none".to_owned(),
        (_, 2) => format!("{:012x}", number - 2),
        (_, 3) => format!("{:012x}, {:012x}", number - 1, number - 2),
        _ => format!("{:012x}", number - 1),
    };
    format!(
        "-- schemist revision\n-- id: {number:012x}\n-- parent: {parents}\n-- message: step {number}\n\
         -- created: 2026-01-01T00:00:00Z\n-- dialects: postgres\n\n-- [up]\nCREATE TABLE step_{number} (id bigint);\n\
         -- [down]\nDROP TABLE step_{number};\n"
    )
}
