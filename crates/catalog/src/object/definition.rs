//! What every kind of object can say of itself.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName};

use crate::object::{
    access_method, aggregate, base_type, cast, collation, composite_type, conversion,
    default_privileges, domain, enum_type, event, event_trigger, extension, foreign_data_wrapper,
    foreign_key, function, index, language, materialized_view, operator, operator_class,
    operator_family, owner, privileges, publication, range_type, row_security, rule, schema,
    sequence, server, statistics, subscription, table, text_search_configuration,
    text_search_dictionary, text_search_parser, text_search_template, transform, trigger,
    user_mapping, view, virtual_table,
};
use crate::{Alteration, Catalog, Context, Creation, Expr, ObjectId, Pair, Part, Reference, Step};

/// Makes one expression of two that stand in the same place.
pub type ExprPairing = fn(&Expr, &Expr) -> Expr;

/// What a kind of object says of itself: its name, its statements, and how it changes.
pub trait Definition: Clone + PartialEq + Sized {
    /// What names it.
    fn id(&self) -> ObjectId;

    /// What it cannot stand without, as far as it follows from the object alone.
    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::new()
    }

    /// Text of it whose words may name what it needs, though the server knows of no dependency.
    fn mentions(&self) -> Option<&str> {
        None
    }

    /// The roles that it names, which are no objects of a database.
    fn roles(&self) -> BTreeSet<Ident> {
        BTreeSet::new()
    }

    /// What its absence means, for an object that is a side of another one which stands, or is missing,
    /// in both catalogs: it then neither comes nor goes, but only changes.
    fn absence(&self, _catalogs: Pair<&Catalog>) -> Option<Self> {
        None
    }

    /// The same object in a catalog that does not speak of its kind; `None` where that one lacks what it
    /// is a side of.
    fn adapted(&self, _catalog: &Catalog) -> Option<Self> {
        Some(self.clone())
    }

    /// The statements that make it.
    fn create(&self, dialect: Dialect) -> Vec<Step>;

    /// The statements that tie it to what is made after it, run once all of that stands.
    fn attach(&self, _dialect: Dialect) -> Vec<Step> {
        Vec::new()
    }

    /// What [`Definition::attach`] ties it to: made before, and let go of before it is dropped.
    fn ties(&self) -> BTreeSet<Reference> {
        BTreeSet::new()
    }

    /// The object whose rows it holds a part of: that one takes its rows in once all such parts stand, and
    /// a part that goes makes room for one that comes.
    fn holds_rows_of(&self) -> Option<ObjectId> {
        None
    }

    /// The names that it takes, beside its own, in the space that tables, views, indexes and sequences share.
    fn relation_names(&self) -> Vec<QualifiedName> {
        Vec::new()
    }

    /// What is made first where both are made, although it stands without it.
    fn follows(&self, _catalog: &Catalog) -> BTreeSet<ObjectId> {
        BTreeSet::new()
    }

    /// The statements that remove it.
    fn drop(&self, dialect: Dialect) -> Vec<Step>;

    /// The statements that make it while others go on working with the table that it is on; `None` where
    /// there are none, or where nobody works with it yet.
    fn create_online(&self, _context: &Context<'_>) -> Option<Creation> {
        None
    }

    /// The statements that remove it while others go on working with the table that it is on.
    fn drop_online(&self, _context: &Context<'_>) -> Option<Vec<Step>> {
        None
    }

    /// How it gets from one state to the other, also where both are equal and only what it depends on
    /// does not stand still.
    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration;

    /// The same object with each expression replaced by what `f` makes of it and of the one in its place
    /// in `other`.
    #[must_use]
    fn zip_expressions(&self, _other: &Self, _f: ExprPairing) -> Self {
        self.clone()
    }

    /// The same object with everything in a fixed form that `==` does not look at.
    #[must_use]
    fn canonical(&self) -> Self {
        self.zip_expressions(self, Expr::canonical)
    }

    /// The same object under the names that `live` has, wherever a name in it was made up by the
    /// server and the content is the same.
    #[must_use]
    fn settle(&self, _live: &Self, _dialect: Dialect) -> Self {
        self.clone()
    }

    /// This object under the name of `live`, if its own name was made up by the server and nothing
    /// else differs.
    fn renamed_as(&self, _live: &Self, _dialect: Dialect) -> Option<Self> {
        None
    }

    /// The parts whose names [`Definition::settle`] changed, as they were called and as they are called now.
    fn renamed_parts(&self, _settled: &Self) -> BTreeMap<Part, Part> {
        BTreeMap::new()
    }

    /// The object with every expression taken out: two objects that are equal so differ in
    /// expressions at most.
    #[must_use]
    fn without_expressions(&self) -> Self {
        self.clone()
    }
}

