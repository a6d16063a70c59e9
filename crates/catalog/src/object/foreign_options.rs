//! Options of what reaches other servers: `OPTIONS (name 'value', …)`, the same for every kind that has them.

use std::collections::BTreeMap;

use schemist_sql::{Dialect, Script};

use crate::hazard::rights;
use crate::{Hazard, Pair};

/// Options by name. The value of one that is a secret is not kept: `None`.
pub type ForeignOptions = BTreeMap<String, Option<String>>;

/// What is written in place of a secret.
const PLACEHOLDER: &str = "<secret>";

/// The options as they stand in a `CREATE`, with a space before them; nothing where there are none.
pub(crate) fn write_foreign_options(script: &mut Script, options: &ForeignOptions) {
    if options.is_empty() {
        return;
    }
    script.keyword(" OPTIONS (");
    for (place, (name, value)) in options.iter().enumerate() {
        script.keyword(if place > 0 { ", " } else { "" });
        write(script, name, value.as_ref());
    }
    script.keyword(")");
}

/// What stands in an `ALTER`; `None` where nothing differs.
pub(crate) fn change_foreign_options(
    dialect: Dialect,
    pair: Pair<&ForeignOptions>,
) -> Option<String> {
    let mut changes = Vec::new();
    let gone = pair.before.keys();
    for name in gone.filter(|name| !pair.after.contains_key(*name)) {
        let mut script = Script::new(dialect);
        let name = schemist_sql::Ident::from_server(name.as_str());
        script.keyword("DROP ").ident(&name);
        changes.push(script.into_text());
    }
    for (name, value) in pair.after {
        let before = pair.before.get(name);
        if before == Some(value) {
            continue;
        }
        let mut script = Script::new(dialect);
        script.keyword(if before.is_some() { "SET " } else { "ADD " });
        write(&mut script, name, value.as_ref());
        changes.push(script.into_text());
    }
    (!changes.is_empty()).then(|| format!("OPTIONS ({})", changes.join(", ")))
}

fn write(script: &mut Script, name: &str, value: Option<&String>) {
    script
        .ident(&schemist_sql::Ident::from_server(name))
        .keyword(" ")
        .literal(value.map_or(PLACEHOLDER, String::as_str));
}

/// What to know of secrets that are written as placeholders; `None` where there are none.
pub(crate) fn secrets_hazard(
    owner: &impl std::fmt::Display,
    pair: Pair<&ForeignOptions>,
) -> Option<Hazard> {
    let is_new = |name: &&String| pair.before.get(*name) != pair.after.get(*name);
    let secret = pair.after.iter().filter(|(_, value)| value.is_none());
    let names: Vec<_> = secret.map(|(name, _)| name).filter(is_new).collect();
    let names: Vec<_> = names.into_iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| {
        Hazard::new(
            &rights::SECRET_LEFT_OUT,
            format!(
                "a revision holds no secrets: {} of {owner} must be set by hand where it says {PLACEHOLDER}",
                names.join(", ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn options(list: &[(&str, Option<&str>)]) -> ForeignOptions {
        let own =
            |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
        list.iter().map(own).collect()
    }

    #[test]
    fn options_come_change_and_go_and_secrets_stay_away() {
        let before = options(&[("host", Some("a")), ("password", None), ("port", Some("1"))]);
        let after = options(&[("host", Some("b'c")), ("password", None), ("key", None)]);
        let pair = Pair::new(&before, &after);
        assert_snapshot!(change_foreign_options(Dialect::Postgres, pair).unwrap(), @r#"OPTIONS (DROP "port", SET "host" 'b''c', ADD "key" '<secret>')"#);
        assert_snapshot!(secrets_hazard(&"server", pair).unwrap().sentence, @"a revision holds no secrets: key of server must be set by hand where it says <secret>");
        assert_eq!(
            change_foreign_options(Dialect::Postgres, Pair::new(&after, &after)),
            None
        );
    }
}
