//! The page of a review.

use minijinja::context;
use minijinja::value::Value;
use schemist_catalog::Severity;
use schemist_revision::Direction;

use super::revision::sheet;
use super::template::{lanes, render, station, titles};
use crate::diagram;
use crate::report::shown;
use crate::review::{Alert, ChangeGroup, Review, by_file, look_in_words, size_in_words};

const REVIEW: &str = "review.html";

/// A page for a pull request.
pub(crate) fn review(review: &Review) -> String {
    let dialects = review.dialects();
    let facts: Vec<&str> = dialects.iter().map(|it| it.title()).collect();
    let picture = review.diagram.as_ref().map(diagram::inline);
    let looks = review.looks.iter().map(look_in_words);
    let problems = review.problems();
    let problems = problems
        .map(|(dialect, text)| context! { title => dialect.title(), text => text.to_owned() });
    let sizes = review.sizes.iter().map(size_in_words);
    let own = context! {
        title => format!("{}: {}", review.name, review.title()),
        heading => upper(&review.title()),
        facts => [vec![review.name.clone()], facts.iter().map(|it| (*it).to_owned()).collect()].concat(),
        which => review.which.clone(),
        dialects => titles(&dialects),
        counts => counts(review),
        notes => review.notes.clone(),
        problems => problems.collect::<Vec<_>>(),
        groups => review.groups.iter().map(|it| group(review, it)).collect::<Vec<_>>(),
        alerts => review.hazards().iter().map(alert).collect::<Vec<_>>(),
        queries => queries(review),
        losses => losses(review),
        sizes => sizes.collect::<Vec<_>>(),
        database => review.database.clone(),
        picture => picture.map(Value::from_safe_string),
        picture_of => review.diagram_of.map(|it| it.title()),
        revisions => review.sheets.iter().map(sheet).collect::<Vec<_>>(),
        stations => review.history.iter().map(station).collect::<Vec<_>>(),
        lanes => lanes(&review.history),
        looks => looks.collect::<Vec<_>>(),
    };
    render(REVIEW, own)
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// The numbers that stand on top.
fn counts(review: &Review) -> Vec<Value> {
    let changes = || review.groups.iter().flat_map(|group| &group.changes);
    let verb = |verb: &'static str, word: &'static str| {
        (verb, word, changes().filter(|it| it.verb == verb).count())
    };
    let hazard = |it: Severity| (it.word(), it.word(), review.count(it));
    let all = [
        verb("create", "created"),
        verb("alter", "altered"),
        verb("rename", "renamed"),
        verb("drop", "dropped"),
        hazard(Severity::Danger),
        hazard(Severity::Warning),
        hazard(Severity::Notice),
    ];
    let shown = all.into_iter().filter(|(_, _, count)| *count > 0);
    let mut shown: Vec<Value> = shown
        .map(|(class, word, count)| {
            let is_plural = count > 1 && !word.ends_with("ed");
            let word = if is_plural {
                format!("{word}s")
            } else {
                word.to_owned()
            };
            context! { class => class, word => word, count => count }
        })
        .collect();
    let proven = review.sheets.iter();
    let proven = proven
        .filter(|it| matches!(it.proof, crate::review::Proven::On(_)))
        .count();
    if !review.sheets.is_empty() {
        let (class, count) = (
            if proven == review.sheets.len() {
                "good"
            } else {
                "warning"
            },
            review.sheets.len(),
        );
        shown.push(
            context! { class => class, word => "proven", count => format!("{proven}/{count}") },
        );
    }
    shown
}

fn group(review: &Review, group: &ChangeGroup) -> Value {
    let changes = group.changes.iter().map(|it| {
        context! {
            verb => it.verb,
            object => it.object.clone(),
            details => it.details.iter().map(|line| shown(line)).collect::<Vec<_>>(),
            only => review.only_in(&it.dialects),
        }
    });
    context! { object => group.object.clone(), is_alone => group.is_alone(), changes => changes.collect::<Vec<_>>() }
}

fn alert(alert: &Alert<'_>) -> Value {
    context! {
        id => alert.sheet.id.to_string(),
        dialects => alert.places.iter().map(|(dialect, _)| dialect.name()).collect::<Vec<_>>().join(" "),
        place => alert.place(),
        severity => alert.told.severity.word(),
        code => alert.told.code.clone(),
        text => alert.told.text.clone(),
    }
}

/// What becomes of the queries of the deployed code, file by file.
fn queries(review: &Review) -> Vec<Value> {
    let files = by_file(review).into_iter().map(|file| {
        let effects = file.queries.iter().map(|effect| {
            context! {
                id => effect.sheet.id.to_string(),
                dialects => effect.dialects.iter().map(|it| it.name()).collect::<Vec<_>>().join(" "),
                severity => effect.told.severity.word(),
                line => effect.line,
                what => effect.what.to_owned(),
            }
        });
        context! { path => file.path.to_owned(), effects => effects.collect::<Vec<_>>() }
    });
    files.collect()
}

/// Both ways, or nothing where nothing is lost at all.
fn losses(review: &Review) -> Vec<Value> {
    if review.losses.is_empty() {
        return Vec::new();
    }
    let ways = [
        (Direction::Up, "On the way up"),
        (Direction::Down, "On the way down"),
    ];
    let ways = ways.into_iter().map(|(direction, title)| {
        let lost = review.lost(direction);
        let lost = lost
            .map(|it| context! { text => it.text.clone(), only => review.only_in(&it.dialects) });
        context! { title => title, lost => lost.collect::<Vec<_>>() }
    });
    ways.collect()
}
