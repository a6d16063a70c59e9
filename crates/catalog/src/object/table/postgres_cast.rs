//! How PostgreSQL gets values from one type to another.

/// How a column's values are carried over when its type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cast {
    /// The server does it by itself.
    Assignment,
    /// It has to be asked for.
    Explicit,
    /// There is no cast; the value is written as text and read again.
    ThroughText,
    /// The value becomes a JSON value.
    ToJson,
    /// The text of a JSON value is read as the other type.
    FromJson,
    /// The items of a JSON array become a list.
    ListFromJson,
    /// The value becomes a list of one item.
    ListOfOne,
    /// The only item of a list; a list of none or several stops the change.
    OnlyItem,
}

impl Cast {
    /// The expression that carries the values of a column over; `None` where none has to be written.
    pub(super) fn expression(self, column: &str, before: &str, after: &str) -> Option<String> {
        let is_list = |data_type: &str| data_type.ends_with("[]");
        Some(match self {
            Self::Assignment => return None,
            Self::Explicit => format!("{column}::{after}"),
            Self::ThroughText if is_list(before) && is_list(after) => {
                format!("{column}::text[]::{after}")
            }
            Self::ThroughText => format!("{column}::text::{after}"),
            Self::ToJson => format!("pg_catalog.to_{after}({column})"),
            Self::FromJson => format!("({column} #>> '{{}}')::{after}"),
            // A subquery over the items may not stand here.
            Self::ListFromJson => {
                format!("pg_catalog.translate({column}::text, '[]', '{{}}')::{after}")
            }
            Self::ListOfOne => {
                let item = match cast(before, after.trim_end_matches("[]")) {
                    Self::ThroughText => format!("{column}::text"),
                    _ => column.to_owned(),
                };
                format!("CASE WHEN {column} IS NOT NULL THEN ARRAY[{item}]::{after} END")
            }
            Self::OnlyItem => {
                format!("pg_catalog.translate({column}::text, '{{}}\"', '')::{after}")
            }
        })
    }
}

