//! The formats, held to the schemas of those who read them.

use serde_json::Value;
use uppsala::XsdValidator;

use super::{Looked, ReportFormat, render, sample};

/// The schema of OASIS, as it is published.
pub(crate) const SARIF: &str = include_str!("../../schemas/sarif-2.1.0.json");
/// What servers of pipelines read of JUnit's reports.
const JUNIT: &str = include_str!("../../schemas/junit.xsd");
/// GitLab's report of code quality.
pub(crate) const GITLAB: &str = include_str!("../../schemas/gitlab-code-quality.json");
/// Our own document.
const CHECK: &str = include_str!("../../../../docs/schemas/check.json");

/// Holds a document to a schema.
pub(crate) fn hold_json(schema: &str, text: &str) {
    // The pattern of languages has a bracket too many in the published schema.
    let schema = schema.replace("{2}]?$\"", "{2}?$\"");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
    assert!(!validator.is_valid(&serde_json::json!({ "version": 0 })));
}

/// Holds a document to what servers of pipelines read of JUnit's reports.
pub(crate) fn hold_junit(text: &str) {
    let schema = uppsala::parse(JUNIT).unwrap();
    let validator = XsdValidator::from_schema(&schema).unwrap();
    let document = uppsala::parse(text).unwrap();
    let errors = validator.validate(&document);
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let wrong = uppsala::parse("<testsuites><testcase name=\"a\"/></testsuites>").unwrap();
    assert!(!validator.validate(&wrong).is_empty());
}

fn hold(schema: &str, format: ReportFormat) {
    for all in sample::all() {
        hold_json(schema, &render(format, &all));
    }
}

#[test]
fn sarif_is_valid() {
    hold(SARIF, ReportFormat::Sarif);
}

#[test]
fn json_is_what_the_docs_say() {
    hold(CHECK, ReportFormat::Json);
}

#[test]
fn gitlab_can_read_it() {
    hold(GITLAB, ReportFormat::Gitlab);
}

#[test]
fn junit_is_valid() {
    for all in sample::all() {
        hold_junit(&render(ReportFormat::Junit, &all));
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let before = sample::report();
    let mut after = before.clone();
    for finding in &mut after.findings {
        if let Some(declared) = &mut finding.why.declared {
            declared.line += 10;
        }
    }
    let of = |report: &super::Report| -> Vec<String> {
        let findings = report.findings.iter();
        findings.map(|it| report.fingerprint(it)).collect()
    };
    assert_eq!(of(&before), of(&after));
    assert_ne!(of(&before)[0], of(&before)[1]);
}

fn sample_in(format: ReportFormat) -> String {
    render(format, &[Looked::Compared(sample::report())])
}

#[test]
fn a_hostile_name_is_no_command_of_github() {
    insta::assert_snapshot!(sample_in(ReportFormat::Github), @r#"
    ::error file=backend/models/a b.rs,line=7,col=5,title=schemist check%3A alter view "shelf"::view "shelf" is not the same in the database and the models%0Acolumn "id" data type: integer → bigint%0Aquery: …
    ::error file=backend/schemist.toml,line=1,col=1,title=schemist check%3A drop table "100%25%0A%3A%3Aerror%3A%3A<img src=x>%2Ca\u{1b}[31m]]>`"::table "100%25%0A:%3Aerror:%3A<img src=x>,a\u{1b}[31m]]>`" is only in the database
    "#);
}

#[test]
fn people_read_words_why_and_statements() {
    insta::assert_snapshot!(sample_in(ReportFormat::Human), @r#"
    alter view "shelf"
      column "id" data type: integer → bigint
      query:
        the database   the models
        SELECT id      SELECT id
        FROM book      FROM book
                     > LIMIT 3
      declared in models/a b.rs:7; live since 111111111111 (2026-11-20, books)
        -- hazard rewrites_table: The table is written anew
        CREATE VIEW "shelf" AS SELECT id
        FROM book
        LIMIT 3;
    drop table "100%\n::error::<img src=x>,a\u{1b}[31m]]>`"
        DROP TABLE x;
    2 differences between the database and the models
    "#);
}

#[test]
fn markdown_is_grouped_and_escaped() {
    insta::assert_snapshot!(sample_in(ReportFormat::Markdown), @r#"
    ## main: 2 differences between the database and the models

    ### view "shelf"

    **alter view "shelf"**

    declared in models/a b.rs:7; live since 111111111111 \(2026-11-20, books\)

    - column "id" data type: integer → bigint

    query:

    ```diff
    --- the database
    +++ the models
    @@ -1,2 +1,3 @@
     SELECT id
     FROM book
    +LIMIT 3
    ```

    ```sql
    -- hazard rewrites_table: The table is written anew
    CREATE VIEW "shelf" AS SELECT id
    FROM book
    LIMIT 3;
    ```

    ### table "100%\\n::error::&lt;img src=x&gt;,a\\u\{1b\}\[31m\]\]&gt;\`"

    **drop table "100%\\n::error::&lt;img src=x&gt;,a\\u\{1b\}\[31m\]\]&gt;\`"**

    ```sql
    DROP TABLE x;
    ```
    "#);
}

#[test]
fn junit_names_what_differs() {
    insta::assert_snapshot!(sample_in(ReportFormat::Junit), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="schemist check" tests="2" failures="2" errors="0">
      <testsuite name="main" tests="2" failures="2" errors="0">
        <testcase name="alter view &quot;shelf&quot;" classname="main" file="backend/models/a b.rs" line="7">
          <failure message="view &quot;shelf&quot; is not the same in the database and the models" type="alter-view">alter view &quot;shelf&quot;
      column &quot;id&quot; data type: integer → bigint
      query:
        the database   the models
        SELECT id      SELECT id
        FROM book      FROM book
                     &gt; LIMIT 3
      declared in models/a b.rs:7; live since 111111111111 (2026-11-20, books)
        -- hazard rewrites_table: The table is written anew
        CREATE VIEW &quot;shelf&quot; AS SELECT id
        FROM book
        LIMIT 3;</failure>
        </testcase>
        <testcase name="drop table &quot;100%\n::error::&lt;img src=x&gt;,a\u{1b}[31m]]&gt;`&quot;" classname="main" file="backend/schemist.toml" line="1">
          <failure message="table &quot;100%\n::error::&lt;img src=x&gt;,a\u{1b}[31m]]&gt;`&quot; is only in the database" type="drop-table">drop table &quot;100%\n::error::&lt;img src=x&gt;,a\u{1b}[31m]]&gt;`&quot;
        DROP TABLE x;</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}
