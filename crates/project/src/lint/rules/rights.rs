//! Who may do what, and what reaches outside the database.

use schemist_catalog::hazard::{replication, rights};

use crate::lint::act::{Act, Action};
use crate::lint::scene::{Found, Scene};

/// Row security and its policies.
pub fn row_security(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::AlterTable { table, actions, .. }) => {
            for (action, span) in actions {
                let Action::RowSecurity(words) = action else {
                    continue;
                };
                let (rule, sentence) = match *words {
                    "ENABLE ROW LEVEL SECURITY" if scene.is_old(table) => (
                        &rights::ROW_SECURITY_ENABLED,
                        format!(
                            "roles reach only the rows of table {table} that policies let through"
                        ),
                    ),
                    "DISABLE ROW LEVEL SECURITY" => (
                        &rights::ROW_SECURITY_DISABLED,
                        format!("whoever may use table {table} reaches all of its rows"),
                    ),
                    "FORCE ROW LEVEL SECURITY" if scene.is_old(table) => (
                        &rights::ROW_SECURITY_FORCED,
                        format!("the owner of table {table} is bound by its policies"),
                    ),
                    "NO FORCE ROW LEVEL SECURITY" => (
                        &rights::ROW_SECURITY_NOT_FORCED,
                        format!("the owner of table {table} is bound by its policies no more"),
                    ),
                    _ => continue,
                };
                found.push(scene.found_at(*span, rule, sentence).of(table));
            }
        }
        Some(Act::Create {
            kind,
            on: Some(table),
            ..
        }) if kind == "POLICY" && scene.is_old(table) => {
            let sentence = format!("a policy changes which rows of table {table} roles reach");
            found.push(scene.found(&rights::POLICY_ADDED, sentence).of(table));
        }
        Some(Act::AlterPolicy(Some(table))) if scene.is_old(table) => {
            let sentence = format!("another policy says which rows of table {table} roles reach");
            found.push(scene.found(&rights::POLICY_CHANGED, sentence).of(table));
        }
        _ => {}
    }
}

/// Privileges, owners, and functions that run with their owner's rights.
pub fn privileges(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::Grant) => {
            found.push(scene.found(&rights::PRIVILEGE_GRANTED, "a role may do more"))
        }
        Some(Act::Revoke) => found.push(scene.found(
            &rights::PRIVILEGE_REVOKED,
            "a role may do less, and what needs it fails",
        )),
        Some(Act::DefaultPrivileges) => found.push(scene.found(
            &rights::DEFAULT_PRIVILEGES_CHANGED,
            "what is made from now on has other privileges",
        )),
        Some(Act::ChangeOwner(kind, Some(name))) => {
            let kind = kind.to_ascii_lowercase();
            let sentence = format!("{kind} {name} belongs to another role from now on");
            found.push(scene.found(&rights::OWNER_CHANGED, sentence));
        }
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                if *action == Action::Owner {
                    let sentence = format!("table {table} belongs to another role from now on");
                    let owner = scene.found_at(*span, &rights::OWNER_CHANGED, sentence);
                    found.push(owner.of(table));
                }
            }
        }
        Some(Act::OpenFunction(name)) => {
            let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
            let sentence = format!(
                "function {name} runs with its owner's rights and finds names where the caller's search_path says"
            );
            found.push(scene.found(&rights::SECURITY_DEFINER_WITHOUT_SEARCH_PATH, sentence));
        }
        _ => {}
    }
}

/// Extensions, event triggers, and how changes reach subscribers.
pub fn outside(scene: &Scene<'_>, found: &mut Vec<Found>) {
    match &scene.statement.act {
        Some(Act::UpdateExtension(name)) => {
            let sentence =
                format!("extension {name} gets another version, and what it brings may change");
            found.push(scene.found(&replication::EXTENSION_UPDATED, sentence));
        }
        Some(Act::Create { kind, name, .. }) if kind == "EVENT TRIGGER" => {
            let name = name.as_ref().map(ToString::to_string).unwrap_or_default();
            let sentence =
                format!("event trigger {name} fires on every later change of the schema");
            found.push(scene.found(&replication::EVENT_TRIGGER_MADE, sentence));
        }
        Some(Act::AlterTable { table, actions, .. }) if scene.is_old(table) => {
            for (action, span) in actions {
                if *action == Action::ReplicaIdentity {
                    let sentence =
                        format!("subscribers tell rows of table {table} apart in another way");
                    let other =
                        scene.found_at(*span, &replication::REPLICA_IDENTITY_CHANGED, sentence);
                    found.push(other.of(table));
                }
            }
        }
        _ => {}
    }
}
