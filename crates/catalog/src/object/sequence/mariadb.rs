//! Altering a sequence of MariaDB: it refuses a range that its position is outside of, and takes no bounds of its own choice for another direction.

use schemist_sql::{Dialect, Script};

use super::{Sequence, SequenceOptions};
use crate::hazard::loss;
use crate::{Hazard, Pair, Step};

/// How a sequence counts, with everything that the server takes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Course {
    least: i64,
    most: i64,
    start: i64,
    increment: i64,
    cycles: bool,
}

impl Course {
    // https://mariadb.com/kb/en/create-sequence/
    fn of(options: &SequenceOptions) -> Self {
        let increment = options.increment.unwrap_or(1);
        let (least, most) = if increment < 0 {
            (i64::MIN + 1, -1)
        } else {
            (1, i64::MAX - 1)
        };
        let (least, most) = (
            options.minimum.unwrap_or(least),
            options.maximum.unwrap_or(most),
        );
        let start = options
            .start
            .unwrap_or(if increment < 0 { most } else { least });
        Self {
            least,
            most,
            start,
            increment,
            cycles: options.cycles,
        }
    }

    const fn is_descending(&self) -> bool {
        self.increment < 0
    }
}

/// The statements that take a sequence from one state to the other.
pub(super) fn alter(pair: Pair<&Sequence>) -> Vec<Step> {
    let courses = pair.map(|sequence| Course::of(&sequence.options));
    let mut steps = Vec::new();
    let starts_again = courses.map(|course| course.is_descending()).differs()
        || courses.before.most < courses.after.least
        || courses.before.least > courses.after.most;
    if !starts_again {
        steps.extend(moved_within(pair.after, courses));
    }
    let mut script = Script::new(Dialect::Mysql);
    script.keyword("ALTER SEQUENCE ").name(&pair.after.name);
    let unchanged = script.as_str().len();
    write_change(&mut script, pair, courses);
    if starts_again {
        script.keyword(" RESTART WITH ").number(courses.after.start);
    }
    if script.as_str().len() > unchanged {
        let step = Step::new(script.into_text());
        steps.push(if starts_again {
            step.with(Hazard::new(
                &loss::SEQUENCE_STARTS_AGAIN,
                format!("sequence {} begins anew", pair.after.name),
            ))
        } else {
            step
        });
    }
    steps.extend(table_options(pair));
    steps
}

fn write_change(script: &mut Script, pair: Pair<&Sequence>, courses: Pair<Course>) {
    let numbers = [
        (" INCREMENT BY ", courses.map(|course| course.increment)),
        (" MINVALUE ", courses.map(|course| course.least)),
        (" MAXVALUE ", courses.map(|course| course.most)),
        (" START WITH ", courses.map(|course| course.start)),
        (
            " CACHE ",
            pair.map(|sequence| sequence.options.cache.unwrap_or(1000)),
        ),
    ];
    for (words, values) in numbers {
        if values.differs() {
            script.keyword(words).number(values.after);
        }
    }
    let cycles = courses.map(|course| course.cycles);
    match (cycles.before, cycles.after) {
        (false, true) => {
            script.keyword(" CYCLE");
        }
        (true, false) => {
            script.keyword(" NOCYCLE");
        }
        (true, true) | (false, false) => {}
    }
}

/// Takes the sequence into a range that begins later; one that is there already stays where it is.
fn moved_within(sequence: &Sequence, courses: Pair<Course>) -> Option<Step> {
    let first = |course: &Course| match (course.is_descending(), course.cycles) {
        (true, true) => course.most,
        (false, true) => course.least,
        (_, false) => course.start,
    };
    let (before, bound) = if courses.after.is_descending() {
        (first(&courses.before), courses.after.most)
    } else {
        (first(&courses.before), courses.after.least)
    };
    let is_outside = if courses.after.is_descending() {
        before > bound
    } else {
        before < bound
    };
    let mut script = Script::new(Dialect::Mysql);
    script
        .keyword("DO SETVAL(")
        .name(&sequence.name)
        .keyword(", ")
        .number(bound)
        .keyword(", 0)");
    is_outside.then(|| Step::new(script.into_text()))
}

/// A sequence is a table as well, and its comment and its engine are that table's.
fn table_options(pair: Pair<&Sequence>) -> Option<Step> {
    let mut script = Script::new(Dialect::Mysql);
    script.keyword("ALTER TABLE ").name(&pair.after.name);
    let unchanged = script.as_str().len();
    if pair.map(|sequence| &sequence.engine).differs() {
        let engine = pair.after.engine.as_deref();
        script
            .keyword(" ENGINE=")
            .expression(engine.unwrap_or("InnoDB"));
    }
    if pair.map(|sequence| &sequence.comment).differs() {
        script
            .keyword(" COMMENT=")
            .literal(pair.after.comment.as_deref().unwrap_or_default());
    }
    (script.as_str().len() > unchanged).then(|| Step::new(script.into_text()))
}

/// Writes the engine and the comment of a new sequence.
pub(super) fn write_table_options(script: &mut Script, sequence: &Sequence) {
    if let Some(engine) = &sequence.engine {
        script.keyword(" ENGINE=").expression(engine);
    }
    if let Some(comment) = &sequence.comment {
        script.keyword(" COMMENT=").literal(comment);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn check(before: SequenceOptions, after: SequenceOptions) -> String {
        let sequence = |options| Sequence {
            name: QualifiedName::unqualified(Ident::from_server("s")),
            data_type: "bigint".to_owned(),
            options,
            owned_by: None,
            unlogged: false,
            engine: None,
            comment: None,
        };
        let (before, after) = (sequence(before), sequence(after));
        let steps = alter(Pair::new(&before, &after));
        let texts: Vec<_> = steps.into_iter().map(|step| step.sql).collect();
        texts.join(";\n")
    }

    fn from(start: i64, minimum: i64, maximum: i64) -> SequenceOptions {
        SequenceOptions {
            start: Some(start),
            minimum: Some(minimum),
            maximum: Some(maximum),
            ..SequenceOptions::default()
        }
    }

    #[test]
    fn a_position_is_kept_where_the_new_range_has_it() {
        assert_snapshot!(check(from(1, 1, 100), from(5, 5, 100)), @"
        DO SETVAL(`s`, 5, 0);
        ALTER SEQUENCE `s` MINVALUE 5 START WITH 5
        ");
        assert_snapshot!(check(from(1, 1, 100), from(1, -5, 200)), @"ALTER SEQUENCE `s` MINVALUE -5 MAXVALUE 200");
    }

    #[test]
    fn another_direction_and_another_range_begin_anew() {
        let down = SequenceOptions {
            increment: Some(-1),
            ..SequenceOptions::default()
        };
        assert_snapshot!(check(from(1, 1, 100), from(500, 500, 600)), @"ALTER SEQUENCE `s` MINVALUE 500 MAXVALUE 600 START WITH 500 RESTART WITH 500");
        assert_snapshot!(check(SequenceOptions::default(), down), @"ALTER SEQUENCE `s` INCREMENT BY -1 MINVALUE -9223372036854775807 MAXVALUE -1 START WITH -1 RESTART WITH -1");
    }
}
