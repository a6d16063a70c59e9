//! Pictures: of tables and their foreign keys, and of the history.

use insta::assert_snapshot;
use schemist_testkit::Sandbox;

use crate::{project, transcript};

const SHOP: &str = "\
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer (id),
    note text
);
CREATE TABLE item (
    order_id integer NOT NULL REFERENCES orders (id),
    number integer NOT NULL,
    price numeric(10, 2),
    PRIMARY KEY (order_id, number)
);
CREATE TABLE setting (name text PRIMARY KEY, value text);
";

/// A branch that was joined again, and a message that tries to be more.
fn branched() -> Sandbox {
    let sandbox = project(SHOP);
    let revisions = [
        ("a1", "none", "first"),
        ("b2", "a1", "on the left"),
        ("c3", "a1", "</script><b>\"right\" %%{x}%%"),
        ("d4", "b2, c3", "both"),
    ];
    for (id, parent, message) in revisions {
        let text = format!(
            "-- schemist revision\n-- id: {id}\n-- parent: {parent}\n-- message: {message}\n-- created: 2026-11-20T10:12:00Z\n-- dialects: sqlite\n\n-- [up]\nCREATE TABLE \"{id}\" (x text DEFAULT '<i>');\n\n-- [down]\n-- hazard table_dropped: \"{id}\" is dropped with its rows & all\nDROP TABLE \"{id}\";\n"
        );
        sandbox.write(&format!("migrations/{id}.sql"), &text);
    }
    sandbox
}

