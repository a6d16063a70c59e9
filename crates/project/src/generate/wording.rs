//! What differs between two sides of an object, in words.
//!
//! It goes by the stored form of objects, so that it knows every kind without naming one; what the fields and words
//! of that form are called is in [`terms`].

mod terms;
#[cfg(test)]
mod tests;
mod told;

use schemist_catalog::{Object, Pair};
use schemist_diff::Change;

use self::terms::{absence, follows, label, shown, singular};
use self::told::Told;

/// Something that differs inside an object that is on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// It in a line.
    pub line: String,
    /// The words for what it is: `column "id" data type`.
    pub path: String,
    /// The name of the part of the object that it is about.
    pub part: Option<String>,
    /// The two texts, where they are too long for a line.
    pub texts: Option<Pair<String>>,
}

impl Difference {
    /// A line that is about nothing inside.
    pub(crate) fn line(text: &str) -> Self {
        Self {
            line: text.to_owned(),
            path: String::new(),
            part: None,
            texts: None,
        }
    }
}

/// What differs inside an object that is on both sides, a line each; nothing for others.
///
/// `titles` are the words for the two sides: `the database`, `the models`.
pub fn details(change: &Change, titles: Pair<&str>) -> Vec<String> {
    let found = differences(change, titles).into_iter();
    found.map(|difference| difference.line).collect()
}

/// What differs inside an object that is on both sides; nothing for others.
pub fn differences(change: &Change, titles: Pair<&str>) -> Vec<Difference> {
    let Change::Alter(pair) = change else {
        return Vec::new();
    };
    let (Some(before), Some(after)) = (stored(&pair.before), stored(&pair.after)) else {
        return Vec::new();
    };
    for depth in [Depth::Own, Depth::All] {
        let mut comparison = Comparison {
            titles,
            depth,
            part: None,
            found: Vec::new(),
        };
        comparison.compare(&Place::default(), Pair::new(&before, &after));
        if !comparison.found.is_empty() {
            return comparison.found;
        }
    }
    Vec::new()
}

/// The object's own fields, without the word for its kind around them.
fn stored(object: &Object) -> Option<Told> {
    match Told::of(object)? {
        Told::With(_, fields) => Some(*fields),
        other => Some(other),
    }
}

/// Which fields are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Those that say something by themselves.
    Own,
    /// Those that follow from others, too.
    All,
}

/// Where in an object something stands.
#[derive(Debug, Clone)]
struct Place {
    /// The words that lead there.
    words: Vec<String>,
    /// What nothing means there.
    absence: &'static str,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            absence: "nothing",
        }
    }
}

impl Place {
    /// A field below it.
    fn field(&self, of: &str, key: &str) -> Self {
        let label = label(of, key);
        let mut words = self.words.clone();
        words.extend(Some(label).filter(|label| !label.is_empty()));
        Self {
            words,
            absence: absence(of, key),
        }
    }

    /// One of the several that stand there.
    fn one(&self) -> Self {
        let mut place = self.clone();
        if let Some(last) = place.words.last_mut() {
            *last = singular(last);
        }
        place
    }

    /// The one of that name.
    fn named(&self, name: &str) -> Self {
        let mut place = self.one();
        match place.words.last_mut() {
            Some(last) => last.push_str(&format!(" \"{name}\"")),
            None => place.words.push(format!("\"{name}\"")),
        }
        place
    }

    fn text(&self) -> String {
        self.words.join(" ")
    }
}

