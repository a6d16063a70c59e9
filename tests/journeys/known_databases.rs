//! Databases that were found to be what the models say: the next check knows them by their answers, and takes
//! none that answers otherwise for one of them.

use schemist_testkit::{Database, Sandbox};

use crate::project;

const MODELS: &str = "CREATE TABLE book (id bigint PRIMARY KEY, title varchar(40));\n\
     CREATE INDEX book_title ON book (title);\n\
     CREATE VIEW shelf AS SELECT id FROM book;\n";

/// What somebody does behind the models' back, and what takes it back.
const DEEDS: [(&str, &str); 3] = [
    (
        "ALTER TABLE book ADD COLUMN pages bigint",
        "ALTER TABLE book DROP COLUMN pages",
    ),
    (
        "DROP VIEW shelf; CREATE VIEW shelf AS SELECT id FROM book WHERE id > 3",
        "DROP VIEW shelf; CREATE VIEW shelf AS SELECT id FROM book",
    ),
    ("CREATE TABLE shop (id bigint)", "DROP TABLE shop"),
];

/// What is kept of databases that are alike.
fn known(sandbox: &Sandbox) -> usize {
    let kept = sandbox.files(".cache/catalogs");
    kept.iter().filter(|name| name.ends_with(".alike")).count()
}

/// What is told of a database that is what the models say.
fn told(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let run = sandbox.run(arguments);
    assert_eq!(run.code, Some(0), "{run}");
    run.stderr
}

fn is_watched(database: &Database) {
    let mut sandbox = project(MODELS);
    sandbox.use_database(database);
    let cache = sandbox.project().join(".cache");
    sandbox.set("SCHEMIST_CACHE_DIR", &cache.display().to_string());
    database.execute(MODELS);
    assert_eq!(known(&sandbox), 0);
    let first = told(&sandbox, &["check"]);
    assert_eq!(known(&sandbox), 1);
    assert_eq!(told(&sandbox, &["check"]), first);
    for (deed, remedy) in DEEDS {
        database.execute(deed);
        let differs = sandbox.run(&["check"]).ends_with(2);
        assert_eq!(sandbox.run(&["check"]).ends_with(2).stdout, differs.stdout);
        database.execute(remedy);
        assert_eq!(told(&sandbox, &["check"]), first, "{deed}");
    }
    // Other models are another comparison, with the same database.
    let wider = MODELS.replace("varchar(40)", "varchar(50)");
    sandbox.write("models/schema.sql", &wider);
    let differs = sandbox.run(&["check"]).ends_with(2);
    assert!(differs.stdout.contains("title"), "{differs}");
    sandbox.write("models/schema.sql", MODELS);
    assert_eq!(told(&sandbox, &["check"]), first);
    // So are other settings.
    let settings = sandbox.read("schemist.toml");
    sandbox.write(
        "schemist.toml",
        &format!("exclude = [\"view:shelf\"]\n{settings}"),
    );
    let narrower = told(&sandbox, &["check"]);
    assert_ne!(narrower, first);
    assert_eq!(narrower, told(&sandbox, &["check", "--no-cache"]));
    sandbox.write("schemist.toml", &settings);
    assert_eq!(told(&sandbox, &["check", "--no-cache"]), first);
}

#[test]
fn on_sqlite() {
    is_watched(&Database::sqlite());
}

#[test]
fn on_postgres() {
    if let Some(database) = Database::postgres() {
        is_watched(&database);
    }
}

#[test]
fn on_mysql() {
    if let Some(database) = Database::mysql() {
        is_watched(&database);
    }
}

/// Workers of the server, each with a part of a system table, send their rows in an order of the moment.
#[test]
fn a_server_with_workers_for_everything_answers_the_same_each_time() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let tables: String = (0..200)
        .map(|number| format!("CREATE TABLE t{number} (a int, b int, c text, d text);\n"))
        .collect();
    let mut sandbox = project(&tables);
    sandbox.use_database(&database);
    let cache = sandbox.project().join(".cache");
    sandbox.set("SCHEMIST_CACHE_DIR", &cache.display().to_string());
    database.execute(&tables);
    let name = database.rows("SELECT current_database()").concat();
    for setting in [
        "min_parallel_table_scan_size",
        "parallel_setup_cost",
        "parallel_tuple_cost",
    ] {
        database.execute(&format!("ALTER DATABASE \"{name}\" SET {setting} = 0"));
    }
    let kept = || {
        let files = sandbox.files(".cache/catalogs").into_iter();
        let alike = files.filter(|name| name.ends_with(".alike"));
        let path = |name| sandbox.project().join(".cache/catalogs").join(name);
        let bytes = |name| std::fs::read(path(name)).unwrap();
        alike.map(bytes).collect::<Vec<_>>()
    };
    told(&sandbox, &["check"]);
    let answers = kept();
    for _ in 0..5 {
        told(&sandbox, &["check"]);
        assert!(answers == kept(), "they were taken for other ones");
    }
}
