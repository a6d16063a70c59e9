//! The repository's own project: its history leads from nothing to its models, and back.
//!
//! `verify` proves the history on every dialect, and each revision with rows. A database of each dialect
//! walks up and down, too: after every step it must be what the revision's header says and what the history
//! makes of an empty one; on PostgreSQL `pg_dump` must say so too. At the head there is nothing left to
//! generate.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings fail"
)]

use std::fs;
use std::path::{Path, PathBuf};

use schemist_testkit::{Database, Dump, Ownership, Sandbox, mysql, postgres};

/// The revisions that the rows of a test need: before and after names are split.
const BEFORE_THE_SPLIT: &str = "c40d8f6e1b93";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A copy of the project, whose database this is.
fn project(database: &Database) -> Sandbox {
    let mut sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schemist"));
    let mut settings = fs::read_to_string(root().join("schemist.toml")).unwrap();
    // The tests have servers already; without them the project has fewer dialects.
    let mut urls = Vec::new();
    for (dialect, server) in [("postgres", postgres()), ("mysql", mysql())] {
        match server {
            Ok(server) => urls.push(format!("\"{}\"", server.url)),
            Err(_) => settings = without(&settings, dialect),
        }
    }
    let servers = format!("scratch_url = [{}]", urls.join(", "));
    let settings = settings.replace("scratch = \"local\"", &servers);
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

/// The settings without a dialect.
fn without(settings: &str, dialect: &str) -> String {
    let word = format!("\"{dialect}\"");
    let few = settings.replace(&format!("{word}, "), "");
    few.replace(&format!(", {word}"), "")
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

/// What MySQL keeps of tables, views and keys.
fn information(database: &Database) -> String {
    let rows = database.rows(
        "SELECT concat_ws(' ', table_name, column_name, column_type, is_nullable, column_default, extra)
         FROM information_schema.columns WHERE table_schema = database() AND table_name NOT LIKE 'schemist%'
         UNION ALL SELECT concat_ws(' ', table_name, index_name, column_name, seq_in_index, non_unique)
         FROM information_schema.statistics WHERE table_schema = database() AND table_name NOT LIKE 'schemist%'
         UNION ALL SELECT concat_ws(' ', table_name, constraint_name, referenced_table_name)
         FROM information_schema.referential_constraints WHERE constraint_schema = database()
         ORDER BY 1",
    );
    rows.join("\n")
}

#[test]
fn the_history_is_proven_on_every_dialect() {
    let database = Database::sqlite();
    let sandbox = project(&database);
    let proven = sandbox.run(&["verify"]).succeeds();
    let is_told = |dialect: &str| {
        let mut lines = proven.lines();
        let line = lines.find(|line| line.starts_with(dialect));
        line.is_some_and(|line| line.ends_with("the head is what the models say"))
    };
    assert!(is_told("sqlite "), "{proven}");
    assert_eq!(is_told("postgres "), postgres().is_ok(), "{proven}");
    assert_eq!(is_told("mysql "), mysql().is_ok(), "{proven}");
    for revision in history(&sandbox, "sqlite ") {
        let proven = sandbox.run(&["verify", &revision.id]).ends_with(0);
        assert_eq!(proven.stderr, "", "rows are kept: {proven}");
    }
}

#[test]
fn every_revision_serves_every_dialect_in_one_order() {
    let sandbox = project(&Database::sqlite());
    for name in sandbox.files("migrations") {
        let text = sandbox.read(&format!("migrations/{name}"));
        assert!(text.contains("\n-- dialects: postgres, sqlite, mysql\n"));
        let proven = text.lines().find(|line| line.starts_with("-- proven: "));
        let servers = proven.unwrap()["-- proven: ".len()..].split(", ");
        let dialects: Vec<_> = servers.filter_map(|it| it.split(' ').next()).collect();
        assert_eq!(dialects, ["postgres", "sqlite", "mysql"], "{name}");
    }
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
fn the_history_leads_there_and_back_on_mysql() {
    let Some(database) = Database::mysql() else {
        return;
    };
    let version = database.rows("SELECT version()").remove(0);
    let major: Vec<_> = version.split('.').take(2).collect();
    walk(&database, &format!("mysql{} ", major.concat()), information);
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

#[test]
fn no_schedule_is_lost_on_mysql() {
    if let Some(database) = Database::mysql() {
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
    let halves = |column: &str| {
        database.rows(&format!(
            "SELECT {column} FROM user_account ORDER BY user_account.id"
        ))
    };
    assert_eq!(halves("first_name"), ["Ada", "Plato"]);
    assert_eq!(halves("last_name"), ["King Lovelace", ""]);
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

#[test]
fn no_name_is_lost_on_mysql() {
    if let Some(database) = Database::mysql() {
        names_are_split_and_joined(&database);
    }
}

/// Models that are pulled of the database at the head say what it is.
#[test]
fn what_is_pulled_of_it_is_no_difference() {
    let database = Database::sqlite();
    let sandbox = project(&database);
    sandbox.run(&["upgrade", "-q"]).succeeds();
    sandbox
        .run(&["pull", "--sqlx", "--into", "pulled", "-q"])
        .succeeds();
    let structs = sandbox.files("pulled");
    assert!(
        structs.contains(&"pipeline_run.rs".to_owned()),
        "{structs:?}"
    );
    sandbox
        .run(&["check", "--models", "pulled", "-q"])
        .succeeds();
}
