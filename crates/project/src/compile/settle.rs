//! Settling: bringing two sides to the same words with the server's help, where only words differ.

use std::collections::BTreeSet;

use schemist_catalog::{Catalog, ObjectId, Pair};
use schemist_diff::{Change, compare};

use crate::compile::Compiled;
use crate::prove::bench::{Bench, BenchError};

/// The declared catalog in the live one's names and words, wherever both say the same.
///
/// The server is asked only where two sides differ in an expression: then both are fed through a scratch
/// database once more, and every form that an expression went through counts as the same.
///
/// # Errors
/// What the server refuses while it prints again.
pub async fn settle(
    bench: &mut Bench,
    live: &Catalog,
    declared: &Catalog,
) -> Result<Catalog, BenchError> {
    Ok(settle_learning(bench, live, declared).await?.catalog)
}

/// The same for what the models were compiled to, which is kept with the forms that the server was asked for.
///
/// # Errors
/// What the server refuses while it prints again.
pub async fn settle_compiled(
    bench: &mut Bench,
    live: &Catalog,
    declared: &Catalog,
    compiled: &Compiled,
) -> Result<Catalog, BenchError> {
    let settled = settle_learning(bench, live, declared).await?;
    if let (Some(again), Some(key)) = (&settled.declared_again, &compiled.key) {
        bench.remember(key, again);
    }
    Ok(settled.catalog)
}

/// A declared catalog in the live one's names and words.
struct Settled {
    catalog: Catalog,
    /// What the declared one looks like printed once more, where the server was asked.
    declared_again: Option<Catalog>,
}

async fn settle_learning(
    bench: &mut Bench,
    live: &Catalog,
    declared: &Catalog,
) -> Result<Settled, BenchError> {
    let adopted;
    let declared = if bench.unspoken().is_empty() {
        declared
    } else {
        adopted = adopt(bench, live, declared);
        &adopted
    };
    let settled = declared.settle(live);
    let asked = differing_in_expressions(live, &settled);
    if asked.is_empty() {
        return Ok(Settled {
            catalog: settled,
            declared_again: None,
        });
    }
    let declared_again = print_again(bench, declared, &asked).await?;
    let live_again = print_again(bench, live, &asked).await?;
    let live = live.with_forms(&live_again);
    Ok(Settled {
        catalog: declared.with_forms(&declared_again).settle(&live),
        declared_again: Some(declared_again),
    })
}

/// The declared catalog with what the live one has of the kinds that the declaration does not speak of.
pub fn adopt(bench: &Bench, live: &Catalog, declared: &Catalog) -> Catalog {
    if bench.unspoken().is_empty() {
        return declared.clone();
    }
    // Made-up names are the live ones before anything is told by its name.
    let settled = declared.settle(live);
    let missing = settled.adopting(live, bench.unspoken());
    let mut adopted = declared.clone();
    for (id, object) in missing.objects() {
        if bench.unspoken().contains(&id.kind) {
            adopted.insert(object.clone());
        }
    }
    adopted
}

/// What the server says of some objects of a catalog when they are built from its own words, with all that
/// they cannot stand without.
async fn print_again(
    bench: &mut Bench,
    catalog: &Catalog,
    asked: &BTreeSet<ObjectId>,
) -> Result<Catalog, BenchError> {
    // A name that was made up is another one here.
    if asked.iter().all(|id| catalog.get(id).is_some()) {
        let part = catalog.part_around(asked);
        if let Ok((scratch, again)) = bench.build(&part).await {
            drop(scratch);
            return Ok(again);
        }
        // What it needs is not said by the server: a body that is a text may name anything.
    }
    let (scratch, again) = bench.build(catalog).await?;
    drop(scratch);
    Ok(again)
}

fn differing_in_expressions(live: &Catalog, settled: &Catalog) -> BTreeSet<ObjectId> {
    let mut differing = BTreeSet::new();
    for change in compare(Pair::new(live, settled)) {
        // Equal once expressions are taken out, or with differing expressions among other changes.
        if let Change::Alter(pair) = &change {
            let swapped = pair
                .before
                .zip_expressions(&pair.after, |_, other| other.clone());
            if swapped != pair.before {
                differing.insert(change.id());
            }
        }
    }
    differing
}
