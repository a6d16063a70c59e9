//! Writing a header, whole or in place.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::read::HeaderLine;
use super::value::{CatalogHashes, Header, Key, Proof, ProvenOn};

/// What every revision file begins with.
pub(crate) const FIRST_LINE: &str = "-- schemist revision";

impl Header {
    /// Writes the header as it stands at the top of a file.
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        for key in Key::ALL {
            if let Some(value) = self.value(key) {
                text.push_str(&line(key, &value));
                text.push('\n');
            }
        }
        text
    }

    /// The text that stands behind a key; `None` where the key is left out.
    pub(crate) fn value(&self, key: Key) -> Option<String> {
        match key {
            Key::Id => Some(self.id.to_string()),
            Key::Parent => Some(commas(&self.parents).unwrap_or_else(|| "none".to_owned())),
            Key::Message => Some(self.message.to_string()).filter(|message| !message.is_empty()),
            Key::Created => self.created.map(|created| created.to_string()),
            Key::Labels => commas(&self.labels),
            Key::DependsOn => commas(&self.depends_on),
            Key::Dialects => commas(&self.dialects),
            Key::Proven => Some(match &self.proven {
                Proof::No(None) => "no".to_owned(),
                Proof::No(Some(reason)) => format!("no ({reason})"),
                Proof::On(servers) => commas(
                    servers
                        .iter()
                        .map(|ProvenOn { dialect, version }| format!("{dialect} {version}")),
                )
                .unwrap_or_else(|| "no".to_owned()),
            }),
            Key::Catalog => commas(self.catalog.iter().map(
                |CatalogHashes {
                     server,
                     before,
                     after,
                 }| format!("{server} {before} → {after}"),
            )),
            Key::NotAtomic => self.not_atomic.as_ref().map(ToString::to_string),
            Key::Irreversible => self.irreversible.as_ref().map(ToString::to_string),
        }
    }
}

/// Changes those header lines of a file that say something else afterwards, and no other byte.
pub(crate) fn edited(
    text: &str,
    lines: &BTreeMap<Key, HeaderLine>,
    before: &Header,
    after: &Header,
) -> String {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut edits = Vec::new();
    let mut above = text.find('\n').unwrap_or(text.len());
    for key in Key::ALL {
        let place = lines.get(&key);
        let value = after.value(key);
        let end_of_line = |at: usize| text[at..].find('\n').map_or(text.len(), |i| at + i);
        if before.value(key) != value {
            match (place, &value) {
                (Some(place), Some(value)) => edits.push((place.line.range(), line(key, value))),
                (Some(place), None) => {
                    let end = (end_of_line(place.line.end) + 1).min(text.len());
                    edits.push((place.line.start..end, String::new()));
                }
                (None, Some(value)) => {
                    let at = text[..above].strip_suffix('\r').map_or(above, str::len);
                    edits.push((at..at, format!("{line_end}{}", line(key, value))));
                }
                (None, None) => {}
            }
        }
        if let Some(place) = place {
            above = above.max(end_of_line(place.line.end));
        }
    }
    apply(text, edits)
}

fn apply(text: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> String {
    // Stable: insertions at one place stay in the order of the keys.
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for (range, replacement) in edits {
        result.push_str(&text[done..range.start]);
        result.push_str(&replacement);
        done = range.end;
    }
    result.push_str(&text[done..]);
    result
}

fn line(key: Key, value: &str) -> String {
    format!("-- {key}: {value}").trim_end().to_owned()
}

fn commas<T: Display>(items: impl IntoIterator<Item = T>) -> Option<String> {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    (!items.is_empty()).then(|| items.join(", "))
}
