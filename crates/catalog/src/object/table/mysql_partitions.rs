//! Partitions of MySQL and MariaDB that come, go or are cut otherwise, where the rows of the others can stay where they are.

use schemist_sql::{Dialect, Script, Word, words};

use super::Table;
use super::mysql_alter::alter_table;
use crate::hazard::{mysql, rows};
use crate::{Expr, Hazard, Pair, Step};

/// How a table is divided.
#[derive(Debug, PartialEq, Eq)]
struct Division<'a> {
    /// By what, and how each part is divided further.
    head: &'a str,
    parts: Parts<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum Parts<'a> {
    /// As many as this number says.
    Counted(u64),
    /// Those that are listed.
    Listed(Vec<Part<'a>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part<'a> {
    name: &'a str,
    takes: Takes<'a>,
    /// Everything from `PARTITION` on.
    text: &'a str,
}

/// Which rows a partition takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes<'a> {
    /// Those below a bound that the partitions before it do not take.
    Below(&'a str),
    /// Those with one of these values.
    Values(&'a str),
}

/// Whether a partition comes behind those that are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// None does, so that they may take more than before.
    Open,
    /// One does.
    Fixed,
}

/// The statements that change the partitions of a table alone; `None` where all rows must be divided anew.
///
/// No partition is dropped with its rows: they go to another one, or all are divided anew, which fails where a
/// row has no place.
pub(super) fn change(pair: Pair<&Table>) -> Option<Vec<Step>> {
    let texts = pair.map(|table| table.mysql.partitions.as_ref().map(Expr::as_str));
    let (before, after) = (texts.before?, texts.after?);
    let divisions = Pair::new(parse(before)?, parse(after)?);
    if divisions.as_ref().map(|division| division.head).differs() {
        return None;
    }
    match (&divisions.before.parts, &divisions.after.parts) {
        (Parts::Counted(before), Parts::Counted(after)) => {
            Some(counted(pair.after, Pair::new(*before, *after)))
        }
        (Parts::Listed(before), Parts::Listed(after)) => {
            listed(pair.after, Pair::new(before, after))
        }
        (Parts::Counted(_), Parts::Listed(_)) | (Parts::Listed(_), Parts::Counted(_)) => None,
    }
}

/// Says that a row may have no place among new partitions.
pub(super) fn refused(pair: Pair<&Table>) -> Option<Hazard> {
    let after = pair.after.mysql.partitions.as_ref()?;
    let is_picky = words(Dialect::Mysql, after.as_str())
        .nth(2)
        .is_some_and(|word| word.is_one_of(&["range", "list"]));
    is_picky.then(|| {
        Hazard::new(
            &rows::PARTITION_MISSING,
            format!(
                "rows of table {} that no partition takes make this fail",
                pair.after.name
            ),
        )
    })
}

fn counted(table: &Table, counts: Pair<u64>) -> Vec<Step> {
    let mut script = alter_table(table);
    if counts.after > counts.before {
        script.keyword(" ADD PARTITION PARTITIONS ");
    } else {
        script.keyword(" COALESCE PARTITION ");
    }
    script.number(counts.after.abs_diff(counts.before));
    vec![Step::new(script.into_text()).with(moved(table))]
}

fn listed(table: &Table, parts: Pair<&Vec<Part<'_>>>) -> Option<Vec<Step>> {
    let same = |one: &&Part<'_>, other: &&Part<'_>| one.text == other.text;
    let common = |before: &mut dyn Iterator<Item = &Part<'_>>,
                  after: &mut dyn Iterator<Item = &Part<'_>>| {
        before
            .zip(after)
            .take_while(|(one, other)| same(one, other))
            .count()
    };
    let head = common(&mut parts.before.iter(), &mut parts.after.iter());
    let behind = parts.map(|parts| &parts[head..]);
    let tail = common(
        &mut behind.before.iter().rev(),
        &mut behind.after.iter().rev(),
    );
    let mut own = behind.map(|parts| &parts[..parts.len() - tail]);
    if own.before.is_empty() && tail == 0 {
        let mut script = alter_table(table);
        script.keyword(" ADD PARTITION ");
        write_list(&mut script, own.after);
        return Some(vec![Step::new(script.into_text())]);
    }
    if tail > 0 && (own.before.is_empty() || own.after.is_empty()) {
        // The next one gives rows to those that come before it, or takes those of the ones that go.
        own = behind.map(|parts| &parts[..=parts.len() - tail]);
    }
    let end = |own: Pair<&[Part<'_>]>| {
        if own.after.len() == behind.after.len() {
            End::Open
        } else {
            End::Fixed
        }
    };
    if !takes_all(own, end(own)) && tail > 0 {
        own = behind.map(|parts| &parts[..=parts.len() - tail]);
    }
    if !takes_all(own, end(own)) {
        return None;
    }
    let mut script = alter_table(table);
    script.keyword(" REORGANIZE PARTITION ");
    for (place, part) in own.before.iter().enumerate() {
        script
            .keyword(if place > 0 { ", " } else { "" })
            .expression(part.name);
    }
    script.keyword(" INTO ");
    write_list(&mut script, own.after);
    Some(vec![Step::new(script.into_text()).with(moved(table))])
}

