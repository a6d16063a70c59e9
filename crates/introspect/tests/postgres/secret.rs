//! What is secret stays in the database.

use schemist_testkit::Database;

use crate::check::read;

#[test]
fn passwords_of_other_servers_are_not_read() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.execute(
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (secret_key 'hush');
         CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'there', url 'x://me:hush@there/', dsn 'password = hush');
         CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (\"user\" 'hush', password 'hush', required 'true');
         CREATE FOREIGN TABLE t (id integer OPTIONS (token 'hush')) SERVER s OPTIONS (pwd 'hush');
         CREATE SUBSCRIPTION sub CONNECTION 'host=there password=hush' PUBLICATION p
            WITH (connect = false, slot_name = NONE, enabled = false, create_slot = false);",
    );
    let catalog = read(&database);
    let whole = format!("{catalog:?}");
    database.execute("DROP SUBSCRIPTION sub");
    assert!(whole.contains("there"));
    assert!(!whole.contains("hush"), "{whole}");
}
