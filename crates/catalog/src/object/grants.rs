//! Grants: who may do what, and what leads from one set of them to another. PostgreSQL keeps them with the object; revoking a privilege on a whole table revokes it on each of its columns, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemist_sql::{Ident, Script};

/// Whom a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Grantee {
    /// Whoever owns the object.
    Owner,
    /// Every role.
    Public,
    /// One role.
    Role(Ident),
}

/// Whether the grantee may grant it to others.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum GrantOption {
    /// It may not.
    Without,
    /// It may.
    With,
}

/// One privilege of one grantee.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(from = "StoredGrant", into = "StoredGrant")]
pub struct Grant {
    /// The role that granted it, where that is not the owner.
    pub grantor: Option<Ident>,
    /// Whom it is for.
    pub grantee: Grantee,
    /// The privilege, in the server's words: `SELECT`.
    pub privilege: String,
    /// The column that it is on; `None` for the whole object.
    pub column: Option<Ident>,
    /// Whether the grantee may grant it to others.
    pub option: GrantOption,
}

impl Grant {
    fn place(&self) -> Place<'_> {
        Place {
            grantor: self.grantor.as_ref(),
            grantee: &self.grantee,
            privilege: &self.privilege,
            column: self.column.as_ref(),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.privilege)?;
        if let Some(column) = &self.column {
            write!(f, " ({})", column.as_str())?;
        }
        match &self.grantee {
            Grantee::Owner => f.write_str(" for the owner")?,
            Grantee::Public => f.write_str(" for every role")?,
            Grantee::Role(role) => write!(f, " for role {}", role.as_str())?,
        }
        match &self.grantor {
            Some(role) => write!(f, " from role {}", role.as_str()),
            None => Ok(()),
        }
    }
}

/// A grant where catalogs are stored: with a name, by which two lists of grants are compared.
#[derive(serde::Serialize, serde::Deserialize)]
struct StoredGrant {
    name: String,
    grantor: Option<Ident>,
    grantee: Grantee,
    privilege: String,
    column: Option<Ident>,
    option: GrantOption,
}

impl From<Grant> for StoredGrant {
    fn from(grant: Grant) -> Self {
        Self {
            name: grant.to_string(),
            grantor: grant.grantor,
            grantee: grant.grantee,
            privilege: grant.privilege,
            column: grant.column,
            option: grant.option,
        }
    }
}

impl From<StoredGrant> for Grant {
    fn from(stored: StoredGrant) -> Self {
        Self {
            grantor: stored.grantor,
            grantee: stored.grantee,
            privilege: stored.privilege,
            column: stored.column,
            option: stored.option,
        }
    }
}

/// All grants on one object.
pub type Grants = BTreeSet<Grant>;

/// What tells one grant from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    grantor: Option<&'a Ident>,
    grantee: &'a Grantee,
    privilege: &'a str,
    column: Option<&'a Ident>,
}

/// What a statement does to privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// Takes them away.
    Revoke,
    /// Takes away that they may be granted to others.
    RevokeOption,
    /// Gives them.
    Grant(GrantOption),
}

/// Privileges of one grantee that one statement gives or takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantChange {
    /// Which of both.
    pub(crate) act: Act,
    /// The role that does it, where that is not the owner.
    pub(crate) grantor: Option<Ident>,
    /// Whom it is about.
    pub(crate) grantee: Grantee,
    /// The privileges, each with its columns; none for the whole object.
    pub(crate) privileges: BTreeMap<String, BTreeSet<Ident>>,
}

impl GrantChange {
    /// The privileges with commas between them.
    pub(crate) fn list(&self, script: &mut Script) {
        for (place, (privilege, columns)) in self.privileges.iter().enumerate() {
            script
                .keyword(if place > 0 { ", " } else { "" })
                .expression(privilege);
            if !columns.is_empty() {
                script.keyword(" ").idents(columns);
            }
        }
    }

    /// The privileges as a sentence has them.
    pub(crate) fn words(&self) -> String {
        let word = |(privilege, columns): (&String, &BTreeSet<Ident>)| {
            if columns.is_empty() {
                return privilege.clone();
            }
            let columns: Vec<_> = columns.iter().map(ToString::to_string).collect();
            format!("{privilege} ({})", columns.join(", "))
        };
        let words: Vec<_> = self.privileges.iter().map(word).collect();
        words.join(", ")
    }
}

