//! Views: the query as the server prints it, without the database's name and without who made it.

use std::collections::BTreeMap;

use schemist_catalog::Expr;
use schemist_catalog::object::View;
use schemist_sql::{Ident, QualifiedName};

use super::cursor::{Cursor, Unread};
use super::text::without_database;
use crate::IntrospectError;

/// Reads a view from the statement that the server prints for it.
pub(super) fn read_view(name: &str, text: &str, database: &str) -> Result<View, IntrospectError> {
    let text = without_database(text, database);
    read_statement(name, &text)
        .map_err(|unread| IntrospectError::unreadable(format!("view \"{name}\""), unread.reason()))
}

fn read_statement(name: &str, text: &str) -> Result<View, Unread> {
    let mut cursor = Cursor::new(text);
    let mut options = BTreeMap::new();
    cursor.expect(&["CREATE"])?;
    while !cursor.eat(&["VIEW"]) {
        if cursor.eat(&["ALGORITHM"]) {
            cursor.expect_sign('=')?;
            let algorithm = cursor.name()?;
            if algorithm.as_str() != "UNDEFINED" {
                options.insert("algorithm".to_owned(), algorithm.as_str().to_owned());
            }
        } else if cursor.eat(&["SQL", "SECURITY"]) {
            let security = cursor.name()?;
            if security.as_str() != "DEFINER" {
                options.insert("security".to_owned(), security.as_str().to_owned());
            }
        } else {
            cursor.skip()?;
        }
    }
    cursor.name()?;
    if cursor.peek().is_some_and(|word| word.is_punct('(')) {
        cursor.parentheses()?;
    }
    cursor.expect(&["AS"])?;
    let mut query = cursor.rest();
    for check in ["CASCADED", "LOCAL"] {
        let tail = format!(" WITH {check} CHECK OPTION");
        if let Some(head) = query.strip_suffix(tail.as_str()) {
            query = head;
            options.insert("check".to_owned(), check.to_owned());
        }
    }
    Ok(View {
        name: QualifiedName::unqualified(Ident::from_server(name)),
        columns: Vec::new(),
        query: Expr::from_server(query),
        options: options.into_iter().collect(),
        comment: None,
        column_comments: BTreeMap::new(),
        defaults: BTreeMap::new(),
    })
}
