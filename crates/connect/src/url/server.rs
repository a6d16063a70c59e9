//! The parts of a server's url.

use schemist_sql::Ident;
use secrecy::SecretString;

use super::parse::refuse;
use crate::ConnectError;

/// What a url says about a server; what it leaves open is the client library's default.
#[derive(Clone, Default)]
pub(crate) struct ServerUrl {
    pub(crate) scheme: &'static str,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) database: Option<String>,
    pub(crate) tls: Option<TlsMode>,
    pub(crate) tls_root: Option<String>,
    pub(crate) tls_certificate: Option<String>,
    pub(crate) tls_key: Option<String>,
    pub(crate) connect_timeout: Option<u64>,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) ignored: Vec<String>,
    // What comes before the last `@` has another one in it.
    pub(crate) has_raw_at: bool,
}

/// How much the connection insists on TLS, in libpq's words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl TlsMode {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    pub(crate) fn parse(word: &str) -> Result<Self, ConnectError> {
        match word.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Ok(Self::Disable),
            "allow" => Ok(Self::Allow),
            "prefer" | "preferred" => Ok(Self::Prefer),
            "require" | "required" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" | "verify-identity" => Ok(Self::VerifyFull),
            _ => Err(refuse(
                "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full",
            )),
        }
    }
}

impl ServerUrl {
    pub(crate) fn redacted(&self) -> String {
        let user = self.user.as_deref().unwrap_or_default();
        let password = if self.password.is_some() { ":***" } else { "" };
        let at = if user.is_empty() && password.is_empty() {
            ""
        } else {
            "@"
        };
        let host = self.host.as_deref().unwrap_or_default();
        let database = self
            .database
            .as_deref()
            .map_or(String::new(), |name| format!("/{name}"));
        if host.starts_with('/') {
            let port = self
                .port
                .map_or(String::new(), |port| format!("&port={port}"));
            let database = if database.is_empty() { "/" } else { &database };
            // PostgreSQL's word means the socket's folder, the others' the socket itself.
            if self.scheme != "postgres" {
                return format!(
                    "{}://{user}{password}{at}{database}?socket={host}",
                    self.scheme
                );
            }
            return format!(
                "{}://{user}{password}{at}{database}?host={host}{port}",
                self.scheme
            );
        }
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!(
            "{}://{user}{password}{at}{host}{port}{database}",
            self.scheme
        )
    }

    /// The first schema of the url's search path that is a name.
    pub(crate) fn first_schema(&self) -> Option<Ident> {
        let (_, path) = self
            .settings
            .iter()
            .rev()
            .find(|(name, _)| name == "search_path")?;
        names_of(path)
            .into_iter()
            .find(|name| name != "$user")
            .and_then(|name| Ident::parse(name).ok())
    }
}

/// Splits a list of names as the server does: folded unless quoted.
fn names_of(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut quoted = false;
    for c in list.chars() {
        let Some(name) = names.last_mut() else { break };
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => names.push(String::new()),
            c if quoted => name.push(c),
            c if c.is_whitespace() || c == '\'' => {}
            c => name.extend(c.to_lowercase()),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Reads libpq's `options`: `-c name=value`, `-cname=value` and `--name=value`.
pub(super) fn startup_settings(options: &str) -> Result<Vec<(String, String)>, ConnectError> {
    let mut settings = Vec::new();
    let mut words = words_of(options).into_iter();
    while let Some(word) = words.next() {
        let setting = match (word.strip_prefix("--"), word.strip_prefix("-c")) {
            (Some(setting), _) => setting.to_owned(),
            (None, Some("")) => words.next().unwrap_or_default(),
            (None, Some(setting)) => setting.to_owned(),
            (None, None) => return Err(refuse("its options are not of the form `-c name=value`")),
        };
        let Some((name, value)) = setting.split_once('=') else {
            return Err(refuse("its options are not of the form `-c name=value`"));
        };
        settings.push((
            name.replace('-', "_").to_ascii_lowercase(),
            value.to_owned(),
        ));
    }
    Ok(settings)
}

/// Splits at spaces that no backslash escapes.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            word.extend(chars.next());
        } else if !c.is_whitespace() {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}
