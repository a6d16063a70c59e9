//! Values and conditions, as text.

use crate::item::{Form, Type, What};
use crate::schema::Schema;

impl Schema {
    /// The words for a type.
    pub(super) fn type_words(&self, of: &Type) -> String {
        match of {
            Type::Builtin(_) => self
                .builtin(of)
                .map_or_else(String::new, |builtin| builtin.name.to_owned()),
            Type::Of(id) => self.name(*id),
            Type::ArrayOf(id) => format!("{}[]", self.name(*id)),
        }
    }

    /// A value of a type.
    pub(super) fn value(&self, of: &Type, form: Form) -> String {
        if let Some(builtin) = self.builtin(of) {
            return chosen(builtin.values, form).unwrap_or("NULL").to_owned();
        }
        match self.labels(of) {
            Some(labels) => {
                chosen(labels, form).map_or_else(|| "NULL".to_owned(), |label| literal(&label))
            }
            None => "NULL".to_owned(),
        }
    }

    /// A condition on a value of a type, written as `value`.
    pub(super) fn condition(&self, of: &Type, value: &str, form: Form) -> String {
        if let Some(builtin) = self.builtin(of) {
            let condition = chosen(builtin.conditions, form).unwrap_or("{} IS NOT NULL");
            return condition.replace("{}", value);
        }
        let Some(labels) = self.labels(of) else {
            return format!("{value} IS NOT NULL");
        };
        let quoted: Vec<_> = labels.iter().map(|label| literal(label)).collect();
        match (form % 3, quoted.last()) {
            (0, Some(last)) => format!("{value} <> {last}"),
            (1, Some(_)) => format!("{value} IN ({})", quoted.join(", ")),
            (2, Some(last)) => format!("{value} <= {last}"),
            _ => format!("{value} IS NOT NULL"),
        }
    }

    /// The labels of an enum, also below a domain.
    fn labels(&self, of: &Type) -> Option<&[String]> {
        let Type::Of(id) = of else {
            return None;
        };
        match &self.items.get(id)?.what {
            What::Enum(labels) => Some(labels),
            What::Domain(domain) => self.labels(&domain.base),
            _ => None,
        }
    }
}

/// One of several by its form.
pub(super) fn chosen<T: Clone>(forms: &[T], form: Form) -> Option<T> {
    forms.get(form.checked_rem(forms.len())?).cloned()
}

/// A string as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
