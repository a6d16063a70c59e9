//! Events: everything behind the name, as the server prints it.

use schemist_catalog::Expr;
use schemist_catalog::object::Event;
use schemist_sql::{Ident, QualifiedName};

use super::cursor::Cursor;
use super::text::without_definer;

/// Whether the schedule begins when somebody wrote it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// It does.
    Written,
    /// It begins when the event was made, because nothing is written.
    WhenMade,
}

/// Reads an event from the statement that the server prints for it.
pub(super) fn read_event(name: &str, text: &str, beginning: Beginning) -> Event {
    let mut cursor = Cursor::new(without_definer(text));
    while let Some(word) = cursor.next() {
        if word.text.starts_with('`') {
            break;
        }
    }
    let mut definition = cursor.rest().to_owned();
    if beginning == Beginning::WhenMade
        && let Some((head, rest)) = definition.split_once(" STARTS '")
        && let Some((_, tail)) = rest.split_once('\'')
    {
        definition = format!("{head}{tail}");
    }
    Event {
        name: QualifiedName::unqualified(Ident::from_server(name)),
        definition: Expr::from_server(definition),
    }
}
