//! Cuts SQL text into tokens, without a gap and without an error.

use crate::{Dialect, Span, Token, TokenKind, Unclosed};

/// Cuts a text into tokens whose spans join up to the whole text.
///
/// Something that is never closed becomes a token of the kind [`TokenKind::Unclosed`].
pub const fn tokens(dialect: Dialect, text: &str) -> Tokens<'_> {
    Tokens {
        dialect,
        text,
        at: 0,
        executable: 0,
    }
}

/// The tokens of a text; made by [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    dialect: Dialect,
    text: &'a str,
    at: usize,
    /// How many executable comments are open, see [`TokenKind::Executable`].
    executable: usize,
}

impl Tokens<'_> {
    /// Where the next token starts.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Goes on from another place, outside of everything that is open.
    pub(crate) const fn go_to(&mut self, at: usize) {
        self.at = at;
        self.executable = 0;
    }

    /// Whether the next token stands in an executable comment.
    pub(crate) const fn is_in_executable(&self) -> bool {
        self.executable > 0
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.text.len() {
            return None;
        }
        let (kind, end) = self.read();
        debug_assert!(
            end > self.at && self.text.is_char_boundary(end),
            "a token is whole and not empty"
        );
        let token = Token {
            kind,
            span: Span::new(self.at, end),
        };
        self.at = end;
        Some(token)
    }
}

const BOM: &[u8] = "\u{feff}".as_bytes();

