//! Markdown for a comment or the summary of a job.

use super::human::{statement_lines, why};
use super::shown::{shown, shown_line};
use super::{Finding, Looked, Report};

pub(super) fn document(all: &[Looked]) -> String {
    let parts: Vec<String> = all.iter().map(of_one).collect();
    parts.join("\n")
}

fn of_one(looked: &Looked) -> String {
    match looked {
        Looked::Compared(report) => of_report(report),
        Looked::Failed(failure) => format!(
            "## {}: the check failed\n\n{}\n",
            inline(&failure.name),
            block("", &failure.message)
        ),
    }
}

fn of_report(report: &Report) -> String {
    let sides = report.sides;
    let name = inline(&report.name);
    if report.is_clean() {
        return format!(
            "## {name}: no difference between {} and {}\n\n{} objects compared.\n",
            sides.before, sides.after, report.objects
        );
    }
    let count = report.findings.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut text = format!(
        "## {name}: {count} difference{plural} between {} and {}\n",
        sides.before, sides.after
    );
    let mut group = "";
    for finding in &report.findings {
        if finding.group != group {
            group = &finding.group;
            text.push_str(&format!("\n### {}\n", inline(group)));
        }
        text.push_str(&of_finding(finding, report));
    }
    if !report.others.is_empty() {
        text.push_str("\nMade anew around these:\n\n");
        let lines: Vec<String> = report.others.iter().flat_map(statement_lines).collect();
        text.push_str(&block("sql", &lines.join("\n")));
    }
    text
}

fn of_finding(finding: &Finding, report: &Report) -> String {
    let title = format!("{} {}", finding.verb, finding.object);
    let mut text = format!("\n**{}**\n", inline(&title));
    if let Some(why) = why(finding) {
        text.push_str(&format!("\n{}\n", inline(&why)));
    }
    let plain = finding.differences.iter().filter(|it| it.texts.is_none());
    let mut plain = plain.peekable();
    if plain.peek().is_some() {
        text.push('\n');
    }
    for difference in plain {
        text.push_str(&format!("- {}\n", inline(&difference.line)));
    }
    for difference in &finding.differences {
        if let Some(texts) = &difference.texts {
            let texts = texts.as_ref().map(|text| format!("{}\n", text.trim_end()));
            let diff = similar::TextDiff::from_lines(texts.before.as_str(), texts.after.as_str());
            let mut unified = diff.unified_diff();
            let unified = unified.header(report.sides.before, report.sides.after);
            let unified = unified.missing_newline_hint(false).to_string();
            text.push_str(&format!(
                "\n{}:\n\n{}",
                inline(&difference.path),
                block("diff", &unified)
            ));
        }
    }
    if !finding.statements.is_empty() {
        let lines = finding.statements.iter().flat_map(statement_lines);
        text.push_str(&format!(
            "\n{}",
            block("sql", &lines.collect::<Vec<_>>().join("\n"))
        ));
    }
    text
}

/// Words inside a line, of which nothing is markup, HTML, a mention or a reference.
pub(crate) fn inline(text: &str) -> String {
    let mut safe = String::new();
    for c in shown_line(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe.replace("://", "&#58;//")
}

/// A block whose fence is longer than any in the text.
pub(crate) fn block(language: &str, text: &str) -> String {
    let text = shown(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        insta::assert_snapshot!(
            inline("table \"<img src=x>[a](javascript:b) `@everyone` #1 *\n|\""),
            @r#"table "&lt;img src=x&gt;\[a\]\(javascript:b\) \`&#64;everyone\` &#35;1 \*\\n\|""#
        );
    }

    #[test]
    fn no_text_ends_its_block() {
        insta::assert_snapshot!(block("sql", "a\n````\nb"), @r#"
        `````sql
        a
        ````
        b
        `````
        "#);
    }
}
