//! Numbers, parameters and operators.

use super::{Tokens, is_word_part};
use crate::{Dialect, TokenKind};

impl Tokens<'_> {
    pub(super) fn number(&self) -> (TokenKind, usize) {
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

    pub(super) fn parameter(&self) -> Option<usize> {
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
    pub(super) fn operator(&self) -> usize {
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
