//! From two catalogs to the statements that take one to the other.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::{Atomicity, Catalog, Hints, Kind, Object, ObjectId, Pair, Reference, Step};
use schemist_sql::QualifiedName;

use crate::mention::Mentions;
use crate::order::{Order, OrderError};
use crate::response::{References, Response, respond};

/// One statement, and the object that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The object.
    pub object: ObjectId,
    /// The statement.
    pub step: Step,
}

/// Statements in the order in which they run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The statements.
    pub steps: Vec<PlannedStep>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// The moment of an object's change at which statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Release,
    Drop,
    Main,
    Create,
    Restore,
    Attach,
    Finish,
}

/// What decides between steps that could be next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rank: u8,
    kind: i16,
    object: ObjectId,
    phase: Phase,
}

impl Key {
    fn new(object: &ObjectId, phase: Phase, atomicity: Atomicity) -> Self {
        let kind = i16::try_from(
            Kind::ALL
                .iter()
                .position(|kind| *kind == object.kind)
                .unwrap_or_default(),
        )
        .unwrap_or_default();
        let (rank, kind) = match phase {
            // What would see the other statements goes before all of them, and comes after.
            Phase::Release | Phase::Drop if object.kind.watches_statements() => (0, kind),
            _ if object.kind.watches_statements() => (8, kind),
            // What stops before anything is changed.
            Phase::Release => (1, kind),
            // What runs outside transactions, so that one transaction can follow.
            Phase::Main if atomicity == Atomicity::Alone => (2, kind),
            // What hangs on other things goes before them, data last of all.
            Phase::Drop if !object.kind.holds_data() => (3, -kind),
            Phase::Main | Phase::Create => (4, kind),
            Phase::Restore | Phase::Attach => (5, kind),
            Phase::Finish => (6, kind),
            Phase::Drop => (7, -kind),
        };
        Self {
            rank,
            kind,
            object: object.clone(),
            phase,
        }
    }
}

/// The statements that take `before` to `after`.
///
/// # Errors
/// [`OrderError`] where objects need each other in a way that no statement can break.
pub fn plan(catalogs: Pair<&Catalog>, hints: &Hints) -> Result<Plan, OrderError> {
    let sides = Pair::new(
        catalogs.before.unbundled(catalogs.after),
        catalogs.after.unbundled(catalogs.before),
    );
    let catalogs = sides.as_ref();
    let references = References::of(catalogs);
    let responses = respond(catalogs, &references, hints);
    let mut steps: BTreeMap<(ObjectId, Phase), Vec<Step>> = BTreeMap::new();
    for (id, response) in &responses {
        for (phase, statements) in phases(id, response, catalogs) {
            if !statements.is_empty() {
                steps.insert((id.clone(), phase), statements);
            }
        }
    }
    let mut graph = Graph::new(&steps);
    for (id, response) in &responses {
        graph.relate(id, response, &references, &responses, catalogs);
    }
    graph.relate_names(&responses, catalogs);
    graph.relate_softly(&responses, catalogs);
    let sorted = graph.order.sorted(|key| key.object.to_string())?;
    let mut planned = Vec::new();
    for key in sorted {
        let statements = steps
            .remove(&(key.object.clone(), key.phase))
            .unwrap_or_default();
        planned.extend(statements.into_iter().map(|step| PlannedStep {
            object: key.object.clone(),
            step,
        }));
    }
    Ok(Plan { steps: planned })
}

fn phases(id: &ObjectId, response: &Response, catalogs: Pair<&Catalog>) -> Vec<(Phase, Vec<Step>)> {
    let dialect = catalogs.after.dialect();
    let made = |phases: &mut Vec<(Phase, Vec<Step>)>| {
        if let Some(object) = catalogs.after.get(id) {
            phases.push((Phase::Create, object.create(dialect)));
            phases.push((Phase::Attach, object.attach(dialect)));
        }
    };
    let dropped = |phases: &mut Vec<(Phase, Vec<Step>)>| {
        if let Some(object) = catalogs.before.get(id) {
            phases.push((Phase::Drop, object.drop(dialect)));
        }
    };
    let mut phases = Vec::new();
    match response {
        Response::Create => made(&mut phases),
        Response::Drop => dropped(&mut phases),
        Response::Recreate => {
            dropped(&mut phases);
            made(&mut phases);
        }
        Response::InPlace(alteration) => {
            phases.push((Phase::Release, alteration.release.clone()));
            phases.push((Phase::Main, alteration.main.clone()));
            phases.push((Phase::Restore, alteration.restore.clone()));
            phases.push((Phase::Finish, alteration.finish.clone()));
        }
    }
    phases
}

