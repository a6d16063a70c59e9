//! schemist