/// The type without its modifier, array brackets and time zone's precision: `varchar(3)` → `character varying`.
fn family(data_type: &str) -> String {
    let mut words = String::new();
    let mut depth = 0usize;
    for c in data_type.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => words.push(c),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_number(family: &str) -> bool {
    matches!(
        family,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision"
    )
}

fn is_text(family: &str) -> bool {
    matches!(
        family,
        "text" | "character varying" | "character" | "name" | "bpchar" | "citext"
    )
}

/// The casts of <https://www.postgresql.org/docs/current/catalog-pg-cast.html> that are not between
/// numbers or texts and that an assignment may use.
const ASSIGNMENTS: &[(&str, &[&str])] = &[
    (
        "date",
        &["timestamp without time zone", "timestamp with time zone"],
    ),
    (
        "timestamp without time zone",
        &["date", "time without time zone", "timestamp with time zone"],
    ),
    (
        "timestamp with time zone",
        &[
            "date",
            "time without time zone",
            "time with time zone",
            "timestamp without time zone",
        ],
    ),
    (
        "time without time zone",
        &["time with time zone", "interval"],
    ),
    ("time with time zone", &["time without time zone"]),
    ("interval", &["time without time zone"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("inet", &["cidr"]),
    ("cidr", &["inet"]),
    ("bit", &["bit varying"]),
    ("bit varying", &["bit"]),
    ("integer", &["money"]),
    ("bigint", &["money"]),
    ("numeric", &["money"]),
    ("money", &["numeric"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
];

/// The casts that have to be asked for.
const EXPLICITS: &[(&str, &[&str])] = &[
    ("boolean", &["integer"]),
    ("integer", &["boolean", "bit"]),
    ("bigint", &["bit"]),
    ("bit", &["integer", "bigint"]),
    (
        "jsonb",
        &[
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
        ],
    ),
];

fn is_json(data_type: &str) -> bool {
    matches!(data_type, "json" | "jsonb")
}

/// How values get from JSON or to it, where the server has no cast of its own.
pub(super) fn json_cast(before: &str, after: &str) -> Option<Cast> {
    let (from, to) = (family(before), family(after));
    if is_json(after) && !is_json(before) && !is_text(&from) {
        return Some(Cast::ToJson);
    }
    if !is_json(before) || is_json(after) || is_text(&to) {
        return None;
    }
    let has_cast = EXPLICITS
        .iter()
        .any(|(known, to)| *known == before && to.contains(&after));
    if has_cast {
        None
    } else if after.ends_with("[]") {
        Some(Cast::ListFromJson)
    } else {
        Some(Cast::FromJson)
    }
}

/// How values get from one type to the other; types in the server's words.
pub(super) fn cast(before: &str, after: &str) -> Cast {
    if let Some(cast) = json_cast(before, after) {
        return cast;
    }
    let (before_is_array, after_is_array) = (before.ends_with("[]"), after.ends_with("[]"));
    let (before, after) = (
        family(before.trim_end_matches("[]")),
        family(after.trim_end_matches("[]")),
    );
    match (before_is_array, after_is_array) {
        (true, false) if is_text(&after) => return Cast::Assignment,
        (true, false) => return Cast::OnlyItem,
        // Text can be a list as the server writes one: '{…}'.
        (false, true) if is_text(&before) => return Cast::Explicit,
        (false, true) => return Cast::ListOfOne,
        (true, true) | (false, false) => {}
    }
    let among = |table: &[(&str, &[&str])]| {
        table
            .iter()
            .any(|(from, to)| *from == before && to.contains(&after.as_str()))
    };
    if before == after
        || is_text(&after)
        || (is_number(&before) && is_number(&after))
        || among(ASSIGNMENTS)
    {
        Cast::Assignment
    } else if is_text(&before) || among(EXPLICITS) {
        Cast::Explicit
    } else {
        Cast::ThroughText
    }
}

/// Whether the values stay as they lie, and the table is not written anew.
pub(super) fn is_free(before: &str, after: &str) -> bool {
    let length = |data_type: &str| -> Option<u32> {
        data_type
            .split_once('(')?
            .1
            .split([',', ')'])
            .next()?
            .parse()
            .ok()
    };
    let (from, to) = (family(before), family(after));
    match (from.as_str(), to.as_str()) {
        ("character varying" | "text", "text") | ("text", "character varying")
            if length(after).is_none() =>
        {
            true
        }
        ("character varying", "character varying") => match (length(before), length(after)) {
            (_, None) => true,
            (Some(shorter), Some(longer)) => shorter <= longer,
            (None, Some(_)) => false,
        },
        ("cidr", "inet") => true,
        ("numeric", "numeric") => length(after).is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_the_servers_own() {
        assert_eq!(cast("integer", "bigint"), Cast::Assignment);
        assert_eq!(cast("integer", "text"), Cast::Assignment);
        assert_eq!(cast("text", "integer"), Cast::Explicit);
        assert_eq!(cast("boolean", "integer"), Cast::Explicit);
        assert_eq!(cast("uuid", "integer"), Cast::ThroughText);
        assert_eq!(
            cast("character varying(3)", "character varying(9)"),
            Cast::Assignment
        );
        assert_eq!(
            cast("timestamp(3) with time zone", "date"),
            Cast::Assignment
        );
        assert_eq!(cast("text[]", "integer[]"), Cast::Explicit);
        assert_eq!(cast("text[]", "text"), Cast::Assignment);
        assert_eq!(cast("text", "text[]"), Cast::Explicit);
        assert_eq!(cast("integer[]", "integer"), Cast::OnlyItem);
        assert_eq!(cast("integer", "bigint[]"), Cast::ListOfOne);
    }

    #[test]
    fn an_item_of_a_list_goes_through_text_where_there_is_no_cast() {
        let expression = |before| Cast::ListOfOne.expression("c", before, "pair[]").unwrap();
        assert_eq!(
            expression("integer"),
            "CASE WHEN c IS NOT NULL THEN ARRAY[c::text]::pair[] END"
        );
        assert_eq!(
            expression("text"),
            "CASE WHEN c IS NOT NULL THEN ARRAY[c]::pair[] END"
        );
    }

    #[test]
    fn json_takes_every_value_and_gives_it_back() {
        assert_eq!(cast("text", "jsonb"), Cast::Explicit);
        assert_eq!(cast("jsonb", "text"), Cast::Assignment);
        assert_eq!(cast("jsonb", "integer"), Cast::Explicit);
        let expression = |before, after| {
            cast(before, after)
                .expression("c", before, after)
                .unwrap_or_default()
        };
        assert_eq!(expression("date", "jsonb"), "pg_catalog.to_jsonb(c)");
        assert_eq!(expression("text[]", "json"), "pg_catalog.to_json(c)");
        assert_eq!(expression("jsonb", "date"), "(c #>> '{}')::date");
        assert_eq!(
            expression("jsonb", "text[]"),
            "pg_catalog.translate(c::text, '[]', '{}')::text[]"
        );
    }

    #[test]
    fn only_what_is_not_written_anew_is_free() {
        assert!(is_free("character varying(3)", "character varying(9)"));
        assert!(is_free("character varying(3)", "text"));
        assert!(!is_free("character varying(9)", "character varying(3)"));
        assert!(!is_free("integer", "bigint"));
    }
}
