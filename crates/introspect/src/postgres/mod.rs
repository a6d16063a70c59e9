//! Reading PostgreSQL, 13 and later: one query per kind, whatever the number of objects.
//!
//! Kinds of which the database has nothing are not asked for, which most databases gain by.
//!
//! A kind is a pair of files: `<kind>.sql` asks the system tables, `<kind>.rs` makes objects of the
//! answer and gives each the addresses under which the server knows it. [`dependency`] then turns the
//! server's own dependencies into ours through these addresses, so that it knows no kind.

mod access_method;
mod address;
mod aggregate;
mod base_type;
mod cast;
mod collation;
mod composite_type;
mod conversion;
mod dependency;
mod domain;
mod enum_type;
mod event_trigger;
mod extension;
mod foreign_data_wrapper;
mod foreign_key;
mod foreign_options;
mod function;
mod index;
mod index_text;
mod language;
mod materialized_view;
mod member;
mod operator;
mod operator_class;
mod operator_family;
mod privileges;
mod publication;
mod query;
mod range_type;
mod read;
mod reading;
mod row_security;
mod rule;
mod schema;
mod sequence;
mod server;
mod statistics;
mod subscription;
mod table;
mod table_column;
mod table_constraint;
mod table_lineage;
mod text_search_configuration;
mod text_search_dictionary;
mod text_search_parser;
mod text_search_template;
mod transform;
mod trigger;
mod unmanaged;
mod user_mapping;
mod view;

pub use read::read;
