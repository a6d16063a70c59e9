//! The repository's own project: its history leads from nothing to its models, and back.
//!
//! Each dialect walks the whole history up and down. After every step the database must be what the
//! revision's header says and what the history makes of an empty one; on PostgreSQL `pg_dump` must say so
//! too. At the head there is nothing left to generate.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

use schemist_testkit::{Database, Dump, Ownership, Sandbox, postgres};

/// The revisions that the rows of a test need: before and after names are split.
const BEFORE_THE_SPLIT: &str = "c40d8f6e1b93";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A copy of the project, whose database this is.
fn project(database: &Database) -> Sandbox {
    let mut sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schemist"));
    let settings = fs::read_to_string(root().join("schemist.toml")).unwrap();
    // The tests have a server already; without one the project has SQLite alone.
    let settings = match postgres() {
        Ok(server) => settings.replace(
            "scratch = \"local\"",
            &format!("scratch_url = \"{}\"", server.url),
        ),
        Err(_) => settings.replace(", \"postgres\"]", "]"),
    };
    sandbox.write("schemist.toml", &settings);
    for folder in ["models", "migrations"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            sandbox.write(&format!("{folder}/{name}"), &text);
        }
    }
    sandbox.use_database(database);
    sandbox
}

/// A revision of the history: its id, and the hash that its header holds for a dialect.
struct Revision {
    id: String,
    hash: Option<String>,
}

fn history(sandbox: &Sandbox, label: &str) -> Vec<Revision> {
    let names = sandbox.files("migrations");
    assert!(names.len() >= 8, "a history that tells a story: {names:?}");
    let read = |name: &String| {
        let text = sandbox.read(&format!("migrations/{name}"));
        let header = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_else(|| panic!("no `{key}` in {name}"))
                .to_owned()
        };
        let catalogs = header("-- catalog: ");
        let own = catalogs.split(", ").find_map(|of| of.strip_prefix(label));
        Revision {
            id: header("-- id: "),
            hash: own.and_then(|pair| pair.split(" → ").nth(1).map(str::to_owned)),
        }
    };
    names.iter().map(read).collect()
}

/// Holds that the database is what the history makes of an empty one.
fn is_at(sandbox: &Sandbox, id: &str) {
    let difference = sandbox.run(&["diff", "database", id]).succeeds();
    assert_eq!(difference, "", "at {id}");
}

fn walk(database: &Database, label: &str, look: impl Fn(&Database) -> String) {
    let sandbox = project(database);
    let revisions = history(&sandbox, label);
    let mut seen = vec![look(database)];
    for revision in &revisions {
        sandbox.run(&["upgrade", &revision.id]).succeeds();
        let kept = database.rows(&format!(
            "SELECT catalog_hash FROM schemist_revision WHERE id = '{}'",
            revision.id
        ));
        if let Some(hash) = &revision.hash {
            assert!(kept[0].starts_with(hash), "{kept:?} at {}", revision.id);
        }
        seen.push(look(database));
    }
    nothing_is_left_to_do(&sandbox);
    for (place, revision) in revisions.iter().enumerate().rev() {
        sandbox.run(&["downgrade", "-1"]).succeeds();
        let before = place.checked_sub(1).and_then(|place| revisions.get(place));
        if let Some(before) = before {
            is_at(&sandbox, &before.id);
        }
        assert_eq!(
            look(database),
            seen[place],
            "after {} was taken back",
            revision.id
        );
    }
    sandbox.run(&["upgrade"]).succeeds();
    nothing_is_left_to_do(&sandbox);
    assert_eq!(Some(&look(database)), seen.last());
}

fn nothing_is_left_to_do(sandbox: &Sandbox) {
    sandbox.run(&["check"]).succeeds();
    let before = sandbox.files("migrations");
    let generate = ["revision", "--autogenerate", "-m", "nothing"];
    sandbox.run(&generate).succeeds();
    assert_eq!(sandbox.files("migrations"), before);
}

