//! A flattened struct whose columns are not known.

use schemist::Model;

struct Stamps {
    _created_at: String,
}

#[derive(Model)]
struct Run {
    id: i64,
    #[sqlx(flatten)]
    stamps: Stamps,
}

fn main() {}
