//! What `schemist pull` writes of databases compiles, and says what it was made of.
#![expect(
    dead_code,
    unused_imports,
    reason = "the structs are compiled, and a few of them asked"
)]

#[rustfmt::skip]
#[path = "pulled/mysql/mod.rs"]
mod mysql;
#[rustfmt::skip]
#[path = "pulled/postgres/mod.rs"]
mod postgres;
#[rustfmt::skip]
#[path = "pulled/sqlite/mod.rs"]
mod sqlite;

use schemist::{DbEnum as _, Model as _};

#[test]
fn structs_know_their_tables() {
    assert_eq!(postgres::ShopBooks::SCHEMA, Some("shop"));
    assert_eq!(postgres::ShopBooks::TABLE, "books");
    assert_eq!(postgres::OptionRow::TABLE, "Option");
    assert!(postgres::ShopBooks::COLUMNS.contains(&"Größe"));
    assert_eq!(mysql::Run::TABLE, "run");
    assert_eq!(
        sqlite::Pages::COLUMNS,
        ["id", "author", "body", "at", "done"]
    );
}

#[test]
fn enums_know_their_values() {
    assert_eq!(
        postgres::Mood::LABELS,
        ["happy", "SAD", "so-so", "", "Self", "1st"]
    );
    assert_eq!(postgres::State::InWork.label(), "IN_WORK");
    assert_eq!(mysql::RunStatus::LABELS, ["new", "in work", "done"]);
    assert_eq!(
        sqlite::AuthorsMood::from_label("sad"),
        Some(sqlite::AuthorsMood::Sad)
    );
}
