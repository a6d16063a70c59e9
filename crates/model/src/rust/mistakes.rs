//! What Rust files that cannot be a declaration are told.

use insta::assert_snapshot;
use schemist_sql::Dialect;

use crate::tests::check;

#[test]
fn what_sqlite_has_no_word_for_is_refused() {
    assert_snapshot!(check(Dialect::Sqlite, &[("m.rs",
        r#"#[derive(Model)]
        #[model(index(a, method = "gin"), index(a nulls_last, include(b)), unique(a, deferrable))]
        struct Book { #[column(identity)] a: i64, b: Vec<String>, c: Duration }"#
    )]), @r#"
    cannot declare an index by gin for SQLite
      m.rs:2:17 `index` here
      help: write `dialect = "postgres"` into the index
    cannot declare the place of NULLs in an index for SQLite
      m.rs:2:43 `index` here
      help: write `dialect = "postgres"` into the index
    cannot declare index "book_a_idx" twice
      m.rs:2:43 `index` the second one
      m.rs:2:17 `index` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare a deferrable key for SQLite
      m.rs:2:86 `deferrable` here
      help: only foreign keys are deferrable there: leave it out
    cannot declare a column that counts for SQLite
      m.rs:3:43 `a` here
      help: make it the whole primary key, and an integer
    cannot find a SQL type of SQLite for `Vec<String>`
      m.rs:3:54 `Vec<String>` this type
      help: write `Json<…>`, or `#[column(type = "…")]`
    cannot find a SQL type of SQLite for `Duration`
      m.rs:3:70 `Duration` this type
      help: write `#[column(type = "…")]`, `#[column(type(sqlite = "…"))]`, or `#[sqlx(json)]`
    "#);
}

#[test]
fn names_that_lead_nowhere_are_told_with_the_remedy() {
    let files = [
        (
            "a.rs",
            r#"#[derive(Model)]
            struct A {
                status: Status,
                map: HashMap<String, i64>,
                big: usize,
                plain: Plain,
                choice: Choice,
                model: B,
                #[column(references(Missing::id))] missing: i64,
                #[column(references(B::uuid))] uuid: i64,
                #[column(references(Plain::x))] x: i64,
                #[sqlx(flatten)] part: Plain,
                #[column(references(B))] keyless: i64,
            }
            #[derive(Model)]
            struct B { id: i64, looped: Loop }
            struct Plain { x: i64 }
            enum Choice { One }
            type Loop = Option<Pool>;
            type Pool = Loop;"#,
        ),
        ("b.rs", "#[derive(DbEnum)] enum Status { On }"),
        (
            "c.rs",
            "mod inner { #[derive(DbEnum)] enum Status { Off } }",
        ),
    ];
    assert_snapshot!(check(Dialect::Postgres, &files), @r#"
    cannot resolve `Status`: several items of this name are declared
      a.rs:3:25 `Status` which one?
      b.rs:1:24 `Status` one of them
      c.rs:1:36 `Status` one of them
      help: name its module, or write `use …::Status;`
    cannot find a SQL type of PostgreSQL for `HashMap<String, i64>`
      a.rs:4:22 `HashMap<String, i64>` this type
      help: write `#[column(type = "…")]`, `#[column(type(postgres = "…"))]`, or `#[sqlx(json)]`
    cannot find a SQL type of PostgreSQL for `usize`
      a.rs:5:22 `usize` this type
      help: write `#[column(type = "…")]`, `#[column(type(postgres = "…"))]`, or `#[sqlx(json)]`
    cannot find a SQL type of PostgreSQL for `Plain`
      a.rs:6:24 `Plain` this type
      help: write `#[sqlx(transparent)]` above the struct, `#[sqlx(json)]` above the field, or `#[column(type = "…")]`
    cannot find a SQL type of PostgreSQL for `Choice`
      a.rs:7:25 `Choice` this type
      help: write `#[derive(DbEnum)]` above the enum, or `#[column(type = "…")]` above the field
    cannot find a SQL type of PostgreSQL for `B`
      a.rs:8:24 `B` this type
      help: write `#[sqlx(flatten)]` for its columns, or the key that references it
    cannot resolve `Missing::id`: no model of this name is declared
      a.rs:9:37 `Missing` this reference
      help: name a struct that derives `Model`, or write `references("table"."column")`
    cannot resolve `B::uuid`: `B` has no field `uuid`
      a.rs:10:37 `B` this reference
      help: name one of its fields: `id`, `looped`
    cannot resolve `Plain::x`: it derives no `Model`
      a.rs:11:37 `Plain` this reference
      help: write `#[derive(Model)]` above it
    cannot resolve `Plain`: the struct that is flattened here derives no `Model`
      a.rs:12:40 `Plain` its columns are not known
      help: write `#[derive(Model)] #[model(skip)]` above it
    cannot resolve `B`: `B` has no primary key
      a.rs:13:37 `B` this reference
      help: name one of its fields: `id`, `looped`
    cannot find a SQL type of PostgreSQL for `Loop`
      a.rs:20:25 `Loop` this type
      help: write `#[column(type = "…")]`, `#[column(type(postgres = "…"))]`, or `#[sqlx(json)]`
    cannot declare type "status" twice
      c.rs:1:36 `Status` the second one
      b.rs:1:24 `Status` the first one
      help: remove one of the two: statements are loaded in no fixed order
    "#);
}

#[test]
fn attributes_that_cannot_be_read_are_all_told() {
    assert_snapshot!(check(Dialect::Postgres, &[("m.rs",
        "\u{feff}#!/usr/bin/env x\r\n#[derive(Model)]\r\n#[model(tabel = \"x\", unique(b))]\r\nstruct A { #[column(default = 1, default = 2)] a: i64 }\r\n#[derive(Model)] struct B { a: A }"
    )]), @"
    cannot read this attribute: unknown key in `#[model(…)]`: `tabel`; did you mean `table`? known are `table`, `schema`, `primary_key`, `unique`, `index`, `check`, `foreign_key`, `exclude`, `comment`, `renamed_from`, `strict`, `without_rowid`, `unlogged`, `options`, `offline`, `dialects`, `skip`
      m.rs:3:9 `tabel` here
    cannot read this attribute: `default` is given twice
      m.rs:4:34 `default` here
      m.rs:4:21 `default` `default` is first given here
    ");
}

#[test]
fn a_file_that_is_no_rust_is_shown_where_it_ends_to_be() {
    let files = [
        ("a.rs", "struct A {\n    a: i64;\n}"),
        ("b.rs", "struct B {"),
        ("c.rs", "#[derive(Model)] struct C { id: i65 }"),
    ];
    assert_snapshot!(check(Dialect::Postgres, &files), @r#"
    cannot read this file as Rust: expected `,`
      a.rs:2:11 `;` not expected here
      help: mend it: `cargo check` says more
    cannot read this file as Rust: cannot parse string into token stream
      b.rs:1:10 `` not expected here
      help: mend it: `cargo check` says more
    cannot find a SQL type of PostgreSQL for `i65`
      c.rs:1:33 `i65` this type
      help: write `#[column(type = "…")]`, `#[column(type(postgres = "…"))]`, or `#[sqlx(json)]`
    "#);
}

#[test]
fn two_models_for_one_table_are_an_error() {
    let files = [
        ("a.rs", "#[derive(Model)] struct Book { id: i64 }"),
        (
            "b.rs",
            "#[derive(Model)] #[model(table = \"book\")] struct Volume { id: i64 }",
        ),
        ("c.sql", "create table if not exists book (id int);"),
    ];
    assert_snapshot!(check(Dialect::Postgres, &files), @r#"
    cannot declare table "book" twice
      b.rs:1:50 `Volume` the second one
      a.rs:1:25 `Book` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare table "book" twice
      c.sql:1:1 `create table if not exists book (id int)` the second one
      a.rs:1:25 `Book` the first one
      help: remove one of the two: statements are loaded in no fixed order
    "#);
}