/// Declares the kinds: the enum of their names, and the enum of the objects themselves.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $kind:ident($definition:ty) = $word:literal, )+) => {
        /// A kind of object. The order is the one in which kinds are printed, and in which objects
        /// that do not depend on each other are made.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Kind {
            $( $(#[$doc])* $kind, )+
        }

        impl Kind {
            /// Every kind, in order.
            pub const ALL: &[Self] = &[$( Self::$kind, )+];

            /// Whether dropping an object of this kind loses what no declaration can bring back.
            pub const fn holds_data(self) -> bool {
                matches!(self, Self::Table | Self::Sequence | Self::VirtualTable)
            }

            /// About how many locks PostgreSQL holds until its transaction ends for an object of this kind
            /// that is made, and for one that is dropped.
            ///
            /// A table that is made locks itself, what its long values are kept in, its keys and its
            /// counters; one that is dropped locks the types of its rows, its triggers and all that refers
            /// to it beside: for tables with six columns, two indexes and a foreign key 23.6 were counted.
            pub const fn locks(self) -> Pair<usize> {
                match self {
                    Self::Table => Pair::new(8, 24),
                    _ => Pair::new(4, 4),
                }
            }

            /// Whether an object of this kind acts on statements that have nothing to do with it: it is
            /// made last and dropped first.
            pub const fn watches_statements(self) -> bool {
                matches!(self, Self::EventTrigger)
            }

            /// The word for it in sentences and reports.
            pub const fn word(self) -> &'static str {
                match self {
                    $( Self::$kind => $word, )+
                }
            }
        }

        /// One object of a database.
        #[expect(
            clippy::large_enum_variant,
            reason = "most objects of a catalog are tables, and each is kept once"
        )]
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum Object {
            $( $(#[$doc])* $kind($definition), )+
        }

        impl Object {
            /// What names it.
            pub fn id(&self) -> ObjectId {
                match self {
                    $( Self::$kind(object) => object.id(), )+
                }
            }

            /// What it cannot stand without, as far as it follows from the object alone.
            pub fn references(&self, catalog: &Catalog) -> BTreeSet<Reference> {
                match self {
                    $( Self::$kind(object) => object.references(catalog), )+
                }
            }

            /// Text of it whose words may name what it needs, though the server knows of no dependency.
            pub fn mentions(&self) -> Option<&str> {
                match self {
                    $( Self::$kind(object) => object.mentions(), )+
                }
            }

            /// The roles that it names, which are no objects of a database.
            pub fn roles(&self) -> BTreeSet<Ident> {
                match self {
                    $( Self::$kind(object) => object.roles(), )+
                }
            }

            /// What its absence means, for an object that is a side of another one which stands, or is
            /// missing, in both catalogs: it then neither comes nor goes, but only changes.
            pub fn absence(&self, catalogs: Pair<&Catalog>) -> Option<Self> {
                match self {
                    $( Self::$kind(object) => object.absence(catalogs).map(Self::$kind), )+
                }
            }

            /// The same object in a catalog that does not speak of its kind; `None` where that one lacks
            /// what it is a side of.
            pub fn adapted(&self, catalog: &Catalog) -> Option<Self> {
                match self {
                    $( Self::$kind(object) => object.adapted(catalog).map(Self::$kind), )+
                }
            }

            /// The statements that make it.
            pub fn create(&self, dialect: Dialect) -> Vec<Step> {
                match self {
                    $( Self::$kind(object) => object.create(dialect), )+
                }
            }

            /// The statements that tie it to what is made after it.
            pub fn attach(&self, dialect: Dialect) -> Vec<Step> {
                match self {
                    $( Self::$kind(object) => object.attach(dialect), )+
                }
            }

            /// What attaching ties it to.
            pub fn ties(&self) -> BTreeSet<Reference> {
                match self {
                    $( Self::$kind(object) => object.ties(), )+
                }
            }

            /// The object whose rows it holds a part of.
            pub fn holds_rows_of(&self) -> Option<ObjectId> {
                match self {
                    $( Self::$kind(object) => object.holds_rows_of(), )+
                }
            }

            /// The names that it takes, beside its own, in the space that relations share.
            pub fn relation_names(&self) -> Vec<QualifiedName> {
                match self {
                    $( Self::$kind(object) => object.relation_names(), )+
                }
            }

            /// What is made first where both are made.
            pub fn follows(&self, catalog: &Catalog) -> BTreeSet<ObjectId> {
                match self {
                    $( Self::$kind(object) => object.follows(catalog), )+
                }
            }

            /// The statements that remove it.
            pub fn drop(&self, dialect: Dialect) -> Vec<Step> {
                match self {
                    $( Self::$kind(object) => object.drop(dialect), )+
                }
            }

            /// The statements that make it while others go on working with the table that it is on.
            pub fn create_online(&self, context: &Context<'_>) -> Option<Creation> {
                match self {
                    $( Self::$kind(object) => object.create_online(context), )+
                }
            }

            /// The statements that remove it while others go on working with the table that it is on.
            pub fn drop_online(&self, context: &Context<'_>) -> Option<Vec<Step>> {
                match self {
                    $( Self::$kind(object) => object.drop_online(context), )+
                }
            }

            /// How it gets from one state to the other; objects of two kinds are never the same one.
            pub fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
                match (pair.before, pair.after) {
                    $( (Self::$kind(before), Self::$kind(after)) => {
                        Definition::alter(Pair { before, after }, context)
                    } )+
                    _ => Alteration::Recreate,
                }
            }

            /// The same object with each expression replaced by what `f` makes of it and of its
            /// counterpart.
            #[must_use]
            pub fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
                match (self, other) {
                    $( (Self::$kind(object), Self::$kind(other)) => Self::$kind(object.zip_expressions(other, f)), )+
                    _ => self.clone(),
                }
            }

            /// The same object with everything in a fixed form that `==` does not look at.
            #[must_use]
            pub fn canonical(&self) -> Self {
                match self {
                    $( Self::$kind(object) => Self::$kind(object.canonical()), )+
                }
            }

            /// The same object under the live names, where its own were made up by the server.
            #[must_use]
            pub fn settle(&self, live: &Self, dialect: Dialect) -> Self {
                match (self, live) {
                    $( (Self::$kind(declared), Self::$kind(live)) => Self::$kind(declared.settle(live, dialect)), )+
                    _ => self.clone(),
                }
            }

            /// This object under the live one's name, where its own was made up and nothing else differs.
            pub fn renamed_as(&self, live: &Self, dialect: Dialect) -> Option<Self> {
                match (self, live) {
                    $( (Self::$kind(declared), Self::$kind(live)) => declared.renamed_as(live, dialect).map(Self::$kind), )+
                    _ => None,
                }
            }

            /// The parts whose names settling changed, as they were called and as they are called now.
            pub fn renamed_parts(&self, settled: &Self) -> BTreeMap<Part, Part> {
                match (self, settled) {
                    $( (Self::$kind(declared), Self::$kind(settled)) => declared.renamed_parts(settled), )+
                    _ => BTreeMap::new(),
                }
            }

            /// The object with every expression taken out.
            #[must_use]
            pub fn without_expressions(&self) -> Self {
                match self {
                    $( Self::$kind(object) => Self::$kind(object.without_expressions()), )+
                }
            }
        }

        $( impl From<$definition> for Object {
            fn from(object: $definition) -> Self {
                Self::$kind(object)
            }
        } )+
    };
}

