//! Many databases of one project.

use insta::assert_snapshot;
use schemist_testkit::{Database, Sandbox};

use crate::{project, sandbox, transcript};

/// A revision that makes one table.
pub(crate) fn revision(id: &str, parent: &str, statement: &str) -> String {
    format!(
        "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n\n-- [up]\n{statement};\n\n-- [down]\nSELECT 1;\n"
    )
}

/// Three databases that are files, each with a history of its own.
fn three() -> Sandbox {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[defaults]\ndirectory = \"data\"\npool = { max = 1 }\n[database.auth]\nmigrations = \"auth\"\n\
         [database.catalog]\nmigrations = \"catalog\"\n[database.search]\nmigrations = \"search\"\n",
    );
    sandbox.write("data/.keep", "");
    sandbox.write(
        "auth/a1.sql",
        &revision("a1", "none", "CREATE TABLE a (x int)"),
    );
    sandbox.write(
        "catalog/c1.sql",
        &revision("c1", "none", "CREATE TABLE c (x int)"),
    );
    sandbox.write(
        "search/s1.sql",
        &revision("s1", "none", "CREATE TABLE s (x int)"),
    );
    sandbox
}

#[test]
fn every_database_is_worked_on_and_one_that_fails_stops_no_other() {
    let sandbox = three();
    sandbox.write(
        "catalog/c1.sql",
        &revision("c1", "none", "CREATE TABL c (x int)"),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --all", "status --all"]), @r#"
    $ schemist upgrade --all
    DATABASE  RESULT
    auth      done    Applied a1 in <time>
    catalog   failed  cannot apply revision c1: statement 1 on line 6 fails: near "TABL": syntax error
    search    done    Applied s1 in <time>
    --- stderr
    auth: sqlite://<project>/data/auth.sqlite: base → a1, 1 revision to apply
    auth: Applied a1 in <time>
    1 of 3 databases
    catalog: sqlite://<project>/data/catalog.sqlite: base → c1, 1 revision to apply
    catalog: error: cannot apply revision c1: statement 1 on line 6 fails
    catalog:  --> catalog/c1.sql:6:1
    catalog:   |
    catalog: 6 | CREATE TABL c (x int);
    catalog:   | ^^^^^^^^^^^^^^^^^^^^^ the server refuses this
    catalog:   because: near "TABL": syntax error
    catalog:   now: 0 of 1 statements are kept, and the journal says not applied
    catalog:   hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    2 of 3 databases, 1 failed
    search: sqlite://<project>/data/search.sqlite: base → s1, 1 revision to apply
    search: Applied s1 in <time>
    3 of 3 databases, 1 failed
    2 of 3 databases done; run the same command again for the others
    --- exit code 1

    $ schemist status --all
    DATABASE  RESULT
    auth      done    up-to-date, current a1, head a1, sqlite://<project>/data/auth.sqlite
    catalog   done    no-revision, current none, head c1, sqlite://<project>/data/catalog.sqlite
    search    done    up-to-date, current s1, head s1, sqlite://<project>/data/search.sqlite
    --- stderr
    1 of 3 databases
    2 of 3 databases
    3 of 3 databases
    3 databases, all done
    "#);
    sandbox.write(
        "catalog/c1.sql",
        &revision("c1", "none", "CREATE TABLE c (x int)"),
    );
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade --all",
        "current --all --check-head",
        "downgrade base -n auth -n search",
        "current --all --check-head --format json",
    ]), @r#"
    $ schemist upgrade --all
    DATABASE  RESULT
    auth      done    Nothing to apply: the database is there already
    catalog   done    Applied c1 in <time>
    search    done    Nothing to apply: the database is there already
    --- stderr
    auth: Nothing to apply: the database is there already
    1 of 3 databases
    catalog: sqlite://<project>/data/catalog.sqlite: base → c1, 1 revision to apply
    catalog: Applied c1 in <time>
    2 of 3 databases
    search: Nothing to apply: the database is there already
    3 of 3 databases
    3 databases, all done

    $ schemist current --all --check-head
    DATABASE  RESULT
    auth      done    a1 (head) (base)
    catalog   done    c1 (head) (base)
    search    done    s1 (head) (base)
    --- stderr
    1 of 3 databases
    2 of 3 databases
    3 of 3 databases
    3 databases, all done

    $ schemist downgrade base -n auth -n search
    DATABASE  RESULT
    auth      done    The database is at base now; 1 revision is pending
    search    done    The database is at base now; 1 revision is pending
    --- stderr
    auth: sqlite://<project>/data/auth.sqlite: a1 → base, 1 revision to take back
    auth: Took back a1 in <time>
    auth: The database is at base now; 1 revision is pending
    1 of 2 databases
    search: sqlite://<project>/data/search.sqlite: s1 → base, 1 revision to take back
    search: Took back s1 in <time>
    search: The database is at base now; 1 revision is pending
    2 of 2 databases
    2 databases, all done

    $ schemist current --all --check-head --format json
    {
      "command": "current",
      "databases": [
        {
          "current": [],
          "database": "sqlite://<project>/data/auth.sqlite",
          "is_at_head": false,
          "name": "auth",
          "result": "differences"
        },
        {
          "current": [
            {
              "applied_at": "2026-11-20T10:12:00Z",
              "applied_by": "unknown",
              "children": [],
              "created": null,
              "depends_on": [],
              "id": "c1",
              "is_base": true,
              "is_branch_point": false,
              "is_current": true,
              "is_head": true,
              "is_merge": false,
              "is_partial": false,
              "labels": [],
              "message": "",
              "parents": [],
              "path": "catalog/c1.sql"
            }
          ],
          "database": "sqlite://<project>/data/catalog.sqlite",
          "is_at_head": true,
          "name": "catalog",
          "result": "done"
        },
        {
          "current": [],
          "database": "sqlite://<project>/data/search.sqlite",
          "is_at_head": false,
          "name": "search",
          "result": "differences"
        }
      ],
      "version": 1
    }
    --- stderr
    auth: No revision is applied
    1 of 3 databases
    2 of 3 databases
    search: No revision is applied
    3 of 3 databases
    3 databases, all done
    --- exit code 2
    "#);
}

