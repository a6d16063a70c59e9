//! Mermaid's flow charts, as Markdown shows them on many sites.

use std::collections::BTreeMap;

use schemist_revision::{Mark, RevisionId, marks, summary};

use super::Graph;
use crate::markup;

/// Writes the revisions, the newest on top.
pub fn text(graph: Graph<'_>) -> String {
    let mut text = "flowchart BT\n".to_owned();
    let files = graph.revisions.iter().enumerate();
    let names: BTreeMap<&RevisionId, String> = files
        .map(|(place, file)| (file.id(), format!("r{}", place + 1)))
        .collect();
    for file in graph.revisions {
        let marks = marks(graph.history, file, graph.current);
        let class = if marks.contains(&Mark::Current) {
            ":::current"
        } else if marks.contains(&Mark::Head) {
            ":::head"
        } else {
            ""
        };
        let name = &names[file.id()];
        let label = markup::mermaid(&summary(file, &marks));
        text.push_str(&format!("    {name}([\"{label}\"]){class}\n"));
    }
    for file in graph.revisions {
        let name = &names[file.id()];
        for (ids, arrow) in [
            (&file.header().parents, "-->"),
            (&file.header().depends_on, "-.->"),
        ] {
            for parent in ids.iter().filter_map(|id| names.get(id)) {
                text.push_str(&format!("    {parent} {arrow} {name}\n"));
            }
        }
    }
    text.push_str("    classDef head stroke-width:3px\n    classDef current stroke-width:3px,stroke-dasharray:4 2\n");
    text
}