/// What an object is to one that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// It holds a part of the other's rows, which that one takes in once all parts stand.
    Part,
    /// It uses the other, which must be complete.
    User,
}

impl Hold {
    fn of(catalog: &Catalog, id: &ObjectId, needed: &ObjectId) -> Self {
        match rows_of(catalog, id) {
            Some(whole) if whole == *needed => Self::Part,
            _ => Self::User,
        }
    }
}

/// The names that an object has among relations.
fn relation_names(catalog: &Catalog, id: &ObjectId) -> BTreeSet<QualifiedName> {
    let Some(object) = catalog.get(id) else {
        return BTreeSet::new();
    };
    let own = id.is_relation().then(|| id.name.clone());
    object.relation_names().into_iter().chain(own).collect()
}

/// The object whose rows an object holds a part of.
fn rows_of(catalog: &Catalog, id: &ObjectId) -> Option<ObjectId> {
    catalog.get(id)?.holds_rows_of()
}

struct Graph {
    order: Order<Key>,
    keys: BTreeMap<(ObjectId, Phase), Key>,
}

impl Graph {
    fn new(steps: &BTreeMap<(ObjectId, Phase), Vec<Step>>) -> Self {
        let mut order = Order::new();
        let mut keys = BTreeMap::new();
        for ((id, phase), statements) in steps {
            let atomicity = statements
                .first()
                .map_or(Atomicity::Transactional, |step| step.atomicity);
            let key = Key::new(id, *phase, atomicity);
            order.add(key.clone());
            keys.insert((id.clone(), *phase), key);
        }
        Self { order, keys }
    }

    fn edge(&mut self, first: (&ObjectId, Phase), second: (&ObjectId, Phase)) {
        let key = |node: (&ObjectId, Phase)| self.keys.get(&(node.0.clone(), node.1)).cloned();
        if let (Some(first), Some(second)) = (key(first), key(second)) {
            self.order.before(&first, &second);
        }
    }

    fn relate(
        &mut self,
        id: &ObjectId,
        response: &Response,
        references: &References,
        responses: &BTreeMap<ObjectId, Response>,
        catalogs: Pair<&Catalog>,
    ) {
        for (first, second) in [
            (Phase::Release, Phase::Main),
            (Phase::Main, Phase::Restore),
            (Phase::Release, Phase::Restore),
            (Phase::Restore, Phase::Finish),
            (Phase::Main, Phase::Finish),
            (Phase::Drop, Phase::Create),
            (Phase::Create, Phase::Attach),
        ] {
            self.edge((id, first), (id, second));
        }
        let none = BTreeSet::new();
        for reference in references.of.before.get(id).unwrap_or(&none) {
            let hold = Hold::of(catalogs.before, id, &reference.object);
            self.relate_before(id, reference, responses, hold);
        }
        for reference in references.of.after.get(id).unwrap_or(&none) {
            let hold = Hold::of(catalogs.after, id, &reference.object);
            self.relate_after(id, &reference.object, hold);
        }
        let followed = catalogs
            .after
            .get(id)
            .map(|object| object.follows(catalogs.after));
        for other in followed.into_iter().flatten() {
            self.edge((&other, Phase::Create), (id, Phase::Create));
        }
        let ties = |catalog: &Catalog| -> BTreeSet<Reference> {
            catalog
                .get(id)
                .map(schemist_catalog::Object::ties)
                .unwrap_or_default()
        };
        for tie in ties(catalogs.before) {
            self.edge((id, Phase::Release), (&tie.object, Phase::Main));
            self.edge((id, Phase::Release), (&tie.object, Phase::Drop));
        }
        for tie in ties(catalogs.after) {
            for made in [Phase::Create, Phase::Main] {
                self.edge((&tie.object, made), (id, Phase::Attach));
                self.edge((&tie.object, made), (id, Phase::Restore));
            }
        }
        if matches!(response, Response::Drop | Response::Recreate) {
            let whole = rows_of(catalogs.before, id);
            for other in responses.keys() {
                let follows = whole.is_some() && rows_of(catalogs.after, other) == whole;
                if follows || id.collides_with(other) || id.overloads(other) {
                    self.edge((id, Phase::Drop), (other, Phase::Create));
                }
                if follows {
                    self.edge((id, Phase::Drop), (other, Phase::Restore));
                }
            }
        }
    }

