//! Graphviz' language.

use schemist_revision::{Mark, marks, summary};

use super::Graph;
use crate::markup;

/// Writes the revisions, the newest on top.
pub fn text(graph: Graph<'_>) -> String {
    let mut text = "digraph history {
    graph [rankdir=BT]
    node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11]
    edge [color=\"#64748b\", arrowsize=0.7]
"
    .to_owned();
    for file in graph.revisions {
        let marks = marks(graph.history, file, graph.current);
        let look = if marks.contains(&Mark::Current) {
            ", style=\"rounded,filled\", fillcolor=\"#dbeafe\""
        } else if marks.contains(&Mark::Head) {
            ", penwidth=2"
        } else {
            ""
        };
        let id = markup::dot(file.id().as_str());
        let label = markup::dot(&summary(file, &marks));
        text.push_str(&format!("    \"{id}\" [label=\"{label}\"{look}]\n"));
    }
    let is_shown = |id: &&_| graph.revisions.iter().any(|file| file.id() == *id);
    for file in graph.revisions {
        let header = file.header();
        for (ids, look) in [
            (&header.parents, ""),
            (&header.depends_on, " [style=dashed]"),
        ] {
            for parent in ids.iter().filter(is_shown) {
                let ends = [parent.as_str(), file.id().as_str()].map(markup::dot);
                text.push_str(&format!("    \"{}\" -> \"{}\"{look}\n", ends[0], ends[1]));
            }
        }
    }
    text.push_str("}\n");
    text
}
