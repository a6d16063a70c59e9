//! The forms of a review, held to what those who read them take.

use serde_json::Value;

use schemist_catalog::Severity;
use schemist_revision::{Direction, RevisionId};
use schemist_sql::Dialect;

use crate::report::SourceLine;

use super::report::{ChangeGroup, Look, Loss, OneChange, Review, ReviewFormat, TableSize, render};
use super::sheet::{OfQuery, Proven, Sheet, Stated, Stretch, Told, Way, Ways};

const SCHEMA: &str = include_str!("../../../../docs/schemas/review.json");

/// A name that tries to be more.
const HOSTILE: &str = "<script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J";

fn stated(sql: &str, hazards: Vec<Told>) -> Stated {
    Stated {
        sql: sql.to_owned(),
        line: 12,
        span: schemist_sql::Span::new(0, 0),
        remarks: vec![HOSTILE.to_owned()],
        hazards,
        locks: Vec::new(),
    }
}

fn way(statements: Vec<Stated>) -> Way {
    Way {
        stretches: vec![Stretch {
            conditions: vec!["no transaction"],
            statements,
        }],
        missing: None,
    }
}

/// One revision with as many statements as were asked for.
fn sample(statements: usize) -> Review {
    let told = Told {
        code: "table_dropped".to_owned(),
        severity: Severity::Danger,
        text: HOSTILE.to_owned(),
        query: None,
    };
    let up: Vec<Stated> = (0..statements)
        .map(|number| {
            stated(
                &format!("CREATE TABLE \"{HOSTILE}{number}\" (x int)"),
                Vec::new(),
            )
        })
        .collect();
    let sheet = Sheet {
        id: RevisionId::parse("a1").unwrap(),
        parents: Vec::new(),
        message: HOSTILE.to_owned(),
        created: Some("2026-11-20T10:12:00Z".to_owned()),
        path: "migrations/a1.sql".to_owned(),
        marks: vec!["(head)".to_owned()],
        proof: Proven::On(vec![(Dialect::Sqlite, "3.51".to_owned())]),
        irreversible: None,
        not_atomic: None,
        ways: vec![Ways {
            dialect: Dialect::Sqlite,
            up: way(up),
            down: way(vec![stated("DROP TABLE x", vec![told])]),
        }],
    };
    Review {
        name: "main".to_owned(),
        which: "named a1".to_owned(),
        sheets: vec![sheet],
        edited: Vec::new(),
        looks: vec![Look {
            dialect: Dialect::Sqlite,
            server: Some("3.51".to_owned()),
            read_only: None,
            problem: None,
        }],
        groups: vec![ChangeGroup {
            object: format!("table \"{HOSTILE}\""),
            changes: vec![OneChange {
                verb: "create",
                object: format!("table \"{HOSTILE}\""),
                details: vec![HOSTILE.to_owned()],
                dialects: vec![Dialect::Sqlite],
            }],
        }],
        losses: vec![Loss {
            direction: Direction::Down,
            text: HOSTILE.to_owned(),
            dialects: vec![Dialect::Sqlite],
        }],
        sizes: vec![TableSize {
            table: HOSTILE.to_owned(),
            rows: Some(3),
            bytes: Some(81_920),
            is_counted: false,
        }],
        database: Some("sqlite://x.db".to_owned()),
        diagram: None,
        diagram_of: None,
        history: Vec::new(),
        notes: vec![HOSTILE.to_owned()],
    }
}

#[test]
fn json_is_what_the_docs_say() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let empty = Review {
        sheets: Vec::new(),
        looks: Vec::new(),
        ..sample(0)
    };
    let mut asked = sample(1);
    asked.groups[0].changes[0].verb = "rename";
    asked.sheets[0].ways[0].up.stretches[0].statements[0].hazards = vec![Told {
        code: "breaks_running_query".to_owned(),
        severity: Severity::Danger,
        text: HOSTILE.to_owned(),
        query: Some(OfQuery {
            place: SourceLine {
                path: HOSTILE.to_owned(),
                line: 3,
                column: 1,
            },
            what: HOSTILE.to_owned(),
        }),
    }];
    for review in [sample(3), asked, empty] {
        let document: Value = serde_json::from_str(&render(ReviewFormat::Json, &review)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 0 })));
}

#[test]
fn a_comment_has_no_markup_of_others() {
    insta::assert_snapshot!(render(ReviewFormat::Markdown, &sample(1)), @r#"
    ## main: 1 revision named a1

    **Hazards:** 1 × danger

    | Revision | Message | Proof |
    |---|---|---|
    | `a1` | &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J | proven on SQLite 3.51 |

    > &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J

    ### What changes

    - create table "&lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J"
      - &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J

    ### Hazards

    | | What | Where |
    |---|---|---|
    | **danger** | &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J (`table_dropped`) | `a1` down, SQLite line 12 |

    ### Lost on the way down

    - &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J

    ### How large

    - &lt;script&gt;alert\(1\)&lt;/script&gt;\|\`&#64;all\` \[x\]\(javascript:y\)\\n\\u\{1b\}\[2J: about 3 rows, 80 kB

    <details><summary><code>a1</code> for SQLite: 1 up, 1 down</summary>

    <table><tr><th>Up</th><th>Down</th></tr><tr valign="top"><td>

    ```sql
    -- [no transaction]
    CREATE TABLE "<script>alert(1)</script>|`@all` [x](javascript:y)
    \u{1b}[2J0" (x int);
    ```

    </td><td>

    ```sql
    -- [no transaction]
    -- hazard table_dropped: <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J
    DROP TABLE x;
    ```

    </td></tr></table>
    </details>
    "#);
}

#[test]
fn a_comment_is_never_too_long() {
    let long = render(ReviewFormat::Markdown, &sample(3_000));
    assert!(long.chars().count() <= 65_536, "{}", long.chars().count());
    assert!(long.contains(
        "Too long for a comment; 1 part is left out, such as statements of a1 for SQLite"
    ));
    assert!(long.contains("What changes") && long.contains("Lost on the way down"));
}

#[test]
fn a_terminal_gets_no_signs_of_others() {
    let text = render(ReviewFormat::Human, &sample(1));
    assert!(!text.contains('\u{1b}'), "{text}");
    insta::assert_snapshot!(text, @r#"
    1 revision named a1
      a1 2026-11-20 <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J — proven on SQLite 3.51

    What changes
      create table "<script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J"
        <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J

    Hazards
      danger  <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J (a1 down, SQLite line 12; table_dropped)

    Lost on the way down
      <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J

    How large
      <script>alert(1)</script>|`@all` [x](javascript:y)\n\u{1b}[2J: about 3 rows, 80 kB

    Looked at
      SQLite: run on a scratch database (3.51)
      sizes: sqlite://x.db
    "#);
}

#[test]
fn a_page_has_no_markup_of_others() {
    let page = render(ReviewFormat::Html, &sample(2));
    assert!(!page.contains("<script>alert") && !page.contains('\u{1b}'));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert_eq!(page.matches("<script").count(), 1);
    for words in [" style=", " onclick=", "src=", "http://", "https://"] {
        assert!(!page.contains(words), "{words}");
    }
}