/// What `pg_dump` says; nothing where it is missing.
fn dump(database: &Database) -> String {
    Dump::of(database, Ownership::Omitted)
        .map_or_else(String::new, |dump| dump.statements.into_iter().collect())
}

/// What SQLite keeps of tables, without their text: a rename writes it anew.
fn pragmas(database: &Database) -> String {
    let rows = database.rows(
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
         WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'schemist%' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.name",
    );
    rows.join("\n")
}

#[test]
fn the_history_leads_there_and_back_on_sqlite() {
    walk(&Database::sqlite(), "sqlite ", pragmas);
}

#[test]
fn the_history_leads_there_and_back_on_postgres() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let version = database.rows("SHOW server_version_num");
    let major: u32 = version[0].parse::<u32>().unwrap() / 10_000;
    walk(&database, &format!("postgres{major} "), dump);
}

#[test]
fn the_history_ends_where_one_revision_of_the_models_does() {
    let (Some(database), Some(fresh)) = (Database::postgres(), Database::postgres()) else {
        return;
    };
    project(&database).run(&["upgrade"]).succeeds();
    let sandbox = project(&fresh);
    fs::remove_dir_all(sandbox.project().join("migrations")).unwrap();
    let generate = ["revision", "--autogenerate", "-m", "all of it"];
    sandbox.run(&generate).succeeds();
    sandbox.run(&["upgrade"]).succeeds();
    assert_eq!(dump(&database), dump(&fresh));
}

/// Holds that a value with another name has it in the rows, and has its own again below.
fn a_value_is_renamed(database: &Database) {
    let sandbox = project(database);
    sandbox.run(&["upgrade", BEFORE_THE_SPLIT]).succeeds();
    database.execute(
        "INSERT INTO pipeline (id, name, kind) VALUES (1, 'sales', 'BATCH');
         INSERT INTO pipeline_schedule (pipeline_id, name, kind, status)
         VALUES (1, 'a', 'api', 'active'), (1, 'b', 'api', 'inactive')",
    );
    let status = "SELECT name, status FROM pipeline_schedule ORDER BY name";
    sandbox.run(&["upgrade"]).succeeds();
    assert_eq!(database.rows(status), ["a | active", "b | paused"]);
    sandbox.run(&["downgrade", BEFORE_THE_SPLIT]).succeeds();
    assert_eq!(database.rows(status), ["a | active", "b | inactive"]);
}

#[test]
fn no_schedule_is_lost_on_sqlite() {
    a_value_is_renamed(&Database::sqlite());
}

#[test]
fn no_schedule_is_lost_on_postgres() {
    if let Some(database) = Database::postgres() {
        a_value_is_renamed(&database);
    }
}

/// Holds that a split column has its two halves above, and is whole again below.
fn names_are_split_and_joined(database: &Database) {
    let sandbox = project(database);
    sandbox.run(&["upgrade", BEFORE_THE_SPLIT]).succeeds();
    database.execute(
        "INSERT INTO user_account (id, email, full_name) VALUES
         (1, 'ada@example.org', 'Ada King Lovelace'), (2, 'plato@example.org', 'Plato')",
    );
    let whole = "SELECT id, full_name FROM user_account ORDER BY id";
    let before = database.rows(whole);
    sandbox.run(&["upgrade"]).succeeds();
    assert_eq!(
        database.rows(
            "SELECT first_name || '/' || last_name FROM user_account ORDER BY user_account.id"
        ),
        ["Ada/King Lovelace", "Plato/"]
    );
    sandbox.run(&["downgrade", BEFORE_THE_SPLIT]).succeeds();
    assert_eq!(database.rows(whole), before);
}

#[test]
fn no_name_is_lost_on_sqlite() {
    names_are_split_and_joined(&Database::sqlite());
}

#[test]
fn no_name_is_lost_on_postgres() {
    if let Some(database) = Database::postgres() {
        names_are_split_and_joined(&database);
    }
}
