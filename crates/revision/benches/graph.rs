//! Reading the headers of revision files, and the graph that they form.

#[path = "../../../tests/made_up/revisions.rs"]
mod revisions;

use divan::Bencher;
use schemist_revision::{History, RevisionFile};

fn main() {
    divan::main();
}

#[divan::bench(args = [10, 1000, 5000])]
fn read(bencher: Bencher<'_, '_>, files: usize) {
    let texts = revisions::texts(files);
    bencher.bench(|| {
        let read = texts
            .iter()
            .map(|(path, text)| RevisionFile::parse(path, text));
        read.collect::<Vec<_>>()
    });
}

#[divan::bench(args = [10, 1000, 5000])]
fn build(bencher: Bencher<'_, '_>, files: usize) {
    let files = revisions::files(files);
    bencher
        .with_inputs(|| files.clone())
        .bench_values(History::build);
}