#[test]
fn the_first_failure_may_be_the_last() {
    let sandbox = three();
    sandbox.write(
        "auth/a1.sql",
        &revision("a1", "none", "CREATE TABL a (x int)"),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --all --fail-fast", "upgrade --all --quiet", "revision --empty -m x --all"]), @r#"
    $ schemist upgrade --all --fail-fast
    DATABASE  RESULT
    auth      failed   cannot apply revision a1: statement 1 on line 6 fails: near "TABL": syntax error
    catalog   not run  not run, since another one failed
    search    not run  not run, since another one failed
    --- stderr
    auth: sqlite://<project>/data/auth.sqlite: base → a1, 1 revision to apply
    auth: error: cannot apply revision a1: statement 1 on line 6 fails
    auth:  --> auth/a1.sql:6:1
    auth:   |
    auth: 6 | CREATE TABL a (x int);
    auth:   | ^^^^^^^^^^^^^^^^^^^^^ the server refuses this
    auth:   because: near "TABL": syntax error
    auth:   now: 0 of 1 statements are kept, and the journal says not applied
    auth:   hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    1 of 3 databases, 1 failed
    2 of 3 databases, 1 failed
    3 of 3 databases, 1 failed
    0 of 3 databases done; run the same command again for the others
    --- exit code 1

    $ schemist upgrade --all --quiet
    DATABASE  RESULT
    auth      failed  cannot apply revision a1: statement 1 on line 6 fails: near "TABL": syntax error
    catalog   done    Applied c1 in <time>
    search    done    Applied s1 in <time>
    --- stderr
    auth: error: cannot apply revision a1: statement 1 on line 6 fails
    auth:  --> auth/a1.sql:6:1
    auth:   |
    auth: 6 | CREATE TABL a (x int);
    auth:   | ^^^^^^^^^^^^^^^^^^^^^ the server refuses this
    auth:   because: near "TABL": syntax error
    auth:   now: 0 of 1 statements are kept, and the journal says not applied
    auth:   hint: nothing was changed; mend the file or the data, then run `schemist upgrade` again
    --- exit code 1

    $ schemist revision --empty -m x --all
    --- stderr
    error: cannot do this for several databases at once
      hint: name one with -n, in one environment
    --- exit code 1
    "#);
}

#[test]
fn a_revision_of_another_database_is_said_to_be_one() {
    let sandbox = three();
    assert_snapshot!(transcript(&sandbox, &["upgrade -n auth", "upgrade s1 -n auth", "show c1", "heads -n serch"]), @"
    $ schemist upgrade -n auth
    --- stderr
    sqlite://<project>/data/auth.sqlite: base → a1, 1 revision to apply
    Applied a1 in <time>

    $ schemist upgrade s1 -n auth
    --- stderr
    error: cannot find revision s1 of auth: s1 belongs to search
      hint: add -n search
    --- exit code 1

    $ schemist show c1
    --- stderr
    error: cannot find revision c1 of auth: c1 belongs to catalog
      hint: add -n catalog
    --- exit code 1

    $ schemist heads -n serch
    --- stderr
    error: cannot find the database `serch` in the settings
      hint: did you mean `search`?
    --- exit code 1
    ");
    sandbox.write(
        "schemist.local.toml",
        "[database.search]\nurl = \"sqlite://data/auth.sqlite\"\nmigrations = \"search\"\njournal = \"search\"\n[database.auth]\nurl = \"sqlite://data/auth.sqlite\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade -n search -q", "current -n search"]), @"
    $ schemist upgrade -n search -q

    $ schemist current -n search
    s1 (head) (base)
    ");
    sandbox.write(
        "schemist.local.toml",
        "[database.search]\nurl = \"sqlite://data/auth.sqlite\"\n[database.auth]\nurl = \"sqlite://data/auth.sqlite\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade -n search", "upgrade --all", "check -n search --models auth"]), @r#"
    $ schemist upgrade -n search
    --- stderr
    error: cannot tell auth and search apart: both keep their journal in <project>/data/auth.sqlite "schemist_revision"
      hint: give one of them a journal of its own: `journal = "search"` in [database.search]
    --- exit code 1

    $ schemist upgrade --all
    --- stderr
    error: cannot tell auth and search apart: both keep their journal in <project>/data/auth.sqlite "schemist_revision"
      hint: give one of them a journal of its own: `journal = "search"` in [database.search]
    --- exit code 1

    $ schemist check -n search --models auth
    drop table "s"
        -- hazard table_dropped: table "s" is dropped with all of its rows
        DROP TABLE "s";
    drop table "search_log"
        -- hazard table_dropped: table "search_log" is dropped with all of its rows
        DROP TABLE "search_log";
    drop table "search_revision"
        -- hazard table_dropped: table "search_revision" is dropped with all of its rows
        DROP TABLE "search_revision";
    --- stderr
    3 differences between the database and the models
    hint: run `schemist revision --autogenerate -m "…"` to write a revision for them
    --- exit code 2
    "#);
}

