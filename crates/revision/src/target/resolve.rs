//! What a target means in a history, for a database that stands somewhere.

use std::collections::BTreeSet;
use std::fmt;

use petgraph::Direction as Way;

use super::error::TargetError;
use super::find::{exact, find, near_label, starting};
use super::parse::{Kind, Spot, Symbol, Target};
use crate::body::Direction;
use crate::file::RevisionFile;
use crate::history::{AppliedErrors, History, Links, Mention};
use crate::id::{Label, RevisionId};

/// One spot in a history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Before the first revision.
    Base,
    /// Right after a revision.
    Revision(RevisionId),
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base => f.write_str("base"),
            Self::Revision(id) => id.fmt(f),
        }
    }
}

/// All between two ends, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The lower end.
    pub from: Point,
    /// The upper ends; none for the base.
    pub to: Vec<RevisionId>,
}

impl Target {
    /// What is to be applied to get there, in order; nothing where it is applied already.
    ///
    /// # Errors
    /// [`TargetError`] where the target means nothing, too much, or something below.
    pub fn resolve_upgrade<'h>(
        &self,
        history: &'h History,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Vec<&'h RevisionFile>, TargetError> {
        let spot = self.spot()?;
        if spot.symbol == Symbol::Base && spot.offset <= 0 || spot.is_relative() && spot.offset < 0
        {
            return Err(TargetError::WrongWay {
                text: spot.text.clone(),
                wanted: Direction::Up,
            });
        }
        let targets = Walk {
            history,
            applied,
            spot,
        }
        .several()?;
        Ok(history.upgrade_path(applied, &targets)?)
    }

    /// What is to be taken back to get there, in order; nothing where nothing is above.
    ///
    /// # Errors
    /// [`TargetError`] where the target means nothing, too much, or something that is not applied.
    pub fn resolve_downgrade<'h>(
        &self,
        history: &'h History,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Vec<&'h RevisionFile>, TargetError> {
        let spot = self.spot()?;
        let walk = Walk {
            history,
            applied,
            spot,
        };
        if spot.is_relative() {
            return match spot.offset {
                1.. => Err(TargetError::WrongWay {
                    text: spot.text.clone(),
                    wanted: Direction::Down,
                }),
                _ => Ok(history.removal_path(applied, &walk.passed()?)?),
            };
        }
        if let (Some(label), Symbol::Base, 0) = (&spot.label, &spot.symbol, spot.offset) {
            let branch: Vec<RevisionId> = walk
                .branch(label)?
                .iter()
                .map(|file| file.id().clone())
                .collect();
            return Ok(history.removal_path(applied, &branch)?);
        }
        match walk.point()? {
            Point::Base => Ok(history.downgrade_path(applied, None)?),
            Point::Revision(id) if applied.contains(&id) => {
                Ok(history.downgrade_path(applied, Some(&id))?)
            }
            Point::Revision(id) => Err(TargetError::NotApplied(id)),
        }
    }

