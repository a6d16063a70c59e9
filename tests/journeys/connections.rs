//! Where a database's url comes from, and what `schemist config` says about it.

use insta::assert_snapshot;

use crate::{project, sandbox, transcript};

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY);";

/// A project whose settings are these.
fn settings(text: &str) -> schemist_testkit::Sandbox {
    let sandbox = project(BOOKS);
    sandbox.write("schemist.toml", text);
    sandbox
}

#[test]
fn without_anything_it_is_a_file_and_each_variable_is_named() {
    let mut sandbox = settings("");
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  sqlite://<project>/schemist.db  (default)
      file  <project>/schemist.db  default
    ");
    sandbox.set(
        "MAGE_DATABASE_CONNECTION_URL",
        "postgresql+psycopg2://app:marked@db/mage?options=-c%%20search_path%%3Dpipelines",
    );
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://app:***@db/mage  (MAGE_DATABASE_CONNECTION_URL)
      host      db                        MAGE_DATABASE_CONNECTION_URL
      port      5432                      usual
      user      app                       MAGE_DATABASE_CONNECTION_URL
      password  ***                       MAGE_DATABASE_CONNECTION_URL
      database  mage                      MAGE_DATABASE_CONNECTION_URL
      options   -c search_path=pipelines  MAGE_DATABASE_CONNECTION_URL
      schema    pipelines                 search_path
    ");
    sandbox.set("DATABASE_URL", "mysql+pymysql://app@db/shop");
    assert_snapshot!(transcript(&sandbox, &["config url", "config url --url sqlite://x.db"]), @"
    $ schemist config url
    mysql://app@db/shop

    $ schemist config url --url sqlite://x.db
    sqlite://<project>/x.db
    ");
}

#[test]
fn the_parts_of_deployments_and_of_libpq_are_understood() {
    let mut sandbox = settings("");
    for (name, value) in [
        ("PG_DB_HOST", "db"),
        ("PG_DB_USER", "app"),
        ("PG_DB_PASS", "marked"),
        ("PG_DB_NAME", "mage"),
        ("PGSSLMODE", "require"),
    ] {
        sandbox.set(name, value);
    }
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://app:***@db/mage  (PG_DB_NAME)
      host      db       PG_DB_HOST
      port      5432     usual
      user      app      PG_DB_USER
      password  ***      PG_DB_PASS
      database  mage     PG_DB_NAME
      ssl.mode  require  PGSSLMODE
      schema    public   usual
    ");

    let mut sandbox = settings("");
    sandbox.write(
        "service.conf",
        "[shop]\nhost=service.example.com\ndbname=shop\n",
    );
    sandbox.write("pass", "*:5432:shop:me:marked\n");
    for (name, value) in [
        ("PGSERVICE", "shop"),
        ("PGSERVICEFILE", "service.conf"),
        ("PGPASSFILE", "pass"),
        ("PGUSER", "me"),
        ("PGHOST", "not.this.one"),
    ] {
        sandbox.set(name, value);
    }
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://me@service.example.com/shop  (PGSERVICE)
      host      service.example.com  service.conf:2
      port      5432                 usual
      user      me                   PGUSER
      database  shop                 service.conf:3
      schema    public               usual
    --- stderr
    warning: pass is passed over, since others may read it; run `chmod 600` on it
    ");
    private(&sandbox, "pass");
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://me:***@service.example.com/shop  (PGSERVICE)
      host      service.example.com  service.conf:2
      port      5432                 usual
      user      me                   PGUSER
      password  ***                  pass:1
      database  shop                 service.conf:3
      schema    public               usual
    ");
    sandbox.set("PGSERVICE", "shpo");
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    --- stderr
    error: cannot find the service `shpo` that PGSERVICE names
      hint: add [shpo] to service.conf, or unset PGSERVICE
    --- exit code 1
    ");
}

#[cfg(unix)]
fn private(sandbox: &schemist_testkit::Sandbox, path: &str) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o600);
    let made = std::fs::set_permissions(sandbox.project().join(path), mode);
    assert!(made.is_ok(), "{made:?}");
}

#[cfg(not(unix))]
fn private(_sandbox: &schemist_testkit::Sandbox, _path: &str) {}

