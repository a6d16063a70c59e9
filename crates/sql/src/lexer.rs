//! Cuts SQL text into tokens, without a gap and without an error.

mod quote;
mod sign;

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