    /// The one spot that it names.
    ///
    /// # Errors
    /// [`TargetError`] where it names nothing or several.
    pub fn resolve_one(
        &self,
        history: &History,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Point, TargetError> {
        let spot = self.spot()?;
        Walk {
            history,
            applied,
            spot,
        }
        .point()
    }

    /// Every revision that it names: `heads` and `current` may be several, `base` is none.
    ///
    /// # Errors
    /// [`TargetError`] where it names nothing.
    pub fn resolve_all(
        &self,
        history: &History,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Vec<RevisionId>, TargetError> {
        let spot = self.spot()?;
        Walk {
            history,
            applied,
            spot,
        }
        .several()
    }

    /// The ends of a range; a single spot is a range of its own.
    ///
    /// # Errors
    /// [`TargetError`] where an end names nothing, or the lower one several.
    pub fn resolve_range(
        &self,
        history: &History,
        applied: &BTreeSet<RevisionId>,
    ) -> Result<Range, TargetError> {
        let (from, to) = match &self.kind {
            Kind::Spot(spot) => (Some(spot), Some(spot)),
            Kind::Range { from, to } => (from.as_ref(), to.as_ref()),
        };
        let from = match from {
            Some(spot) => Walk {
                history,
                applied,
                spot,
            }
            .point()?,
            None => Point::Base,
        };
        let to = match to {
            Some(spot) => Walk {
                history,
                applied,
                spot,
            }
            .several()?,
            None => history
                .heads()
                .into_iter()
                .map(|head| head.id().clone())
                .collect(),
        };
        Ok(Range { from, to })
    }

    fn spot(&self) -> Result<&Spot, TargetError> {
        match &self.kind {
            Kind::Spot(spot) => Ok(spot),
            Kind::Range { .. } => Err(TargetError::NotOne(self.as_str().to_owned())),
        }
    }
}

impl History {
    /// The revisions of a range, the oldest first.
    ///
    /// # Errors
    /// [`TargetError::NotAncestor`] where an upper end does not come after the lower one.
    pub fn between(&self, range: &Range) -> Result<Vec<&RevisionFile>, TargetError> {
        let Point::Revision(from) = &range.from else {
            let below = range
                .to
                .iter()
                .flat_map(|to| self.reach(self.index(to), Way::Incoming, Links::Parents));
            return Ok(self.files(below.collect::<BTreeSet<usize>>()));
        };
        let above = self.reach(self.index(from), Way::Outgoing, Links::Parents);
        let not_above = |to: Point, is_reversed| TargetError::NotAncestor {
            from: from.clone(),
            to,
            is_reversed,
        };
        if range.to.is_empty() {
            return Err(not_above(Point::Base, true));
        }
        let mut within = BTreeSet::new();
        for to in &range.to {
            let below = self.reach(self.index(to), Way::Incoming, Links::Parents);
            if !self.index(to).is_some_and(|index| above.contains(&index)) {
                let way = self.reach(self.index(from), Way::Incoming, Links::Parents);
                let is_reversed = self.index(to).is_some_and(|index| way.contains(&index));
                return Err(not_above(Point::Revision(to.clone()), is_reversed));
            }
            within.extend(&above & &below);
        }
        Ok(self.files(within))
    }
}

/// The way from a symbol to a spot.
struct Walk<'a, 'h> {
    history: &'h History,
    applied: &'a BTreeSet<RevisionId>,
    spot: &'a Spot,
}

impl<'h> Walk<'_, 'h> {
    /// Every revision that the spot means.
    fn several(&self) -> Result<Vec<RevisionId>, TargetError> {
        let ids =
            |files: Vec<&RevisionFile>| files.into_iter().map(|file| file.id().clone()).collect();
        match (&self.spot.symbol, self.spot.offset) {
            (Symbol::Heads, 0) => Ok(ids(self.heads()?)),
            (Symbol::Head, 0) if self.history.is_empty() => Ok(Vec::new()),
            (Symbol::Current, 0) => Ok(ids(self.current()?)),
            _ => Ok(match self.point()? {
                Point::Base => Vec::new(),
                Point::Revision(id) => vec![id],
            }),
        }
    }

    /// The one spot that is meant.
    fn point(&self) -> Result<Point, TargetError> {
        let (start, offset) = self.start()?;
        let steps = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        if offset < 0 {
            self.down(start, steps)
        } else {
            self.up(start, steps)
        }
    }

    /// Where steps are counted from, and how many there are left.
    fn start(&self) -> Result<(Point, i64), TargetError> {
        let offset = self.spot.offset;
        let start = match &self.spot.symbol {
            Symbol::Head | Symbol::Heads => match &self.heads()?[..] {
                [] => return Err(TargetError::Empty),
                [head] => point(head),
                heads => return Err(self.history.several_heads(heads).into()),
            },
            Symbol::Base => self.foot()?,
            Symbol::Current => match &self.current()?[..] {
                [] => self.foot()?,
                [current] => point(current),
                current => {
                    let current = current.iter().map(|file| Mention::from(*file)).collect();
                    return Err(TargetError::SeveralCurrent { current });
                }
            },
            Symbol::Name(name) => return self.named(name),
        };
        Ok((start, offset))
    }

    /// Finds a name; one that ends like steps may be an id as a whole.
    fn named(&self, name: &str) -> Result<(Point, i64), TargetError> {
        let Spot { whole, offset, .. } = self.spot;
        let (file, offset) = if let Some(file) = exact(self.history, whole) {
            (file, 0)
        } else if let Some(file) = exact(self.history, name) {
            (file, *offset)
        } else if let [only] = starting(self.history, whole)[..] {
            (only, 0)
        } else {
            (find(self.history, name)?, *offset)
        };
        if let Some(label) = &self.spot.label
            && !self
                .branch(label)?
                .iter()
                .any(|on_it| on_it.id() == file.id())
        {
            return Err(TargetError::NotOnBranch {
                label: label.clone(),
                id: file.id().clone(),
            });
        }
        Ok((point(file), offset))
    }

    fn branch(&self, label: &Label) -> Result<Vec<&'h RevisionFile>, TargetError> {
        let branch = self.history.branch(label);
        if branch.is_empty() {
            let near = near_label(self.history, label);
            return Err(TargetError::UnknownLabel {
                label: label.clone(),
                near,
            });
        }
        Ok(branch)
    }