#[test]
fn named_variables_are_asked_in_order_and_missing_ones_are_told() {
    let mut sandbox = settings("[database.main]\nurl_env = [\"SHOP_URL\", \"OLD_SHOP_URL\"]\n");
    assert_snapshot!(transcript(&sandbox, &["current"]), @r#"
    $ schemist current
    --- stderr
    error: cannot find the database's url: SHOP_URL or OLD_SHOP_URL is not set
     --> schemist.toml:2:12
      |
    2 | url_env = ["SHOP_URL", "OLD_SHOP_URL"]
      |            ^^^^^^^^^^  -------------- none of them is set
      |            |
      |            none of them is set
      hint: run `export SHOP_URL=…`, or name one with --url
    --- exit code 1
    "#);
    sandbox.set("OLD_SHOP_URL", "sqlite://old.db");
    assert_snapshot!(transcript(&sandbox, &["config", "upgrade", "heads"]), @"
    $ schemist config
    main  sqlite://<project>/old.db  (OLD_SHOP_URL)
      file  <project>/old.db  OLD_SHOP_URL
    settings
      database.main.url_env  SHOP_URL, OLD_SHOP_URL  schemist.toml:2

    $ schemist upgrade
    --- stderr
    Nothing to apply: the database is there already

    $ schemist heads
    --- stderr
    There is no revision yet
    ");
}

#[test]
fn a_file_of_variables_is_read_and_what_is_set_already_stays() {
    let mut sandbox = settings("[database.main]\nurl = \"postgres://${HOST}:${PORT}/shop\"\n");
    sandbox.write("test.env", "# for tests\nexport HOST=\"db\"\nPORT=5433\n");
    sandbox.write("broken.env", "HOST\n");
    sandbox.set("HOST", "set.already");
    assert_snapshot!(transcript(&sandbox, &[
        "config url --env-file test.env",
        "config --env-file test.env",
        "config --env-file broken.env",
        "config --env-file none.env",
        "config url",
    ]), @r#"
    $ schemist config url --env-file test.env
    postgres://set.already:5433/shop

    $ schemist config --env-file test.env
    main  postgres://set.already:5433/shop  (schemist.toml:2, from HOST and PORT in test.env)
      host      set.already  schemist.toml:2, from HOST and PORT in test.env
      port      5433         schemist.toml:2, from HOST and PORT in test.env
      database  shop         schemist.toml:2, from HOST and PORT in test.env
      schema    public       usual
    settings
      database.main.url  postgres://${HOST}:${PORT}/shop  schemist.toml:2

    $ schemist config --env-file broken.env
    --- stderr
    error: cannot read line 1 of broken.env as a variable
      hint: write NAME=value, or # before a remark
    --- exit code 1

    $ schemist config --env-file none.env
    --- stderr
    error: cannot read none.env
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1

    $ schemist config url
    --- stderr
    error: cannot resolve `database.main.url`: the variable PORT is not set
     --> schemist.toml:2:7
      |
    2 | url = "postgres://${HOST}:${PORT}/shop"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PORT is not set
      hint: run `export PORT=…`, or write a default: `${PORT:-default}`
    --- exit code 1
    "#);
}

#[test]
fn settings_lie_over_each_other_and_those_of_the_machine_last() {
    let sandbox = settings(
        "migrations = \"migrations\"\n[database.main]\nhost = \"db\"\ndatabase = \"shop\"\nclient = \"pg\"\n",
    );
    sandbox.write("schemist.local.toml", "[database.main]\nport = 5433\n");
    sandbox.write("b.toml", "[database.main]\nurl = \"sqlite://b.db\"\n");
    assert_snapshot!(transcript(&sandbox, &[
        "config",
        "config -c schemist.toml -c b.toml",
        "config -c app-config.yaml",
    ]), @"
    $ schemist config
    main  postgres://db:5433/shop  (schemist.toml:3)
      host      db      schemist.toml:3
      port      5433    schemist.local.toml:2
      database  shop    schemist.toml:4
      schema    public  usual
    settings
      migrations              migrations  schemist.toml:1
      database.main.host      db          schemist.toml:3
      database.main.database  shop        schemist.toml:4
      database.main.client    pg          schemist.toml:5
      database.main.port      5433        schemist.local.toml:2

    $ schemist config -c schemist.toml -c b.toml
    main  sqlite://<project>/b.db  (b.toml:2)
      file  <project>/b.db  b.toml:2
    settings
      migrations         migrations     schemist.toml:1
      database.main.url  sqlite://b.db  b.toml:2

    $ schemist config -c app-config.yaml
    --- stderr
    error: cannot read app-config.yaml as settings: they are TOML
      hint: run `schemist import backstage app-config.yaml`, which writes a schemist.toml
    --- exit code 1
    ");
    sandbox.write("schemist.local.toml", "[database.main]\nprot = 5433\n");
    assert_snapshot!(transcript(&sandbox, &["heads"]), @"
    $ schemist heads
    --- stderr
    error: cannot understand the setting `database.main.prot`
     --> schemist.local.toml:2:1
      |
    2 | prot = 5433
      | ^^^^ did you mean `port`?
      hint: write `port`, or remove the line
    --- exit code 1
    ");
}

#[test]
fn every_text_may_hold_variables_and_numbers_may_be_texts() {
    let mut sandbox = settings(
        "[database.main]\nclient = \"pg\"\nhost = \"${POSTGRES_HOST}\"\nport = \"${POSTGRES_PORT}\"\nschemas = [\"${SCHEMA:-public}\"]\npool = { max = \"${MAX:-3}\" }\n",
    );
    sandbox.set("POSTGRES_HOST", "db");
    assert_snapshot!(transcript(&sandbox, &["config"]), @r#"
    $ schemist config
    --- stderr
    error: cannot resolve `database.main.port`: the variable POSTGRES_PORT is not set
     --> schemist.toml:4:8
      |
    4 | port = "${POSTGRES_PORT}"
      |        ^^^^^^^^^^^^^^^^^^ POSTGRES_PORT is not set
      hint: run `export POSTGRES_PORT=…`, or write a default: `${POSTGRES_PORT:-default}`
    --- exit code 1
    "#);
    sandbox.set("POSTGRES_PORT", "5433");
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://db:5433  (schemist.toml:3, from POSTGRES_HOST)
      host    db      schemist.toml:3, from POSTGRES_HOST
      port    5433    schemist.toml:4, from POSTGRES_PORT
      schema  public  schemas
    settings
      database.main.client    pg      schemist.toml:2
      database.main.host      db      schemist.toml:3
      database.main.port      5433    schemist.toml:4
      database.main.schemas   public  schemist.toml:5
      database.main.pool.max  3       schemist.toml:6
    ");
    sandbox.set("POSTGRES_PORT", "many");
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    --- stderr
    error: cannot use schemist.toml:4, from POSTGRES_PORT as a database's url
      because: read the database's url: its port is not a number from 1 to 65535
      hint: write `sqlite://path/to/file.db` or `postgres://user:password@host:5432/database`
    --- exit code 1
    ");
}

#[test]
fn urls_of_other_products_are_refused_with_the_reason_and_without_the_password() {
    let sandbox = sandbox();
    sandbox.write("m/.keep", "");
    let mssql = "mssql+pyodbc://?odbc_connect=DRIVER={X};SERVER=db,1433;DATABASE=shop;UID=sa;PWD=marked;ENCRYPT=yes";
    let runs = [
        sandbox.run(&["current", "--migrations", "m", "--url", mssql]),
        sandbox.run(&[
            "config",
            "--migrations",
            "m",
            "--url",
            "mssql://sa:marked@db/shop",
        ]),
        sandbox.run(&[
            "config",
            "--migrations",
            "m",
            "--url",
            "postgres://app:mar@ked@db/shop?fetch=1",
        ]),
    ];
    let said = runs.map(|run| run.stdout + &run.stderr).join("\n");
    assert!(!said.contains("marked") && !said.contains("ked@db"));
    assert_snapshot!(said, @"
    error: cannot use mssql://sa:***@db:1433/shop: SQL Server is not supported
      hint: name a database of PostgreSQL, SQLite, MySQL or MariaDB

    error: cannot use mssql://sa:***@db/shop: SQL Server is not supported
      hint: name a database of PostgreSQL, SQLite, MySQL or MariaDB

    main  postgres://app:***@db/shop  (--url)
      host      db      --url
      port      5432    usual
      user      app     --url
      password  ***     --url
      database  shop    --url
      schema    public  usual
    warning: the password holds a raw `@`; write it as `%40`
    warning: the parameter `fetch` of the url is passed over
    ");
    sandbox.write("schemist.toml", "[database.main]\nclient = \"pglite\"\n");
    assert_snapshot!(transcript(&sandbox, &["heads"]), @r#"
    $ schemist heads
    --- stderr
    error: cannot take the value of `database.main.client`: `pglite` lives inside a program of its own, so nobody else can connect to it; name a server
     --> schemist.toml:2:10
      |
    2 | client = "pglite"
      |          ^^^^^^^^ `pglite` lives inside a program of its own, so nobody else can connect to it; name a server
      hint: correct the value
    --- exit code 1
    "#);
}
