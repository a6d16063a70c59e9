//! Models for sqlx: exactly the files into which rows are read elsewhere, in `tests/rows.rs`.

use insta::assert_snapshot;
use schemist_testkit::Database;

use crate::pulling_structs::hold_compiled;
use crate::{sandbox, transcript};

#[test]
fn rows_of_postgres_have_structs_that_sqlx_reads() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(include_str!(
        "../../crates/schemist/tests/pulled/rows/postgres.sql"
    ));
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &["pull --sqlx", "check"]), @"
    $ schemist pull --sqlx
    models/enums.rs
    models/extensions.sql
    models/lists.rs
    models/mod.rs
    models/odd.rs
    models/places.rs
    models/plain.rs
    models/schemas.sql
    models/times.rs
    models/types.sql
    --- stderr
    columns of these types are `String` in Rust, which has nothing like them: tsvector, xml; a query gives them to sqlx as `found::text AS found`
    The structs need these crates: `cargo add schemist bit-vec@0.8 chrono ipnetwork mac_address rust_decimal serde_json uuid`
    sqlx reads them with these features, beside those of your runtime: `cargo add sqlx --features bit-vec,chrono,ipnetwork,json,mac_address,postgres,rust_decimal,uuid`
    Wrote 16 objects into 10 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (16 objects compared)
    ");
    hold_compiled(&sandbox, "pulled/rows/postgres");
}

#[test]
fn rows_of_mysql_have_structs_that_sqlx_reads() {
    let Some(database) = Database::mysql() else {
        return;
    };
    database.execute(include_str!(
        "../../crates/schemist/tests/pulled/rows/mysql.sql"
    ));
    let mut sandbox = sandbox();
    sandbox.use_database(&database);
    sandbox.write("schemist.toml", "");
    assert_snapshot!(transcript(&sandbox, &["pull --sqlx", "check"]), @"
    $ schemist pull --sqlx
    models/everything.rs
    models/mod.rs
    --- stderr
    The structs need these crates: `cargo add schemist chrono rust_decimal serde_json uuid`
    sqlx reads them with these features, beside those of your runtime: `cargo add sqlx --features chrono,json,mysql,rust_decimal,uuid`
    Wrote 1 object into 2 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)
    ");
    hold_compiled(&sandbox, "pulled/rows/mysql");
}

#[test]
fn rows_of_sqlite_have_structs_that_sqlx_reads() {
    let sandbox = sandbox();
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://rows.db\"\n",
    );
    let database = Database::sqlite_file(&sandbox.project().join("rows.db"));
    std::fs::write(sandbox.project().join("rows.db"), "").expect("a file");
    database.execute(include_str!(
        "../../crates/schemist/tests/pulled/rows/sqlite.sql"
    ));
    assert_snapshot!(transcript(&sandbox, &["pull --sqlx", "check"]), @"
    $ schemist pull --sqlx
    models/everything.rs
    models/mod.rs
    --- stderr
    The structs need these crates: `cargo add schemist chrono serde_json`
    sqlx reads them with these features, beside those of your runtime: `cargo add sqlx --features chrono,json,sqlite`
    Wrote 1 object into 2 files — now run `schemist check`: the database is what the models say

    $ schemist check
    --- stderr
    The database is what the models say (1 object compared)
    ");
    hold_compiled(&sandbox, "pulled/rows/sqlite");
}
