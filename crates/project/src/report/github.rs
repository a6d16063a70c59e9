//! Workflow commands of GitHub, which become remarks on the lines of a pull request:
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use super::sheet::{Level, Note, Sheet};
use super::shown::shown;

pub(super) fn document(sheet: &Sheet) -> String {
    let mut text = String::new();
    for suite in &sheet.suites {
        match &suite.outcome {
            Ok(notes) => {
                let lines = notes.iter().map(|note| annotation(sheet, note));
                text.extend(lines);
            }
            Err(why) => {
                let title = property(&format!("schemist {}: {}", sheet.command, suite.name));
                let message = message(why);
                text.push_str(&format!("::error title={title}::{message}\n"));
            }
        }
    }
    text
}

fn annotation(sheet: &Sheet, note: &Note) -> String {
    let command = match note.level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    format!(
        "::{command} file={},line={},col={},title={}::{}\n",
        property(&note.place.path),
        note.place.line,
        note.place.column,
        property(&format!("schemist {}: {}", sheet.command, note.title)),
        message(&note.message),
    )
}

/// A message: `%` and line breaks would end it. The further `::` cannot be taken for a command's either.
fn message(text: &str) -> String {
    let text = shown(text).replace('%', "%25").replace('\n', "%0A");
    text.replace("::", ":%3A")
}

/// A property of a command ends at a comma or a colon as well.
fn property(text: &str) -> String {
    let text = shown(text).replace('%', "%25").replace('\n', "%0A");
    text.replace(':', "%3A").replace(',', "%2C")
}
