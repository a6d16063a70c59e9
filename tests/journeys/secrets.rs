//! Passwords that stand elsewhere, and that are never shown.

use std::process::Command;

use insta::assert_snapshot;

use crate::{project, transcript};

const BOOKS: &str = "CREATE TABLE book (id integer PRIMARY KEY);";

#[test]
fn a_password_may_stand_in_a_file() {
    let sandbox = project(BOOKS);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"postgres://app@localhost:1/shop\"\npassword = { file = \"secrets/shop\" }\n",
    );
    assert_snapshot!(transcript(&sandbox, &["current"]), @"
    $ schemist current
    --- stderr
    error: cannot read secrets/shop
      because: No such file or directory (os error 2)
      hint: check the path, here and in schemist.toml
    --- exit code 1
    ");
    sandbox.write("secrets/shop", "marked\n");
    assert_snapshot!(transcript(&sandbox, &["current", "config"]), @"
    $ schemist current
    --- stderr
    error: cannot connect to postgres://app:***@localhost:1/shop: no server accepts connections there
      because: Connection refused (os error 111)
      hint: start the server, or correct host and port in the url
    --- exit code 1

    $ schemist config
    main  postgres://app:***@localhost:1/shop  (schemist.toml:2)
      host      localhost  schemist.toml:2
      port      1          schemist.toml:2
      user      app        schemist.toml:2
      password  ***        schemist.toml:3, from secrets/shop
      database  shop       schemist.toml:2
      schema    public     usual
    settings
      database.main.url            postgres://app@localhost:1/shop  schemist.toml:2
      database.main.password.file  secrets/shop                     schemist.toml:3
    ");
}

#[test]
fn a_program_is_run_once_somebody_trusts_it() {
    let sandbox = project(BOOKS);
    sandbox.write("vault", "echo run >> runs\necho sqlite://found.db\n");
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = { command = [\"sh\", \"vault\"] }\n",
    );
    assert_snapshot!(transcript(&sandbox, &["heads", "current", "upgrade --trust", "current", "config url"]), @r#"
    $ schemist heads
    --- stderr
    There is no revision yet

    $ schemist current
    --- stderr
    error: cannot run `sh vault` for a secret: nobody said yet that it may be run, and nobody is there to ask
     --> schemist.toml:2:20
      |
    2 | url = { command = ["sh", "vault"] }
      |                    ^^^^ this program
      hint: look at it, then add --trust; it is asked once for each program
    --- exit code 1

    $ schemist upgrade --trust
    --- stderr
    Nothing to apply: the database is there already

    $ schemist current
    --- stderr
    error: cannot open <project>/found.db: there is no such file
      hint: run `schemist upgrade`, which makes it, or correct the url
    --- exit code 1

    $ schemist config url
    sqlite://<project>/found.db
    "#);
    // Once for each command that opened a connection, however often it needs the url.
    assert_eq!(sandbox.read("runs").lines().count(), 3);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = { command = [\"sh\", \"vault\", \"other\"] }\n",
    );
    assert_snapshot!(transcript(&sandbox, &["current"]), @r#"
    $ schemist current
    --- stderr
    error: cannot run `sh vault other` for a secret: nobody said yet that it may be run, and nobody is there to ask
     --> schemist.toml:2:20
      |
    2 | url = { command = ["sh", "vault", "other"] }
      |                    ^^^^ this program
      hint: look at it, then add --trust; it is asked once for each program
    --- exit code 1
    "#);
    sandbox.write("vault", "echo it is sealed >&2\nexit 3\n");
    assert_snapshot!(transcript(&sandbox, &["current --trust"]), @r#"
    $ schemist current --trust
    --- stderr
    it is sealed
    error: cannot get a secret from `sh vault other`: it ended with 3
     --> schemist.toml:2:20
      |
    2 | url = { command = ["sh", "vault", "other"] }
      |                    ^^^^ this program
      hint: run it by hand to see what it wants
    --- exit code 1
    "#);
}

#[test]
fn a_document_may_hold_a_whole_connection() {
    let mut sandbox = project(BOOKS);
    sandbox.write(
        "secret.json",
        r#"{"engine":"postgres","username":"app","password":"marked","host":"db","port":5433,"dbname":"shop"}"#,
    );
    sandbox.write(
        "schemist.toml",
        "[database.main]\nsecret = { file = \"secret.json\" }\ndatabase = \"other\"\n",
    );
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  postgres://app:***@db:5433/other  (schemist.toml:2, from secret.json)
      host      db      schemist.toml:2, from secret.json
      port      5433    schemist.toml:2, from secret.json
      user      app     schemist.toml:2, from secret.json
      password  ***     schemist.toml:2, from secret.json
      database  other   schemist.toml:3
      schema    public  usual
    settings
      database.main.secret.file  secret.json  schemist.toml:2
      database.main.database     other        schemist.toml:3
    ");
    sandbox.write("secret.json", r#"{"engine":"oracle","password":"marked"}"#);
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    --- stderr
    error: cannot use schemist.toml:2, from secret.json as a connection: its engine `oracle` is none of postgres, mysql and mariadb
      hint: store JSON with username, password, host, port, dbname and engine in it
    --- exit code 1
    ");
    sandbox.write("schemist.toml", "");
    sandbox.set("AWS_DB_SECRETS_NAME", "sdp-database-cred");
    let said = transcript(&sandbox, &["current"]);
    // Never the file that is used where nothing is said.
    assert!(
        said.contains("cannot read the secret sdp-database-cred of AWS Secrets Manager")
            || said.contains("cannot call AWS"),
        "{said}"
    );
}

#[test]
fn a_password_in_a_file_that_git_keeps_is_told() {
    let sandbox = project(BOOKS);
    sandbox.write(
        "schemist.toml",
        "[database.main]\nurl = \"sqlite://shop.db\"\n[env.prod]\ndatabase.main.url = \"postgres://app:marked@db/shop\"\n",
    );
    let git = |words: &[&str]| {
        let status = Command::new("git")
            .args(words)
            .current_dir(sandbox.project())
            .output();
        status.is_ok_and(|output| output.status.success())
    };
    assert!(git(&["init", "-q"]));
    assert_snapshot!(transcript(&sandbox, &["config"]), @"
    $ schemist config
    main  sqlite://<project>/shop.db  (schemist.toml:2)
      file  <project>/shop.db  schemist.toml:2
    settings
      database.main.url  sqlite://shop.db  schemist.toml:2
    ");
    assert!(git(&["add", "schemist.toml"]));
    assert_snapshot!(transcript(&sandbox, &["config url", "config", "upgrade"]), @r#"
    $ schemist config url
    sqlite://<project>/shop.db

    $ schemist config
    main  sqlite://<project>/shop.db  (schemist.toml:2)
      file  <project>/shop.db  schemist.toml:2
    settings
      database.main.url  sqlite://shop.db  schemist.toml:2
    --- stderr
    warning: a password stands in schemist.toml:4 (`env.prod.database.main.url`), which git keeps; write `${VAR}`, `{ file = "…" }` or `{ command = […] }` in its place, and change the password

    $ schemist upgrade
    --- stderr
    warning: a password stands in schemist.toml:4 (`env.prod.database.main.url`), which git keeps; write `${VAR}`, `{ file = "…" }` or `{ command = […] }` in its place, and change the password
    Nothing to apply: the database is there already
    "#);
    let linted = sandbox.run(&["lint"]).ends_with(3);
    assert!(
        linted.stdout.contains("danger: password_in_settings: the password of `env.prod.database.main.url` is in a file that git tracks"),
        "{linted}"
    );
    let text = sandbox.read("schemist.toml");
    sandbox.write("schemist.toml", &format!("forbid_passwords = true\n{text}"));
    assert_snapshot!(transcript(&sandbox, &["heads"]), @r#"
    $ schemist heads
    --- stderr
    error: cannot take the value of `env.prod.database.main.url`: a password is written here, and `forbid_passwords` is set
     --> schemist.toml:5:21
      |
    5 | database.main.url = "postgres://app:******@db/shop"
      |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a password is written here, and `forbid_passwords` is set
      hint: write `${VAR}`, `{ file = "…" }` or `{ command = […] }` in its place
    --- exit code 1
    "#);
}

#[test]
fn no_command_shows_a_password_wherever_it_stands() {
    let places = [
        ("url = \"postgres://app:m4rk3d@localhost:1/shop\"\n", ""),
        (
            "url = \"postgres://app@localhost:1/shop\"\npassword = \"m4rk3d\"\n",
            "",
        ),
        ("url = \"postgres://app:${SECRET}@localhost:1/shop\"\n", ""),
        (
            "client = \"pg\"\nhost = \"localhost\"\nport = 1\npassword = \"${SECRET}\"\n",
            "",
        ),
        (
            "url = \"mysql://app:m4rk3d@localhost:1/shop\"\nscratch_url = \"mysql://a:m4rk3d@localhost:1/\"\n",
            "",
        ),
        ("url = \"postgres://app:m4rk3d@localhost:many/shop\"\n", ""),
        ("url = \"mssql://?odbc_connect=SERVER=h;PWD=m4rk3d\"\n", ""),
        ("secret = { file = \"secret\" }\n", "m4rk3d"),
        ("url = \"m4rk3d\"\n", "--url"),
    ];
    let commands = [
        "current",
        "check",
        "upgrade",
        "upgrade --dry-run",
        "upgrade --sql",
        "downgrade base",
        "stamp head",
        "revision --autogenerate -m x",
        "history -i",
        "diff",
        "config",
        "config url",
        "heads",
        "show head",
        "merge heads -m x",
    ];
    for (settings, other) in places {
        let mut sandbox = project(BOOKS);
        sandbox.set("SECRET", "m4rk3d");
        sandbox.write("secret", other);
        sandbox.write("schemist.toml", &format!("[database.main]\n{settings}"));
        for command in commands {
            let words: Vec<&str> = command.split_whitespace().collect();
            for format in ["human", "json"] {
                let mut words = words.clone();
                words.extend(["-v", "--format", format]);
                let output = sandbox.run(&words);
                let is_named = settings.contains("url = \"m4rk3d\"");
                let said = output.stdout.clone() + &output.stderr;
                assert!(is_named || !said.contains("m4rk3d"), "{output}");
            }
        }
        for file in sandbox.files("migrations") {
            assert!(
                !sandbox
                    .read(&format!("migrations/{file}"))
                    .contains("m4rk3d")
            );
        }
    }
}
