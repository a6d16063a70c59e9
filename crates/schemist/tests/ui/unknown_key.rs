//! Keys that there are not.

use schemist::Model;

#[derive(Model)]
#[model(tabel = "run", index(id, methd = "gin"))]
struct Run {
    #[column(primary_kee)]
    id: i64,
    #[column(references(Run::id, on_delete = "casacde"), colour = "red")]
    parent: i64,
}

fn main() {}