/// What leads from one set of grants to the other: first what is taken away, then what is given.
pub(crate) fn changes(before: &Grants, after: &Grants) -> Vec<GrantChange> {
    let of_owner = |grants: &Grants| -> Grants {
        let own = grants.iter().filter(|grant| grant.grantor.is_none());
        own.cloned().collect()
    };
    let passed_on = |grants: &Grants| -> Vec<Grant> {
        let others = grants.iter().filter(|grant| grant.grantor.is_some());
        others.cloned().collect()
    };
    let (own_before, own_after) = (of_owner(before), of_owner(after));
    let (taken, given) = between(&own_before, &own_after);
    let (passed_before, passed_after) = (passed_on(before), passed_on(after));
    // What was passed on hangs on the owner's grants: it goes before them and comes after them.
    let is_stirred = !taken.is_empty() || passed_before != passed_after;
    let mut changes = Vec::new();
    if is_stirred {
        let revoked = in_order_of_passing(&passed_before);
        changes.extend(
            revoked
                .into_iter()
                .rev()
                .map(|grant| one(Act::Revoke, grant)),
        );
    }
    changes.extend(merged(taken));
    changes.extend(merged(given));
    if is_stirred {
        let granted = in_order_of_passing(&passed_after);
        changes.extend(
            granted
                .into_iter()
                .map(|grant| one(Act::Grant(grant.option), grant)),
        );
    }
    changes
}

/// The roles that grants name.
pub(crate) fn roles(grants: &Grants) -> BTreeSet<Ident> {
    let mut roles = BTreeSet::new();
    for grant in grants {
        roles.extend(grant.grantor.clone());
        match &grant.grantee {
            Grantee::Owner | Grantee::Public => {}
            Grantee::Role(role) => drop(roles.insert(role.clone())),
        }
    }
    roles
}

type Changed<'a> = Vec<(Act, &'a Grant)>;

/// What is taken away from the owner's grants, and what is given.
fn between<'a>(before: &'a Grants, after: &'a Grants) -> (Changed<'a>, Changed<'a>) {
    let wanted: BTreeMap<_, _> = after.iter().map(|grant| (grant.place(), grant)).collect();
    let had: BTreeMap<_, _> = before.iter().map(|grant| (grant.place(), grant)).collect();
    let mut taken = Vec::new();
    for (place, grant) in &had {
        match wanted.get(place) {
            None => taken.push((Act::Revoke, *grant)),
            Some(wanted) if wanted.option < grant.option => {
                taken.push((Act::RevokeOption, *grant));
            }
            Some(_) => {}
        }
    }
    let loses = |grant: &Grant| {
        grant.column.is_some()
            && taken.iter().any(|(_, whole)| {
                whole.column.is_none()
                    && whole.grantee == grant.grantee
                    && whole.privilege == grant.privilege
            })
    };
    let mut given = Vec::new();
    for (place, grant) in &wanted {
        let has = had.get(place).is_some_and(|had| had.option >= grant.option);
        if !has || loses(grant) {
            given.push((Act::Grant(grant.option), *grant));
        }
    }
    (taken, given)
}

fn one(act: Act, grant: Grant) -> GrantChange {
    let columns = grant.column.into_iter().collect();
    GrantChange {
        act,
        grantor: grant.grantor,
        grantee: grant.grantee,
        privileges: BTreeMap::from([(grant.privilege, columns)]),
    }
}

/// One change for all privileges of a grantee that change alike; whole objects apart from columns, where
/// a privilege is both.
fn merged(changed: Changed<'_>) -> Vec<GrantChange> {
    let mut merged: BTreeMap<(Act, &Grantee, bool), GrantChange> = BTreeMap::new();
    for (act, grant) in changed {
        let is_of_column = grant.column.is_some();
        let change = merged
            .entry((act, &grant.grantee, is_of_column))
            .or_insert_with(|| GrantChange {
                act,
                grantor: None,
                grantee: grant.grantee.clone(),
                privileges: BTreeMap::new(),
            });
        let columns = change.privileges.entry(grant.privilege.clone());
        columns.or_default().extend(grant.column.clone());
    }
    merged.into_values().collect()
}