struct Comparison<'t> {
    titles: Pair<&'t str>,
    depth: Depth,
    part: Option<String>,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn compare(&mut self, place: &Place, sides: Pair<&Told>) {
        if sides.before == sides.after {
            return;
        }
        match (sides.before, sides.after) {
            (Told::Fields(of, before), Told::Fields(other, after))
                if of == other && !is_name(of) =>
            {
                for ((key, before), (_, after)) in before.iter().zip(after) {
                    if self.depth == Depth::All || !follows(of, key) {
                        self.compare(&place.field(of, key), Pair::new(before, after));
                    }
                }
            }
            (Told::List(before), Told::List(after)) if are_things(before) && are_things(after) => {
                self.things(place, Pair::new(before, after));
            }
            (Told::Named(before), Told::Named(after)) => {
                self.pairs(place, Pair::new(before, after));
            }
            // A list of nothing is not told from one of pairs.
            (Told::Named(before), Told::List(none)) if none.is_empty() => {
                self.pairs(place, Pair::new(before, &[]));
            }
            (Told::List(none), Told::Named(after)) if none.is_empty() => {
                self.pairs(place, Pair::new(&[], after));
            }
            (before, after) => {
                let shown = |value: &Told| match value {
                    Told::Nothing => place.absence.to_owned(),
                    other => shown(other),
                };
                let texts = Pair::new(shown(before), shown(after));
                let path = place.text();
                self.found.push(Difference {
                    line: format!("{path}: {} → {}", texts.before, texts.after),
                    path,
                    part: self.part.clone(),
                    texts: is_long(&texts).then_some(texts),
                });
            }
        }
    }

    /// Lists of things are compared name by name, and what has no name by what it is; their order is not a
    /// difference.
    fn things(&mut self, place: &Place, sides: Pair<&[Told]>) {
        let above = self.part.take();
        for before in sides.before {
            self.part = above.clone().or_else(|| name_of(before).map(str::to_owned));
            match counterpart(before, sides.after) {
                Some(after) => {
                    let place = place_of(place, before);
                    self.compare(&place, Pair::new(before, after));
                }
                None => self.only(place, before, self.titles.before),
            }
        }
        for after in sides.after {
            self.part = above.clone().or_else(|| name_of(after).map(str::to_owned));
            if counterpart(after, sides.before).is_none() {
                self.only(place, after, self.titles.after);
            }
        }
        self.part = above;
    }

    fn only(&mut self, place: &Place, thing: &Told, title: &str) {
        let path = match name_of(thing) {
            Some(name) => place.named(name).text(),
            None => format!("{} {}", place.one().text(), shown(thing)),
        };
        self.found.push(Difference {
            line: format!("{path} is only in {title}"),
            path,
            part: self.part.clone(),
            texts: None,
        });
    }

    /// Values by their names.
    fn pairs(&mut self, place: &Place, sides: Pair<&[(String, Told)]>) {
        let others = sides
            .after
            .iter()
            .filter(|(name, _)| value_of(sides.before, name) == &Told::Nothing);
        let above = self.part.take();
        for (name, _) in sides.before.iter().chain(others) {
            self.part = above.clone().or_else(|| Some(name.clone()));
            self.compare(&place.named(name), sides.map(|side| value_of(side, name)));
        }
        self.part = above;
    }
}

/// Whether two texts are easier to read beside each other than in a line.
fn is_long(texts: &Pair<String>) -> bool {
    let has_lines = |text: &String| text.trim().contains('\n');
    let is_wide = |text: &String| text.chars().count() > 60;
    has_lines(&texts.before)
        || has_lines(&texts.after)
        || is_wide(&texts.before) && is_wide(&texts.after)
}

/// Names are told whole: half of one is none.
fn is_name(of: &str) -> bool {
    matches!(of, "QualifiedName" | "ObjectId")
}

/// Whether these are things with fields, which can be told one by one.
fn are_things(list: &[Told]) -> bool {
    list.iter()
        .all(|item| matches!(item, Told::Fields(of, _) if !is_name(of) && *of != "IndexPart" && *of != "KeyPart"))
}

fn place_of(place: &Place, thing: &Told) -> Place {
    name_of(thing).map_or_else(|| place.one(), |name| place.named(name))
}

/// What a thing is on the other side.
fn counterpart<'v>(thing: &Told, others: &'v [Told]) -> Option<&'v Told> {
    let mut others = others.iter();
    match name_of(thing) {
        Some(name) => others.find(|other| name_of(other) == Some(name)),
        None => others.find(|other| *other == thing),
    }
}

fn name_of(item: &Told) -> Option<&str> {
    item.field("name")?.text()
}

fn value_of<'v>(pairs: &'v [(String, Told)], name: &str) -> &'v Told {
    let found = pairs.iter().find(|(own, _)| own == name);
    found.map_or(&Told::Nothing, |(_, value)| value)
}