impl Tokens<'_> {
    /// The byte `ahead` of the current one; 0 behind the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + ahead)
            .copied()
            .unwrap_or(0)
    }

    /// The first offset from `from` on whose byte is not `wanted`.
    fn end_of(&self, from: usize, wanted: impl Fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = from;
        while end < bytes.len() && wanted(bytes[end]) {
            end += 1;
        }
        end
    }

    fn read(&mut self) -> (TokenKind, usize) {
        let first = self.peek(0);
        if is_space(first) || self.rest().starts_with(BOM) {
            return (TokenKind::Space, self.space());
        }
        if let Some(found) = self.comment() {
            return found;
        }
        if let Some(found) = self.quoted() {
            return found;
        }
        if first.is_ascii_digit() || (first == b'.' && self.peek(1).is_ascii_digit()) {
            return self.number();
        }
        if self.starts_word(first) {
            return (TokenKind::Word, self.word(self.at));
        }
        if let Some(end) = self.parameter() {
            return (TokenKind::Parameter, end);
        }
        if matches!(
            first,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' | b'.'
        ) {
            return (TokenKind::Punct(char::from(first)), self.at + 1);
        }
        (TokenKind::Operator, self.at + self.operator())
    }

    fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn space(&self) -> usize {
        let mut end = self.at;
        loop {
            let next = self.end_of(end, is_space);
            if !self.text.as_bytes()[next..].starts_with(BOM) {
                return next;
            }
            end = next + BOM.len();
        }
    }

    fn word(&self, from: usize) -> usize {
        self.end_of(from, is_word_part)
    }

    const fn starts_word(&self, byte: u8) -> bool {
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => is_word_start(byte),
            Dialect::Mysql => is_word_start(byte) || byte == b'$',
        }
    }

    fn comment(&mut self) -> Option<(TokenKind, usize)> {
        match (self.peek(0), self.peek(1)) {
            (b'-', b'-') => {
                let third = self.peek(2);
                let is_comment = match self.dialect {
                    Dialect::Postgres | Dialect::Sqlite => true,
                    // https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-comments.html
                    Dialect::Mysql => is_space(third) || third.is_ascii_control(),
                };
                is_comment.then(|| (TokenKind::Comment, self.line_end()))
            }
            (b'#', _) => match self.dialect {
                Dialect::Postgres | Dialect::Sqlite => None,
                Dialect::Mysql => Some((TokenKind::Comment, self.line_end())),
            },
            (b'/', b'*') => Some(self.block_comment()),
            (b'*', b'/') if self.executable > 0 => {
                self.executable -= 1;
                Some((TokenKind::Executable, self.at + 2))
            }
            _ => None,
        }
    }

    /// The end of the line, without its line end.
    fn line_end(&self) -> usize {
        let end = match self.dialect {
            Dialect::Postgres => self.end_of(self.at, |b| b != b'\n' && b != b'\r'),
            Dialect::Sqlite | Dialect::Mysql => self.end_of(self.at, |b| b != b'\n'),
        };
        let line = &self.text[self.at..end];
        self.at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    fn block_comment(&mut self) -> (TokenKind, usize) {
        let end = match self.dialect {
            Dialect::Postgres => self.nested_comment_end(),
            Dialect::Sqlite => self.plain_comment_end(),
            Dialect::Mysql => {
                if let Some(opening) = self.executable_opening() {
                    self.executable += 1;
                    return (TokenKind::Executable, opening);
                }
                self.plain_comment_end()
            }
        };
        end.map_or(
            (TokenKind::Unclosed(Unclosed::Comment), self.text.len()),
            |end| (TokenKind::Comment, end),
        )
    }

    fn plain_comment_end(&self) -> Option<usize> {
        let from = self.at + 2;
        self.text[from..].find("*/").map(|i| from + i + 2)
    }

    fn nested_comment_end(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut depth = 0;
        let mut at = self.at;
        while at + 1 < bytes.len() {
            match (bytes[at], bytes[at + 1]) {
                (b'/', b'*') => {
                    depth += 1;
                    at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => at += 1,
            }
        }
        None
    }

    /// The end of `/*!`, `/*!40101` or `/*M!100100`, where this is one that some server runs.
    fn executable_opening(&self) -> Option<usize> {
        let rest = self.rest();
        let mark = if rest.starts_with(b"/*!") {
            3
        } else if rest.starts_with(b"/*M!") {
            4
        } else {
            return None;
        };
        let digits = self.end_of(self.at + mark, |b| b.is_ascii_digit()) - self.at - mark;
        let digits = if digits >= 5 { digits.min(6) } else { 0 };
        let end = self.at + mark + digits;
        // MariaDB's dumps begin with a command for its client behind a version that no server reaches:
        // https://mariadb.com/docs/server/clients-and-utilities/backup-restore-and-import-clients/mariadb-dump
        (&self.text[self.at + mark..end] != "999999").then_some(end)
    }
}

/// Quotes of all kinds.
impl Tokens<'_> {
    fn quoted(&self) -> Option<(TokenKind, usize)> {
        let first = self.peek(0);
        if let Some(prefix) = self.string_prefix() {
            let escapes = match self.dialect {
                Dialect::Postgres => prefix == 1 && first.eq_ignore_ascii_case(&b'e'),
                Dialect::Sqlite => false,
                Dialect::Mysql => self.dialect.escapes_backslashes(),
            };
            return Some(self.quote(prefix, Unclosed::String, escapes.into()));
        }
        match self.dialect {
            Dialect::Postgres => match first {
                b'"' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                b'U' | b'u' if self.peek(1) == b'&' && self.peek(2) == b'"' => {
                    Some(self.quote(2, Unclosed::Name, Backslash::Plain))
                }
                b'$' => self.dollar_quote(),
                _ => None,
            },
            Dialect::Sqlite => match first {
                b'"' | b'`' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                b'[' => {
                    let end = self.text[self.at..].find(']').map(|i| self.at + i + 1);
                    Some(self.closed(Unclosed::Name, end))
                }
                _ => None,
            },
            Dialect::Mysql => match first {
                b'"' => Some(self.quote(0, Unclosed::String, Backslash::Escapes)),
                b'`' => Some(self.quote(0, Unclosed::Name, Backslash::Plain)),
                _ => None,
            },
        }
    }

    /// How many characters stand before the `'` of a string that starts here.
    fn string_prefix(&self) -> Option<usize> {
        if self.peek(0) == b'\'' {
            return Some(0);
        }
        let first = self.peek(0).to_ascii_lowercase();
        let prefixes: &[u8] = match self.dialect {
            Dialect::Postgres => b"ebxn",
            Dialect::Sqlite => b"x",
            Dialect::Mysql => b"xbn",
        };
        if prefixes.contains(&first) && self.peek(1) == b'\'' {
            return Some(1);
        }
        match self.dialect {
            Dialect::Postgres => {
                (first == b'u' && self.peek(1) == b'&' && self.peek(2) == b'\'').then_some(2)
            }
            Dialect::Sqlite | Dialect::Mysql => None,
        }
    }

    /// Reads up to the quote that closes the one after the prefix; a doubled quote closes nothing.
    fn quote(&self, prefix: usize, what: Unclosed, backslash: Backslash) -> (TokenKind, usize) {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at + prefix];
        let mut at = self.at + prefix + 1;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'\\' && backslash == Backslash::Escapes {
                at += 2;
            } else if byte != quote {
                at += 1;
            } else if bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return self.closed(what, Some(at + 1));
            }
        }
        self.closed(what, None)
    }

    fn dollar_quote(&self) -> Option<(TokenKind, usize)> {
        let tag_end = match self.peek(1) {
            b'$' => self.at + 1,
            first if is_word_start(first) => {
                let end = self.end_of(self.at + 1, |b| is_word_part(b) && b != b'$');
                (self.text.as_bytes().get(end) == Some(&b'$')).then_some(end)?
            }
            _ => return None,
        };
        let mark = &self.text[self.at..=tag_end];
        let body = tag_end + 1;
        let end = self.text[body..].find(mark).map(|i| body + i + mark.len());
        Some(self.closed(Unclosed::DollarQuote, end))
    }

    fn closed(&self, what: Unclosed, end: Option<usize>) -> (TokenKind, usize) {
        let Some(end) = end else {
            return (TokenKind::Unclosed(what), self.text.len());
        };
        let kind = if what == Unclosed::Name {
            TokenKind::QuotedName
        } else {
            TokenKind::String
        };
        (kind, end)
    }
}

