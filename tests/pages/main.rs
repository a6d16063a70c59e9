//! Pages in a real browser: nothing is fetched, nothing is wrong on the console, everything can be reached and read.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod browser;

use std::path::{Path, PathBuf};
use std::process::Command;

use browser::Browser;
use fantoccini::Locator;
use schemist_testkit::Sandbox;
use serde_json::{Value, json};

const EXAMINE: &str = include_str!("examine.js");

/// Runs a test in a browser, where there is one.
fn browse(test: impl AsyncFnOnce(&Browser)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let Some(browser) = Browser::start().await else {
            return;
        };
        test(&browser).await;
        browser.close().await;
    });
}

/// The page of this repository's own history.
fn own_history(folder: &Path) -> PathBuf {
    let page = folder.join("history.html");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_schemist"))
        .current_dir(root)
        .args(["history", "--html"])
        .arg(&page)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    page
}

/// Holds that nothing is wrong: on a desk and on a phone, light and dark.
async fn examine(browser: &Browser) {
    for (width, height) in [(1280, 900), (360, 740)] {
        browser.resize(width, height).await;
        for scheme in ["light", "dark"] {
            browser.prefer(scheme).await;
            let wrong = browser.run(EXAMINE).await;
            let lines: Vec<&str> = wrong
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            assert!(
                lines.is_empty(),
                "{width} wide, {scheme}:\n{}",
                lines.join("\n")
            );
        }
    }
    browser.resize(1280, 900).await;
    browser.prefer("light").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}

/// How many elements are to be seen.
async fn count(browser: &Browser, selector: &str) -> u64 {
    let script = format!(
        "return [...document.querySelectorAll({selector:?})].filter((it) => it.getClientRects().length > 0).length"
    );
    browser.run(&script).await.as_u64().unwrap()
}

async fn focused(browser: &Browser) -> String {
    let id = browser.run("return document.activeElement.id").await;
    id.as_str().unwrap_or_default().to_owned()
}

async fn choose(browser: &Browser, field: &str, value: &str) {
    let field = browser.client.find(Locator::Id(field)).await.unwrap();
    field.select_by_value(value).await.unwrap();
}

