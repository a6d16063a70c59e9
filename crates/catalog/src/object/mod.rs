//! The kinds of object, one file each.
//!
//! A kind is two lines here: its `mod`, and its row in the table below.

pub mod access_method;
pub mod aggregate;
pub mod base_type;
pub mod cast;
pub mod collation;
pub mod composite_type;
pub mod conversion;
pub mod default_privileges;
pub mod domain;
pub mod enum_type;
pub mod event;
pub mod event_trigger;
pub mod extension;
pub mod foreign_data_wrapper;
pub mod foreign_key;
pub mod function;
pub mod grants;
pub mod index;
mod index_online;
pub mod language;
pub mod materialized_view;
pub mod operator;
pub mod operator_class;
pub mod operator_family;
pub mod owner;
pub mod privileges;
pub mod publication;
pub mod range_type;
pub mod row_security;
pub mod rule;
pub mod schema;
pub mod sequence;
pub mod server;
pub mod statistics;
pub mod subscription;
pub mod table;
pub mod text_search_configuration;
pub mod text_search_dictionary;
pub mod text_search_parser;
pub mod text_search_template;
pub mod transform;
pub mod trigger;
pub mod user_mapping;
pub mod view;
pub mod virtual_table;

mod changes;
mod comment;
mod definition;
mod foreign_options;
mod namespace;
mod options;
mod parts;
mod results;
mod type_swap;

pub use access_method::{AccessMethod, AccessMethodUse};
pub use aggregate::Aggregate;
pub use base_type::{BaseType, TypeFunction};
pub use cast::{Cast, CastContext, CastMethod};
pub use changes::Changes;
pub use collation::{Collation, CollationProvider};
pub use composite_type::{Attribute, CompositeType};
pub use conversion::Conversion;
pub use default_privileges::{DefaultPrivileges, PrivilegeClass};
pub use definition::{Definition, ExprPairing, Kind, Object};
pub use domain::Domain;
pub use enum_type::{BehindType, EnumType};
pub use event::Event;
pub use event_trigger::EventTrigger;
pub use extension::{Extension, OwnComment};
pub use foreign_data_wrapper::ForeignDataWrapper;
pub use foreign_key::{Deferrable, ForeignKey, KeyAction, KeyMatch};
pub use foreign_options::ForeignOptions;
pub use function::{Function, Parameter, ParameterMode, Routine};
pub use grants::{Grant, GrantOption, Grantee, Grants};
pub use index::{Index, IndexPart, IndexSource};
pub use language::Language;
pub use materialized_view::MaterializedView;
pub use operator::Operator;
pub use operator_class::OperatorClass;
pub use operator_family::{FamilyMember, OperatorFamily};
pub use owner::Owner;
pub use privileges::Privileges;
pub use publication::{Publication, PublishedTable};
pub use range_type::RangeType;
pub use row_security::{Policy, PolicyCommand, PolicyMode, RowSecurity};
pub use rule::Rule;
pub use schema::Schema;
pub use sequence::{Sequence, SequenceOptions};
pub use server::Server;
pub use statistics::{Statistics, StatisticsKind};
pub use subscription::{SECRET_IN_URL, SECRET_PLACEHOLDER, Subscription, SubscriptionTerms};
pub use table::{
    Check, Column, ColumnSource, Columns, Exclusion, Foreign, Generated, GeneratedKind, Identity,
    IdentityKind, IndexRole, Key, KeyPart, MysqlColumn, MysqlIndex, MysqlIndexClass, MysqlTable,
    NotNull, Partition, Place, ReplicaIdentity, Start, Storage, Table,
};
pub use text_search_configuration::TextSearchConfiguration;
pub use text_search_dictionary::TextSearchDictionary;
pub use text_search_parser::TextSearchParser;
pub use text_search_template::TextSearchTemplate;
pub use transform::Transform;
pub use trigger::{Trigger, TriggerState};
pub use user_mapping::UserMapping;
pub use view::View;
pub use virtual_table::VirtualTable;

pub(crate) use namespace::in_schema;
pub use options::Options;
pub(crate) use options::alter_options;
pub(crate) use parts::create_from_parts;
pub(crate) use results::keeping_results;
pub(crate) use type_swap::is_type;
