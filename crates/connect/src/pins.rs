//! The settings that change what a server prints, and the one value that each has in every session.

use schemist_sql::{Dialect, Ident, Script};

/// What is pinned besides the fixed settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// The schema whose objects go unqualified; where `None`, the url's first one or `public`.
    pub default_schema: Option<Ident>,
    /// The role that everything is done as, in PostgreSQL; where `None`, whoever connects.
    pub role: Option<Ident>,
    /// What the server calls the session; where `None`, `schemist`.
    pub application: Option<String>,
}

impl Pins {
    /// What is done after the fixed settings, which a script does not need.
    pub(crate) fn own_statements(&self, dialect: Dialect) -> Vec<String> {
        match dialect {
            Dialect::Postgres => {}
            Dialect::Sqlite | Dialect::Mysql => return Vec::new(),
        }
        let mut statements = Vec::new();
        if let Some(application) = &self.application {
            let mut script = Script::new(dialect);
            script
                .keyword("SET application_name = ")
                .literal(application);
            statements.push(script.into_text());
        }
        if let Some(role) = &self.role {
            let mut script = Script::new(dialect);
            script.keyword("SET ROLE ").ident(role);
            statements.push(script.into_text());
        }
        statements
    }
}

/// Settings of PostgreSQL that decide how it prints or what a bare statement means.
const POSTGRES: &[(&str, &str)] = &[
    ("client_encoding", "UTF8"),
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("quote_all_identifiers", "off"),
    ("standard_conforming_strings", "on"),
    ("extra_float_digits", "1"),
    ("bytea_output", "hex"),
    ("xmloption", "content"),
    ("lc_monetary", "C"),
    ("default_tablespace", ""),
    ("default_table_access_method", "heap"),
    ("transform_null_equals", "off"),
    ("default_transaction_isolation", "read committed"),
    ("row_security", "on"),
    // A body may name what is made after it.
    ("check_function_bodies", "off"),
    ("client_min_messages", "warning"),
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("application_name", "schemist"),
];

/// The same for MySQL and MariaDB; one of the two passes over the other's version comments.
const MYSQL: &[&str] = &[
    // Strict, since without it a removed enum value becomes '' and NULL becomes 0 with a warning only.
    // Not ANSI_QUOTES, under which a script's strings would be names.
    "SET sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    // One collation of the session that both have, whatever the server's own is.
    "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
    "SET time_zone = '+00:00'",
    "SET autocommit = 1, foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0, \
     sql_auto_is_null = 0, sql_quote_show_create = 1, default_storage_engine = InnoDB, \
     lc_time_names = 'en_US', lc_messages = 'en_US', group_concat_max_len = 1048576, \
     wait_timeout = 28800 \
     /*M!100804 , explicit_defaults_for_timestamp = ON */ \
     /*M! , check_constraint_checks = ON */ \
     /*!80030 , sql_generate_invisible_primary_key = OFF */",
];

/// The statements that pin a session, which also stand at the head of every script we write.
///
/// `default_schema` is where unqualified names go; dialects without schemas have none.
pub fn pin_statements(dialect: Dialect, default_schema: Option<&Ident>) -> Vec<String> {
    match dialect {
        Dialect::Postgres => postgres(default_schema),
        // Foreign keys are on as applications have them; a section that must switch them off says so.
        Dialect::Sqlite => {
            vec![
                "PRAGMA foreign_keys = ON".to_owned(),
                "PRAGMA legacy_alter_table = OFF".to_owned(),
            ]
        }
        Dialect::Mysql => MYSQL.iter().copied().map(str::to_owned).collect(),
    }
}

fn postgres(default_schema: Option<&Ident>) -> Vec<String> {
    let mut statements = vec!["SET ROLE NONE".to_owned()];
    for (name, value) in POSTGRES {
        let mut script = Script::new(Dialect::Postgres);
        script
            .keyword("SET ")
            .keyword(name)
            .keyword(" = ")
            .literal(value);
        statements.push(script.into_text());
    }
    let public = Ident::from_server("public");
    let mut script = Script::new(Dialect::Postgres);
    script
        .keyword("SET search_path = ")
        .ident(default_schema.unwrap_or(&public));
    statements.push(script.into_text());
    statements
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_script_pins_its_session_first() {
        let schema = Ident::parse("Dev").unwrap();
        assert_snapshot!(pin_statements(Dialect::Postgres, Some(&schema)).join("\n"), @r#"
        SET ROLE NONE
        SET client_encoding = 'UTF8'
        SET TimeZone = 'UTC'
        SET DateStyle = 'ISO, MDY'
        SET IntervalStyle = 'postgres'
        SET quote_all_identifiers = 'off'
        SET standard_conforming_strings = 'on'
        SET extra_float_digits = '1'
        SET bytea_output = 'hex'
        SET xmloption = 'content'
        SET lc_monetary = 'C'
        SET default_tablespace = ''
        SET default_table_access_method = 'heap'
        SET transform_null_equals = 'off'
        SET default_transaction_isolation = 'read committed'
        SET row_security = 'on'
        SET check_function_bodies = 'off'
        SET client_min_messages = 'warning'
        SET statement_timeout = '0'
        SET idle_in_transaction_session_timeout = '0'
        SET application_name = 'schemist'
        SET search_path = "Dev"
        "#);
        assert_snapshot!(pin_statements(Dialect::Sqlite, None).join("\n"), @r"
        PRAGMA foreign_keys = ON
        PRAGMA legacy_alter_table = OFF
        ");
        assert_snapshot!(pin_statements(Dialect::Mysql, None).join("\n"), @"
        SET sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
        SET NAMES utf8mb4 COLLATE utf8mb4_general_ci
        SET time_zone = '+00:00'
        SET autocommit = 1, foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0, sql_auto_is_null = 0, sql_quote_show_create = 1, default_storage_engine = InnoDB, lc_time_names = 'en_US', lc_messages = 'en_US', group_concat_max_len = 1048576, wait_timeout = 28800 /*M!100804 , explicit_defaults_for_timestamp = ON */ /*M! , check_constraint_checks = ON */ /*!80030 , sql_generate_invisible_primary_key = OFF */
        ");
    }
}
