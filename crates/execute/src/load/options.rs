//! What is loaded, how, and what it took.

use std::collections::BTreeMap;

/// One statement of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadStatement<'a> {
    /// What the server gets.
    pub sql: &'a str,
    /// The number of its file; each file starts with a fresh session state.
    pub file: usize,
}

/// In which order the statements of a file are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// In any that works.
    #[default]
    Free,
    /// In its own, before all others: a dump replaces and drops its own placeholders.
    Own,
}

/// What is done about a role or a tablespace that a declaration names and the server lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingRoles {
    /// The statement fails.
    #[default]
    Refused,
    /// It is made, a role without the right to log in; only on a server of our own.
    Made,
}

/// How a declaration is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The order of each file; files that are not there are free.
    pub orders: Vec<Order>,
    /// What is done about missing roles.
    pub missing_roles: MissingRoles,
    /// The versions that extensions get where the declaration names none.
    pub extensions: BTreeMap<String, String>,
}

/// What loading took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// How many times a statement was sent.
    pub attempts: usize,
    /// The roles that were made.
    pub roles: Vec<String>,
}
