//! Row security of a table: whether it is on, and the policies that say which rows a role reaches. PostgreSQL alone has it. It is one object, because the order inside matters: policies come before it is switched on, so that nobody is shut out, and it stays on while policies are made anew, so that nobody is let in.

use std::collections::BTreeSet;

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::{ExprPairing, Table, comment};
use crate::hazard::rights;
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Hazard, InPlace, Kind, ObjectId, Pair,
    Part, Reference, Step,
};

/// What a policy is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum PolicyCommand {
    /// Every statement.
    All,
    /// Reading rows.
    Select,
    /// Adding rows.
    Insert,
    /// Changing rows.
    Update,
    /// Removing rows.
    Delete,
}

impl PolicyCommand {
    const fn keyword(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Select => " FOR SELECT",
            Self::Insert => " FOR INSERT",
            Self::Update => " FOR UPDATE",
            Self::Delete => " FOR DELETE",
        }
    }
}

/// How a policy goes together with others.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum PolicyMode {
    /// One of these must let a row through.
    Permissive,
    /// All of these must let a row through.
    Restrictive,
}

/// A policy: which rows a role reaches.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: Ident,
    /// How it goes together with others.
    pub mode: PolicyMode,
    /// What it is for.
    pub command: PolicyCommand,
    /// The roles that it binds; all where none is named.
    pub roles: BTreeSet<Ident>,
    /// Which rows are seen.
    pub using: Option<Expr>,
    /// Which rows may be written.
    pub with_check: Option<Expr>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Policy {
    fn write_roles(&self, script: &mut Script) {
        script.keyword(" TO ");
        if self.roles.is_empty() {
            script.keyword("PUBLIC");
        }
        for (i, role) in self.roles.iter().enumerate() {
            script.keyword(if i > 0 { ", " } else { "" }).ident(role);
        }
    }

    fn write_expressions(&self, script: &mut Script) {
        let expressions = [
            (" USING (", &self.using),
            (" WITH CHECK (", &self.with_check),
        ];
        for (words, expression) in expressions {
            if let Some(expression) = expression {
                script
                    .keyword(words)
                    .expression(expression.as_str())
                    .keyword(")");
            }
        }
    }

    /// Whether `ALTER POLICY` can get from one to the other: it changes neither mode nor command, and
    /// takes no condition away.
    fn is_altered(pair: Pair<&Self>) -> bool {
        let loses = |sides: Pair<&Option<Expr>>| sides.before.is_some() && sides.after.is_none();
        !pair.map(|policy| policy.mode).differs()
            && !pair.map(|policy| policy.command).differs()
            && !loses(pair.map(|policy| &policy.using))
            && !loses(pair.map(|policy| &policy.with_check))
    }
}

/// Row security of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowSecurity {
    /// The table.
    pub table: QualifiedName,
    /// Whether policies bind anyone.
    pub enabled: bool,
    /// Whether they bind the owner, too.
    pub forced: bool,
    /// The policies, by name.
    pub policies: Vec<Policy>,
}

