//! Keys without the value that they need.

use schemist::Model;

#[derive(Model)]
#[model(strict = true, index(method = "gin"), check(), unique())]
struct Run {
    #[column(default, type(postgre = "int8"), name = id, generated(virtual))]
    id: i64,
    #[column(references(on_delete = "cascade"), check)]
    parent: i64,
}

fn main() {}
