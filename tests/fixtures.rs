//! Every fixture on every server that its dialects name, each as a test of its own.
//!
//! What is held of a fixture is in `check.rs`; this file only lists them. A test is named
//! `<kind>/<case>/<dialect>`. One whose server does not know what is in it is ignored; snapshots are those
//! of one version of the server, on others the laws are held alone. One whose server is missing is ignored and its reason noted; where a
//! machine runs the tests it fails, unless the server is left out knowingly.
#![expect(
    clippy::print_stderr,
    reason = "a fixture that cannot be read says so to whoever runs the tests"
)]

mod check;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use schemist_sql::Dialect;
use schemist_testkit::{
    Database, Fixture, assert_fixture_snapshot, available, fixtures, note_skipped, postgres_version,
};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let fixtures = match fixtures(&folder) {
        Ok(fixtures) => fixtures,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for fixture in fixtures {
        for dialect in fixture.dialects.clone() {
            trials.push(trial(fixture.clone(), dialect));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(fixture: Fixture, dialect: Dialect) -> Trial {
    let name = format!("{}/{}/{dialect}", fixture.kind, fixture.case);
    let Err(unavailable) = available(dialect) else {
        if !is_known(&fixture, dialect) {
            return Trial::test(name, || Ok(())).with_ignored_flag(true);
        }
        return Trial::test(name, move || run(&fixture, dialect).map_err(Into::into));
    };
    if unavailable.is_failure() {
        return Trial::test(name, move || Err(unavailable.reason().into()));
    }
    note_skipped(&name, &unavailable);
    Trial::test(name, || Ok(())).with_ignored_flag(true)
}

/// Whether the server of this run knows what is in the fixture.
fn is_known(fixture: &Fixture, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => {
            postgres_version().is_none_or(|version| fixture.versions.contains(&version))
        }
        Dialect::Sqlite | Dialect::Mysql => true,
    }
}

/// Whether the snapshot is of the server of this run.
fn is_reference(fixture: &Fixture, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => postgres_version() == Some(fixture.reference_version()),
        Dialect::Sqlite | Dialect::Mysql => true,
    }
}

fn run(fixture: &Fixture, dialect: Dialect) -> Result<(), String> {
    let Some(database) = Database::of(dialect) else {
        return Ok(());
    };
    let snapshot = check::check(fixture, dialect, &database)?;
    if is_reference(fixture, dialect) {
        assert_fixture_snapshot(fixture, dialect, &snapshot.text);
    }
    Ok(())
}