#[test]
fn tables_and_what_they_refer_to() {
    let sandbox = project(SHOP);
    assert_snapshot!(transcript(&sandbox, &[
        "diagram",
        "diagram customer --depth 1 --format dot",
        "diagram setting customer --depth 0 --format json",
        "diagram custmer",
    ]), @r##"
    $ schemist diagram
    erDiagram
        customer {
            integer id PK
            text name
        }
        item {
            integer order_id PK, FK
            integer number PK
            numeric(10_2) price "null"
        }
        orders {
            integer id PK
            integer customer_id FK
            text note "null"
        }
        setting {
            text name PK
            text value "null"
        }
        orders ||--o{ item : "order_id"
        customer ||--o{ orders : "customer_id"

    $ schemist diagram customer --depth 1 --format dot
    digraph schema {
        graph [rankdir=LR, nodesep=0.4, ranksep=1.0]
        node [shape=plain, fontname="Helvetica", fontsize=11]
        edge [color="#64748b", arrowsize=0.7, dir=both]
        t1 [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#334155"><tr><td port="h" colspan="3" bgcolor="#334155"><font color="white"><b>customer</b></font></td></tr><tr><td sides="LB"><font color="#64748b">PK</font></td><td sides="B" align="left" port="l0"><font color="#334155">id</font></td><td sides="RB" align="left" port="r0"><font color="#64748b">integer</font></td></tr><tr><td sides="LB"><font color="#64748b"> </font></td><td sides="B" align="left" port="l1"><font color="#334155">name</font></td><td sides="RB" align="left" port="r1"><font color="#64748b">text</font></td></tr></table>>]
        t2 [label=<<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#334155"><tr><td port="h" colspan="3" bgcolor="#334155"><font color="white"><b>orders</b></font></td></tr><tr><td sides="LB"><font color="#64748b">PK</font></td><td sides="B" align="left" port="l0"><font color="#334155">id</font></td><td sides="RB" align="left" port="r0"><font color="#64748b">integer</font></td></tr><tr><td sides="LB"><font color="#64748b">FK</font></td><td sides="B" align="left" port="l1"><font color="#334155">customer_id</font></td><td sides="RB" align="left" port="r1"><font color="#64748b">integer</font></td></tr><tr><td sides="LB"><font color="#64748b"> </font></td><td sides="B" align="left" port="l2"><font color="#334155">note</font></td><td sides="RB" align="left" port="r2"><font color="#64748b">text?</font></td></tr></table>>]
        t1:r0 -> t2:l1 [arrowtail=tee, arrowhead=crow]
    }

    $ schemist diagram setting customer --depth 0 --format json
    {
      "command": "diagram",
      "foreign_keys": [],
      "tables": [
        {
          "columns": [
            {
              "keys": [
                "PK"
              ],
              "name": "id",
              "nullable": false,
              "type": "integer"
            },
            {
              "keys": [],
              "name": "name",
              "nullable": false,
              "type": "text"
            }
          ],
          "comment": null,
          "name": "customer"
        },
        {
          "columns": [
            {
              "keys": [
                "PK"
              ],
              "name": "name",
              "nullable": false,
              "type": "text"
            },
            {
              "keys": [],
              "name": "value",
              "nullable": true,
              "type": "text"
            }
          ],
          "comment": null,
          "name": "setting"
        }
      ],
      "version": 1
    }

    $ schemist diagram custmer
    --- stderr
    error: cannot find a table custmer
      hint: did you mean customer?
    --- exit code 1
    "##);
}

#[test]
fn files_are_named_by_their_ending_or_by_a_format() {
    let sandbox = project(SHOP);
    assert_snapshot!(transcript(&sandbox, &[
        "diagram --output schema.svg --output html=page",
        "diagram --output missing/schema.svg",
        "diagram --output schema.png",
        "check --format dot",
        "history --format svg",
    ]), @"
    $ schemist diagram --output schema.svg --output html=page
    --- stderr
    Wrote schema.svg
    Wrote page

    $ schemist diagram --output missing/schema.svg
    --- stderr
    error: cannot write missing/schema.svg: No such file or directory (os error 2)
      hint: name a file in a folder that is there and may be written
    --- exit code 1

    $ schemist diagram --output schema.png
    --- stderr
    error: invalid value 'schema.png' for '--output <[FORMAT=]PATH>': write the format before the path, as in svg=schema.svg; there are mermaid, dot, svg, html, json

    For more information, try '--help'.
    --- exit code 64

    $ schemist check --format dot
    --- stderr
    error: invalid value 'dot' for '--format <FORMAT>'
      [possible values: human, json, sarif, github, gitlab, junit, markdown, sql]

    For more information, try '--help'.
    --- exit code 64

    $ schemist history --format svg
    --- stderr
    error: this command writes human and json alone; its --help says if there is more

    Usage: schemist [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit code 64
    ");
    let picture = sandbox.read("schema.svg");
    assert!(picture.starts_with("<svg class=\"er\""), "{picture}");
    assert_eq!(picture.matches("<g class=\"table ").count(), 4);
    assert_eq!(picture.matches("<g class=\"link ").count(), 2);
    let page = sandbox.read("page");
    assert!(page.contains("Content-Security-Policy") && page.contains("<g class=\"link "));
}

#[test]
fn a_database_and_a_revision_are_drawn_too() {
    let sandbox = branched();
    assert_snapshot!(transcript(&sandbox, &[
        "upgrade -q b2",
        "diagram --live",
        "diagram --revision d4 b2 --depth 0",
        "diagram --revision base",
    ]), @r#"
    $ schemist upgrade -q b2

    $ schemist diagram --live
    erDiagram
        a1 {
            text x "null"
        }
        b2 {
            text x "null"
        }

    $ schemist diagram --revision d4 b2 --depth 0
    erDiagram
        b2 {
            text x "null"
        }

    $ schemist diagram --revision base
    erDiagram
    --- stderr
    There is no table to draw
    "#);
}

#[test]
fn the_history_in_the_words_of_others() {
    let sandbox = branched();
    assert_snapshot!(transcript(&sandbox, &[
        "history --mermaid",
        "history --dot -r b2:",
        "history --html missing/history.html",
        "history --html history.html",
        "history --html history.html --dot",
    ]), @r##"
    $ schemist history --mermaid
    flowchart BT
        r1(["a1 2026-11-20 first (base) (branch point)"])
        r2(["b2 2026-11-20 on the left"])
        r3(["c3 2026-11-20 #60;/script#62;#60;b#62;#34;right#34; #37;#37;#123;x#125;#37;#37;"])
        r4(["d4 2026-11-20 both (head) (merge)"]):::head
        r1 --> r2
        r1 --> r3
        r2 --> r4
        r3 --> r4
        classDef head stroke-width:3px
        classDef current stroke-width:3px,stroke-dasharray:4 2

    $ schemist history --dot -r b2:
    digraph history {
        graph [rankdir=BT]
        node [shape=box, style=rounded, fontname="Helvetica", fontsize=11]
        edge [color="#64748b", arrowsize=0.7]
        "b2" [label="b2 2026-11-20 on the left"]
        "d4" [label="d4 2026-11-20 both (head) (merge)", penwidth=2]
        "b2" -> "d4"
    }

    $ schemist history --html missing/history.html
    --- stderr
    error: cannot write missing/history.html: No such file or directory (os error 2)
      hint: name a file in a folder that is there and may be written
    --- exit code 1

    $ schemist history --html history.html
    --- stderr
    Wrote history.html

    $ schemist history --html history.html --dot
    --- stderr
    error: the argument '--html <PATH>' cannot be used with '--dot'

    Usage: schemist history --html <PATH>

    For more information, try '--help'.
    --- exit code 64
    "##);
    let page = sandbox.read("history.html");
    for words in [
        "<script><b>",
        "<b>",
        "<i>",
        "rows & all",
        "http:",
        "https:",
        "onclick",
        "style=",
    ] {
        assert!(!page.contains(words), "{words}");
    }
    assert!(page.contains("script&gt;&lt;b&gt;"));
    assert_eq!(page.matches("<article class=\"revision\"").count(), 4);
    assert_eq!(page.matches("<svg class=\"lanes\"").count(), 4);
}