impl RowSecurity {
    /// The id of the row security of the table of this name.
    pub fn id_of(table: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::RowSecurity, table.clone())
    }

    fn policy(&self, name: &Ident) -> Option<&Policy> {
        self.policies.iter().find(|policy| &policy.name == name)
    }

    fn say(&self, words: &'static str, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER TABLE ")
            .name(&self.table)
            .keyword(words);
        Step::new(script.into_text())
    }

    fn enable(&self, dialect: Dialect) -> Step {
        let sentence = format!(
            "roles that do not own table {} reach from now on only the rows that a policy lets through",
            self.table
        );
        self.say(" ENABLE ROW LEVEL SECURITY", dialect)
            .with(Hazard::new(&rights::ROW_SECURITY_ENABLED, sentence))
    }

    fn disable(&self, dialect: Dialect) -> Step {
        let sentence = format!(
            "every role with privileges on table {} reaches all of its rows from now on",
            self.table
        );
        self.say(" DISABLE ROW LEVEL SECURITY", dialect)
            .with(Hazard::new(&rights::ROW_SECURITY_DISABLED, sentence))
    }

    fn force(&self, dialect: Dialect) -> Step {
        let sentence = format!("policies bind the owner of table {}, too", self.table);
        self.say(" FORCE ROW LEVEL SECURITY", dialect)
            .with(Hazard::new(&rights::ROW_SECURITY_FORCED, sentence))
    }

    fn no_force(&self, dialect: Dialect) -> Step {
        let sentence = format!("policies bind the owner of table {} no more", self.table);
        self.say(" NO FORCE ROW LEVEL SECURITY", dialect)
            .with(Hazard::new(&rights::ROW_SECURITY_NOT_FORCED, sentence))
    }

    fn on_policy(&self, words: &'static str, name: &Ident, dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword(words)
            .ident(name)
            .keyword(" ON ")
            .name(&self.table);
        script
    }

    fn create_policy(&self, policy: &Policy, dialect: Dialect) -> Vec<Step> {
        let mut script = self.on_policy("CREATE POLICY ", &policy.name, dialect);
        script.keyword(match policy.mode {
            PolicyMode::Permissive => "",
            PolicyMode::Restrictive => " AS RESTRICTIVE",
        });
        script.keyword(policy.command.keyword());
        if !policy.roles.is_empty() {
            policy.write_roles(&mut script);
        }
        policy.write_expressions(&mut script);
        let mut steps = vec![Step::new(script.into_text())];
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(&policy.name, dialect),
            policy.comment.as_deref(),
        ));
        steps
    }

    fn drop_policy(&self, policy: &Policy, dialect: Dialect) -> Step {
        let script = self.on_policy("DROP POLICY ", &policy.name, dialect);
        Step::new(script.into_text())
    }

    fn comment_target(&self, policy: &Ident, dialect: Dialect) -> String {
        let (policy, table) = (policy.quoted(dialect), self.table.quoted(dialect));
        comment::target("POLICY ", &format!("{policy} ON {table}"))
    }

    /// What the change of a policy means for those whom it binds.
    fn hazard(&self, change: &Pair<Option<&Policy>>) -> Option<Hazard> {
        let table = &self.table;
        let (rule, effect) = match (change.before, change.after) {
            (None, Some(policy)) => match policy.mode {
                PolicyMode::Permissive => (&rights::POLICY_ADDED, "lets roles reach more rows of"),
                PolicyMode::Restrictive => {
                    (&rights::POLICY_ADDED, "lets roles reach fewer rows of")
                }
            },
            (Some(policy), None) => match policy.mode {
                PolicyMode::Permissive => {
                    (&rights::POLICY_DROPPED, "no more lets roles reach rows of")
                }
                PolicyMode::Restrictive => {
                    (&rights::POLICY_DROPPED, "no more keeps roles from rows of")
                }
            },
            (Some(_), Some(_)) => (&rights::POLICY_CHANGED, "changes which rows roles reach of"),
            (None, None) => return None,
        };
        let name = &change.after.or(change.before)?.name;
        let sentence = format!("policy {name} {effect} table {table}");
        Some(Hazard::new(rule, sentence))
    }
}

