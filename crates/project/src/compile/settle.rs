//! Settling: bringing two sides to the same words with the server's help, where only words differ.

use schemist_catalog::{Catalog, Pair};
use schemist_diff::{Change, compare};

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
    let declared = &adopt(bench, live, declared);
    let settled = declared.settle(live);
    if !differs_in_expressions(live, &settled) {
        return Ok(settled);
    }
    let declared_again = print_again(bench, declared).await?;
    let live_again = print_again(bench, live).await?;
    let live = live.with_forms(&live_again);
    Ok(declared.with_forms(&declared_again).settle(&live))
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

/// What the server says of a catalog when it is built from its own words.
async fn print_again(bench: &mut Bench, catalog: &Catalog) -> Result<Catalog, BenchError> {
    let (scratch, again) = bench.build(catalog).await?;
    drop(scratch);
    Ok(again)
}

fn differs_in_expressions(live: &Catalog, settled: &Catalog) -> bool {
    compare(Pair::new(live, settled))
        .iter()
        .any(|change| match change {
            Change::Create(_) | Change::Drop(_) => false,
            // Equal once expressions are taken out, or with differing expressions among other changes.
            Change::Alter(pair) => {
                let swapped = pair
                    .before
                    .zip_expressions(&pair.after, |_, other| other.clone());
                swapped != pair.before
            }
        })
}
