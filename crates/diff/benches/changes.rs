//! Comparing two catalogs, and ordering what differs.

#[path = "../../../tests/made_up/catalogs.rs"]
mod catalogs;

use divan::{Bencher, black_box};
use schemist_catalog::{Catalog, Hints, Pair};
use schemist_sql::Dialect;

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 1000, 10_000])]
fn compare(bencher: Bencher<'_, '_>, tables: usize) {
    let (before, after) = (catalogs::catalog(tables), catalogs::changed(tables, 50));
    bencher.bench(|| schemist_diff::compare(black_box(Pair::new(&before, &after))));
}

#[divan::bench(args = [100, 1000, 5000])]
fn order(bencher: Bencher<'_, '_>, tables: usize) {
    let (before, after) = (Catalog::new(Dialect::Postgres), catalogs::catalog(tables));
    bencher.bench(|| schemist_diff::plan(black_box(Pair::new(&before, &after)), &Hints::default()));
}
