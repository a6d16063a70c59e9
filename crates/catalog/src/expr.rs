//! Expressions, in the server's words.

use std::fmt;

use crate::Rare;

/// An expression, a predicate or a query as the server prints it.
///
/// A few expressions are not a fixed point of the server's printer: printed, stored and printed again
/// they look different once, and then no more. `forms` keeps every other text that this expression has
/// been seen in; `==` compares the one text, and [`Expr::settle`] brings two sides together first.
///
/// A server that keeps text as it was typed has no words of its own: there `normal` is the text that is
/// compared, and `text` the one that is written.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Expr {
    text: String,
    normal: Rare<Option<String>>,
    forms: Rare<Vec<String>>,
}

impl Expr {
    /// Takes a text that the server printed.
    pub fn from_server(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            normal: Rare::plain(),
            forms: Rare::plain(),
        }
    }

    /// Takes a text that the server keeps as it was typed, and the normal form that tells it from others.
    pub fn from_typed(text: impl Into<String>, normal: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            normal: Some(normal.into()).into(),
            forms: Rare::plain(),
        }
    }

    /// The text to be written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text to be compared.
    pub fn normal(&self) -> &str {
        self.normal.as_deref().unwrap_or(&self.text)
    }

    /// The other texts that the server printed for the same expression.
    pub fn forms(&self) -> &[String] {
        &self.forms
    }

    /// The expression with the text that is compared also as the one that is written; the counterpart
    /// does not matter.
    #[must_use]
    pub fn canonical(&self, _counterpart: &Self) -> Self {
        Self::from_server(self.normal())
    }

    /// Remembers that `other` is the same expression, printed once more.
    #[must_use]
    pub fn with_form(&self, other: &Self) -> Self {
        let mut own = self.clone();
        for form in std::iter::once(&other.text).chain(&*other.forms) {
            if form != &own.text && !own.forms.contains(form) {
                own.forms.push(form.clone());
            }
        }
        own
    }

    /// The expression in the words of `live` where both are known to be the same.
    #[must_use]
    pub fn settle(&self, live: &Self) -> Self {
        let known = |one: &Self, text: &String| one.text == *text || one.forms.contains(text);
        let same = self != live
            && (known(self, &live.text) || live.forms.iter().any(|form| known(self, form)));
        if same {
            live.with_form(self)
        } else {
            self.clone()
        }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.normal() == other.normal()
    }
}

impl Eq for Expr {}

impl PartialOrd for Expr {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expr {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.normal().cmp(other.normal())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_seen_in_another_form_takes_the_live_words() {
        let printed_once = Expr::from_server("once");
        let printed_twice = Expr::from_server("twice");
        let declared = printed_once.with_form(&printed_twice);
        assert_eq!(declared.settle(&printed_twice), printed_twice);
        assert_eq!(printed_once.settle(&printed_twice), printed_once);
        let live = Expr::from_server("live").with_form(&printed_twice);
        assert_eq!(declared.settle(&live), live);
    }

    #[test]
    fn typed_text_is_compared_in_its_normal_form() {
        assert_eq!(
            Expr::from_typed("A > 0", "a > 0"),
            Expr::from_typed("a>0", "a > 0")
        );
    }
}
