//! Indexes of tables that are in use (PostgreSQL): built and dropped while others read and write. A partitioned table has no such build; each partition has, and the parent's index is put together of theirs.

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::index::{Build, Index};
use super::type_swap::name_aside;
use super::{IndexRole, Object, Partition, Table, comment};
use crate::hazard::rows;
use crate::{Alteration, Catalog, Context, Creation, Hazard, InPlace, Kind, ObjectId, Pair, Step};

/// What a new index of a table in use takes; `None` where it has to be made in the plain form.
pub(super) fn create(index: &Index, context: &Context<'_>) -> Option<Creation> {
    if !is_online(index, context) {
        return None;
    }
    let table = ObjectId::new(index.on, index.table.clone());
    // Until the key that has the name is dropped, or the index of a parent, the name is taken.
    if key_of(&index.name, &table, context.catalogs.before)
        || is_moving_above(&index.table, context)
    {
        return None;
    }
    let dialect = context.dialect;
    let steps = match Family::of(index, context)? {
        Family::Single => {
            let mut steps = vec![build(index, dialect)];
            steps.extend(index.sample(&[], dialect));
            steps
        }
        Family::Partitioned(tree) => {
            let leaves = tree.leaves().map(|member| member.part(index));
            let mut steps: Vec<_> = leaves.map(|leaf| build(&leaf, dialect)).collect();
            steps.extend(tree.assemble(index, dialect));
            steps
        }
    };
    let mut create = steps;
    create.extend(comment::on_create(
        dialect,
        &index.comment_target(dialect),
        index.comment.as_deref(),
    ));
    Some(Creation {
        create,
        seal: Vec::new(),
    })
}

/// What it takes to drop an index of a table in use; `None` where it goes in the plain form.
pub(super) fn drop(index: &Index, context: &Context<'_>) -> Option<Vec<Step>> {
    if !context.disturbed.is_empty() || !is_online(index, context) {
        return None;
    }
    let table = ObjectId::new(index.on, index.table.clone());
    let is_in_the_way = key_of(&index.name, &table, context.catalogs.after)
        || (index.unique && gets_foreign_keys(&index.table, context));
    let has_parts = !matches!(Family::of(index, context), Some(Family::Single));
    if is_in_the_way
        || has_parts
        || is_moving_above(&index.table, context)
        || has_dependents(&index.name, context)
    {
        return None;
    }
    Some(vec![drop_beside(&index.name, context.dialect)])
}

/// How an index becomes another of the same name, without the table being without one: the new one is
/// built beside the old one, and takes its name.
pub(super) fn replace(pair: Pair<&Index>, context: &Context<'_>) -> Option<Alteration> {
    let are_online = pair.map(|index| is_online(index, context)) == Pair::new(true, true);
    if !are_online
        || pair.map(|index| &index.table).differs()
        || has_dependents(&pair.after.name, context)
    {
        return None;
    }
    let Family::Single = Family::of(pair.after, context)? else {
        return None;
    };
    let dialect = context.dialect;
    let old = name_aside(&pair.before.name);
    let successor = Index {
        name: beside(&pair.after.name),
        ..pair.after.clone()
    };
    let rename = |names: Pair<&QualifiedName>| {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER INDEX ")
            .name(names.before)
            .keyword(" RENAME TO ")
            .ident(&names.after.name);
        Step::new(script.into_text())
    };
    let mut main = vec![
        build(&successor, dialect),
        rename(Pair::new(&pair.before.name, &old)),
        rename(Pair::new(&successor.name, &pair.after.name)),
    ];
    main.extend(pair.after.sample(&[], dialect));
    main.extend(comment::on_create(
        dialect,
        &pair.after.comment_target(dialect),
        pair.after.comment.as_deref(),
    ));
    Some(Alteration::InPlace(InPlace {
        main,
        retire: vec![drop_beside(&old, dialect)],
        ..InPlace::default()
    }))
}

/// Whether the index is one of its own, and is made and dropped while others go on working.
fn is_online(index: &Index, context: &Context<'_>) -> bool {
    // What an index is to its table beside is lost and said again with the index itself.
    index.attached_to.is_none()
        && !index.only_parent
        && index.role == IndexRole::default()
        && context.is_online(&ObjectId::new(index.on, index.table.clone()))
        && !context.hints.offline.contains(&Index::id_of(&index.name))
}

