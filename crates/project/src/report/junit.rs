//! JUnit's XML, which every server of pipelines reads: a suite for a database, a case for what differs.

use quick_xml::events::BytesText;
use quick_xml::writer::Writer;

use super::human::{finding_lines, text_of};
use super::shown::{shown, shown_line};
use super::{Failure, Looked, Report};

/// The width of texts side by side.
const WIDTH: usize = 120;

pub(super) fn document(all: &[Looked]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _written = suites(&mut writer, all);
    let xml = String::from_utf8(writer.into_inner()).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n")
}

fn suites(writer: &mut Writer<Vec<u8>>, all: &[Looked]) -> std::io::Result<()> {
    let tests = all.iter().map(cases).sum::<usize>().to_string();
    let reports = all.iter().filter_map(Looked::report);
    let failures: usize = reports.map(|report| report.findings.len()).sum();
    let failures = failures.to_string();
    let errors = all
        .iter()
        .filter(|looked| looked.report().is_none())
        .count();
    let errors = errors.to_string();
    let root = writer.create_element("testsuites").with_attributes([
        ("name", "schemist check"),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", &errors),
    ]);
    root.write_inner_content(|writer| {
        all.iter().try_for_each(|looked| match looked {
            Looked::Compared(report) => of_report(writer, report),
            Looked::Failed(failure) => of_failure(writer, failure),
        })
    })?;
    Ok(())
}

/// How many cases a database has; one that is as it should be has one that passes.
fn cases(looked: &Looked) -> usize {
    looked
        .report()
        .map_or(1, |report| report.findings.len().max(1))
}

fn of_report(writer: &mut Writer<Vec<u8>>, report: &Report) -> std::io::Result<()> {
    let name = shown_line(&report.name);
    let tests = report.findings.len().max(1).to_string();
    let failures = report.findings.len().to_string();
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name.as_str()),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
    ]);
    suite.write_inner_content(|writer| {
        if report.is_clean() {
            let words = format!("{} is what {} say", report.sides.before, report.sides.after);
            let case = writer.create_element("testcase");
            case.with_attributes([("name", words.as_str()), ("classname", &name)])
                .write_empty()?;
        }
        for finding in &report.findings {
            let title = shown_line(&format!("{} {}", finding.verb, finding.object));
            let place = report.place(finding);
            let (file, line) = (shown_line(&place.path), place.line.to_string());
            let message = shown_line(&finding.sentence(report.sides));
            let text = shown(&text_of(&finding_lines(finding, report.sides, WIDTH)));
            let case = writer.create_element("testcase").with_attributes([
                ("name", title.as_str()),
                ("classname", &name),
                ("file", &file),
                ("line", &line),
            ]);
            case.write_inner_content(|writer| {
                let kind = finding.rule();
                let failure = writer.create_element("failure");
                let failure =
                    failure.with_attributes([("message", message.as_str()), ("type", &kind)]);
                failure.write_text_content(BytesText::new(&text))?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn of_failure(writer: &mut Writer<Vec<u8>>, failure: &Failure) -> std::io::Result<()> {
    let name = shown_line(&failure.name);
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name.as_str()),
        ("tests", "1"),
        ("failures", "0"),
        ("errors", "1"),
    ]);
    suite.write_inner_content(|writer| {
        let case = writer.create_element("testcase");
        let case = case.with_attributes([("name", "check"), ("classname", name.as_str())]);
        case.write_inner_content(|writer| {
            let message = shown_line(&failure.message);
            let error = writer.create_element("error");
            error
                .with_attributes([("message", message.as_str()), ("type", "failed")])
                .write_empty()?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}
