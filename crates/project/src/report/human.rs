//! What was found, for people: in words, then why, then the statements.

use schemist_catalog::Pair;

use super::beside::beside;
use super::shown::shown_line;
use super::{Finding, Report, Statement};

/// One finding in lines; texts stand side by side in as many columns as there are.
pub fn finding_lines(finding: &Finding, sides: Pair<&str>, width: usize) -> Vec<String> {
    // A line break in a name must not begin a line of its own: pipelines read commands there.
    let mut lines = vec![format!("{} {}", finding.verb, shown_line(&finding.object))];
    for difference in &finding.differences {
        match &difference.texts {
            None => lines.push(format!("  {}", shown_line(&difference.line))),
            Some(texts) => {
                lines.push(format!("  {}:", shown_line(&difference.path)));
                let texts = Pair::new(texts.before.as_str(), texts.after.as_str());
                let rows = beside(sides, texts, width.saturating_sub(4));
                lines.extend(rows.into_iter().map(|row| format!("    {row}")));
            }
        }
    }
    lines.extend(why(finding).map(|why| format!("  {}", shown_line(&why))));
    for statement in &finding.statements {
        lines.extend(statement_lines(statement).map(|line| format!("    {line}")));
    }
    lines
}

/// The statements for objects that do not differ themselves, in lines.
pub fn other_lines(report: &Report) -> Vec<String> {
    if report.others.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["made anew around these".to_owned()];
    for statement in &report.others {
        lines.extend(statement_lines(statement).map(|line| format!("    {line}")));
    }
    lines
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
