//! What was found, for people: in words, then why, then the statements.

use schemist_catalog::Pair;

use super::beside::beside;
use super::shown::shown_line;
use super::{Finding, Report, Statement};

/// A line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub role: Role,
    /// The text, with its indentation.
    pub text: String,
}

/// What a line is, so that a terminal can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What happens to an object.
    Title,
    /// What differs.
    Difference,
    /// Texts side by side; the mark is between them.
    Beside(char),
    /// Where it is declared, and since when it is live.
    Why,
    /// Part of a statement.
    Sql,
}

impl Line {
    fn new(role: Role, text: String) -> Self {
        Self { role, text }
    }
}

/// The texts of lines, one below the other.
pub fn text_of(lines: &[Line]) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    texts.join("\n")
}

/// One finding in lines; texts stand side by side in as many columns as there are.
pub fn finding_lines(finding: &Finding, sides: Pair<&str>, width: usize) -> Vec<Line> {
    // A line break in a name must not begin a line of its own: pipelines read commands there.
    let title = format!("{} {}", finding.verb, shown_line(&finding.object));
    let mut lines = vec![Line::new(Role::Title, title)];
    for difference in &finding.differences {
        match &difference.texts {
            None => {
                let text = format!("  {}", shown_line(&difference.line));
                lines.push(Line::new(Role::Difference, text));
            }
            Some(texts) => {
                let text = format!("  {}:", shown_line(&difference.path));
                lines.push(Line::new(Role::Difference, text));
                let texts = Pair::new(texts.before.as_str(), texts.after.as_str());
                let rows = beside(sides, texts, width.saturating_sub(4));
                let rows = rows
                    .into_iter()
                    .map(|(mark, row)| Line::new(Role::Beside(mark), format!("    {row}")));
                lines.extend(rows);
            }
        }
    }
    let why = why(finding);
    lines.extend(why.map(|why| Line::new(Role::Why, format!("  {}", shown_line(&why)))));
    lines.extend(finding.statements.iter().flat_map(sql_lines));
    lines
}

/// The statements for objects that do not differ themselves, in lines.
pub fn other_lines(report: &Report) -> Vec<Line> {
    if report.others.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::new(Role::Title, "made anew around these".to_owned())];
    lines.extend(report.others.iter().flat_map(sql_lines));
    lines
}

fn sql_lines(statement: &Statement) -> impl Iterator<Item = Line> {
    statement_lines(statement).map(|line| Line::new(Role::Sql, format!("    {line}")))
}

/// Where it is declared, and since when it is live.
pub(super) fn why(finding: &Finding) -> Option<String> {
    let declared = finding.why.declared.as_ref();
    let declared = declared.map(|line| format!("declared in {}:{}", line.path, line.line));
    let since = finding.why.since.as_ref().map(|since| {
        let date = since.date.as_ref().map(|date| format!("{date}, "));
        format!(
            "live since {} ({}{})",
            since.id,
            date.unwrap_or_default(),
            since.message
        )
    });
    let words: Vec<String> = declared.into_iter().chain(since).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

pub(super) fn statement_lines(statement: &Statement) -> impl Iterator<Item = String> {
    let hazards = statement.hazards.iter();
    let hazards = hazards.map(|(code, sentence)| format!("-- hazard {code}: {sentence}"));
    let sql = format!("{};", statement.sql);
    let sql: Vec<String> = sql.lines().map(str::to_owned).collect();
    hazards.chain(sql).collect::<Vec<_>>().into_iter()
}

/// Everything of one database, for a file.
pub(super) fn text(report: &Report) -> String {
    let mut lines = Vec::new();
    for finding in &report.findings {
        lines.extend(finding_lines(finding, report.sides, 120));
    }
    lines.extend(other_lines(report));
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    lines.push(match report.findings.len() {
        0 => format!(
            "no difference between {} and {}",
            report.sides.before, report.sides.after
        ),
        1 => format!(
            "1 difference between {} and {}",
            report.sides.before, report.sides.after
        ),
        count => format!(
            "{count} differences between {} and {}",
            report.sides.before, report.sides.after
        ),
    });
    lines.join("\n") + "\n"
}
