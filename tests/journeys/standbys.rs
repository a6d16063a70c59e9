//! Servers that are only to be read.

use insta::assert_snapshot;
use schemist_testkit::OwnServer;

use crate::at_night::{BOOKS, said};
use crate::documents::holds;
use crate::{project, transcript};

#[test]
fn a_standby_is_read_and_not_changed() {
    let rules = "host all all 127.0.0.1/32 trust\n";
    let Some(server) =
        OwnServer::postgres(&["hot_standby=on"], rules, &[("data/standby.signal", "")])
    else {
        return;
    };
    let port = server.port();
    let postgres = said(
        &format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        port,
        &[
            "status",
            "diagnose",
            "locks",
            "check",
            "revision --autogenerate -m books",
            "upgrade",
            "stamp base",
            "repair --unlock",
        ],
    );
    holds("The server is a standby", &postgres);
    assert_snapshot!(postgres, @r#"
    $ schemist status
    Database  postgres://postgres@127.0.0.1:<port>/postgres (PostgreSQL 15.18)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    $ schemist diagnose
    Database  postgres://postgres@127.0.0.1:<port>/postgres (PostgreSQL 15.18)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    Recommended
      - this is a standby: whatever changes something is run on its primary

    $ schemist locks
    Nobody applies revisions now

    $ schemist check
    --- stderr
    error: cannot make a scratch database on the live server: it is a standby; set scratch = "local" or scratch_url
    --- exit code 1

    $ schemist revision --autogenerate -m books
    --- stderr
    error: cannot make a scratch database on the live server: it is a standby; set scratch = "local" or scratch_url
    --- exit code 1

    $ schemist upgrade
    --- stderr
    error: cannot change postgres://postgres@127.0.0.1:<port>/postgres: it is a standby; connect to its primary
      hint: name the primary in the url
    --- exit code 1

    $ schemist stamp base
    --- stderr
    postgres://postgres@127.0.0.1:<port>/postgres: stamp base
    error: cannot make a scratch database on the live server: it is a standby; set scratch = "local" or scratch_url
    --- exit code 1

    $ schemist repair --unlock
    --- stderr
    postgres://postgres@127.0.0.1:<port>/postgres: end the session that holds the lock
    error: cannot change postgres://postgres@127.0.0.1:<port>/postgres: it is a standby; connect to its primary
      hint: name the primary in the url
    --- exit code 1
    "#);
}

#[test]
fn a_read_only_mariadb_is_read_and_not_changed() {
    let Some(server) = OwnServer::mysql(&["--read-only"], &[]) else {
        return;
    };
    let mut sandbox = project(BOOKS);
    sandbox.set("DATABASE_URL", &server.superuser_url());
    sandbox.hide(&server.folder().display().to_string(), "<folder>");
    assert_snapshot!(transcript(&sandbox, &["status", "upgrade", "stamp base"]), @r#"
    $ schemist status
    Database  mysql://root@/mysql?socket=<folder>/socket (MariaDB 10.11.14)
    Current   none
    Head      none
    State     up-to-date: there is no revision yet, and none is applied

    $ schemist upgrade
    --- stderr
    error: cannot change mysql://root@/mysql?socket=<folder>/socket: it is a standby; connect to its primary
      hint: name the primary in the url
    --- exit code 1

    $ schemist stamp base
    --- stderr
    mysql://root@/mysql?socket=<folder>/socket: stamp base
    error: cannot make a scratch database on the live server: it is a standby; set scratch = "local" or scratch_url
    --- exit code 1
    "#);
}
