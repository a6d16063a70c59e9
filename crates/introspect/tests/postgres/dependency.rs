//! What the server says of dependencies is known by our names.

use schemist_catalog::{Catalog, Part};

use crate::check::catalog_of;

/// Each object with what it depends on, one line each.
fn dependencies(catalog: &Catalog) -> String {
    let mut lines = Vec::new();
    for (id, references) in catalog.dependencies() {
        for reference in references {
            let part = match &reference.part {
                Part::Whole => String::new(),
                Part::Column(column) => format!(", column {column}"),
                Part::Constraint(constraint) => format!(", constraint {constraint}"),
                Part::Sequence(column) => format!(", sequence of column {column}"),
            };
            lines.push(format!("{id} -> {}{part}", reference.object));
        }
    }
    lines.join("\n")
}

#[test]
fn every_kind_knows_what_it_depends_on() {
    let Some(catalog) = catalog_of(
        "CREATE EXTENSION citext;
         CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE SEQUENCE counter;
         CREATE TABLE author (id serial PRIMARY KEY, name citext, moods mood[], n bigint DEFAULT nextval('counter'));
         CREATE UNIQUE INDEX by_n ON author (n);
         CREATE TABLE book (id integer, author integer REFERENCES author, n bigint REFERENCES author (n), writer author);
         CREATE INDEX by_lower ON book (abs(id)) WHERE author > 0;
         CREATE VIEW grouped AS SELECT id, name FROM author GROUP BY id;
         CREATE VIEW happy AS SELECT g.id, 'happy'::mood AS mood FROM grouped g;",
    ) else {
        return;
    };
    insta::assert_snapshot!(dependencies(&catalog), @r#"
    table "author" -> extension "citext"
    table "author" -> enum type "mood"
    table "author" -> sequence "counter"
    table "book" -> table "author"
    index "by_lower" -> table "book"
    index "by_lower" -> table "book", column "author"
    index "by_lower" -> table "book", column "id"
    index "by_n" -> table "author", column "n"
    foreign key "book_author_fkey" on "book" -> table "author", column "id"
    foreign key "book_author_fkey" on "book" -> table "author", constraint "author_pkey"
    foreign key "book_n_fkey" on "book" -> table "author", column "n"
    foreign key "book_n_fkey" on "book" -> index "by_n"
    view "grouped" -> extension "citext"
    view "grouped" -> table "author", column "id"
    view "grouped" -> table "author", column "name"
    view "grouped" -> table "author", constraint "author_pkey"
    view "happy" -> enum type "mood"
    view "happy" -> view "grouped", column "id"
    "#);
}
