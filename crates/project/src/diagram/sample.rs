//! A small shop to draw in tests.

use super::figure::{Diagram, Entity, Fate, KeyRole, Link, Row};

/// `customer ← order ← item → product`, `product → product`, and a table that stands alone.
pub(super) fn shop() -> Diagram {
    let mut entities = vec![
        entity("customer", &["id", "name"]),
        entity("item", &["order_id", "product_id", "count"]),
        entity("note", &["text"]),
        entity("order", &["id", "customer_id"]),
        entity("product", &["id", "part_of"]),
    ];
    for (table, row) in [(1, 0), (1, 1), (3, 1), (4, 1)] {
        entities[table].rows[row].roles.insert(KeyRole::Foreign);
    }
    entities[4].rows[1].is_nullable = true;
    Diagram {
        entities,
        links: vec![
            link((1, 0), 3),
            link((1, 1), 4),
            link((3, 1), 0),
            Link {
                is_optional: true,
                ..link((4, 1), 4)
            },
        ],
    }
}

/// A table and a column whose names try to be more.
pub(super) fn hostile() -> Diagram {
    let mut first = entity(
        "a\"]}\n%% <script>alert(1)</script>",
        &["id", "x\" onload=\"y\\"],
    );
    first.comment = Some("</title><b>&\u{1b}[31m".to_owned());
    first.rows[1].data_type = "numeric(10,2)".to_owned();
    first.fate = Fate::Changed;
    first.rows[1].fate = Fate::Added;
    let second = entity("größe", &["id"]);
    Diagram {
        entities: vec![first, second],
        links: vec![Link {
            fate: Fate::Added,
            is_single: true,
            ..link((0, 1), 1)
        }],
    }
}

fn entity(name: &str, rows: &[&str]) -> Entity {
    let row = |name: &&str| Row {
        name: (*name).to_owned(),
        data_type: if name.ends_with("id") {
            "bigint"
        } else {
            "text"
        }
        .to_owned(),
        roles: (*name == "id")
            .then_some(KeyRole::Primary)
            .into_iter()
            .collect(),
        ..Row::default()
    };
    Entity {
        name: name.to_owned(),
        rows: rows.iter().map(row).collect(),
        ..Entity::default()
    }
}

fn link(from: (usize, usize), to: usize) -> Link {
    Link {
        from: from.0,
        from_rows: vec![from.1],
        to,
        to_rows: vec![0],
        is_optional: false,
        is_single: false,
        fate: Fate::Same,
    }
}