/// Whether every row of the partitions before has a place in those after: the server itself drops rows of a
/// list that have none (seen with MariaDB 10.11).
fn takes_all(own: Pair<&[Part<'_>]>, end: End) -> bool {
    let (Some(before), Some(after)) = (own.before.last(), own.after.last()) else {
        return false;
    };
    match (before.takes, after.takes) {
        (Takes::Below(before), Takes::Below(after)) => {
            before == after || end == End::Open && is_higher(Pair::new(before, after))
        }
        (Takes::Values(_), Takes::Values(_)) => {
            let values = |parts: &[Part<'_>]| -> Vec<String> {
                parts.iter().flat_map(|part| part.values()).collect()
            };
            let values = own.map(values);
            values
                .before
                .iter()
                .all(|value| values.after.contains(value))
        }
        (Takes::Below(_), Takes::Values(_)) | (Takes::Values(_), Takes::Below(_)) => false,
    }
}

/// Whether a bound is certainly higher than another.
fn is_higher(bounds: Pair<&str>) -> bool {
    let bare = |bound: &str| bound.trim_matches(['(', ')']).trim().to_owned();
    let bounds = bounds.map(bare);
    let number = |bound: &String| bound.parse::<i128>().ok();
    let is_open = bounds.after.eq_ignore_ascii_case("MAXVALUE");
    let numbers = bounds.as_ref().map(number);
    is_open
        || matches!((numbers.before, numbers.after), (Some(before), Some(after)) if after > before)
}

fn write_list(script: &mut Script, parts: &[Part<'_>]) {
    script.keyword("(");
    for (place, part) in parts.iter().enumerate() {
        script
            .keyword(if place > 0 { ",\n " } else { "" })
            .expression(part.text);
    }
    script.keyword(")");
}

fn moved(table: &Table) -> Hazard {
    Hazard::new(
        &mysql::PARTITIONS_COPIED,
        format!(
            "table {} takes no writes while rows move between its partitions",
            table.name
        ),
    )
}

impl Part<'_> {
    /// The values of a list, each as it is written.
    fn values(&self) -> Vec<String> {
        let Takes::Values(list) = self.takes else {
            return Vec::new();
        };
        let mut values = vec![String::new()];
        let mut depth = 0;
        for word in words(Dialect::Mysql, list) {
            if word.is_punct('(') {
                depth += 1;
            } else if word.is_punct(')') {
                depth -= 1;
            } else if word.is_punct(',') && depth == 0 {
                values.push(String::new());
                continue;
            }
            if let Some(value) = values.last_mut() {
                value.push_str(word.text);
            }
        }
        values
    }
}

fn parse(text: &str) -> Option<Division<'_>> {
    let all: Vec<Word<'_>> = words(Dialect::Mysql, text).collect();
    let start = (1..all.len()).find(|at| all[at - 1].is_punct('(') && all[*at].is("partition"));
    if let Some(start) = start {
        return Some(Division {
            head: text[..all[start - 1].token.span.start].trim_end(),
            parts: Parts::Listed(parts(text, &all[start..])?),
        });
    }
    let [.., word, count] = all.as_slice() else {
        return None;
    };
    word.is("partitions").then_some(())?;
    Some(Division {
        head: text[..word.token.span.start].trim_end(),
        parts: Parts::Counted(count.text.parse().ok()?),
    })
}