kinds! {
    /// What objects get that a role makes from now on.
    DefaultPrivileges(default_privileges::DefaultPrivileges) = "default privileges",
    /// A namespace.
    Schema(schema::Schema) = "schema",
    /// A package of objects that the server brings.
    Extension(extension::Extension) = "extension",
    /// A language that functions are written in.
    Language(language::Language) = "language",
    /// How the rows of tables and indexes are kept.
    AccessMethod(access_method::AccessMethod) = "access method",
    /// How texts are sorted and compared.
    Collation(collation::Collation) = "collation",
    /// What takes a text apart into words.
    TextSearchParser(text_search_parser::TextSearchParser) = "text search parser",
    /// The functions that dictionaries run on.
    TextSearchTemplate(text_search_template::TextSearchTemplate) = "text search template",
    /// What becomes of a word in a text.
    TextSearchDictionary(text_search_dictionary::TextSearchDictionary) = "text search dictionary",
    /// Which dictionaries the words of a text go through.
    TextSearchConfiguration(text_search_configuration::TextSearchConfiguration) = "text search configuration",
    /// A type of values that only its own functions understand.
    BaseType(base_type::BaseType) = "base type",
    /// An enumerated type.
    Enum(enum_type::EnumType) = "enum type",
    /// A type with conditions of its own over another.
    Domain(domain::Domain) = "domain",
    /// A type of rows that are no table's.
    CompositeType(composite_type::CompositeType) = "composite type",
    /// A type of ranges over a type of values.
    RangeType(range_type::RangeType) = "range type",
    /// How a value of one type becomes one of another.
    Cast(cast::Cast) = "cast",
    /// A counter that no single column owns as its own.
    Sequence(sequence::Sequence) = "sequence",
    /// A table with its columns, keys and checks.
    Table(table::Table) = "table",
    /// A table whose rows a module keeps.
    VirtualTable(virtual_table::VirtualTable) = "virtual table",
    /// An index that no constraint owns.
    Index(index::Index) = "index",
    /// A foreign key.
    ForeignKey(foreign_key::ForeignKey) = "foreign key",
    /// A view.
    View(view::View) = "view",
    /// A stored query together with its rows.
    MaterializedView(materialized_view::MaterializedView) = "materialized view",
    /// A function or a procedure.
    Function(function::Function) = "function",
    /// An aggregate.
    Aggregate(aggregate::Aggregate) = "aggregate",
    /// A sign for a function.
    Operator(operator::Operator) = "operator",
    /// Operator classes that understand each other.
    OperatorFamily(operator_family::OperatorFamily) = "operator family",
    /// How an index method works with a type.
    OperatorClass(operator_class::OperatorClass) = "operator class",
    /// How texts of one encoding become texts of another.
    Conversion(conversion::Conversion) = "conversion",
    /// How values of a type look in a language.
    Transform(transform::Transform) = "transform",
    /// A trigger.
    Trigger(trigger::Trigger) = "trigger",
    /// Which rows of a table a role reaches.
    RowSecurity(row_security::RowSecurity) = "row security",
    /// How a kind of other server is reached.
    ForeignDataWrapper(foreign_data_wrapper::ForeignDataWrapper) = "foreign data wrapper",
    /// Another server, whose tables are seen here.
    Server(server::Server) = "server",
    /// As whom a role reaches another server.
    UserMapping(user_mapping::UserMapping) = "user mapping",
    /// What the planner shall know of several columns together.
    Statistics(statistics::Statistics) = "statistics",
    /// What is done instead of a statement, or beside it.
    Rule(rule::Rule) = "rule",
    /// What of the rows' changes others may subscribe to.
    Publication(publication::Publication) = "publication",
    /// Whose published changes are copied here.
    Subscription(subscription::Subscription) = "subscription",
    /// What runs when somebody changes the schema.
    EventTrigger(event_trigger::EventTrigger) = "event trigger",
    /// A statement that runs at times of the clock.
    Event(event::Event) = "event",
    /// The role that may do everything with an object.
    Owner(owner::Owner) = "owner",
    /// Who may do what with an object.
    Privileges(privileges::Privileges) = "privileges",
}
