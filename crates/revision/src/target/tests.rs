//! The whole grammar, as tables: what was written, and what it means.

use insta::assert_snapshot;

use super::{Target, TargetError};
use crate::History;
use crate::sample::{history, ids, names};

/// A history of five in a row.
fn line() -> History {
    history(
        "ae10: \"create users
        b702: ae10 \"create orders
        b7ff: b702 \"add orders.total
        2024-01: b7ff \"split users.name
        c3d4: 2024-01 \"drop users.name",
    )
}

/// `a ─ b ─┬─ c ─ d ─┬─ f` and `b ─ e ─┘`, with labels on `c` and `e`.
fn branches() -> History {
    history("aaa:\nbbb: aaa\nccc: bbb @billing\nddd: ccc\neee: bbb @shop\nfff: ddd eee")
}

/// Two heads, `d` and `f`.
fn two_heads() -> History {
    history(
        "aaa:\nbbb: aaa\nccc: bbb @billing\nddd: ccc \"invoices\neee: bbb @shop\nfff: eee \"carts",
    )
}

fn said(result: Result<String, TargetError>) -> String {
    match result {
        Ok(text) if text.is_empty() => "nothing".to_owned(),
        Ok(text) => text,
        Err(error) => format!("cannot {error}\n    help: {}", error.remedy()),
    }
}

