//! Attributes of enums that cannot be.

use schemist::DbEnum;

#[derive(DbEnum)]
#[db_enum(rename_all = "snake", removed(Old => "New"))]
enum Status {
    Started(i64),
    #[db_enum(label = "x")]
    Done,
}

#[derive(DbEnum)]
#[db_enum(removed(Failed => "Cancelled", Done => "Started"))]
enum Second {
    Started,
    Canceled,
    Done,
    #[sqlx(rename = "Done")]
    Ready,
}

fn main() {}
