//! The statements that make the first side the second, as a script.

use super::Looked;
use super::human::statement_lines;
use super::shown::shown_line;

pub(super) fn document(all: &[Looked]) -> String {
    let mut text = String::new();
    for looked in all {
        match looked {
            Looked::Compared(report) => {
                if all.len() > 1 {
                    text.push_str(&format!("-- {}\n", shown_line(&report.name)));
                }
                for line in report.statements.iter().flat_map(statement_lines) {
                    text.push_str(&format!("{line}\n"));
                }
            }
            Looked::Failed(failure) => {
                let what = shown_line(&failure.message);
                text.push_str(&format!("-- {}: {what}\n", shown_line(&failure.name)));
            }
        }
    }
    text
}
