//! Where the server keeps things, and which object or part of one each place means to us.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemist_catalog::{ObjectId, Part};

/// The system tables that things are kept in; their numbers are the same in every database.
pub(super) mod class {
    /// `pg_type`
    pub(crate) const TYPE: u32 = 1247;
    /// `pg_proc`
    pub(crate) const ROUTINE: u32 = 1255;
    /// `pg_class`
    pub(crate) const RELATION: u32 = 1259;
    /// `pg_attrdef`
    pub(crate) const DEFAULT: u32 = 2604;
    /// `pg_constraint`
    pub(crate) const CONSTRAINT: u32 = 2606;
    /// `pg_namespace`
    pub(crate) const SCHEMA: u32 = 2615;
    /// `pg_rewrite`
    pub(crate) const RULE: u32 = 2618;
    /// `pg_trigger`
    pub(crate) const TRIGGER: u32 = 2620;
    /// `pg_policy`
    pub(crate) const POLICY: u32 = 3256;
    /// `pg_statistic_ext`
    pub(crate) const STATISTICS: u32 = 3381;
    /// `pg_foreign_data_wrapper`
    pub(crate) const FOREIGN_DATA_WRAPPER: u32 = 2328;
    /// `pg_foreign_server`
    pub(crate) const SERVER: u32 = 1417;
    /// `pg_user_mapping`
    pub(crate) const USER_MAPPING: u32 = 1418;
    /// `pg_subscription`
    pub(crate) const SUBSCRIPTION: u32 = 6100;
    /// `pg_event_trigger`
    pub(crate) const EVENT_TRIGGER: u32 = 3466;
    /// `pg_publication`
    pub(crate) const PUBLICATION: u32 = 6104;
    /// `pg_extension`
    pub(crate) const EXTENSION: u32 = 3079;
    /// `pg_am`
    pub(crate) const ACCESS_METHOD: u32 = 2601;
    /// `pg_cast`
    pub(crate) const CAST: u32 = 2605;
    /// `pg_collation`
    pub(crate) const COLLATION: u32 = 3456;
    /// `pg_conversion`
    pub(crate) const CONVERSION: u32 = 2607;
    /// `pg_language`
    pub(crate) const LANGUAGE: u32 = 2612;
    /// `pg_opclass`
    pub(crate) const OPERATOR_CLASS: u32 = 2616;
    /// `pg_operator`
    pub(crate) const OPERATOR: u32 = 2617;
    /// `pg_opfamily`
    pub(crate) const OPERATOR_FAMILY: u32 = 2753;
    /// `pg_transform`
    pub(crate) const TRANSFORM: u32 = 3576;
    /// `pg_ts_config`
    pub(crate) const TEXT_SEARCH_CONFIGURATION: u32 = 3602;
    /// `pg_ts_dict`
    pub(crate) const TEXT_SEARCH_DICTIONARY: u32 = 3600;
    /// `pg_ts_parser`
    pub(crate) const TEXT_SEARCH_PARSER: u32 = 3601;
    /// `pg_ts_template`
    pub(crate) const TEXT_SEARCH_TEMPLATE: u32 = 3764;
}

/// One place in the server's system tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// The system table.
    pub(super) class: u32,
    /// The row in it.
    pub(super) object: u32,
    /// The column of a relation, or 0 for the whole.
    pub(super) column: i32,
}

impl Address {
    /// The place of a whole thing.
    pub(super) const fn whole(class: u32, object: u32) -> Self {
        Self {
            class,
            object,
            column: 0,
        }
    }

    /// The place of a column.
    pub(super) const fn column(relation: u32, column: i32) -> Self {
        Self {
            class: class::RELATION,
            object: relation,
            column,
        }
    }
}

/// What is at each place that was read.
///
/// An object's id is shared by all its places: a table has one for each of its columns.
#[derive(Debug, Default)]
pub(super) struct Addresses(BTreeMap<Address, (Arc<ObjectId>, Part)>);

impl Addresses {
    /// Says what is at a place.
    pub(super) fn add(&mut self, address: Address, object: impl Into<Arc<ObjectId>>, part: Part) {
        self.0.insert(address, (object.into(), part));
    }

    /// Says that a whole object is at a place.
    pub(super) fn add_whole(&mut self, class: u32, number: u32, object: impl Into<Arc<ObjectId>>) {
        self.add(Address::whole(class, number), object, Part::Whole);
    }

    /// What is at a place, or at the whole that it is a part of.
    pub(super) fn get(&self, address: Address) -> Option<(&ObjectId, &Part)> {
        let whole = Address::whole(address.class, address.object);
        let (object, part) = self.0.get(&address).or_else(|| self.0.get(&whole))?;
        Some((object, part))
    }

    /// Every place of a whole object.
    pub(super) fn of(&self, object: &ObjectId) -> Vec<Address> {
        let is_here = |(_, (id, part)): &(&Address, &(Arc<ObjectId>, Part))| {
            **id == *object && *part == Part::Whole
        };
        let places = self.0.iter().filter(is_here);
        places.map(|(address, _)| *address).collect()
    }
}
