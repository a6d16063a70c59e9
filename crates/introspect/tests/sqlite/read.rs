//! What is left out, and what depends on what.

use insta::assert_snapshot;

use crate::check::catalog_of;

#[test]
fn what_is_left_out_is_named() {
    let catalog = catalog_of(
        "
        CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT, title);
        CREATE TABLE alembic_version (version_num TEXT);
        CREATE TABLE schemist_revision (id TEXT PRIMARY KEY);
        CREATE INDEX on_ours ON schemist_revision (id);
        CREATE TABLE left_out_1 (a);
        CREATE VIEW left_out_2 AS SELECT 1;
        CREATE VIRTUAL TABLE words USING fts5 (title, body);
        CREATE VIRTUAL TABLE box USING rtree (id, x0, x1);
        CREATE TABLE words_of_mine (a);
        ANALYZE;
    ",
    );
    let ids: Vec<_> = catalog.objects().keys().map(ToString::to_string).collect();
    assert_snapshot!(ids.join("\n"), @r#"
    table "book"
    table "words_of_mine"
    virtual table "box"
    virtual table "words"
    "#);
    assert_snapshot!(Vec::from_iter(catalog.unmanaged().iter().cloned()).join("\n"), @r#"
    table "alembic_version" belongs to Alembic
    table "left_out_1" excluded by the settings
    table "schemist_revision" belongs to schemist
    view "left_out_2" excluded by the settings
    "#);
}

#[test]
fn views_and_triggers_need_what_they_name() {
    let catalog = catalog_of(
        "
        CREATE TABLE book (id INTEGER PRIMARY KEY, title, price);
        CREATE TABLE log (title, at);
        CREATE INDEX by_price ON book (price * 2) WHERE title <> '';
        CREATE VIEW dear AS SELECT id, 'log' AS log FROM book WHERE price > 10;
        CREATE VIEW log_of_dear AS SELECT dear.id, at AS dear_at FROM Dear JOIN main.log;
        CREATE TRIGGER t AFTER INSERT ON book BEGIN INSERT INTO log (title) VALUES (new.title); END;
    ",
    );
    let mut text = String::new();
    for id in catalog.objects().keys() {
        for reference in catalog.references(id) {
            text += &format!("{id} needs {:?} of {}\n", reference.part, reference.object);
        }
    }
    assert_snapshot!(text, @r#"
    index "by_price" needs Whole of table "book"
    index "by_price" needs Column(Ident("price")) of table "book"
    index "by_price" needs Column(Ident("title")) of table "book"
    view "dear" needs Whole of table "book"
    view "dear" needs Column(Ident("id")) of table "book"
    view "dear" needs Column(Ident("price")) of table "book"
    view "log_of_dear" needs Whole of table "log"
    view "log_of_dear" needs Column(Ident("at")) of table "log"
    view "log_of_dear" needs Whole of view "dear"
    trigger "t" on "book" needs Whole of table "book"
    trigger "t" on "book" needs Column(Ident("title")) of table "book"
    trigger "t" on "book" needs Whole of table "log"
    trigger "t" on "book" needs Column(Ident("title")) of table "log"
    "#);
}

#[test]
fn views_that_seem_to_need_each_other_do_not() {
    let catalog = catalog_of(
        "CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS WITH a AS (SELECT 1) SELECT * FROM a;",
    );
    let count: usize = catalog
        .objects()
        .keys()
        .map(|id| catalog.references(id).len())
        .sum();
    assert_eq!(count, 1);
}
