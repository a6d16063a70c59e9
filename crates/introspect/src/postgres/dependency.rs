//! Turns the server's dependencies into ours, and leaves out what depends on what is left out.

use schemist_catalog::{Part, Reference};

use super::address::Address;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What is asked of the server.
pub(super) const QUERY: Query = Query::new("dependencies", include_str!("dependency.sql"));

/// One thing that cannot stand without another.
struct Edge {
    dependent: Address,
    on: Address,
}

impl Edge {
    fn of(row: &Answer) -> Result<Self, IntrospectError> {
        Ok(Self {
            dependent: Address {
                class: row.number("class")?,
                object: row.number("object")?,
                column: row.get("column")?,
            },
            on: Address {
                class: row.number("on_class")?,
                object: row.number("on_object")?,
                column: row.get("on_column")?,
            },
        })
    }
}

/// Reads dependencies, once every object is in the catalog and has its addresses.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    let mut edges = Vec::new();
    for row in reading.answer(&QUERY).await? {
        edges.push(Edge::of(&row)?);
    }
    while leave_out(reading, &edges) {}
    for edge in &edges {
        let dependent = reading.addresses.get(edge.dependent);
        let on = reading.addresses.get(edge.on);
        let (Some((dependent, _)), Some((object, part))) = (dependent, on) else {
            continue;
        };
        if reading.catalog.get(dependent).is_none() {
            continue;
        }
        let reference = Reference {
            object: object.clone(),
            part: part.clone(),
        };
        reading.catalog.depend(dependent.clone(), reference);
    }
    Ok(())
}

/// Takes out every object that depends on something left out, and tells whether there was one.
fn leave_out(reading: &mut Reading<'_>, edges: &[Edge]) -> bool {
    let mut found = Vec::new();
    for edge in edges {
        let on = Address::whole(edge.on.class, edge.on.object);
        let Some(reason) = reading.left_out.get(&on) else {
            continue;
        };
        // A part of an object cannot be left out alone.
        let Some((id, Part::Whole)) = reading.addresses.get(edge.dependent) else {
            continue;
        };
        if reading.catalog.get(id).is_some() {
            found.push((edge.dependent, id.clone(), reason.clone()));
        }
    }
    for (_, id, reason) in &found {
        if reading.catalog.remove(id).is_some() {
            let words = format!("{id} (depends on {reason})");
            for address in reading.addresses.of(id) {
                reading.left_out.insert(address, id.to_string());
            }
            reading.catalog.note_unmanaged(words);
        }
    }
    !found.is_empty()
}
