//! What a schema made by chance consists of.

/// What names an item, and a column: never given twice in one schema.
pub(super) type Id = u32;

/// Which of several forms something has; taken modulo the forms that there are.
pub(super) type Form = usize;

/// One object.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    /// The schema that it is in, where it is not the default one.
    pub(super) space: Option<Id>,
    pub(super) comment: Option<Form>,
    pub(super) what: What,
}

/// The kinds of objects.
#[derive(Debug, Clone)]
pub(super) enum What {
    Space,
    Enum(Vec<String>),
    Domain(Domain),
    Composite(Vec<Attribute>),
    Sequence(Form),
    Function(Function),
    Table(Table),
    Index(Index),
    ForeignKey(ForeignKey),
    View(View),
    Trigger(Trigger),
    Policy(Policy),
    /// A type of ranges over one of the server's types.
    Range(Type),
    Rule(Rule),
    Statistics(Statistics),
    Publication(Publication),
    Grant(Grant),
    VirtualTable(VirtualTable),
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// One of the server's, by its place in the list.
    Builtin(usize),
    /// One of the schema's own.
    Of(Id),
    /// An array of one of the schema's own.
    ArrayOf(Id),
}

#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) base: Type,
    pub(super) condition: Option<Form>,
    pub(super) default: Option<Form>,
}

#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) of: Type,
}

#[derive(Debug, Clone)]
pub(super) enum Function {
    /// Whether a value is fit: for checks, predicates and filters.
    Judge { of: Type, form: Form },
    /// A value: for defaults.
    Maker { of: Type, form: Form },
    /// What triggers call.
    Reaction(Form),
    /// Reads a relation.
    Reader { of: Id, form: Form },
}

#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) is_unlogged: bool,
    /// The column that its partitions are told apart by.
    pub(super) split_by: Option<Id>,
    /// The partitioned table that it is a part of, and which part.
    pub(super) part_of: Option<(Id, Form)>,
    pub(super) security: Option<Form>,
    /// What SQLite says of the whole table.
    pub(super) options: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) of: Type,
    pub(super) is_required: bool,
    pub(super) filling: Filling,
    pub(super) is_collated: bool,
    pub(super) comment: Option<Form>,
}

/// What a column has where a row does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    Nothing,
    Value(Form),
    Identity(Form),
    Next(Id),
    Made(Id),
    From(Id),
}

#[derive(Debug, Clone)]
pub(super) struct Constraint {
    pub(super) name: Option<String>,
    pub(super) demand: Demand,
}

#[derive(Debug, Clone)]
pub(super) enum Demand {
    Primary(Vec<Id>),
    Unique(Vec<Id>, Form),
    Check(Id, Form),
    CheckBy(Id, Id),
    Exclude(Id),
}

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) on: Id,
    pub(super) columns: Vec<Id>,
    pub(super) form: Form,
    pub(super) only_where: Option<(Id, Form)>,
    pub(super) includes: Option<Id>,
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
    pub(super) judge: Option<Id>,
    pub(super) is_stored: bool,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Trigger {
    pub(super) on: Id,
    pub(super) calls: Option<Id>,
    pub(super) column: Option<Id>,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) on: Id,
    pub(super) column: Id,
    pub(super) condition: Form,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) on: Id,
    pub(super) column: Id,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Statistics {
    pub(super) on: Id,
    pub(super) columns: (Id, Id),
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) struct Publication {
    /// The table that it publishes; none where it publishes nothing.
    pub(super) of: Option<Id>,
    pub(super) only_where: Option<Id>,
    pub(super) form: Form,
}

/// What a role of the server's own may do; it has no name.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) on: Id,
    pub(super) column: Option<Id>,
    pub(super) form: Form,
}

/// A table that a module keeps (SQLite).
#[derive(Debug, Clone)]
pub(super) struct VirtualTable {
    /// The table and the column that it is an index over, where its form is one over another table.
    pub(super) of: Option<Id>,
    pub(super) column: Option<Id>,
    pub(super) form: Form,
}