    /// Whether a revision is on the branch, if there is one.
    fn is_on_branch(&self, id: &RevisionId) -> Result<bool, TargetError> {
        let Some(label) = &self.spot.label else {
            return Ok(true);
        };
        Ok(self.branch(label)?.iter().any(|file| file.id() == id))
    }

    /// The heads, of the branch if there is one.
    fn heads(&self) -> Result<Vec<&'h RevisionFile>, TargetError> {
        let Some(label) = &self.spot.label else {
            return Ok(self.history.heads());
        };
        let branch = self.branch(label)?;
        Ok(self.history.tips(branch.iter().map(|file| file.id())))
    }

    /// Where the database stands, on the branch if there is one.
    fn current(&self) -> Result<Vec<&'h RevisionFile>, TargetError> {
        AppliedErrors::none_of(self.history.unknown(self.applied))?;
        let Some(label) = &self.spot.label else {
            return Ok(self.history.tips(self.applied));
        };
        let branch = self.branch(label)?;
        let applied = branch
            .iter()
            .map(|file| file.id())
            .filter(|id| self.applied.contains(id));
        Ok(self.history.tips(applied))
    }

    /// The spot below everything, or below the branch.
    fn foot(&self) -> Result<Point, TargetError> {
        let Some(label) = &self.spot.label else {
            return Ok(Point::Base);
        };
        match self.branch(label)?.first() {
            Some(first) => self.down(point(first), 1),
            None => Ok(Point::Base),
        }
    }

    fn up(&self, start: Point, steps: usize) -> Result<Point, TargetError> {
        let mut at = start;
        for available in 0..steps {
            let mut next = match &at {
                Point::Base => self.history.base().into_iter().collect(),
                Point::Revision(id) => self.history.children(id),
            };
            if let Some(label) = &self.spot.label {
                let branch = self.branch(label)?;
                next.retain(|file| branch.iter().any(|on_it| on_it.id() == file.id()));
            }
            at = match (&next[..], &at) {
                ([], _) => {
                    let (text, from) = (self.spot.text.clone(), self.from()?);
                    return Err(TargetError::PastHead {
                        text,
                        available,
                        from,
                    });
                }
                ([only], _) | ([only, ..], Point::Base) => point(only),
                (choices, Point::Revision(at)) => return Err(self.fork(at, choices)),
            };
        }
        Ok(at)
    }

    fn down(&self, start: Point, steps: usize) -> Result<Point, TargetError> {
        let mut at = start;
        for available in 0..steps {
            let Point::Revision(id) = &at else {
                return Err(self.past_base(available)?);
            };
            at = match &self.history.parents(id)[..] {
                [] => Point::Base,
                [only] => point(only),
                choices => return Err(self.fork(id, choices)),
            };
        }
        Ok(at)
    }

    /// The revisions that steps down from where the database stands take back.
    fn passed(&self) -> Result<Vec<RevisionId>, TargetError> {
        let (mut at, offset) = self.start()?;
        let mut passed = Vec::new();
        for available in 0..usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX) {
            // A merge is taken back without asking which way goes on below it.
            if available > 0 {
                at = self.down(at, 1)?;
            }
            let Point::Revision(id) = &at else {
                return Err(self.past_base(available)?);
            };
            if !self.applied.contains(id) || !self.is_on_branch(id)? {
                return Err(self.past_base(available)?);
            }
            passed.push(id.clone());
        }
        Ok(passed)
    }

    fn past_base(&self, available: usize) -> Result<TargetError, TargetError> {
        Ok(TargetError::PastBase {
            text: self.spot.text.clone(),
            available,
            from: self.from()?,
        })
    }

    /// What steps are counted from, unless it is where the database stands.
    fn from(&self) -> Result<Option<Point>, TargetError> {
        Ok(if self.spot.is_relative() {
            None
        } else {
            Some(self.start()?.0)
        })
    }

    fn fork(&self, at: &RevisionId, choices: &[&RevisionFile]) -> TargetError {
        let choices = choices.iter().map(|file| Mention::from(*file)).collect();
        TargetError::Fork {
            text: self.spot.text.clone(),
            at: at.clone(),
            choices,
        }
    }
}

fn point(file: &RevisionFile) -> Point {
    Point::Revision(file.id().clone())
}
