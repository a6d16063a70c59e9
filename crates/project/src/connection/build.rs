//! A url that grows from several places, the strongest first.

use std::collections::BTreeMap;

use schemist_connect::{DatabaseUrl, Part};

use crate::error::ProjectError;

/// A url and where each part of it comes from.
#[derive(Debug, Clone)]
pub(super) struct Build {
    pub(super) url: DatabaseUrl,
    pub(super) origins: BTreeMap<Part, String>,
}

impl Build {
    /// Starts with a whole url.
    pub(super) fn of(url: DatabaseUrl, origin: &str) -> Self {
        let mut origins = BTreeMap::new();
        for part in Part::ALL {
            if url.part(part).is_some() {
                origins.insert(part, origin.to_owned());
            }
        }
        Self { url, origins }
    }

    /// Whether nothing is said there yet.
    pub(super) fn lacks(&self, part: Part) -> bool {
        self.url.part(part).is_none()
    }

    /// Says something there, whatever was said before.
    pub(super) fn put(
        &mut self,
        part: Part,
        value: &str,
        origin: impl Into<String>,
    ) -> Result<(), ProjectError> {
        let origin = origin.into();
        let url = self.url.with_part(part, value);
        self.url = url.map_err(|source| ProjectError::Url {
            origin: origin.clone(),
            source,
        })?;
        if self.url.part(part).is_some() {
            self.origins.insert(part, origin);
        }
        Ok(())
    }

    /// Says something there, unless something is said already.
    pub(super) fn fill(
        &mut self,
        part: Part,
        value: &str,
        origin: impl Into<String>,
    ) -> Result<(), ProjectError> {
        if self.lacks(part) {
            return self.put(part, value, origin);
        }
        Ok(())
    }

    /// Takes what is still open from another one of the same dialect.
    pub(super) fn over(self, below: Self) -> Self {
        if self.url.dialect() != below.url.dialect() {
            return self;
        }
        let mut origins = below.origins;
        origins.extend(self.origins);
        Self {
            url: self.url.over(&below.url),
            origins,
        }
    }

    /// Leaves something open again.
    pub(super) fn forget(&mut self, part: Part) {
        self.url = self.url.without(part);
        self.origins.remove(&part);
    }
}
