//! Settings files, right and wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use insta::{assert_debug_snapshot, assert_snapshot};

use schemist_execute::scratch::Protection;

use super::{Forms, Settings, SettingsErrors, SettingsFile, ValueSource};

fn read(text: &str, environment: Option<&str>) -> Result<Settings, SettingsErrors> {
    let file = SettingsFile::new(PathBuf::from("schemist.toml"), text);
    Settings::read(&[file], environment, &BTreeMap::new())
}

/// Everything that is wrong with a settings file.
fn wrong(text: &str, environment: Option<&str>) -> String {
    let errors = match read(text, environment) {
        Ok(settings) => return format!("nothing is wrong: {settings:?}"),
        Err(errors) => errors,
    };
    let shown = errors.errors().iter().map(|error| {
        let place = error.place.as_ref().map_or_else(String::new, |place| {
            let (line, column) = place.line_column();
            format!(
                "\n  {}:{line}:{column}: `{}` {}",
                place.path,
                place.marked(),
                place.label
            )
        });
        format!(
            "cannot {}{place}\n  hint: {}",
            error.problem,
            error.problem.remedy()
        )
    });
    shown.collect::<Vec<_>>().join("\n")
}

const WHOLE: &str = r#"
    models = ["models"]
    exclude = ["audit_*"]
    [database.main]
    url = "${DATABASE_URL:-sqlite://schemist.db}"
    dialects = ["sqlite", "postgres"]
    pool = { min = 0, max = 10 }
    [database.other]
    models = "other.sql"
    online = false
    [env.prod]
    protected = true
    database.main.url = "${PROD_DATABASE_URL}"
"#;

#[test]
fn what_stands_at_the_top_holds_for_every_database() {
    let settings = read(WHOLE, None).unwrap();
    let models = |name: &str| {
        let database = settings.database(Some(name)).unwrap();
        (
            database.models[0].text.clone(),
            database.exclude.len(),
            database.forms,
        )
    };
    assert_eq!(models("main"), ("models".to_owned(), 1, Forms::Online));
    assert_eq!(models("other"), ("other.sql".to_owned(), 1, Forms::Offline));
    assert_eq!(settings.database(None).unwrap().name, "main");
    assert_eq!(settings.guard.protection, Protection::Open);
}

#[test]
fn an_environment_lies_over_the_rest() {
    let settings = read(WHOLE, Some("prod")).unwrap();
    let main = settings.database(None).unwrap();
    let Some(ValueSource::Written(url)) = &main.connection.url else {
        panic!("{main:?}");
    };
    assert_eq!(url.text, "${PROD_DATABASE_URL}");
    assert_debug_snapshot!(main.dialects, @"
    {
        Postgres,
        Sqlite,
    }
    ");
    assert_eq!(settings.guard.protection, Protection::Protected);
    assert_eq!(settings.environment.as_deref(), Some("prod"));
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let text = "model = \"x\"\nonline = 1\n[database.main]\nulr = \"x\"\ndialects = [\"postgers\"]\nlock_timeout = \"3\"\n\
        [database.main.pool]\nmaximum = 3\n[env.prod]\nprotect = true\n";
    assert_snapshot!(wrong(text, None), @r#"
    cannot understand the setting `model`
      schemist.toml:1:1: `model` did you mean `models`?
      hint: write `models`, or remove the line
    cannot take the value of `online`: expected true or false, found a number
      schemist.toml:2:10: `1` expected true or false, found a number
      hint: write true or false
    cannot understand the setting `database.main.ulr`
      schemist.toml:4:1: `ulr` did you mean `url`?
      hint: write `url`, or remove the line
    cannot take the value of `database.main.dialects`: unknown dialect `postgers`; known are postgres, sqlite and mysql
      schemist.toml:5:13: `"postgers"` unknown dialect `postgers`; known are postgres, sqlite and mysql
      hint: correct the value
    cannot take the value of `database.main.lock_timeout`: expected a duration like "3s"
      schemist.toml:6:16: `"3"` expected a duration like "3s"
      hint: correct the value
    cannot understand the setting `database.main.pool.maximum`
      schemist.toml:8:1: `maximum` no such setting
      hint: use one of `min`, `max`, `acquire_timeout_ms` and `idle_timeout_ms`
    cannot understand the setting `protect`
      schemist.toml:10:1: `protect` no such setting
      hint: use one of `models`, `migrations`, `defaults`, `database`, `env`, `forbid_passwords`, `pager`, `dialects`, `scratch`, `scratch_url`, `scratch_template`, `schemas`, `exclude`, `include`, `journal`, `online`, `lock_timeout`, `file_name`, `naming`, `comments`, `enum_checks`, `features`, `queries`, `privileges`, `owners`, `heads`, `hooks` and `lint`
    "#);
    assert_snapshot!(wrong("models = [\"x\"\n[database", None), @"
    cannot read the settings: missing comma between array elements, expected `,`
      schemist.toml:2:1: `` here
      hint: mend the line; strings stand in double quotes
    ");
    assert_snapshot!(wrong(WHOLE, Some("prd")), @"
    cannot find the environment `prd` in the settings
      hint: did you mean `prod`?
    ");
    assert_snapshot!(read(WHOLE, None).unwrap().database(Some("mian")).unwrap_err(), @"find the database `mian` in the settings");
}
