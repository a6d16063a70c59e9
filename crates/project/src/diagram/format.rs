//! The forms of a picture by their names.

use serde_json::{Value, json};

use super::figure::{Diagram, Entity, Link, Row};
use super::{dot, mermaid, svg};
use crate::page;

/// A form in which a diagram is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagramFormat {
    /// Mermaid's diagram of entities.
    Mermaid,
    /// Graphviz' language.
    Dot,
    /// A picture.
    Svg,
    /// A page with the picture.
    Html,
    /// One document with a version.
    Json,
}

impl DiagramFormat {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Mermaid, Self::Dot, Self::Svg, Self::Html, Self::Json];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// The format that the name of a file stands for.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "mmd" | "mermaid" => Self::Mermaid,
            "dot" | "gv" => Self::Dot,
            "svg" => Self::Svg,
            "html" | "htm" => Self::Html,
            "json" => Self::Json,
            _ => return None,
        })
    }
}

/// Writes a diagram; `title` says what it is of.
pub fn render(format: DiagramFormat, diagram: &Diagram, title: &str) -> String {
    match format {
        DiagramFormat::Mermaid => mermaid::text(diagram),
        DiagramFormat::Dot => dot::text(diagram),
        DiagramFormat::Svg => svg::text(diagram),
        DiagramFormat::Html => page::diagram(diagram, title),
        DiagramFormat::Json => {
            let mut document = fields(diagram);
            document["version"] = 1.into();
            document["command"] = "diagram".into();
            // A value that is in memory can be written.
            serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
        }
    }
}

/// A diagram as JSON.
pub(crate) fn fields(diagram: &Diagram) -> Value {
    let links = diagram.links.iter().map(|link| of_link(diagram, link));
    json!({
        "tables": diagram.entities.iter().map(of_entity).collect::<Vec<_>>(),
        "foreign_keys": links.collect::<Vec<_>>(),
    })
}

fn of_entity(entity: &Entity) -> Value {
    json!({
        "name": entity.name,
        "comment": entity.comment,
        "columns": entity.rows.iter().map(of_row).collect::<Vec<_>>(),
    })
}

fn of_row(row: &Row) -> Value {
    let roles: Vec<&str> = row.roles.iter().map(|role| role.letters()).collect();
    json!({
        "name": row.name,
        "type": row.data_type,
        "nullable": row.is_nullable,
        "keys": roles,
    })
}

fn of_link(diagram: &Diagram, link: &Link) -> Value {
    let names = |entity: usize, rows: &[usize]| -> Vec<&str> {
        let all = &diagram.entities[entity].rows;
        rows.iter().map(|row| all[*row].name.as_str()).collect()
    };
    json!({
        "from": { "table": diagram.entities[link.from].name, "columns": names(link.from, &link.from_rows) },
        "to": { "table": diagram.entities[link.to].name, "columns": names(link.to, &link.to_rows) },
        "optional": link.is_optional,
        "single": link.is_single,
    })
}
