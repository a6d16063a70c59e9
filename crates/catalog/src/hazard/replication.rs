//! What reaches outside the database: extensions, publications, subscriptions, event triggers.

use schemist_sql::Dialect;

use super::rule::mode::AE;
use super::rule::{Example, hazards, schema_diff, squawk};

hazards! {
    EXTENSION_DROPPED = "extension_dropped", Warning, "an extension goes" {
        what: "All of its types and functions go, and fail where they are used.",
        safe: "Drop what uses it first, and leave CASCADE out.",
        examples: &[Example::postgres("DROP EXTENSION IF EXISTS hstore", &[])],
        elsewhere: &[squawk("ban-drop-extension")],
    }
    EXTENSION_UPDATED = "extension_updated", Notice, "an extension gets another version" {
        what: "The script of the extension changes its functions, types and operators; indexes over them may have to be built again.",
        safe: "Read its release notes, and update on a copy first.",
        examples: &[Example::postgres("ALTER EXTENSION plpgsql UPDATE", &[])],
        elsewhere: &[schema_diff("UPGRADING_EXTENSION_VERSION"), schema_diff("EXTENSION_VERSION_UPGRADE")],
    }
    EVENT_TRIGGER_MADE = "event_trigger_made", Notice, "an event trigger comes" {
        what: "It fires on every later change of the schema, also on those of schemist.",
        safe: "Make it last, and keep it quick.",
        examples: &[Example::of(Dialect::Postgres, "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch()")],
    }
    PUBLICATION_DROPPED = "publication_dropped", Warning, "a publication goes" {
        what: "Whoever subscribes to it gets no more changes.",
        safe: "Drop the subscriptions first.",
        examples: &[Example::postgres("DROP PUBLICATION IF EXISTS books", &[])],
    }
    REPLICA_IDENTITY_CHANGED = "replica_identity_changed", Notice, "changed rows are told apart in another way" {
        what: "Subscribers find changed and deleted rows by it. FULL writes whole rows into the log; NOTHING makes updates and deletes of a published table fail.",
        safe: "Use the primary key, or a unique index of columns that are NOT NULL.",
        examples: &[Example::postgres("ALTER TABLE shelf REPLICA IDENTITY FULL", &[("shelf", AE)])],
        elsewhere: &[squawk("ban-replica-identity")],
    }
    PUBLISHED_WITHOUT_KEY = "published_without_key", Warning, "a table without a key is published" {
        what: "Its rows cannot be told apart by subscribers: every UPDATE and DELETE of it fails while it is published.",
        safe: "Give it a primary key or a replica identity first.",
        examples: &[
            Example::of(Dialect::Postgres, "CREATE TABLE hit (at timestamptz); CREATE PUBLICATION hits FOR TABLE hit")
                .better("CREATE TABLE hit (id bigint PRIMARY KEY); CREATE PUBLICATION hits FOR TABLE hit"),
        ],
    }
    REPLICATION_SLOT_LEFT = "replication_slot_left", Danger, "a replication slot stays on the other side" {
        what: "The publisher keeps its log for the slot until somebody drops it, and its disk fills.",
        safe: "Drop the slot on the publisher's side.",
    }
    SUBSCRIPTION_NOT_REFRESHED = "subscription_not_refreshed", Warning, "a subscription does not know its tables yet" {
        what: "Other tables are copied only after ALTER SUBSCRIPTION … REFRESH PUBLICATION.",
        safe: "Run that by hand, outside of a transaction.",
    }
    SUBSCRIPTION_SWITCHED_OFF = "subscription_switched_off", Warning, "a subscription is made switched off" {
        what: "It is made without its slot and without rows, because a revision does not connect to other servers.",
        safe: "Switch it on by hand with ALTER SUBSCRIPTION.",
    }
}
