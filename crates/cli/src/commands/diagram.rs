//! `schemist diagram`: tables and their foreign keys as a picture.

use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use schemist_project::diagram::{DiagramFormat, Request, Subject, diagram, render};
use schemist_project::{Dialect, Exit, ProjectError, Target};

use crate::arguments::{Format, target};
use crate::outlet::Outlet;
use crate::run::Run;

/// Draw tables and their foreign keys: Mermaid, Graphviz, SVG or a page
///
/// Of the models, unless a database or a revision is asked for. Where tables are named, only those are drawn,
/// with what refers to them and what they refer to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schemist diagram                              all tables of the models, in
                                                Mermaid's words
  schemist diagram block_run --depth 2          a table, and what is up to two
                                                foreign keys away
  schemist diagram --output schema.svg --output dot=schema.gv
  schemist diagram --live --output html=schema.html
  schemist diagram --revision 8d41 --format dot | dot -Tpng -o schema.png")]
pub struct Diagram {
    /// The tables [default: all]
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    /// Draw the live database
    #[arg(long, visible_alias = "database", conflicts_with_all = ["revision", "dialect"])]
    live: bool,
    /// Draw what the history makes of an empty database, up to this revision
    #[arg(long, value_name = "REVISION", value_parser = target)]
    revision: Option<Target>,
    /// The dialect in whose types columns are shown [default: that of the database]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
    /// How many foreign keys away from the named tables others may be
    #[arg(long, value_name = "N", default_value_t = 1, requires = "tables")]
    depth: usize,
    /// How the diagram is written [default: mermaid]
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true, value_parser = formats())]
    format: Format,
    /// Write into a file instead, whose ending says the format if nothing else does; may be repeated
    #[arg(long, value_name = "[FORMAT=]PATH", value_parser = output)]
    output: Vec<(DiagramFormat, String)>,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let names = DiagramFormat::ALL.map(DiagramFormat::name);
    let human = clap::builder::PossibleValue::new("human").hide(true);
    let names = names.into_iter().map(clap::builder::PossibleValue::new);
    PossibleValuesParser::new(names.chain([human]))
        .try_map(|name| <Format as clap::ValueEnum>::from_str(&name, false))
}

fn output(text: &str) -> Result<(DiagramFormat, String), String> {
    let names = DiagramFormat::ALL.map(DiagramFormat::name);
    let mut formats = DiagramFormat::ALL.into_iter();
    if let Some((name, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty())
        && let Some(format) = formats.find(|format| format.name() == name)
    {
        return Ok((format, path.to_owned()));
    }
    let ending = Path::new(text)
        .extension()
        .and_then(|ending| ending.to_str());
    match ending.and_then(DiagramFormat::of_ending) {
        Some(format) => Ok((format, text.to_owned())),
        None => Err(format!(
            "write the format before the path, as in svg=schema.svg; there are {}",
            names.join(", ")
        )),
    }
}

/// Runs the command.
pub async fn run(arguments: &Diagram, run: &Run) -> Result<Exit, ProjectError> {
    let outputs = arguments.output.iter();
    let outlets = outputs.map(|(format, path)| Ok((*format, path, Outlet::open(path, run)?)));
    let outlets = outlets.collect::<Result<Vec<_>, ProjectError>>()?;
    let request = Request {
        subject: match (&arguments.revision, arguments.live) {
            (Some(revision), _) => Subject::Revision(Box::new(revision.clone())),
            (None, true) => Subject::Live,
            (None, false) => Subject::Models,
        },
        tables: arguments.tables.clone(),
        depth: arguments.depth,
        dialect: arguments.dialect,
    };
    let drawn = diagram(&run.entry()?, &request).await?;
    if drawn.diagram.entities.is_empty() {
        run.ui.status("There is no table to draw");
    }
    let asked = run.ui.format().of_diagram();
    let format = match (asked, outlets.is_empty()) {
        (Some(format), _) => Some(format),
        (None, true) => Some(DiagramFormat::Mermaid),
        (None, false) => None,
    };
    if let Some(format) = format {
        run.ui.raw(&render(format, &drawn.diagram, &drawn.title));
    }
    for (format, path, outlet) in outlets {
        outlet.write(&render(format, &drawn.diagram, &drawn.title))?;
        run.ui.status(&format!("Wrote {path}"));
    }
    Ok(Exit::Done)
}
