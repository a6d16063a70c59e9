//! The only place where SQL text is put together.

use crate::{Dialect, Ident, QualifiedName};

/// SQL text under construction.
///
/// Names and values go in through [`Script::ident`], [`Script::name`] and [`Script::literal`], which
/// quote them; [`Script::keyword`] takes fixed words, and [`Script::expression`] text that a server
/// printed.
#[derive(Debug, Clone)]
pub struct Script {
    dialect: Dialect,
    text: String,
}

impl Script {
    /// Starts an empty text.
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            text: String::new(),
        }
    }

    /// The dialect that is written.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Adds words and punctuation of the language, as they are.
    pub fn keyword(&mut self, words: &'static str) -> &mut Self {
        self.text.push_str(words);
        self
    }

    /// Adds a quoted name.
    pub fn ident(&mut self, name: &Ident) -> &mut Self {
        let quote = self.dialect.quote();
        self.text.push(quote);
        for c in name.as_str().chars() {
            if c == quote {
                self.text.push(quote);
            }
            self.text.push(c);
        }
        self.text.push(quote);
        self
    }

    /// Adds a quoted name, with its schema where it has one.
    pub fn name(&mut self, name: &QualifiedName) -> &mut Self {
        if let Some(schema) = &name.schema {
            self.ident(schema).keyword(".");
        }
        self.ident(&name.name)
    }

    /// Adds quoted names with commas between them, in parentheses.
    pub fn idents<'a>(&mut self, names: impl IntoIterator<Item = &'a Ident>) -> &mut Self {
        self.keyword("(");
        for (i, name) in names.into_iter().enumerate() {
            if i > 0 {
                self.keyword(", ");
            }
            self.ident(name);
        }
        self.keyword(")")
    }

    /// Adds a value as a quoted string.
    pub fn literal(&mut self, value: &str) -> &mut Self {
        let backslashes = self.dialect.escapes_backslashes();
        self.text.push('\'');
        for c in value.chars() {
            if c == '\'' || (c == '\\' && backslashes) {
                self.text.push(c);
            }
            self.text.push(c);
        }
        self.text.push('\'');
        self
    }

    /// Adds a number.
    pub fn number(&mut self, value: impl Into<i128>) -> &mut Self {
        self.text.push_str(&value.into().to_string());
        self
    }

    /// Adds an expression, a type or a definition in the words of the server that printed it.
    ///
    /// Never a value or a name: those are quoted by [`Script::literal`] and [`Script::ident`].
    pub fn expression(&mut self, server_text: &str) -> &mut Self {
        self.text.push_str(server_text);
        self
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The finished text.
    pub fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ident(name: &str) -> Ident {
        Ident::parse(name).unwrap()
    }

    #[test]
    fn quotes_are_doubled_in_names_and_values() {
        let mut script = Script::new(Dialect::Postgres);
        script
            .ident(&ident("a\"b"))
            .keyword(" = ")
            .literal("it's \\");
        assert_eq!(script.as_str(), r#""a""b" = 'it''s \'"#);
    }

    #[test]
    fn backslashes_are_doubled_where_they_escape() {
        let mut script = Script::new(Dialect::Mysql);
        script.ident(&ident("a`b")).keyword(" = ").literal("\\'");
        assert_eq!(script.as_str(), r"`a``b` = '\\'''");
    }
}
