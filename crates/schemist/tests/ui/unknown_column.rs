//! Keys on columns that there are not.

use schemist::Model;

#[derive(Model)]
#[model(unique(nmae), index(columns(id, "titel" desc)), primary_key(id decs))]
struct Run {
    id: i64,
    name: String,
    title: String,
}

#[derive(Model)]
#[model(index(id up))]
struct Other {
    id: i64,
}

#[derive(Model)]
#[model(unique(nmae), index(columns(id, "titel" desc)))]
struct Third {
    id: i64,
    name: String,
    title: String,
}

fn main() {}