/// One line per target.
fn table(targets: &[&str], meaning: impl Fn(&Target) -> Result<String, TargetError>) -> String {
    let line = |text: &&str| {
        format!(
            "{text} => {}",
            said(Target::parse(text).and_then(|target| meaning(&target)))
        )
    };
    targets.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn one(history: &History, applied: &str, targets: &[&str]) -> String {
    table(targets, |target| {
        target
            .resolve_one(history, &ids(applied))
            .map(|point| point.to_string())
    })
}

fn up(history: &History, applied: &str, targets: &[&str]) -> String {
    table(targets, |target| {
        target.resolve_upgrade(history, &ids(applied)).map(names)
    })
}

fn down(history: &History, applied: &str, targets: &[&str]) -> String {
    table(targets, |target| {
        target.resolve_downgrade(history, &ids(applied)).map(names)
    })
}

fn range(history: &History, applied: &str, targets: &[&str]) -> String {
    table(targets, |target| {
        Ok(names(
            history.between(&target.resolve_range(history, &ids(applied))?)?,
        ))
    })
}

#[test]
fn one_revision() {
    let targets = [
        "head",
        "heads",
        "base",
        "current",
        "c3d4",
        "c3",
        "a",
        "2024-01",
        "2024",
        "2024-01-1",
        "2024-0",
        "head-1",
        "head-5",
        "base+1",
        "ae10+2",
        "b702-1",
        "ae10-1",
        "+1",
        "-1",
        "-2",
        " head ",
    ];
    assert_snapshot!(one(&line(), "ae10 b702", &targets), @"
    head => c3d4
    heads => c3d4
    base => base
    current => b702
    c3d4 => c3d4
    c3 => c3d4
    a => ae10
    2024-01 => 2024-01
    2024 => 2024-01
    2024-01-1 => b7ff
    2024-0 => 2024-01
    head-1 => 2024-01
    head-5 => base
    base+1 => ae10
    ae10+2 => b7ff
    b702-1 => ae10
    ae10-1 => base
    +1 => b7ff
    -1 => ae10
    -2 => base
     head  => c3d4
    ");
}

#[test]
fn words_that_name_nothing() {
    let targets = [
        "b7",
        "ae01",
        "haed",
        "users",
        "zzzz",
        "head+1",
        "ae10-2",
        "c3d4-99999999999999999999",
        "a b",
        "",
        "@",
        "x@",
        "a:b:c",
        "-",
        "+",
        "a:b",
        "billing@head",
        "heads@head",
    ];
    assert_snapshot!(one(&line(), "ae10 b702", &targets), @"
    b7 => cannot choose between 2 revisions that begin with `b7`: b702 (2026-01-02, create orders) and b7ff (2026-01-03, add orders.total)
        help: write more of it: b702
    ae01 => cannot find revision `ae01`
        help: did you mean ae10 (2026-01-01, create users)?
    haed => cannot find revision `haed`
        help: did you mean `head`?
    users => cannot find revision `users`
        help: did you mean c3d4 (2026-01-05, drop users.name) or 2024-01 (2026-01-04, split users.name) or ae10 (2026-01-01, create users)?
    zzzz => cannot find revision `zzzz`
        help: run `schemist history` to see all revisions
    head+1 => cannot follow `head+1` past the head: no revision comes after c3d4
        help: write `head` to go up all the way
    ae10-2 => cannot follow `ae10-2` past the base: only 1 revision comes before ae10
        help: write `base` to go down all the way
    c3d4-99999999999999999999 => cannot follow `c3d4-99999999999999999999` past the base: only 5 revisions come before c3d4
        help: write `base` to go down all the way
    a b => cannot read `a b` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
     => cannot read `` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    @ => cannot read `@` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    x@ => cannot read `x@` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    a:b:c => cannot read `a:b:c` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    - => cannot read `-` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    + => cannot read `+` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    a:b => cannot take `a:b` for one revision
        help: name one revision, such as `head`
    billing@head => cannot find the branch billing
        help: run `schemist branches` to see the labels
    heads@head => cannot read `heads@head` as a revision
        help: write an id or its start, head, heads, base, current, +2, -1, <id>+1, <label>@head, or <from>:<to> for a range
    ");
}

#[test]
fn branches_and_labels() {
    let targets = [
        "billing",
        "billing@head",
        "billing@base",
        "billing@current",
        "billing@ddd",
        "billing@eee",
        "biling@head",
        "shop@base+1",
        "shop@+1",
        "bbb+1",
        "fff-1",
        "billing@bbb",
    ];
    assert_snapshot!(one(&branches(), "aaa bbb ccc", &targets), @"
    billing => ccc
    billing@head => fff
    billing@base => bbb
    billing@current => ccc
    billing@ddd => ddd
    billing@eee => cannot find revision eee on the branch billing
        help: leave the label out: eee
    biling@head => cannot find the branch biling
        help: did you mean billing?
    shop@base+1 => eee
    shop@+1 => eee
    bbb+1 => cannot follow `bbb+1` beyond bbb, from where it could lead to ccc (2026-01-03) and eee (2026-01-05)
        help: name the revision: ccc
    fff-1 => cannot follow `fff-1` beyond fff, from where it could lead to ddd (2026-01-04) and eee (2026-01-05)
        help: name the revision: ddd
    billing@bbb => cannot find revision bbb on the branch billing
        help: leave the label out: bbb
    ");
    assert_snapshot!(one(&two_heads(), "aaa bbb ccc eee", &["head", "heads", "billing@head", "current", "-1", "billing@-1"]), @"
    head => cannot choose between 2 heads, which part at bbb (2026-01-02): ddd (2026-01-04, invoices) and fff (2026-01-06, carts)
        help: put the branch that no other database has on top: `schemist rebase fff --onto ddd`, or join both: `schemist merge heads`
    heads => cannot choose between 2 heads, which part at bbb (2026-01-02): ddd (2026-01-04, invoices) and fff (2026-01-06, carts)
        help: put the branch that no other database has on top: `schemist rebase fff --onto ddd`, or join both: `schemist merge heads`
    billing@head => ddd
    current => cannot choose between the 2 revisions that the database is at: ccc (2026-01-03) and eee (2026-01-05)
        help: count from one of them: ccc-1, or from a branch: <label>@-1
    -1 => cannot choose between the 2 revisions that the database is at: ccc (2026-01-03) and eee (2026-01-05)
        help: count from one of them: ccc-1, or from a branch: <label>@-1
    billing@-1 => bbb
    ");
}

#[test]
fn upgrades() {
    assert_snapshot!(up(&line(), "ae10 b702", &["head", "heads", "+1", "+3", "+4", "b7ff", "ae10", "current", "current+1", "-1", "base", "ae10:"]), @"
    head => b7ff 2024-01 c3d4
    heads => b7ff 2024-01 c3d4
    +1 => b7ff
    +3 => b7ff 2024-01 c3d4
    +4 => cannot follow `+4` past the head: only 3 revisions are pending
        help: write `head` to go up all the way
    b7ff => b7ff
    ae10 => nothing
    current => nothing
    current+1 => b7ff
    -1 => cannot go up to `-1`
        help: run `schemist downgrade -1`
    base => cannot go up to `base`
        help: run `schemist downgrade base`
    ae10: => cannot take `ae10:` for one revision
        help: name one revision, such as `head`
    ");
    assert_snapshot!(up(&two_heads(), "aaa bbb", &["head", "heads", "+1", "shop@head", "billing@+1", "shop@+3"]), @"
    head => cannot choose between 2 heads, which part at bbb (2026-01-02): ddd (2026-01-04, invoices) and fff (2026-01-06, carts)
        help: put the branch that no other database has on top: `schemist rebase fff --onto ddd`, or join both: `schemist merge heads`
    heads => ccc ddd eee fff
    +1 => cannot follow `+1` beyond bbb, from where it could lead to ccc (2026-01-03) and eee (2026-01-05)
        help: name the revision: ccc
    shop@head => eee fff
    billing@+1 => ccc
    shop@+3 => cannot follow `shop@+3` past the head: only 2 revisions are pending
        help: write `head` to go up all the way
    ");
    assert_snapshot!(up(&history(""), "", &["head", "heads", "+1"]), @"
    head => nothing
    heads => nothing
    +1 => cannot follow `+1` past the head: no revision is pending
        help: write `head` to go up all the way
    ");
    assert_snapshot!(up(&line(), "", &["+1", "+2", "head"]), @"
    +1 => ae10
    +2 => ae10 b702
    head => ae10 b702 b7ff 2024-01 c3d4
    ");
}

#[test]
fn downgrades() {
    assert_snapshot!(down(&line(), "ae10 b702 b7ff 2024-01", &["-1", "-4", "-9", "base", "ae10", "2024-01-1", "current", "current-1", "+1", "head", "head-2"]), @"
    -1 => 2024-01
    -4 => 2024-01 b7ff b702 ae10
    -9 => cannot follow `-9` past the base: only 4 revisions are applied
        help: write `base` to go down all the way
    base => 2024-01 b7ff b702 ae10
    ae10 => 2024-01 b7ff b702
    2024-01-1 => 2024-01
    current => nothing
    current-1 => 2024-01
    +1 => cannot go down to `+1`
        help: run `schemist upgrade +1`
    head => cannot go down to revision c3d4: it is not applied
        help: run `schemist upgrade c3d4`, or `schemist current` to see what is applied
    head-2 => 2024-01
    ");
    assert_snapshot!(down(&branches(), "aaa bbb ccc ddd eee fff", &["-1", "-2", "bbb", "shop@base", "ddd", "fff-1"]), @"
    -1 => fff
    -2 => cannot follow `-2` beyond fff, from where it could lead to ddd (2026-01-04) and eee (2026-01-05)
        help: name the revision: ddd
    bbb => fff eee ddd ccc
    shop@base => fff eee
    ddd => fff
    fff-1 => cannot follow `fff-1` beyond fff, from where it could lead to ddd (2026-01-04) and eee (2026-01-05)
        help: name the revision: ddd
    ");
    assert_snapshot!(down(&two_heads(), "aaa bbb ccc eee", &["-1", "shop@-1", "shop@-2", "billing@base", "shop@base", "base"]), @"
    -1 => cannot choose between the 2 revisions that the database is at: ccc (2026-01-03) and eee (2026-01-05)
        help: count from one of them: ccc-1, or from a branch: <label>@-1
    shop@-1 => eee
    shop@-2 => cannot follow `shop@-2` past the base: only 1 revision is applied
        help: write `base` to go down all the way
    billing@base => ccc
    shop@base => eee
    base => eee ccc bbb aaa
    ");
    assert_snapshot!(down(&line(), "", &["-1", "base"]), @"
    -1 => cannot follow `-1` past the base: no revision is applied
        help: write `base` to go down all the way
    base => nothing
    ");
    assert_snapshot!(down(&line(), "ae10 gone", &["-1", "base"]), @"
    -1 => cannot go on from where the database stands: revision gone is applied, but it is in no file
        help: bring its file back (git pull, git log --all -S gone), or say where the database stands: `schemist stamp --purge <revision>`
    base => cannot go on from where the database stands: revision gone is applied, but it is in no file
        help: bring its file back (git pull, git log --all -S gone), or say where the database stands: `schemist stamp --purge <revision>`
    ");
}

#[test]
fn ranges() {
    assert_snapshot!(range(&line(), "ae10 b702", &["ae10:b7ff", "b7ff:", ":b702", ":", "-1:current", "current:", "c3d4:ae10", "b702", "base:head", "head:base", "+1:head"]), @"
    ae10:b7ff => ae10 b702 b7ff
    b7ff: => b7ff 2024-01 c3d4
    :b702 => ae10 b702
    : => ae10 b702 b7ff 2024-01 c3d4
    -1:current => ae10 b702
    current: => b702 b7ff 2024-01 c3d4
    c3d4:ae10 => cannot list from c3d4 to ae10, which does not come after it
        help: put the earlier one first: ae10:c3d4
    b702 => b702
    base:head => ae10 b702 b7ff 2024-01 c3d4
    head:base => cannot list from c3d4 to base, which does not come after it
        help: put the earlier one first: base:c3d4
    +1:head => b7ff 2024-01 c3d4
    ");
    assert_snapshot!(range(&branches(), "", &["ccc:fff", "ccc:eee", "billing@base:billing@head"]), @"
    ccc:fff => ccc ddd fff
    ccc:eee => cannot list from ccc to eee, which does not come after it
        help: run `schemist history` to see which revision comes after which
    billing@base:billing@head => bbb ccc ddd eee fff
    ");
    assert_snapshot!(range(&two_heads(), "", &["bbb:", "bbb:head"]), @"
    bbb: => bbb ccc ddd eee fff
    bbb:head => cannot choose between 2 heads, which part at bbb (2026-01-02): ddd (2026-01-04, invoices) and fff (2026-01-06, carts)
        help: put the branch that no other database has on top: `schemist rebase fff --onto ddd`, or join both: `schemist merge heads`
    ");
}

#[test]
fn several_revisions() {
    let history = two_heads();
    let all = |target: &Target| {
        let found = target.resolve_all(&history, &ids("aaa bbb ccc eee"))?;
        Ok(found
            .iter()
            .map(|id| id.as_str())
            .collect::<Vec<_>>()
            .join(" "))
    };
    assert_snapshot!(table(&["heads", "current", "base", "head", "shop@heads", "ddd", "a:b"], all), @"
    heads => ddd fff
    current => ccc eee
    base => nothing
    head => cannot choose between 2 heads, which part at bbb (2026-01-02): ddd (2026-01-04, invoices) and fff (2026-01-06, carts)
        help: put the branch that no other database has on top: `schemist rebase fff --onto ddd`, or join both: `schemist merge heads`
    shop@heads => fff
    ddd => ddd
    a:b => cannot take `a:b` for one revision
        help: name one revision, such as `head`
    ");
}
