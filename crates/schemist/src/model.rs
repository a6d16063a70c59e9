//! What the derives tell a program about its tables and enums.

/// A struct that is a table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "no table of the database",
    note = "write `#[derive(schemist::Model)]` above it"
)]
pub trait Model {
    /// The table's name.
    const TABLE: &'static str;

    /// The table's schema, where the model names one.
    const SCHEMA: Option<&'static str>;

    /// The names of its columns, in order.
    const COLUMNS: &'static [&'static str];
}

/// A struct whose columns are flattened into tables: a model with `#[model(skip)]`.
#[diagnostic::on_unimplemented(
    message = "the columns of `{Self}` are not known",
    label = "flattened into a model",
    note = "write `#[derive(schemist::Model)] #[model(skip)]` above it"
)]
pub trait Fragment {
    /// The names of its columns, in order.
    const COLUMNS: &'static [&'static str];
}

/// An enum of Rust that is an enum of the database.
pub trait DbEnum: Sized {
    /// The type's name.
    const NAME: &'static str;

    /// The values, in order.
    const LABELS: &'static [&'static str];

    /// The value in the database.
    fn label(&self) -> &'static str;

    /// The variant for a value of the database.
    fn from_label(label: &str) -> Option<Self>;
}
