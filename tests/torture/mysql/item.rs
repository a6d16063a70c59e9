//! What a schema of MySQL made by chance consists of.

pub(super) use crate::item::{Form, Id};

/// One object.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) what: What,
}

/// The kinds of objects.
#[derive(Debug, Clone)]
pub(super) enum What {
    Table(Table),
    ForeignKey(ForeignKey),
    View(View),
    Trigger(Trigger),
    Function(Function),
    Procedure(Form),
    Event(Form),
    Sequence(Form),
}

/// A table with everything that is a part of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<Check>,
    pub(super) engine: Form,
    pub(super) charset: Form,
    pub(super) row_format: Form,
    pub(super) option: Form,
    pub(super) comment: Option<Form>,
    pub(super) division: Option<Division>,
    /// Whether the rows of the past are kept, and how.
    pub(super) past: Past,
    /// The two columns between which a row holds.
    pub(super) period: Option<(Id, Id)>,
}

/// Whether rows of the past are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Past {
    #[default]
    Forgotten,
    Kept,
    /// Kept, with columns that tell when.
    Shown,
}

/// How a table is divided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Division {
    pub(super) by: Id,
    pub(super) form: Form,
    pub(super) parts: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: Id,
    pub(super) name: String,
    /// Its place in the list of types.
    pub(super) kind: usize,
    pub(super) is_required: bool,
    pub(super) filling: Filling,
    pub(super) charset: Form,
    pub(super) comment: Option<Form>,
    pub(super) is_invisible: bool,
    pub(super) special: Form,
    pub(super) check: Option<Form>,
}

/// What a column has where a row does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    Nothing,
    Value(Form),
    Counter,
    /// Computed from another column: virtual where the form is even, else stored.
    From(Id, Form),
    Next(Id),
}

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) name: Option<String>,
    pub(super) class: Class,
    pub(super) columns: Vec<Id>,
    pub(super) form: Form,
}

/// What an index is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Primary,
    Unique,
    Plain,
    Words,
    Shapes,
}

#[derive(Debug, Clone)]
pub(super) struct Check {
    pub(super) name: Option<String>,
    pub(super) column: Id,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct ForeignKey {
    pub(super) from: Id,
    pub(super) column: Id,
    pub(super) to: Id,
    pub(super) form: Form,
    pub(super) is_named: bool,
}

#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) of: Id,
    pub(super) left_out: Option<Id>,
    pub(super) only_where: Option<(Id, Form)>,
    pub(super) calls: Option<Id>,
    pub(super) besides: Option<Id>,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) on: Id,
    pub(super) column: Id,
    pub(super) behind: Option<Id>,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    /// The table that it reads.
    pub(super) reads: Option<Id>,
    pub(super) form: Form,
}