/// Numbers, parameters and operators.
impl Tokens<'_> {
    fn number(&self) -> (TokenKind, usize) {
        let bytes = self.text.as_bytes();
        let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
        if self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X' | b'b' | b'B' | b'o' | b'O') {
            let end = self.word(self.at);
            return (TokenKind::Number, end);
        }
        let mut end = self.end_of(self.at, |b| b.is_ascii_digit() || b == b'_');
        if at(end) == b'.' && at(end + 1) != b'.' {
            end = self.end_of(end + 1, |b| b.is_ascii_digit() || b == b'_');
        }
        if matches!(at(end), b'e' | b'E') {
            let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
            if at(end + 1 + sign).is_ascii_digit() {
                end = self.end_of(end + 1 + sign, |b| b.is_ascii_digit() || b == b'_');
            }
        }
        match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => (TokenKind::Number, end),
            // A name may start with a digit: https://dev.mysql.com/doc/refman/8.4/en/identifiers.html
            Dialect::Mysql if is_word_part(at(end)) => (TokenKind::Word, self.word(end)),
            Dialect::Mysql => (TokenKind::Number, end),
        }
    }

    fn parameter(&self) -> Option<usize> {
        let digits = || self.end_of(self.at + 1, |b| b.is_ascii_digit());
        let word = |from| is_word_part(self.peek(from)).then(|| self.word(self.at + from));
        match self.dialect {
            Dialect::Postgres => {
                (self.peek(0) == b'$' && self.peek(1).is_ascii_digit()).then(digits)
            }
            Dialect::Sqlite => match self.peek(0) {
                b'?' => Some(digits()),
                b':' | b'@' | b'$' => word(1),
                _ => None,
            },
            Dialect::Mysql => match (self.peek(0), self.peek(1)) {
                (b'?', _) => Some(self.at + 1),
                (b'@', b'@') => word(2),
                (b'@', _) => word(1),
                _ => None,
            },
        }
    }

    /// The length of the operator that starts here.
    fn operator(&self) -> usize {
        let known: &[&str] = match self.dialect {
            Dialect::Postgres => {
                let run = self.postgres_operator();
                if run > 0 {
                    return run;
                }
                &["::", ":=", "=>"]
            }
            Dialect::Sqlite => &["->>", "->", "||", "<<", ">>", "<=", "<>", "==", "!=", ">="],
            Dialect::Mysql => &[
                "<=>", "->>", "->", "||", "&&", "<<", ">>", "<=", "<>", "!=", ">=", ":=",
            ],
        };
        let rest = self.rest();
        known
            .iter()
            .find(|op| rest.starts_with(op.as_bytes()))
            .map_or(1, |op| op.len())
    }

    /// The rule for operators of any length:
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS>.
    fn postgres_operator(&self) -> usize {
        let end = self.end_of(self.at, |b| b"+-*/<>=~!@#%^&|`?".contains(&b));
        let mut run = &self.text[self.at..end];
        for comment in ["--", "/*"] {
            if let Some(i) = run.find(comment) {
                run = &run[..i];
            }
        }
        let may_end_with_sign = run.bytes().any(|b| b"~!@#%^&|`?".contains(&b));
        while run.len() > 1 && !may_end_with_sign && run.ends_with(['+', '-']) {
            run = &run[..run.len() - 1];
        }
        run.len()
    }
}

/// What a backslash between quotes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backslash {
    Escapes,
    Plain,
}

