//! The line that opens a section: `-- [up postgres, no transaction]`.

use std::collections::BTreeSet;
use std::fmt;

use schemist_sql::{Dialect, Span};

use crate::near::nearest;
use crate::place::Source;
use crate::problem::{FileProblem, ReadError};

/// Which way a section leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the parent to the revision.
    Up,
    /// From the revision back to its parent.
    Down,
}

impl Direction {
    /// The word in the marker.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// In which transaction a section runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transaction {
    /// In that of the section before it, or one of its own if it is the first.
    #[default]
    Same,
    /// In one of its own: what came before is committed first.
    New,
    /// In none: each statement stands for itself.
    No,
}

/// What happens to foreign keys while a section runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForeignKeys {
    /// They are enforced as the session has them.
    #[default]
    On,
    /// They are switched off before the transaction and checked before its end.
    Off,
}

/// What a section is for and how it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Which way it leads.
    pub direction: Direction,
    /// The dialects that it names; none: it serves each that has no section of its own.
    pub dialects: BTreeSet<Dialect>,
    /// In which transaction it runs.
    pub transaction: Transaction,
    /// What happens to foreign keys meanwhile.
    pub foreign_keys: ForeignKeys,
}

const NO_TRANSACTION: &str = "no transaction";
const NEW_TRANSACTION: &str = "new transaction";
const FOREIGN_KEYS_OFF: &str = "foreign keys off";

impl Marker {
    /// A section for every dialect that has none of its own, in the usual transaction.
    pub const fn new(direction: Direction) -> Self {
        Self {
            direction,
            dialects: BTreeSet::new(),
            transaction: Transaction::Same,
            foreign_keys: ForeignKeys::On,
        }
    }

    /// A section for one dialect, in the usual transaction.
    pub fn for_dialect(direction: Direction, dialect: Dialect) -> Self {
        Self {
            dialects: BTreeSet::from([dialect]),
            ..Self::new(direction)
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<&str> = self.dialects.iter().map(|dialect| dialect.name()).collect();
        match self.transaction {
            Transaction::Same => {}
            Transaction::New => words.push(NEW_TRANSACTION),
            Transaction::No => words.push(NO_TRANSACTION),
        }
        match self.foreign_keys {
            ForeignKeys::On => {}
            ForeignKeys::Off => words.push(FOREIGN_KEYS_OFF),
        }
        let comma = match (words.is_empty(), self.dialects.is_empty()) {
            (true, _) => "",
            (false, true) => ", ",
            (false, false) => " ",
        };
        write!(f, "-- [{}{comma}{}]", self.direction, words.join(", "))
    }
}

/// Reads the marker that stands in a line comment; what is wrong is reported, and the rest kept.
pub(super) fn read(source: &Source, comment: Span, problems: &mut Vec<FileProblem>) -> Marker {
    let mut reader = MarkerReader {
        source,
        problems,
        marker: Marker::new(Direction::Up),
    };
    reader.read(comment);
    reader.marker
}

struct MarkerReader<'a> {
    source: &'a Source,
    problems: &'a mut Vec<FileProblem>,
    marker: Marker,
}

impl MarkerReader<'_> {
    fn report(&mut self, span: Span, error: ReadError) {
        self.problems
            .push(FileProblem::new(self.source, span, error));
    }

    fn read(&mut self, comment: Span) {
        let text = &*self.source.text;
        let whole = comment.slice(text);
        let start = comment.start + whole.find('[').map_or(whole.len(), |i| i + 1);
        let end = match whole.rfind(']') {
            Some(i) if whole[i + 1..].trim().is_empty() => comment.start + i,
            _ => {
                self.report(
                    Span::new(comment.start, comment.start + whole.trim_end().len()),
                    ReadError::OpenMarker,
                );
                comment.start + whole.find(']').unwrap_or(whole.len())
            }
        };
        let inner = &text[start..end.max(start)];
        let blanks = inner.len() - inner.trim_start().len();
        let word = inner[blanks..]
            .split([' ', '\t', ','])
            .next()
            .unwrap_or_default();
        self.direction(Span::new(start + blanks, start + blanks + word.len()));
        let rest = start + blanks + word.len();
        self.words(rest, &text[rest..end.max(start)]);
    }

    fn direction(&mut self, span: Span) {
        let word = span.slice(&self.source.text);
        let direction = [Direction::Up, Direction::Down]
            .into_iter()
            .find(|it| word.eq_ignore_ascii_case(it.name()));
        match direction {
            Some(direction) => self.marker.direction = direction,
            None => {
                let near = nearest(word, [Direction::Up, Direction::Down].map(Direction::name));
                self.report(
                    span,
                    ReadError::UnknownSection {
                        word: word.to_owned(),
                        near,
                    },
                );
            }
        }
    }

    fn words(&mut self, mut at: usize, list: &str) {
        let mut foreign_keys = None;
        for part in list.split(',') {
            let start = at + part.len() - part.trim_start().len();
            let span = Span::new(start, start + part.trim().len());
            at += part.len() + 1;
            // `[up, no transaction]`: the comma behind the direction leaves nothing before it.
            if !span.is_empty() {
                self.word(span);
            }
            if self.marker.foreign_keys == ForeignKeys::Off {
                foreign_keys = foreign_keys.or(Some(span));
            }
        }
        let dialects = &self.marker.dialects;
        if let Some(span) = foreign_keys
            && (dialects.is_empty() || dialects.contains(&Dialect::Postgres))
        {
            self.report(span, ReadError::ForeignKeys);
        }
    }

    fn word(&mut self, span: Span) {
        let words: Vec<String> = span
            .slice(&self.source.text)
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect();
        let word = words.join(" ");
        let seen_transaction = self.marker.transaction != Transaction::Same;
        match word.as_str() {
            NO_TRANSACTION | NEW_TRANSACTION => {
                let transaction = if word == NO_TRANSACTION {
                    Transaction::No
                } else {
                    Transaction::New
                };
                if seen_transaction && transaction != self.marker.transaction {
                    self.report(span, ReadError::TransactionTwice);
                } else if seen_transaction {
                    self.report(span, ReadError::Repeated(word));
                }
                self.marker.transaction = transaction;
            }
            FOREIGN_KEYS_OFF => self.marker.foreign_keys = ForeignKeys::Off,
            _ => {
                let Ok(dialect) = word.parse::<Dialect>() else {
                    let options = [NO_TRANSACTION, NEW_TRANSACTION, FOREIGN_KEYS_OFF];
                    let near = nearest(
                        &word,
                        Dialect::ALL.map(Dialect::name).into_iter().chain(options),
                    );
                    return self.report(span, ReadError::UnknownOption { word, near });
                };
                if !self.marker.dialects.insert(dialect) {
                    self.report(span, ReadError::Repeated(word));
                }
            }
        }
    }
}
