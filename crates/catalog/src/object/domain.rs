//! Domains: types with conditions of their own over another type. PostgreSQL alone has them. The type below cannot change in place, so that the domain is replaced by a new one under its name; and the server checks new conditions in every table, but refuses to where the domain is inside of arrays or other types.

use std::collections::{BTreeMap, BTreeSet};

use schemist_sql::{Dialect, Ident, QualifiedName, Script};

use super::table::{mentions_any, settle_check_list, zip_check_list};
use super::{Check, ExprPairing, comment, in_schema, type_swap};
use crate::hazard::rows;
use crate::{
    Alteration, Catalog, Context, Definition, Effect, Expr, Forms, Hazard, InPlace, Kind,
    NameLabel, ObjectId, Pair, Part, Reference, Step, is_made_up,
};

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Domain {
    /// Its name.
    pub name: QualifiedName,
    /// The type below it, in the server's words.
    pub base_type: String,
    /// The object that the type below is, or is an array of, where it is one of the database.
    pub base: Option<ObjectId>,
    /// Its collation, where it is not that of the type below.
    pub collation: Option<String>,
    /// The value of columns that are given none.
    pub default: Option<Expr>,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Its conditions, by name.
    pub checks: Vec<Check>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

impl Domain {
    /// The id of the domain of this name.
    pub fn id_of(name: &QualifiedName) -> ObjectId {
        ObjectId::new(Kind::Domain, name.clone())
    }

    /// Puts conditions into their canonical order; to be called once all of them are in.
    pub fn sort(&mut self) {
        self.checks.sort_by(|one, other| {
            (&one.name, &one.expression).cmp(&(&other.name, &other.expression))
        });
    }

    fn create_statement(&self, dialect: Dialect) -> Step {
        let mut script = Script::new(dialect);
        script
            .keyword("CREATE DOMAIN ")
            .name(&self.name)
            .keyword(" AS ")
            .expression(&self.base_type);
        if let Some(collation) = &self.collation {
            script.keyword(" COLLATE ").expression(collation);
        }
        if let Some(default) = &self.default {
            script.keyword(" DEFAULT ").expression(default.as_str());
        }
        script.keyword(if self.nullable { "" } else { " NOT NULL" });
        for check in self.checks.iter().filter(|check| check.validated) {
            script.keyword("\n    ");
            write_check(&mut script, check);
        }
        Step::new(script.into_text())
    }

    fn alter_domain(&self, dialect: Dialect) -> Script {
        let mut script = Script::new(dialect);
        script
            .keyword("ALTER DOMAIN ")
            .name(&self.name)
            .keyword(" ");
        script
    }

    fn set_default(&self, default: Option<&Expr>, dialect: Dialect) -> Step {
        let mut script = self.alter_domain(dialect);
        match default {
            Some(default) => script.keyword("SET DEFAULT ").expression(default.as_str()),
            None => script.keyword("DROP DEFAULT"),
        };
        Step::new(script.into_text())
    }

    fn add_check(&self, check: &Check, dialect: Dialect) -> Step {
        let mut script = self.alter_domain(dialect);
        script.keyword("ADD ");
        write_check(&mut script, check);
        if !check.validated {
            script.keyword(" NOT VALID");
            return Step::new(script.into_text());
        }
        Step::new(script.into_text()).with(Hazard::new(
            &rows::CHECK_ADDED,
            format!(
                "every table with a column of domain {} is scanned, and rows that break the condition make this fail",
                self.name
            ),
        ))
    }

    fn on_check(&self, words: &'static str, check: &Check, dialect: Dialect) -> Step {
        let mut script = self.alter_domain(dialect);
        script.keyword(words);
        if let Some(name) = &check.name {
            script.ident(name);
        }
        Step::new(script.into_text())
    }

    /// The statement that looks into every table, in a transaction that holds nothing but that.
    fn validate_later(&self, check: &Check, dialect: Dialect) -> Step {
        let step = self.on_check("VALIDATE CONSTRAINT ", check, dialect);
        Step::apart(step.sql).with(Hazard::new(
            &rows::CHECK_ADDED,
            format!(
                "values of domain {} that break the condition make this fail",
                self.name
            ),
        ))
    }

    fn comment_target(&self, dialect: Dialect) -> String {
        comment::target("DOMAIN ", &self.name.quoted(dialect))
    }

    fn check_target(&self, name: &Ident, dialect: Dialect) -> String {
        let (name, domain) = (name.quoted(dialect), self.name.quoted(dialect));
        comment::target("CONSTRAINT ", &format!("{name} ON DOMAIN {domain}"))
    }

    fn check(&self, name: Option<&Ident>) -> Option<&Check> {
        self.checks.iter().find(|check| check.name.as_ref() == name)
    }

    /// Whether the server would have to look into rows that it cannot look into.
    fn asks_for_rows(pair: Pair<&Self>) -> bool {
        let is_new = |check: &Check| match pair.before.check(check.name.as_ref()) {
            Some(before) => !before.has_content_of(check),
            None => true,
        };
        let mut checks = pair.after.checks.iter();
        (pair.before.nullable && !pair.after.nullable)
            || checks.any(|check| check.validated && is_new(check))
    }
}

fn write_check(script: &mut Script, check: &Check) {
    if let Some(name) = &check.name {
        script.keyword("CONSTRAINT ").ident(name).keyword(" ");
    }
    check.write(script);
}

impl Definition for Domain {
    fn id(&self) -> ObjectId {
        Self::id_of(&self.name)
    }

    fn references(&self, _catalog: &Catalog) -> BTreeSet<Reference> {
        let mut references = in_schema(self.name.schema.as_ref());
        references.extend(self.base.clone().map(|object| Reference {
            object,
            part: Part::Whole,
        }));
        references
    }

    fn create(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = vec![self.create_statement(dialect)];
        let later = self.checks.iter().filter(|check| !check.validated);
        steps.extend(later.map(|check| self.add_check(check, dialect)));
        steps.extend(comment::on_create(
            dialect,
            &self.comment_target(dialect),
            self.comment.as_deref(),
        ));
        for check in &self.checks {
            if let Some(name) = &check.name {
                let target = self.check_target(name, dialect);
                steps.extend(comment::on_create(
                    dialect,
                    &target,
                    check.comment.as_deref(),
                ));
            }
        }
        steps
    }

    fn drop(&self, dialect: Dialect) -> Vec<Step> {
        let mut script = Script::new(dialect);
        script.keyword("DROP DOMAIN ").name(&self.name);
        vec![Step::new(script.into_text())]
    }

    fn alter(pair: Pair<&Self>, context: &Context<'_>) -> Alteration {
        let id = pair.after.id();
        let is_base = |object: &ObjectId| pair.before.base.as_ref() == Some(object);
        let mut disturbed = context.disturbed.iter();
        let base_goes = disturbed.any(|disturbance| {
            is_base(&disturbance.object)
                && matches!(disturbance.effect, Effect::Swapped | Effect::Removed)
        });
        let collation = pair.before.collation.as_deref();
        let is_sorted_anew = context.disturbed.iter().any(|disturbance| {
            let name = BTreeSet::from([disturbance.object.name.name.clone()]);
            disturbance.object.kind == Kind::Collation
                && collation.is_some_and(|collation| mentions_any(collation, &name))
        });
        let is_other = base_goes
            || is_sorted_anew
            || pair.map(|domain| &domain.base_type).differs()
            || pair.map(|domain| &domain.collation).differs()
            || (Self::asks_for_rows(pair) && type_swap::is_contained(&id, context));
        if !is_other {
            return Alteration::InPlace(in_place(pair, context));
        }
        if type_swap::is_stored(&id, context) {
            let successor = pair.after.create(context.dialect);
            type_swap::swap(context.dialect, "DOMAIN", &pair.before.name, successor)
        } else {
            Alteration::Recreate
        }
    }

    fn zip_expressions(&self, other: &Self, f: ExprPairing) -> Self {
        let mut zipped = self.clone();
        if let (Some(own), Some(other)) = (&mut zipped.default, &other.default) {
            *own = f(own, other);
        }
        zip_check_list(&mut zipped.checks, &other.checks, f);
        zipped
    }

    fn settle(&self, live: &Self, dialect: Dialect) -> Self {
        let mut settled = self.zip_expressions(live, Expr::settle);
        let is_made_up = |check: &Check| {
            check.name.as_ref().is_some_and(|name| {
                is_made_up(dialect, name, &self.name.name, &[], NameLabel::Check)
            })
        };
        settle_check_list(&mut settled.checks, &live.checks, is_made_up);
        settled.sort();
        settled
    }

    fn without_expressions(&self) -> Self {
        let mut bare = self.clone();
        bare.default = bare.default.map(|_| Expr::from_server(""));
        for check in &mut bare.checks {
            check.expression = Expr::from_server("");
        }
        bare.sort();
        bare
    }
}

/// What is said of a domain whose conditions need something that is dropped and made again, and what
/// changes by itself.
fn in_place(pair: Pair<&Domain>, context: &Context<'_>) -> InPlace {
    let dialect = context.dialect;
    let mut plan = InPlace::default();
    let let_go = let_go(pair.before, context);
    let before_default = pair.before.default.as_ref().filter(|_| !let_go.default);
    if let_go.default {
        plan.release.push(pair.before.set_default(None, dialect));
    }
    if before_default != pair.after.default.as_ref() {
        let step = pair.after.set_default(pair.after.default.as_ref(), dialect);
        if let_go.default {
            &mut plan.restore
        } else {
            &mut plan.main
        }
        .push(step);
    }
    if pair.map(|domain| domain.nullable).differs() {
        plan.main.push(nullability(pair.after, dialect));
    }
    let remade = checks(pair, &let_go.checks, context, &mut plan);
    plan.main.extend(comment::on_alter(
        dialect,
        &pair.after.comment_target(dialect),
        pair.map(|domain| domain.comment.as_deref()),
    ));
    let comments = check_comments(pair, &remade, dialect);
    let last = if let_go.checks.is_empty() {
        &mut plan.main
    } else {
        &mut plan.restore
    };
    last.extend(comments);
    plan
}

/// What of a domain lets go of something that does not stand still.
struct LetGo {
    default: bool,
    checks: BTreeSet<Option<Ident>>,
}

fn let_go(domain: &Domain, context: &Context<'_>) -> LetGo {
    let names: BTreeSet<_> = context
        .disturbed
        .iter()
        .filter(|disturbance| matches!(disturbance.effect, Effect::Removed | Effect::Swapped))
        .map(|disturbance| disturbance.object.name.name.clone())
        .collect();
    let mentions = |expression: &Expr| mentions_any(expression.as_str(), &names);
    let found = |all: bool| LetGo {
        default: domain
            .default
            .as_ref()
            .is_some_and(|default| all || mentions(default)),
        checks: domain
            .checks
            .iter()
            .filter(|check| all || mentions(&check.expression))
            .map(|check| check.name.clone())
            .collect(),
    };
    let named = found(false);
    // An operator is known by its sign and not by its name.
    if names.is_empty() || named.default || !named.checks.is_empty() {
        return named;
    }
    found(true)
}

fn nullability(after: &Domain, dialect: Dialect) -> Step {
    let mut script = after.alter_domain(dialect);
    if after.nullable {
        script.keyword("DROP NOT NULL");
        return Step::new(script.into_text());
    }
    script.keyword("SET NOT NULL");
    Step::new(script.into_text()).with(Hazard::new(
        &rows::NOT_NULL_SET,
        format!(
            "every table with a column of domain {} is scanned, and rows with no value make this fail",
            after.name
        ),
    ))
}

/// Drops, renames, validates and adds conditions; what was made here has lost what was said of it.
fn checks(
    pair: Pair<&Domain>,
    let_go: &BTreeSet<Option<Ident>>,
    context: &Context<'_>,
    plan: &mut InPlace,
) -> BTreeMap<Option<Ident>, Option<Ident>> {
    let dialect = context.dialect;
    let mut came_from = BTreeMap::new();
    let stands = |before: &Check, after: &Check| {
        !let_go.contains(&before.name)
            && before.expression == after.expression
            && before.no_inherit == after.no_inherit
            && (after.validated || !before.validated)
    };
    for before in &pair.before.checks {
        let same = pair.after.check(before.name.as_ref());
        let successor = same.filter(|after| stands(before, after)).or_else(|| {
            let mut free = pair.after.checks.iter().filter(|after| {
                pair.before.check(after.name.as_ref()).is_none()
                    && !came_from.contains_key(&after.name)
            });
            free.find(|after| same.is_none() && stands(before, after))
        });
        let Some(after) = successor else {
            let step = pair.after.on_check("DROP CONSTRAINT ", before, dialect);
            let is_let_go = let_go.contains(&before.name);
            if is_let_go {
                &mut plan.release
            } else {
                &mut plan.main
            }
            .push(step);
            continue;
        };
        came_from.insert(after.name.clone(), before.name.clone());
        if let (Some(from), Some(to)) = (&before.name, &after.name)
            && from != to
        {
            let mut script = pair.after.alter_domain(dialect);
            script
                .keyword("RENAME CONSTRAINT ")
                .ident(from)
                .keyword(" TO ")
                .ident(to);
            plan.main.push(Step::new(script.into_text()));
        }
        if after.validated && !before.validated {
            let step = pair.after.on_check("VALIDATE CONSTRAINT ", after, dialect);
            plan.main.push(step);
        }
    }
    let in_use =
        context.hints.forms == Forms::Online && type_swap::is_stored(&pair.after.id(), context);
    for after in &pair.after.checks {
        if came_from.contains_key(&after.name) {
            continue;
        }
        let is_let_go = let_go.contains(&after.name);
        let adds = if is_let_go {
            &mut plan.restore
        } else {
            &mut plan.main
        };
        if in_use && after.validated && !is_let_go {
            let unchecked = Check {
                validated: false,
                ..after.clone()
            };
            adds.push(pair.after.add_check(&unchecked, dialect));
            plan.seal.push(pair.after.validate_later(after, dialect));
        } else {
            adds.push(pair.after.add_check(after, dialect));
        }
    }
    came_from
}

fn check_comments(
    pair: Pair<&Domain>,
    came_from: &BTreeMap<Option<Ident>, Option<Ident>>,
    dialect: Dialect,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for check in &pair.after.checks {
        let before = came_from
            .get(&check.name)
            .and_then(|name| pair.before.check(name.as_ref()))
            .and_then(|before| before.comment.as_deref());
        if let Some(name) = &check.name {
            let target = pair.after.check_target(name, dialect);
            let comments = Pair::new(before, check.comment.as_deref());
            steps.extend(comment::on_alter(dialect, &target, comments));
        }
    }
    steps
}
