//! Reading single settings, each with its complaint and the place of it.

use std::collections::BTreeMap;

use schemist_sql::Span;

use super::file::SettingsFile;
use super::node::{Item, Node, Value};
use super::problem::{SettingsError, SettingsProblem};
use super::template::Template;
use crate::words::nearest;

/// Reads nodes and collects what is wrong with them.
pub(super) struct Reader<'f> {
    /// The files that the nodes come from, by their number.
    pub(super) files: &'f [SettingsFile],
    /// The variables that plain texts may hold.
    pub(super) variables: &'f BTreeMap<String, String>,
    /// What becomes of plain texts whose variables are not set.
    pub(super) unset: Unset,
    /// What was found wrong so far.
    pub(super) errors: Vec<SettingsError>,
}

/// What becomes of a setting whose variable is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// It is told.
    Told,
    /// It is left out: the environment that it belongs to was not chosen.
    LeftOut,
}

impl Reader<'_> {
    /// Reads a text that is used as it is; variables in it are looked up at once.
    pub(super) fn text<T>(
        &mut self,
        node: &Node,
        key: String,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Value::Text(text) = &node.value else {
            self.wrong(node, key, "a text");
            return None;
        };
        let mut resolved = None;
        if text.contains("${") {
            let template = self.template(node, key.clone())?;
            match (template.resolve(self.variables), self.unset) {
                (Ok(text), _) => resolved = Some(text),
                (Err(_), Unset::LeftOut) => return None,
                (Err(errors), Unset::Told) => {
                    self.errors.extend(errors.errors().iter().cloned());
                    return None;
                }
            }
        }
        match read(resolved.as_deref().unwrap_or(text)) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.value(node, key, reason, "correct the value".to_owned());
                None
            }
        }
    }

    pub(super) fn truth(&mut self, item: &Item, path: &str) -> Option<bool> {
        let Value::Truth(truth) = item.node.value else {
            self.wrong(&item.node, path_of(path, item), "true or false");
            return None;
        };
        Some(truth)
    }

    pub(super) fn each<T>(
        &mut self,
        node: &Node,
        key: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Value::List(list) = &node.value else {
            self.wrong(node, key.to_owned(), "a list of texts");
            return Vec::new();
        };
        list.iter()
            .filter_map(|node| self.text(node, key.to_owned(), &read))
            .collect()
    }

    /// Reads a text whose variables are looked up when it is used.
    pub(super) fn template(&mut self, node: &Node, key: String) -> Option<Template> {
        let Value::Text(text) = &node.value else {
            self.wrong(node, key, "a text");
            return None;
        };
        let file = &self.files[node.file];
        Some(Template {
            key,
            text: text.clone(),
            place: file.place(node.span, ""),
            folder: file.folder().into(),
        })
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn templates(&mut self, node: &Node, key: &str) -> Vec<Template> {
        let one = std::slice::from_ref(node);
        let nodes = match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            Value::Text(_)
            | Value::Integer(_)
            | Value::Truth(_)
            | Value::Table(_)
            | Value::Other(_) => one,
        };
        nodes
            .iter()
            .filter_map(|node| self.template(node, key.to_owned()))
            .collect()
    }

    pub(super) fn unknown(&mut self, item: &Item, path: &str, known: &'static [&'static str]) {
        let problem = SettingsProblem::UnknownKey {
            key: path_of(path, item),
            near: nearest(&item.key, known.iter().copied()),
            known,
        };
        self.complain(item.file, item.key_span, problem);
    }

    pub(super) fn wrong(&mut self, node: &Node, key: String, expected: &str) {
        let reason = format!("expected {expected}, found {}", node.kind());
        self.value(node, key, reason, format!("write {expected}"));
    }

    pub(super) fn value(&mut self, node: &Node, key: String, reason: String, remedy: String) {
        let problem = SettingsProblem::Value {
            key,
            reason,
            remedy,
        };
        self.complain(node.file, node.span, problem);
    }

    pub(super) fn complain(&mut self, file: usize, span: Span, problem: SettingsProblem) {
        let place = Some(self.files[file].place(span, problem.label()));
        self.errors.push(SettingsError { problem, place });
    }
}

pub(super) fn path_of(path: &str, item: &Item) -> String {
    if path.is_empty() {
        return item.key.clone();
    }
    format!("{path}.{}", item.key)
}
