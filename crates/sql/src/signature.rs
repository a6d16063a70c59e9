//! Tells functions of one name apart by the types of their arguments (PostgreSQL).

use crate::{Dialect, TokenKind, Word, words};

/// The types of a list of arguments, in the words of the server where they are known.
///
/// Modes, names, defaults and the length of a type do not tell two functions apart, and neither do
/// arguments that are only given back.
pub(crate) fn signature(arguments: &str) -> String {
    let mut types = Vec::new();
    let mut argument = Vec::new();
    let mut depth = 0;
    for word in words(Dialect::Postgres, arguments) {
        match word.token.kind {
            TokenKind::Punct('(' | '[') => depth += 1,
            TokenKind::Punct(')' | ']') => depth -= 1,
            TokenKind::Punct(',') if depth == 0 => {
                types.extend(argument_type(&argument));
                argument.clear();
                continue;
            }
            _ => {}
        }
        argument.push(word);
    }
    types.extend(argument_type(&argument));
    types.join(", ")
}

const MODES: [&str; 4] = ["in", "out", "inout", "variadic"];

/// The words with which types of several words start, and those that follow them.
const LONG_TYPES: [&str; 8] = [
    "double",
    "character",
    "char",
    "national",
    "nchar",
    "bit",
    "time",
    "timestamp",
];
const IN_LONG_TYPES: [&str; 6] = [
    "precision",
    "varying",
    "character",
    "char",
    "with",
    "without",
];

fn argument_type(argument: &[Word<'_>]) -> Option<String> {
    let is_default = |word: &Word<'_>| word.is("default") || matches!(word.text, "=" | ":=");
    let end = argument
        .iter()
        .position(is_default)
        .unwrap_or(argument.len());
    let mut words = &argument[..end];
    // The mode stands before the name or behind it.
    let before_type = words.iter().take(words.len().saturating_sub(1)).take(2);
    if let Some(mode) = before_type
        .into_iter()
        .position(|word| word.is_one_of(&MODES))
    {
        if words[mode].is("out") {
            return None;
        }
        words = &words[mode + 1..];
        if mode == 1 {
            return Some(type_name(words));
        }
    }
    if let [name, second, ..] = words
        && is_name(*name)
        && is_name(*second)
        && !second.is("array")
        && !(name.is_one_of(&LONG_TYPES) && second.is_one_of(&IN_LONG_TYPES))
    {
        words = &words[1..];
    }
    (!words.is_empty()).then(|| type_name(words))
}

const fn is_name(word: Word<'_>) -> bool {
    matches!(word.token.kind, TokenKind::Word | TokenKind::QuotedName)
}

/// The name of a type without its length, with `[]` for any number of dimensions.
fn type_name(words: &[Word<'_>]) -> String {
    let mut name = String::new();
    let mut depth = 0;
    let mut suffix = "";
    for word in words {
        match word.token.kind {
            TokenKind::Punct('(') => depth += 1,
            TokenKind::Punct(')') => depth -= 1,
            TokenKind::Punct('[') => suffix = "[]",
            _ if depth > 0 || suffix == "[]" => {}
            TokenKind::Punct('.') => name.push('.'),
            _ if word.is("array") => suffix = "[]",
            _ => {
                if !name.is_empty() && !name.ends_with('.') {
                    name.push(' ');
                }
                let kept = word.name(Dialect::Postgres);
                name.push_str(kept.as_ref().map_or(word.text, AsRef::as_ref));
            }
        }
    }
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    server_name(name).to_owned() + suffix
}

/// The server's own word for a type that has several:
/// <https://www.postgresql.org/docs/current/datatype.html#DATATYPE-TABLE>.
fn server_name(name: &str) -> &str {
    match name {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "bool" => "boolean",
        "float" | "float8" => "double precision",
        "float4" => "real",
        "decimal" => "numeric",
        "varchar"
        | "char varying"
        | "national character varying"
        | "national char varying"
        | "nchar varying" => "character varying",
        "char" | "bpchar" | "national character" | "national char" | "nchar" => "character",
        "varbit" => "bit varying",
        "timestamptz" => "timestamp with time zone",
        "timestamp without time zone" => "timestamp",
        "timetz" => "time with time zone",
        "time without time zone" => "time",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn types_alone_tell_functions_apart() {
        assert_snapshot!(signature("a int, b varchar(10) = 'x, y', \"C\" public.\"T\"[][] DEFAULT f(1, 2)"), @"integer, character varying, public.T[]");
        assert_snapshot!(signature("integer, double precision, x double precision, timestamp(3) with time zone, t timestamptz"), @"integer, double precision, double precision, timestamp with time zone, timestamp with time zone");
        assert_snapshot!(signature("IN a int, OUT b text, c INOUT numeric(3, 2), d OUT int, VARIADIC e text[], VARIADIC int4 ARRAY"), @"integer, numeric, text[], integer[]");
        assert_snapshot!(signature("pg_catalog.int8, s.t, *"), @"bigint, s.t, *");
        assert_snapshot!(signature(" "), @"");
    }
}
