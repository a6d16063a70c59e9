//! How each object answers to the changes: its own, and those of what it depends on.

use std::collections::{BTreeMap, BTreeSet};

use schemist_catalog::{
    Alteration, Catalog, Context, Disturbance, Effect, Hints, InPlace, Object, ObjectId, Pair,
    Part, Reference,
};

/// What becomes of one object.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each object that changes, and most are alterations in place"
)]
pub(crate) enum Response {
    /// It is made.
    Create,
    /// It is dropped.
    Drop,
    /// It is dropped and made again.
    Recreate,
    /// It stays and is changed.
    InPlace(InPlace),
}

impl Response {
    /// Whether this part of the object, which itself stays, goes away meanwhile.
    pub(crate) fn removes(&self, part: &Part) -> bool {
        match self {
            Self::Create | Self::Drop | Self::Recreate => false,
            Self::InPlace(alteration) => alteration
                .disturbs
                .contains(&(part.clone(), Effect::Removed)),
        }
    }

    fn disturbances(&self, id: &ObjectId) -> Vec<Disturbance> {
        let disturb = |part, effect| Disturbance {
            object: id.clone(),
            part,
            effect,
        };
        match self {
            Self::Create => Vec::new(),
            Self::Drop | Self::Recreate => vec![disturb(Part::Whole, Effect::Removed)],
            Self::InPlace(alteration) => alteration
                .disturbs
                .iter()
                .map(|(part, effect)| disturb(part.clone(), *effect))
                .collect(),
        }
    }
}

/// What every object depends on, on both sides, and who depends on it.
pub(crate) struct References {
    /// On each side, what each object depends on.
    pub(crate) of: Pair<BTreeMap<ObjectId, BTreeSet<Reference>>>,
    dependents: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
}

impl References {
    pub(crate) fn of(catalogs: Pair<&Catalog>) -> Self {
        let of = catalogs.map(|catalog| {
            catalog
                .objects()
                .keys()
                .map(|id| (id.clone(), catalog.references(id)))
                .collect::<BTreeMap<_, _>>()
        });
        let mut dependents: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let only_after = of
            .after
            .iter()
            .filter(|(id, _)| !of.before.contains_key(*id));
        for (id, references) in of.before.iter().chain(only_after) {
            for reference in references {
                dependents
                    .entry(reference.object.clone())
                    .or_default()
                    .insert(id.clone());
            }
        }
        Self { of, dependents }
    }
}

/// What becomes of every object that changes, and who hears of what does not stand still.
pub(crate) struct Responses {
    /// By object.
    pub(crate) of: BTreeMap<ObjectId, Response>,
    disturbances: BTreeMap<ObjectId, BTreeSet<Disturbance>>,
}

impl Responses {
    /// Whether an object is dropped to be made again while its rows wait with the whole that they are a part
    /// of.
    pub(crate) fn keep_rows_of(&self, id: &ObjectId, before: &Catalog) -> bool {
        if !matches!(self.of.get(id), Some(Response::Recreate)) {
            return false;
        }
        let whole = before.get(id).and_then(Object::holds_rows_of);
        whole.is_some_and(|whole| {
            let response = self.of.get(&whole);
            let is_made_anew = response.is_some_and(|response| response.removes(&Part::Whole));
            is_made_anew || self.keep_rows_of(&whole, before)
        })
    }

    /// What disturbs an object that is dropped, altered or made.
    pub(crate) fn disturbances(
        &self,
        id: &ObjectId,
        references: &References,
    ) -> BTreeSet<Disturbance> {
        let mut disturbances = self.disturbances.get(id).cloned().unwrap_or_default();
        for reference in references.of.after.get(id).into_iter().flatten() {
            let Some(response) = self.of.get(&reference.object) else {
                continue;
            };
            let theirs = response.disturbances(&reference.object).into_iter();
            disturbances.extend(theirs.filter(|disturbance| {
                disturbance.part == Part::Whole || disturbance.part == reference.part
            }));
        }
        disturbances
    }
}

/// Asks every object that changes, and every object that what it depends on disturbs, until nobody new
/// is disturbed.
pub(crate) fn respond(
    catalogs: Pair<&Catalog>,
    references: &References,
    hints: &Hints,
) -> Responses {
    let mut responses = BTreeMap::new();
    let mut disturbances: BTreeMap<ObjectId, BTreeSet<Disturbance>> = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    let ids: BTreeSet<_> = catalogs
        .before
        .objects()
        .keys()
        .chain(catalogs.after.objects().keys())
        .collect();
    for id in ids {
        match (catalogs.before.get(id), catalogs.after.get(id)) {
            (None, Some(after)) if after.absence(catalogs).is_some() => {
                waiting.insert(id.clone());
            }
            (Some(before), None) if before.absence(catalogs).is_some() => {
                waiting.insert(id.clone());
            }
            (None, Some(_)) => {
                responses.insert(id.clone(), Response::Create);
            }
            (Some(_), None) => {
                responses.insert(id.clone(), Response::Drop);
                spread(
                    id,
                    &Response::Drop,
                    references,
                    &mut disturbances,
                    &mut waiting,
                );
            }
            (Some(before), Some(after)) if before != after => {
                waiting.insert(id.clone());
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    while let Some(id) = waiting.pop_first() {
        let sides = catalogs.map(|catalog| catalog.get(&id).cloned());
        let absence = |other: &Option<Object>| other.as_ref()?.absence(catalogs);
        let (Some(before), Some(after)) = (
            sides.before.clone().or_else(|| absence(&sides.after)),
            sides.after.clone().or_else(|| absence(&sides.before)),
        ) else {
            continue;
        };
        let disturbed = disturbances.get(&id).cloned().unwrap_or_default();
        let response = ask(Pair::new(&before, &after), catalogs, &disturbed, hints);
        spread(&id, &response, references, &mut disturbances, &mut waiting);
        responses.insert(id, response);
    }
    Responses {
        of: responses,
        disturbances,
    }
}

fn ask(
    pair: Pair<&Object>,
    catalogs: Pair<&Catalog>,
    disturbed: &BTreeSet<Disturbance>,
    hints: &Hints,
) -> Response {
    let context = Context {
        dialect: catalogs.after.dialect(),
        catalogs,
        disturbed,
        hints,
    };
    match Object::alter(pair, &context) {
        Alteration::Recreate => Response::Recreate,
        Alteration::InPlace(alteration) => Response::InPlace(alteration),
    }
}

/// Tells those who depend on a part that does not stand still; who hears something new is asked again.
fn spread(
    id: &ObjectId,
    response: &Response,
    references: &References,
    disturbances: &mut BTreeMap<ObjectId, BTreeSet<Disturbance>>,
    waiting: &mut BTreeSet<ObjectId>,
) {
    let own = response.disturbances(id);
    if own.is_empty() {
        return;
    }
    for dependent in references.dependents.get(id).into_iter().flatten() {
        for disturbance in &own {
            let mut own = references.of.before.get(dependent);
            own = own.or_else(|| references.of.after.get(dependent));
            let hit = own.into_iter().flatten().any(|reference| {
                reference.object == *id
                    && (disturbance.part == Part::Whole || disturbance.part == reference.part)
            });
            if hit
                && disturbances
                    .entry(dependent.clone())
                    .or_default()
                    .insert(disturbance.clone())
            {
                waiting.insert(dependent.clone());
            }
        }
    }
}
