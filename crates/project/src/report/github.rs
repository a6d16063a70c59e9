//! Workflow commands of GitHub, which become remarks on the lines of a pull request:
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use super::shown::shown;
use super::{Looked, Report};

pub(super) fn document(all: &[Looked]) -> String {
    let mut text = String::new();
    for looked in all {
        match looked {
            Looked::Compared(report) => text.push_str(&annotations(report)),
            Looked::Failed(failure) => {
                let title = property(&format!("schemist check: {}", failure.name));
                let message = message(&failure.message);
                text.push_str(&format!("::error title={title}::{message}\n"));
            }
        }
    }
    text
}

fn annotations(report: &Report) -> String {
    let lines = report.findings.iter().map(|finding| {
        let place = report.place(finding);
        format!(
            "::error file={},line={},col={},title={}::{}\n",
            property(&place.path),
            place.line,
            place.column,
            property(&format!(
                "schemist check: {} {}",
                finding.verb, finding.object
            )),
            message(&finding.message(report.sides)),
        )
    });
    lines.collect()
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
