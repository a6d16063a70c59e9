//! From two catalogs to the statements that take one to the other.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::hazard::{HazardRule, Subject};
use schemist_catalog::{
    Atomicity, Catalog, Context, Creation, Hints, Kind, Object, ObjectId, Pair, Part, Reference,
    Step,
};
use schemist_sql::QualifiedName;

use crate::kin::Kin;
use crate::mention::Mentions;
use crate::order::{Order, OrderError};
use crate::response::{References, Response, Responses, respond};

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
    Prepare,
    Drop,
    Main,
    Create,
    Restore,
    Attach,
    Seal,
    Discard,
    Finish,
    Retire,
}

/// What waits for everything else that could be next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// What would see the other statements, and goes.
    Watchful,
    /// What can be taken back.
    Reversible,
    /// What loses data.
    Final,
    /// What is only in the way.
    Spare,
    /// What would have seen the other statements, and comes.
    Watching,
}

/// What decides between steps that could be next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rank: u8,
    kind: i16,
    object: ObjectId,
    phase: Phase,
    /// Which of the stretches of its moment that run in the same way.
    stretch: usize,
    atomicity: Atomicity,
}

impl Key {
    fn new(object: &ObjectId, phase: Phase, stretch: usize, atomicity: Atomicity) -> Self {
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
            _ if object.kind.watches_statements() => (10, kind),
            // What stops before anything is changed.
            Phase::Release => (1, kind),
            // What runs outside transactions, so that one transaction can follow.
            Phase::Prepare => (2, kind),
            Phase::Main if atomicity == Atomicity::Alone => (2, kind),
            // What hangs on other things goes before them, data last of all.
            Phase::Drop if !object.kind.holds_data() => (3, -kind),
            Phase::Main | Phase::Create | Phase::Discard => (4, kind),
            Phase::Restore | Phase::Attach => (5, kind),
            Phase::Seal => (6, kind),
            Phase::Finish => (7, kind),
            Phase::Drop => (8, -kind),
            Phase::Retire => (9, -kind),
        };
        Self {
            rank,
            kind,
            object: object.clone(),
            phase,
            stretch,
            atomicity,
        }
    }

    fn class(&self) -> Class {
        match self.phase {
            Phase::Release | Phase::Drop if self.object.kind.watches_statements() => {
                Class::Watchful
            }
            _ if self.object.kind.watches_statements() => Class::Watching,
            Phase::Discard => Class::Final,
            Phase::Drop if self.object.kind.holds_data() => Class::Final,
            Phase::Retire => Class::Spare,
            _ => Class::Reversible,
        }
    }

    /// How it runs: what runs outside transactions comes first where nothing else decides, and what
    /// begins a transaction of its own comes last.
    const fn mode(&self) -> u8 {
        match self.atomicity {
            Atomicity::Alone => 0,
            Atomicity::Transactional | Atomicity::ForeignKeysOff => 1,
            Atomicity::Apart => 2,
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
    for (id, response) in &responses.of {
        let disturbed = responses.disturbances(id, &references);
        let context = Context {
            dialect: catalogs.after.dialect(),
            catalogs,
            disturbed: &disturbed,
            hints,
        };
        let rows_wait = responses.keep_rows_of(id, catalogs.before);
        for (phase, mut statements) in phases(id, response, &context) {
            if rows_wait && phase == Phase::Drop {
                statements.iter_mut().for_each(without_loss);
            }
            if !statements.is_empty() {
                steps.insert((id.clone(), phase), statements);
            }
        }
    }
    let mut graph = Graph::new(&steps);
    let kin = Kin::of(&responses, catalogs.after);
    for (id, response) in &responses.of {
        graph.relate(id, response, &references, &responses, &kin, catalogs);
    }
    graph.relate_names(&responses.of, catalogs);
    graph.relate_softly(&responses.of, catalogs);
    // In one transaction nothing is lost before its end.
    let in_sections = steps
        .values()
        .flatten()
        .any(|step| matches!(step.atomicity, Atomicity::Alone | Atomicity::Apart));
    let group = |key: &Key| match in_sections {
        true => (key.class(), key.mode()),
        false => (Class::Reversible, 0),
    };
    let sorted = graph.order.sorted(group, |key| key.object.to_string())?;
    let mut planned = Vec::new();
    for key in sorted {
        let moment = (key.object.clone(), key.phase);
        let stretches = steps.get(&moment).map(|steps| stretches(steps));
        let own = stretches.iter().flatten().nth(key.stretch);
        planned.extend(own.copied().into_iter().flatten().map(|step| PlannedStep {
            object: key.object.clone(),
            step: step.clone(),
        }));
    }
    Ok(Plan { steps: planned })
}

/// Statements that run in the same way and follow each other.
fn stretches(steps: &[Step]) -> Vec<&[Step]> {
    steps
        .chunk_by(|one, next| one.atomicity == next.atomicity)
        .collect()
}

/// Leaves out what a statement would lose, where all of it is kept elsewhere.
fn without_loss(step: &mut Step) {
    step.hazards.retain(|hazard| {
        let rule = HazardRule::of(hazard.code);
        rule.is_none_or(|rule| rule.subject() != Subject::Loss)
    });
}

fn phases(id: &ObjectId, response: &Response, context: &Context<'_>) -> Vec<(Phase, Vec<Step>)> {
    let dialect = context.dialect;
    let objects = context.catalogs.map(|catalog| catalog.get(id));
    let made = |object: &Object| {
        vec![
            (Phase::Create, object.create(dialect)),
            (Phase::Attach, object.attach(dialect)),
        ]
    };
    let mut phases = Vec::new();
    match (response, objects.before, objects.after) {
        (Response::Create, _, Some(object)) => match object.create_online(context) {
            Some(Creation { create, seal }) => {
                phases.push((Phase::Create, create));
                phases.push((Phase::Attach, object.attach(dialect)));
                phases.push((Phase::Seal, seal));
            }
            None => phases = made(object),
        },
        (Response::Drop, Some(object), _) => match object.drop_online(context) {
            Some(steps) => phases.push((Phase::Retire, steps)),
            None => phases.push((Phase::Drop, object.drop(dialect))),
        },
        (Response::Recreate, before, after) => {
            // What is absent on a side may be made again all the same: there is a word for its absence.
            phases.extend(before.map(|object| (Phase::Drop, object.drop(dialect))));
            phases.extend(after.map(made).into_iter().flatten());
        }
        (Response::InPlace(alteration), ..) => {
            phases.push((Phase::Release, alteration.release.clone()));
            phases.push((Phase::Prepare, alteration.prepare.clone()));
            phases.push((Phase::Main, alteration.main.clone()));
            phases.push((Phase::Restore, alteration.restore.clone()));
            phases.push((Phase::Seal, alteration.seal.clone()));
            phases.push((Phase::Discard, alteration.discard.clone()));
            phases.push((Phase::Finish, alteration.finish.clone()));
            phases.push((Phase::Retire, alteration.retire.clone()));
        }
        (Response::Create | Response::Drop, ..) => {}
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

/// Which moments of one object come before which.
const OWN_ORDER: &[(Phase, Phase)] = &[
    (Phase::Release, Phase::Main),
    (Phase::Main, Phase::Restore),
    (Phase::Release, Phase::Restore),
    (Phase::Restore, Phase::Finish),
    (Phase::Main, Phase::Finish),
    (Phase::Drop, Phase::Create),
    (Phase::Create, Phase::Attach),
    (Phase::Prepare, Phase::Seal),
    (Phase::Create, Phase::Seal),
    (Phase::Attach, Phase::Seal),
    (Phase::Release, Phase::Seal),
    (Phase::Main, Phase::Seal),
    (Phase::Release, Phase::Discard),
    (Phase::Main, Phase::Discard),
    (Phase::Seal, Phase::Discard),
    (Phase::Discard, Phase::Finish),
    (Phase::Main, Phase::Retire),
    (Phase::Seal, Phase::Retire),
];

struct Graph {
    order: Order<Key>,
    /// The stretches of each moment, in order.
    keys: BTreeMap<(ObjectId, Phase), Vec<Key>>,
}

impl Graph {
    fn new(steps: &BTreeMap<(ObjectId, Phase), Vec<Step>>) -> Self {
        let mut order = Order::new();
        let mut keys = BTreeMap::new();
        for ((id, phase), statements) in steps {
            let own: Vec<_> = stretches(statements)
                .iter()
                .enumerate()
                .filter_map(|(place, steps)| {
                    Some(Key::new(id, *phase, place, steps.first()?.atomicity))
                })
                .collect();
            for key in &own {
                order.add(key.clone());
            }
            for (one, next) in own.iter().zip(own.iter().skip(1)) {
                order.before(one, next);
            }
            keys.insert((id.clone(), *phase), own);
        }
        Self { order, keys }
    }

    fn edge(&mut self, first: (&ObjectId, Phase), second: (&ObjectId, Phase)) {
        if let Some((first, second)) = self.ends(first, second) {
            self.order.before(&first, &second);
        }
    }

    /// The last stretch of one moment and the first of another.
    fn ends(&self, first: (&ObjectId, Phase), second: (&ObjectId, Phase)) -> Option<(Key, Key)> {
        let keys = |node: (&ObjectId, Phase)| self.keys.get(&(node.0.clone(), node.1));
        let (first, second) = (keys(first)?.last()?, keys(second)?.first()?);
        Some((first.clone(), second.clone()))
    }

    fn relate(
        &mut self,
        id: &ObjectId,
        response: &Response,
        references: &References,
        responses: &Responses,
        kin: &Kin<'_>,
        catalogs: Pair<&Catalog>,
    ) {
        for (first, second) in OWN_ORDER {
            self.edge((id, *first), (id, *second));
        }
        let none = BTreeSet::new();
        for reference in references.of.before.get(id).unwrap_or(&none) {
            let hold = Hold::of(catalogs.before, id, &reference.object);
            self.relate_before(id, reference, responses, kin, hold);
        }
        for reference in references.of.after.get(id).unwrap_or(&none) {
            let hold = Hold::of(catalogs.after, id, &reference.object);
            self.relate_after(id, reference, responses, hold);
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
            let followers = whole.as_ref().map_or(&[][..], |whole| kin.parts(whole));
            for other in kin.rivals(id).chain(followers.iter().copied()) {
                self.edge((id, Phase::Drop), (other, Phase::Create));
                self.edge((id, Phase::Retire), (other, Phase::Create));
            }
            for other in followers {
                self.edge((id, Phase::Drop), (other, Phase::Restore));
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
                for taking in [Phase::Create, Phase::Main, Phase::Seal] {
                    self.edge((id, Phase::Drop), (other, taking));
                    // Two tables may change names with each other, which no order does.
                    for freeing in [
                        Phase::Release,
                        Phase::Main,
                        Phase::Seal,
                        Phase::Discard,
                        Phase::Retire,
                    ] {
                        self.wish((id, freeing), (other, taking));
                    }
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
        if let Some((first, second)) = self.ends(first, second) {
            self.order.rather_before(&first, &second);
        }
    }

    /// What an object that depends on `needed` does before that one changes or goes.
    fn relate_before(
        &mut self,
        id: &ObjectId,
        reference: &Reference,
        responses: &Responses,
        kin: &Kin<'_>,
        hold: Hold,
    ) {
        let needed = &reference.object;
        let response = responses.of.get(needed);
        match hold {
            // What is kept of the rows is put aside before any part of them goes.
            Hold::Part => self.edge((needed, Phase::Release), (id, Phase::Drop)),
            Hold::User if response.is_some_and(|response| response.removes(&reference.part)) => {
                self.edge((id, Phase::Drop), (needed, Phase::Release));
            }
            Hold::User => {}
        }
        for own in [Phase::Release, Phase::Drop] {
            for other in [
                Phase::Drop,
                Phase::Main,
                Phase::Seal,
                Phase::Discard,
                Phase::Finish,
            ] {
                self.edge((id, own), (needed, other));
            }
        }
        for own in [
            Phase::Main,
            Phase::Restore,
            Phase::Seal,
            Phase::Discard,
            Phase::Finish,
        ] {
            self.edge((id, own), (needed, Phase::Finish));
        }
        // With its successor beside it a call would be ambiguous: who called it has let go of it.
        if response == Some(&Response::Drop) && !kin.has_successor(needed) {
            for own in [Phase::Main, Phase::Seal, Phase::Discard] {
                self.edge((id, own), (needed, Phase::Drop));
            }
        }
    }

    /// What an object that depends on another does after that one was made or changed.
    fn relate_after(
        &mut self,
        id: &ObjectId,
        reference: &Reference,
        responses: &Responses,
        hold: Hold,
    ) {
        let needed = &reference.object;
        let is_made_anew = || {
            let response = responses.of.get(needed);
            response.is_some_and(|response| response.removes(&reference.part))
        };
        let made: &[Phase] = match reference.part {
            // A child has all columns of its parent, and no others.
            _ if id.kind == needed.kind => {
                &[Phase::Create, Phase::Main, Phase::Seal, Phase::Discard]
            }
            Part::Constraint(_) if is_made_anew() => &[Phase::Create, Phase::Main, Phase::Seal],
            _ => &[Phase::Create, Phase::Main],
        };
        for made in made {
            for own in [
                Phase::Create,
                Phase::Main,
                Phase::Restore,
                Phase::Prepare,
                Phase::Seal,
            ] {
                self.edge((needed, *made), (id, own));
            }
        }
        match hold {
            Hold::Part => self.edge((id, Phase::Create), (needed, Phase::Restore)),
            Hold::User => self.edge((needed, Phase::Restore), (id, Phase::Create)),
        }
        self.edge((id, Phase::Create), (needed, Phase::Finish));
    }
}
