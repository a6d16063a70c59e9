//! Histories that part and come together.

use insta::assert_snapshot;

use crate::{project, transcript};

const SECTIONS: &str = "\n-- [up]\n-- nothing\n\n-- [down]\n-- nothing\n";

fn revision(id: &str, parent: &str, more: &str) -> String {
    format!(
        "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: {id} after {parent}\n{more}{SECTIONS}"
    )
}

fn parted() -> schemist_testkit::Sandbox {
    let sandbox = project("CREATE TABLE book (id integer PRIMARY KEY);");
    sandbox.write("migrations/a.sql", &revision("a1", "none", ""));
    sandbox.write(
        "migrations/b.sql",
        &revision("b2", "a1", "-- labels: billing\n"),
    );
    sandbox.write("migrations/c.sql", &revision("c3", "a1", ""));
    sandbox
}

#[test]
fn two_heads_are_seen_and_joined() {
    assert_snapshot!(transcript(&parted(), &[
        "history",
        "heads",
        "heads --check",
        "branches",
        "upgrade",
        "revision --autogenerate -m x",
        "upgrade billing@head",
        "upgrade heads",
        "current",
        "merge",
        "upgrade",
        "history -i",
        "downgrade -1",
        "current",
        "history --ascii -r a1:billing@head",
        "show b",
    ]), @"
    $ schemist history
    ○  c3 c3 after a1 (head)
    │ ○  b2 b2 after a1 (head) (label billing)
    ├─╯
    ○  a1 a1 after none (base) (branch point)

    $ schemist heads
    b2 b2 after a1 (head) (label billing)
    c3 c3 after a1 (head)

    $ schemist heads --check
    b2 b2 after a1 (head) (label billing)
    c3 c3 after a1 (head)
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (a1 after none): b2 (b2 after a1) and c3 (c3 after a1)
      hint: put the branch that no other database has on top: `schemist rebase c3 --onto b2`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist branches
    a1 a1 after none (base) (branch point)
      → b2 b2 after a1 (head) (label billing)
      → c3 c3 after a1 (head)
    branch billing with b2

    $ schemist upgrade
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (a1 after none): b2 (b2 after a1) and c3 (c3 after a1)
      hint: put the branch that no other database has on top: `schemist rebase c3 --onto b2`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist revision --autogenerate -m x
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (a1 after none): b2 (b2 after a1) and c3 (c3 after a1)
      hint: put the branch that no other database has on top: `schemist rebase c3 --onto b2`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist upgrade billing@head
    --- stderr
    sqlite://<project>/schemist.db: base → b2, 2 revisions to apply
    Applied a1 (a1 after none) in <time>
    Applied b2 (b2 after a1) in <time>

    $ schemist upgrade heads
    --- stderr
    sqlite://<project>/schemist.db: b2 → b2 c3, 1 revision to apply
    Applied c3 (c3 after a1) in <time>

    $ schemist current
    b2 b2 after a1 (head) (label billing)
    c3 c3 after a1 (head)

    $ schemist merge
    migrations/2026-11-20_111111111111_merge.sql
    --- stderr
    Wrote revision 111111111111

    $ schemist upgrade
    --- stderr
    sqlite://<project>/schemist.db: b2 c3 → 111111111111, 1 revision to apply
    Applied 111111111111 (2026-11-20, merge) in <time>

    $ schemist history -i
    ◉    111111111111 2026-11-20 merge (head) (merge) (current)
    ├─╮
    │ ○  c3 c3 after a1
    ○ │  b2 b2 after a1 (label billing)
    ├─╯
    ○  a1 a1 after none (base) (branch point)

    $ schemist downgrade -1
    --- stderr
    sqlite://<project>/schemist.db: 111111111111 → b2 c3, 1 revision to take back
    Took back 111111111111 (2026-11-20, merge) in <time>
    The database is at b2 c3 now; 1 revision is pending

    $ schemist current
    b2 b2 after a1 (label billing)
    c3 c3 after a1

    $ schemist history --ascii -r a1:billing@head
    o    111111111111 2026-11-20 merge (head) (merge)
    |-.
    | o  c3 c3 after a1
    o |  b2 b2 after a1 (label billing)
    |-'
    o  a1 a1 after none (base) (branch point)

    $ schemist show b
    b2 b2 after a1 (label billing)
    migrations/b.sql

    -- schemist revision
    -- id: b2
    -- parent: a1
    -- message: b2 after a1
    -- labels: billing

    -- [up]
    -- nothing

    -- [down]
    -- nothing
    ");
}

#[test]
fn targets_that_mean_nothing_or_too_much() {
    let sandbox = parted();
    sandbox.write("migrations/b.sql", &revision("a2", "a1", ""));
    assert_snapshot!(transcript(&sandbox, &[
        "show a",
        "show zz",
        "show heeds",
        "upgrade +9",
        "upgrade -1",
        "downgrade +1",
        "downgrade -1",
        "downgrade c3",
        "upgrade x@head",
        "history -r head:base",
        "upgrade a1..c3",
    ]), @"
    $ schemist show a
    --- stderr
    error: cannot choose between 2 revisions that begin with `a`: a1 (a1 after none) and a2 (a2 after a1)
      hint: write more of it: a1
    --- exit code 1

    $ schemist show zz
    --- stderr
    error: cannot find revision `zz`
      hint: run `schemist history` to see all revisions
    --- exit code 1

    $ schemist show heeds
    --- stderr
    error: cannot find revision `heeds`
      hint: did you mean `heads`?
    --- exit code 1

    $ schemist upgrade +9
    --- stderr
    error: cannot follow `+9` beyond a1, from where it could lead to a2 (a2 after a1) and c3 (c3 after a1)
      hint: name the revision: a2
    --- exit code 1

    $ schemist upgrade -1
    --- stderr
    error: cannot go up to `-1`
      hint: run `schemist downgrade -1`
    --- exit code 1

    $ schemist downgrade +1
    --- stderr
    error: cannot go down to `+1`
      hint: run `schemist upgrade +1`
    --- exit code 1

    $ schemist downgrade -1
    --- stderr
    error: cannot follow `-1` past the base: no revision is applied
      hint: write `base` to go down all the way
    --- exit code 1

    $ schemist downgrade c3
    --- stderr
    error: cannot go down to revision c3: it is not applied
      hint: run `schemist upgrade c3`, or `schemist current` to see what is applied
    --- exit code 1

    $ schemist upgrade x@head
    --- stderr
    error: cannot find the branch x
      hint: run `schemist branches` to see the labels
    --- exit code 1

    $ schemist history -r head:base
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (a1 after none): a2 (a2 after a1) and c3 (c3 after a1)
      hint: put the branch that no other database has on top: `schemist rebase c3 --onto a2`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist upgrade a1..c3
    --- stderr
    error: cannot find revision `a1..c3`
      hint: run `schemist history` to see all revisions
    --- exit code 1
    ");
}

#[test]
fn new_revisions_come_after_a_head() {
    assert_snapshot!(transcript(&parted(), &[
        "revision --empty -m more",
        "revision --empty -m more --head c3",
        "revision --empty -m more --head a1",
        "revision --empty -m more --head a1 --splice --label shop --depends-on c3",
        "revision --empty -m more --head b2 --rev-id a1",
        "revision --empty -m more --head b2 --label shop",
        "revision --empty -m more --rev-id head",
        "merge c3",
        "merge c3 a1",
        "history",
        "upgrade b2+1",
    ]), @"
    $ schemist revision --empty -m more
    --- stderr
    error: cannot choose between 2 heads, which part at a1 (a1 after none): b2 (b2 after a1) and c3 (c3 after a1)
      hint: put the branch that no other database has on top: `schemist rebase c3 --onto b2`, or join both: `schemist merge heads`
    --- exit code 5

    $ schemist revision --empty -m more --head c3
    migrations/2026-11-20_111111111111_more.sql
    --- stderr
    Wrote revision 111111111111
    Fill in its sections: `schemist edit 111111111111`

    $ schemist revision --empty -m more --head a1
    --- stderr
    error: cannot write a revision after a1: it is no head, b2 comes after it
      hint: add --splice to open a branch there, or leave --head out
    --- exit code 5

    $ schemist revision --empty -m more --head a1 --splice --label shop --depends-on c3
    migrations/2026-11-20_222222222222_more.sql
    --- stderr
    Wrote revision 222222222222
    Fill in its sections: `schemist edit 222222222222`

    $ schemist revision --empty -m more --head b2 --rev-id a1
    --- stderr
    error: cannot give the id a1 to a new revision: it is taken
      hint: choose another --rev-id, or leave it out
    --- exit code 1

    $ schemist revision --empty -m more --head b2 --label shop
    --- stderr
    error: cannot give the label shop to a new revision: it is taken
      hint: choose another --label; what comes after its bearer is on shop anyway
    --- exit code 1

    $ schemist revision --empty -m more --rev-id head
    --- stderr
    error: invalid value 'head' for '--rev-id <ID>': take `head` for an id: it is a word of the target grammar

    For more information, try '--help'.
    --- exit code 64

    $ schemist merge c3
    --- stderr
    error: cannot merge c3 alone: there is nothing to join it with
      hint: run `schemist heads` to see what can be merged
    --- exit code 1

    $ schemist merge c3 a1
    --- stderr
    error: cannot merge a1 with c3: c3 comes after a1 already
      hint: name heads: `schemist merge heads`
    --- exit code 1

    $ schemist history
    ○  222222222222 2026-11-20 more (head) (label shop) (depends on c3)
    │ ○  111111111111 2026-11-20 more (head)
    │ ○  c3 c3 after a1
    │ │ ○  b2 b2 after a1 (head) (label billing)
    ├─┴─╯
    ○  a1 a1 after none (base) (branch point)

    $ schemist upgrade b2+1
    --- stderr
    error: cannot follow `b2+1` past the head: no revision comes after b2
      hint: write `head` to go up all the way
    --- exit code 1
    ");
}