/// Grants of others than the owner, each after those that allow it.
fn in_order_of_passing(grants: &[Grant]) -> Vec<Grant> {
    let mut waiting: Vec<_> = grants.to_vec();
    let mut ordered: Vec<Grant> = Vec::new();
    while !waiting.is_empty() {
        let comes_later = |grant: &Grant, waiting: &[Grant]| {
            waiting.iter().any(|other| {
                other.option == GrantOption::With
                    && other.privilege == grant.privilege
                    && grant.grantor.clone().map(Grantee::Role) == Some(other.grantee.clone())
            })
        };
        let (later, next): (Vec<_>, Vec<_>) = waiting
            .iter()
            .cloned()
            .partition(|grant| comes_later(grant, &waiting));
        if next.is_empty() {
            ordered.extend(later);
            break;
        }
        ordered.extend(next);
        waiting = later;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::Dialect;

    use super::*;

    /// Grants as `grantee:privilege`, with `(column)`, `*` for the option and `/grantor` behind it.
    fn grants(text: &str) -> Grants {
        let grant = |word: &str| {
            let (word, grantor) = word.split_once('/').unwrap_or((word, ""));
            let (grantee, rest) = word.split_once(':').unwrap();
            let (rest, option) = match rest.strip_suffix('*') {
                Some(rest) => (rest, GrantOption::With),
                None => (rest, GrantOption::Without),
            };
            let (privilege, column) = rest.split_once('(').unwrap_or((rest, ""));
            Grant {
                grantor: Ident::parse(grantor).ok(),
                grantee: match grantee {
                    "owner" => Grantee::Owner,
                    "public" => Grantee::Public,
                    role => Grantee::Role(Ident::parse(role).unwrap()),
                },
                privilege: privilege.to_owned(),
                column: Ident::parse(column.trim_end_matches(')')).ok(),
                option,
            }
        };
        text.split_whitespace().map(grant).collect()
    }

    fn said(before: &str, after: &str) -> String {
        let changes = changes(&grants(before), &grants(after));
        let line = |change: &GrantChange| {
            let mut script = Script::new(Dialect::Postgres);
            change.list(&mut script);
            let (act, list, grantee) = (change.act, script.as_str(), &change.grantee);
            let by = change.grantor.as_ref().map(|role| format!(" by {role}"));
            format!("{act:?} {list} {grantee:?}{}", by.unwrap_or_default())
        };
        changes.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_changes_alike_is_one_statement() {
        assert_snapshot!(said("a:SELECT a:INSERT b:SELECT", "a:SELECT* b:SELECT b:UPDATE b:DELETE public:SELECT"), @r#"
        Revoke INSERT Role(Ident("a"))
        Grant(Without) SELECT Public
        Grant(Without) DELETE, UPDATE Role(Ident("b"))
        Grant(With) SELECT Role(Ident("a"))
        "#);
        assert_snapshot!(said("a:SELECT*", "a:SELECT"), @r#"RevokeOption SELECT Role(Ident("a"))"#);
        assert_snapshot!(said("owner:SELECT", ""), @"Revoke SELECT Owner");
        assert_eq!(said("a:SELECT", "a:SELECT"), "");
    }

    #[test]
    fn columns_lose_what_the_whole_table_loses() {
        assert_snapshot!(said("a:SELECT a:SELECT(x)", "a:SELECT(x) a:SELECT(y)"), @r#"
        Revoke SELECT Role(Ident("a"))
        Grant(Without) SELECT ("x", "y") Role(Ident("a"))
        "#);
    }

    #[test]
    fn what_was_passed_on_goes_first_and_comes_last() {
        assert_snapshot!(said("a:SELECT* b:SELECT*/a c:SELECT/b", "a:SELECT* c:SELECT/a"), @r#"
        Revoke SELECT Role(Ident("c")) by "b"
        Revoke SELECT Role(Ident("b")) by "a"
        Grant(Without) SELECT Role(Ident("c")) by "a"
        "#);
        assert_snapshot!(said("", "a:SELECT* b:SELECT*/z z:SELECT*/a"), @r#"
        Grant(With) SELECT Role(Ident("a"))
        Grant(With) SELECT Role(Ident("z")) by "a"
        Grant(With) SELECT Role(Ident("b")) by "z"
        "#);
        assert_snapshot!(said("a:SELECT* b:SELECT/a", "a:SELECT* a:INSERT b:SELECT/a"), @r#"Grant(Without) INSERT Role(Ident("a"))"#);
    }
}
