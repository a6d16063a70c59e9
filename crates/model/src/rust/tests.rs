//! What becomes of Rust files.

use insta::assert_snapshot;
use schemist_sql::Dialect;

use crate::tests::{check, check_with, options};
use crate::{Comments, Declaration, EnumChecks, NameTemplate, NamedPart, Options, Source};

/// One file, for PostgreSQL and for SQLite.
fn both(text: &str) -> String {
    let postgres = check(Dialect::Postgres, &[("m.rs", text)]);
    let sqlite = check(Dialect::Sqlite, &[("m.rs", text)]);
    format!("{postgres}\n--- sqlite\n{sqlite}")
}

fn mysql(text: &str) -> String {
    check(Dialect::Mysql, &[("m.rs", text)])
}

fn postgres(text: &str) -> String {
    check(Dialect::Postgres, &[("m.rs", text)])
}

const RUNS: &str = r#"
/// One run of one block.
#[derive(Model, sqlx::FromRow)]
#[model(table = "block_run", index(columns(pipeline_run_id, status)), check(name = "ends_late", "completed_at >= started_at"))]
pub struct BlockRun {
    #[column(primary_key, identity)]
    pub id: i64,
    #[column(references(PipelineRun::id, on_delete = "cascade"))]
    pub pipeline_run_id: i64,
    pub status: BlockRunStatus,
    #[column(default = "now()")]
    pub started_at: DateTime<Utc>,
    #[column(renamed_from = "finished_at", backfill = "started_at")]
    pub completed_at: Option<DateTime<Utc>>,
}

#[derive(Model)]
pub struct PipelineRun {
    #[column(primary_key, serial, autoincrement)]
    pub id: i32,
}

#[derive(DbEnum, sqlx::Type)]
#[sqlx(type_name = "blockrunstatus", rename_all = "SCREAMING_SNAKE_CASE")]
#[db_enum(removed(Lost => "FAILED"))]
pub enum BlockRunStatus {
    Initial,
    Failed,
    #[db_enum(renamed_from = "UPSTREAM")]
    UpstreamFailed,
}
"#;

const PARTS: &str = r#"
#[derive(Model)]
#[model(unique(title, maker_id), index(title), index(title, renamed_from = "old"), index(expressions("lower(title)")), check("id > 0"), check(postgres = "id < 9"), check(name = "named", "id <> 5"))]
pub struct Part {
    #[column(primary_key)]
    pub id: i64,
    #[column(unique, index(name = "by_title"), check("title <> ''"))]
    pub title: String,
    #[column(references(Maker))]
    pub maker_id: i64,
}

#[derive(Model)]
pub struct Maker {
    #[column(primary_key(name = "maker_key"))]
    pub id: i64,
}
"#;

