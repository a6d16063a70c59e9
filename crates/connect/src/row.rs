//! Rows as text, whatever the engine.

/// One row of an answer; every value in the server's own text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub(crate) Vec<Option<String>>);

impl Row {
    /// The value of a column, counted from 0; `None` for NULL and for a column that is not there.
    pub fn get(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    /// The value of a column, or the empty text for NULL.
    pub fn text(&self, column: usize) -> &str {
        self.get(column).unwrap_or_default()
    }

    /// All values in the order of the columns.
    pub fn values(&self) -> &[Option<String>] {
        &self.0
    }

    /// All values, taken.
    pub fn into_values(self) -> Vec<Option<String>> {
        self.0
    }
}
