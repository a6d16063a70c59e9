//! Expressions, in the server's words.

use std::fmt;

/// An expression, a predicate or a query as the server prints it.
///
/// A few expressions are not a fixed point of the server's printer: printed, stored and printed again
/// they look different once, and then no more. `forms` keeps every other text that this expression has
/// been seen in; `==` compares the text alone, and [`Expr::settle`] brings two sides together first.
#[derive(Debug, Clone, PartialOrd, Ord)]
pub struct Expr {
    text: String,
    forms: Vec<String>,
}

impl Expr {
    /// Takes a text that the server printed.
    pub fn from_server(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            forms: Vec::new(),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The other texts that the server printed for the same expression.
    pub fn forms(&self) -> &[String] {
        &self.forms
    }

    /// Remembers another text of the same expression.
    #[must_use]
    pub fn with_form(mut self, form: &str) -> Self {
        if form != self.text && !self.forms.iter().any(|known| known == form) {
            self.forms.push(form.to_owned());
        }
        self
    }

    /// The expression in the words of `live` where both are known to be the same.
    #[must_use]
    pub fn settle(&self, live: &Self) -> Self {
        if self.text != live.text && self.forms.contains(&live.text) {
            return Self {
                text: live.text.clone(),
                forms: self.forms.clone(),
            }
            .with_form(&self.text);
        }
        self.clone()
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expr {}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
