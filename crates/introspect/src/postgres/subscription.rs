//! Reads subscriptions, without the passwords of their connections.

use std::collections::BTreeMap;

use schemist_catalog::object::{
    SECRET_IN_URL, SECRET_PLACEHOLDER, Subscription, SubscriptionTerms,
};
use schemist_catalog::{Definition, Kind};
use schemist_sql::Ident;

use super::address::class;
use super::query::{Answer, Query};
use super::reading::Reading;
use crate::IntrospectError;

/// What everybody may ask of the server.
pub(super) const QUERY: Query = Query::new("subscriptions", include_str!("subscription.sql"));

/// What superusers may ask.
pub(super) const TERMS: Query = Query::new(
    "terms of subscriptions",
    include_str!("subscription_terms.sql"),
);

/// What takes its place for everybody else: only that there is a subscription is known.
pub(super) const NO_TERMS: Query = Query::new("terms of subscriptions", "SELECT WHERE false");

/// Reads the subscriptions of this database.
pub(super) async fn read(reading: &mut Reading<'_>) -> Result<(), IntrospectError> {
    for row in reading.answer(&QUERY).await? {
        let subscription = Subscription {
            name: Ident::from_server(row.get::<String>("name")?),
            terms: None,
            comment: None,
        };
        if let Some(omission) = reading.omission(Kind::Subscription, &subscription.id().name) {
            let words = format!("{} ({})", subscription.id(), omission.reason());
            reading.catalog.note_unmanaged(words);
        } else {
            reading.catalog.insert(subscription);
        }
    }
    for row in reading.answer(&TERMS).await? {
        let number = row.number("number")?;
        let subscription = Subscription {
            name: Ident::from_server(row.get::<String>("name")?),
            terms: Some(terms(&row)?),
            comment: reading.comment(class::SUBSCRIPTION, number),
        };
        if reading.catalog.get(&subscription.id()).is_some() {
            reading.insert(class::SUBSCRIPTION, number, subscription);
        }
    }
    Ok(())
}

fn terms(row: &Answer) -> Result<SubscriptionTerms, IntrospectError> {
    let connection: String = row.get("connection")?;
    let publications: Vec<String> = row.get("publications")?;
    let list: Vec<Option<String>> = row.get("options")?;
    let mut options = BTreeMap::new();
    for pair in list.chunks(2) {
        if let [Some(name), Some(value)] = pair {
            let value = match value.as_str() {
                "t" => "true",
                "f" => "false",
                "p" => "parallel",
                other => other,
            };
            options.insert(name.clone(), value.to_owned());
        }
    }
    Ok(SubscriptionTerms {
        connection: without_password(&connection),
        publications: publications.into_iter().collect(),
        slot: row.get("slot")?,
        options,
    })
}

/// Words of a connection that are secrets.
const SECRETS: [&str; 4] = [
    "password",
    "sslpassword",
    "oauth_client_secret",
    "scram_client_key",
];

/// The connection with a placeholder for each secret in it.
///
/// <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>
fn without_password(connection: &str) -> String {
    let is_url = ["postgresql://", "postgres://"]
        .iter()
        .any(|scheme| connection.starts_with(scheme));
    if is_url {
        without_password_in_url(connection)
    } else {
        without_password_in_words(connection)
    }
}

fn without_password_in_url(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            // What is not escaped would end the authority.
            Some((user, _)) => format!("{user}:{SECRET_IN_URL}@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let rest = match rest.split_once('?') {
        Some((path, query)) => {
            let parameters = query.split('&').map(|parameter| {
                let name = parameter.split_once('=').map(|(name, _)| name);
                match name.filter(|name| SECRETS.contains(name)) {
                    Some(name) => format!("{name}={SECRET_IN_URL}"),
                    None => parameter.to_owned(),
                }
            });
            let query: Vec<_> = parameters.collect();
            format!("{path}?{}", query.join("&"))
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{authority}{rest}")
}

/// `keyword = value`, the value perhaps in quotes, with backslashes before what would end it.
fn without_password_in_words(connection: &str) -> String {
    let mut shown = Vec::new();
    let mut rest = connection.trim_start();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else {
            // The server takes no such text.
            return format!("password={SECRET_PLACEHOLDER}");
        };
        let name = name.trim();
        let value = after.trim_start();
        let length = value_length(value);
        let (value, after) = value.split_at(length);
        let value = if SECRETS.contains(&name) {
            SECRET_PLACEHOLDER
        } else {
            value
        };
        shown.push(format!("{name}={value}"));
        rest = after.trim_start();
    }
    shown.join(" ")
}

fn value_length(text: &str) -> usize {
    let is_quoted = text.starts_with('\'');
    let mut is_escaped = false;
    for (at, sign) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if sign == '\\' {
            is_escaped = true;
        } else if is_quoted && at > 0 && sign == '\'' {
            return at + 1;
        } else if !is_quoted && sign.is_whitespace() {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_forgotten_in_every_form() {
        let pairs = [
            ("host=a password=b", "host=a password=<secret>"),
            (
                "password = 'it\\'s a b'  host= 'x y' dbname=z",
                "password=<secret> host='x y' dbname=z",
            ),
            ("password=a\\ b user=c", "password=<secret> user=c"),
            (
                "postgresql://u:p:q@h:1,i:2/d?a=b&password=c",
                "postgresql://u:%3Csecret%3E@h:1,i:2/d?a=b&password=%3Csecret%3E",
            ),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("", ""),
        ];
        for (connection, shown) in pairs {
            assert_eq!(without_password(connection), shown);
        }
    }
}
