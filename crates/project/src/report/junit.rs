//! JUnit's XML, which every server of pipelines reads: a suite for a database, a case for what differs.

use quick_xml::events::BytesText;
use quick_xml::writer::Writer;

use super::sheet::{Note, Sheet, Suite};
use super::shown::{shown, shown_line};

pub(super) fn document(sheet: &Sheet) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _written = suites(&mut writer, sheet);
    let xml = String::from_utf8(writer.into_inner()).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n")
}

fn suites(writer: &mut Writer<Vec<u8>>, sheet: &Sheet) -> std::io::Result<()> {
    let all = &sheet.suites;
    // What is as it should be has a case that passes.
    let tests: usize = all.iter().map(|suite| suite.notes().len().max(1)).sum();
    let failures: usize = all.iter().map(|suite| suite.notes().len()).sum();
    let errors = all.iter().filter(|suite| suite.outcome.is_err()).count();
    let name = format!("schemist {}", sheet.command);
    let root = writer.create_element("testsuites").with_attributes([
        ("name", name.as_str()),
        ("tests", &tests.to_string()),
        ("failures", &failures.to_string()),
        ("errors", &errors.to_string()),
    ]);
    root.write_inner_content(|writer| {
        all.iter().try_for_each(|suite| match &suite.outcome {
            Ok(notes) => of_notes(writer, suite, notes),
            Err(message) => of_failure(writer, sheet, &suite.name, message),
        })
    })?;
    Ok(())
}

fn of_notes(writer: &mut Writer<Vec<u8>>, suite: &Suite, notes: &[Note]) -> std::io::Result<()> {
    let name = shown_line(&suite.name);
    let tests = notes.len().max(1).to_string();
    let failures = notes.len().to_string();
    let element = writer.create_element("testsuite").with_attributes([
        ("name", name.as_str()),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", "0"),
    ]);
    element.write_inner_content(|writer| {
        if notes.is_empty() {
            let case = writer.create_element("testcase");
            case.with_attributes([("name", suite.clean.as_str()), ("classname", &name)])
                .write_empty()?;
        }
        for note in notes {
            of_note(writer, &name, note)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn of_note(writer: &mut Writer<Vec<u8>>, name: &str, note: &Note) -> std::io::Result<()> {
    let title = shown_line(&note.title);
    let (file, line) = (shown_line(&note.place.path), note.place.line.to_string());
    let message = shown_line(&note.sentence);
    let text = shown(&note.text);
    let case = writer.create_element("testcase").with_attributes([
        ("name", title.as_str()),
        ("classname", name),
        ("file", &file),
        ("line", &line),
    ]);
    case.write_inner_content(|writer| {
        let failure = writer.create_element("failure");
        let failure =
            failure.with_attributes([("message", message.as_str()), ("type", &note.rule)]);
        failure.write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

fn of_failure(
    writer: &mut Writer<Vec<u8>>,
    sheet: &Sheet,
    name: &str,
    message: &str,
) -> std::io::Result<()> {
    let name = shown_line(name);
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name.as_str()),
        ("tests", "1"),
        ("failures", "0"),
        ("errors", "1"),
    ]);
    suite.write_inner_content(|writer| {
        let case = writer.create_element("testcase");
        let case = case.with_attributes([("name", sheet.command), ("classname", name.as_str())]);
        case.write_inner_content(|writer| {
            let message = shown_line(message);
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
