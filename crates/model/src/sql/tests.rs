//! What becomes of SQL files.

use insta::assert_snapshot;
use schemist_sql::Dialect;

use crate::tests::check;

fn postgres(text: &str) -> String {
    check(Dialect::Postgres, &[("a.sql", text)])
}

fn sqlite(text: &str) -> String {
    check(Dialect::Sqlite, &[("a.sql", text)])
}

fn mysql(text: &str) -> String {
    check(Dialect::Mysql, &[("a.sql", text)])
}

#[test]
fn statements_are_taken_as_they_are() {
    assert_snapshot!(postgres("\u{feff}-- a table\r\ncreate table a (\r\n  x int\r\n);\r\n\r\ncreate unique index concurrently i on a (x);"), @"
    a.sql:2:1: create table a (
      x int
    );
    a.sql:6:1: create unique index              i on a (x);
    ");
}

#[test]
fn statements_that_reach_outside_are_refused() {
    assert_snapshot!(postgres(
        "drop database live;
        create user app; create user mapping for app server s;
        alter role app superuser; comment on database live is 'x';
        grant admin to app; grant select (a) on t to app; revoke all on database live from public;
        drop owned by app; alter system set x = 1; load 'x'; create tablespace t location '/t';
        import foreign schema x from server s into y;
        \\connect live
        \\! rm x
        "
    ), @r#"
    cannot take `drop database live` into a declaration: it reaches outside of the database that is declared
      a.sql:1:1 `drop database live` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `create user app` into a declaration: it reaches outside of the database that is declared
      a.sql:2:9 `create user app` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `alter role app superuser` into a declaration: it reaches outside of the database that is declared
      a.sql:3:9 `alter role app superuser` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `comment on database live` into a declaration: it reaches outside of the database that is declared
      a.sql:3:35 `comment on database live is 'x'` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `grant admin to app` into a declaration: it reaches outside of the database that is declared
      a.sql:4:9 `grant admin to app` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `revoke all on database` into a declaration: it reaches outside of the database that is declared
      a.sql:4:59 `revoke all on database live from public` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `drop owned by app` into a declaration: it reaches outside of the database that is declared
      a.sql:5:9 `drop owned by app` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `alter system set x` into a declaration: it reaches outside of the database that is declared
      a.sql:5:28 `alter system set x = 1` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `load 'x'` into a declaration: it reaches outside of the database that is declared
      a.sql:5:52 `load 'x'` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `create tablespace t location` into a declaration: it reaches outside of the database that is declared
      a.sql:5:62 `create tablespace t location '/t'` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `import foreign schema x` into a declaration: it reaches outside of the database that is declared
      a.sql:6:9 `import foreign schema x from server s into y` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `\connect` into a declaration: it is a command for another program
      a.sql:7:9 `\connect live` not in a declaration
      help: remove it; another file is read where `models` names it
    cannot take `\!` into a declaration: it is a command for another program
      a.sql:8:9 `\! rm x` not in a declaration
      help: remove it; another file is read where `models` names it
    "#);
    assert_snapshot!(sqlite(
        "attach 'x.db' as x; detach x; vacuum into 'y'; create view v as select Load_Extension('x'); pragma writable_schema = on;"
    ), @"
    cannot take `attach 'x.db' as x` into a declaration: it reaches outside of the database that is declared
      a.sql:1:1 `attach 'x.db' as x` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `detach x` into a declaration: it reaches outside of the database that is declared
      a.sql:1:21 `detach x` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `vacuum into 'y'` into a declaration: it reaches outside of the database that is declared
      a.sql:1:31 `vacuum into 'y'` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `create view v as` into a declaration: it reaches outside of the database that is declared
      a.sql:1:48 `create view v as select Load_Extension('x')` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `pragma writable_schema = on` into a declaration: it reaches outside of the database that is declared
      a.sql:1:93 `pragma writable_schema = on` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    ");
    assert_snapshot!(mysql(
        "use live; create database x; grant all on *.* to a; set global x = 1; set @@global.x = 1; select 1 into outfile '/x'; create or replace user a;"
    ), @"
    cannot take `use live` into a declaration: it reaches outside of the database that is declared
      a.sql:1:1 `use live` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `create database x` into a declaration: it reaches outside of the database that is declared
      a.sql:1:11 `create database x` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `grant all on *` into a declaration: it reaches outside of the database that is declared
      a.sql:1:30 `grant all on *.* to a` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `set global x =` into a declaration: it reaches outside of the database that is declared
      a.sql:1:53 `set global x = 1` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `set @@global . x` into a declaration: it reaches outside of the database that is declared
      a.sql:1:71 `set @@global.x = 1` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `select 1 into outfile` into a declaration: it reaches outside of the database that is declared
      a.sql:1:91 `select 1 into outfile '/x'` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    cannot take `create or replace user` into a declaration: it reaches outside of the database that is declared
      a.sql:1:119 `create or replace user a` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    ");
}

#[test]
fn subscriptions_never_connect() {
    assert_snapshot!(postgres(
        "create subscription s connection 'x' publication p with (connect = false);
        create subscription s connection 'x' publication p; alter subscription s enable"
    ), @"
    cannot take `create subscription s connection` into a declaration: it connects to another server
      a.sql:2:9 `create subscription s connection 'x' publication p` not in a declaration
      help: write `WITH (connect = false)`, as `pg_dump` does
    cannot take `alter subscription s enable` into a declaration: it reaches outside of the database that is declared
      a.sql:2:61 `alter subscription s enable` not in a declaration
      help: remove it: databases, roles and servers are set up by those who run them
    ");
}

#[test]
fn rows_are_passed_over_and_files_refused() {
    assert_snapshot!(postgres(
        "insert into a values (1);\nwith x as (select 1) delete from a;\ntruncate a;\nwith x as (select 1) select * from x"
    ), @"
    a.sql:4:1: with x as (select 1) select * from x;
    a.sql:1:1: not insert into a values: rows are no part of a schema
    a.sql:2:1: not with x as (: rows are no part of a schema
    a.sql:3:1: not truncate a: rows are no part of a schema
    ");
    assert_snapshot!(postgres("copy a from stdin;\n1\n\\.\ncopy a to program 'x'"), @"
    cannot take `copy a from stdin` into a declaration: a declaration holds no rows, and neither reads nor writes files
      a.sql:1:1 `copy a from stdin` not in a declaration
      help: remove it; a dump is made without rows by `pg_dump --schema-only`
    cannot take `copy a to program` into a declaration: a declaration holds no rows, and neither reads nor writes files
      a.sql:4:1 `copy a to program 'x'` not in a declaration
      help: remove it; a dump is made without rows by `pg_dump --schema-only`
    ");
}

#[test]
fn transactions_and_upkeep_are_passed_over() {
    assert_snapshot!(postgres(
        "begin; set x = 1; create schema if not exists public; create schema app; commit; end; vacuum; select setval('s', 1); refresh materialized view m;"
    ), @"
    a.sql:1:8: set x = 1;
    a.sql:1:55: create schema app;
    a.sql:1:1: not begin: transactions are ours to begin and to end
    a.sql:1:19: not create schema if not: the default schema is always there
    a.sql:1:74: not commit: transactions are ours to begin and to end
    a.sql:1:82: not end: transactions are ours to begin and to end
    a.sql:1:87: not vacuum: it changes rows' storage, and nothing that is declared
    a.sql:1:95: not select setval ( 's': how far a sequence has counted is no part of the schema
    a.sql:1:118: not refresh materialized view m: it changes rows' storage, and nothing that is declared
    ");
    assert_snapshot!(sqlite("begin; pragma foreign_keys = on; create table a (x); commit; analyze;"), @"
    a.sql:1:34: create table a (x);
    a.sql:1:1: not begin: transactions are ours to begin and to end
    a.sql:1:8: not pragma foreign_keys = on: a setting of the connection is no part of the schema
    a.sql:1:54: not commit: transactions are ours to begin and to end
    a.sql:1:62: not analyze: it changes rows' storage, and nothing that is declared
    ");
}

#[test]
fn dumps_are_known_by_their_head() {
    assert_snapshot!(postgres(
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n\n-- Dumped from database version 15.18\n\nSET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA public;
CREATE VIEW public.v AS SELECT NULL::integer AS a;
CREATE OR REPLACE VIEW public.v AS SELECT 1 AS a;
\\unrestrict x
"
    ), @r#"
    a.sql is a dump of PgDump
    a.sql:9:1: SET statement_timeout = 0;
    a.sql:10:1: SELECT pg_catalog.set_config('search_path', '', false);
    a.sql:12:1: CREATE VIEW public.v AS SELECT NULL::integer AS a;
    a.sql:13:1: CREATE OR REPLACE VIEW public.v AS SELECT 1 AS a;
    a.sql:5:1: not \restrict: it says something to another program only
    a.sql:11:1: not CREATE SCHEMA public: the default schema is always there
    a.sql:14:1: not \unrestrict: it says something to another program only
    "#);
    assert_snapshot!(sqlite(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE a (x integer primary key autoincrement);\nDELETE FROM sqlite_sequence;\nINSERT INTO sqlite_sequence VALUES('a',1);\nCOMMIT;"
    ), @"
    a.sql is a dump of Sqlite3
    a.sql:3:1: CREATE TABLE a (x integer primary key autoincrement);
    a.sql:1:1: not PRAGMA foreign_keys = OFF: a setting of the connection is no part of the schema
    a.sql:2:1: not BEGIN TRANSACTION: transactions are ours to begin and to end
    a.sql:4:1: not DELETE FROM sqlite_sequence: how far a sequence has counted is no part of the schema
    a.sql:5:1: not INSERT INTO sqlite_sequence VALUES: how far a sequence has counted is no part of the schema
    a.sql:6:1: not COMMIT: transactions are ours to begin and to end
    ");
    assert_snapshot!(sqlite(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nPRAGMA writable_schema=ON;\nINSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a, content=''b'')');\nCREATE TABLE IF NOT EXISTS 'f_data'(id);\nINSERT INTO f_data VALUES(1);\nCREATE TABLE f_other(id);\nPRAGMA writable_schema=OFF;"
    ), @"
    a.sql is a dump of Sqlite3
    a.sql:4:1: CREATE VIRTUAL TABLE f USING fts5(a, content='b');
    a.sql:7:1: CREATE TABLE f_other(id);
    a.sql:1:1: not PRAGMA foreign_keys = OFF: a setting of the connection is no part of the schema
    a.sql:2:1: not BEGIN TRANSACTION: transactions are ours to begin and to end
    a.sql:3:1: not PRAGMA writable_schema = ON: a virtual table is made as any other
    a.sql:5:1: not CREATE TABLE IF NOT: its virtual table makes it by itself
    a.sql:6:1: not INSERT INTO f_data VALUES: rows are no part of a schema
    a.sql:8:1: not PRAGMA writable_schema = OFF: a virtual table is made as any other
    ");
    assert_snapshot!(sqlite("CREATE TABLE sqlite_sequence(name,seq);\nCREATE VIRTUAL TABLE f USING fts5(a);\nCREATE TABLE 'f_data'(id);"), @"
    a.sql:2:1: CREATE VIRTUAL TABLE f USING fts5(a);
    a.sql:1:1: not CREATE TABLE sqlite_sequence (: SQLite makes it by itself
    a.sql:3:1: not CREATE TABLE 'f_data' (: its virtual table makes it by itself
    ");
    assert_snapshot!(mysql(
        "-- MariaDB dump 10.19\n\n/*!40101 SET a = 1 */;\nDROP TABLE IF EXISTS `a`;\n/*!50001 CREATE VIEW `v` AS SELECT 1 */;\n/*!50001 CREATE OR REPLACE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS select 2*/;"
    ), @"
    a.sql is a dump of Mysqldump
    a.sql:3:1: /*!40101 SET a = 1 */;
    a.sql:4:1: DROP TABLE IF EXISTS `a`;
    a.sql:5:1: /*!50001 CREATE VIEW `v` AS SELECT 1 */;
    a.sql:6:1: /*!50001 CREATE OR REPLACE ALGORITHM=UNDEFINED */
    /*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS select 2*/;
    ");
}

#[test]
fn one_object_is_declared_once() {
    assert_snapshot!(postgres(
        "create table a (x int); create table if not exists public.A (y int); create view \"a\" as select 1;
        create function f(x int, out y int) returns int return 1;
        create or replace function f(integer default 1) returns int return 2;
        create or replace function f(text) returns int return 3;
        create trigger t after insert on a execute function g();
        create or replace trigger t after insert on b execute function g();
        create or replace trigger t after update on a execute function g();
        create extension if not exists x; create extension if not exists x; create schema if not exists s; create schema s;
        create index on a (x); create index on a (x); create index i on s.a (x); create index i on a (x)"
    ), @r#"
    cannot declare table "a" twice
      a.sql:1:25 `create table if not exists public.A (y int)` the second one
      a.sql:1:1 `create table a (x int)` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare view "a" twice
      a.sql:1:70 `create view "a" as select 1` the second one
      a.sql:1:1 `create table a (x int)` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare function "f"(integer) twice
      a.sql:3:9 `create or replace function f(integer default 1) returns int return 2` the second one
      a.sql:2:9 `create function f(x int, out y int) returns int return 1` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare trigger "t" on "a" twice
      a.sql:7:9 `create or replace trigger t after update on a execute function g()` the second one
      a.sql:5:9 `create trigger t after insert on a execute function g()` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare schema "s" twice
      a.sql:8:108 `create schema s` the second one
      a.sql:8:77 `create schema if not exists s` the first one
      help: remove one of the two: statements are loaded in no fixed order
    "#);
    assert_snapshot!(sqlite("create table Book (x); create table if not exists book (y); create index i on Book (x); create index if not exists i on other (x)"), @r#"
    cannot declare table "book" twice
      a.sql:1:24 `create table if not exists book (y)` the second one
      a.sql:1:1 `create table Book (x)` the first one
      help: remove one of the two: statements are loaded in no fixed order
    cannot declare index "i" twice
      a.sql:1:89 `create index if not exists i on other (x)` the second one
      a.sql:1:61 `create index i on Book (x)` the first one
      help: remove one of the two: statements are loaded in no fixed order
    "#);
    assert_snapshot!(
        check(Dialect::Sqlite, &[("a.sql", "create table a (x)"), ("b.sql", "\n\ncreate table [a] (x)")]),
        @r#"
    cannot declare table "a" twice
      b.sql:3:1 `create table [a] (x)` the second one
      a.sql:1:1 `create table a (x)` the first one
      help: remove one of the two: statements are loaded in no fixed order
    "#
    );
}

#[test]
fn files_and_statements_may_be_for_one_dialect() {
    let files = [
        ("v.postgres.sql", "create view v as select 1"),
        ("v.sqlite.sql", "create view v as select 2 from [x"),
        ("w.sql", "-- @dialect sqlite\n\ncreate view w as select 3"),
        (
            "x.sql",
            "-- @dialect postgres, mysql\ncreate view x as select 4;\n-- @dialect sqlite\ncreate view x as select 5;",
        ),
    ];
    assert_snapshot!(check(Dialect::Postgres, &files), @"
    v.postgres.sql:1:1: create view v as select 1;
    x.sql:2:1: create view x as select 4;
    v.sqlite.sql:1:1: not the file: it is for SQLite
    w.sql:1:1: not the file: it is for SQLite
    x.sql:4:1: not create view x as: it is for SQLite
    ");
}

#[test]
fn renames_and_first_values_stand_above_what_they_are_about() {
    assert_snapshot!(postgres(
        "-- @renamed from \"Old Book\"
create table app.book (
  -- the key
  id int, -- @renamed from Number
  -- @renamed from name
  -- @backfill 'a' || 'b'
  title text not null default upper('x, y'), price numeric(10, 2), -- @backfill 0
  -- @renamed from c1
  constraint c2 check (id > 0)
);
create type kind as enum (
  'a b', -- @renamed from 'it''s'
  -- @renamed from OLD
  'new'
);
-- @renamed from t1
create trigger t2 after insert on app.book execute function f();
-- @renamed from i1
-- @offline
create index i2 on app.book (id);
-- @renamed from public.w
create materialized view v as select 1;
-- @backfill 1
-- @renamed from x1
alter table only app.book add column x2 int;
-- @renamed from y
alter type kind add value 'z' after 'new';"
    ), @r#"
    a.sql:2:1: create table app.book (
      -- the key
      id int, -- @renamed from Number
      -- @renamed from name
      -- @backfill 'a' || 'b'
      title text not null default upper('x, y'), price numeric(10, 2), -- @backfill 0
      -- @renamed from c1
      constraint c2 check (id > 0)
    );
    a.sql:11:1: create type kind as enum (
      'a b', -- @renamed from 'it''s'
      -- @renamed from OLD
      'new'
    );
    a.sql:17:1: create trigger t2 after insert on app.book execute function f();
    a.sql:20:1: create index i2 on app.book (id);
    a.sql:22:1: create materialized view v as select 1;
    a.sql:25:1: alter table only app.book add column x2 int;
    a.sql:27:1: alter type kind add value 'z' after 'new';
    a.sql:4:11: column "number" of "app"."book" is now "id"
    a.sql:5:3: column "name" of "app"."book" is now "title"
    a.sql:8:3: constraint "c1" of "app"."book" is now "c2"
    a.sql:1:1: table "app"."Old Book" is now "app"."book"
    a.sql:12:10: value it's of "kind" is now a b
    a.sql:13:3: value OLD of "kind" is now new
    a.sql:16:1: trigger "app"."t1" is now "app"."t2" on "app"."book"
    a.sql:18:1: index "app"."i1" is now "app"."i2"
    a.sql:21:1: materialized view "w" is now "v"
    a.sql:24:1: column "x1" of "app"."book" is now "x2"
    a.sql:26:1: value y of "kind" is now z
    a.sql:6:3: rows of "app"."book" get 'a' || 'b' as "title"
    a.sql:7:68: rows of "app"."book" get 0 as "price"
    a.sql:23:1: rows of "app"."book" get 1 as "x2"
    offline: index "app"."i2"
    "#);
}

#[test]
fn lines_for_us_that_are_about_nothing_are_errors() {
    assert_snapshot!(postgres(
        "-- @renamed from a

create table b (
  id int,
  -- @renamed from x.y
  c int,
  -- @backfill 1
  primary key (id)
  -- @renamed from z
);
-- @backfill 2
-- @offline
create view v as select 1;
-- @renamed to x
-- @rename from y
-- @renamed from z
select 1;
"
    ), @"
    cannot follow `-- @renamed`: it stands above nothing
      a.sql:1:1 `-- @renamed from a` this line
      help: put it directly above what it is about
    cannot follow `-- @renamed`: `x.y` is no name
      a.sql:5:3 `-- @renamed from x.y` this line
      help: put it directly above what it is about
    cannot follow `-- @backfill`: what stands below it is no column
      a.sql:7:3 `-- @backfill 1` this line
      help: put it directly above what it is about
    cannot follow `-- @renamed`: what stands below it has no name of its own
      a.sql:9:3 `-- @renamed from z` this line
      help: put it directly above what it is about
    cannot follow `-- @backfill`: what stands below it is no column
      a.sql:11:1 `-- @backfill 2` this line
      help: put it directly above what it is about
    cannot follow `-- @offline`: what stands below it is no table, no materialized view and no index
      a.sql:12:1 `-- @offline` this line
      help: put it directly above what it is about
    cannot follow `-- @renamed`: write `-- @renamed from <the name before>`
      a.sql:14:1 `-- @renamed to x` this line
      help: mend or remove it
    cannot follow `-- @rename`: it is unknown; did you mean `-- @renamed from`?
      a.sql:15:1 `-- @rename from y` this line
      help: mend or remove it
    cannot follow `-- @renamed`: what stands below it has no name of its own
      a.sql:16:1 `-- @renamed from z` this line
      help: put it directly above what it is about
    ");
}

#[test]
fn what_is_never_closed_is_shown() {
    assert_snapshot!(postgres("create table a (x int);\ncreate view v as select 'x;\n"), @"
    cannot find the end of the string
      a.sql:2:25 `'x;` this string is never closed
      help: close it
    ");
}
