//! Forms of SQL text in which differences without a meaning are gone.

use std::collections::BTreeSet;

use crate::keywords::needs_quotes;
use crate::name::unquoted;
use crate::{Dialect, Span, StatementKind, TokenKind, Word, statements, tokens, words};

/// Writes an expression or a stored statement so that two that mean the same are mostly the same text.
///
/// Keywords and unquoted names are folded to lower case, needless quotes around names, comments and
/// outer parentheses are removed, one blank stands between any two tokens; strings and numbers stay.
/// It serves SQLite, which keeps text as it was typed; the other servers print in words of their own,
/// so that their quoted names are left alone.
///
/// SQLite takes `"Abc"` for a string where nothing has that name, and then its case counts. Without
/// the names, see [`normal_form_among`], only `"abc"` loses its quotes.
pub fn normal_form(dialect: Dialect, text: &str) -> String {
    normal(dialect, text, None)
}

/// Like [`normal_form`], for a text in which only `names` can be meant.
///
/// The names are in the form of [`Dialect::folded`]. Any other text in double quotes is a string:
/// <https://www.sqlite.org/quirks.html#dblquote>.
pub fn normal_form_among(dialect: Dialect, text: &str, names: &BTreeSet<String>) -> String {
    normal(dialect, text, Some(names))
}

fn normal(dialect: Dialect, text: &str, names: Option<&BTreeSet<String>>) -> String {
    let last = words(dialect, text)
        .filter(|word| !word.is_punct(';'))
        .last();
    let text =
        strip_outer_parentheses(dialect, &text[..last.map_or(0, |word| word.token.span.end)]);
    let mut normal = String::with_capacity(text.len());
    for word in words(dialect, text) {
        if !normal.is_empty() {
            normal.push(' ');
        }
        match word.token.kind {
            TokenKind::Word => normal.push_str(&word.text.to_ascii_lowercase()),
            TokenKind::QuotedName => normal.push_str(&normal_name(dialect, word.text, names)),
            _ => normal.push_str(word.text),
        }
    }
    normal
}

fn normal_name(dialect: Dialect, written: &str, names: Option<&BTreeSet<String>>) -> String {
    let name = match dialect {
        Dialect::Sqlite => unquoted(written).unwrap_or_else(|| written.to_owned()),
        Dialect::Postgres | Dialect::Mysql => return written.to_owned(),
    };
    let folded = dialect.folded(&name);
    if written.starts_with('"') {
        match names {
            Some(names) if !names.contains(&folded) => {
                return format!("'{}'", name.replace('\'', "''"));
            }
            Some(_) => {}
            None if folded != name => return written.to_owned(),
            None => {}
        }
    }
    let starts_well = folded.starts_with(|c: char| c == '_' || c.is_ascii_lowercase());
    let goes_on_well = folded
        .chars()
        .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
    if starts_well && goes_on_well && !needs_quotes(&folded) {
        return folded;
    }
    format!("\"{}\"", folded.replace('"', "\"\""))
}

/// The part of an expression within the parentheses that are around the whole of it.
///
/// They stay around a list and around a query, where they are no mere grouping.
pub fn strip_outer_parentheses(dialect: Dialect, text: &str) -> &str {
    let words: Vec<Word<'_>> = words(dialect, text).collect();
    let pairs = pairs(&words);
    let (mut first, mut last) = (0, words.len());
    while first < last
        && pairs[first].is_some_and(|pair| pair.closing + 1 == last && pair.holds == Holds::One)
    {
        let is_query = words[first + 1].is_one_of(&["select", "values", "with"]);
        if is_query || first + 2 == last {
            break;
        }
        first += 1;
        last -= 1;
    }
    match words.get(first..last) {
        Some([only]) => only.text,
        Some([first, .., last]) => Span::new(first.start(), last.token.span.end).slice(text),
        Some([]) | None => "",
    }
}

/// Parentheses that belong together.
#[derive(Debug, Clone, Copy)]
struct Parentheses {
    /// Which word closes them.
    closing: usize,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    One,
    List,
}