/// The name under which something is built that takes another's place.
pub(super) fn beside(name: &QualifiedName) -> QualifiedName {
    let mut beside = format!("schemist_new_{}", name.name.as_str());
    while beside.len() > 63 {
        beside.pop();
    }
    QualifiedName {
        schema: name.schema.clone(),
        name: Ident::from_server(beside),
    }
}

/// The statement that builds an index while others read and write.
pub(super) fn build(index: &Index, dialect: Dialect) -> Step {
    let step = Step::alone(index.create_statement(Build::Concurrent, dialect));
    if !index.unique {
        return step;
    }
    step.with(Hazard::new(
        &rows::UNIQUE_ADDED,
        format!("duplicates in table {} make this fail", index.table),
    ))
}

fn drop_beside(name: &QualifiedName, dialect: Dialect) -> Step {
    let mut script = Script::new(dialect);
    script.keyword("DROP INDEX CONCURRENTLY ").name(name);
    Step::alone(script.into_text())
}

/// Whether a key of the table has an index of this name.
fn key_of(name: &QualifiedName, table: &ObjectId, catalog: &Catalog) -> bool {
    let Some(Object::Table(table)) = catalog.get(table) else {
        return false;
    };
    let mut keys = table.keys();
    keys.any(|key| key.name.as_ref() == Some(&name.name))
}

/// Whether a parent gets or loses indexes or keys: it would take an index of its partition for its own, or
/// takes one along.
fn is_moving_above(table: &QualifiedName, context: &Context<'_>) -> bool {
    let catalogs = context.catalogs;
    let mut next = table.clone();
    while let Some(Object::Table(table)) = catalogs.after.get(&Table::id_of(&next))
        && let Some(partition) = &table.partition_of
    {
        next = partition.parent.clone();
        let parent = Table::id_of(&next);
        let moves = |(id, object): (&ObjectId, &Object)| {
            matches!(object, Object::Index(index) if index.table == next)
                && catalogs.map(|catalog| catalog.get(id)).differs()
        };
        let sides = catalogs.map(|catalog| catalog.objects().iter().any(moves));
        if sides != Pair::new(false, false)
            || catalogs.map(|catalog| catalog.get(&parent)).differs()
        {
            return true;
        }
    }
    false
}

/// Whether keys are made that could rest on any unique index of the table.
fn gets_foreign_keys(table: &QualifiedName, context: &Context<'_>) -> bool {
    let catalogs = context.catalogs;
    let mut objects = catalogs.after.objects().iter();
    objects.any(|(id, object)| match object {
        Object::ForeignKey(key) => key.target == *table && catalogs.before.get(id) != Some(object),
        _ => false,
    })
}

/// Whether anything rests on the index, before or after.
fn has_dependents(name: &QualifiedName, context: &Context<'_>) -> bool {
    let id = Index::id_of(name);
    let rests = |catalog: &Catalog| {
        catalog.objects().keys().any(|other| {
            let references = catalog.references(other);
            references.iter().any(|reference| reference.object == id)
        })
    };
    context.catalogs.map(rests) != Pair::new(false, false)
}

/// What an index has to be built on.
enum Family {
    /// One table.
    Single,
    /// A partitioned table with all of its partitions.
    Partitioned(Tree),
}

/// A table with its partitions and theirs, parents first.
#[derive(PartialEq, Eq)]
struct Tree {
    members: Vec<Member>,
}

#[derive(PartialEq, Eq)]
struct Member {
    table: QualifiedName,
    /// What it is a partition of, the first one too.
    parent: Option<Partition>,
    is_leaf: bool,
}

impl Family {
    /// `None` where partitions come and go at the same time, or where some have indexes that are named
    /// by hand.
    fn of(index: &Index, context: &Context<'_>) -> Option<Self> {
        if index.on == Kind::MaterializedView {
            return Some(Self::Single);
        }
        let trees = context
            .catalogs
            .map(|catalog| Tree::of(&index.table, catalog));
        if trees.differs() {
            return None;
        }
        let tree = trees.after?;
        if tree.members.first().is_some_and(|member| member.is_leaf) {
            return tree.is_free(context).then_some(Self::Single);
        }
        tree.stands(index, context)
            .then_some(Self::Partitioned(tree))
    }
}

