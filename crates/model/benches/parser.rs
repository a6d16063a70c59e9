//! Reading models of Rust.

#[path = "../../../tests/made_up/structs.rs"]
mod structs;

use divan::Bencher;
use schemist_model::{Declaration, Options};
use schemist_sql::{Dialect, Ident};

fn main() {
    divan::main();
}

#[divan::bench(args = [10, 100, 2000])]
fn read(bencher: Bencher<'_, '_>, files: usize) {
    let sources = structs::structs(files);
    let options = Options::new(Ident::from_server("public"));
    bencher
        .with_inputs(|| sources.clone())
        .bench_values(|sources| Declaration::from_sources(sources, Dialect::Postgres, &options));
}
