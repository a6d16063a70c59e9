//! Graphviz' language.

use super::figure::{Diagram, Entity, Fate, Link};
use super::label::roles;
use crate::markup::html;

/// Writes a diagram.
pub(super) fn text(diagram: &Diagram) -> String {
    let mut text = "digraph schema {
    graph [rankdir=LR, nodesep=0.4, ranksep=1.0]
    node [shape=plain, fontname=\"Helvetica\", fontsize=11]
    edge [color=\"#64748b\", arrowsize=0.7, dir=both]
"
    .to_owned();
    for (place, entity) in diagram.entities.iter().enumerate() {
        let label = node(entity);
        text.push_str(&format!("    t{} [label=<{label}>]\n", place + 1));
    }
    for link in &diagram.links {
        text.push_str(&format!("    {}\n", edge(link)));
    }
    text.push_str("}\n");
    text
}

const fn color(fate: Fate) -> &'static str {
    match fate {
        Fate::Same => "#334155",
        Fate::Added => "#15803d",
        Fate::Removed => "#b91c1c",
        Fate::Changed => "#b45309",
    }
}

fn node(entity: &Entity) -> String {
    let head = color(entity.fate);
    let mut label = format!(
        "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\" color=\"{head}\"><tr><td port=\"h\" colspan=\"3\" bgcolor=\"{head}\"><font color=\"white\"><b>{}{}</b></font></td></tr>",
        sign(entity.fate),
        html(&entity.name)
    );
    for (place, row) in entity.rows.iter().enumerate() {
        let own = color(row.fate);
        let null = if row.is_nullable { "?" } else { "" };
        label.push_str(&format!(
            "<tr><td sides=\"LB\"><font color=\"#64748b\">{}</font></td><td sides=\"B\" align=\"left\" port=\"l{place}\"><font color=\"{own}\">{}{}</font></td><td sides=\"RB\" align=\"left\" port=\"r{place}\"><font color=\"#64748b\">{}{null}</font></td></tr>",
            // An empty cell must not be empty.
            some(&roles(row, " ")),
            sign(row.fate),
            html(&row.name),
            some(&html(&row.data_type)),
        ));
    }
    label.push_str("</table>");
    label
}

fn some(text: &str) -> &str {
    if text.is_empty() { " " } else { text }
}

fn sign(fate: Fate) -> String {
    match fate {
        Fate::Same => String::new(),
        fate => format!("{} ", fate.sign()),
    }
}

/// From the table that is referred to, so that it comes first.
fn edge(link: &Link) -> String {
    let end = |entity: usize, rows: &[usize], side: &str| match rows.first() {
        Some(row) => format!("t{}:{side}{row}", entity + 1),
        None => format!("t{}:h", entity + 1),
    };
    let many = if link.is_single { "teetee" } else { "crow" };
    let one = if link.is_optional { "teeodot" } else { "tee" };
    let style = match link.fate {
        Fate::Same | Fate::Changed => String::new(),
        Fate::Added => format!(", color=\"{}\"", color(Fate::Added)),
        Fate::Removed => format!(", color=\"{}\", style=dashed", color(Fate::Removed)),
    };
    format!(
        "{} -> {} [arrowtail={one}, arrowhead={many}{style}]",
        end(link.to, &link.to_rows, "r"),
        end(link.from, &link.from_rows, "l")
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::hostile;
    use super::*;

    #[test]
    fn names_stay_names() {
        insta::assert_snapshot!(text(&hostile()), @r##"
        digraph schema {
            graph [rankdir=LR, nodesep=0.4, ranksep=1.0]
            node [shape=plain, fontname="Helvetica", fontsize=11]
            edge [color="#64748b", arrowsize=0.7, dir=both]
            t1 [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#b45309"><tr><td port="h" colspan="3" bgcolor="#b45309"><font color="white"><b>~ a&quot;]}\n%% &lt;script&gt;alert(1)&lt;/script&gt;</b></font></td></tr><tr><td sides="LB"><font color="#64748b">PK</font></td><td sides="B" align="left" port="l0"><font color="#334155">id</font></td><td sides="RB" align="left" port="r0"><font color="#64748b">bigint</font></td></tr><tr><td sides="LB"><font color="#64748b"> </font></td><td sides="B" align="left" port="l1"><font color="#15803d">+ x&quot; onload=&quot;y\</font></td><td sides="RB" align="left" port="r1"><font color="#64748b">numeric(10,2)</font></td></tr></table>>]
            t2 [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#334155"><tr><td port="h" colspan="3" bgcolor="#334155"><font color="white"><b>größe</b></font></td></tr><tr><td sides="LB"><font color="#64748b">PK</font></td><td sides="B" align="left" port="l0"><font color="#334155">id</font></td><td sides="RB" align="left" port="r0"><font color="#64748b">bigint</font></td></tr></table>>]
            t2:r0 -> t1:l1 [arrowtail=tee, arrowhead=teetee, color="#15803d"]
        }
        "##);
    }
}
