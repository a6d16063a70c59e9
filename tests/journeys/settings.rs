//! Settings, found and read.

use insta::assert_snapshot;

use crate::{project, sandbox, transcript};

#[test]
fn mistakes_are_shown_all_at_once() {
    let sandbox = sandbox();
    sandbox.write("schemist.toml", "modles = [\"x\"]\nonline = \"yes\"\n\n[database.main]\nulr = \"x\"\ndialects = [\"postgers\"]\n");
    assert_snapshot!(transcript(&sandbox, &["heads"]), @r#"
    $ schemist heads
    --- stderr
    error: cannot understand the setting `modles`
     --> schemist.toml:1:1
      |
    1 | modles = ["x"]
      | ^^^^^^ did you mean `models`?
      hint: write `models`, or remove the line
    error: cannot take the value of `online`: expected true or false, found a text
     --> schemist.toml:2:10
      |
    2 | online = "yes"
      |          ^^^^^ expected true or false, found a text
      hint: write true or false
    error: cannot understand the setting `database.main.ulr`
     --> schemist.toml:5:1
      |
    5 | ulr = "x"
      | ^^^ did you mean `url`?
      hint: write `url`, or remove the line
    error: cannot take the value of `database.main.dialects`: unknown dialect `postgers`; known are postgres, sqlite and mysql
     --> schemist.toml:6:13
      |
    6 | dialects = ["postgers"]
      |             ^^^^^^^^^^ unknown dialect `postgers`; known are postgres, sqlite and mysql
      hint: correct the value
    --- exit code 1
    "#);
    sandbox.write("schemist.toml", "[database.main\n");
    assert_snapshot!(transcript(&sandbox, &["heads", "heads -n other", "heads -c nowhere.toml"]), @"
    $ schemist heads
    --- stderr
    error: cannot read the settings: unclosed table, expected `]`
     --> schemist.toml:1:15
      |
    1 | [database.main
      |               ^ here
      hint: mend the line; strings stand in double quotes
    --- exit code 1

    $ schemist heads -n other
    --- stderr
    error: cannot read the settings: unclosed table, expected `]`
     --> schemist.toml:1:15
      |
    1 | [database.main
      |               ^ here
      hint: mend the line; strings stand in double quotes
    --- exit code 1

    $ schemist heads -c nowhere.toml
    --- stderr
    error: cannot read nowhere.toml
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1
    ");
}

#[test]
fn a_secret_is_asked_for_when_a_connection_is_opened_and_never_shown() {
    let mut sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"postgres://me:s3cret@${SHOP_HOST}:1/shop\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["heads", "history", "current", "heads -n shop", "heads --env prod"]), @r#"
    $ schemist heads
    --- stderr
    There is no revision yet

    $ schemist history
    --- stderr
    There is no revision yet

    $ schemist current
    --- stderr
    error: cannot resolve `database.main.url`: the variable SHOP_HOST is not set
     --> schemist.toml:2:7
      |
    2 | url = "postgres://me:******@${SHOP_HOST}:1/shop"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SHOP_HOST is not set
      hint: run `export SHOP_HOST=…`, or write a default: `${SHOP_HOST:-default}`
    --- exit code 1

    $ schemist heads -n shop
    --- stderr
    error: cannot find the database `shop` in the settings
      hint: use main, or add `[database.<name>]`
    --- exit code 1

    $ schemist heads --env prod
    --- stderr
    error: cannot find the environment `prod` in the settings
      hint: add `[env.<name>]` to schemist.toml
    --- exit code 1
    "#);
    sandbox.set("SHOP_HOST", "localhost");
    assert_snapshot!(transcript(&sandbox, &["current"]), @"
    $ schemist current
    --- stderr
    error: cannot connect to postgres://me:***@localhost:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1
    ");
}

#[test]
fn a_folder_without_settings_will_do_with_a_url_and_a_folder_of_revisions() {
    let mut sandbox = sandbox();
    sandbox.write("up/a.sql", "-- schemist revision\n-- id: a1\n\n-- [up]\nCREATE TABLE a (x int);\n\n-- [down]\nDROP TABLE a;\n");
    assert_snapshot!(transcript(&sandbox, &["heads", "upgrade --url sqlite://x.db --migrations up"]), @"
    $ schemist heads
    --- stderr
    error: cannot find schemist.toml in <project> or a folder above it
      hint: run `schemist init` to start a project here, or name one with -C or -c
    --- exit code 1

    $ schemist upgrade --url sqlite://x.db --migrations up
    --- stderr
    sqlite://<project>/x.db: base → a1, 1 revision to apply
    Applied a1 in <time>
    ");
    sandbox.set("DATABASE_URL", "sqlite://x.db");
    assert_snapshot!(transcript(&sandbox, &["current --migrations up -v"]), @"
    $ schemist current --migrations up -v
    a1 (head) (base)
      applied 2026-11-20T10:12:00Z by unknown with schemist 0.1.0
    --- stderr
    Database sqlite://<project>/x.db
    ");
}

#[test]
fn settings_are_found_from_folders_below() {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    transcript(&sandbox, &["revision --autogenerate -m books", "upgrade"]);
    sandbox.write("src/deep/x", "");
    assert_snapshot!(transcript(&sandbox, &["current -C src/deep", "current -c ../project/schemist.toml"]), @"
    $ schemist current -C src/deep
    111111111111 2026-11-20 books (head) (base)

    $ schemist current -c ../project/schemist.toml
    111111111111 2026-11-20 books (head) (base)
    ");
}