impl From<bool> for Backslash {
    fn from(escapes: bool) -> Self {
        if escapes { Self::Escapes } else { Self::Plain }
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// Bytes above ASCII belong to names in every dialect.
const fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn is_word_part(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    /// Every token but single blanks, one per line.
    fn check(dialect: Dialect, text: &str) -> String {
        let lines = tokens(dialect, text).filter(|token| token.span.slice(text) != " ");
        let lines: Vec<String> = lines
            .map(|t| format!("{:?} {}", t.kind, visible(t.span.slice(text))))
            .collect();
        lines.join("\n")
    }

    fn visible(text: &str) -> String {
        text.replace('\r', "␍").replace('\n', "␊")
    }

    #[test]
    fn postgres_strings_and_names() {
        let text =
            r#"'it''s \' E'\'' U&'\0061' U&"d\0061" "a""b" b'1' $$a'b$$ $t$ $$ $x$ $t$ $1 a$b$c"#;
        assert_snapshot!(check(Dialect::Postgres, text), @r#"
        String 'it''s \'
        String E'\''
        String U&'\0061'
        QuotedName U&"d\0061"
        QuotedName "a""b"
        String b'1'
        String $$a'b$$
        String $t$ $$ $x$ $t$
        Parameter $1
        Word a$b$c
        "#);
    }

    #[test]
    fn postgres_operators_and_numbers() {
        let text = "a::int <-> -1.5e-3 || 1..10 @>'x' =-1 @- 1_000 0xfF /*a/*b*/c*/ x--y\r\nz";
        assert_snapshot!(check(Dialect::Postgres, text), @"
        Word a
        Operator ::
        Word int
        Operator <->
        Operator -
        Number 1.5e-3
        Operator ||
        Number 1
        Punct('.') .
        Number .10
        Operator @>
        String 'x'
        Operator =
        Operator -
        Number 1
        Operator @-
        Number 1_000
        Number 0xfF
        Comment /*a/*b*/c*/
        Word x
        Comment --y
        Space ␍␊
        Word z
        ");
    }

    #[test]
    fn sqlite_names_in_four_quotes() {
        let text = "\"a\"\"b\" `c``d` [e f] 'g''h' x'00' ?1 :n @n $n a->>'$.b' a=-1 /*a/*b*/ c";
        assert_snapshot!(check(Dialect::Sqlite, text), @r#"
        QuotedName "a""b"
        QuotedName `c``d`
        QuotedName [e f]
        String 'g''h'
        String x'00'
        Parameter ?1
        Parameter :n
        Parameter @n
        Parameter $n
        Word a
        Operator ->>
        String '$.b'
        Word a
        Operator =
        Operator -
        Number 1
        Comment /*a/*b*/
        Word c
        "#);
    }

    #[test]
    fn mysql_strings_comments_and_words() {
        let text =
            "'a\\'b' \"c\\\"d\" `e``f` 1st 1e5 a@b @@x # g\n5--1 -- h\n _utf8'x' x'41' END$$";
        assert_snapshot!(check(Dialect::Mysql, text), @r#"
        String 'a\'b'
        String "c\"d"
        QuotedName `e``f`
        Word 1st
        Number 1e5
        Word a
        Parameter @b
        Parameter @@x
        Comment # g
        Space ␊
        Number 5
        Operator -
        Operator -
        Number 1
        Comment -- h
        Space ␊ 
        Word _utf8
        String 'x'
        String x'41'
        Word END$$
        "#);
    }

    #[test]
    fn mysql_runs_some_comments() {
        let text = "/*!40101 SET a=1 */ /*M!100100 b /*c*/ */ /*! d*/ /*M!999999\\- sandbox */ * /";
        assert_snapshot!(check(Dialect::Mysql, text), @r"
        Executable /*!40101
        Word SET
        Word a
        Operator =
        Number 1
        Executable */
        Executable /*M!100100
        Word b
        Comment /*c*/
        Executable */
        Executable /*!
        Word d
        Executable */
        Comment /*M!999999\- sandbox */
        Operator *
        Operator /
        ");
    }

    #[test]
    fn what_is_never_closed_reaches_to_the_end() {
        assert_snapshot!(check(Dialect::Postgres, "a 'b\nc"), @"
        Word a
        Unclosed(String) 'b␊c
        ");
        assert_snapshot!(check(Dialect::Postgres, "a $x$ b $y$"), @"
        Word a
        Unclosed(DollarQuote) $x$ b $y$
        ");
        assert_snapshot!(check(Dialect::Postgres, "a /* /* */"), @"
        Word a
        Unclosed(Comment) /* /* */
        ");
        assert_snapshot!(check(Dialect::Sqlite, "a [b"), @"
        Word a
        Unclosed(Name) [b
        ");
        assert_snapshot!(check(Dialect::Mysql, "a \"\\"), @r#"
        Word a
        Unclosed(String) "\
        "#);
    }

    #[test]
    fn spans_join_up_to_the_text() {
        let pieces = [
            "'", "\"", "`", "[", "]", "$", "$t$", "$1", "\\", "E'", "U&\"", "x'", "/*", "*/",
            "/*!50001", "--", "-- ", "#", "\n", "\r\n", " ", "\u{feff}", "ä", "日本", "a", "END",
            "1", "1.", ".5", "1e", "0x", "@", "@@", ":", "::", "->>", "+", "-", "(", ")", ";", ",",
            "?", "\0", "{",
        ];
        let mut state: usize = 20_260_101;
        for _ in 0..3_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) % pieces.len()]);
            }
            for dialect in Dialect::ALL {
                let joined: String = tokens(dialect, &text)
                    .map(|t| t.span.slice(&text))
                    .collect();
                assert_eq!(joined, text, "{dialect}");
            }
        }
    }
}
