//! Documents that hold a whole connection, in the form that AWS gives its databases' secrets.

use schemist_connect::{DatabaseUrl, Part};
use schemist_sql::Dialect;
use serde_json::Value;

use super::build::Build;
use crate::error::ProjectError;

/// The keys of such a document.
const KEYS: [(&str, Part); 6] = [
    ("username", Part::User),
    ("password", Part::Password),
    ("host", Part::Host),
    ("port", Part::Port),
    ("dbname", Part::Database),
    ("database", Part::Database),
];

/// Reads `{"engine": …, "username": …, "password": …, "host": …, "port": …, "dbname": …}`.
///
/// Nothing of the text is ever in an error.
pub(super) fn read(text: &str, origin: &str) -> Result<Build, ProjectError> {
    let wrong = |reason: String| {
        ProjectError::refused(
            format!("use {origin} as a connection: {reason}"),
            "store JSON with username, password, host, port, dbname and engine in it",
        )
    };
    let Ok(Value::Object(document)) = serde_json::from_str::<Value>(text) else {
        return Err(wrong("it is no JSON object".to_owned()));
    };
    let engine = document.get("engine").and_then(Value::as_str);
    let dialect = match engine {
        None | Some("postgres" | "postgresql" | "aurora-postgresql") => Dialect::Postgres,
        Some("mysql" | "mariadb" | "aurora-mysql") => Dialect::Mysql,
        Some(engine) => {
            return Err(wrong(format!(
                "its engine `{engine}` is none of postgres, mysql and mariadb"
            )));
        }
    };
    let mut build = Build::of(DatabaseUrl::of_dialect(dialect), origin);
    for (key, part) in KEYS {
        let value = match document.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Null) | None => continue,
            Some(_) => return Err(wrong(format!("its `{key}` is neither a text nor a number"))),
        };
        build.fill(part, &value, origin)?;
    }
    if build.lacks(Part::Host) {
        return Err(wrong("it has no `host`".to_owned()));
    }
    Ok(build)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match read(text, "the secret x") {
            Ok(build) => build.url.redacted(),
            Err(error) => format!("cannot {error}"),
        }
    }

    #[test]
    fn a_document_becomes_a_url_and_is_never_repeated() {
        let texts = [
            r#"{"engine":"postgres","username":"app","password":"hunter2","host":"db","port":5432,"dbname":"shop"}"#,
            r#"{"engine":"mariadb","username":"app","password":"hunter2","host":"db"}"#,
            r#"{"engine":"oracle","password":"hunter2"}"#,
            r#"{"password":"hunter2"}"#,
            "hunter2",
        ];
        insta::assert_snapshot!(texts.map(said).join("\n"), @"
        postgres://app:***@db:5432/shop
        mysql://app:***@db
        cannot use the secret x as a connection: its engine `oracle` is none of postgres, mysql and mariadb
        cannot use the secret x as a connection: it has no `host`
        cannot use the secret x as a connection: it is no JSON object
        ");
    }
}