#[test]
fn another_client_takes_nothing_from_the_defaults() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "schemist.toml",
        "[defaults]\nurl = \"postgres://foo:bar@db:5432\"\nprefix = \"plugin_\"\nclient = \"pg\"\n[database.catalog]\n\
         [database.auth]\nclient = \"better-sqlite3\"\nfile = \":memory:\"\n[database.fox]\nurl = \"postgres://fort:knox@other/unwitting_fox_jumps\"\n\
         [database.mine]\ndatabase = \"set_by_user\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["config url --all"]), @"
    $ schemist config url --all
    postgres://foo:***@db:5432/plugin_catalog
    sqlite::memory:
    postgres://fort:***@other:5432/unwitting_fox_jumps
    postgres://foo:***@db:5432/set_by_user
    ");
    sandbox.write(
        "schemist.toml",
        "[defaults]\nclient = \"sqlite\"\ndirectory = \"x\"\n[database.a]\ndivision = \"schema\"\n[database.b]\nclient = \"pg\"\nhost = \"h\"\nprefix = \"a_prefix_that_is_much_too_long_for_any_name_of_a_database_on_any_server_\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["config url -n a", "config url -n b"]), @r#"
    $ schemist config url -n a
    --- stderr
    error: cannot divide sqlite://<project>/x/a.sqlite into schemas: only PostgreSQL has them
      hint: write `division = "database"`, or set `client` for databases of another kind
    --- exit code 1

    $ schemist config url -n b
    --- stderr
    error: cannot call a database `a_prefix_that_is_much_too_long_for_any_name_of_a_database_on_any_server_b`: servers keep 63 bytes of a name
      hint: choose a shorter `prefix`, or name it with `database`
    --- exit code 1
    "#);
}

#[test]
fn schemas_of_one_database_are_made_and_see_nothing_of_each_other() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("a/schema.sql", "CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.write(
        "b/schema.sql",
        "CREATE TABLE shelf (id bigint PRIMARY KEY);",
    );
    sandbox.write(
        "schemist.toml",
        "[defaults]\nurl = \"${DATABASE_URL}\"\ndivision = \"schema\"\nensure_exists = true\n\
         [database.auth]\nmodels = \"a\"\nmigrations = \"ma\"\n[database.catalog]\nmodels = \"b\"\nmigrations = \"mb\"\n",
    );
    sandbox.write(
        "ma/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    sandbox.write(
        "mb/b1.sql",
        &revision("b1", "none", "CREATE TABLE shelf (id bigint PRIMARY KEY)"),
    );
    assert_snapshot!(transcript(&sandbox, &["upgrade --all --quiet", "check --all --quiet", "check -n auth"]), @"
    $ schemist upgrade --all --quiet
    DATABASE  RESULT
    auth      done    Applied a1 in <time>
    catalog   done    Applied b1 in <time>

    $ schemist check --all --quiet
    DATABASE  RESULT
    auth      done    The database is what the models say (1 object compared)
    catalog   done    The database is what the models say (1 object compared)

    $ schemist check -n auth
    --- stderr
    The database is what the models say (1 object compared)
    ");
    let tables = database.rows(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('auth', 'catalog') ORDER BY 1",
    );
    assert_eq!(
        tables,
        [
            "auth.book",
            "auth.schemist_log",
            "auth.schemist_revision",
            "catalog.schemist_log",
            "catalog.schemist_revision",
            "catalog.shelf"
        ]
    );
}

