//! What a session has to be, and what reading does to it.

use schemist_introspect::Scope;
use schemist_sql::Ident;
use schemist_testkit::Database;

use crate::check::{connect, scope, try_read, wait};

fn ids(catalog: &schemist_catalog::Catalog) -> Vec<String> {
    catalog.objects().keys().map(ToString::to_string).collect()
}

#[test]
fn names_in_the_default_schema_are_unqualified() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE SCHEMA \"Dev\";
         CREATE TYPE \"Dev\".mood AS ENUM ('sad');
         CREATE TABLE public.author (id integer PRIMARY KEY);
         CREATE TABLE \"Dev\".book (id serial, mood \"Dev\".mood DEFAULT 'sad', author integer REFERENCES public.author);
         CREATE VIEW \"Dev\".sad AS SELECT b.id FROM \"Dev\".book b JOIN public.author USING (id)",
    );
    let scope = Scope {
        default_schema: Some(Ident::from_server("Dev")),
        schemas: vec![Ident::from_server("public")],
        ..Scope::default()
    };
    let catalog = wait(async {
        let mut session = connect(&database, &scope).await;
        try_read(&mut session, &scope).await.unwrap()
    });
    insta::assert_snapshot!(ids(&catalog).join("\n"), @r#"
    schema "public"
    enum type "mood"
    table "book"
    table "public"."author"
    foreign key "book_author_fkey" on "book"
    view "sad"
    "#);
    let text: Vec<_> = catalog
        .objects()
        .values()
        .flat_map(|object| object.create(catalog.dialect()))
        .map(|step| step.sql)
        .collect();
    insta::assert_snapshot!(text.join(";\n"), @r#"
    CREATE SCHEMA "public";
    COMMENT ON SCHEMA "public" IS 'standard public schema';
    CREATE TYPE "mood" AS ENUM ('sad');
    CREATE TABLE "book" (
        "id" serial,
        "mood" mood DEFAULT 'sad'::mood,
        "author" integer
    );
    CREATE TABLE "public"."author" (
        "id" integer,
        CONSTRAINT "author_pkey" PRIMARY KEY ("id")
    );
    ALTER TABLE "book" ADD CONSTRAINT "book_author_fkey" FOREIGN KEY ("author") REFERENCES "public"."author" ("id");
    CREATE VIEW "sad" AS
    SELECT b.id
       FROM (book b
         JOIN public.author USING (id))
    "#);
}

#[test]
fn a_transaction_that_is_open_is_read_from_and_stays_open() {
    let Some(database) = Database::postgres() else {
        return;
    };
    wait(async {
        let mut session = connect(&database, &scope()).await;
        session.execute("BEGIN").await.unwrap();
        session.execute("CREATE TABLE book ()").await.unwrap();
        let inside = try_read(&mut session, &scope()).await.unwrap();
        assert_eq!(ids(&inside), ["table \"book\""]);
        session.execute("CREATE TABLE author ()").await.unwrap();
        session.execute("ROLLBACK").await.unwrap();
        let outside = try_read(&mut session, &scope()).await.unwrap();
        assert!(outside.is_empty());
        // Reading left no transaction behind.
        session.execute("CREATE TABLE book ()").await.unwrap();
        let again = try_read(&mut session, &scope()).await.unwrap();
        assert_eq!(ids(&again), ["table \"book\""]);
    });
}

#[test]
fn another_search_path_would_give_other_words() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let refused = wait(async {
        let mut session = connect(&database, &scope()).await;
        let path = "CREATE SCHEMA other; SET search_path = other, public";
        session.execute(path).await.unwrap();
        try_read(&mut session, &scope()).await.unwrap_err()
    });
    insta::assert_snapshot!(refused, @r#"understand the session's words: its search path has the schema "other", which is not the default one"#);
}

#[test]
fn a_user_without_rights_would_see_other_words() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
    let refused = wait(async {
        let mut session = connect(&database, &scope()).await;
        session.execute("SET ROLE pg_monitor").await.unwrap();
        try_read(&mut session, &scope()).await.unwrap_err()
    });
    insta::assert_snapshot!(refused, @r#"understand the session's words: its user has no USAGE on the schema "public""#);
}