impl Member {
    fn of(table: &Table) -> Self {
        Self {
            table: table.name.clone(),
            parent: table.partition_of.as_deref().cloned(),
            is_leaf: table.partition_by.is_none(),
        }
    }

    /// The index of this member, as the server would have made and named it.
    fn part(&self, index: &Index) -> Index {
        let name = QualifiedName {
            schema: self.table.schema.clone(),
            name: index.name_on(&self.table.name),
        };
        let is_whole = self.table == index.table;
        Index {
            name: if is_whole { index.name.clone() } else { name },
            table: self.table.clone(),
            only_parent: !self.is_leaf,
            comment: None,
            ..index.clone()
        }
    }
}

impl Tree {
    fn of(table: &QualifiedName, catalog: &Catalog) -> Option<Self> {
        let Some(Object::Table(table)) = catalog.get(&Table::id_of(table)) else {
            return None;
        };
        let mut members = vec![Member::of(table)];
        let mut at = 0;
        while at < members.len() {
            let parent = members[at].table.clone();
            at += 1;
            if members[at - 1].is_leaf {
                continue;
            }
            for object in catalog.objects().values() {
                let Object::Table(child) = object else {
                    continue;
                };
                let partition = child.partition_of.as_ref();
                if partition.is_some_and(|partition| partition.parent == parent) {
                    members.push(Member::of(child));
                }
            }
        }
        Some(Self { members })
    }

    fn leaves(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_leaf)
    }

    /// Whether no key of a member is a part of a parent's index: such a member is taken off and put on again.
    /// Nor is a member another server's.
    fn is_free(&self, context: &Context<'_>) -> bool {
        let is_tied = |catalog: &Catalog| {
            self.members.iter().any(|member| {
                let Some(Object::Table(table)) = catalog.get(&Table::id_of(&member.table)) else {
                    return false;
                };
                let mut keys = table.keys();
                table.foreign.is_some() || keys.any(|key| key.attached_to.is_some())
            })
        };
        context.catalogs.map(is_tied) == Pair::new(false, false)
    }

    /// Whether nothing in it is named by hand, and no name that is needed is taken.
    fn stands(&self, index: &Index, context: &Context<'_>) -> bool {
        let parts = self
            .members
            .iter()
            .filter(|member| member.table != index.table);
        let mut names: Vec<_> = parts.map(|member| member.part(index).name).collect();
        names.sort();
        let are_different = names.windows(2).all(|pair| pair[0] != pair[1]);
        let is_in_the_way = |catalog: &Catalog| {
            catalog.objects().values().any(|object| match object {
                Object::Index(other) => {
                    names.contains(&other.name) || other.attached_to.as_ref() == Some(&index.name)
                }
                Object::Table(table) => table.keys().any(|key| {
                    let mut own = names.iter().filter(|name| name.schema == table.name.schema);
                    own.any(|name| key.name.as_ref() == Some(&name.name))
                }),
                _ => false,
            })
        };
        are_different
            && self.is_free(context)
            && context.catalogs.map(is_in_the_way) == Pair::new(false, false)
    }

    /// Makes the indexes of parents, which are empty, and ties to each those of its partitions.
    fn assemble(&self, index: &Index, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        for member in self.members.iter().filter(|member| !member.is_leaf) {
            let part = member.part(index);
            steps.push(Step::new(part.create_statement(Build::Blocking, dialect)));
        }
        // From the leaves up, or a parent's index would be tied before it is complete.
        for member in self.members.iter().rev() {
            let of = member.parent.as_ref().map(|partition| &partition.parent);
            let mut parents = self.members.iter();
            if let Some(parent) = parents.find(|parent| Some(&parent.table) == of) {
                let mut script = Script::new(dialect);
                script
                    .keyword("ALTER INDEX ")
                    .name(&parent.part(index).name)
                    .keyword(" ATTACH PARTITION ")
                    .name(&member.part(index).name);
                steps.push(Step::new(script.into_text()));
            }
        }
        steps
    }
}
