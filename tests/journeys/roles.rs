//! What is set for a role, and what it may not do.

use insta::assert_snapshot;
use schemist_testkit::{OwnServer, Sandbox};

use crate::at_night::BOOKS;
use crate::databases::revision;
use crate::documents::holds;
use crate::{project, transcript};

/// A user of its own on a server of its own, so that what is set for the role concerns nobody else.
pub(crate) fn role(settings: &[&str]) -> Option<(OwnServer, Sandbox)> {
    let server = OwnServer::postgres(&[], "host all all 127.0.0.1/32 trust\n", &[])?;
    server.rows("CREATE ROLE app LOGIN CREATEDB");
    server.rows("CREATE DATABASE shop OWNER app");
    for setting in settings {
        server.rows(&format!("ALTER ROLE app {setting}"));
    }
    let mut sandbox = project(BOOKS);
    let port = server.port();
    sandbox.set(
        "DATABASE_URL",
        &format!("postgres://app@127.0.0.1:{port}/shop"),
    );
    sandbox.hide(&port.to_string(), "<port>");
    Some((server, sandbox))
}

#[test]
fn what_is_set_for_a_role_changes_nothing() {
    let Some((_server, sandbox)) = role(&[
        "SET statement_timeout = '1ms'",
        "SET idle_in_transaction_session_timeout = '1ms'",
        "SET lock_timeout = '1ms'",
        "SET search_path = nowhere",
        "SET DateStyle = 'German, DMY'",
        "SET IntervalStyle = 'sql_standard'",
        "SET TimeZone = 'Asia/Tokyo'",
        "SET bytea_output = 'escape'",
        "SET standard_conforming_strings = off",
        "SET default_transaction_isolation = 'serializable'",
        "SET client_min_messages = 'debug5'",
        "SET row_security = off",
    ]) else {
        return;
    };
    assert_snapshot!(transcript(&sandbox, &[
        "revision --autogenerate -m books",
        "upgrade",
        "status",
        "check",
        "verify",
        "rollback",
    ]), @r#"
    $ schemist revision --autogenerate -m books
    migrations/2026-11-20_111111111111_books.sql
    --- stderr
      postgres create table "book"
    Wrote revision 111111111111 — read it, then run `schemist upgrade`

    $ schemist upgrade
    --- stderr
    postgres://app@127.0.0.1:<port>/shop: base → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, books) in <time>

    $ schemist status
    Database  postgres://app@127.0.0.1:<port>/shop (PostgreSQL 15.18)
    Current   111111111111
    Head      111111111111
    State     up-to-date: nothing is pending

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)

    $ schemist verify
    postgres 15.18: 1 revision up in <time>, down in <time>, up again in <time>; the head is what the models say

    $ schemist rollback
    --- stderr
    postgres://app@127.0.0.1:<port>/shop: 111111111111 → base, 1 revision to take back
    Took back 111111111111 (2026-11-20, books) in <time>
    The database is at base now; 1 revision is pending
    "#);
}

#[test]
fn a_server_that_is_full() {
    let Some((server, sandbox)) = role(&["CONNECTION LIMIT 0"]) else {
        return;
    };
    let said = transcript(&sandbox, &["status", "upgrade"]);
    holds("too many connections", &said);
    // One connection is enough to look, and an upgrade that lacks its second says so.
    server.rows("ALTER ROLE app CONNECTION LIMIT 1");
    let one = transcript(&sandbox, &["status", "upgrade"]);
    assert_snapshot!([said, one].join("\n"), @r#"
    $ schemist status
    --- stderr
    error: cannot connect to postgres://app@127.0.0.1:<port>/shop: the server takes no more connections
      because: too many connections for role "app"
      hint: run it again once others have gone: `SELECT * FROM pg_stat_activity`, in MySQL `SHOW PROCESSLIST`, shows who is there; fewer at once: `--jobs 1`
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot connect to postgres://app@127.0.0.1:<port>/shop: the server takes no more connections
      because: too many connections for role "app"
      hint: run it again once others have gone: `SELECT * FROM pg_stat_activity`, in MySQL `SHOW PROCESSLIST`, shows who is there; fewer at once: `--jobs 1`
    --- exit code 1

    $ schemist status
    Database  postgres://app@127.0.0.1:<port>/shop (PostgreSQL 15.18)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    $ schemist upgrade
    --- stderr
    error: cannot get the lock
      because: connect to postgres://app@127.0.0.1:<port>/shop: the server takes no more connections
      because: too many connections for role "app"
      hint: run it again once others have gone: `SELECT * FROM pg_stat_activity`, in MySQL `SHOW PROCESSLIST`, shows who is there; fewer at once: `--jobs 1`
    --- exit code 1
    "#);
}

#[test]
fn whoever_may_not_create_databases_is_told_what_to_ask_for() {
    let Some((server, sandbox)) = role(&["NOCREATEDB"]) else {
        return;
    };
    let port = server.port();
    sandbox.write(
        "schemist.toml",
        &format!("[database.main]\nurl = \"postgres://app@127.0.0.1:{port}/backstage_plugin_auth\"\nensure_exists = true\n"),
    );
    sandbox.write(
        "migrations/1.sql",
        &revision("a1", "none", "CREATE TABLE book (id integer)"),
    );
    let said = transcript(&sandbox, &["upgrade"]);
    holds(
        "The database does not exist, and this user may not create it",
        &said,
    );
    assert_snapshot!(said, @r#"
    $ schemist upgrade
    --- stderr
    error: cannot make the database backstage_plugin_auth on postgres://app@127.0.0.1:<port>/backstage_plugin_auth: app has no right to
      hint: let somebody who has it run this: CREATE DATABASE "backstage_plugin_auth";
    --- exit code 1
    "#);
}

#[test]
fn a_role_that_is_set_to_read_only_is_told() {
    let Some((_server, sandbox)) = role(&["SET default_transaction_read_only = on"]) else {
        return;
    };
    sandbox.write(
        "migrations/1.sql",
        &revision("a1", "none", "CREATE TABLE book (id integer)"),
    );
    let said = transcript(&sandbox, &["status", "upgrade"]);
    holds("cannot execute … in a read-only transaction", &said);
    assert_snapshot!(said, @"
    $ schemist status
    Database  postgres://app@127.0.0.1:<port>/shop (PostgreSQL 15.18)
    Current   none
    Head      a1
    State     no-revision: nothing is applied, 1 revision is pending: a1
    Action    `schemist upgrade` applies all; where the tables are there already: `schemist stamp <revision>`

    $ schemist upgrade
    --- stderr
    postgres://app@127.0.0.1:<port>/shop: base → a1, 1 revision to apply
    error: cannot apply revision a1: cannot change the journal
      because: cannot execute CREATE TABLE in a read-only transaction
      now: 0 of 1 statements are kept, and the journal says not applied
      hint: connect to the primary, or as a user who may write: `SHOW default_transaction_read_only` tells whether `ALTER ROLE … SET` or `ALTER DATABASE … SET` made it so; MySQL's `read_only` holds for the whole server
    --- exit code 1
    ");
}
