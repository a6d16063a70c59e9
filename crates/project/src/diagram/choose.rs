//! A part of a picture: the tables that somebody named, and what is near them.

use std::collections::BTreeSet;

use super::figure::{Diagram, Link};
use crate::error::ProjectError;
use crate::words::{list, nearest};

impl Diagram {
    /// The tables of these names with their neighbours, so many steps away; all where none is named.
    ///
    /// # Errors
    /// A refusal that names what is near a name that is unknown.
    pub fn around(&self, names: &[String], depth: usize) -> Result<Self, ProjectError> {
        if names.is_empty() {
            return Ok(self.clone());
        }
        let places = names.iter().map(|name| self.place(name));
        let seeds: BTreeSet<usize> = places.collect::<Result<_, _>>()?;
        Ok(self.only(&self.near(seeds, depth)))
    }

    /// These tables and those that are at most so many foreign keys away.
    pub fn near(&self, seeds: BTreeSet<usize>, depth: usize) -> BTreeSet<usize> {
        let mut kept = seeds;
        for _ in 0..depth {
            let ends = self.links.iter().flat_map(|link| {
                let is_near = kept.contains(&link.from) || kept.contains(&link.to);
                is_near
                    .then_some([link.from, link.to])
                    .into_iter()
                    .flatten()
            });
            let grown: BTreeSet<usize> = kept.iter().copied().chain(ends).collect();
            if grown.len() == kept.len() {
                break;
            }
            kept = grown;
        }
        kept
    }

    /// These tables alone.
    #[must_use]
    pub fn only(&self, kept: &BTreeSet<usize>) -> Self {
        let place = |old: usize| kept.iter().position(|it| *it == old);
        let links = self.links.iter().filter_map(|link| {
            Some(Link {
                from: place(link.from)?,
                to: place(link.to)?,
                ..link.clone()
            })
        });
        Self {
            entities: kept.iter().map(|it| self.entities[*it].clone()).collect(),
            links: links.collect(),
        }
    }

    fn place(&self, name: &str) -> Result<usize, ProjectError> {
        let find = |equal: fn(&str, &str) -> bool| {
            let mut entities = self.entities.iter();
            entities.position(|entity| equal(&entity.name, name))
        };
        find(|own, wanted| own == wanted)
            .or_else(|| find(str::eq_ignore_ascii_case))
            .ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> ProjectError {
        let all: Vec<&str> = self.entities.iter().map(|it| it.name.as_str()).collect();
        let remedy = match (nearest(name, all.iter().copied()), all.len()) {
            (Some(near), _) => format!("did you mean {near}?"),
            (None, 0) => "there is no table at all".to_owned(),
            (None, 1..=12) => format!("there are {}", list(&all)),
            (None, count) => format!(
                "there are {count} tables, such as {}; one of another schema is named with it",
                list(&all[..5])
            ),
        };
        ProjectError::refused(format!("find a table {name}"), remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::shop;

    fn names(chosen: &[&str], depth: usize) -> String {
        let chosen: Vec<String> = chosen.iter().map(|name| (*name).to_owned()).collect();
        match shop().around(&chosen, depth) {
            Ok(diagram) => {
                let names = diagram.entities.iter().map(|it| it.name.as_str());
                format!(
                    "{} {}",
                    names.collect::<Vec<_>>().join(" "),
                    diagram.links.len()
                )
            }
            Err(error) => format!(
                "{error}; {}",
                error.complaints()[0].remedy.clone().unwrap_or_default()
            ),
        }
    }

    #[test]
    fn tables_come_with_their_neighbours() {
        assert_eq!(names(&[], 1), "customer item note order product 4");
        assert_eq!(names(&["ORDER"], 0), "order 0");
        assert_eq!(names(&["customer"], 1), "customer order 1");
        assert_eq!(names(&["customer"], 2), "customer item order 2");
        assert_eq!(names(&["customer"], 9), "customer item order product 4");
    }

    #[test]
    fn a_name_that_is_unknown() {
        insta::assert_snapshot!(names(&["ordr"], 1), @"find a table ordr; did you mean order?");
        insta::assert_snapshot!(names(&["x"], 1), @"find a table x; there are customer, item, note, order and product");
    }
}
