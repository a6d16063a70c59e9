//! References to what is no column of a model.

use schemist::Model;

#[derive(Model)]
struct Pipeline {
    id: i64,
}

struct Plain;

#[derive(Model)]
struct Run {
    #[column(references(Pipeline::uuid))]
    pipeline: i64,
    #[column(references(Missing::id))]
    missing: i64,
    #[column(references(Plain))]
    plain: i64,
}

fn main() {}
