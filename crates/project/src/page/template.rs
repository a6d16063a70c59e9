//! The templates, and what is put into them.

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, context};

use schemist_revision::Mark;
use schemist_sql::Dialect;

use super::policy::policy;
use super::revision::sheet;
use crate::diagram::{self, Diagram};
use crate::graph::{Cell, Graph, cells};
use crate::markup::html;
use crate::report::shown;
use crate::review::Sheet;

const BASE: &str = include_str!("templates/base.html");
const DIAGRAM: &str = include_str!("templates/diagram.html");
const HISTORY: &str = include_str!("templates/history.html");
const REVIEW: &str = include_str!("templates/review.html");
const REVISION: &str = include_str!("templates/revision.html");
const STYLE: &str = include_str!("templates/page.css");
const SCRIPT: &str = include_str!("templates/page.js");

/// A page with a picture of tables.
pub(crate) fn diagram(diagram: &Diagram, title: &str) -> String {
    let facts = [
        count(diagram.entities.len(), "table"),
        count(diagram.links.len(), "foreign key"),
    ];
    let own = context! {
        title => title,
        facts => facts,
        picture => Value::from_safe_string(diagram::inline(diagram)),
    };
    render("diagram.html", own)
}

/// A page with all revisions as a graph, and the statements of each in these dialects.
pub fn history(graph: Graph<'_>, dialects: &[Dialect], title: &str) -> String {
    let cells = cells(graph);
    let heads = cells
        .iter()
        .filter(|cell| cell.marks.contains(&Mark::Head))
        .count();
    let facts = [count(cells.len(), "revision"), count(heads, "head")];
    let files = graph.revisions.iter().rev();
    let sheets = files.zip(&cells);
    let sheets = sheets.map(|(file, cell)| sheet(&Sheet::of(file, &cell.marks, dialects)));
    render(
        "history.html",
        context! {
            title => title,
            facts => facts,
            dialects => titles(dialects),
            lanes => lanes(&cells),
            stations => cells.iter().map(station).collect::<Vec<_>>(),
            revisions => sheets.collect::<Vec<_>>(),
        },
    )
}

/// How many lanes the text beside them leaves free; those of a thicket lie below it.
pub(super) fn lanes(cells: &[Cell]) -> usize {
    cells.first().map_or(1, |cell| cell.width.min(8))
}

fn count(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn titles(dialects: &[Dialect]) -> Vec<Value> {
    let titles = dialects
        .iter()
        .map(|it| context! { name => it.name(), title => it.title() });
    titles.collect()
}

/// A revision in the graph.
pub(super) fn station(cell: &Cell) -> Value {
    let marks = cell.marks.iter().map(ToString::to_string);
    let marks = marks.map(|mark| mark.trim_matches(['(', ')']).to_owned());
    let marks: Vec<String> = marks.collect();
    context! {
        id => cell.id.to_string(),
        message => cell.message.clone(),
        day => cell.day.clone(),
        marks => marks,
        lanes => Value::from_safe_string(cell.lanes.clone()),
    }
}

/// Fills a template; text is shown as text wherever it does not come from us.
pub(super) fn render(name: &str, own: Value) -> String {
    let style = format!("{STYLE}{}", diagram::STYLE);
    let frame = context! {
        policy => policy(&style, SCRIPT),
        style => Value::from_safe_string(style),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        version => env!("CARGO_PKG_VERSION"),
        ..own
    };
    let rendered = environment().and_then(|all| all.get_template(name)?.render(frame));
    // The templates are ours, and a test fills each of them.
    rendered.unwrap_or_else(|error| format!("<!doctype html>\n<p>{}\n", html(&error.to_string())))
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, state, value| {
        // Control characters are seen before anything is escaped.
        let is_text = value.kind() == ValueKind::String && !value.is_safe();
        match value.as_str().filter(|_| is_text) {
            Some(text) => minijinja::escape_formatter(out, state, &Value::from(shown(text))),
            None => minijinja::escape_formatter(out, state, value),
        }
    });
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_template("base.html", BASE)?;
    environment.add_template("diagram.html", DIAGRAM)?;
    environment.add_template("history.html", HISTORY)?;
    environment.add_template("review.html", REVIEW)?;
    environment.add_template("revision.html", REVISION)?;
    Ok(environment)
}
