//! Databases that are missing, and what belongs to whom.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::databases::revision;
use crate::{project, sandbox, transcript};

#[test]
fn a_database_that_is_missing_is_made_or_the_statement_is_shown() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let name = database.rows("SELECT current_database()").remove(0);
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(&database);
    sandbox.set("NAME", &name).hide(&name, "<name>");
    let settings = "[database.main]\nurl = \"${DATABASE_URL}\"\ndatabase = \"${NAME}_made\"\n";
    sandbox.write("schemist.toml", settings);
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    let missing = sandbox.run(&["upgrade"]);
    assert_eq!(missing.code, Some(1), "{missing}");
    assert!(
        missing.stderr.contains("the server has no such database"),
        "{missing}"
    );
    // A role without the right is told what to let others run.
    database.execute(&format!("CREATE ROLE \"{name}_app\" LOGIN"));
    sandbox.write(
        "schemist.toml",
        &format!("{settings}user = \"${{NAME}}_app\"\nensure_exists = true\n"),
    );
    let refused = sandbox.run(&["upgrade"]);
    database.execute(&format!("DROP ROLE \"{name}_app\""));
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused.stderr.contains("<name>_app has no right to"),
        "{refused}"
    );
    assert!(
        refused
            .stderr
            .contains("let somebody who has it run this: CREATE DATABASE \"<name>_made\";"),
        "{refused}"
    );
    sandbox.write(
        "schemist.toml",
        &format!("{settings}ensure_exists = true\n"),
    );
    let made = sandbox.run(&["upgrade"]);
    let again = sandbox.run(&["upgrade"]);
    database.execute(&format!("DROP DATABASE \"{name}_made\" WITH (FORCE)"));
    assert!(made.stderr.contains("Applied a1"), "{made}");
    assert!(again.stderr.contains("Nothing to apply"), "{again}");
}

#[test]
fn many_that_make_the_same_database_at_once_all_end_well() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let name = database.rows("SELECT current_database()").remove(0);
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(&database);
    sandbox.set("NAME", &name);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\ndatabase = \"${NAME}_made\"\nschemas = [\"shop\"]\nensure_exists = true\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    let running: Vec<_> = (0..8)
        .map(|_| sandbox.start(&["upgrade", "--lock-wait", "1min"]))
        .collect();
    let ended: Vec<_> = running
        .into_iter()
        .map(|run| run.wait_with_output().unwrap())
        .collect();
    database.execute(&format!("DROP DATABASE \"{name}_made\" WITH (FORCE)"));
    let said = ended
        .iter()
        .map(|output| String::from_utf8_lossy(&output.stderr));
    let said = said.collect::<Vec<_>>().join("\n");
    assert!(ended.iter().all(|output| output.status.success()), "{said}");
    assert_eq!(said.matches("Applied a1").count(), 1, "{said}");
}

#[test]
fn everything_is_done_as_the_role_that_the_settings_name() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let name = database.rows("SELECT current_database()").remove(0);
    let role = format!("{name}_owner");
    database.execute(&format!("CREATE ROLE \"{role}\""));
    database.execute(&format!(
        "GRANT CREATE ON DATABASE \"{name}\" TO \"{role}\""
    ));
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(&database);
    sandbox.set("ROLE", &role);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\nrole = \"${ROLE}\"\nschemas = [\"shop\"]\nensure_exists = true\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    let applied = sandbox.run(&["upgrade"]);
    let owners = database.rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'shop'
         UNION SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'shop'",
    );
    database.execute("DROP SCHEMA IF EXISTS shop CASCADE");
    database.execute(&format!(
        "REVOKE ALL ON DATABASE \"{name}\" FROM \"{role}\""
    ));
    database.execute(&format!("DROP ROLE \"{role}\""));
    assert_eq!(applied.code, Some(0), "{applied}");
    assert_eq!(owners, [role]);
}

#[test]
fn a_mysql_database_is_made_too() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let name = database.rows("SELECT database()").remove(0);
    let mut sandbox = project("CREATE TABLE book (id bigint PRIMARY KEY);");
    sandbox.use_database(&database);
    sandbox.set("NAME", &name);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"${DATABASE_URL}\"\ndatabase = \"${NAME}_made\"\nensure_exists = true\n",
    );
    sandbox.write(
        "migrations/a1.sql",
        &revision("a1", "none", "CREATE TABLE book (id bigint PRIMARY KEY)"),
    );
    let made = sandbox.run(&["upgrade"]);
    database.execute(&format!("DROP DATABASE IF EXISTS `{name}_made`"));
    assert!(made.stderr.contains("Applied a1"), "{made}");
}

#[test]
fn the_databases_of_a_backstage_app_are_taken_over() {
    let sandbox = sandbox();
    sandbox.write(
        "app-config.yaml",
        "app:\n  title: x\nbackend:\n  database:\n    client: pg\n    connection: 'postgresql://foo:${PASSWORD}@db:5432'\n    plugin:\n      auth:\n        client: better-sqlite3\n        connection: ':memory:'\n",
    );
    sandbox.write(
        "app-config.local.yaml",
        "backend:\n  database:\n    prefix: mine_\n    knexConfig:\n      pool:\n        max: 12\n",
    );
    assert_snapshot!(transcript(&sandbox, &[
        "import backstage app-config.yaml app-config.local.yaml --plugin catalog --dry-run",
        "import backstage app-config.yaml app-config.local.yaml --plugin catalog",
        "import backstage app-config.yaml",
        "import backstage app-config.local.yaml nowhere.yaml",
        "config url -n auth",
        "config url -n catalog --env-file secrets.env",
    ]), @r#"
    $ schemist import backstage app-config.yaml app-config.local.yaml --plugin catalog --dry-run
    # Taken over from the settings of a Backstage app.

    [database.auth]
    client = "better-sqlite3"
    file = ":memory:"
    migrations = "migrations/auth"
    models = ["models/auth"]

    [database.catalog]
    migrations = "migrations/catalog"
    models = ["models/catalog"]

    [defaults]
    client = "pg"
    division = "database"
    ensure_exists = true
    prefix = "mine_"
    url = "postgresql://foo:${PASSWORD}@db:5432"

    [defaults.pool]
    max = 12

    $ schemist import backstage app-config.yaml app-config.local.yaml --plugin catalog
    --- stderr
    Wrote schemist.toml with 2 databases: auth, catalog
    Look at it with `schemist config --all`, then at the databases with `schemist status --all`

    $ schemist import backstage app-config.yaml
    --- stderr
    error: cannot write schemist.toml in <project>: there is one
      hint: look at what would be written with --dry-run, or remove it first
    --- exit code 1

    $ schemist import backstage app-config.local.yaml nowhere.yaml
    --- stderr
    error: cannot read nowhere.yaml
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1

    $ schemist config url -n auth
    sqlite::memory:

    $ schemist config url -n catalog --env-file secrets.env
    --- stderr
    error: cannot read secrets.env
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1
    "#);
    sandbox.write("secrets.env", "PASSWORD=bar\n");
    assert_snapshot!(transcript(&sandbox, &["config url --all --env-file secrets.env"]), @"
    $ schemist config url --all --env-file secrets.env
    sqlite::memory:
    postgres://foo:***@db:5432/mine_catalog
    ");
}
