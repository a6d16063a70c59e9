//! One edit of a schema of MySQL: something is added, changed or dropped.

use super::item::{Id, Item, What};
use super::schema::MysqlSchema;
use crate::name;
use crate::picks::Picks;

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Table,
    Column,
    Index,
    Check,
    ForeignKey,
    View,
    Trigger,
    Function,
    Procedure,
    Event,
    Sequence,
    Change,
    Drop,
}

/// How often each action is taken; the sum has no meaning of its own.
pub(crate) const fn actions() -> [(u32, Action); 13] {
    [
        (6, Action::Table),
        (12, Action::Column),
        (8, Action::Index),
        (3, Action::Check),
        (4, Action::ForeignKey),
        (4, Action::View),
        (4, Action::Trigger),
        (2, Action::Function),
        (1, Action::Procedure),
        (1, Action::Event),
        (2, Action::Sequence),
        (18, Action::Change),
        (5, Action::Drop),
    ]
}

impl MysqlSchema {
    /// Makes one edit; one that finds nothing to work on changes nothing.
    pub(crate) fn edit(&mut self, action: Action, picks: &mut Picks<'_>) {
        let made = match action {
            Action::Table => Some(("book", What::Table(self.new_table(picks)))),
            Action::ForeignKey => self
                .new_foreign_key(picks)
                .map(|key| ("fk", What::ForeignKey(key))),
            Action::View => self.new_view(picks).map(|view| ("list", What::View(view))),
            Action::Trigger => self
                .new_trigger(picks)
                .map(|trigger| ("note", What::Trigger(trigger))),
            Action::Function => Some(("reckon", What::Function(self.new_function(picks)))),
            Action::Procedure => Some(("act", What::Procedure(picks.below(8)))),
            Action::Event => Some(("daily", What::Event(picks.below(8)))),
            Action::Sequence => Some(("counter", What::Sequence(picks.below(8)))),
            Action::Column | Action::Index | Action::Check => {
                self.add_part(action, picks);
                None
            }
            Action::Change => {
                self.change(picks);
                None
            }
            Action::Drop => {
                let all: Vec<Id> = self.items.keys().copied().collect();
                if let Some(id) = picks.one_of(&all) {
                    self.items.remove(&id);
                }
                None
            }
        };
        if let Some((word, what)) = made {
            let name = name::choose(picks, word, |name| self.is_taken(name));
            let id = self.next_id();
            self.items.insert(id, Item { name, what });
        }
    }

    /// Adds something to a table.
    fn add_part(&mut self, action: Action, picks: &mut Picks<'_>) {
        let Some(id) = picks.one_of(&self.tables()) else {
            return;
        };
        match action {
            Action::Column => {
                let place = picks.below(3);
                let column = self.new_column(id, picks);
                self.with_table(id, |table| match place {
                    0 => table.columns.insert(0, column),
                    _ => table.columns.push(column),
                });
            }
            Action::Index => {
                if let Some(index) = self.new_index(id, picks) {
                    self.with_table(id, |table| table.indexes.push(index));
                }
            }
            _ => {
                if let Some(check) = self.new_check(id, picks) {
                    self.with_table(id, |table| table.checks.push(check));
                }
            }
        }
    }
}
