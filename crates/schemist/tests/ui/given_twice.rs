//! Keys that are given twice, or exclude each other.

use schemist::Model;

#[derive(Model)]
#[model(table = "run")]
#[model(table = "runs")]
struct Run {
    #[column(default = 1, default = 2)]
    id: i64,
    #[column(identity, default = 1)]
    number: i64,
    #[column(nullable, not_null)]
    name: String,
}

#[derive(Model)]
#[model(primary_key(id), schema = "b", table = "a.other")]
struct Other {
    #[column(primary_key)]
    id: i64,
    #[sqlx(rename = "id")]
    number: i64,
}

fn main() {}