/// The partitions of a list up to its end.
fn parts<'a>(text: &'a str, all: &[Word<'a>]) -> Option<Vec<Part<'a>>> {
    let mut found = Vec::new();
    let (mut depth, mut first) = (0, 0);
    for (at, word) in all.iter().enumerate() {
        if word.is_punct('(') {
            depth += 1;
        } else if depth > 0 && word.is_punct(')') {
            depth -= 1;
        } else if depth == 0 && (word.is_punct(',') || word.is_punct(')')) {
            found.push(part(text, &all[first..at])?);
            if word.is_punct(')') {
                return Some(found);
            }
            first = at + 1;
        }
    }
    None
}

/// `PARTITION name VALUES LESS THAN …` or `PARTITION name VALUES IN …`.
fn part<'a>(text: &'a str, all: &[Word<'a>]) -> Option<Part<'a>> {
    let (partition, name, values) = (all.first()?, all.get(1)?, all.get(2)?);
    values.is("values").then_some(())?;
    let is_below = all.get(3)?.is("less");
    let opening = if is_below { 5 } else { 4 };
    let closing = if all.get(opening)?.is_punct('(') {
        let mut depth = 0;
        opening
            + all[opening..].iter().position(|word| {
                depth += i32::from(word.is_punct('(')) - i32::from(word.is_punct(')'));
                depth == 0
            })?
    } else {
        opening
    };
    let whole = &text[all[opening].token.span.start..all[closing].token.span.end];
    let inner = whole
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(whole);
    let takes = if is_below {
        Takes::Below(whole)
    } else {
        Takes::Values(inner)
    };
    Some(Part {
        name: name.text,
        takes,
        text: &text[partition.token.span.start..all.last()?.token.span.end],
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use schemist_sql::{Ident, QualifiedName};

    use super::*;

    fn check(before: &str, after: &str) -> String {
        let table = |text: &str| {
            let mut table = Table::new(QualifiedName::unqualified(Ident::from_server("t")));
            table.mysql.partitions = Some(Expr::from_server(text));
            table
        };
        let tables = Pair::new(table(before), table(after));
        match change(tables.as_ref()) {
            Some(steps) => {
                let texts: Vec<_> = steps.into_iter().map(|step| step.sql).collect();
                texts.join(";\n")
            }
            None => "all rows are divided anew".to_owned(),
        }
    }

    fn range(bounds: &[(&str, &str)]) -> String {
        let parts: Vec<_> = bounds
            .iter()
            .map(|(name, bound)| {
                format!("PARTITION `{name}` VALUES LESS THAN {bound} ENGINE = InnoDB")
            })
            .collect();
        format!("PARTITION BY RANGE (`y`)\n({})", parts.join(",\n "))
    }

    #[test]
    fn ranges_come_at_the_end_and_between_others() {
        let two = range(&[("a", "(10)"), ("b", "(20)")]);
        assert_snapshot!(check(&two, &range(&[("a", "(10)"), ("b", "(20)"), ("c", "MAXVALUE")])), @"ALTER TABLE `t` ADD PARTITION (PARTITION `c` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)");
        assert_snapshot!(check(&two, &range(&[("a", "(10)"), ("c", "(15)"), ("b", "(20)")])), @"
        ALTER TABLE `t` REORGANIZE PARTITION `b` INTO (PARTITION `c` VALUES LESS THAN (15) ENGINE = InnoDB,
         PARTITION `b` VALUES LESS THAN (20) ENGINE = InnoDB)
        ");
        assert_snapshot!(check(&two, &range(&[("a", "(10)"), ("b", "(30)")])), @"ALTER TABLE `t` REORGANIZE PARTITION `b` INTO (PARTITION `b` VALUES LESS THAN (30) ENGINE = InnoDB)");
    }

    #[test]
    fn rows_of_a_range_that_goes_belong_to_the_next_one() {
        let two = range(&[("a", "(10)"), ("b", "(20)")]);
        assert_snapshot!(check(&two, &range(&[("b", "(20)")])), @"ALTER TABLE `t` REORGANIZE PARTITION `a`, `b` INTO (PARTITION `b` VALUES LESS THAN (20) ENGINE = InnoDB)");
        assert_snapshot!(check(&two, &range(&[("a", "(15)"), ("b", "(20)")])), @"
        ALTER TABLE `t` REORGANIZE PARTITION `a`, `b` INTO (PARTITION `a` VALUES LESS THAN (15) ENGINE = InnoDB,
         PARTITION `b` VALUES LESS THAN (20) ENGINE = InnoDB)
        ");
        assert_snapshot!(check(&two, &range(&[("a", "(10)")])), @"all rows are divided anew");
    }

    #[test]
    fn no_value_of_a_list_loses_its_place() {
        let list = |parts: &str| format!("PARTITION BY LIST (`k`)\n({parts})");
        let two = list("PARTITION p VALUES IN (1,2), PARTITION q VALUES IN (3)");
        assert_snapshot!(check(&two, &list("PARTITION p VALUES IN (1), PARTITION q VALUES IN (3,2)")), @"
        ALTER TABLE `t` REORGANIZE PARTITION p, q INTO (PARTITION p VALUES IN (1),
         PARTITION q VALUES IN (3,2))
        ");
        assert_snapshot!(check(&two, &list("PARTITION p VALUES IN (1), PARTITION q VALUES IN (3)")), @"all rows are divided anew");
        assert_snapshot!(check(&two, &list("PARTITION p VALUES IN (1,2)")), @"all rows are divided anew");
    }

    #[test]
    fn hashed_partitions_are_counted() {
        let hash = |count: u8| format!("PARTITION BY HASH (`id`)\nPARTITIONS {count}");
        assert_snapshot!(check(&hash(2), &hash(5)), @"ALTER TABLE `t` ADD PARTITION PARTITIONS 3");
        assert_snapshot!(check(&hash(5), &hash(4)), @"ALTER TABLE `t` COALESCE PARTITION 1");
        assert_snapshot!(check(&hash(5), "PARTITION BY KEY (`id`)\nPARTITIONS 5"), @"all rows are divided anew");
    }
}