#[test]
fn templates_name_what_a_struct_leaves_out() {
    let naming = [
        (NamedPart::PrimaryKey, "pk_{table}"),
        (NamedPart::Unique, "uq_{table}_{columns}"),
        (NamedPart::ForeignKey, "fk_{table}_{columns}_{target}"),
        (NamedPart::Index, "ix_{table}_{columns}"),
        (NamedPart::Check, "ck_{table}_{n}"),
    ];
    let naming = naming.map(|(part, text)| (part, NameTemplate::parse(part, text).unwrap()));
    let options = Options {
        naming: naming.into(),
        ..options(Dialect::Postgres)
    };
    let read = |dialect| check_with(dialect, &[("m.rs", PARTS)], &options);
    assert_snapshot!(read(Dialect::Postgres), @r#"
    m.rs:4:12: CREATE TABLE "part" (
        "id" bigint CONSTRAINT "pk_part" PRIMARY KEY NOT NULL,
        "title" text NOT NULL CONSTRAINT "ck_part_1" CHECK (title <> ''),
        "maker_id" bigint NOT NULL,
        CONSTRAINT "uq_part_title" UNIQUE ("title"),
        CONSTRAINT "uq_part_title_maker_id" UNIQUE ("title", "maker_id"),
        CONSTRAINT "ck_part_2" CHECK (id > 0),
        CONSTRAINT "ck_part_3" CHECK (id < 9),
        CONSTRAINT "named" CHECK (id <> 5)
    );
    m.rs:14:12: CREATE TABLE "maker" (
        "id" bigint CONSTRAINT "maker_key" PRIMARY KEY NOT NULL
    );
    m.rs:7:22: CREATE INDEX "by_title" ON "part" ("title");
    m.rs:3:34: CREATE INDEX "ix_part_title" ON "part" ("title");
    m.rs:3:48: CREATE INDEX "ix_part_title_2" ON "part" ("title");
    m.rs:3:84: CREATE INDEX "ix_part_expr" ON "part" ((lower(title)));
    m.rs:9:14: ALTER TABLE "part" ADD CONSTRAINT "fk_part_maker_id_maker" FOREIGN KEY ("maker_id") REFERENCES "maker" ("id");
    m.rs:3:76: index "old" is now "ix_part_title_2"
    "#);
    assert_snapshot!(read(Dialect::Sqlite), @r#"
    m.rs:4:12: CREATE TABLE "part" (
        "id" INTEGER CONSTRAINT "pk_part" PRIMARY KEY NOT NULL,
        "title" TEXT NOT NULL CONSTRAINT "ck_part_1" CHECK (title <> ''),
        "maker_id" INTEGER NOT NULL,
        CONSTRAINT "uq_part_title" UNIQUE ("title"),
        CONSTRAINT "uq_part_title_maker_id" UNIQUE ("title", "maker_id"),
        CONSTRAINT "ck_part_2" CHECK (id > 0),
        CONSTRAINT "named" CHECK (id <> 5),
        CONSTRAINT "fk_part_maker_id_maker" FOREIGN KEY ("maker_id") REFERENCES "maker" ("id")
    );
    m.rs:14:12: CREATE TABLE "maker" (
        "id" INTEGER CONSTRAINT "maker_key" PRIMARY KEY NOT NULL
    );
    m.rs:7:22: CREATE INDEX "by_title" ON "part" ("title");
    m.rs:3:34: CREATE INDEX "ix_part_title" ON "part" ("title");
    m.rs:3:48: CREATE INDEX "ix_part_title_2" ON "part" ("title");
    m.rs:3:84: CREATE INDEX "ix_part_expr" ON "part" (lower(title));
    m.rs:3:76: index "old" is now "ix_part_title_2"
    "#);
}

#[test]
fn names_of_checks_stand_behind_the_columns_of_mysql() {
    let text = "#[derive(Model)]
        struct Part {
            #[column(primary_key(name = \"part_key\"), check(\"id < 9\"))] id: i64,
            #[column(check(name = \"has_title\", \"title <> ''\"))] title: String,
        }";
    assert_snapshot!(check_with(Dialect::Mysql, &[("m.rs", text)], &options(Dialect::Mysql)), @"
    m.rs:2:16: CREATE TABLE `part` (
        `id` bigint PRIMARY KEY NOT NULL CHECK (id < 9),
        `title` varchar(255) NOT NULL,
        CONSTRAINT `has_title` CHECK (title <> '')
    );
    ");
}

#[test]
fn enums_are_plain_text_where_checks_are_left_out() {
    let text = "#[derive(Model)]
        struct Run { id: i64, status: Status }
        #[derive(DbEnum)]
        enum Status { New, Done }";
    let options = Options {
        enum_checks: EnumChecks::LeftOut,
        ..options(Dialect::Sqlite)
    };
    let read = |dialect| check_with(dialect, &[("m.rs", text)], &options);
    assert_snapshot!(read(Dialect::Sqlite), @r#"
    m.rs:2:16: CREATE TABLE "run" (
        "id" INTEGER NOT NULL,
        "status" TEXT NOT NULL
    );
    "#);
    assert_snapshot!(read(Dialect::Mysql), @"
    m.rs:2:16: CREATE TABLE `run` (
        `id` bigint NOT NULL,
        `status` enum('New', 'Done') NOT NULL
    );
    ");
}

#[test]
fn structs_become_tables_and_enums_become_types() {
    assert_snapshot!(both(RUNS), @r#"
    m.rs:26:10: CREATE TYPE "blockrunstatus" AS ENUM ('INITIAL', 'FAILED', 'UPSTREAM_FAILED');
    m.rs:5:12: CREATE TABLE "block_run" (
        "id" bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY NOT NULL,
        "pipeline_run_id" bigint NOT NULL,
        "status" "blockrunstatus" NOT NULL,
        "started_at" timestamp with time zone DEFAULT now() NOT NULL,
        "completed_at" timestamp with time zone,
        CONSTRAINT "ends_late" CHECK (completed_at >= started_at)
    );
    m.rs:18:12: CREATE TABLE "pipeline_run" (
        "id" serial PRIMARY KEY NOT NULL
    );
    m.rs:4:30: CREATE INDEX ON "block_run" ("pipeline_run_id", "status");
    m.rs:8:14: ALTER TABLE "block_run" ADD FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE;
    m.rs:29:30: value UPSTREAM of "blockrunstatus" is now UPSTREAM_FAILED
    m.rs:13:29: column "finished_at" of "block_run" is now "completed_at"
    m.rs:13:55: rows of "block_run" get started_at as "completed_at"
    m.rs:25:19: LOST of "blockrunstatus" becomes FAILED
    --- sqlite
    m.rs:5:12: CREATE TABLE "block_run" (
        "id" INTEGER PRIMARY KEY NOT NULL,
        "pipeline_run_id" INTEGER NOT NULL,
        "status" TEXT NOT NULL CHECK ("status" IN ('INITIAL', 'FAILED', 'UPSTREAM_FAILED')),
        "started_at" DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
        "completed_at" DATETIME,
        CONSTRAINT "ends_late" CHECK (completed_at >= started_at),
        FOREIGN KEY ("pipeline_run_id") REFERENCES "pipeline_run" ("id") ON DELETE CASCADE
    );
    m.rs:18:12: CREATE TABLE "pipeline_run" (
        "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL
    );
    m.rs:4:30: CREATE INDEX "block_run_pipeline_run_id_status_idx" ON "block_run" ("pipeline_run_id", "status");
    m.rs:13:29: column "finished_at" of "block_run" is now "completed_at"
    m.rs:13:55: rows of "block_run" get started_at as "completed_at"
    m.rs:25:19: LOST of "blockrunstatus" becomes FAILED
    m.rs:29:30: UPSTREAM of "blockrunstatus" becomes UPSTREAM_FAILED
    "#);
    assert_snapshot!(mysql(RUNS), @r#"
    m.rs:5:12: CREATE TABLE `block_run` (
        `id` bigint PRIMARY KEY AUTO_INCREMENT NOT NULL,
        `pipeline_run_id` bigint NOT NULL,
        `status` enum('INITIAL', 'FAILED', 'UPSTREAM_FAILED') NOT NULL,
        `started_at` timestamp(6) DEFAULT CURRENT_TIMESTAMP(6) NOT NULL,
        `completed_at` timestamp(6) NULL,
        CONSTRAINT `ends_late` CHECK (completed_at >= started_at)
    );
    m.rs:18:12: CREATE TABLE `pipeline_run` (
        `id` int PRIMARY KEY AUTO_INCREMENT NOT NULL
    );
    m.rs:4:30: CREATE INDEX `block_run_pipeline_run_id_status_idx` ON `block_run` (`pipeline_run_id`, `status`);
    m.rs:8:14: ALTER TABLE `block_run` ADD FOREIGN KEY (`pipeline_run_id`) REFERENCES `pipeline_run` (`id`) ON DELETE CASCADE;
    m.rs:13:29: column "finished_at" of "block_run" is now "completed_at"
    m.rs:13:55: rows of "block_run" get started_at as "completed_at"
    m.rs:25:19: LOST of "blockrunstatus" becomes FAILED
    m.rs:29:30: UPSTREAM of "blockrunstatus" becomes UPSTREAM_FAILED
    "#);
}

#[test]
fn an_error_within_a_statement_leads_to_its_field() {
    let sources = vec![Source::new("m.rs", RUNS)];
    let declaration =
        Declaration::from_sources(sources, Dialect::Postgres, &options(Dialect::Postgres)).unwrap();
    let table = &declaration.statements[1];
    let at = |needle: &str| {
        let origin = table.origin_at(table.sql.find(needle).unwrap());
        origin.span.slice(RUNS).to_owned()
    };
    assert_eq!(
        [at("now()"), at("ends_late"), at("CREATE")],
        [
            "started_at".to_owned(),
            "check".to_owned(),
            "BlockRun".to_owned()
        ]
    );
}

#[test]
fn documentation_becomes_comments_where_it_is_asked_for() {
    let text = "/// One book.\n///\n/// It's \"one\".\n#[derive(Model)] struct Book {\n/// The key.\nid: i64,\n/// Not this.\n#[column(comment = \"this\")] a: i64 }";
    let mut options = options(Dialect::Postgres);
    assert_snapshot!(check_with(Dialect::Postgres, &[("m.rs", text)], &options), @r#"
    m.rs:4:25: CREATE TABLE "book" (
        "id" bigint NOT NULL,
        "a" bigint NOT NULL
    );
    m.rs:8:29: COMMENT ON COLUMN "book"."a" IS 'this';
    "#);
    options.comments = Comments::Documentation;
    assert_snapshot!(check_with(Dialect::Postgres, &[("m.rs", text)], &options), @r#"
    m.rs:4:25: CREATE TABLE "book" (
        "id" bigint NOT NULL,
        "a" bigint NOT NULL
    );
    m.rs:4:25: COMMENT ON TABLE "book" IS 'One book.

    It''s "one".';
    m.rs:6:1: COMMENT ON COLUMN "book"."id" IS 'The key.';
    m.rs:8:29: COMMENT ON COLUMN "book"."a" IS 'this';
    "#);
    assert_snapshot!(check_with(Dialect::Mysql, &[("m.rs", text)], &options), @r#"
    m.rs:4:25: CREATE TABLE `book` (
        `id` bigint NOT NULL COMMENT 'The key.',
        `a` bigint NOT NULL COMMENT 'this'
    ) COMMENT = 'One book.

    It''s "one".';
    "#);
}

#[test]
fn keys_are_named_only_where_a_name_is_written() {
    assert_snapshot!(both(
        r#"#[derive(Model)]
        #[model(schema = "app", primary_key(name = "pk", columns(a, "b")), unique(a, c), unique(name = "u", c))]
        struct Key { a: i32, b: Option<i32>, #[column(unique, name = "see")] c: String, #[column(unique(name = "ud"))] d: bool }

        #[derive(Model)]
        #[model(table = "public.two", foreign_key(columns(a, b), references(Key::a, Key::b), match = "full", deferrable, name = "fk"))]
        struct Two {
            #[column(primary_key)] a: i32,
            #[column(primary_key)] b: i32,
            #[column(references("app"."key"."see", on_update = set_null, initially_deferred))] c: Option<String>,
            #[column(references(Self::a))] parent: Option<i32>,
        }

        #[derive(Model)]
        struct Three { #[column(primary_key(name = "pk3"))] id: String, #[column(references(Three))] other: String }"#
    ), @r#"
    m.rs:3:16: CREATE TABLE "app"."key" (
        "a" integer NOT NULL,
        "b" integer NOT NULL,
        "see" text NOT NULL,
        "d" boolean NOT NULL,
        CONSTRAINT "pk" PRIMARY KEY ("a", "b"),
        UNIQUE ("see"),
        CONSTRAINT "ud" UNIQUE ("d"),
        UNIQUE ("a", "see"),
        CONSTRAINT "u" UNIQUE ("see")
    );
    m.rs:7:16: CREATE TABLE "two" (
        "a" integer NOT NULL,
        "b" integer NOT NULL,
        "c" text,
        "parent" integer,
        PRIMARY KEY ("a", "b")
    );
    m.rs:15:16: CREATE TABLE "three" (
        "id" text CONSTRAINT "pk3" PRIMARY KEY NOT NULL,
        "other" text NOT NULL
    );
    m.rs:10:22: ALTER TABLE "two" ADD FOREIGN KEY ("c") REFERENCES "app"."key" ("see") ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED;
    m.rs:11:22: ALTER TABLE "two" ADD FOREIGN KEY ("parent") REFERENCES "two" ("a");
    m.rs:6:39: ALTER TABLE "two" ADD CONSTRAINT "fk" FOREIGN KEY ("a", "b") REFERENCES "app"."key" ("a", "b") MATCH FULL DEFERRABLE;
    m.rs:15:82: ALTER TABLE "three" ADD FOREIGN KEY ("other") REFERENCES "three" ("id");
    --- sqlite
    m.rs:3:16: CREATE TABLE "key" (
        "a" INTEGER NOT NULL,
        "b" INTEGER NOT NULL,
        "see" TEXT NOT NULL,
        "d" BOOLEAN NOT NULL,
        CONSTRAINT "pk" PRIMARY KEY ("a", "b"),
        UNIQUE ("see"),
        CONSTRAINT "ud" UNIQUE ("d"),
        UNIQUE ("a", "see"),
        CONSTRAINT "u" UNIQUE ("see")
    );
    m.rs:7:16: CREATE TABLE "two" (
        "a" INTEGER NOT NULL,
        "b" INTEGER NOT NULL,
        "c" TEXT,
        "parent" INTEGER,
        PRIMARY KEY ("a", "b"),
        FOREIGN KEY ("c") REFERENCES "key" ("see") ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY ("parent") REFERENCES "two" ("a"),
        CONSTRAINT "fk" FOREIGN KEY ("a", "b") REFERENCES "key" ("a", "b") MATCH FULL DEFERRABLE
    );
    m.rs:15:16: CREATE TABLE "three" (
        "id" TEXT CONSTRAINT "pk3" PRIMARY KEY NOT NULL,
        "other" TEXT NOT NULL,
        FOREIGN KEY ("other") REFERENCES "three" ("id")
    );
    "#);
}

#[test]
fn keys_of_postgres_alone() {
    let text = r#"#[derive(Model)]
        #[model(unlogged, unique(a, nulls_not_distinct, initially_deferred), exclude(name = "e", "USING gist (r WITH &&)"))]
        struct Key { a: i32, r: PgRange<DateTime<Utc>> }"#;
    assert_snapshot!(both(text), @r#"
    m.rs:3:16: CREATE UNLOGGED TABLE "key" (
        "a" integer NOT NULL,
        "r" tstzrange NOT NULL,
        UNIQUE NULLS NOT DISTINCT ("a") DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT "e" EXCLUDE USING gist (r WITH &&)
    );
    --- sqlite
    cannot declare `nulls_not_distinct` for SQLite
      m.rs:2:37 `nulls_not_distinct` here
      help: write `index(…, unique, dialect = "postgres")` instead
    cannot declare a deferrable key for SQLite
      m.rs:2:57 `initially_deferred` here
      help: only foreign keys are deferrable there: leave it out
    cannot find a SQL type of SQLite for `PgRange<DateTime<Utc>>`
      m.rs:3:33 `PgRange<DateTime<Utc>>` this type
      help: write `#[column(type = "…")]`, `#[column(type(sqlite = "…"))]`, or `#[sqlx(json)]`
    "#);
}

#[test]
fn indexes_are_told_with_all_they_have() {
    assert_snapshot!(both(
        r#"#[derive(Model)]
        #[model(
            index(a, b desc),
            index(name = "i", columns(b collate = "C"), expressions("lower(a)" desc), unique, where(postgres = "b <> ''", sqlite = "b > ''")),
            index(a nulls_first, b operator_class = "text_ops", method = "gin", include(c), nulls_not_distinct, with = "fillfactor=70", dialect = "postgres"),
        )]
        struct Book { a: String, b: String, #[column(index, index(unique, name = "c_once"))] c: i64 }"#
    ), @r#"
    m.rs:7:16: CREATE TABLE "book" (
        "a" text NOT NULL,
        "b" text NOT NULL,
        "c" bigint NOT NULL
    );
    m.rs:7:54: CREATE INDEX ON "book" ("c");
    m.rs:7:61: CREATE UNIQUE INDEX "c_once" ON "book" ("c");
    m.rs:3:13: CREATE INDEX ON "book" ("a", "b" DESC);
    m.rs:4:13: CREATE UNIQUE INDEX "i" ON "book" ("b" COLLATE "C", (lower(a)) DESC) WHERE b <> '';
    m.rs:5:13: CREATE INDEX ON "book" USING "gin" ("a" NULLS FIRST, "b" "text_ops") INCLUDE ("c") NULLS NOT DISTINCT WITH (fillfactor=70);
    --- sqlite
    m.rs:7:16: CREATE TABLE "book" (
        "a" TEXT NOT NULL,
        "b" TEXT NOT NULL,
        "c" INTEGER NOT NULL
    );
    m.rs:7:54: CREATE INDEX "book_c_idx" ON "book" ("c");
    m.rs:7:61: CREATE UNIQUE INDEX "c_once" ON "book" ("c");
    m.rs:3:13: CREATE INDEX "book_a_b_idx" ON "book" ("a", "b" DESC);
    m.rs:4:13: CREATE UNIQUE INDEX "i" ON "book" ("b" COLLATE "C", lower(a) DESC) WHERE b > '';
    "#);
}

#[test]
fn columns_say_what_they_are() {
    assert_snapshot!(both(
        r#"#[derive(Model)]
        #[model(strict, without_rowid, offline, renamed_from = "volume", comment = "It's one")]
        struct Book {
            #[column(primary_key, default = "gen_random_uuid()")] id: Uuid,
            #[column(type = "varchar(20)", collate(postgres = "C", sqlite = "NOCASE"), check(name = "long", "length(title) > 3"), check(postgres = "title <> ''"))] title: Option<String>,
            #[column(default = -1, not_null)] stock: Option<i32>,
            #[column(default(postgres = "'{}'", sqlite = "json_array()"), nullable)] tags: Json<Vec<String>>,
            #[column(generated = "stock * 2")] twice: i64,
            #[column(generated(expr = "stock * 3", virtual), type(postgres = "int8"))] thrice: i64,
            #[sqlx(rename = "published_on")] date: Option<NaiveDate>,
            #[sqlx(skip)] cached: HashMap<String, String>,
            #[column(identity = "always", type(sqlite = "INTEGER"))] number: i64,
        }"#
    ), @r#"
    m.rs:3:16: CREATE TABLE "book" (
        "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
        "title" varchar(20) COLLATE "C" CONSTRAINT "long" CHECK (length(title) > 3) CHECK (title <> ''),
        "stock" integer DEFAULT -1 NOT NULL,
        "tags" jsonb DEFAULT '{}',
        "twice" bigint GENERATED ALWAYS AS (stock * 2) STORED NOT NULL,
        "thrice" int8 GENERATED ALWAYS AS (stock * 3) VIRTUAL NOT NULL,
        "published_on" date,
        "number" bigint GENERATED ALWAYS AS IDENTITY NOT NULL
    );
    m.rs:3:16: COMMENT ON TABLE "book" IS 'It''s one';
    m.rs:2:64: table "volume" is now "book"
    offline: table "book"
    --- sqlite
    cannot declare a column that counts for SQLite
      m.rs:12:70 `number` here
      help: make it the whole primary key, and an integer
    "#);
}

#[test]
fn types_lead_through_the_projects_own_items() {
    let files = [
        (
            "models/book.rs",
            r#"use super::ids::{Id as BookId, *};
            use crate::shop::Status;
            #[derive(Model)]
            #[sqlx(rename_all = "camelCase")]
            struct Book<'a> {
                #[column(primary_key)] book_id: BookId,
                owner: Owner,
                status: Status,
                other: super::library::Status,
                level: Level,
                #[sqlx(flatten)] stamps: Stamps,
                #[sqlx(try_from = "i16")] pages: Pages,
                #[sqlx(json)] tags: HashMap<String, i64>,
                #[sqlx(json(nullable))] more: Vec<i64>,
                point: Point,
                title: Cow<'a, str>,
                cover: Option<Vec<u8>>,
                digest: [u8; 32],
                words: Vec<Option<String>>,
            }"#,
        ),
        (
            "models/ids.rs",
            r#"pub type Id = uuid::Uuid;
            #[derive(sqlx::Type)] #[sqlx(transparent)] pub struct Owner(Box<i64>);
            #[derive(sqlx::Type)] #[repr(i16)] pub enum Level { Low, High }
            #[derive(sqlx::Type)] #[sqlx(type_name = "geo.point")] pub struct Point { x: f64, y: f64 }
            #[derive(schemist::Model)] #[model(skip)] pub struct Stamps { #[column(default = "now()")] created_at: OffsetDateTime, changed_at: Option<OffsetDateTime> }"#,
        ),
        (
            "models/shop.rs",
            r#"#[derive(DbEnum)] #[db_enum(name = "app.shop_status")] enum Status { Open }"#,
        ),
        (
            "models/library/mod.rs",
            r#"#[derive(DbEnum, sqlx::Type)] #[sqlx(type_name = "LibraryStatus")] enum Status { Lent }"#,
        ),
    ];
    assert_snapshot!(check(Dialect::Postgres, &files), @r#"
    models/shop.rs:1:61: CREATE TYPE "app"."shop_status" AS ENUM ('Open');
    models/library/mod.rs:1:73: CREATE TYPE "librarystatus" AS ENUM ('Lent');
    models/book.rs:5:20: CREATE TABLE "book" (
        "bookId" uuid PRIMARY KEY NOT NULL,
        "owner" bigint NOT NULL,
        "status" "app"."shop_status" NOT NULL,
        "other" "librarystatus" NOT NULL,
        "level" smallint NOT NULL,
        "created_at" timestamp with time zone DEFAULT now() NOT NULL,
        "changed_at" timestamp with time zone,
        "pages" smallint NOT NULL,
        "tags" jsonb NOT NULL,
        "more" jsonb,
        "point" geo.point NOT NULL,
        "title" text NOT NULL,
        "cover" bytea,
        "digest" bytea NOT NULL,
        "words" text[] NOT NULL
    );
    "#);
}

#[test]
fn what_is_switched_off_is_named() {
    let text = r#"
        #[cfg(test)] mod tests { #[derive(Model)] struct A { id: i64 } struct Quiet; }
        #[cfg(feature = "extra")] #[derive(Model)] struct B { id: i64, #[cfg(not(feature = "extra"))] gone: i64 }
        #[cfg_attr(feature = "extra", derive(Model), model(table = "sea"))] struct C { id: i64 }
        #[derive(Model)] #[model(dialects("sqlite"))] struct D { id: i64 }
        #[cfg(all(unix, not(test)))] mod inner { #[derive(Model)] struct E { id: i64 } }
    "#;
    assert_snapshot!(postgres(text), @r#"
    m.rs:6:74: CREATE TABLE "e" (
        "id" bigint NOT NULL
    );
    m.rs:2:58: not `A`: it is under `cfg(test)`
    m.rs:3:59: not `B`: it is under `cfg(feature="extra")`; `features` in the settings switches features on
    m.rs:4:84: not `C`: it is under `cfg(feature="extra")`; `features` in the settings switches features on
    m.rs:5:62: not `D`: it is for sqlite
    "#);
    let mut options = options(Dialect::Postgres);
    options.features.insert("extra".to_owned());
    assert_snapshot!(check_with(Dialect::Postgres, &[("m.rs", text)], &options), @r#"
    m.rs:3:59: CREATE TABLE "b" (
        "id" bigint NOT NULL
    );
    m.rs:4:84: CREATE TABLE "sea" (
        "id" bigint NOT NULL
    );
    m.rs:6:74: CREATE TABLE "e" (
        "id" bigint NOT NULL
    );
    m.rs:2:58: not `A`: it is under `cfg(test)`
    m.rs:5:62: not `D`: it is for sqlite
    "#);
}
