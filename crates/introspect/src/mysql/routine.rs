//! Functions and procedures: everything behind the name, as the server prints it.

use schemist_catalog::Expr;
use schemist_catalog::object::{Function, Routine};
use schemist_sql::{Ident, QualifiedName};

use super::cursor::Cursor;
use super::text::without_definer;

/// Reads a routine from the statement that the server prints for it.
pub(super) fn read_routine(name: &str, routine: Routine, text: &str) -> Function {
    let mut cursor = Cursor::new(without_definer(text));
    // `FUNCTION`, also with `AGGREGATE` before it, and the name.
    while let Some(word) = cursor.next() {
        if word.text.starts_with('`') {
            break;
        }
    }
    Function {
        name: QualifiedName::unqualified(Ident::from_server(name)),
        arguments: String::new(),
        routine,
        parameters: Vec::new(),
        returns: None,
        definition: Expr::from_server(cursor.rest()),
        comment: None,
    }
}
