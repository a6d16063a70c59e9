//! The words of SQLite that cannot stand for a name without quotes.

/// Whether a word in lower case needs quotes in SQLite to be a name and nothing else.
///
/// SQLite takes most of its keywords for names where they make no sense as keywords (`key`, `action`,
/// `row`); those that also start or continue an expression are here.
/// The list of all keywords is at <https://www.sqlite.org/lang_keywords.html>.
pub(crate) fn needs_quotes(word: &str) -> bool {
    SQLITE.binary_search(&word).is_ok()
}

const SQLITE: [&str; 89] = [
    "add",
    "all",
    "alter",
    "and",
    "as",
    "asc",
    "autoincrement",
    "begin",
    "between",
    "case",
    "cast",
    "check",
    "collate",
    "commit",
    "constraint",
    "create",
    "cross",
    "current",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exclude",
    "exists",
    "false",
    "filter",
    "foreign",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "in",
    "index",
    "indexed",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "limit",
    "match",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "nulls",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "primary",
    "raise",
    "references",
    "regexp",
    "returning",
    "right",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(SQLITE.is_sorted());
        assert!(needs_quotes("select") && !needs_quotes("key"));
    }
}
