//! What the settings say about programs that are run before and after changes.

use std::collections::BTreeMap;

use super::connection::Program;
use super::node::{Item, Node, Value};
use super::reader::{Reader, path_of};

/// When a hook is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookPoint {
    /// Before the first revision is applied.
    BeforeUpgrade,
    /// After the last one, or where an upgrade stopped.
    AfterUpgrade,
    /// Before the first revision is taken back.
    BeforeDowngrade,
    /// After the last one, or where a downgrade stopped.
    AfterDowngrade,
    /// Before each revision, whichever way it is run.
    BeforeRevision,
    /// After each revision, or where it stopped.
    AfterRevision,
}

impl HookPoint {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 6] = [
        Self::BeforeUpgrade,
        Self::BeforeDowngrade,
        Self::BeforeRevision,
        Self::AfterRevision,
        Self::AfterUpgrade,
        Self::AfterDowngrade,
    ];

    /// Its name in the settings.
    pub const fn key(self) -> &'static str {
        match self {
            Self::BeforeUpgrade => "before_upgrade",
            Self::AfterUpgrade => "after_upgrade",
            Self::BeforeDowngrade => "before_downgrade",
            Self::AfterDowngrade => "after_downgrade",
            Self::BeforeRevision => "before_revision",
            Self::AfterRevision => "after_revision",
        }
    }
}

const KEYS: &[&str] = &[
    "before_upgrade",
    "after_upgrade",
    "before_downgrade",
    "after_downgrade",
    "before_revision",
    "after_revision",
];

/// The programs of each point, in the order in which they are run.
pub type HookPrograms = BTreeMap<HookPoint, Vec<Program>>;

impl Reader<'_> {
    /// Reads hooks over those that hold for all databases.
    pub(super) fn hooks(&mut self, hooks: &mut HookPrograms, item: &Item, path: &str) {
        let path = path_of(path, item);
        let Value::Table(items) = &item.node.value else {
            return self.wrong(&item.node, path, "a table");
        };
        for item in items {
            let mut known = HookPoint::ALL.into_iter();
            let Some(point) = known.find(|point| point.key() == item.key) else {
                self.unknown(item, &path, KEYS);
                continue;
            };
            let programs = self.programs(&item.node, &path_of(&path, item));
            hooks.insert(point, programs);
        }
    }

    /// Reads one program with its arguments, or a list of such; an empty list is none.
    fn programs(&mut self, node: &Node, key: &str) -> Vec<Program> {
        const EXPECTED: &str = "[\"program\", \"argument\"]";
        let Value::List(nodes) = &node.value else {
            self.wrong(node, key.to_owned(), EXPECTED);
            return Vec::new();
        };
        let is_list = |node: &Node| matches!(node.value, Value::List(_));
        if !nodes.iter().any(is_list) {
            let words = self.templates(node, key);
            return match words.is_empty() {
                true => Vec::new(),
                false => vec![Program { words }],
            };
        }
        let mut programs = Vec::new();
        for node in nodes {
            let words = match is_list(node) {
                true => self.templates(node, key),
                false => Vec::new(),
            };
            if words.is_empty() {
                self.wrong(node, key.to_owned(), EXPECTED);
                continue;
            }
            programs.push(Program { words });
        }
        programs
    }
}