    /// A name is free before another object takes it.
    fn relate_names(&mut self, responses: &BTreeMap<ObjectId, Response>, catalogs: Pair<&Catalog>) {
        let names = catalogs.map(|catalog| {
            let named = |id: &ObjectId| (id.clone(), relation_names(catalog, id));
            responses.keys().map(named).collect::<BTreeMap<_, _>>()
        });
        let mut takers: BTreeMap<&QualifiedName, Vec<&ObjectId>> = BTreeMap::new();
        for (id, after) in &names.after {
            let before = names.before.get(id);
            for name in after
                .iter()
                .filter(|name| before.is_none_or(|before| !before.contains(name)))
            {
                takers.entry(name).or_default().push(id);
            }
        }
        for (id, before) in &names.before {
            let after = names.after.get(id);
            let freed = before
                .iter()
                .filter(|name| after.is_none_or(|after| !after.contains(name)));
            let taken = freed.filter_map(|name| takers.get(name)).flatten();
            for other in taken.filter(|other| **other != id) {
                for taking in [Phase::Create, Phase::Main] {
                    self.edge((id, Phase::Drop), (other, taking));
                    // Two tables may change names with each other, which no order does.
                    self.wish((id, Phase::Release), (other, taking));
                    self.wish((id, Phase::Main), (other, taking));
                }
            }
        }
    }

    /// What text mentions is made before it and dropped after it, if nothing speaks against that.
    fn relate_softly(
        &mut self,
        responses: &BTreeMap<ObjectId, Response>,
        catalogs: Pair<&Catalog>,
    ) {
        let mentions = Mentions::among(responses.keys(), catalogs.after.dialect());
        for id in responses.keys() {
            let text = |catalog: &Catalog| {
                catalog
                    .get(id)
                    .and_then(Object::mentions)
                    .map(str::to_owned)
            };
            for needed in text(catalogs.before)
                .map(|text| mentions.of(&text))
                .unwrap_or_default()
            {
                self.wish((id, Phase::Drop), (needed, Phase::Drop));
                self.wish((id, Phase::Main), (needed, Phase::Drop));
            }
            for needed in text(catalogs.after)
                .map(|text| mentions.of(&text))
                .unwrap_or_default()
            {
                for made in [Phase::Create, Phase::Main] {
                    self.wish((needed, made), (id, Phase::Create));
                    self.wish((needed, made), (id, Phase::Main));
                }
            }
        }
        self.order.settle_wishes();
    }

    fn wish(&mut self, first: (&ObjectId, Phase), second: (&ObjectId, Phase)) {
        let key = |node: (&ObjectId, Phase)| self.keys.get(&(node.0.clone(), node.1));
        if let (Some(first), Some(second)) = (key(first), key(second)) {
            self.order.rather_before(first, second);
        }
    }

    /// What an object that depends on `needed` does before that one changes or goes.
    fn relate_before(
        &mut self,
        id: &ObjectId,
        reference: &Reference,
        responses: &BTreeMap<ObjectId, Response>,
        hold: Hold,
    ) {
        let needed = &reference.object;
        let response = responses.get(needed);
        match hold {
            // What is kept of the rows is put aside before any part of them goes.
            Hold::Part => self.edge((needed, Phase::Release), (id, Phase::Drop)),
            Hold::User if response.is_some_and(|response| response.removes(&reference.part)) => {
                self.edge((id, Phase::Drop), (needed, Phase::Release));
            }
            Hold::User => {}
        }
        for own in [Phase::Release, Phase::Drop] {
            for other in [Phase::Drop, Phase::Main, Phase::Finish] {
                self.edge((id, own), (needed, other));
            }
        }
        self.edge((id, Phase::Main), (needed, Phase::Finish));
        self.edge((id, Phase::Restore), (needed, Phase::Finish));
        self.edge((id, Phase::Finish), (needed, Phase::Finish));
        let has_successor = || {
            let mut others = responses.iter();
            others.any(|(other, response)| *response == Response::Create && other.overloads(needed))
        };
        // With its successor beside it a call would be ambiguous: who called it has let go of it.
        if response == Some(&Response::Drop) && !has_successor() {
            self.edge((id, Phase::Main), (needed, Phase::Drop));
        }
    }

    /// What an object that depends on `needed` does after that one was made or changed.
    fn relate_after(&mut self, id: &ObjectId, needed: &ObjectId, hold: Hold) {
        for made in [Phase::Create, Phase::Main] {
            for own in [Phase::Create, Phase::Main, Phase::Restore] {
                self.edge((needed, made), (id, own));
            }
        }
        match hold {
            Hold::Part => self.edge((id, Phase::Create), (needed, Phase::Restore)),
            Hold::User => self.edge((needed, Phase::Restore), (id, Phase::Create)),
        }
        self.edge((id, Phase::Create), (needed, Phase::Finish));
    }
}