#[test]
fn a_fleet_goes_up_a_few_at_a_time_and_again_where_it_stopped() {
    let Some(database) = Database::postgres() else {
        return;
    };
    for number in 1..=12 {
        database.execute(&format!("CREATE SCHEMA tenant_{number:02}"));
    }
    // One of them is in the way of the second revision.
    database.execute("CREATE TABLE tenant_05.shelf (id bigint)");
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write(
        "models/schema.sql",
        "CREATE TABLE book (id bigint PRIMARY KEY);",
    );
    sandbox.write(
        "schemist.toml",
        "[database.tenants]\nurl = \"${DATABASE_URL}\"\npool = { max = 3 }\n\
         each = \"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant\\\\_%' ORDER BY 1\"\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    sandbox.write(
        "migrations/b2.sql",
        &revision("b2", "a1", "CREATE TABLE shelf (id bigint PRIMARY KEY)"),
    );
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade a1 -n tenants/tenant_07",
        "upgrade --quiet",
        "status -q -n tenants/tenant_05 -n tenants/tenant_07",
        "heads",
    ]), @r#"
    $ schemist upgrade a1 -n tenants/tenant_07
    --- stderr
    <url>: base → a1, 1 revision to apply
    Applied a1 in <time>

    $ schemist upgrade --quiet
    DATABASE           RESULT
    tenants/tenant_01  done    Applied b2 in <time>
    tenants/tenant_02  done    Applied b2 in <time>
    tenants/tenant_03  done    Applied b2 in <time>
    tenants/tenant_04  done    Applied b2 in <time>
    tenants/tenant_05  failed  cannot apply revision b2: statement 1 on line 6 fails: relation "shelf" already exists
    tenants/tenant_06  done    Applied b2 in <time>
    tenants/tenant_07  done    Applied b2 in <time>
    tenants/tenant_08  done    Applied b2 in <time>
    tenants/tenant_09  done    Applied b2 in <time>
    tenants/tenant_10  done    Applied b2 in <time>
    tenants/tenant_11  done    Applied b2 in <time>
    tenants/tenant_12  done    Applied b2 in <time>
    --- stderr
    tenants/tenant_05: error: cannot apply revision b2: statement 1 on line 6 fails
    tenants/tenant_05:  --> migrations/b2.sql:6:1
    tenants/tenant_05:   |
    tenants/tenant_05: 6 | CREATE TABLE shelf (id bigint PRIMARY KEY);
    tenants/tenant_05:   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server refuses this
    tenants/tenant_05:   because: relation "shelf" already exists
    tenants/tenant_05:   now: 0 of 1 statements are kept, and the journal says not applied
    tenants/tenant_05:   hint: nothing was changed; see what is there with `schemist schema <table>` and `schemist diagnose --drift`, mend the file or the database, then run `schemist upgrade` again; where all of the change is there already: `schemist stamp b2`
    --- exit code 1

    $ schemist status -q -n tenants/tenant_05 -n tenants/tenant_07
    DATABASE           RESULT
    tenants/tenant_05  done    behind, current a1, head b2, <url>
    tenants/tenant_07  done    up-to-date, current b2, head b2, <url>

    $ schemist heads
    --- stderr
    error: cannot take tenants for one database: it stands for many
      hint: name one of them: -n tenants/<one>
    --- exit code 1
    "#);
    database.execute("DROP TABLE tenant_05.shelf");
    let again = sandbox.run(&["upgrade"]);
    assert_eq!(again.stderr.matches("Applied").count(), 1, "{again}");
    assert_eq!(again.code, Some(0), "{again}");
    sandbox.write("list", "# tenants\ntenant_01\n\ntenant_02\n");
    sandbox.write(
        "schemist.toml",
        "[database.tenants]\nurl = \"${DATABASE_URL}\"\neach = { file = \"list\" }\n",
    );
    assert_snapshot!(transcript(&sandbox, &["current --check-head"]), @"
    $ schemist current --check-head
    DATABASE           RESULT
    tenants/tenant_01  done    b2 (head)
    tenants/tenant_02  done    b2 (head)
    --- stderr
    2 databases, all done
    ");
}