impl Definition for RowSecurity {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.table)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        BTreeSet::from([Reference {
            object: Table::id_of(&self.table),
            part: Part::Whole,
        }])
    }

    fn roles(&self) -> BTreeSet<Ident> {
        let roles = self.policies.iter().flat_map(|policy| &policy.roles);
        roles.cloned().collect()
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        for policy in &self.policies {
            steps.extend(self.create_policy(policy, dialect));
        }
        if self.enabled {
            steps.push(self.enable(dialect));
        }
        if self.forced {
            steps.push(self.force(dialect));
        }
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.forced {
            steps.push(self.no_force(dialect));
        }
        if self.enabled {
            steps.push(self.disable(dialect));
        }
        let policies = self.policies.iter();
        steps.extend(policies.map(|policy| self.drop_policy(policy, dialect)));
        steps
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let table = Table::id_of(&pair.after.table);
        let table_goes = context.disturbed.iter().any(|disturbance| {
            disturbance.object == table
                && disturbance.part == Part::Whole
                && disturbance.effect == Effect::Removed
        });
        if table_goes {
            return Alteration::Recreate;
        }
        let dialect = context.dialect;
        let mut plan = InPlace::default();
        if context.disturbed.is_empty() {
            plan.main.extend(policies(pair, dialect));
        } else {
            let before = pair.before.policies.iter();
            plan.release
                .extend(before.map(|policy| pair.before.drop_policy(policy, dialect)));
            for policy in &pair.after.policies {
                plan.restore
                    .extend(pair.after.create_policy(policy, dialect));
            }
        }
        match (pair.before.enabled, pair.after.enabled) {
            (false, true) => plan.main.push(pair.after.enable(dialect)),
            (true, false) => plan.main.push(pair.after.disable(dialect)),
            (true, true) | (false, false) => {}
        }
        match (pair.before.forced, pair.after.forced) {
            (false, true) => plan.main.push(pair.after.force(dialect)),
            (true, false) => plan.main.push(pair.after.no_force(dialect)),
            (true, true) | (false, false) => {}
        }
        Alteration::InPlace(plan)
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        for own in &mut zipped.policies {
            let Some(other) = other.policy(&own.name) else {
                continue;
            };
            let pairs = [
                (&mut own.using, &other.using),
                (&mut own.with_check, &other.with_check),
            ];
            for (own, other) in pairs {
                if let (Some(own), Some(other)) = (own, other) {
                    *own = f(own, other);
                }
            }
        }
        zipped
    }

    fn settle(&self, live: &Self, _dialect: Dialect) -> Self {
        self.zip_expressions(live, Expr::settle)
    }

    fn without_expressions(&self) -> Self {
        let mut bare = self.clone();
        let empty = |expression: Option<Expr>| expression.map(|_| Expr::from_server(""));
        for policy in &mut bare.policies {
            policy.using = empty(policy.using.take());
            policy.with_check = empty(policy.with_check.take());
        }
        bare
    }
}

/// Drops, makes and alters policies one by one.
fn policies(pair: Pair<&RowSecurity>, dialect: Dialect) -> Vec<Step> {
    let after = pair.after;
    let with = |step: Step, change: Pair<Option<&Policy>>| match after.hazard(&change) {
        Some(hazard) => step.with(hazard),
        None => step,
    };
    let mut steps = Vec::new();
    for old in &pair.before.policies {
        if after.policy(&old.name).is_none() {
            let step = after.drop_policy(old, dialect);
            steps.push(with(step, Pair::new(Some(old), None)));
        }
    }
    for new in &after.policies {
        let Some(old) = pair.before.policy(&new.name) else {
            let mut made = after.create_policy(new, dialect).into_iter();
            let first = made.next();
            steps.extend(first.map(|step| with(step, Pair::new(None, Some(new)))));
            steps.extend(made);
            continue;
        };
        let sides = Pair::new(old, new);
        if !Policy::is_altered(sides) {
            let step = after.drop_policy(old, dialect);
            steps.push(with(step, sides.map(Some)));
            steps.extend(after.create_policy(new, dialect));
            continue;
        }
        let silent = |policy: &Policy| Policy {
            comment: None,
            ..policy.clone()
        };
        if sides.map(silent).differs() {
            let step = alter_policy(after, sides, dialect);
            steps.push(with(step, sides.map(Some)));
        }
        steps.extend(comment::on_alter(
            dialect,
            &after.comment_target(&new.name, dialect),
            sides.map(|policy| policy.comment.as_deref()),
        ));
    }
    steps
}

fn alter_policy(security: &RowSecurity, pair: Pair<&Policy>, dialect: Dialect) -> Step {
    let mut script = security.on_policy("ALTER POLICY ", &pair.after.name, dialect);
    if pair.map(|policy| &policy.roles).differs() {
        pair.after.write_roles(&mut script);
    }
    let changed = Policy {
        using: pair
            .after
            .using
            .clone()
            .filter(|_| pair.map(|policy| &policy.using).differs()),
        with_check: pair
            .after
            .with_check
            .clone()
            .filter(|_| pair.map(|policy| &policy.with_check).differs()),
        ..pair.after.clone()
    };
    changed.write_expressions(&mut script);
    Step::new(script.into_text())
}
