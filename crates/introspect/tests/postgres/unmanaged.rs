//! What is not managed is named, and what depends on it is left out.

use std::collections::BTreeSet;

use schemist_catalog::Kind;
use schemist_testkit::Database;

use crate::check::read;

#[test]
fn what_is_not_managed_is_named() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE EXTENSION citext;
         CREATE SCHEMA elsewhere;
         CREATE FUNCTION f(integer, text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
         CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
         CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
         CREATE TYPE pair AS (a integer, b integer);
         CREATE TYPE span AS RANGE (SUBTYPE = integer);
         CREATE TABLE elsewhere.parent (id integer);
         CREATE TABLE child () INHERITS (elsewhere.parent);
         CREATE TABLE plain (id integer PRIMARY KEY, d positive, e integer);
         CREATE TRIGGER t BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION g();
         ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
         ALTER TABLE plain REPLICA IDENTITY FULL;
         CREATE POLICY mine ON plain USING (true);
         CREATE RULE nothing AS ON DELETE TO plain DO INSTEAD NOTHING;
         CREATE STATISTICS s (dependencies) ON d, e FROM plain;
         CREATE MATERIALIZED VIEW mv AS SELECT * FROM plain;
         CREATE VIEW over_mv AS SELECT * FROM mv;
         CREATE VIEW over_view AS SELECT * FROM over_mv;
         CREATE VIEW stays AS SELECT f(1, 'x') FROM plain;
         CREATE PUBLICATION news FOR TABLE plain;
         CREATE TABLE alembic_version (version_num text);
         CREATE TABLE left_out (id serial PRIMARY KEY);
         CREATE TABLE refers (id integer REFERENCES left_out);
         CREATE VIEW over_left_out AS SELECT * FROM left_out;
         CREATE TABLE elsewhere.t (id integer);",
    );
    let catalog = read(&database);
    let objects: Vec<_> = catalog.objects().keys().map(ToString::to_string).collect();
    insta::assert_snapshot!(objects.join("\n"), @r#"
    extension "citext"
    domain "positive"
    composite type "pair"
    range type "span"
    table "plain"
    table "refers"
    view "over_mv"
    view "over_view"
    view "stays"
    materialized view "mv"
    function "f"(integer, text)
    function "g"()
    function "p"()
    aggregate "total"(integer)
    trigger "t" on "plain"
    row security "plain"
    statistics "s"
    rule "nothing" on "plain"
    publication "news"
    "#);
    let unmanaged: Vec<_> = catalog.unmanaged().iter().map(String::as_str).collect();
    insta::assert_snapshot!(unmanaged.join("\n"), @r#"
    foreign key "refers_id_fkey" on "refers" (depends on table "left_out" (excluded by the settings))
    table "alembic_version" (belongs to Alembic)
    table "child" (its parent is not read)
    table "left_out" (excluded by the settings)
    view "over_left_out" (depends on table "left_out" (excluded by the settings))
    "#);
}

#[test]
fn what_belongs_to_extensions_is_theirs() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;
         CREATE EXTENSION ltree; CREATE EXTENSION cube; CREATE EXTENSION isn; CREATE EXTENSION intarray;
         CREATE EXTENSION btree_gist; CREATE EXTENSION dict_int; CREATE EXTENSION bloom;
         CREATE TABLE book (id integer PRIMARY KEY, title citext, tags hstore, isbn isbn);
         CREATE INDEX by_trigram ON book USING gin ((title::text) gin_trgm_ops);
         CREATE INDEX by_bloom ON book USING bloom (id);
         CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
         ALTER TEXT SEARCH CONFIGURATION plain ALTER MAPPING FOR word WITH unaccent, simple;
         CREATE VIEW numbers AS SELECT isbn::isbn13 FROM book WHERE tags @> 'a=>b';",
    );
    let catalog = read(&database);
    let objects = catalog.objects().keys();
    let own: Vec<_> = objects
        .filter(|id| id.kind != Kind::Extension)
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(own.join("\n"), @r#"
    text search configuration "plain"
    table "book"
    index "by_bloom"
    index "by_trigram"
    view "numbers"
    "#);
    assert_eq!(catalog.unmanaged().len(), 0, "{:?}", catalog.unmanaged());
    let needed: BTreeSet<_> = catalog
        .objects()
        .keys()
        .filter(|id| id.kind != Kind::Extension)
        .flat_map(|id| catalog.references(id))
        .filter(|reference| reference.object.kind == Kind::Extension)
        .map(|reference| reference.object.name.name.as_str().to_owned())
        .collect();
    let needed: Vec<_> = needed.iter().map(String::as_str).collect();
    assert_eq!(
        needed,
        ["bloom", "citext", "hstore", "isn", "pg_trgm", "unaccent"]
    );
}

#[test]
fn an_invalid_index_is_not_the_same_as_a_valid_one() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("CREATE TABLE t (id integer); INSERT INTO t VALUES (1), (1)");
    let refused = database.try_execute("CREATE UNIQUE INDEX CONCURRENTLY once ON t (id)");
    assert!(refused.unwrap_err().contains("once"));
    let catalog = read(&database);
    assert_eq!(catalog.objects().len(), 1);
    let unmanaged: Vec<_> = catalog.unmanaged().iter().collect();
    assert_eq!(unmanaged, ["invalid index \"once\""]);
}
