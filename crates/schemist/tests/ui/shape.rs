//! Items that are no table and no enum.

use schemist::{DbEnum, Model};

#[derive(Model)]
struct Pair(i64, i64);

#[derive(Model)]
enum Kind {
    One,
}

#[derive(DbEnum)]
struct Struct {
    id: i64,
}

#[derive(DbEnum)]
enum Empty {}

#[derive(Model)]
struct Nothing {
    #[column(skip)]
    cached: bool,
}

fn main() {}
