//! Sequences of MariaDB: a table with one row that says how they count.

use schemist_catalog::object::{Sequence, SequenceOptions};
use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::query::{Answer, Server};
use crate::IntrospectError;

/// How many values a session takes at once from a sequence that says nothing of it.
const CACHE: i64 = 1000;

/// Reads a sequence; where it stands is data.
pub(super) async fn read_sequence(
    server: &mut Server<'_>,
    relation: &Answer,
) -> Result<Sequence, IntrospectError> {
    let name = QualifiedName::unqualified(Ident::from_server(relation.text(0)));
    let mut script = Script::new(Dialect::Mysql);
    script.keyword(
        "SELECT start_value, minimum_value, maximum_value, increment, cache_size, cycle_option FROM ",
    );
    script.name(&name);
    let rows = server.ask("sequences", script.as_str()).await?;
    let row = rows.into_iter().next().unwrap_or_default();
    let number = |place: usize| row.text(place).parse::<i64>().ok();
    let increment = number(3).unwrap_or(1);
    // https://mariadb.com/kb/en/create-sequence/
    let (least, most) = if increment < 0 {
        (i64::MIN + 1, -1)
    } else {
        (1, i64::MAX - 1)
    };
    let (minimum, maximum) = (number(1), number(2));
    let unless = |value: Option<i64>, own: i64| value.filter(|value| *value != own);
    let options = SequenceOptions {
        start: number(0),
        increment: unless(Some(increment), 1),
        minimum: unless(minimum, least),
        maximum: unless(maximum, most),
        cache: unless(number(4), CACHE),
        cycles: row.text(5) == "1",
    };
    Ok(Sequence {
        name,
        data_type: "bigint".to_owned(),
        options,
        owned_by: None,
        unlogged: false,
        engine: relation
            .get(3)
            .filter(|engine| !engine.eq_ignore_ascii_case("InnoDB"))
            .map(str::to_owned),
        comment: relation
            .get(4)
            .filter(|comment| !comment.is_empty())
            .map(str::to_owned),
    })
}
