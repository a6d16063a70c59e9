//! Where and how the rows of a table are kept in PostgreSQL, and what its indexes are to it.
//!
//! That an index tells rows apart for replication, or gives them their order on disk, is said of the
//! index: it is lost with the index and comes back with it. A table only says whether one does. What the
//! keys of a partition have from their parent has no place but the table.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::Table;
use super::postgres::alter_table;
use crate::hazard::locks;
use crate::object::comment;
use crate::{Context, Kind, Object, Pair, Plain, Step};

/// What tells rows apart where changes are replicated (PostgreSQL).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    PrimaryKey,
    /// All columns.
    Full,
    /// Nothing.
    Nothing,
    /// A unique index, which says so itself.
    Index,
}

/// What an index is to its table beside finding rows (PostgreSQL).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IndexRole {
    /// Whether it tells rows apart where changes are replicated.
    pub identifies: bool,
    /// Whether `CLUSTER` puts rows into its order.
    pub clusters: bool,
}

/// Where and how rows are kept (PostgreSQL).
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Storage {
    /// The tablespace, where it is not the database's.
    pub tablespace: Option<Ident>,
    /// The access method as the server prints it, where it is not `heap`.
    pub access_method: Option<String>,
    /// What tells rows apart where changes are replicated.
    pub replica_identity: ReplicaIdentity,
    /// What the keys are that a partition has from its parent, where they are anything.
    pub roles_of_inherited_keys: BTreeMap<Ident, IndexRole>,
}

impl Storage {
    /// The server's own choices.
    pub const fn new() -> Self {
        Self {
            tablespace: None,
            access_method: None,
            replica_identity: ReplicaIdentity::PrimaryKey,
            roles_of_inherited_keys: BTreeMap::new(),
        }
    }
}

impl Plain for Storage {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self == Self::PLAIN
    }
}

/// `SET TABLESPACE …`, or back to the database's own.
pub(crate) fn set_tablespace(script: &mut Script, tablespace: Option<&Ident>) {
    script.keyword("SET TABLESPACE ");
    match tablespace {
        Some(tablespace) => script.ident(tablespace),
        None => script.keyword("pg_default"),
    };
}

/// What makes an index what it is to its table.
pub(crate) fn take_role(
    role: IndexRole,
    index: &Ident,
    (kind, table): (Kind, &QualifiedName),
    dialect: Dialect,
) -> Vec<Step> {
    let say = |words: &'static str| {
        let mut script = Script::new(dialect);
        script
            .keyword(alter_words(kind))
            .name(table)
            .keyword(words)
            .ident(index);
        Step::new(script.into_text())
    };
    let identity = role
        .identifies
        .then(|| say(" REPLICA IDENTITY USING INDEX "));
    let cluster = role.clusters.then(|| say(" CLUSTER ON "));
    identity.into_iter().chain(cluster).collect()
}

/// What changes the role of an index that stays. Where another index takes a role over, that one says so;
/// and a table that is told apart by something else says so itself.
pub(crate) fn change_role(
    roles: Pair<IndexRole>,
    index: &Ident,
    (kind, table): (Kind, &QualifiedName),
    context: &Context<'_>,
) -> Vec<Step> {
    let (before, after) = (roles.before, roles.after);
    let taken = IndexRole {
        identifies: after.identifies && !before.identifies,
        clusters: after.clusters && !before.clusters,
    };
    let mut steps = take_role(taken, index, (kind, table), context.dialect);
    if !after.clusters && !is_clustered(table, context) {
        steps.extend(leave_role(before, (kind, table), context.dialect));
    }
    steps
}

/// What ends the order on disk; what tells rows apart is said by the table.
pub(crate) fn leave_role(
    role: IndexRole,
    (kind, table): (Kind, &QualifiedName),
    dialect: Dialect,
) -> Option<Step> {
    let mut script = Script::new(dialect);
    script
        .keyword(alter_words(kind))
        .name(table)
        .keyword(" SET WITHOUT CLUSTER");
    role.clusters.then(|| Step::new(script.into_text()))
}

const fn alter_words(kind: Kind) -> &'static str {
    match kind {
        Kind::MaterializedView => "ALTER MATERIALIZED VIEW ",
        _ => "ALTER TABLE ",
    }
}

/// Whether some index gives the rows their order in the end.
fn is_clustered(table: &QualifiedName, context: &Context<'_>) -> bool {
    let objects = context.catalogs.after.objects().values();
    objects.into_iter().any(|object| match object {
        Object::Index(index) => index.table == *table && index.role.clusters,
        Object::Table(own) => own.name == *table && roles(own).values().any(|role| role.clusters),
        _ => false,
    })
}

/// What the keys of a table are to it, by name.
fn roles(table: &Table) -> BTreeMap<&Ident, IndexRole> {
    let keys = table
        .keys()
        .filter_map(|key| Some((key.name.as_ref()?, key.role)));
    let exclusions = table
        .exclusions
        .iter()
        .map(|exclusion| (&exclusion.name, exclusion.role));
    let inherited = &table.storage.roles_of_inherited_keys;
    keys.chain(exclusions)
        .chain(inherited.iter().map(|(name, role)| (name, *role)))
        .collect()
}

/// The tablespaces of the indexes behind keys and exclusions, by name.
fn tablespaces(table: &Table) -> BTreeMap<&Ident, Option<&Ident>> {
    let keys = table
        .keys()
        .filter_map(|key| Some((key.name.as_ref()?, key.tablespace.as_ref())));
    let exclusions = table
        .exclusions
        .iter()
        .map(|exclusion| (&exclusion.name, exclusion.tablespace.as_ref()));
    keys.chain(exclusions).collect()
}

