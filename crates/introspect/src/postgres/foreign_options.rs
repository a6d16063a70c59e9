//! Takes options of foreign things apart, and forgets at once what is secret in them.

use schemist_catalog::object::ForeignOptions;

/// Which options are secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// Those whose name or form says so.
    Named,
    /// All but those that are only switched on or off.
    All,
}

/// Takes `name=value` apart.
pub(super) fn foreign_options(list: Option<Vec<String>>, secrecy: Secrecy) -> ForeignOptions {
    let split = |option: String| {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        let is_secret = match secrecy {
            Secrecy::All => !is_switch(value),
            Secrecy::Named => !is_switch(value) && (names_secret(name) || holds_secret(value)),
        };
        let value = (!is_secret).then(|| value.to_owned());
        (name.to_owned(), value)
    };
    list.unwrap_or_default().into_iter().map(split).collect()
}

fn is_switch(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "on" | "off" | "yes" | "no"
    )
}

fn names_secret(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "pass",
        "pwd",
        "secret",
        "token",
        "apikey",
        "api_key",
        "access_key",
        "credential",
    ];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether a value is a connection string with a password in it.
fn holds_secret(value: &str) -> bool {
    let folded: String = value
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    let in_url = folded
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split(['/', '?']).next().unwrap_or("").contains('@'));
    in_url || folded.contains("password=") || folded.contains("pwd=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_forgotten() {
        let list = |secrecy| {
            let list = [
                "host=a",
                "PassWord=b=c",
                "dsn=x://u:p@h/d",
                "pwd_required=true",
            ];
            let list = list.iter().map(|option| (*option).to_owned()).collect();
            let options = foreign_options(Some(list), secrecy);
            let shown = options
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("?")));
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            list(Secrecy::Named),
            "PassWord=? dsn=? host=a pwd_required=true"
        );
        assert_eq!(
            list(Secrecy::All),
            "PassWord=? dsn=? host=? pwd_required=true"
        );
    }
}
