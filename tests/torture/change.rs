//! Changes of what is there.

use schemist_sql::Dialect;

use crate::item::{Attribute, Column, Function, Id, Table, Type, What};
use crate::name;
use crate::picks::Picks;
use crate::schema::Schema;

impl Schema {
    /// Changes one item in one respect.
    pub(super) fn change(&mut self, picks: &mut Picks<'_>) {
        let all: Vec<Id> = self.items.keys().copied().collect();
        let Some(id) = picks.one_of(&all) else {
            return;
        };
        if picks.once_in(8) {
            let comment = picks.once_in(2).then(|| picks.below(3));
            if let Some(item) = self.items.get_mut(&id) {
                item.comment = comment;
            }
            return;
        }
        let of = self.new_type(picks);
        let Some(mut item) = self.items.get(&id).cloned() else {
            return;
        };
        match &mut item.what {
            What::Space => {}
            What::Enum(labels) => change_labels(labels, picks),
            What::Domain(domain) => match picks.below(3) {
                0 => domain.condition = picks.once_in(2).then(|| picks.below(3)),
                1 => domain.default = picks.once_in(2).then(|| picks.below(3)),
                _ => {
                    if matches!(of, Type::Builtin(_)) {
                        domain.base = of;
                    }
                }
            },
            What::Composite(attributes) => change_attributes(attributes, of, picks),
            What::Sequence(form) => *form = picks.below(4),
            What::Function(function) => match function {
                Function::Judge { form, .. }
                | Function::Maker { form, .. }
                | Function::Reaction(form)
                | Function::Reader { form, .. } => *form = picks.below(4),
            },
            What::Table(table) => self.change_table(table, of, picks),
            What::Index(index) => index.form = picks.below(8),
            What::ForeignKey(key) => key.form = picks.below(6),
            What::View(view) => {
                view.form = picks.below(6);
                if picks.once_in(2) {
                    view.left_out = None;
                }
                if picks.once_in(2) {
                    view.only_where = None;
                }
            }
            What::Trigger(trigger) => trigger.form = picks.below(6),
            What::Range(subtype) => *subtype = self.new_builtin(picks),
            What::Rule(rule) => rule.form = picks.below(3),
            What::Statistics(statistics) => statistics.form = picks.below(3),
            What::Publication(publication) => {
                publication.form = picks.below(3);
                if picks.once_in(2) {
                    publication.only_where = None;
                }
            }
            What::Grant(grant) => grant.form = picks.below(4),
            What::VirtualTable(table) => table.form = picks.below(8),
            What::Policy(policy) => {
                policy.condition = picks.below(3);
                policy.form = picks.below(6);
            }
        }
        self.items.insert(id, item);
    }

    fn change_table(&self, table: &mut Table, of: Type, picks: &mut Picks<'_>) {
        if picks.once_in(8) {
            table.is_unlogged = !table.is_unlogged;
            return;
        }
        if picks.once_in(8) {
            table.security = picks.once_in(2).then(|| picks.below(2));
            return;
        }
        if self.dialect == Dialect::Sqlite && picks.once_in(6) {
            table.options = self.new_options(picks);
            return;
        }
        if picks.once_in(5) && !table.constraints.is_empty() {
            let gone = picks.below(table.constraints.len());
            table.constraints.remove(gone);
            return;
        }
        if table.columns.is_empty() {
            return;
        }
        let chosen = picks.below(table.columns.len());
        let respect = picks.below(6);
        if respect == 0 {
            table.columns.remove(chosen);
            return;
        }
        let surroundings = table.clone();
        let Some(column) = table.columns.get_mut(chosen) else {
            return;
        };
        self.change_column(column, &surroundings, (respect, of), picks);
    }

    fn change_column(
        &self,
        column: &mut Column,
        table: &Table,
        (respect, of): (usize, Type),
        picks: &mut Picks<'_>,
    ) {
        match respect {
            1 => column.is_required = !column.is_required,
            2 => column.filling = self.new_filling(table, column, picks),
            3 => column.is_collated = !column.is_collated,
            4 => column.comment = picks.once_in(2).then(|| picks.below(3)),
            _ => column.of = of,
        }
    }
}

fn change_labels(labels: &mut Vec<String>, picks: &mut Picks<'_>) {
    let place = picks.below(labels.len());
    match picks.below(3) {
        0 => {
            let label = name::choose(picks, "label", |name| labels.iter().any(|one| one == name));
            labels.insert(place, label);
        }
        1 if labels.len() > 1 => {
            labels.remove(place);
        }
        _ => labels.rotate_left(place),
    }
}

fn change_attributes(attributes: &mut Vec<Attribute>, of: Type, picks: &mut Picks<'_>) {
    // A composite type in another could hold itself one day.
    let of = match of {
        Type::Builtin(_) => of,
        Type::Of(_) | Type::ArrayOf(_) => Type::Builtin(1),
    };
    let place = picks.below(attributes.len());
    match picks.below(3) {
        0 => {
            let name = name::choose(picks, "part", |name| {
                attributes.iter().any(|one| one.name == name)
            });
            attributes.push(Attribute { name, of });
        }
        1 if attributes.len() > 1 => {
            attributes.remove(place);
        }
        _ => {
            if let Some(attribute) = attributes.get_mut(place) {
                attribute.of = of;
            }
        }
    }
}