/// What is said of the indexes behind keys and exclusions, by name.
fn index_comments(table: &Table) -> BTreeMap<&Ident, &str> {
    let keys = table
        .keys()
        .map(|key| (key.name.as_ref(), key.index_comment.as_deref()));
    let exclusions = table
        .exclusions
        .iter()
        .map(|exclusion| (Some(&exclusion.name), exclusion.index_comment.as_deref()));
    keys.chain(exclusions)
        .filter_map(|(name, comment)| Some((name?, comment?)))
        .collect()
}

/// The index behind a constraint.
fn index_of(table: &Table, constraint: &Ident) -> QualifiedName {
    QualifiedName {
        schema: table.name.schema.clone(),
        name: constraint.clone(),
    }
}

/// What is said of a new table once it stands.
pub(super) fn create(table: &Table, dialect: Dialect) -> Vec<Step> {
    let mut steps: Vec<_> = identity(table, dialect).into_iter().collect();
    for exclusion in &table.exclusions {
        // The server prints no place for it.
        if let Some(space) = &exclusion.tablespace {
            let script = move_index(table, &exclusion.name, Some(space), dialect);
            steps.push(Step::new(script.into_text()));
        }
    }
    for (name, comment) in index_comments(table) {
        let target = comment::target("INDEX ", &index_of(table, name).quoted(dialect));
        steps.extend(comment::on_create(dialect, &target, Some(comment)));
    }
    for (name, role) in roles(table) {
        steps.extend(take_role(role, name, (Kind::Table, &table.name), dialect));
    }
    steps
}

/// `ALTER INDEX … SET TABLESPACE` of the index behind a constraint.
fn move_index(table: &Table, index: &Ident, space: Option<&Ident>, dialect: Dialect) -> Script {
    let index = index_of(table, index);
    let mut script = Script::new(dialect);
    script.keyword("ALTER INDEX ").name(&index).keyword(" ");
    set_tablespace(&mut script, space);
    script
}

fn identity(table: &Table, dialect: Dialect) -> Option<Step> {
    let words = match table.storage.replica_identity {
        // The index says it; and the primary key is there from the start.
        ReplicaIdentity::PrimaryKey | ReplicaIdentity::Index => return None,
        ReplicaIdentity::Full => "FULL",
        ReplicaIdentity::Nothing => "NOTHING",
    };
    Some(say_identity(table, words, dialect))
}

fn say_identity(table: &Table, words: &'static str, dialect: Dialect) -> Step {
    let mut script = alter_table(table, dialect);
    script.keyword("REPLICA IDENTITY ").keyword(words);
    Step::new(script.into_text())
}

/// What changes about a table that stays; what is said of the keys that were made here is said anew.
pub(super) fn alter(
    pair: Pair<&Table>,
    remade: &std::collections::BTreeSet<Ident>,
    context: &Context<'_>,
) -> Vec<Step> {
    let dialect = context.dialect;
    let mut steps = Vec::new();
    if pair.map(|table| &table.storage.access_method).differs() {
        let mut script = alter_table(pair.after, dialect);
        let method = pair.after.storage.access_method.as_deref();
        let own = if pair.after.partition_by.is_some() {
            // A partitioned table has no rows of its own to be kept, and says nothing then.
            "DEFAULT"
        } else {
            "heap"
        };
        script
            .keyword("SET ACCESS METHOD ")
            .expression(method.unwrap_or(own));
        steps.push(moved(script, pair.after));
    }
    let place = |table: &Table| {
        let space = table.storage.tablespace.clone();
        space.filter(|space| space.as_str() != "pg_default")
    };
    if pair.map(place).differs() {
        let mut script = alter_table(pair.after, dialect);
        set_tablespace(&mut script, pair.after.storage.tablespace.as_ref());
        steps.push(moved(script, pair.after));
    }
    let spaces = pair.map(tablespaces);
    for (name, space) in &spaces.after {
        let before = spaces.before.get(name).copied().flatten();
        if before.filter(|_| !remade.contains(*name)) != *space {
            steps.push(moved(
                move_index(pair.after, name, *space, dialect),
                pair.after,
            ));
        }
    }
    let comments = pair.map(index_comments);
    for name in spaces.after.keys() {
        let before = comments.before.get(name).copied();
        let texts = Pair::new(
            before.filter(|_| !remade.contains(*name)),
            comments.after.get(name).copied(),
        );
        let target = comment::target("INDEX ", &index_of(pair.after, name).quoted(dialect));
        steps.extend(comment::on_alter(dialect, &target, texts));
    }
    let sides = pair.map(|table| table.storage.replica_identity);
    if sides.differs() {
        steps.extend(match sides.after {
            ReplicaIdentity::PrimaryKey => Some(say_identity(pair.after, "DEFAULT", dialect)),
            _ => identity(pair.after, dialect),
        });
    }
    let sides = pair.map(roles);
    for (name, before) in &sides.before {
        if sides.after.contains_key(name) && !remade.contains(*name) {
            let after = sides.after[name];
            let on = (Kind::Table, &pair.after.name);
            steps.extend(change_role(Pair::new(*before, after), name, on, context));
        }
    }
    for (name, after) in &sides.after {
        if !sides.before.contains_key(name) || remade.contains(*name) {
            let on = (Kind::Table, &pair.after.name);
            steps.extend(take_role(*after, name, on, dialect));
        }
    }
    steps
}

fn moved(script: Script, table: &Table) -> Step {
    Step::new(script.into_text()).with(crate::Hazard::new(
        &locks::TABLE_REWRITTEN,
        format!(
            "table {} is locked while what it holds is copied",
            table.name
        ),
    ))
}
