//! Cutting a script into statements.

#[path = "../../../tests/made_up/statements.rs"]
mod statements;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use schemist_sql::Dialect;

fn main() {
    divan::main();
}

#[divan::bench(args = [10, 100, 1000])]
fn split(bencher: Bencher<'_, '_>, tables: usize) {
    let script = statements::script(tables);
    bencher
        .counter(BytesCount::of_str(&script))
        .bench(|| schemist_sql::statements(Dialect::Postgres, black_box(&script)));
}
