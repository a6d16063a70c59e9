//! Mermaid's diagrams of entities, as Markdown shows them on many sites.

use super::figure::{Diagram, Entity, Fate, Link, Row};
use super::label::roles;
use crate::markup;

/// Writes a diagram.
pub(super) fn text(diagram: &Diagram) -> String {
    let mut text = "erDiagram\n".to_owned();
    for (place, entity) in diagram.entities.iter().enumerate() {
        let name = match name(diagram, place) {
            plain if plain == entity.name => plain,
            other => format!("{other}[\"{}\"]", markup::mermaid(&entity.name)),
        };
        text.push_str(&format!("    {name} {{\n"));
        for row in &entity.rows {
            text.push_str(&format!("        {}\n", attribute(row)));
        }
        text.push_str("    }\n");
    }
    for link in &diagram.links {
        text.push_str(&format!("    {}\n", relation(diagram, link)));
    }
    text
}

/// A name that the grammar takes as it is, or one of our own.
fn name(diagram: &Diagram, place: usize) -> String {
    let entity: &Entity = &diagram.entities[place];
    if is_word(&entity.name) {
        entity.name.clone()
    } else {
        format!("table_{}", place + 1)
    }
}

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next();
    // Words of the grammar would be read as such; nobody misses them as names of their own.
    let is_taken = [
        "erDiagram",
        "title",
        "direction",
        "class",
        "classDef",
        "style",
    ];
    first.is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_taken.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// A type or a name without what the grammar does not take.
fn word(text: &str) -> String {
    let mut word = String::new();
    for c in text.chars() {
        let is_taken = c.is_ascii_alphanumeric() || "()[]-".contains(c);
        if is_taken {
            word.push(c);
        } else if !word.ends_with('_') {
            word.push('_');
        }
    }
    let word = word.trim_end_matches('_');
    match word.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => word.to_owned(),
        Some(_) => format!("x{word}"),
        None => "x".to_owned(),
    }
}

fn attribute(row: &Row) -> String {
    let mut words = vec![word(&row.data_type), word(&row.name)];
    if !row.roles.is_empty() {
        words.push(roles(row, ", "));
    }
    let mut remarks = Vec::new();
    if words[1] != row.name {
        remarks.push(markup::mermaid(&row.name));
    }
    if row.is_nullable {
        remarks.push("null".to_owned());
    }
    if row.fate != Fate::Same {
        remarks.push(row.fate.word().to_owned());
    }
    if !remarks.is_empty() {
        words.push(format!("\"{}\"", remarks.join(", ")));
    }
    words.join(" ")
}

/// The table that is referred to stands on the left.
fn relation(diagram: &Diagram, link: &Link) -> String {
    let one = if link.is_optional { "|o" } else { "||" };
    let many = if link.is_single { "o|" } else { "o{" };
    let rows = &diagram.entities[link.from].rows;
    let columns = link
        .from_rows
        .iter()
        .map(|row| markup::mermaid(&rows[*row].name));
    let columns = columns.collect::<Vec<_>>().join(", ");
    let fate = match link.fate {
        Fate::Same => String::new(),
        fate => format!(" ({})", fate.word()),
    };
    format!(
        "{} {one}--{many} {} : \"{columns}{fate}\"",
        name(diagram, link.to),
        name(diagram, link.from)
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{hostile, shop};
    use super::*;

    #[test]
    fn tables_and_what_they_refer_to() {
        insta::assert_snapshot!(text(&shop()), @r#"
        erDiagram
            customer {
                bigint id PK
                text name
            }
            item {
                bigint order_id FK
                bigint product_id FK
                text count
            }
            note {
                text text
            }
            order {
                bigint id PK
                bigint customer_id FK
            }
            product {
                bigint id PK
                text part_of FK "null"
            }
            order ||--o{ item : "order_id"
            product ||--o{ item : "product_id"
            customer ||--o{ order : "customer_id"
            product |o--o{ product : "part_of"
        "#);
    }

    #[test]
    fn names_stay_names() {
        insta::assert_snapshot!(text(&hostile()), @r#"
        erDiagram
            table_1["a#34;#93;#125;#92;n#37;#37; #60;script#62;alert(1)#60;/script#62;"] {
                bigint id PK
                numeric(10_2) x_onload_y "x#34; onload=#34;y#92;, added"
            }
            table_2["größe"] {
                bigint id PK
            }
            table_2 ||--o| table_1 : "x#34; onload=#34;y#92; (added)"
        "#);
    }
}