/// For each word the parentheses that it opens.
fn pairs(words: &[Word<'_>]) -> Vec<Option<Parentheses>> {
    let mut pairs = vec![None; words.len()];
    let mut open: Vec<(usize, Holds)> = Vec::new();
    for (i, word) in words.iter().enumerate() {
        match word.token.kind {
            TokenKind::Punct('(') => open.push((i, Holds::One)),
            TokenKind::Punct(')') => {
                if let Some((opening, holds)) = open.pop() {
                    pairs[opening] = Some(Parentheses { closing: i, holds });
                }
            }
            TokenKind::Punct(',') => {
                if let Some((_, holds)) = open.last_mut() {
                    *holds = Holds::List;
                }
            }
            _ => {}
        }
    }
    pairs
}

/// The statements of a text in a form that stays the same while their meaning does, for checksums.
///
/// Comments, blank lines, indentation and line ends do not count, the last ones not even within
/// strings, since a checkout may change them; every other character of a string or a body does.
pub fn significant_text(dialect: Dialect, text: &str) -> String {
    let Ok(statements) = statements(dialect, text) else {
        return with_plain_line_ends(text);
    };
    let mut significant = String::with_capacity(text.len());
    for statement in statements {
        match statement.kind {
            StatementKind::Sql => push_tokens(&mut significant, dialect, statement.text(text)),
            StatementKind::MetaCommand => significant.push_str(statement.text(text)),
            StatementKind::Copy { data } => {
                push_tokens(&mut significant, dialect, statement.text(text));
                significant.push_str(";\n");
                significant.push_str(data.slice(text));
                significant.push_str("\\.");
            }
        }
        significant.push_str(";\n");
    }
    with_plain_line_ends(&significant)
}

fn push_tokens(significant: &mut String, dialect: Dialect, statement: &str) {
    let tokens = tokens(dialect, statement).filter(|token| token.is_significant());
    for (i, token) in tokens.enumerate() {
        if i > 0 {
            significant.push(' ');
        }
        significant.push_str(token.span.slice(statement));
    }
}

fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(text: &str) -> String {
        normal_form(Dialect::Sqlite, text)
    }

    #[test]
    fn case_quotes_comments_and_blanks_do_not_matter() {
        let normal = check("\"a\" > 0 AND [B]<>`c` /* x */ OR x IN ('A', X'0A', 1E3)");
        assert_snapshot!(normal, @"a > 0 and b <> c or x in ( 'A' , X'0A' , 1E3 )");
        assert_eq!(
            check("((A>0 and b <> C -- y\nor X in('A',X'0A',1E3)));"),
            normal
        );
    }

    #[test]
    fn quotes_stay_where_they_are_needed() {
        assert_snapshot!(check("[Order] = `a b` || \"a\"\"b\" || [1st] || `key` || [ÄÖ] || \"\""), @r#""order" = "a b" || "a""b" || "1st" || key || "ÄÖ" || """#);
    }

    #[test]
    fn text_in_double_quotes_may_be_a_string() {
        assert_snapshot!(check(r#"state in ("Yes", "no", "It's")"#), @r#"state in ( "Yes" , no , "It's" )"#);
        let names = BTreeSet::from(["state".to_owned(), "order".to_owned()]);
        let among = normal_form_among(
            Dialect::Sqlite,
            r#""State" in ("Yes", "no", "It's", "ORDER")"#,
            &names,
        );
        assert_snapshot!(among, @r#"state in ( 'Yes' , 'no' , 'It''s' , "order" )"#);
    }

    #[test]
    fn other_servers_print_names_in_words_of_their_own() {
        assert_snapshot!(normal_form(Dialect::Postgres, r#"(("A" = lower(B)))"#), @r#""A" = lower ( b )"#);
        assert_snapshot!(normal_form(Dialect::Mysql, "(`a` = LOWER(\"B\"))"), @r#"`a` = lower ( "B" )"#);
    }

    #[test]
    fn parentheses_go_where_they_hold_one_expression() {
        let check = |text| strip_outer_parentheses(Dialect::Sqlite, text).to_owned();
        assert_snapshot!(check(" ( ( a + (b) ) /* c */ ) -- d"), @"a + (b)");
        assert_snapshot!(check("(a) + (b)"), @"(a) + (b)");
        assert_snapshot!(check("((f(a, ')')))"), @"f(a, ')')");
        assert_snapshot!(check("((a, b))"), @"(a, b)");
        assert_snapshot!(check("((select a))"), @"(select a)");
        assert_snapshot!(check("()"), @"()");
        assert_snapshot!(check("((a)"), @"((a)");
        assert_snapshot!(check("(\"select\")"), @r#""select""#);
        assert_snapshot!(check(" "), @"");
    }

    #[test]
    fn checksums_see_what_the_database_sees() {
        let check = |text: &str| significant_text(Dialect::Postgres, text);
        let text = "-- a\ncreate function f() as $$\n  -- b\n\n  x $$;\nselect  'A  b', (1)";
        assert_snapshot!(check(text), @"
        create function f ( ) as $$
          -- b

          x $$;
        select 'A  b' , ( 1 );
        ");
        let same = "create function f ( ) as $$\r\n  -- b\r\n\r\n  x $$;\r\n\r\n\r\n;select /* c */ 'A  b',\n ( 1 -- d\n );-- e";
        assert_eq!(check(same), check(text));
        for other in [
            text.replace("-- b", "-- c"),
            text.replace("A  b", "A b"),
            text.replace("(1)", "1"),
        ] {
            assert_ne!(check(&other), check(text));
        }
        assert_snapshot!(check("\\connect  a\nCOPY  t FROM stdin;\n1\t\t2\n\\.\n"), @r"
        \connect  a;
        COPY t FROM stdin;
        1		2
        \.;
        ");
        assert_snapshot!(check("select 'a -- b"), @"select 'a -- b");
        assert_snapshot!(significant_text(Dialect::Mysql, "/*!40101  set a */;\nDELIMITER //\nselect 1 //"), @"
        /*!40101 set a */;
        select 1;
        ");
    }
}