#[test]
fn the_history_of_this_repository() {
    let folder = tempfile::tempdir().unwrap();
    let page = own_history(folder.path());
    browse(async |browser: &Browser| {
        browser.open(&page).await;
        examine(browser).await;
        let all = count(browser, ".revision").await;
        assert!(all >= 8, "{all}");
        assert_eq!(count(browser, ".station").await, all);

        // Every revision can be reached from the graph.
        let links = browser
            .client
            .find_all(Locator::Css(".station a"))
            .await
            .unwrap();
        for link in links {
            let target = link.attr("href").await.unwrap().unwrap();
            link.click().await.unwrap();
            assert_eq!(format!("#{}", focused(browser).await), target);
        }

        // Keys lead from one to the next, and the list of keys opens and closes.
        browser
            .run("document.activeElement.blur(); scrollTo(0, 0)")
            .await;
        browser.press("j").await;
        let first = focused(browser).await;
        browser.press("j").await;
        let second = focused(browser).await;
        assert!(first.starts_with("r-") && second.starts_with("r-") && first != second);
        browser.press("k").await;
        assert_eq!(focused(browser).await, first);
        browser.press("?").await;
        assert_eq!(count(browser, "dialog[open]").await, 1);
        browser.press("\u{e00c}").await;
        assert_eq!(count(browser, "dialog[open]").await, 0);
        assert_ne!(
            browser
                .run("return getComputedStyle(document.activeElement).outlineStyle")
                .await,
            json!("none")
        );

        // Search and filters leave what fits, and say so.
        browser.press("/").await;
        assert_eq!(focused(browser).await, "find");
        browser.press("paused instead").await;
        assert_eq!(count(browser, ".revision").await, 1);
        let found = browser.client.find(Locator::Id("found")).await.unwrap();
        assert_eq!(found.text().await.unwrap(), format!("1 of {all} revisions"));
        browser.press(" and nothing like it").await;
        assert_eq!(count(browser, ".revision").await, 0);
        browser
            .client
            .find(Locator::Id("clear"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        assert_eq!(count(browser, ".revision").await, all);
        choose(browser, "dialect", "mysql").await;
        assert_eq!(count(browser, ".dialect[data-dialect=postgres]").await, 0);
        assert!(count(browser, ".dialect[data-dialect=mysql]").await >= 8);
        choose(browser, "dialect", "").await;
        choose(browser, "severity", "danger").await;
        let dangerous = count(browser, ".revision").await;
        assert!(dangerous > 0 && dangerous < all, "{dangerous} of {all}");
        choose(browser, "severity", "").await;

        // The switch turns the colours, and is remembered.
        let colour = "return getComputedStyle(document.body).backgroundColor";
        let light = browser.run(colour).await;
        browser
            .client
            .find(Locator::Id("theme"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        let dark = browser.run(colour).await;
        assert_ne!(light, dark);
        browser.client.refresh().await.unwrap();
        assert_eq!(browser.run(colour).await, dark);
        browser.press("t").await;
        assert_eq!(browser.run(colour).await, light);
        assert_eq!(browser.console().await, Vec::<String>::new());
    });
}

/// The page of a review of the last revisions of this repository; without a server they are only read.
fn own_review(folder: &Path) -> PathBuf {
    let page = folder.join("review.html");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_schemist"))
        .current_dir(root)
        .env_remove("DATABASE_URL")
        .args([
            "review",
            "base..head",
            "--dialect",
            "sqlite",
            "--dialect",
            "mysql",
            "--html",
        ])
        .arg(&page)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    page
}

#[test]
fn a_review_of_this_repository() {
    let folder = tempfile::tempdir().unwrap();
    let page = own_review(folder.path());
    browse(async |browser: &Browser| {
        browser.open(&page).await;
        examine(browser).await;
        for part in ["changes", "hazards", "losses", "diagram", "statements"] {
            let link = format!(".toc a[href='#{part}']");
            let link = browser.client.find(Locator::Css(&link)).await.unwrap();
            link.click().await.unwrap();
            assert_eq!(focused(browser).await, part);
        }
        assert!(count(browser, "svg.er .table.added").await > 10);
        let changes = count(browser, ".change").await;
        choose(browser, "kind", "create").await;
        let created = count(browser, ".change").await;
        assert!(created > 0 && created <= changes, "{created} of {changes}");
        assert_eq!(count(browser, ".change:not([data-kind=create])").await, 0);
        choose(browser, "kind", "").await;
        assert_eq!(count(browser, ".change").await, changes);

        // On paper everything is there, and nothing that is pressed.
        let folded = count(browser, "details:not([open])").await;
        assert!(folded > 0);
        browser
            .tell("Emulation.setEmulatedMedia", json!({ "media": "print" }))
            .await;
        assert_eq!(
            count(browser, "#bar").await + count(browser, "#theme").await,
            0
        );
        browser.run("dispatchEvent(new Event('beforeprint'))").await;
        assert_eq!(count(browser, "details:not([open])").await, 0);
        browser.run("dispatchEvent(new Event('afterprint'))").await;
        assert_eq!(count(browser, "details:not([open])").await, folded);
        assert_eq!(browser.console().await, Vec::<String>::new());
    });
}

#[test]
fn names_of_others_do_nothing() {
    let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schemist"));
    sandbox.run(&["init", "-q"]).succeeds();
    let hostile =
        "<script>document.title='taken'</script><img src=x onerror=document.title='taken'>";
    let text = format!(
        "-- schemist revision\n-- id: a1\n-- parent: none\n-- message: {hostile}\n-- dialects: sqlite\n\n-- [up]\n-- {hostile}\nCREATE TABLE \"{hostile}\" (\"{hostile}\" text DEFAULT '{}');\n\n-- [down]\n-- hazard table_dropped: {hostile}\nDROP TABLE \"{hostile}\";\n",
        hostile.replace('\'', "''")
    );
    sandbox.write("migrations/a1.sql", &text);
    sandbox
        .run(&["review", "a1", "--html", "review.html"])
        .succeeds();
    sandbox
        .run(&["diagram", "--revision", "a1", "--output", "diagram.html"])
        .succeeds();
    browse(async |browser: &Browser| {
        for page in ["review.html", "diagram.html"] {
            browser.open(&sandbox.project().join(page)).await;
            assert_eq!(count(browser, "img").await, 0);
            assert_eq!(
                browser.run("return document.scripts.length").await,
                json!(1)
            );
            assert_ne!(browser.run("return document.title").await, json!("taken"));
            let shown = format!(
                "return document.body.textContent.includes({})",
                json!(hostile)
            );
            assert_eq!(browser.run(&shown).await, json!(true), "{page}");
            let wrong = browser.run(EXAMINE).await;
            let wrong: Vec<&str> = wrong
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            // A page with one table has few texts.
            let wrong: Vec<&str> = wrong
                .into_iter()
                .filter(|line| !line.starts_with("only "))
                .collect();
            assert!(wrong.is_empty(), "{page}: {wrong:#?}");
            assert_eq!(browser.console().await, Vec::<String>::new());
        }
    });
}
